"""The processes that work on this database, by their heartbeats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import workers
from storage.unit import Tx

BEAT_EVERY = timedelta(seconds=10)

ALIVE_WITHIN = timedelta(seconds=30)
"""Silent for longer than this, three beats, a worker counts as gone."""

FORGET_AFTER = timedelta(days=1)


class Kind(StrEnum):
    """What a process does."""

    JOBS = "jobs"
    """It runs the ticks, with the web door beside them or without."""
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Worker:
    """One process.

    Attributes:
        owner: its name in the leases it holds.
        beat_at: its last heartbeat, real time, aware UTC.
        business_at: the business clock at that beat.
    """

    owner: str
    kind: Kind
    started_at: datetime
    beat_at: datetime
    business_at: datetime


def beat(tx: Tx, worker: Worker) -> None:
    """Write a heartbeat, and forget who has been silent for a day."""
    flavour = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    insertion = flavour(workers).values({name: getattr(worker, name) for name in Worker.__slots__})
    again = {"beat_at": worker.beat_at, "business_at": worker.business_at}
    tx.execute(insertion.on_conflict_do_update(index_elements=[workers.c.owner], set_=again))
    tx.execute(delete(workers).where(workers.c.beat_at < worker.beat_at - FORGET_AFTER))


def leave(tx: Tx, owner: str) -> None:
    """Forget a worker that ends in good order."""
    tx.execute(delete(workers).where(workers.c.owner == owner))


def alive(tx: Tx, wall: datetime) -> tuple[Worker, ...]:
    """Return the workers heard within ``ALIVE_WITHIN``, the longest-running first."""
    query = select(workers).where(workers.c.beat_at >= wall - ALIVE_WITHIN)
    rows = tx.execute(query.order_by(workers.c.started_at, workers.c.owner))
    return tuple(Worker(row.owner, Kind(row.kind), row.started_at, row.beat_at, row.business_at) for row in rows)


def newest_beat(tx: Tx, kind: Kind = Kind.JOBS) -> datetime | None:
    """Return when a process of this kind was last heard, real time, aware UTC; None when none ever was."""
    newest: datetime | None = tx.execute(
        select(func.max(workers.c.beat_at)).where(workers.c.kind == kind.value)
    ).scalar_one()
    return newest
