"""Which of a team's policies applies to a place, what a change of one means, and what the legal floor leaves of it.

A policy belongs to a market, a province or all of Canada; the nearest one that is in force applies as a whole. What
the rules mean is in ``domain.law``, how they are typed in ``domain.policy_fields``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from domain import clocks, geo, hours_text, law, provinces
from domain.errors import DomainError
from domain.law import BUILT_IN_POLICY, TeamPolicy
from domain.model import ALL_MARKETS, Channel
from domain.options import echo
from domain.provinces import Province
from domain.windows import Week, intersect

CANADA: Final = "CA"
"""Stands for every province in a key such as ``CA/ALL``; ISO 3166-1."""

NAMES: Final[Mapping[Channel, str]] = {Channel.SMS: "Texts", Channel.CALL: "Calls", Channel.EMAIL: "E-mails"}
CANADIAN_WORDS: Final = frozenset({"canada", "ca", "all"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a policy applies.

    Attributes:
        province: None for all of Canada.
        market: ``ALL`` for a whole province, and for Canada.
    """

    province: Province | None
    market: str = ALL_MARKETS

    @property
    def key(self) -> str:
        """Return the name that rows, receipts and the audit trail use: ``ON/Toronto``, ``ON/ALL``, ``CA/ALL``."""
        return f"{self.province.value if self.province else CANADA}/{self.market}"

    @property
    def name(self) -> str:
        """Return the name for people: ``Toronto, Ontario``, ``Ontario`` or ``Canada``."""
        if self.province is None:
            return "Canada"
        english = self.province.english
        return english if self.market == ALL_MARKETS else f"{self.market}, {english}"

    @property
    def typed(self) -> str:
        """Return what people type behind a command: ``ON Toronto``, ``ON`` or ``Canada``."""
        if self.province is None:
            return "Canada"
        return self.province.value if self.market == ALL_MARKETS else f"{self.province.value} {self.market}"

    @property
    def zone(self) -> str:
        """Return the clock its dates are read on: the one most of its people live by."""
        return clocks.MAIN_CLOCKS[self.province or Province.ON]


EVERYWHERE: Final = Scope(None)


class PolicyState(StrEnum):
    """What has become of one version of a policy."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    """Approved, and waiting for its time."""
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the rules of one scope; its rules never change, only what became of it.

    Attributes:
        rules: with the version's number and the scope's key in them.
        base_id: the policy that applied to the scope when this was proposed; 0 for the built-in one.
        replaced_id: the version of the same scope it took the place of, or None.
        asked_from: when it is to come into force, or None for as soon as it is approved.
        effective_at: when it came, or will come, into force.
        note: why it ended, where a sentence is needed.
        replay: what it would have changed in the past, as ``domain.replay.as_json`` wrote it.
    """

    policy_id: int
    scope: Scope
    state: PolicyState
    rules: TeamPolicy
    reason: str
    proposed_by: str
    proposed_at: datetime
    base_id: int
    replaced_id: int | None
    asked_from: datetime | None
    effective_at: datetime | None
    decided_by: str | None
    ended_by: str | None
    ended_at: datetime | None
    note: str | None
    replay: Mapping[str, Any]

    @property
    def ref(self) -> str:
        """Return the name people use, such as ``Ontario, version 3``."""
        return f"{self.scope.name}, version {self.rules.version}"


def scope_of(text: str) -> Scope:
    """Return the scope a person means by ``ON Toronto``, ``Québec``, ``Toronto`` or ``Canada``.

    Raises:
        DomainError: no place is named, or it is no province and no market.
    """
    words = text.split()
    if not words:
        raise DomainError("policy_scope", "Which policy? Example: ON Toronto, or ON, or Canada.")
    if " ".join(words).lower() in CANADIAN_WORDS:
        return EVERYWHERE
    for length in range(len(words), 0, -1):
        province = provinces.parse(" ".join(words[:length]))
        if province is not None:
            return Scope(province, _market(" ".join(words[length:]), province))
    place = geo.locate(text)
    if place.province is None or place.market == ALL_MARKETS:
        raise _unknown(text)
    return Scope(place.province, place.market)


def _market(words: str, province: Province) -> str:
    if not words or words.upper() == ALL_MARKETS:
        return ALL_MARKETS
    place = geo.locate(f"{words}, {province.value}")
    if place.province is not province or place.market == ALL_MARKETS:
        raise _unknown(words)
    return place.market


def _unknown(words: str) -> DomainError:
    sentence = f"'{echo(words)}' is no province and no market. Example: ON Toronto, or ON, or Canada."
    return DomainError("policy_scope", sentence)


def from_key(key: str) -> Scope:
    """Return the scope of a key such as ``ON/Toronto``.

    Raises:
        DomainError: it is none of ours.
    """
    code, _, market = key.partition("/")
    if not market or code not in {CANADA, *Province} or (code == CANADA and market != ALL_MARKETS):
        raise _unknown(key)
    return Scope(None if code == CANADA else Province(code), market)


def lookup(province: Province | None, market: str) -> tuple[Scope, ...]:
    """Return where to look for the policy of a place, the nearest first: market, province, Canada."""
    if province is None:
        return (EVERYWHERE,)
    wide = (Scope(province), EVERYWHERE)
    return wide if market == ALL_MARKETS else (Scope(province, market), *wide)


def choose(in_force: Mapping[str, TeamPolicy], province: Province | None, market: str) -> TeamPolicy:
    """Return the policy that applies to a place: the nearest one in force, else the built-in one.

    Args:
        in_force: rules by the key of their scope.
        province: None when it is not known; then only Canada's rules can apply.
        market: census metropolitan area, or ``ALL``.
    """
    found = (in_force.get(scope.key) for scope in lookup(province, market))
    return next((rules for rules in found if rules is not None), BUILT_IN_POLICY)


def diff(old: TeamPolicy, new: TeamPolicy) -> tuple[str, ...]:
    """Say in sentences what a new policy changes; empty when it changes nothing."""
    return (*_hours_changed(old, new), *_limits_changed(old, new), *_days_changed(old, new), *_consent(old, new))


def hours(rules: TeamPolicy, channel: Channel) -> str:
    """Return the hours a team keeps on a channel, as they are typed; ``off`` for a channel it does not use."""
    return hours_text.show(rules.windows[channel]) if channel in rules.channels else hours_text.OFF


def _hours_changed(old: TeamPolicy, new: TeamPolicy) -> Iterator[str]:
    for channel in Channel:
        before, after = hours(old, channel), hours(new, channel)
        if before != after:
            yield f"{NAMES[channel]}: {after} (now {before})"


_LIMITS: Final = (
    ("max_per_day", "Messages to one person a day"),
    ("max_per_30_days", "Messages to one person in 30 days"),
    ("max_team_per_hour", "Messages of the whole team an hour"),
)


def _limits_changed(old: TeamPolicy, new: TeamPolicy) -> Iterator[str]:
    for name, words in _LIMITS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{words}: at most {after} (now {before})"


def _days_changed(old: TeamPolicy, new: TeamPolicy) -> Iterator[str]:
    for channel in Channel:
        before, after = (channel in rules.closed_on_holidays for rules in (old, new))
        if before != after:
            yield f"{NAMES[channel]} {'rest' if after else 'no longer rest'} on provincial holidays"
    for words, days in (
        ("Closed on", new.closed_on - old.closed_on),
        ("No longer closed on", old.closed_on - new.closed_on),
    ):
        if days:
            yield f"{words} {', '.join(day.isoformat() for day in sorted(days))}"


def _consent(old: TeamPolicy, new: TeamPolicy) -> Iterator[str]:
    if old.inquiry_is_implied_consent != new.inquiry_is_implied_consent:
        counts = "counts" if new.inquiry_is_implied_consent else "no longer counts"
        yield f"A seller's inquiry {counts} as consent for six months (CASL s. 10(10)(e); have counsel agree)"


def applied(rules: TeamPolicy, channel: Channel, scope: Scope) -> Week | None:
    """Return the hours that really apply in a scope: the team's and the legal floor together; None when not used.

    For all of Canada the floor is what every province allows.
    """
    if channel not in rules.channels:
        return None
    week = rules.windows[channel]
    for province in _provinces(scope):
        week = intersect(law.legal_window(channel, province), week)
    return week


def _provinces(scope: Scope) -> tuple[Province, ...]:
    return tuple(Province) if scope.province is None else (scope.province,)


def floor_notes(rules: TeamPolicy, scope: Scope) -> tuple[str, ...]:
    """Say where a policy asks for more than the floor allows, and what really applies then.

    Returns:
        For example ``Texts: Mon–Sun 08:00–22:00 asked; the floor leaves Mon–Fri 09:00–21:30, …``; empty when the team
        keeps inside the floor.
    """
    return tuple(_floor_notes(rules, scope))


def _floor_notes(rules: TeamPolicy, scope: Scope) -> Iterator[str]:
    for channel in Channel:
        really = applied(rules, channel, scope)
        if really is not None and really != rules.windows[channel]:
            whose = "the law" if _statutory(channel, scope) else "the company floor (the hours for calls)"
            asked = hours_text.show(rules.windows[channel])
            yield f"{NAMES[channel]}: {asked} asked; {whose} leaves {hours_text.show(really)}, and only that applies"


def _statutory(channel: Channel, scope: Scope) -> bool:
    return law.hours_rule(channel, _provinces(scope)[0]).statutory


def check(rules: TeamPolicy, scope: Scope) -> None:
    """Refuse a policy under which a channel that is on could never be used.

    Raises:
        DomainError: the floor leaves nothing of the hours asked for a channel.
    """
    for channel in Channel:
        really = applied(rules, channel, scope)
        if really is not None and not any(really.days):
            sentence = (
                f"{NAMES[channel]} could never leave: {hours_text.show(rules.windows[channel])} lies outside "
                f"{hours_text.show(law.CALL_HOURS)}. Change the hours, or write off."
            )
            raise DomainError("hours_outside_floor", sentence, field=channel.value)
