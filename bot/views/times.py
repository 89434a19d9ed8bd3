"""Writes moments for people: on the seller's clocks with the place named, or on the reader's own clock through Slack.

Decides no window; it only reads clocks.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from domain import clocks

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Spelled here: the names that ``strftime`` gives follow the machine's language."""


def stamp(moment: datetime, form: str = "{date_short_pretty} at {time}") -> str:
    """Return a moment as ``mrkdwn`` that Slack writes on each reader's own clock.

    Args:
        moment: an aware instant.
        form: Slack's date tokens.

    Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    utc = moment.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{form}|{_day(utc.date())} {utc:%H:%M} UTC>"


def there(zones: Iterable[str], at: datetime) -> str:
    """Return what every clock of a place reads: ``14:05, UTC−5 (Toronto) / 13:05, UTC−6 (Rainy River)``.

    Returns:
        Empty when the place is unknown.
    """
    return " / ".join(f"{time:%H:%M}, {clocks.offset_label(at, zone)}" for zone, time in clocks.readings(zones, at))


def dated(zones: Iterable[str], moment: datetime, at: datetime) -> str:
    """Return a moment on the clocks of a place, seen from ``at``: ``today 14:32`` or ``Fri 27 Nov 14:02``.

    Returns:
        ``mrkdwn``; several clocks read ``today 13:32 / 14:32``. An unknown place reads on the reader's own clock.
    """
    found = clocks.readings(zones, moment)
    if not found:
        return stamp(moment)
    days = [day_word(time.date(), clocks.local(at, zone).date()) for zone, time in found]
    if len(set(days)) == 1:
        return f"{days[0]} " + " / ".join(f"{time:%H:%M}" for _zone, time in found)
    return " / ".join(f"{day} {time:%H:%M}" for day, (_zone, time) in zip(days, found, strict=True))


def day_word(day: date, today: date) -> str:
    """Return ``today``, ``tomorrow``, ``yesterday`` or ``Fri 27 Nov``, with the year when it is another one."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today) // timedelta(days=1))
    return near or (_day(day) if day.year == today.year else f"{_day(day)} {day.year}")


def full_day(moment: datetime) -> str:
    """Return the day of an instant with its year, ``24 May 2027``, counted in UTC like every legal period here."""
    day = moment.astimezone(UTC)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def span(seconds: float) -> str:
    """Return a length of time in one or two units: ``45 s``, ``4 min``, ``2 h 10 min``, ``3 d``."""
    minutes = round(seconds / 60)
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{round(seconds)} s"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    if hours < 48:  # noqa: PLR2004 - two days are said in hours
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} d"


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
