"""The rungs of every ladder. Which rung is next is decided in ``domain.ladder``."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from domain.ladder import PlannedRung
from domain.model import CallOutcome, Channel, Rung, RungState
from domain.policies import Scope
from storage.claims import FREE
from storage.dialect import insert_many, skip_locked
from storage.places import leads_in
from storage.tables import ARMED, DEAD_RUNGS, rungs
from storage.unit import Tx

OPEN_STATES = (RungState.WAITING, RungState.ARMED)


def add(tx: Tx, lead_id: int, planned: Sequence[PlannedRung]) -> None:
    """Store the rungs of a new ladder."""
    rows = [
        {
            "lead_id": lead_id,
            "step": rung.step,
            "channel": rung.channel,
            "template": rung.template,
            "due_at": rung.due_at,
            "state": rung.state,
        }
        for rung in planned
    ]
    insert_many(tx, rungs, rows)


def claimed(tx: Tx, rung_ids: Collection[int], owner: str) -> tuple[Rung, ...]:
    """Return those of the rungs that are still armed and leased to ``owner``, locked until the transaction ends.

    Oldest first. What somebody else has locked is left to them.
    """
    ours = rungs.c.id.in_(rung_ids) & (rungs.c.lease_owner == owner)
    query = select(rungs).where(ours, ARMED).order_by(rungs.c.due_at, rungs.c.id)
    return tuple(_rung_from(row) for row in tx.execute(skip_locked(tx, query, of=rungs)))


def get(tx: Tx, rung_id: int) -> Rung | None:
    """Return one rung, or None."""
    row = tx.execute(select(rungs).where(rungs.c.id == rung_id)).one_or_none()
    return None if row is None else _rung_from(row)


def count_dead(tx: Tx) -> int:
    """Return how many rungs were given up and wait for a person."""
    return tx.execute(select(func.count()).select_from(rungs).where(DEAD_RUNGS)).scalar_one()


def of_leads(tx: Tx, lead_ids: Collection[int]) -> dict[int, tuple[Rung, ...]]:
    """Return the rungs of each lead in step order."""
    found: dict[int, list[Rung]] = {}
    query = select(rungs).where(rungs.c.lead_id.in_(lead_ids)).order_by(rungs.c.lead_id, rungs.c.step)
    for row in tx.execute(query):
        found.setdefault(row.lead_id, []).append(_rung_from(row))
    return {lead_id: tuple(steps) for lead_id, steps in found.items()}


def set_states(tx: Tx, rung_ids: Collection[int], state: RungState, note: str | None = None) -> None:
    """Move rungs to ``state``; a note says why to whoever reads the card."""
    if rung_ids:
        tx.execute(update(rungs).where(rungs.c.id.in_(rung_ids)).values(state=state, note=note))


def arm(tx: Tx, rung_ids: Collection[int]) -> None:
    """Make waiting rungs the next action of their ladders."""
    if rung_ids:
        waiting = rungs.c.id.in_(rung_ids) & (rungs.c.state == RungState.WAITING.value)
        tx.execute(update(rungs).where(waiting).values(state=RungState.ARMED, **FREE))


def settle(tx: Tx, rung_id: int, state: RungState, now: datetime, *, note: str | None = None) -> bool:
    """End a rung that has not ended yet.

    Returns:
        False when it had ended already.
    """
    active = rungs.c.state.in_([RungState.QUEUED, RungState.POSTED, RungState.ARMED])
    change = update(rungs).where(rungs.c.id == rung_id, active).values(state=state, settled_at=now, note=note)
    return tx.execute(change).rowcount == 1


def record_outcome(tx: Tx, rung_id: int, outcome: CallOutcome, by: str, now: datetime) -> bool:
    """Note what came of a call task, once.

    Returns:
        False when an outcome stands already.
    """
    free = (rungs.c.id == rung_id) & rungs.c.outcome.is_(None) & (rungs.c.state == RungState.POSTED.value)
    values = {"outcome": outcome, "outcome_by": by, "settled_at": now, "state": RungState.DONE}
    return tx.execute(update(rungs).where(free).values(values)).rowcount == 1


def set_due(tx: Tx, dues: Sequence[tuple[int, datetime]]) -> None:
    """Give rungs new times; pairs of rung id and due time."""
    if dues:
        change = update(rungs).where(rungs.c.id == bindparam("rung")).values(due_at=bindparam("due"))
        tx.execute(change, [{"rung": rung_id, "due": due_at} for rung_id, due_at in dues])


def look_again(tx: Tx, lead_id: int, now: datetime) -> None:
    """Bring a held call step before the gate at once, because what held it may have changed."""
    held = (rungs.c.lead_id == lead_id) & (rungs.c.state == RungState.ARMED.value) & rungs.c.note.is_not(None)
    tx.execute(update(rungs).where(held).values(due_at=now))


def look_again_in(tx: Tx, scope: Scope, reasons: Collection[str], now: datetime) -> None:
    """Bring the call steps of a place that are held for one of these reasons before the gate at once."""
    held = (rungs.c.state == RungState.ARMED.value) & rungs.c.note.in_(reasons)
    there = held & (rungs.c.due_at > now) & rungs.c.lead_id.in_(leads_in(scope))
    tx.execute(update(rungs).where(there).values(due_at=now))


def park(tx: Tx, lead_ids: Collection[int]) -> None:
    """Disarm the ladders of these leads, so that a paused one costs the due query nothing."""
    armed = rungs.c.lead_id.in_(lead_ids) & (rungs.c.state == RungState.ARMED.value)
    tx.execute(update(rungs).where(armed).values(state=RungState.WAITING))


def replan(tx: Tx, rung_ids: Iterable[int]) -> None:
    """Put queued rungs back to waiting under a new revision, because their message was taken back."""
    queued = rungs.c.id.in_(list(rung_ids)) & (rungs.c.state == RungState.QUEUED.value)
    tx.execute(update(rungs).where(queued).values(state=RungState.WAITING, revision=rungs.c.revision + 1))


def revive(tx: Tx, rung_id: int) -> bool:
    """Put a dead rung back to waiting.

    Returns:
        False when it is not dead.
    """
    return _from_death(tx, rung_id, state=RungState.WAITING)


def skip_dead(tx: Tx, rung_id: int, now: datetime, *, note: str) -> bool:
    """End a dead rung.

    Returns:
        False when it is not dead.
    """
    return _from_death(tx, rung_id, state=RungState.SKIPPED, settled_at=now, note=note)


def _from_death(tx: Tx, rung_id: int, **changes: RungState | datetime | str) -> bool:
    dead = (rungs.c.id == rung_id) & (rungs.c.state == RungState.DEAD.value)
    return tx.execute(update(rungs).where(dead).values(**changes)).rowcount == 1


def cancel_open(tx: Tx, lead_ids: Collection[int], note: str) -> None:
    """Cancel everything of these ladders that has not happened yet."""
    unfinished = [*OPEN_STATES, RungState.QUEUED, RungState.POSTED, RungState.DEAD]
    open_ones = rungs.c.lead_id.in_(lead_ids) & rungs.c.state.in_(unfinished)
    tx.execute(update(rungs).where(open_ones).values(state=RungState.CANCELLED, note=note))


def _rung_from(row: Row[Any]) -> Rung:
    return Rung(
        rung_id=row.id,
        lead_id=row.lead_id,
        step=row.step,
        channel=Channel(row.channel),
        template=row.template,
        due_at=row.due_at,
        state=RungState(row.state),
        revision=row.revision,
        outcome=CallOutcome(row.outcome) if row.outcome else None,
        outcome_by=row.outcome_by,
        settled_at=row.settled_at,
        note=row.note,
        last_error=row.last_error,
    )
