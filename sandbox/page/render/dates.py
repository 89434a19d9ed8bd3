"""Writes Slack's date tokens as text; decides nothing about time zones beyond the one it is given."""

from datetime import date, datetime, timedelta, tzinfo

_NAMED_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 0))


def clock_text(moment: datetime, *, seconds: bool = False) -> str:
    """Return the time of day as Slack writes it in English, e.g. ``9:05 AM``."""
    hour = moment.hour % 12 or 12
    tail = f":{moment:%S}" if seconds else ""
    return f"{hour}:{moment:%M}{tail} {'AM' if moment.hour < 12 else 'PM'}"  # noqa: PLR2004 - noon


def day_text(day: date, *, style: str = "date", today: date | None = None) -> str:
    """Return a calendar day in one of Slack's styles.

    Args:
        day: The local day.
        style: ``date`` (November 24th, 2026), ``date_short`` (Nov 24, 2026), ``date_long`` (with the weekday),
            ``date_long_full`` (November 24, 2026), ``date_num`` (2026-11-24) or ``date_slash`` (24/11/2026).
        today: When given, a day beside it becomes yesterday, today or tomorrow.

    """
    named = _NAMED_DAYS.get((day - today).days) if today else None
    if named:
        return named
    written = {
        "date_num": day.isoformat(),
        "date_slash": f"{day:%d/%m/%Y}",
        "date_short": f"{day:%b} {day.day}, {day.year}",
        "date_long": f"{day:%A}, {day:%B} {_ordinal(day.day)}, {day.year}",
        "date_long_full": f"{day:%B} {day.day}, {day.year}",
    }
    return written.get(style, f"{day:%B} {_ordinal(day.day)}, {day.year}")


def expand(template: str, moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Return ``template`` with every date token replaced by the moment in ``zone``.

    Args:
        template: Text with tokens in braces, e.g. ``{date_pretty} at {time}``; unknown tokens stay as they are.
        moment: The aware moment to write.
        now: The aware present, for today, yesterday, tomorrow and ``{ago}``.
        zone: The zone of the reader.

    Source:
        https://docs.slack.dev/messaging/formatting-message-text#date-formatting

    """
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    tokens = {"time": clock_text(local), "time_secs": clock_text(local, seconds=True), "ago": _ago(moment, now)}
    for style in ("date_num", "date_slash", "date_short", "date_long", "date_long_full", "date"):
        tokens[style] = day_text(local.date(), style=style)
    for style in ("date", "date_short", "date_long"):
        tokens[f"{style}_pretty"] = day_text(local.date(), style=style, today=today)
    tokens["day_divider_pretty"] = tokens["date_long_pretty"]
    text = template
    for name, value in tokens.items():
        text = text.replace(f"{{{name}}}", value)
    return text[:1].upper() + text[1:]


def _ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th …; the teens all take th."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")  # noqa: PLR2004
    return f"{number}{suffix}"


def _ago(moment: datetime, now: datetime) -> str:
    distance = abs((now - moment) / timedelta(seconds=1))
    unit, size = next(pair for pair in _UNITS if distance >= pair[1])
    count = int(distance // max(size, 1))
    phrase = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{phrase} ago" if moment <= now else f"in {phrase}"
