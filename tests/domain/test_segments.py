"""How many text messages a text is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import segments
from domain.errors import DomainError
from domain.segments import Encoding, Segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(Encoding.GSM7, 0, 0)),
        ("a" * 136, Segments(Encoding.GSM7, 136, 1)),
        ("a" * 137, Segments(Encoding.GSM7, 137, 2)),
        ("[" * 68, Segments(Encoding.GSM7, 136, 1)),
        ("[" * 69, Segments(Encoding.GSM7, 138, 2)),
        ("àéèù" * 34, Segments(Encoding.GSM7, 136, 1)),
        ("ê" + "a" * 69, Segments(Encoding.UCS2, 70, 1)),
        ("ê" + "a" * 70, Segments(Encoding.UCS2, 71, 2)),
        ("🙂", Segments(Encoding.UCS2, 2, 1)),
        ("🙂" + "a" * 135, Segments(Encoding.UCS2, 137, 2)),
    ],
    ids=["empty", "one", "two", "brackets", "brackets over", "accents", "ê", "ê over", "emoji", "emoji in a text"],
)
def test_parts_are_counted_as_a_canadian_carrier_bills_them(text: str, expected: Segments) -> None:
    """136 plain or 70 other characters a part."""
    assert segments.count(text) == expected


def test_folding_keeps_a_pasted_text_cheap() -> None:
    """Curly quotes, no-break spaces and long dashes do not double the bill."""
    pasted = "It\u2019s \u201c450\u00a0000\u202f$\u201d \u2014 ok\u2026\u200b \u00ab\u00a0oui\u00a0\u00bb e\u0301"

    assert segments.fold(pasted) == 'It\'s "450 000 $" - ok... " oui " é'
    assert segments.count(segments.fold(pasted)).encoding is Encoding.GSM7


def test_folding_leaves_words_and_emoji_alone() -> None:
    """Meaning is not traded for money."""
    assert segments.fold("forêt ça 🙂") == "forêt ça 🙂"


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    """A text that is stored folded stays as it is."""
    once = segments.fold(text)

    assert segments.fold(once) == once


@given(st.text(max_size=400))
def test_every_text_fits_the_parts_it_is_billed_for(text: str) -> None:
    """Never one part too few or too many."""
    counted = segments.count(text)
    size = segments.PER_SEGMENT[counted.encoding]

    assert (counted.segments - 1) * size < counted.characters <= counted.segments * size or counted.characters == 0


def test_a_text_beyond_ten_parts_is_refused_with_its_size() -> None:
    """The person sees how far over it is."""
    with pytest.raises(DomainError, match=r"^1,700 characters = 13 texts \(max 10\)$"):
        segments.check("a" * 1700)


def test_a_text_of_ten_parts_is_sent() -> None:
    """The limit itself is allowed."""
    assert segments.check("a" * 1360).segments == 10


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_not_sent(text: str) -> None:
    """There is nothing to say."""
    with pytest.raises(DomainError, match=r"^Nothing to send$"):
        segments.check(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x", "1 character · billed as 1 text of 136"),
        ("x" * 137, "137 characters · billed as 2 texts of 136"),
        ("é" * 136, "136 characters · billed as 1 text of 136"),
        ("x" * 70 + "🙂", "72 characters · billed as 2 texts of 70, because of 🙂: 1 without"),
        ("x" * 69 + "ê", "70 characters · billed as 1 text of 70"),
    ],
)
def test_what_a_text_costs_is_said_in_one_line(text: str, line: str) -> None:
    """By the Canadian limits, with the character that makes it dearer."""
    assert segments.describe(text) == line
