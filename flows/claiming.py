"""Work on rows that wait, so that one which fails, or ends the process, stops nobody else.

A turn is: claim (committed), work on all in one transaction, and when that raises, on each alone. A row that was
claimed five times without a result is dead: a card asks a person (``flows.dead_letters``).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random
from typing import Generic, TypeVar

import structlog

from domain import claims as limits
from domain import delivery
from flows import dead_letters
from flows.team import Team
from storage import claims
from storage.claims import Queue
from storage.unit import Database, StorageUnavailableError, Tx

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What one transaction of work came to.

    Attributes:
        handled: the rows that had a result; the others are given back.
    """

    handled: frozenset[int]
    result: T


Work = Callable[[Tx, Collection[int]], Done[T]]
"""Act on claimed rows in the caller's transaction, as far as they are still leased to the worker."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One look of one worker at one queue.

    Attributes:
        now: the business clock, for what is due.
        wall: real time, for leases.
        owner: name of this worker, unique among all processes.
    """

    db: Database
    team: Team
    queue: Queue
    now: datetime
    wall: datetime
    owner: str
    limit: int


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a turn came to.

    Attributes:
        seen: rows that were claimed or given up; 0 when nothing was due.
        results: one for each transaction that was committed.
    """

    seen: int
    results: tuple[T, ...]


def take_turn(turn: Turn, work: Work[T]) -> Outcome[T]:
    """Claim what is due and work on it.

    Raises:
        StorageUnavailableError: the database refused; what was claimed is tried again, and not held against the rows.
    """
    taken = _claim(turn)
    results = _work_on(turn, taken, work) if taken.ours else []
    return Outcome(len(taken.ours) + len(taken.exhausted), tuple(results))


def _claim(turn: Turn) -> claims.Taken:
    with turn.db.read() as tx:  # most looks find nothing, and need no turn to write for that
        if not claims.any_due(tx, turn.queue, turn.now, turn.wall):
            return claims.Taken()
    with turn.db.write() as tx:
        taken = claims.take(tx, turn.queue, turn.now, turn.wall, owner=turn.owner, limit=turn.limit)
        dead_letters.bury(tx, turn.team, turn.queue, taken.exhausted, turn.now)
    return taken


def _work_on(turn: Turn, taken: claims.Taken, work: Work[T]) -> list[T]:
    try:
        return [_attempt(turn, taken, work)]
    except StorageUnavailableError:
        # Not the rows' fault, as far as anybody knows; alone, each can only stand in its own way.
        _give_back(turn, taken.ours, turn.wall + _backoff(taken), suspect=True)
        raise
    except Exception as error:  # noqa: BLE001 - whatever broke, the other rows go on
        if len(taken.ours) == 1:
            _note_failure(turn, taken, error)
            return []
        return _work_on_each(turn, taken, work)


def _work_on_each(turn: Turn, taken: claims.Taken, work: Work[T]) -> list[T]:
    results: list[T] = []
    for number, row_id in enumerate(taken.ours):
        try:
            results += _work_on(turn, replace(taken, ours=(row_id,)), work)
        except StorageUnavailableError as error:
            # What was committed before must reach the caller: it may be the right to send.
            log.warning("storage_unavailable", queue=turn.queue.name, detail=str(error))
            _give_back(turn, taken.ours[number + 1 :], turn.wall + _backoff(taken), suspect=True)
            break
    return results


def _attempt(turn: Turn, taken: claims.Taken, work: Work[T]) -> T:
    with turn.db.write() as tx:
        done = work(tx, taken.ours)
    untouched = set(taken.ours) - done.handled
    if untouched:
        # Somebody else, a STOP for one, was changing them; what is not ours any more stays as it is.
        _give_back(turn, untouched, turn.wall + limits.GIVE_BACK)
    return done.result


def _give_back(turn: Turn, ids: Collection[int], until: datetime, *, suspect: bool = False) -> None:
    try:
        with turn.db.write() as tx:
            claims.give_back(tx, turn.queue, ids, turn.owner, until=until, suspect=suspect)
    except StorageUnavailableError as error:
        log.warning("lease_kept", queue=turn.queue.name, rows=len(ids), detail=str(error))  # it runs out by itself


def _note_failure(turn: Turn, taken: claims.Taken, error: Exception) -> None:
    (row_id,) = taken.ours
    log.error("row_failed", queue=turn.queue.name, row=row_id, claims=taken.claims, exc_info=error)
    until = turn.wall + _backoff(taken)
    with turn.db.write() as tx:
        ours = claims.failed(tx, turn.queue, row_id, turn.owner, type(error).__name__, until=until)
        if ours and limits.exhausted(taken.claims):
            dead_letters.bury(tx, turn.team, turn.queue, [row_id], turn.now)


def _backoff(taken: claims.Taken) -> timedelta:
    return delivery.backoff(taken.claims - 1, random())  # noqa: S311 - jitter
