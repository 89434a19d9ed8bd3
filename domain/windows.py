"""When a week of opening hours is open, in every zone a place may be in, exact over every clock change.

Three rules fail closed: a place with several zones is open only when all of them are; a wall-clock time that occurs
twice (clocks put back) is closed both times; one that never occurs (clocks put forward) opens nothing. ``is_open``
reads the wall clocks; ``next_open`` and ``closes_at`` work from a table of openings computed another way, so each
checks the other. Which hours bind whom is decided in ``domain.law``.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from domain import clocks
from domain.errors import DomainError

HORIZON_DAYS: Final = 31
"""How many days ahead an opening is looked for. Call hours never stay closed longer than one long weekend."""
NO_DAYS: Final[frozenset[date]] = frozenset()

_DAYS_A_WEEK: Final = 7
_MONTHS_A_YEAR: Final = 12
_MARGIN: Final = timedelta(days=2)
"""Local dates to look at on either side of a UTC month: offsets reach 14 hours, an opening 25."""

_Stretch = tuple[datetime, datetime]
"""``[from, to)`` in aware UTC."""


@dataclass(frozen=True, slots=True)
class Span:
    """Hours within one day by the wall clock, ``[opens, closes)``.

    Attributes:
        opens: first open minute, without a zone.
        closes: first minute that is closed again; hours never reach past midnight.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Refuse hours that end before they begin or are finer than a minute."""
        whole = all(at.tzinfo is None and at.second == at.microsecond == 0 for at in (self.opens, self.closes))
        if not whole or self.opens >= self.closes:
            sentence = f"Hours open before they close, in whole minutes of one day; got {self.opens} to {self.closes}."
            raise DomainError("bad_span", sentence)


@dataclass(frozen=True, slots=True)
class Week:
    """Opening hours of a week.

    Attributes:
        days: seven tuples of spans, Monday first; spans of a day in order, neither overlapping nor touching.
    """

    days: tuple[tuple[Span, ...], ...]
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a week that is not seven days of ordered spans, and hash it once: weeks are keys of every table."""
        ordered = all(earlier.closes < later.opens for day in self.days for earlier, later in pairwise(day))
        if len(self.days) != _DAYS_A_WEEK or not ordered:
            raise DomainError("bad_week", "A week is seven days of hours in order, with a gap between two hours.")
        object.__setattr__(self, "_hash", hash(self.days))

    def __hash__(self) -> int:
        """Return the hash computed when the week was made."""
        return self._hash

    def __reduce__(self) -> tuple[type["Week"], tuple[tuple[tuple[Span, ...], ...]]]:
        """Rebuild on unpickling: the hash of a time differs from process to process."""
        return Week, (self.days,)


def week(*, weekdays: Iterable[Span], saturday: Iterable[Span], sunday: Iterable[Span]) -> Week:
    """Build a week from the three kinds of day that rules are written in; no span means closed all day."""
    monday_to_friday = (tuple(weekdays),) * (_DAYS_A_WEEK - 2)
    return Week((*monday_to_friday, tuple(saturday), tuple(sunday)))


@lru_cache(maxsize=1024)
def intersect(a: Week, b: Week) -> Week:
    """Return the hours that lie in both weeks."""
    return Week(tuple(tuple(_common(ours, theirs)) for ours, theirs in zip(a.days, b.days, strict=True)))


def _common(ours: tuple[Span, ...], theirs: tuple[Span, ...]) -> Iterator[Span]:
    for one in ours:
        for other in theirs:
            opens, closes = max(one.opens, other.opens), min(one.closes, other.closes)
            if opens < closes:
                yield Span(opens, closes)


def is_open(hours: Week, zones: frozenset[str], at: datetime, closed_days: frozenset[date] = NO_DAYS) -> bool:
    """Ask whether the hours are open at an instant on every wall clock of a place.

    Args:
        hours: opening hours by the wall clock.
        zones: IANA names of every zone the place may be in; none means never open.
        at: an aware instant.
        closed_days: local dates that are closed all day.
    """
    return bool(zones) and all(_is_open_in(hours, zone, at, closed_days) for zone in zones)


def _is_open_in(hours: Week, zone: str, at: datetime, closed_days: frozenset[date]) -> bool:
    wall = clocks.local(at, zone)
    day, minute = wall.date(), wall.time()
    spans = hours.days[day.weekday()]
    if not any(span.opens <= minute < span.closes for span in spans) or day in closed_days:
        return False
    # An ambiguous time could be read an hour earlier or later by the person called, so it is closed both times.
    return wall.utcoffset() == wall.replace(fold=1 - wall.fold).utcoffset()


def next_open(
    hours: Week,
    zones: frozenset[str],
    after: datetime,
    closed_days: frozenset[date] = NO_DAYS,
    *,
    horizon_days: int = HORIZON_DAYS,
) -> datetime | None:
    """Find the first open instant at or after another.

    Args:
        hours: opening hours by the wall clock.
        zones: IANA names of every zone the place may be in.
        after: an aware instant; it is the answer itself when it is open.
        closed_days: local dates that are closed all day; must cover the years up to the horizon.
        horizon_days: how many days ahead to look.

    Returns:
        Aware UTC, or None when nothing opens before the horizon.
    """
    start = clocks.utc(after)
    horizon = start + timedelta(days=horizon_days)
    stretch = next(_stretches_from(hours, zones, closed_days, start, horizon), None)
    if stretch is None or stretch[0] >= horizon:
        return None
    return max(stretch[0], start)


def closes_at(hours: Week, zones: frozenset[str], at: datetime, closed_days: frozenset[date] = NO_DAYS) -> datetime:
    """Find the first instant at which open hours are closed again.

    Args:
        hours: opening hours by the wall clock.
        zones: IANA names of every zone the place may be in.
        at: an aware instant that is open.
        closed_days: local dates that are closed all day.

    Raises:
        ValueError: the hours are not open at ``at``.
    """
    start = clocks.utc(at)
    stretch = next(_stretches_from(hours, zones, closed_days, start, start), None)
    if stretch is None or stretch[0] > start:
        raise ValueError(f"not open at {at.isoformat()}")
    return stretch[1]


def _stretches_from(
    hours: Week, zones: frozenset[str], closed_days: frozenset[date], start: datetime, until: datetime
) -> Iterator[_Stretch]:
    """Yield open stretches that end after ``start``, in order, up to the month of ``until``."""
    # What is open on the first of a month may have opened in the month before.
    for index in range(_month_index(start) - 1, _month_index(until) + 1):
        opens, closes = _month(hours, zones, closed_days, index)
        for place in range(bisect_right(closes, start), len(closes)):
            yield opens[place], closes[place]


def _month_index(at: datetime) -> int:
    return at.year * _MONTHS_A_YEAR + at.month - 1


def _month_start(index: int) -> datetime:
    year, month = divmod(index, _MONTHS_A_YEAR)
    return datetime(year, month + 1, 1, tzinfo=UTC)


@lru_cache(maxsize=2048)
def _month(
    hours: Week, zones: frozenset[str], closed_days: frozenset[date], index: int
) -> tuple[tuple[datetime, ...], tuple[datetime, ...]]:
    """List the open stretches that begin in a UTC month, as their beginnings and their ends."""
    first, last = _month_start(index), _month_start(index + 1)
    common: list[_Stretch] | None = None
    for zone in sorted(zones):
        stretches = list(_stretches_in(hours, zone, closed_days, first - _MARGIN, last + _MARGIN))
        common = stretches if common is None else list(_overlaps(common, stretches))
    kept = [stretch for stretch in common or () if first <= stretch[0] < last]
    return tuple(opens for opens, _ in kept), tuple(closes for _, closes in kept)


def _stretches_in(
    hours: Week, zone: str, closed_days: frozenset[date], first: datetime, last: datetime
) -> Iterator[_Stretch]:
    """Yield the open stretches of one zone, joined where the clock was put forward in the middle of one."""
    held: _Stretch | None = None
    for begins, ends, offset in _steady(zone, first, last):
        for opens, closes in _on_wall(hours, closed_days, begins + offset, ends + offset):
            stretch = (max(opens - offset, begins), min(closes - offset, ends))
            if held is not None and held[1] == stretch[0]:
                held = (held[0], stretch[1])
                continue
            if held is not None:
                yield held
            held = stretch
    if held is not None:
        yield held


def _steady(zone: str, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Cut a stretch of time where the clock changes, leaving out the instants whose wall-clock time occurs twice."""
    begins = first
    offset = clocks.local(first, zone).utcoffset() or timedelta()
    for change in (change for year in range(first.year, last.year + 1) for change in clocks.changes(zone, year)):
        if first < change.at < last:
            twice = max(change.before - change.after, timedelta())
            yield begins, change.at - twice, change.before
            begins, offset = change.at + twice, change.after
    yield begins, last, offset


def _on_wall(hours: Week, closed_days: frozenset[date], begins: datetime, ends: datetime) -> Iterator[_Stretch]:
    """Yield the hours that overlap a stretch of one unchanging wall clock, written as if that clock were UTC."""
    day = begins.date()
    while day <= ends.date():
        for span in () if day in closed_days else hours.days[day.weekday()]:
            opens, closes = (datetime.combine(day, at, tzinfo=UTC) for at in (span.opens, span.closes))
            if opens < ends and closes > begins:
                yield opens, closes
        day += timedelta(days=1)


def _overlaps(ours: list[_Stretch], theirs: list[_Stretch]) -> Iterator[_Stretch]:
    """Yield what lies in both of two ordered lists of stretches."""
    i = j = 0
    while i < len(ours) and j < len(theirs):
        begins, ends = max(ours[i][0], theirs[j][0]), min(ours[i][1], theirs[j][1])
        if begins < ends:
            yield begins, ends
        if ours[i][1] < theirs[j][1]:
            i += 1
        else:
            j += 1
