"""Everything one decision of the gate rests on, and the check that nothing of it is missing.

Gathered by ``flows`` in one transaction; judged by ``domain.gate``, which is where other rooms import it from.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from domain.law import TeamPolicy
from domain.model import Channel, Consent, LadderState, Purpose, Suppression
from domain.provinces import Province


class DnclStatus(StrEnum):
    """What the team's copy of the National Do Not Call List says about a number."""

    UNKNOWN = "unknown"
    CLEAR = "clear"
    LISTED = "listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything one decision rests on, gathered in one transaction; nothing is assumed for a fact left out.

    Attributes:
        at: the moment of the decision, aware.
        market: market of the contact's place; on the receipt, no rule reads it.
        zones: IANA names of every zone the place may be in; empty when the place is unknown.
        conflicts: evidence about the place that disagrees; noted on the receipt.
        paused: active switches that cover this send, such as ``all``, ``province:ON``, ``channel:sms``.
        clock_faults: what ``domain.clocks.faults`` said.
        ladder: state of the lead's ladder; read for the purpose LADDER only.
        sent_today: messages handed over to this address in the last 24 hours.
        sent_30_days: the same over 30 days.
        calls_30_days: calls made to this person in the last 30 days.
        team_sent_last_hour: messages the whole team handed over in the last hour.
        same_body_within_24h: whether the very same text went to this address within 24 hours.
        in_flight: whether another message to this address is being handed over or in doubt.
        last_inbound_at: when the person last wrote, or None.
        send_before: from this instant on the message is stale, or None.
        national_list_checked_on: date of the team's copy of the National Do Not Call List; None when it has none.
        last_call_at: when the newest of ``calls_30_days`` was made, if known.
        oldest_today_at: when the oldest of ``sent_today`` was handed over, if known.
        oldest_30_days_at: when the oldest of ``sent_30_days`` was handed over, if known.
        last_start_at: when the person last wrote START, or None.
        stop_unread: whether a text of theirs that may ask us to stop waits for a person to read it.
    """

    at: datetime
    channel: Channel
    purpose: Purpose
    province: Province | None
    market: str
    zones: frozenset[str]
    conflicts: tuple[str, ...]
    consents: tuple[Consent, ...]
    suppressions: tuple[Suppression, ...]
    paused: frozenset[str]
    clock_faults: tuple[str, ...]
    policy: TeamPolicy
    ladder: LadderState | None
    sent_today: int
    sent_30_days: int
    calls_30_days: int
    team_sent_last_hour: int
    same_body_within_24h: bool
    in_flight: bool
    last_inbound_at: datetime | None
    send_before: datetime | None
    dncl: DnclStatus = DnclStatus.UNKNOWN
    national_list_checked_on: date | None = None
    last_call_at: datetime | None = None
    oldest_today_at: datetime | None = None
    oldest_30_days_at: datetime | None = None
    last_start_at: datetime | None = None
    stop_unread: bool = False


# What each fact must be. Types are checked in mypy too; this is for a row, a default or a caller that got past it,
# because None is not "no" and an empty answer is not "nothing found".
_SHAPES: Final[tuple[tuple[str, type], ...]] = (
    ("at", datetime),
    ("channel", Channel),
    ("purpose", Purpose),
    ("zones", frozenset),
    ("conflicts", tuple),
    ("consents", tuple),
    ("suppressions", tuple),
    ("paused", frozenset),
    ("clock_faults", tuple),
    ("policy", TeamPolicy),
    ("sent_today", int),
    ("sent_30_days", int),
    ("calls_30_days", int),
    ("team_sent_last_hour", int),
    ("same_body_within_24h", bool),
    ("in_flight", bool),
    ("dncl", DnclStatus),
    ("stop_unread", bool),
)


def first_missing(facts: Facts) -> str | None:
    """Return the name of the first fact that is missing or makes no sense."""
    for name, kind in _SHAPES:
        if not isinstance(getattr(facts, name), kind):
            return name
    if facts.at.tzinfo is None:
        return "at"
    if facts.purpose is Purpose.LADDER and facts.ladder is None:
        return "ladder"
    if min(facts.sent_today, facts.sent_30_days, facts.calls_30_days, facts.team_sent_last_hour) < 0:
        return "sent"
    return None
