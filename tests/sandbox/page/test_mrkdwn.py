"""Slack's own text format becomes HTML: its styles, links, mentions and dates, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.page.outline import NOW, Outline, words


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("*bold*", "<strong>bold</strong>"),
        ("_italic_", "<em>italic</em>"),
        ("~strike~", "<s>strike</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("*a _b* c_", "<strong>a _b</strong> c_"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("`*code*`", "<code>*code*</code>"),
        ("```a\nb```", "<pre>a\nb</pre>"),
        ("> said\n> twice\nafter", "<blockquote>said<br>twice</blockquote>after"),
        ("&gt; quoted too", "<blockquote>quoted too</blockquote>"),
        ("one\ntwo", "one<br>two"),
        ("<@U0RILEY>", '<span class="mention" data-mention="U0RILEY">@Riley Chen</span>'),
        ("<@U0GONE>", '<span class="mention" data-mention="U0GONE">@U0GONE</span>'),
        ("<#C0DEALS|old-name>", '<span class="mention" data-mention="C0DEALS">#deals</span>'),
        ("<#C0FAR|far>", '<span class="mention" data-mention="C0FAR">#far</span>'),
        ("<!channel>", '<span class="mention" data-mention="channel">@channel</span>'),
        ("<!subteam^S0REPS|@reps>", '<span class="mention" data-mention="subteam^S0REPS">@reps</span>'),
        (":white_check_mark:", '<span role="img" aria-label="white check mark">✅</span>'),
        (":not_an_emoji:", ":not_an_emoji:"),
        ("at 12:30:45", "at 12:30:45"),
    ],
)
def test_mrkdwn_is_written_as_slack_writes_it(text: str, markup: str) -> None:
    """Styles, code, quotes, mentions and emoji; what is no formatting stays as typed."""
    assert words(text) == markup


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("{date_num} {time}", "2026-11-24 10:00 AM"),
        ("{date_short}", "Nov 24, 2026"),
        ("{date}", "November 24th, 2026"),
        ("{date_long}", "Tuesday, November 24th, 2026"),
        ("Sent {date_short_pretty} at {time_secs}", "Sent today at 10:00:00 AM"),
        ("{date_pretty}", "Today"),
        ("{ago}", "0 seconds ago"),
        ("{unknown}", "{unknown}"),
    ],
)
def test_a_date_is_written_in_the_readers_zone(token: str, shown: str) -> None:
    """Tokens are replaced for Toronto; the exact moment stays readable for machines."""
    markup = words(f"<!date^{int(NOW.timestamp())}^{token}|fallback>")

    outline = Outline(markup)
    assert outline.text == shown
    assert outline.having("datetime", NOW.isoformat())


def test_a_date_beyond_reach_falls_back_to_its_text() -> None:
    """A number no calendar holds shows the fallback."""
    assert words("<!date^99999999999999^{date}|long ago>") == "long ago"


@pytest.mark.parametrize(
    ("text", "href", "shown"),
    [
        ("<https://example.com/a?b=1&amp;c=2|Open &amp; look>", "https://example.com/a?b=1&c=2", "Open & look"),
        ("<https://example.com>", "https://example.com", "https://example.com"),
        ("<mailto:jane@example.com|Jane>", "mailto:jane@example.com", "Jane"),
        ("<tel:+14165550199|call>", "tel:+14165550199", "call"),
    ],
)
def test_links_open_elsewhere_and_tell_nobody(text: str, href: str, shown: str) -> None:
    """Web, mail and phone addresses become links that open apart."""
    outline = Outline(words(text))

    assert outline.tags == [("a", {"href": href, "target": "_blank", "rel": "noopener noreferrer"})]
    assert outline.text == shown


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "//example.com", "x"]
)
def test_other_addresses_are_no_links(address: str) -> None:
    """Whatever could run code, or is no address, stays text."""
    assert Outline(words(f"<{address}|click>")).tags == []


@given(st.text(st.sampled_from("*_~`<>|&;@#!^:\n \ue000\ue00101abjs\"'"), max_size=60))
def test_any_text_yields_well_formed_markup_of_known_tags(text: str) -> None:
    """Whatever mixture of signs arrives, tags nest and only our own appear."""
    outline = Outline(words(text))

    assert {tag for tag, _ in outline.tags} <= {
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "blockquote",
        "br",
        "span",
        "a",
        "time",
    }


@given(st.text(max_size=80))
def test_escaped_text_is_read_as_it_was_written(text: str) -> None:
    """What the bot escapes with Slack's three entities is shown unchanged, save formatting signs."""
    plain_text = re.sub(r"[*_~`:\n\r\ue000\ue001>]", "", text)
    escaped = plain_text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert Outline(words(escaped)).text == plain_text


def test_a_long_row_of_styles_is_read_to_its_end() -> None:
    """Three thousand characters of bold words neither fail nor lose any."""
    assert words("*a* " * 750).count("<strong>") == 750
