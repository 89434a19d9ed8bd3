"""How the gate's answers are said to people, in English and French.

The words are in ``domain.reason_texts``, the answers in ``domain.verdicts``; ``domain.gate`` decides which is due.
"""

from datetime import date, datetime, timedelta
from typing import Final, Protocol, assert_never

from domain import clocks, consent, law, provinces, reason_texts
from domain.model import Channel, Language
from domain.provinces import Province
from domain.verdicts import Allow, Hold, Note, Reason, Refuse, Verdict

__all__ = ["Asked", "Note", "Reason", "sentence"]


class Asked(Protocol):
    """What a sentence must know about the question; ``domain.gate.Facts`` has it."""

    @property
    def at(self) -> datetime:
        """When the question was asked, aware."""

    @property
    def channel(self) -> Channel:
        """How the message would go."""

    @property
    def province(self) -> Province | None:
        """Where the contact is."""

    @property
    def zones(self) -> frozenset[str]:
        """Every zone the contact may be in."""


_MINUTE: Final = timedelta(minutes=1)
_WEEK: Final = timedelta(days=7)
_TODAY, _TOMORROW = 7, 8


def sentence(verdict: Verdict, asked: Asked, language: Language = Language.EN) -> str:
    """Say a verdict to people: what happens, by which rule, and the next lawful minute on the contact's clock.

    Args:
        verdict: the gate's answer.
        asked: the facts it was given, or anything with their ``at``, ``channel``, ``province`` and ``zones``.
        language: English or French.

    Returns:
        For example ``Ontario texts open 09:00 tomorrow, UTC−5 (Toronto): company hours, the same as for calls``.
    """
    match verdict:
        case Allow():
            when = _when(verdict.valid_until, asked, language)
            return reason_texts.ALLOWED[language].format(when=when, detail=_allowed(verdict, language))
        case Hold():
            return _fill(verdict.reason, verdict.rule, _when(verdict.until, asked, language), asked, language)
        case Refuse():
            return _fill(verdict.reason, verdict.rule, "", asked, language)
    assert_never(verdict)


def _allowed(verdict: Allow, language: Language) -> str:
    ground = reason_texts.GROUNDS[language].get(verdict.ground, verdict.ground)
    if verdict.consent is not None:
        ground = consent.describe(verdict.consent, language)
    return "; ".join((ground, *(reason_texts.NOTES[language][note] for note in verdict.notes)))


def _fill(reason: Reason, rule: str, when: str, asked: Asked, language: Language) -> str:
    channels = reason_texts.CHANNELS[language][asked.channel]
    return reason_texts.REASONS[language][reason].format(
        place=_place_name(asked.province, language),
        channels=channels,
        when=when,
        rule=reason_texts.RULES[language].get(rule, rule),
        detail=_detail(reason, rule, asked, language),
    )


def _detail(reason: Reason, rule: str, asked: Asked, language: Language) -> str:
    if reason is Reason.LEGAL_HOLIDAY and asked.province is not None:
        days = sorted({moment.date() for moment in clocks.local_times(asked.zones, asked.at)})
        named = (law.holiday_name(asked.province, day, language) for day in days)
        names = ", ".join(name for name in named if name)
        return f" ({names})" if names else ""
    code = rule.partition(".")[2]
    return reason_texts.DETAILS[language].get(code) or _scope(code, language)


def _scope(code: str, language: Language) -> str:
    """Name what a switch covers, such as ``province:ON`` or ``channel:sms``; an unknown scope stays as it is."""
    kind, _, name = code.partition(":")
    if kind == "channel":
        return reason_texts.CHANNELS[language].get(name, name)
    province = provinces.parse(name) if kind == "province" else None
    return code if province is None else _place_name(province, language)


def _place_name(province: Province | None, language: Language) -> str:
    if province is None:
        return ""
    return province.french if language is Language.FR else province.english


def _when(moment: datetime | None, asked: Asked, language: Language) -> str:
    """Say a moment on every clock of the place, rounded up to the minute: what is open at 09:00:30 is not at 09:00."""
    if moment is None or not asked.zones:
        return reason_texts.NEVER[language]
    whole = moment.replace(second=0, microsecond=0)
    moment = whole if whole == moment else whole + _MINUTE
    return " / ".join(
        f"{_minute(time, clocks.local(asked.at, zone).date(), language)}, {clocks.offset_label(moment, zone)}"
        for zone, time in clocks.readings(asked.zones, moment)
    )


def _minute(moment: datetime, today: date, language: Language) -> str:
    day = _day(moment.date(), today, language)
    if language is Language.FR:
        return f"{day} à {moment.hour}\u00a0h" + (f"\u00a0{moment.minute:02d}" if moment.minute else "")
    return f"{moment.hour:02d}:{moment.minute:02d} {day}"


def _day(day: date, today: date, language: Language) -> str:
    days = reason_texts.DAYS[language]
    if day == today:
        return days[_TODAY]
    if day == today + timedelta(days=1):
        return days[_TOMORROW]
    if today < day < today + _WEEK:
        return days[day.weekday()]
    return day.isoformat()
