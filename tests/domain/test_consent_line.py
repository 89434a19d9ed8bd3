"""A consent stated in one line."""

from datetime import UTC, datetime

import pytest

from domain import consent_line
from domain.errors import DomainError
from domain.model import Channel, ConsentBasis

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_a_whole_line_is_split() -> None:
    """Ground, start, channels, proof, and what they had before them."""
    line = consent_line.parse(
        'L-12 casl.express since=2026-05-24 channels=texts,call proof="card, box 3" shown="May we?"', NOW
    )

    assert (line.ref, line.basis, line.proof, line.shown) == ("L-12", ConsentBasis.EXPRESS, "card, box 3", "May we?")
    assert line.channels == {Channel.SMS, Channel.CALL}
    assert line.since == datetime(2026, 5, 24, tzinfo=UTC)


@pytest.mark.parametrize("basis", ConsentBasis)
def test_every_ground_of_the_law_can_be_named(basis: ConsentBasis) -> None:
    """By its short name; unsaid, a yes covers texts and a relationship everything."""
    line = consent_line.parse(f"L-12 {basis.value.rpartition('.')[2]} proof=x", NOW)

    assert line.basis is basis
    assert line.channels == ({Channel.SMS} if basis is ConsentBasis.EXPRESS else frozenset(Channel))


def test_a_lead_alone_asks_to_see_its_ledger() -> None:
    """Nothing is recorded by looking."""
    assert consent_line.parse("L-12", NOW).basis is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("L-12 purchse proof=x", "Did you mean 'purchase'"),
        ("L-12 proof=x", "Which ground"),
        ("L-12 express prof=x", "Did you mean 'proof'"),
        ("L-12 express channels=fax", "Unknown 'fax'"),
        ('L-12 express channels=","', "Nothing stands after"),
        ("L-12 express since=yesterday", "year-month-day"),
    ],
)
def test_what_is_not_understood_says_what_would_be(text: str, sentence: str) -> None:
    """With the nearest word."""
    with pytest.raises(DomainError, match=sentence):
        consent_line.parse(text, NOW)
