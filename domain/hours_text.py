"""A week of opening hours as people type and read it: ``Mon-Fri 09:00-20:00, Sat 10:00-18:00``, in both languages.

Decides what a typed text means. Which hours are lawful is decided in ``domain.law``, when they are open in
``domain.windows``.
"""

import re
from collections.abc import Iterator
from datetime import time
from itertools import groupby
from typing import Final

from domain import dates
from domain.errors import DomainError
from domain.options import echo
from domain.provinces import fold
from domain.windows import Span, Week

OFF: Final = "off"
"""Stands for a channel the team does not use."""

MAX_CHARACTERS: Final = 300
EXAMPLE: Final = "Mon-Fri 09:00-20:00, Sat 10:00-18:00"

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_OFF_WORDS: Final = frozenset({OFF, "none", "no", "never", "aucun", "aucune", "non", "jamais", "ferme"})
_EVERY_DAY: Final = frozenset({"daily", "everyday", "touslesjours", "quotidien"})
_FULL_NAMES: Final = (
    ("monday", "lundi"),
    ("tuesday", "mardi"),
    ("wednesday", "mercredi"),
    ("thursday", "jeudi"),
    ("friday", "vendredi"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
_SHORTEST_DAY: Final = 2
"""``mo``, ``tu``; but ``ma`` alone is mardi, ``m`` could be three days."""

_PART: Final = re.compile(r"[,;\n]+")
_HOUR: Final = r"\d{1,3}(?:\s?[:hH.]\s?\d{0,2})?\s?(?:[aApP]\.?[mM]\.?)?"
_DASH: Final = r"\s*(?:-|–|—|−|\bto\b|\buntil\b|à|\bau?\b)\s*"
_SPAN: Final = re.compile(rf"(?<!\d)(?P<opens>{_HOUR}){_DASH}(?P<closes>{_HOUR})(?!\d)")
_RANGE: Final = re.compile(_DASH)
_FILLER: Final = re.compile(r"\A(?:du|de|from|les?)\s+", re.IGNORECASE)


def parse(text: str, *, field: str | None = None) -> Week | None:
    """Return the week a text means.

    Days without hours go with the hours that follow (``Mon, Wed 9-12``), hours without days with the days before
    (``Mon-Fri 9-12, 13-17``). A range may run over Sunday. Hours that overlap or touch become one.

    Args:
        text: as typed.
        field: form field it belongs to.

    Returns:
        None for ``off``: the channel is not used.

    Raises:
        DomainError: a day or a time cannot be read, or hours end before they begin.
    """
    if fold(text) in _OFF_WORDS:
        return None
    if len(text) > MAX_CHARACTERS:
        raise DomainError("too_long", f"Too long (max {MAX_CHARACTERS})", field=field)
    try:
        return _week(list(_pairs(text)))
    except DomainError as error:
        raise DomainError(error.code, error.sentence, field=field) from error


def show(week: Week) -> str:
    """Return a week as text that ``parse`` reads back: ``Mon–Fri 09:00–20:00, Sat 10:00–18:00``."""
    runs = [(spans, [day for day, _spans in run]) for spans, run in groupby(enumerate(week.days), key=lambda it: it[1])]
    return ", ".join(f"{_days_of(days)} {_spans_of(spans)}" for spans, days in runs if spans) or OFF


def _days_of(days: list[int]) -> str:
    return DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}–{DAYS[days[-1]]}"


def _spans_of(spans: tuple[Span, ...]) -> str:
    return " ".join(f"{span.opens:%H:%M}–{span.closes:%H:%M}" for span in spans)


def _pairs(text: str) -> Iterator[tuple[list[int], list[Span]]]:
    """Yield days and their hours, part by part."""
    waiting: list[int] = []
    last: list[int] = []
    for part in (part.strip() for part in _PART.split(text)):
        if not part:
            continue
        spans = [_span(match) for match in _SPAN.finditer(part)]
        rest = _SPAN.sub(" ", part).strip(" :.")
        days = _days(rest) if rest else []
        if not spans:
            waiting += days
            continue
        days = waiting + days or last
        if not days:
            raise DomainError("hours_unreadable", f"Which days? Write it like {EXAMPLE}.")
        yield days, spans
        waiting, last = [], days
    if waiting or not last:
        raise DomainError("hours_unreadable", f"Which hours? Write it like {EXAMPLE}, or off.")


def _span(match: re.Match[str]) -> Span:
    opens, closes = dates.parse_time(match["opens"]), dates.parse_time(match["closes"])
    if opens >= closes:
        raise DomainError("hours_reversed", f"Hours end on the day they begin, after they begin: '{echo(match[0])}'.")
    return Span(opens, closes)


def _days(words: str) -> list[int]:
    if fold(words) in _EVERY_DAY:
        return list(range(len(DAYS)))
    ends = [end for end in _RANGE.split(_FILLER.sub("", words)) if end]
    if len(ends) == 1:
        return [day for word in re.split(r"\s+(?:and\s+|et\s+|&\s*)?", ends[0]) for day in [_day(word)]]
    if len(ends) != len(("from", "to")):
        raise _no_day(words)
    first, last = _day(ends[0]), _day(ends[1])
    return [day % len(DAYS) for day in range(first, last + 1 + (len(DAYS) if last < first else 0))]


def _day(word: str) -> int:
    key = fold(word)
    found = {
        index
        for index, names in enumerate(_FULL_NAMES)
        for name in names
        if len(key) >= _SHORTEST_DAY and (name.startswith(key) or key == f"{name}s")
    }
    if len(found) != 1:
        raise _no_day(word)
    return found.pop()


def _no_day(words: str) -> DomainError:
    return DomainError("no_such_day", f"'{echo(words)}' is no day. Write it like {EXAMPLE}.")


def _week(pairs: list[tuple[list[int], list[Span]]]) -> Week:
    open_minutes: list[list[Span]] = [[] for _day in DAYS]
    for days, spans in pairs:
        for day in days:
            open_minutes[day] += spans
    return Week(tuple(_joined(spans) for spans in open_minutes))


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that overlap or touch made one."""
    kept: list[tuple[time, time]] = []
    for span in sorted(spans, key=lambda span: span.opens):
        if kept and span.opens <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], span.closes))
        else:
            kept.append((span.opens, span.closes))
    return tuple(Span(opens, closes) for opens, closes in kept)
