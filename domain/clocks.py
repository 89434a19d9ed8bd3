"""Which wall clock a place reads, from the pinned zone tables only.

Importing this module takes the operating system's zone tables out of play for the whole process. It decides nothing
about sending: ``faults`` says whether the tables can be trusted, ``domain.gate`` holds everything when they cannot.
"""

import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import metadata
from itertools import pairwise
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.provinces import Province

# Half of Canada stopped changing its clocks in 2026, and zoneinfo reads the operating system's tables before the
# ``tzdata`` wheel. A stock Debian 12 image still carries 2025b: with it Vancouver, Edmonton, Winnipeg and Inuvik run
# an hour slow all winter, and a call believed to ring at 21:25 rings at 22:25. So the search path is emptied, which
# leaves the pinned wheel alone, and zones that were built before this line are forgotten.
zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()

EXPECTED_OFFSETS: Final[tuple[tuple[str, float], ...]] = (
    ("America/Vancouver", -7.0),
    ("America/Edmonton", -6.0),
    ("America/Winnipeg", -5.0),
    ("America/Inuvik", -6.0),
    ("America/Regina", -6.0),
    ("America/Toronto", -5.0),
    ("America/St_Johns", -3.5),
)
"""Hours east of UTC at noon UTC on 2026-12-01; each differs from a table of 2025 or guards one that must not move.

Source: IANA tz database NEWS, releases 2026b to 2026f.
"""

MAIN_CLOCKS: Final[Mapping[Province, str]] = MappingProxyType(
    {
        Province.BC: "America/Vancouver",
        Province.YT: "America/Whitehorse",
        Province.AB: "America/Edmonton",
        Province.NT: "America/Edmonton",
        Province.SK: "America/Regina",
        Province.MB: "America/Winnipeg",
        Province.ON: "America/Toronto",
        Province.QC: "America/Toronto",
        Province.NU: "America/Iqaluit",
        Province.NB: "America/Moncton",
        Province.NS: "America/Halifax",
        Province.PE: "America/Halifax",
        Province.NL: "America/St_Johns",
    }
)
"""The clock of each province's largest city, west to east."""

_PROBE_AT: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
_MEND: Final = "mend it with: pip install -U 'tzdata>=2026.6', then restart"
_SCAN_STEP: Final = timedelta(hours=12)
"""No Canadian clock changes twice within half a day; a finer scan would only cost time."""
_CITY_NAMES: Final = {"St_Johns": "St. John's"}
_MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One moment at which a wall clock is put forward or back.

    Attributes:
        at: first instant of the new offset, aware UTC.
        before: offset from UTC until then.
        after: offset from UTC from then on.
    """

    at: datetime
    before: timedelta
    after: timedelta


def faults(expected: tuple[tuple[str, float], ...] = EXPECTED_OFFSETS) -> tuple[str, ...]:
    """Name every zone whose table is missing or contradicts Canadian law.

    Args:
        expected: pairs of IANA zone name and hours east of UTC on 2026-12-01.

    Returns:
        One sentence per fault, with the way to mend it; empty when the tables can be trusted.
    """
    found = (_fault(zone, hours) for zone, hours in expected)
    return tuple(sentence for sentence in found if sentence is not None)


def _fault(zone: str, hours: float) -> str | None:
    try:
        offset = local(_PROBE_AT, zone).utcoffset()
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        return f"The clock of {zone} cannot be read ({type(error).__name__}); {_MEND}."
    if offset == timedelta(hours=hours):
        return None
    actual = "no offset" if offset is None else _utc(offset)
    return f"The clock of {zone} says {actual} on 2026-12-01, the law says {_utc(timedelta(hours=hours))}; {_MEND}."


@lru_cache(maxsize=1)
def zone_data_version() -> str:
    """Return the release of the zone tables in use, such as ``2026.6`` (IANA 2026f), for receipts and doctor."""
    return metadata.version("tzdata")


def local(at: datetime, zone: str) -> datetime:
    """Read the wall clock of a zone.

    Args:
        at: an aware instant.
        zone: IANA name.

    Raises:
        ValueError: ``at`` carries no offset; guessing one would guess the law.
        ZoneInfoNotFoundError: no such zone.
    """
    return _aware(at).astimezone(zone_of(zone))


def utc(at: datetime) -> datetime:
    """Return an instant in UTC.

    Raises:
        ValueError: ``at`` carries no offset; the standard library would take the machine's.
    """
    return _aware(at).astimezone(UTC)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant without an offset has no place in time")
    return at


@lru_cache(maxsize=128)
def zone_of(name: str) -> ZoneInfo:
    """Return a zone and keep it: zoneinfo itself forgets all but the last eight, and reads their files again.

    Raises:
        ZoneInfoNotFoundError: no such zone.
    """
    return ZoneInfo(name)


def readings(zones: Iterable[str], at: datetime) -> tuple[tuple[str, datetime], ...]:
    """Read the distinct clocks of a place, each with the name of its zone, the one furthest behind first.

    Args:
        zones: IANA names; zones that agree at this instant count once, under the name that sorts first.
        at: an aware instant.
    """
    by_offset: dict[timedelta | None, tuple[str, datetime]] = {}
    for zone in sorted(zones):
        moment = local(at, zone)
        by_offset.setdefault(moment.utcoffset(), (zone, moment))
    return tuple(sorted(by_offset.values(), key=lambda reading: reading[1].replace(tzinfo=None)))


def local_times(zones: Iterable[str], at: datetime) -> tuple[datetime, ...]:
    """Read the distinct clocks of a place, the one furthest behind first."""
    return tuple(moment for _, moment in readings(zones, at))


def offset_label(at: datetime, zone: str) -> str:
    """Say where a clock stands, such as ``UTC−7 (Vancouver)``.

    Offset and city, never an abbreviation: since 2026 the tables call Winnipeg "EST" and Vancouver "MST".
    """
    offset = local(at, zone).utcoffset()
    city = zone.rpartition("/")[2]
    return f"{_utc(offset or timedelta())} ({_CITY_NAMES.get(city, city.replace('_', ' '))})"


def _utc(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = _MINUS if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


@lru_cache(maxsize=512)
def changes(zone: str, year: int) -> tuple[ClockChange, ...]:
    """Find every clock change of a zone whose instant lies in a UTC year, in order, exact to the second.

    zoneinfo does not publish its tables, so the year is scanned and each change is closed in on by halving.
    """
    steps = range((datetime(year + 1, 1, 1, tzinfo=UTC) - datetime(year, 1, 1, tzinfo=UTC)) // _SCAN_STEP + 1)
    marks = [datetime(year, 1, 1, tzinfo=UTC) + step * _SCAN_STEP for step in steps]
    offsets = [_offset(mark, zone) for mark in marks]
    return tuple(
        _close_in(low, high, zone)
        for (low, high), (before, after) in zip(pairwise(marks), pairwise(offsets), strict=True)
        if before != after
    )


def _close_in(low: datetime, high: datetime, zone: str) -> ClockChange:
    before, after = _offset(low, zone), _offset(high, zone)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // timedelta(seconds=2) * timedelta(seconds=1)
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return ClockChange(at=high, before=before, after=after)


def _offset(at: datetime, zone: str) -> timedelta:
    offset = at.astimezone(zone_of(zone)).utcoffset()
    if offset is None:  # pragma: no cover - ZoneInfo always answers for an aware instant
        raise ValueError(f"{zone} has no offset at {at.isoformat()}")
    return offset
