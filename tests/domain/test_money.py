"""Amounts as people type and read them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import money
from domain.errors import DomainError
from domain.model import Language


def arv(text: str) -> int:
    """Read an after-repair value."""
    return money.parse_cents(text, field="ARV", minimum_cents=money.ARV_MIN_CENTS, maximum_cents=money.ARV_MAX_CENTS)


def repairs(text: str) -> int:
    """Read an amount that may be nothing."""
    return money.parse_cents(text, field="Repairs", minimum_cents=0, maximum_cents=money.AMOUNT_MAX_CENTS)


@pytest.mark.parametrize(
    "text",
    [
        *("$450k", "450,000", "450 000 $", "450000", "0.45M", "450k$", "450 K $", "$450,000.00", "450 000,00 $"),
        *("CAD 450,000", "450,000 CAD", "CA$450k", "C$450,000", "450 mille", "450 thousand", "0,45 million", "450.0k"),
        *("450\u00a0000\u00a0$", "450\u202f000 $", "450'000", "\uff14\uff15\uff10k", " 450k\r\n", "450,000 dollars"),
    ],
)
def test_one_amount_is_read_in_every_spelling(text: str) -> None:
    """English, French, pasted and shortened: the same cents."""
    assert arv(text) == 45_000_000


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.2m", 120_000_000),
        ("1,2 M$", 120_000_000),
        ("1.250m", 125_000_000),
        ("1,250k", 125_000_000),
        ("1,250,000", 125_000_000),
        ("1.250.000", 125_000_000),
        ("1 250 000,50 $", 125_000_050),
        ("12345.67", 1_234_567),
        ("12345,6", 1_234_560),
    ],
)
def test_separators_mean_what_their_place_says(text: str, cents: int) -> None:
    """Three digits group, one or two are cents, a factor allows any fraction."""
    assert arv(text) == cents


@pytest.mark.parametrize(
    "text", ["-1", "−1", "0", "NaN", "nan", "Infinity", "-inf", "1e309", "1e5", "9,999", "50,000,001", "9" * 39, "450"]
)
def test_an_impossible_value_names_the_range(text: str) -> None:
    """The person reads what would be possible."""
    with pytest.raises(DomainError) as refused:
        arv(text)

    assert (refused.value.sentence, refused.value.field) == ("ARV must be $10,000–$50,000,000", "arv")


@pytest.mark.parametrize(
    "text", ["", "abc", "450q", "45,00,000", "4 50 000", "1.2.3", "k", "$", "12345.678", "450.000"]
)
def test_an_unreadable_amount_shows_how_to_write_one(text: str) -> None:
    """Nothing is guessed, least of all 450.000."""
    with pytest.raises(DomainError) as refused:
        arv(text)

    assert refused.value.sentence == "ARV must be $10,000–$50,000,000, for example 450k or 450,000"


def test_an_amount_may_be_nothing_where_that_is_allowed() -> None:
    """A house may need no repairs."""
    assert repairs("0") == 0
    assert repairs("0 $") == 0


def test_a_mistaken_point_does_not_shrink_the_repairs() -> None:
    """40.000 meant as forty thousand is not taken as forty dollars."""
    with pytest.raises(DomainError):
        repairs("40.000")


@given(st.text(max_size=60) | st.from_regex(r"[-+$]?[0-9., ]{0,20}(e[0-9]{1,4})?[kKmM$ ]{0,3}", fullmatch=True))
def test_anything_typed_is_cents_in_range_or_a_sentence(text: str) -> None:
    """No input raises anything else, and no amount escapes its bounds."""
    try:
        cents = repairs(text)
    except DomainError as refused:
        cents = 0
        sentence = refused.sentence
    else:
        sentence = "Repairs"

    assert sentence.startswith("Repairs")
    assert 0 <= cents <= money.AMOUNT_MAX_CENTS


@settings(max_examples=50)
@given(st.integers(0, money.AMOUNT_MAX_CENTS), st.sampled_from(Language))
def test_what_we_show_can_be_typed_again(cents: int, language: Language) -> None:
    """An echoed amount means itself, in both languages."""
    assert repairs(money.show(cents, language)) == cents


@pytest.mark.parametrize(
    ("cents", "english", "french"),
    [
        (45_000_000, "$450,000", "450 000 $"),
        (45_000_050, "$450,000.50", "450 000,50 $"),
        (-250_000, "-$2,500", "-2 500 $"),
        (0, "$0", "0 $"),
    ],
)
def test_amounts_are_shown_as_each_language_writes_them(cents: int, english: str, french: str) -> None:
    """Dollar sign before or after, comma or space, with plain spaces only."""
    assert money.show(cents, Language.EN) == english
    assert money.show(cents, Language.FR) == french
