"""A day somebody typed, such as the day a consent was given."""

from datetime import UTC, date, datetime

from domain.errors import DomainError

EARLIEST_YEAR = 1990
"""Before any consent, contract or list this trade can still rely on."""

EXAMPLE = "2026-05-24"


def parse_past(text: str, now: datetime, *, field: str) -> datetime:
    """Return the first instant of a day in the past or today, aware UTC.

    Counted from the earliest moment of the day, so that what is computed from it ends early rather than late.

    Args:
        text: ``2026-05-24``; nothing else, because 05/06 means two days.
        field: whose value it is, for the error.

    Raises:
        DomainError: no such day, not yet, or absurdly long ago.
    """
    day = parse(text, field=field)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if start > now:
        raise DomainError("date_ahead", f"{day.isoformat()} is still ahead: write the day it happened.", field=field)
    return start


def parse(text: str, *, field: str) -> date:
    """Return a day written as ``2026-05-24``.

    Raises:
        DomainError: it is not written so, or there is no such day.
    """
    parts = text.strip().split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(part.isascii() and part.isdigit() for part in parts):
        raise DomainError("date_unreadable", f"Write the day as year-month-day, such as {EXAMPLE}.", field=field)
    year, month, day = (int(part) for part in parts)
    if not EARLIEST_YEAR <= year <= EARLIEST_YEAR + 100:
        raise DomainError("date_range", f"Out of range: {text.strip()}", field=field)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DomainError("date_missing", f"No such date: {text.strip()}", field=field) from error
