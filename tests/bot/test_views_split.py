"""Messages longer than Slack takes: nothing is lost, nothing is too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import blocks, notice, split
from bot.views.blocks import Rendered


def long(lines: list[str]) -> Rendered:
    """Return a message of one section a line."""
    return blocks.message(*(blocks.section(line) for line in lines))


def lines_of(parts: tuple[Rendered, ...]) -> list[str]:
    """Return the lines that the parts show together."""
    return [block["text"]["text"] for part in parts for block in part.blocks if block["type"] == "section"]


@given(st.lists(st.integers(1, 2_900), min_size=1, max_size=130))
def test_every_part_fits_and_together_they_say_everything(lengths: list[int]) -> None:
    """In the same order, whatever the lengths."""
    lines = ["x" * length for length in lengths]
    parts = split.parts(long(lines))

    assert lines_of(parts) == lines
    assert [blocks.lint(part) for part in parts] == [[]] * len(parts)


def test_what_fits_stays_as_it_is() -> None:
    """Fifty blocks are one message."""
    whole = long(["x"] * 50)

    assert split.parts(whole) == (whole,)


def test_parts_say_that_they_are_parts() -> None:
    """The first points to the thread."""
    first, second, third = split.parts(long(["x"] * 120))

    assert "Part 1 of 3; the rest is in the thread." in first.text
    assert "Part 2 of 3." in second.text
    assert "Part 3 of 3." in third.text


def test_an_answer_that_is_too_long_is_cut_and_says_so() -> None:
    """Slack shows one message under a command, and no thread."""
    shown = split.cut(long(["x"] * 120))

    assert blocks.lint(shown) == []
    assert "There is more than Slack shows in one answer." in shown.text


@pytest.mark.parametrize("button", [None, {"label": "Open the form", "action_id": "lead.form", "value": "new"}])
def test_a_note_may_carry_a_button_and_a_mark(button: dict[str, str] | None) -> None:
    """Neither makes it one that Slack refuses."""
    marked = notice.repeated(notice.card("Needs someone else.", button))

    assert blocks.lint(marked) == []
    assert marked.text.startswith(notice.REPEAT)
