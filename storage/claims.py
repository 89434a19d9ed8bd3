"""Claims on rows that wait to be worked on: who holds which, until when, and how often without a result.

A claim is one statement of its own transaction, committed before the work. The work's transaction then asks for what
is still leased to it (``ladders.claimed``, ``messages.claimed``), so that a worker who was slow changes nothing that
is somebody else's by now. How often is too often is decided in ``domain.claims``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, TextClause, and_, case, select, update

from domain import claims
from domain.model import MessageState, RungState
from storage import waits
from storage.dialect import skip_locked
from storage.tables import ARMED, CLAIMABLE, messages, rungs
from storage.unit import Tx

FREE: Mapping[str, Any] = {
    "claims": 0,
    "lease_owner": None,
    "leased_at": None,
    "lease_until": None,
    "last_error": None,
}
"""What a result leaves behind: nobody's row, and nothing held against it."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows that are worked on one after another.

    Attributes:
        name: for logs and counts.
        waiting: condition of the partial index on ``due``.
        dead: state of a row that was claimed too often.
        leased: states in which a lease is somebody's promise.
    """

    name: str
    table: Table
    waiting: TextClause
    due: str
    dead: str
    leased: tuple[str, ...]


RUNGS = Queue("rungs", rungs, ARMED, "due_at", RungState.DEAD.value, (RungState.ARMED.value,))
MESSAGES = Queue(
    "messages",
    messages,
    CLAIMABLE,
    "available_at",
    MessageState.DEAD.value,
    (MessageState.HELD.value, MessageState.READY.value, MessageState.DISPATCHING.value),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one look at a queue came to.

    Attributes:
        ours: rows leased to us from now on.
        claims: how often each of them was claimed without a result, this time included.
        exhausted: rows that were claimed too often before; locked, not claimed again.
    """

    ours: tuple[int, ...] = ()
    claims: int = 0
    exhausted: tuple[int, ...] = ()


def any_due(tx: Tx, queue: Queue, now: datetime, wall: datetime) -> bool:
    """Tell, without a lock, whether a worker would find something to claim."""
    columns = queue.table.c
    # In the order of the index: a planner that does not know how few rows it must look at then takes no other.
    query = select(columns.id).where(*_due(queue, now, wall)).order_by(columns[queue.due], columns.id).limit(1)
    return tx.execute(query).first() is not None


def take(tx: Tx, queue: Queue, now: datetime, wall: datetime, *, owner: str, limit: int) -> Taken:
    """Claim rows whose time has come, oldest first.

    Args:
        now: the business clock, for what is due.
        wall: real time, for leases.
    """
    columns = queue.table.c
    query = select(columns.id, columns.claims).where(*_due(queue, now, wall))
    query = query.order_by(columns[queue.due], columns.id).limit(limit)
    found = [(row.id, row.claims) for row in tx.execute(skip_locked(tx, query, of=queue.table))]
    exhausted = tuple(row_id for row_id, count in found if claims.exhausted(count))
    ours = claims.together([each for each in found if each[0] not in exhausted])
    if ours:
        lease = {"lease_owner": owner, "leased_at": wall, "lease_until": wall + claims.LEASE}
        change = update(queue.table).where(columns.id.in_(ours), queue.waiting)
        tx.execute(change.values(claims=columns.claims + 1, **lease))
    return Taken(ours, dict(found)[ours[0]] + 1 if ours else 0, exhausted)


def finish(tx: Tx, queue: Queue, ids: Collection[int]) -> None:
    """Note that the work on these rows had a result."""
    if ids:
        tx.execute(update(queue.table).where(queue.table.c.id.in_(ids)).values(**FREE))


def failed(tx: Tx, queue: Queue, row_id: int, owner: str, error: str, *, until: datetime) -> bool:
    """Let a row go whose work failed; the claim counts against it.

    Args:
        error: class of what was raised.
        until: before this, in real time, nobody claims it.

    Returns:
        False when it is not ours any more.
    """
    change = update(queue.table).where(_held(queue, [row_id], owner))
    change = change.values(lease_owner=None, leased_at=None, lease_until=until, last_error=error)
    return tx.execute(change).rowcount == 1


def give_back(
    tx: Tx, queue: Queue, ids: Collection[int], owner: str, *, until: datetime | None, suspect: bool = False
) -> None:
    """Let rows go that were not worked on; nothing new is held against them.

    Args:
        until: before this, in real time, nobody claims them; None for at once.
        suspect: whether to claim each alone next time, because one of them may be to blame.
    """
    columns = queue.table.c
    before = case((columns.claims > 1, columns.claims - 1), else_=1) if suspect else columns.claims - 1
    change = update(queue.table).where(_held(queue, ids, owner))
    tx.execute(change.values(claims=before, lease_owner=None, leased_at=None, lease_until=until))


def give_all_back(tx: Tx, queue: Queue, owner: str) -> int:
    """Let everything go that waits and is leased to a worker which ends; returns how many rows that were."""
    columns = queue.table.c
    change = update(queue.table).where(columns.lease_owner == owner, queue.waiting)
    free = {"claims": columns.claims - 1, "lease_owner": None, "leased_at": None, "lease_until": None}
    return tx.execute(change.values(**free)).rowcount


@dataclass(frozen=True, slots=True)
class Dead:
    """A row that was given up, as far as it is read for that: what broke may lie in any other column.

    Attributes:
        error: class of what was last raised; None when its worker never came so far.
    """

    row_id: int
    lead_id: int | None
    error: str | None


def bury(tx: Tx, queue: Queue, ids: Collection[int]) -> tuple[Dead, ...]:
    """Give up rows that were claimed too often."""
    columns = queue.table.c
    change = update(queue.table).where(columns.id.in_(ids), queue.waiting)
    change = change.values(state=queue.dead, lease_owner=None, leased_at=None, lease_until=None)
    rows = tx.execute(change.returning(columns.id, columns.lead_id, columns.last_error))
    return tuple(Dead(row.id, row.lead_id, row.last_error) for row in rows)


def extend(tx: Tx, owner: str, wall: datetime) -> None:
    """Let a living worker keep what it holds, but nothing for longer than ``domain.claims.LONGEST_LEASE``."""
    for queue in (RUNGS, MESSAGES):
        columns = queue.table.c
        kept = (columns.lease_owner == owner) & columns.state.in_(queue.leased)
        recent = columns.leased_at > wall - claims.LONGEST_LEASE
        tx.execute(update(queue.table).where(kept, recent).values(lease_until=wall + claims.LEASE))


def _due(queue: Queue, now: datetime, wall: datetime) -> tuple[ColumnElement[bool] | TextClause, ...]:
    columns = queue.table.c
    return queue.waiting, columns[queue.due] <= now, waits.over(columns.lease_until, wall)


def _held(queue: Queue, ids: Collection[int], owner: str) -> ColumnElement[bool]:
    columns = queue.table.c
    return and_(columns.id.in_(ids), columns.lease_owner == owner, queue.waiting)
