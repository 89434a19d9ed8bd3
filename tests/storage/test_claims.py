"""Claims and heartbeats, on both engines: whose a row is, until when, and how it is let go."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import claims as limits
from domain.model import MessageState
from storage import claims, messages, workers
from storage.tables import messages as table
from storage.unit import Database, Tx
from tests.support import builders
from tests.support.builders import NOON

SECOND = timedelta(seconds=1)
BEAT = workers.BEAT_EVERY


@pytest.fixture
def tx(database_url: str) -> Iterator[Tx]:
    """Return a transaction on a fresh schema with three due texts."""
    database = Database.open(database_url)
    with database.write() as connection:
        lead = builders.lead(connection)
        for each in range(3):
            messages.plan(connection, builders.new_message(lead, intent=f"t{each}"), NOON)
        yield connection
    database.close()


def _take(tx: Tx, wall: datetime = NOON, *, owner: str = "w1", limit: int = 10) -> claims.Taken:
    return claims.take(tx, claims.MESSAGES, NOON, wall, owner=owner, limit=limit)


def _column(tx: Tx, name: str) -> list[Any]:
    return [row[name] for row in tx.execute(table.select().order_by(table.c.id)).mappings()]


def test_what_is_claimed_is_nobody_else_s_until_the_lease_runs_out(tx: Tx) -> None:
    """Then it is claimed anew, alone, and its old owner has lost it."""
    first = _take(tx)

    assert (first.ours, first.claims) == ((1, 2, 3), 1)
    assert not claims.any_due(tx, claims.MESSAGES, NOON, NOON + limits.LEASE)
    assert _take(tx, NOON + limits.LEASE, owner="w2") == claims.Taken()
    again = _take(tx, NOON + limits.LEASE + SECOND, owner="w2")
    assert (again.ours, again.claims) == ((1,), 2)
    assert [each.message_id for each in messages.claimed(tx, first.ours, "w1")] == [2, 3]


def test_a_lease_that_a_wrong_clock_wrote_is_void_once_the_clock_is_put_back(tx: Tx) -> None:
    """Nobody grants an hour: it is claimed at once, not when the clock is there again."""
    taken = _take(tx, NOON + timedelta(hours=1))

    assert _take(tx, NOON, owner="w2").ours == taken.ours[:1]


def test_a_result_is_the_end_of_the_count(tx: Tx) -> None:
    """Held for a while, a text comes back as one that was never tried."""
    taken = _take(tx)
    messages.hold(tx, [messages.Keep(each, "legal_window", NOON, NOON) for each in taken.ours], NOON)

    assert _column(tx, "claims") == [0, 0, 0]
    assert _take(tx, owner="w2").ours == taken.ours


def test_what_was_not_begun_is_given_back_as_it_was(tx: Tx) -> None:
    """By its owner alone; ready at once, nothing counted."""
    taken = _take(tx)
    claims.give_back(tx, claims.MESSAGES, taken.ours, "stranger", until=None)
    assert _take(tx, owner="w2").ours == ()

    assert claims.give_all_back(tx, claims.MESSAGES, "w1") == 3
    assert _column(tx, "claims") == [0, 0, 0]
    assert _take(tx, owner="w2").ours == taken.ours


def test_what_a_busy_database_kept_from_its_turn_is_never_held_against_it(tx: Tx) -> None:
    """However often: it is tried alone, since one of the batch may be to blame, and the count stands still."""
    wall = NOON
    for _outage in range(3 * limits.LIMIT):
        wall += SECOND
        taken = _take(tx, wall)
        assert taken.exhausted == ()
        claims.give_back(tx, claims.MESSAGES, taken.ours, "w1", until=wall, suspect=True)

    assert set(_column(tx, "claims")) == {1}


def test_a_failure_is_noted_by_the_owner_alone(tx: Tx) -> None:
    """A late worker cannot count against a row that is somebody else's."""
    taken = _take(tx, limit=1)

    assert not claims.failed(tx, claims.MESSAGES, taken.ours[0], "w2", "KeyError", until=NOON)
    assert claims.failed(tx, claims.MESSAGES, taken.ours[0], "w1", "KeyError", until=NOON + SECOND)
    assert _column(tx, "last_error")[0] == "KeyError"
    assert 1 not in _take(tx, NOON + SECOND).ours
    assert _take(tx, NOON + 2 * SECOND).ours == (1,)


def test_exhausted_rows_are_named_and_not_claimed(tx: Tx) -> None:
    """What follows is the caller's; the row stays locked for it."""
    tx.execute(table.update().where(table.c.id == 2).values(claims=limits.LIMIT))

    taken = _take(tx)

    assert (taken.ours, taken.exhausted) == ((1, 3), (2,))
    (dead,) = claims.bury(tx, claims.MESSAGES, taken.exhausted)
    assert (dead.row_id, dead.error) == (2, None)
    assert builders.states(tx) == {MessageState.READY: 2, MessageState.DEAD: 1}


def test_a_heartbeat_keeps_what_its_worker_holds_and_nothing_else(tx: Tx) -> None:
    """Claims and hand-overs of a slow but living worker stay its own; those of a silent one do not."""
    _take(tx, limit=1)
    _take(tx, owner="silent", limit=1)
    messages.dispatching(tx, [messages.Claim(3, "t", "w1", NOON, NOON + limits.LEASE, NOON, None)], NOON)
    wall = NOON
    while wall < NOON + 2 * limits.LEASE:
        wall += BEAT
        claims.extend(tx, "w1", wall)

    assert _take(tx, wall, owner="w2").ours == (2,)
    assert messages.expired_leases(tx, wall, 10) == ()
    assert messages.expired_leases(tx, wall + limits.LEASE + SECOND, 10) == (3,)


def test_a_heartbeat_does_not_keep_for_ever_what_its_worker_lost_hold_of(tx: Tx) -> None:
    """The process lives, the row is found all the same."""
    _take(tx)
    wall = NOON
    while wall < NOON + limits.LONGEST_LEASE + limits.LEASE + BEAT:
        wall += BEAT
        claims.extend(tx, "w1", wall)

    assert _take(tx, wall, owner="w2").ours == (1,)


def test_a_heartbeat_leaves_the_backoff_of_a_failed_row_alone(tx: Tx) -> None:
    """It is nobody's: its time is no lease."""
    claims.failed(tx, claims.MESSAGES, _take(tx, limit=1).ours[0], "w1", "KeyError", until=NOON + SECOND)

    claims.extend(tx, "w1", NOON + SECOND)

    assert _column(tx, "lease_until")[0] == NOON + SECOND


def _worker(owner: str, beat_at: datetime, kind: workers.Kind = workers.Kind.JOBS) -> workers.Worker:
    return workers.Worker(owner, kind, NOON, beat_at, NOON + timedelta(days=7))


def test_workers_are_alive_while_they_beat_and_forgotten_after_a_day(tx: Tx) -> None:
    """Silent for half a minute is gone; silent for a day is no longer on the list."""
    workers.beat(tx, _worker("old", NOON))
    workers.beat(tx, _worker("new", NOON))
    for each in range(1, 5):
        workers.beat(tx, _worker("new", NOON + each * BEAT))

    assert [each.owner for each in workers.alive(tx, NOON + workers.ALIVE_WITHIN)] == ["new", "old"]
    (alive,) = workers.alive(tx, NOON + 4 * BEAT)
    assert alive == _worker("new", NOON + 4 * BEAT)
    workers.beat(tx, _worker("new", NOON + timedelta(days=1, seconds=1)))
    assert [each.owner for each in workers.alive(tx, NOON)] == ["new"]


def test_the_newest_beat_is_that_of_a_process_with_ticks(tx: Tx) -> None:
    """A web door that lives sends nothing; who left is not heard."""
    assert workers.newest_beat(tx) is None

    workers.beat(tx, _worker("a", NOON))
    workers.beat(tx, _worker("b", NOON + BEAT))
    workers.beat(tx, _worker("door", NOON + 2 * BEAT, workers.Kind.WEB))

    assert workers.newest_beat(tx) == NOON + BEAT
    assert workers.newest_beat(tx, workers.Kind.WEB) == NOON + 2 * BEAT
    workers.leave(tx, "b")
    assert workers.newest_beat(tx) == NOON


def test_a_heartbeat_finds_what_is_held_through_its_own_index(database_url: str) -> None:
    """Ten seconds after ten seconds, whatever the history."""
    database = Database.open(database_url)
    with database.write() as tx, builders.explaining(tx) as plans:
        claims.extend(tx, "w1", NOON)
        claims.give_all_back(tx, claims.MESSAGES, "w1")
    database.close()

    assert "ix_rungs_owner" in plans[0]
    assert "ix_messages_owner" in plans[1]
    assert "ix_messages_" in plans[2]
