"""Block Kit becomes HTML: every block the bot may send is drawn, nothing foreign becomes markup, the rest is loud."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import render, render_mrkdwn
from sandbox.render import Scope, UnknownBlock
from tests.sandbox import kit

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SCOPE = Scope(
    people={"U0RILEY": "Riley Chen", "U0AVERY": "Avery Tremblay"},
    channels={"C0DEALS": "deals"},
    selectable=("U0RILEY", "U0AVERY"),
    now=NOW,
    key="m1",
)
VOID = {"br", "hr", "img", "input"}


class Outline(HTMLParser):
    """Reads HTML strictly: remembers every tag with its attributes and complains about wrong nesting."""

    def __init__(self, markup: str) -> None:
        """Read a piece of HTML."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag that closes itself, as in SVG."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag opened last, and no other."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect what is read."""
        self.text += data

    def having(self, name: str, value: str | None = None) -> list[tuple[str, dict[str, str | None]]]:
        """Return the tags with an attribute, of a given value when one is given."""
        return [(tag, found) for tag, found in self.tags if name in found and value in (None, found[name])]


def drawn(block: kit.Block, scope: Scope = SCOPE) -> Outline:
    """Return the outline of a block's HTML."""
    return Outline(render.render_block(block, scope))


def words(text: str) -> str:
    """Return the HTML of a mrkdwn text."""
    return str(render_mrkdwn.mrkdwn(text, SCOPE))


@pytest.mark.parametrize("name", kit.BLOCKS)
def test_every_block_is_drawn_and_can_be_found(name: str) -> None:
    """Each block type yields well-formed HTML with its test id."""
    outline = drawn(kit.BLOCKS[name])

    wanted = "field" if name == "input" else f"block-{name}"
    assert outline.having("data-testid", wanted)


@pytest.mark.parametrize("name", kit.ACTION_ELEMENTS)
def test_every_element_of_an_actions_block_says_what_a_click_sends(name: str) -> None:
    """The control carries its ids, type and value for the server to read."""
    outline = drawn({"type": "actions", "block_id": "acts", "elements": [kit.ACTION_ELEMENTS[name]]})

    presses = [json.loads(found["data-press"] or "") for _, found in outline.having("data-press")]
    assert presses
    assert all(press[:3] == ["acts", "go", name] for press in presses)
    assert outline.having("data-action-id", "go")


@pytest.mark.parametrize("name", kit.INPUT_ELEMENTS)
def test_every_input_has_a_label_and_posts_under_its_ids(name: str) -> None:
    """A label, or a legend for a group of choices, names the field; its name holds block, action and type."""
    outline = drawn(kit.field(kit.INPUT_ELEMENTS[name], "The label"))

    label_targets = {found["for"] for tag, found in outline.tags if tag == "label" and "for" in found}
    controls = outline.having(
        "name", json.dumps(["field", kit.INPUT_ELEMENTS[name]["action_id"], name], separators=(",", ":"))
    )
    assert controls
    assert label_targets <= {found.get("id") for _, found in controls}
    assert label_targets or any(tag == "legend" for tag, _ in outline.tags)
    assert "The label" in outline.text
    assert not outline.having("data-press")


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("block", {"type": "video", "title": "x"}),
        ("block", {"type": "render_block"}),
        ("block", {"type": ""}),
        ("block", {}),
        ("block", {"type": ["section"]}),
        ("element", {"type": "actions", "elements": [{"type": "file_input"}]}),
        ("element", {"type": "section", "text": kit.mrkdwn("x"), "accessory": {"type": "workflow_button"}}),
        ("text", {"type": "section", "text": {"type": "html", "text": "<b>x</b>"}}),
        ("text", {"type": "context", "elements": [{"type": "button"}]}),
        ("rich", {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "color"}]}]}),
        ("cell", {"type": "table", "rows": [[{"type": "raw_html"}]]}),
        ("chart", {"type": "data_visualization", "title": "x", "chart": {"type": "radar"}}),
    ],
)
def test_what_cannot_be_drawn_raises_instead_of_vanishing(kind: str, block: kit.Block) -> None:
    """The page is never silently behind the bot: an unknown type names itself and its kind."""
    with pytest.raises(UnknownBlock) as raised:
        render.render_blocks([kit.BLOCKS["header"], block], SCOPE)

    assert raised.value.kind == kind


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


ATTACK = "<img src=x onerror=alert(1)>\"'&<script>"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": kit.plain(ATTACK)},
        {"type": "section", "text": kit.mrkdwn(ATTACK)},
        {"type": "section", "text": kit.mrkdwn(f"```{ATTACK}``` `{ATTACK}` *{ATTACK}*")},
        {"type": "section", "text": kit.mrkdwn(f"<https://e.com|{ATTACK}> <@{ATTACK}> <#C|{ATTACK}>")},
        {"type": "markdown", "text": f"{ATTACK}\n\n<b>raw</b> [x](javascript:alert(1)) ![p](https://e.com/p.png)"},
        {"type": "image", "image_url": f"https://e.com/{ATTACK}", "alt_text": ATTACK},
        {"type": "actions", "block_id": ATTACK, "elements": [{**kit.ACTION_ELEMENTS["button"], "value": ATTACK}]},
        {
            "type": "actions",
            "elements": [{**kit.ACTION_ELEMENTS["button"], "text": kit.plain(ATTACK), "confirm": kit.CONFIRM}],
        },
        kit.field(
            {
                "type": "plain_text_input",
                "action_id": ATTACK,
                "multiline": True,
                "initial_value": f"</textarea>{ATTACK}",
            }
        ),
        kit.field({"type": "static_select", "action_id": "v", "options": [kit.option(ATTACK)]}, ATTACK),
        {"type": "table", "rows": [[{"type": "raw_text", "text": ATTACK}]]},
        kit.pie(**{ATTACK: 3.0}),
        {"type": "alert", "text": kit.mrkdwn(ATTACK)},
    ],
    ids=lambda block: str(block["type"]),
)
def test_foreign_text_never_becomes_markup(block: kit.Block) -> None:
    """However it is placed, an attack stays text or an attribute's value."""
    outline = drawn(block)

    assert not [tag for tag, found in outline.tags if tag in {"script", "b"} or found.get("src")]
    assert not [name for _, found in outline.tags for name in found if name.startswith("on")]
    assert not [found for _, found in outline.tags if str(found.get("href", "")).lower().startswith("javascript")]


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


@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_an_axis_chart_is_drawn_with_labels_legend_and_numbers(kind: str) -> None:
    """A picture with a sentence for those who do not see it, and the numbers as a table."""
    outline = drawn(kit.chart(kind, ("Ontario", [30, 10.5, 20]), ("Québec", [1, 2, -3])))

    pictures = [found for tag, found in outline.tags if tag == "svg"]
    assert [picture["role"] for picture in pictures] == ["img"]
    assert "Ontario from 30 at W1 to 20 at W3, lowest 10.5, highest 30" in (pictures[0]["aria-label"] or "")
    for word in ("Leads per week", "Week", "Leads", "Ontario", "Québec", "W2", "10.5", "-3"):
        assert word in outline.text
    marks = {"line": "circle", "area": "circle", "bar": "rect"}[kind]
    assert sum(tag == marks for tag, _ in outline.tags) == 6


def test_bars_stand_on_zero_and_grow_with_their_values() -> None:
    """Twice the value is twice the height, and a negative bar hangs below the axis."""
    outline = drawn(kit.chart("bar", ("Ontario", [10, 20, -10])))

    bars = [{key: float(found[key] or "") for key in ("y", "height")} for tag, found in outline.tags if tag == "rect"]
    assert bars[1]["height"] == pytest.approx(2 * bars[0]["height"], abs=0.2)
    assert bars[2]["y"] == pytest.approx(bars[0]["y"] + bars[0]["height"], abs=0.2)


@pytest.mark.parametrize("values", [[0, 0, 0], [5, 5, 5], [-1e-9, 0, 1e-9], [1e12, 2e12, 3e12], [-7, -8, -9]])
@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_flat_tiny_huge_and_negative_charts_stay_inside_the_picture(kind: str, values: list[float]) -> None:
    """No value is drawn outside the plot and no division fails."""
    outline = drawn(kit.chart(kind, ("Ontario", values)))

    heights = [float(found[key] or "") for _, found in outline.tags for key in ("cy", "y1") if key in found]
    assert heights
    assert all(0 <= height <= 260 for height in heights)


def test_points_are_matched_to_categories_by_label() -> None:
    """Slack asks for one point per category in any order; the table shows them in the order of the axis."""
    block = kit.chart("line", ("Ontario", [1, 2, 3]))
    block["chart"]["series"][0]["data"].reverse()

    assert re.search(r"W1\s*1\s*W2\s*2\s*W3\s*3", drawn(block).text)


@pytest.mark.parametrize("segments", [{"all": 7.0}, {"a": 1.0, "b": 3.0}])
def test_a_pie_shows_shares(segments: dict[str, float]) -> None:
    """Each slice has its share in the legend and in the sentence; a single slice is the whole circle."""
    outline = drawn(kit.pie(**segments))

    slices = [found for tag, found in outline.tags if tag == "path"]
    assert len(slices) == len(segments)
    assert all((found["d"] or "").endswith("Z") for found in slices)
    assert ("100%" if len(segments) == 1 else "75%") in outline.text


def test_what_a_person_picked_is_drawn_over_the_initial_value() -> None:
    """State wins over the initial fields, also when it is empty."""
    block = kit.field(kit.INPUT_ELEMENTS["plain_text_input"])
    typed, emptied = (
        drawn(block, Scope(key="m1", values={"field": {"v": {"type": "plain_text_input", "value": value}}}))
        for value in ("14 Queen St", None)
    )

    assert drawn(block).having("value", "12 King St")
    assert typed.having("value", "14 Queen St")
    assert emptied.having("value", "")


def test_an_error_is_shown_at_its_field() -> None:
    """The control is marked as wrong and points to the sentence."""
    scope = Scope(key="m1", errors={"field": "That is not a Canadian number."})
    outline = drawn(kit.field(kit.INPUT_ELEMENTS["plain_text_input"]), scope)

    ((_, control),) = outline.having("aria-invalid", "true")
    assert outline.having("id", control["aria-describedby"])
    assert "That is not a Canadian number." in outline.text


def test_a_dangerous_button_asks_first() -> None:
    """Its dialog carries Slack's four texts and its own labelled buttons."""
    button = {**kit.ACTION_ELEMENTS["button"], "confirm": kit.CONFIRM}
    outline = drawn({"type": "actions", "block_id": "acts", "elements": [button]})

    ((_, asking),) = outline.having("data-confirm")
    assert outline.having("id", asking["data-confirm"])
    for text in ("Stop the ladder?", "No more texts go to Jane.", "Stop it", "Keep going"):
        assert text in outline.text


def test_pictures_from_the_internet_are_described_and_not_fetched() -> None:
    """A local picture is an image; a remote one is its alternative text."""
    local = {"type": "image", "image_url": "http://127.0.0.1:3000/chart.png", "alt_text": "A chart"}

    assert drawn(local).having("src", "http://127.0.0.1:3000/chart.png")
    remote = drawn({**local, "image_url": "https://example.com/chart.png"})
    assert not remote.having("src")
    assert remote.having("aria-label", "A chart")


def test_ids_of_two_messages_differ() -> None:
    """The same card twice on a page has no id twice."""
    first, second = (
        {found["id"] for _, found in drawn(kit.BLOCKS["actions"], Scope(key=key)).having("id")} for key in ("m1", "m2")
    )

    assert first
    assert not first & second


def test_option_groups_and_descriptions_are_shown() -> None:
    """A grouped menu keeps its groups and a choice its description."""
    grouped: dict[str, Any] = {"type": "static_select", "action_id": "v"}
    grouped["option_groups"] = [{"label": kit.plain("Ontario"), "options": [kit.option("Toronto")]}]
    described = {
        **kit.ACTION_ELEMENTS["checkboxes"],
        "options": [{**kit.option("Roof"), "description": kit.plain("old")}],
    }

    assert drawn(kit.field(grouped)).having("label", "Ontario")
    assert "old" in drawn(kit.field(described)).text
