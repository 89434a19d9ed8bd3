"""The hash chain as pure values: one spelling, and no single change that goes unnoticed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chain import GENESIS, Head, Line, canonical, digest, first_break, link

CONTENTS = st.lists(st.text(max_size=20), min_size=1, max_size=12)


def chained(contents: list[str]) -> tuple[list[Line], Head]:
    """Return a whole chain over some contents."""
    lines: list[Line] = []
    last = GENESIS
    for position, content in enumerate(contents, start=1):
        last = link(last, position, content)
        lines.append(Line(position, last, content))
    return lines, Head(len(lines), last)


@given(CONTENTS)
def test_a_chain_nobody_touched_is_whole(contents: list[str]) -> None:
    """Any content may be chained."""
    lines, head = chained(contents)

    assert first_break(lines, head, {}) is None


@given(CONTENTS, st.data())
def test_a_changed_line_is_found_and_named(contents: list[str], data: st.DataObject) -> None:
    """The first line that does not hold is the one that was changed."""
    lines, head = chained(contents)
    victim = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.text(max_size=20).filter(lambda text: text != lines[victim].content))
    lines[victim] = replace(lines[victim], content=other)

    broken = first_break(lines, head, {})

    assert broken is not None
    assert (broken.position, broken.problem) == (victim + 1, "was changed")


@given(CONTENTS, st.data())
def test_a_line_changed_with_its_hash_is_found_at_the_next_one(contents: list[str], data: st.DataObject) -> None:
    """Writing one hash anew is not enough: the next line, or the remembered end, tells."""
    lines, head = chained(contents)
    victim = data.draw(st.integers(0, len(lines) - 1))
    before = lines[victim - 1].hash if victim else GENESIS
    lines[victim] = Line(victim + 1, link(before, victim + 1, "forged"), "forged")

    broken = first_break(lines, head, {})

    assert (broken is None) == (contents[victim] == "forged")
    if broken is not None:
        assert broken.position == min(victim + 2, len(lines))


@given(CONTENTS, st.data())
def test_a_removed_line_is_found_and_named(contents: list[str], data: st.DataObject) -> None:
    """The last one too: the end remembers how many there were."""
    lines, head = chained(contents)
    victim = data.draw(st.integers(0, len(lines) - 1))
    del lines[victim]

    broken = first_break(lines, head, {})

    assert broken is not None
    assert (broken.position, broken.problem) == (victim + 1, "is missing")


@given(CONTENTS, st.data())
def test_an_inserted_line_is_found(contents: list[str], data: st.DataObject) -> None:
    """Under a number that is taken, below the first, or behind the last."""
    lines, head = chained(contents)
    position = data.draw(st.integers(-1, len(lines) + 1))
    lines = sorted(
        [*lines, Line(position, link(head.hash, position, "forged"), "forged")], key=lambda line: line.position
    )

    assert first_break(lines, head, {}) is not None


@given(CONTENTS)
def test_a_history_written_anew_betrays_itself_by_what_was_posted(contents: list[str]) -> None:
    """Whoever can write every hash again cannot write what people read in Slack last week."""
    lines, head = chained(contents)
    forged, forged_head = chained(["forged " + contents[0], *contents[1:]])
    posted = {head.position: [lines[-1].hash[:16]]}

    assert first_break(lines, head, posted) is None
    assert first_break(forged, forged_head, {}) is None
    broken = first_break(forged, forged_head, posted)
    assert broken is not None
    assert "posted" in broken.problem


def test_a_posted_end_behind_the_last_line_is_a_missing_line() -> None:
    """Cutting the chain and its remembered end leaves the channel's memory."""
    lines, head = chained(["a", "b", "c"])
    short, short_head = chained(["a", "b"])

    broken = first_break(short, short_head, {head.position: [lines[-1].hash]})

    assert broken is not None
    assert (broken.position, broken.problem) == (3, "is missing")


def test_the_same_content_has_one_spelling() -> None:
    """Order of keys and offset of an instant do not matter; letters are escaped the same everywhere."""
    noon = datetime(2026, 11, 24, 17, tzinfo=UTC)
    toronto = noon.astimezone(timezone(timedelta(hours=-5)))

    assert canonical({"b": "é", "a": [1, None, True], "at": noon}) == canonical(
        {"at": toronto, "a": (1, None, True), "b": "é"}
    )
    assert canonical({"b": "é"}) == '{"b":"\\u00e9"}'


@pytest.mark.parametrize("value", [1.5, [1.5], {"deep": (0, 1.0)}, datetime(2026, 11, 24), {1, 2}])  # noqa: DTZ001 - naive
def test_what_two_databases_may_spell_differently_is_refused(value: object) -> None:
    """Floats, times without an offset, and what is no JSON."""
    with pytest.raises(TypeError):
        canonical({"value": value})


def test_a_digest_means_nothing_without_its_salt() -> None:
    """The same number under two salts has nothing in common; without a salt there is no digest."""
    assert digest("a", "+14165550199") != digest("b", "+14165550199")
    assert digest("a", "+14165550199") == digest("a", "+14165550199")
    assert digest(None, "+14165550199") is None
    assert digest("a", None) is None


def test_people_are_shown_a_number_and_the_beginning_of_a_hash() -> None:
    """Short enough to read aloud."""
    assert Head(4711, "9f3c2a1b7d4e5f60" + "0" * 48).short == "4711:9f3c2a1b7d4e5f60"
