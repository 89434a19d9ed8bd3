"""Dates and times as people type them: ``2026-12-24``, ``24 Dec``, ``1 déc. 09:00``; an instant on a place's clock.

Decides what a typed text means, and refuses what no calendar or clock has. A date without a year is the next one.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from domain import clocks
from domain.errors import DomainError
from domain.options import echo
from domain.provinces import fold

AHEAD_DAYS: Final = 2 * 366
"""How far ahead a date may lie; a policy for the year 9999 is a typing error."""

_TIME: Final = re.compile(
    r"\A(?P<hour>\d{1,3})(?:\s?[:hH.]\s?(?P<minute>\d{0,2}))?\s?(?P<half>[aApP])?(?:\.?[mM]\.?)?\Z"
)
_ISO: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)")
_WORDS: Final = re.compile(
    r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?\s+(?P<name>[^\W\d]+)\.?(?:,?\s+(?P<year>\d{4}))?(?!\d)"
)
_MONTH_FIRST: Final = re.compile(r"(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:,?\s+(?P<year>\d{4}))?(?![\d:hH])")
_MONTHS: Final = (
    ("january", "janvier"),
    ("february", "fevrier"),
    ("march", "mars"),
    ("april", "avril"),
    ("may", "mai"),
    ("june", "juin"),
    ("july", "juillet"),
    ("august", "aout"),
    ("september", "septembre"),
    ("october", "octobre"),
    ("november", "novembre"),
    ("december", "decembre"),
)
_SHORTEST_MONTH: Final = 3
_HALF_DAY_HOURS: Final = 12
_LEAP_CYCLE_YEARS: Final = 8
"""29 February comes back within eight years, over 2100 too."""


def parse_time(text: str) -> time:
    """Return the wall-clock time a text means: ``09:00``, ``9``, ``9h30``, ``8 pm``.

    Raises:
        DomainError: no clock shows it, such as ``25:00``.
    """
    match = _TIME.match(text.strip())
    if match is None:
        raise _no_time(text)
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()
    if half:
        if not 1 <= hour <= _HALF_DAY_HOURS:
            raise _no_time(text)
        hour = hour % _HALF_DAY_HOURS + (_HALF_DAY_HOURS if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError as error:
        raise _no_time(text) from error


def _no_time(text: str) -> DomainError:
    return DomainError("no_such_time", f"No such time: '{echo(text)}'. Write it like 09:00 or 20:30.")


def parse_day(text: str, today: date) -> date:
    """Return the date a text means.

    Args:
        text: as typed.
        today: local date; an earlier date is refused.

    Raises:
        DomainError: no calendar has it, it is past, or it lies too far ahead.
    """
    words = text.strip()
    match = _ISO.fullmatch(words) or _WORDS.fullmatch(words) or _MONTH_FIRST.fullmatch(words)
    if match is None:
        raise _no_date(text)
    return _bounded(_day_of(match, today), today)


def parse_days(text: str, today: date) -> frozenset[date]:
    """Return the dates in a list parted by commas, semicolons or lines; none for an empty text.

    Raises:
        DomainError: one of them cannot be used.
    """
    return frozenset(parse_day(part, today) for part in re.split(r"[;\n]|,(?!\s*\d{4}\b(?!-))", text) if part.strip())


def parse_instant(text: str, zone: str, now: datetime) -> datetime:
    """Return the instant a date and a time mean on the clock of a place; without a time, its midnight.

    Args:
        text: such as ``2026-12-01 09:00``.
        zone: IANA name.
        now: aware; nothing before it is taken.

    Returns:
        Aware UTC.

    Raises:
        DomainError: no such date or time, the clock skips or repeats it, or it is past or too far ahead.
    """
    today = clocks.local(now, zone).date()
    words = text.strip()
    match = _ISO.match(words) or _WORDS.match(words) or _MONTH_FIRST.match(words)
    if match is None:
        raise _no_date(text)
    rest = words[match.end() :].strip(" ,àT") or "00:00"
    day = _bounded(_day_of(match, today), today)
    moment = _on_clock(day, parse_time(rest.removeprefix("at ").removeprefix("@")), zone)
    if moment < now:
        raise DomainError("already_past", f"Already past: '{echo(text)}'. Leave it empty for at once.")
    return moment


def _on_clock(day: date, at: time, zone: str) -> datetime:
    wall = datetime.combine(day, at, tzinfo=clocks.zone_of(zone))
    moment = clocks.utc(wall)
    if clocks.local(moment, zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise DomainError("no_such_local_time", "That time doesn't exist that day: the clock is put forward over it.")
    if wall.utcoffset() != wall.replace(fold=1).utcoffset():
        raise DomainError("local_time_twice", "That time comes twice that day: the clock is put back. Choose another.")
    return moment


def _day_of(match: re.Match[str], today: date) -> date:
    found = match.groupdict()
    month = int(found["month"]) if found.get("month") else _month(found["name"], match[0])
    if found["year"]:
        return _made(int(found["year"]), month, int(found["day"]), match[0])
    return _next(month, int(found["day"]), today, match[0])


def _month(name: str, text: str) -> int:
    key = fold(name)
    names = [(index, each) for index, pair in enumerate(_MONTHS, start=1) for each in pair]
    found = {index for index, each in names if len(key) >= _SHORTEST_MONTH and each.startswith(key)}
    if len(found) != 1:
        raise _no_date(text)
    return found.pop()


def _made(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _no_date(text) from error


def _next(month: int, day: int, today: date, text: str) -> date:
    """Return the next such day; 29 February may be years away, 30 February never comes."""
    for year in range(today.year, today.year + _LEAP_CYCLE_YEARS + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise _no_date(text)


def _no_date(text: str) -> DomainError:
    return DomainError("no_such_date", f"No such date: '{echo(text)}'. Write it like 2026-12-24.")


def _bounded(day: date, today: date) -> date:
    if day.year < today.year - 1 or day > today + timedelta(days=AHEAD_DAYS):
        raise DomainError("out_of_range", f"Out of range: {day.isoformat()}. Dates lie within the next two years.")
    if day < today:
        raise DomainError("already_past", f"Already past: {day.isoformat()}.")
    return day
