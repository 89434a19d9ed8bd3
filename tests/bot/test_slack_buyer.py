"""``/buyer``: what a line means, and what is said when it means nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.provinces import Province
from storage import buyers
from tests.bot.slack_reading import said

if TYPE_CHECKING:
    from domain.model import Buyer
    from tests.bot.doors import Doors

LINE = "/buyer add Sam Roy phone=416-555-0123 province=ON market=Toronto type=house min=200k max=600k"


def stored(doors: Doors) -> tuple[Buyer, ...]:
    """Return every buyer, newest first."""
    with doors.deps.db.read() as tx:
        return buyers.newest(tx, 100)


def test_a_line_adds_a_buyer_with_their_box(doors: Doors) -> None:
    """The answer repeats the box and keeps the number to itself."""
    text = said(doors.command(LINE))

    (buyer,) = stored(doors)
    assert (buyer.contact.name, buyer.contact.phone_e164) == ("Sam Roy", "+14165550123")
    assert (buyer.provinces, buyer.markets) == (frozenset({Province.ON}), frozenset({"Toronto"}))
    assert (buyer.property_types, buyer.min_price_cents, buyer.max_price_cents) == (
        frozenset({"detached"}),
        200_000_00,
        600_000_00,
    )
    assert "Added B-1" in text
    assert "555-0123" not in text


def test_a14_the_same_signed_bytes_add_one_buyer(doors: Doors) -> None:
    """A replay is told that it was handled."""
    first = doors.command(LINE)
    again = doors.post(first.request.content, first.request.headers)

    assert "handled already" in said(again)
    assert len(stored(doors)) == 1


def test_several_provinces_markets_and_types(doors: Doors) -> None:
    """Separated by commas, in either language."""
    said(
        doors.command(
            "/buyer add Sam phone=416-555-0123 province=Ontario,Québec market=Toronto,Montréal type=condo,semi"
        )
    )

    (buyer,) = stored(doors)
    assert buyer.provinces == {Province.ON, Province.QC}
    assert buyer.property_types == {"condo", "semi"}
    assert len(buyer.markets) == 2


def test_what_is_left_out_is_open(doors: Doors) -> None:
    """A name and a number are enough."""
    said(doors.command("/buyer add Sam phone=416-555-0123"))

    (buyer,) = stored(doors)
    assert (buyer.provinces, buyer.markets, buyer.property_types) == (frozenset(), frozenset(), frozenset())
    assert buyer.min_price_cents == 0


@pytest.mark.parametrize("word", ["Québec", "qc", "Quebec", "QUÉBEC"])
def test_d52_a_province_by_any_of_its_names(doors: Doors, word: str) -> None:
    """Accents and case do not matter."""
    said(doors.command(f"/buyer add Sam phone=416-555-0123 province={word}"))

    assert stored(doors)[0].provinces == {Province.QC}


def test_d51_an_unknown_province_lists_the_thirteen(doors: Doors) -> None:
    """So that nobody has to guess."""
    text = said(doors.command("/buyer add Sam phone=416-555-0123 province=XX"))

    assert all(province in text for province in Province)
    assert stored(doors) == ()


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("add", "needs a name and a phone number"),
        ("add Sam", "needs a name and a phone number"),
        ("add phone=416-555-0123", "needs a name and a phone number"),
        ("add Sam phone=911", "Short/emergency number"),
        ("add Sam phone=416-555-0123 provinec=ON", "Did you mean 'province'?"),
        ("add Sam phone=416-555-0123 market=Atlantis", "No market called 'Atlantis'"),
        ("add Sam phone=416-555-0123 type=castle", "Unknown 'castle'"),
        ("add Sam phone=416-555-0123 max=0", "must be"),
        ("add Sam phone=416-555-0123 min=NaN", "must be"),
        ("add Sam phone=416-555-0123 min=600k max=200k", "Swap them"),
        ("add Sam phone=416-555-0123 beds=x", "whole number"),
        ("add Sam phone=416-555-0123 lang=kl", "Unknown 'kl'"),
        ("add Sam phone=416-555-0123 phone=416-555-0124", "twice"),
        ("add Sam phone=416-555-0123 email=a@b,c@d.ca", "One address only"),
        ("add Sam phone=", "needs one value"),
        ("", "/buyer add"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(doors: Doors, rest: str, words: str) -> None:
    """And nothing is stored."""
    assert words in said(doors.command(f"/buyer {rest}"))
    assert stored(doors) == ()


def test_list_names_them(doors: Doors) -> None:
    """Newest first, numbers to themselves; an empty list says how to begin."""
    assert "/buyer add" in said(doors.command("/buyer list"))
    said(doors.command(LINE))

    text = said(doors.command("/buyer list"))
    assert "B-1" in text
    assert "555-0123" not in text
