"""Foreign text: trimmed as Slack may count it, stripped of what hides, escaped for the one place that reads markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import text

HOSTILE = (
    "<!channel>",
    "<!here>",
    "<!subteam^S1>",
    "<@U1>",
    "<https://evil|https://bank.ca>",
    "*x*",
    "`q`",
    "&lt;!channel&gt;",
    "Smith & Sons",
    ":fire:",
    "{{config}}",
    "> quoted",
)
"""Names people gave or could give; each must read exactly as it is written here."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_reads_exactly_as_typed(name: str) -> None:
    """Plain and rich text show what they hold, so nothing may be added or taken away."""
    assert text.plain(name) == name


@pytest.mark.parametrize("name", HOSTILE)
def test_an_escaped_name_shows_as_typed_and_holds_no_control_character(name: str) -> None:
    """Slack decodes the three entities and reads brackets as control sequences; none are left."""
    escaped = text.escape(name)

    assert text.unescape(escaped) == name
    assert not {"<", ">"} & set(escaped)


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_trimmed_text_is_never_longer_than_its_place(words: str, limit: int) -> None:
    """However Slack counts: escaped, in UTF-16 units, or in characters."""
    trimmed = text.trim(words, limit)

    assert text.weight(trimmed) <= limit
    assert len(trimmed.encode("utf-16-le", "surrogatepass")) // 2 <= limit


@given(st.text())
def test_short_text_is_left_alone(words: str) -> None:
    """Only what does not fit is cut."""
    assert text.trim(words, max(1, text.weight(words))) == words


def test_a_cut_text_says_that_it_was_cut() -> None:
    """Nobody takes half a name for the whole one."""
    assert text.trim("Jane Doe", 6) == "Jane…"


@pytest.mark.parametrize(
    ("character", "weight"),
    [("a", 1), ("é", 1), ("&", 5), ("<", 4), (">", 4), ("🏠", 2)],
    ids=["a", "é", "&", "<", ">", "🏠"],
)
def test_weight_counts_the_most_a_character_may_count(character: str, weight: int) -> None:
    """Entities as Slack stores them, characters beyond the basic plane as two."""
    assert text.weight(character) == weight


@given(st.text())
def test_plain_text_is_one_visible_line(words: str) -> None:
    """Neither empty, which Slack refuses, nor several lines, nor anything that turns the line around."""
    plain = text.plain(words)

    assert plain
    assert "\n" not in plain
    assert not {"\u202e", "\u200b", "\x00", "\u2066"} & set(plain)


def test_text_of_controls_alone_reads_as_a_dash() -> None:
    """An empty text object would be refused, and the whole card with it."""
    assert text.plain("\u202e\u200b\x00 \n") == "—"


def test_prose_keeps_its_lines() -> None:
    """A reply is read as it was written."""
    assert text.prose("one\r\ntwo") == "one\ntwo"


@pytest.mark.parametrize("slack_id", ["<!channel>", "U1> <!here", "u1", "", "S1", "U1|x"], ids=repr)
def test_only_an_id_slack_gave_becomes_a_mention(slack_id: str) -> None:
    """Whatever else stands in a column of ids is shown as text."""
    assert "<" not in text.person(slack_id)


def test_people_are_mentioned_and_ticks_are_named() -> None:
    """A tick has no Slack account."""
    assert text.person("U0RILEY") == "<@U0RILEY>"
    assert text.person("system") == "Heimdall"


@pytest.mark.parametrize(
    "written",
    ["4165550199", "416-555-0199", "(416) 555-0199", "+1 416 555 0199", "1.416.555.0199", "416\u2013555\u20130199"],
)
def test_the_contacts_own_number_is_hidden_however_it_is_written(written: str) -> None:
    """Looking at the number is logged, so free text must not show it unlogged."""
    assert text.without_number(f"call {written} now", "+14165550199", "•••") == "call ••• now"


def test_another_number_stays_readable() -> None:
    """A seller who gives another number wants to be called on it."""
    assert text.without_number("call 647-555-0123", "+14165550199", "•••") == "call 647-555-0123"


def test_a_longer_number_is_not_taken_for_the_contacts() -> None:
    """An account number that happens to contain it is no phone number."""
    assert text.without_number("file 941655501990", "+14165550199", "•••") == "file 941655501990"
