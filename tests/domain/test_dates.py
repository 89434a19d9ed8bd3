"""Dates and times as people type them."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import dates
from domain.errors import DomainError

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
TORONTO = "America/Toronto"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("24 Dec", date(2026, 12, 24)),
        ("24 décembre 2026", date(2026, 12, 24)),
        ("Dec 24, 2026", date(2026, 12, 24)),
        ("1er janv.", date(2027, 1, 1)),
        ("24 Nov", TODAY),
        ("23 Nov", date(2027, 11, 23)),
        ("29 Feb", date(2028, 2, 29)),
        ("15 août 2027", date(2027, 8, 15)),
    ],
)
def test_a_date_is_read_in_both_languages(text: str, meant: date) -> None:
    """Without a year it is the next such day."""
    assert dates.parse_day(text, TODAY) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("30 Feb", "No such date: '30 Feb'"),
        ("2027-02-29", "No such date"),
        ("31 Nov 2027", "No such date"),
        ("24 Brumaire", "No such date"),
        ("tomorrow", "No such date"),
        ("0000-01-01", "No such date"),
        ("2026-11-23", "Already past"),
        ("0001-01-01", "Out of range"),
        ("9999-12-31", "Out of range"),
        ("2028-12-01", "Out of range"),
    ],
)
def test_what_no_calendar_has_is_refused(text: str, says: str) -> None:
    """Cases D46, D49 and D50."""
    with pytest.raises(DomainError, match=says):
        dates.parse_day(text, TODAY)


def test_a_list_of_days_may_hold_commas_inside_its_dates() -> None:
    """The year behind a comma belongs to its month."""
    listed = "2026-12-24, Dec 31, 2026; 26 Dec\n1 Jan"

    assert dates.parse_days(listed, TODAY) == {
        date(2026, 12, 24),
        date(2026, 12, 31),
        date(2026, 12, 26),
        date(2027, 1, 1),
    }
    assert dates.parse_days("  ", TODAY) == frozenset()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-12-01 09:00", datetime(2026, 12, 1, 14, 0, tzinfo=UTC)),
        ("2026-12-01T09:00", datetime(2026, 12, 1, 14, 0, tzinfo=UTC)),
        ("1 Dec 9 am", datetime(2026, 12, 1, 14, 0, tzinfo=UTC)),
        ("1 déc. à 9h", datetime(2026, 12, 1, 14, 0, tzinfo=UTC)),
        ("1 Dec", datetime(2026, 12, 1, 5, 0, tzinfo=UTC)),
        ("1 July 2027 at 09:00", datetime(2027, 7, 1, 13, 0, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_on_the_clock_of_the_place(text: str, meant: datetime) -> None:
    """Without a time it is the midnight."""
    assert dates.parse_instant(text, TORONTO, NOW) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2027-03-14 02:30", "That time doesn't exist that day"),
        ("2027-11-07 01:30", "comes twice"),
        ("2026-12-01 25:00", "No such time"),
        ("2026-11-24 11:59", "Already past"),
        ("2026-11-24", "Already past"),
        ("soon", "No such date"),
    ],
)
def test_an_instant_no_clock_shows_is_refused(text: str, says: str) -> None:
    """Cases D47 to D49; noon in Toronto is now."""
    with pytest.raises(DomainError, match=says):
        dates.parse_instant(text, TORONTO, NOW)


def test_a_clock_that_no_longer_changes_skips_nothing() -> None:
    """Half past two on the same night exists in Vancouver since 2026."""
    assert dates.parse_instant("2027-03-14 02:30", "America/Vancouver", NOW) == datetime(2027, 3, 14, 9, 30, tzinfo=UTC)


@given(st.text(max_size=40))
def test_any_text_is_an_instant_or_a_refusal(text: str) -> None:
    """Nothing else escapes, and nothing lies in the past."""
    with suppress(DomainError):
        assert dates.parse_instant(text, TORONTO, NOW) >= NOW
