"""Call hours in every place of Canada against a walk through time minute by minute."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from domain import law, windows
from tests.domain import clock_oracle as oracle

YEARS = range(
    oracle.minute_of(datetime(2026, 1, 1, tzinfo=UTC)),
    oracle.minute_of(datetime(2029, 1, 1, tzinfo=UTC)),
)
WALKS = {
    "autumn 2026": (datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)),
    "new year 2027": (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)),
    "spring 2027": (datetime(2027, 3, 13, tzinfo=UTC), datetime(2027, 3, 16, tzinfo=UTC)),
    "autumn 2027": (datetime(2027, 11, 6, tzinfo=UTC), datetime(2027, 11, 9, tzinfo=UTC)),
}


def _stretches(zones: frozenset[str], minutes: range) -> Iterator[tuple[datetime, datetime]]:
    """Hop from opening to closing to opening; what reaches over either end is left out."""
    start, end = oracle.instant(minutes[0]), oracle.instant(minutes[-1])
    if windows.is_open(law.CALL_HOURS, zones, start):
        start = windows.closes_at(law.CALL_HOURS, zones, start)
    while (opens := windows.next_open(law.CALL_HOURS, zones, start)) is not None:
        start = windows.closes_at(law.CALL_HOURS, zones, opens)
        if start > end:
            return
        yield opens, start


def _asked(zones: frozenset[str], minutes: range) -> bytes:
    return bytes(windows.is_open(law.CALL_HOURS, zones, oracle.instant(minute)) for minute in minutes)


@pytest.mark.parametrize("place", oracle.PLACES)
def test_hours_around_a_change_are_those_of_the_walk(place: str) -> None:
    """Each opening and closing to the minute, and the wall clocks asked every 7 minutes."""
    zones = oracle.PLACES[place]
    for name, (start, end) in WALKS.items():
        minutes = range(oracle.minute_of(start), oracle.minute_of(end))
        expected = oracle.open_everywhere(zones, minutes, oracle.call_hours)

        assert list(_stretches(zones, minutes)) == list(oracle.stretches(expected, minutes[0])), name
        assert _asked(zones, minutes[::7]) == expected[::7], name


@pytest.mark.slow
@pytest.mark.parametrize("place", oracle.PLACES)
def test_hours_of_three_years_are_those_of_the_walk(place: str) -> None:
    """Every minute of 2026 to 2028: each opening and closing, and the wall clocks asked every 37 minutes."""
    zones = oracle.PLACES[place]
    expected = oracle.open_everywhere(zones, YEARS, oracle.call_hours)

    assert list(_stretches(zones, YEARS)) == list(oracle.stretches(expected, YEARS[0]))
    assert _asked(zones, YEARS[::37]) == expected[::37]
