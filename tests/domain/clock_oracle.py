"""A slow second opinion on Canadian clocks and hours that shares nothing with the code under test.

It knows the clocks from the law's own words (which UTC minute each change falls on, written out by hand), steps through
time minute by minute, and asks of each minute what the wall clock shows. No time-zone tables, no cleverness.
"""

from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES_A_DAY: Final = 24 * 60

# Who changes at 02:00 local, by hours west of UTC in winter. Forward: 02:00 + 5 h = 07:00 UTC in Toronto. Back, while
# the clock still shows summer time: 02:00 + 4 h = 06:00 UTC. Saint John's stands half an hour east of Halifax.
FORWARD: Final = ((2026, 3, 8), (2027, 3, 14), (2028, 3, 12))
BACK: Final = ((2026, 11, 1), (2027, 11, 7), (2028, 11, 5))

# Clocks by how they run: the offset in minutes before 2026-03-08, whether they went forward that day, and whether they
# change twice a year ever after.
STEADY: Final = "never changes"
LAST_TIME: Final = "went forward on 2026-03-08 for good"
YEARLY: Final = "changes twice a year"

CLOCKS: Final[dict[str, tuple[int, str]]] = {
    "America/Whitehorse": (-7 * 60, STEADY),
    "America/Dawson": (-7 * 60, STEADY),
    "America/Dawson_Creek": (-7 * 60, STEADY),
    "America/Fort_Nelson": (-7 * 60, STEADY),
    "America/Creston": (-7 * 60, STEADY),
    "America/Vancouver": (-8 * 60, LAST_TIME),
    "America/Edmonton": (-7 * 60, LAST_TIME),
    "America/Inuvik": (-7 * 60, LAST_TIME),
    "America/Regina": (-6 * 60, STEADY),
    "America/Swift_Current": (-6 * 60, STEADY),
    "America/Winnipeg": (-6 * 60, LAST_TIME),
    "America/Toronto": (-5 * 60, YEARLY),
    "America/Iqaluit": (-5 * 60, YEARLY),
    "America/Atikokan": (-5 * 60, STEADY),
    "America/Rankin_Inlet": (-6 * 60, YEARLY),
    "America/Resolute": (-6 * 60, YEARLY),
    "America/Cambridge_Bay": (-7 * 60, YEARLY),
    "America/Halifax": (-4 * 60, YEARLY),
    "America/Glace_Bay": (-4 * 60, YEARLY),
    "America/Moncton": (-4 * 60, YEARLY),
    "America/Goose_Bay": (-4 * 60, YEARLY),
    "America/Blanc-Sablon": (-4 * 60, STEADY),
    "America/St_Johns": (-3 * 60 - 30, YEARLY),
}

PLACES: Final[dict[str, frozenset[str]]] = {zone.rpartition("/")[2]: frozenset({zone}) for zone in CLOCKS} | {
    "East Kootenay": frozenset({"America/Vancouver", "America/Edmonton"}),
    "anywhere in BC": frozenset(
        {"America/Vancouver", "America/Dawson_Creek", "America/Fort_Nelson", "America/Creston", "America/Edmonton"}
    ),
    "anywhere in SK": frozenset({"America/Regina", "America/Swift_Current"}),
    "Creighton SK": frozenset({"America/Regina", "America/Winnipeg"}),
    "anywhere in ON": frozenset({"America/Toronto", "America/Winnipeg", "America/Atikokan"}),
    "anywhere in QC": frozenset({"America/Toronto", "America/Halifax", "America/Blanc-Sablon"}),
    "anywhere in NS": frozenset({"America/Halifax", "America/Glace_Bay"}),
    "anywhere in NL": frozenset({"America/St_Johns", "America/Goose_Bay"}),
    "anywhere in NU": frozenset(
        {
            "America/Iqaluit",
            "America/Rankin_Inlet",
            "America/Resolute",
            "America/Cambridge_Bay",
            "America/Atikokan",
        }
    ),
    "anywhere in NT": frozenset({"America/Edmonton", "America/Inuvik", "America/Whitehorse"}),
    "anywhere in YT": frozenset({"America/Whitehorse", "America/Dawson"}),
    "anywhere in Canada": frozenset(CLOCKS),
}

Hours = Callable[[int, int], bool]
"""Whether a local day, counted from EPOCH, is open at a minute of that day."""


def weekday(day: int) -> int:
    """Return the day of the week, Monday 0; day 0 is Thursday, 1 January 2026."""
    return (day + 3) % 7


def call_hours(day: int, minute: int) -> bool:
    """Say whether calls are lawful: Monday to Friday 09:00 to 21:30, at the weekend 10:00 to 18:00."""
    if weekday(day) < 5:
        return 9 * 60 <= minute < 21 * 60 + 30
    return 10 * 60 <= minute < 18 * 60


def minute_of(at: datetime) -> int:
    """Return the number of the minute an instant lies in, counted from EPOCH."""
    return (at - EPOCH) // timedelta(minutes=1)


def instant(minute: int) -> datetime:
    """Return the instant a minute begins at."""
    return EPOCH + timedelta(minutes=minute)


@cache
def _summers(winter: int, kind: str) -> tuple[range, ...]:
    """Return the minutes for which a clock is an hour ahead of its winter time."""
    if kind == STEADY:
        return ()
    springs = [minute_of(datetime(*day, 2, 0, tzinfo=UTC)) - winter for day in FORWARD]
    falls = [minute_of(datetime(*day, 2, 0, tzinfo=UTC)) - (winter + 60) for day in BACK]
    if kind == LAST_TIME:
        return (range(springs[0], 10**9),)
    return tuple(range(*summer) for summer in zip(springs, falls, strict=True))


def wall(zone: str, minute: int) -> int:
    """Return what a clock shows at a UTC minute, in minutes from EPOCH on its own dial."""
    winter, kind = CLOCKS[zone]
    for summer in _summers(winter, kind):
        if minute in summer:
            return minute + winter + 60
    return minute + winter


def is_open(zone: str, minute: int, hours: Hours) -> bool:
    """Say whether one clock shows an open minute that it shows only once."""
    shown = wall(zone, minute)
    twice = shown in (wall(zone, minute - 60), wall(zone, minute + 60))
    return not twice and hours(*divmod(shown, MINUTES_A_DAY))


@cache
def open_minutes(clock: tuple[int, str], minutes: range, hours: Hours) -> bytes:
    """Walk through a stretch of time minute by minute with one clock: 1 is open; what it shows twice is closed."""
    zone = next(zone for zone, kind in CLOCKS.items() if kind == clock)
    dial = array("i", (wall(zone, minute) for minute in range(minutes[0] - 60, minutes[-1] + 61)))
    return bytes(
        shown not in (an_hour_ago, in_an_hour) and hours(*divmod(shown, MINUTES_A_DAY))
        for an_hour_ago, shown, in_an_hour in zip(dial, dial[60:], dial[120:], strict=False)
    )


def open_everywhere(zones: frozenset[str], minutes: range, hours: Hours) -> bytes:
    """Say of each minute of a walk whether all clocks of a place are open."""
    walks = (open_minutes(clock, minutes, hours) for clock in {CLOCKS[zone] for zone in zones})
    return bytes(map(min, zip(*walks, strict=True)))


def stretches(opened: bytes, first: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when a walk found it open; what is open at either end of the walk is left out."""
    began: int | None = None
    before = 1
    for minute, now in enumerate(opened, start=first):
        if now and not before:
            began = minute
        if before and not now and began is not None:
            yield instant(began), instant(minute)
        before = now
