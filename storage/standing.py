"""Where everything stands that has not come to its end yet, and what was handed over lately.

Bounded reads for whoever looks every few seconds: what is open is found by the partial indexes it is worked on by, what
was handed over by its time. None of them grows with the history.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from domain.model import MessageState
from storage.tables import CLAIMABLE, FOR_A_PERSON, IN_FLIGHT, messages, receipts
from storage.unit import Tx

OPEN = (
    MessageState.HELD,
    MessageState.READY,
    MessageState.DISPATCHING,
    MessageState.UNKNOWN,
    MessageState.NEEDS_PERSON,
    MessageState.DEAD,
)
"""States in which something is still to happen to a message."""

LATELY = timedelta(days=1)
"""How far back what was handed over is looked at."""

SILENT_AFTER = timedelta(seconds=60)
"""Without a heartbeat for so long, six of them, nobody sends: people are told."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Every message that has not come to its end.

    Attributes:
        counts: how many stand in each state of ``OPEN``; a state without any is absent.
        holds: how many are held, by reason.
        oldest_due_at: when the first of those that wait is looked at again.
        oldest_ready_at: since when the first of those that may leave has been due.
        oldest_unknown_at: when the first of those in doubt was handed over, or perhaps so.
    """

    counts: Mapping[MessageState, int]
    holds: Mapping[str, int]
    oldest_due_at: datetime | None
    oldest_ready_at: datetime | None
    oldest_unknown_at: datetime | None


def of_messages(tx: Tx) -> Standing:
    """Return where the open messages stand."""
    counts: Counter[MessageState] = Counter()
    holds: Counter[str] = Counter()
    due: dict[MessageState, list[datetime]] = {MessageState.HELD: [], MessageState.READY: []}
    state, number = messages.c.state, func.count().label("number")
    waiting = select(state, messages.c.reason, number, func.min(messages.c.available_at).label("first"))
    for row in tx.execute(waiting.where(CLAIMABLE).group_by(state, messages.c.reason)):
        counts[MessageState(row.state)] += row.number
        due[MessageState(row.state)].append(row.first)
        if row.state == MessageState.HELD:
            holds[row.reason or ""] += row.number
    began: dict[MessageState, datetime | None] = {}
    in_flight = select(state, number, func.min(messages.c.attempt_began_at).label("first"))
    for row in tx.execute(in_flight.where(IN_FLIGHT).group_by(state)):
        counts[MessageState(row.state)] += row.number
        began[MessageState(row.state)] = row.first
    for row in tx.execute(select(state, number).where(FOR_A_PERSON).group_by(state)):
        counts[MessageState(row.state)] += row.number
    return Standing(
        counts=counts,
        holds=holds,
        oldest_due_at=min((first for each in due.values() for first in each), default=None),
        oldest_ready_at=min(due[MessageState.READY], default=None),
        oldest_unknown_at=began.get(MessageState.UNKNOWN),
    )


def handed_over(tx: Tx, now: datetime) -> dict[MessageState, int]:
    """Return what became of the messages the provider took ``LATELY``; a state without any is absent."""
    query = (
        select(messages.c.state, func.count())
        .where(messages.c.handed_over_at > now - LATELY, messages.c.handed_over_at <= now)
        .group_by(messages.c.state)
    )
    return {MessageState(state): number for state, number in tx.execute(query)}


def out_of_window(tx: Tx, now: datetime) -> int:
    """Return how many messages were handed over ``LATELY`` after their receipt had ceased to allow it; must be 0.

    A message's moment is when we knew that the provider had it, never earlier than it was handed over: a text whose
    answer was lost, and which a callback proved after closing time, is counted as well. Its newest receipt of a
    hand-over says until when it was allowed; one the books learnt from the provider has none, and is not judged.
    """
    allowed = (
        select(receipts.c.facts["valid_until"].as_string())
        .where(receipts.c.message_id == messages.c.id, receipts.c.verdict == "allow", receipts.c.moment == "handover")
        .order_by(receipts.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(messages.c.handed_over_at, allowed.label("valid_until")).where(
        messages.c.handed_over_at > now - LATELY, messages.c.handed_over_at <= now
    )
    return sum(
        row.handed_over_at > datetime.fromisoformat(row.valid_until)
        for row in tx.execute(query)
        if row.valid_until is not None
    )
