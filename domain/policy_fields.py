"""The fields a policy is typed in: read into rules, and written back so that a form can be filled with what applies.

Decides what each field means. Which policy applies where is decided in ``domain.policies``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeVar

from domain import clocks, dates, hours_text, keywords, policies
from domain.errors import DomainError
from domain.law import TeamPolicy
from domain.model import Channel
from domain.policies import Scope

_Parsed = TypeVar("_Parsed")

HOLIDAYS: Final[Mapping[str, frozenset[Channel]]] = {
    "none": frozenset(),
    "call": frozenset({Channel.CALL}),
    "sms": frozenset({Channel.SMS}),
    "email": frozenset({Channel.EMAIL}),
    "call+email": frozenset({Channel.CALL, Channel.EMAIL}),
    "call+sms": frozenset({Channel.CALL, Channel.SMS}),
    "email+sms": frozenset({Channel.EMAIL, Channel.SMS}),
    "all": frozenset(Channel),
}
"""Choices of what rests on provincial holidays."""

LIMITS: Final[Mapping[str, tuple[str, int]]] = {
    "per_day": ("max_per_day", 20),
    "per_30_days": ("max_per_30_days", 200),
    "per_hour": ("max_team_per_hour", 5_000),
}
"""Field to the limit it sets and the largest number taken: beyond it no limit is meant, but a typing error."""

REASON_LEAST: Final = 5
REASON_MOST: Final = 500
MOST_DAYS: Final = 60
"""Most further closed days of a policy; a longer list belongs into the hours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A policy as it was typed.

    Attributes:
        starts_at: when it is to come into force, aware UTC, or None for as soon as it is approved.
    """

    rules: TeamPolicy
    reason: str
    starts_at: datetime | None


def read(fields: Mapping[str, str], scope: Scope, before: TeamPolicy, now: datetime) -> Asked:
    """Return the policy that filled-in fields mean.

    Args:
        fields: ``sms`` ``call`` ``email`` (hours or ``off``), ``per_day`` ``per_30_days`` ``per_hour``, ``reason``, the
            choices ``holidays`` and ``inquiry``; ``closed_on`` and ``from`` may be absent.
        scope: where it is to apply; its clock reads the dates.
        before: the rules that apply now; their passed closed days stay as they were.
        now: aware.

    Raises:
        DomainError: a field cannot be used; it names the field.
    """
    today = clocks.local(now, scope.zone).date()
    windows = {channel: hours_text.parse(fields.get(channel.value, ""), field=channel.value) for channel in Channel}
    rules = TeamPolicy(
        version=before.version,
        windows={channel: week for channel, week in windows.items() if week is not None},
        channels=frozenset(channel for channel, week in windows.items() if week is not None),
        inquiry_is_implied_consent=fields.get("inquiry") == "yes",
        closed_on_holidays=_holidays(fields.get("holidays", "none")),
        closed_on=_closed_on(fields.get("closed_on", ""), today) | {day for day in before.closed_on if day < today},
        scope=scope.key,
        **{name: _limit(fields, field) for field, (name, _most) in LIMITS.items()},
    )
    policies.check(rules, scope)
    return Asked(rules, _reason(fields.get("reason", "")), _starts_at(fields.get("from", ""), scope, now))


def written(rules: TeamPolicy, today: date) -> dict[str, str]:
    """Return the fields that ``read`` turns into these rules again; reason and start are for a person to say."""
    resting = next(word for word, channels in HOLIDAYS.items() if channels == rules.closed_on_holidays)
    return {
        **{channel.value: policies.hours(rules, channel) for channel in Channel},
        **{field: str(getattr(rules, name)) for field, (name, _most) in LIMITS.items()},
        "holidays": resting,
        "closed_on": ", ".join(day.isoformat() for day in sorted(rules.closed_on) if day >= today),
        "inquiry": "yes" if rules.inquiry_is_implied_consent else "no",
    }


def numbered(rules: TeamPolicy, version: int) -> TeamPolicy:
    """Return the same rules under the number they are stored as."""
    return replace(rules, version=version)


def _limit(fields: Mapping[str, str], field: str) -> int:
    most = LIMITS[field][1]
    text = fields.get(field, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most):
        raise DomainError("bad_cap", f"A whole number, 0–{most:,}; 0 lets nothing out.", field=field)
    return int(text)


def _holidays(word: str) -> frozenset[Channel]:
    if word not in HOLIDAYS:
        raise DomainError("holidays", "Choose what rests on holidays from the list.", field="holidays")
    return HOLIDAYS[word]


def _closed_on(text: str, today: date) -> frozenset[date]:
    days = _at_field("closed_on", lambda: dates.parse_days(text, today))
    if len(days) > MOST_DAYS:
        raise DomainError("too_many_days", f"At most {MOST_DAYS} further closed days.", field="closed_on")
    return days


def _starts_at(text: str, scope: Scope, now: datetime) -> datetime | None:
    return _at_field("from", lambda: dates.parse_instant(text, scope.zone, now)) if text.strip() else None


def _at_field(field: str, parse: Callable[[], _Parsed]) -> _Parsed:
    """Read a date, and say at which field it cannot be read."""
    try:
        return parse()
    except DomainError as error:
        raise DomainError(error.code, error.sentence, field=field) from error


def _reason(text: str) -> str:
    said = " ".join(keywords.clean(text, len(text) + 1).split())
    if sum(character.isalnum() for character in said) < REASON_LEAST:
        raise DomainError("no_reason", "Say why, in a few words: the second person decides on it.", field="reason")
    if len(said) > REASON_MOST:
        raise DomainError("too_long", f"Too long (max {REASON_MOST})", field="reason")
    return said
