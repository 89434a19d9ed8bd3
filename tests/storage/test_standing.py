"""Where everything stands: bounded reads on both engines, and the one number that must stay at zero."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.model import MessageState
from flows.team import Team
from storage import cards, ladders, messages, posts, standing, tables
from storage.unit import Database
from tests.flows import steps
from tests.flows.conftest import team
from tests.support import builders
from tests.support.builders import NOON

__all__ = ["team"]


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    with closing(Database.open(database_url)) as database:
        yield database


def test_no_read_goes_through_the_history(db: Database) -> None:
    """Each open state by its partial index, what was handed over by its time, receipts by their message."""
    with db.read() as tx, builders.explaining(tx) as plans:
        standing.of_messages(tx)
        standing.handed_over(tx, NOON)
        standing.out_of_window(tx, NOON)
        cards.waiting(tx)
        posts.any_stale(tx, NOON)
        cards.dead(tx)
        ladders.count_dead(tx)
    waiting, in_flight, _for_a_person, handed_over, out_of_window, stale, any_stale, dead, steps_dead = plans

    assert "ix_messages_claimable" in waiting
    assert "uq_messages_in_flight" in in_flight or "ix_messages_leases" in in_flight
    assert "ix_messages_handed_over" in handed_over
    assert "ix_messages_handed_over" in out_of_window
    assert "ix_receipts_message" in out_of_window
    assert "ix_cards_stale" in stale
    assert "ix_cards_stale" in any_stale
    assert "ix_cards_dead" in dead
    assert "ix_rungs_dead" in steps_dead


def late(db: Database, *, hours: int = 20) -> int:
    """Return how many were handed over out of their window, as seen some hours after noon."""
    with db.read() as tx:
        return standing.out_of_window(tx, NOON + timedelta(hours=hours))


def test_a_text_inside_its_window_is_in_order(db: Database, team: Team) -> None:
    """At noon, with the window open until the evening."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    steps.accept(db, team, handover, NOON + timedelta(seconds=2))

    assert late(db) == 0


def test_a_text_after_its_receipt_is_counted(db: Database, team: Team) -> None:
    """Should a machine sleep between the commit and the call, say."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    steps.accept(db, team, handover, NOON + timedelta(hours=12))

    assert late(db) == 1


def test_an_earlier_receipt_does_not_speak_for_a_later_attempt(db: Database, team: Team) -> None:
    """The newest one of a hand-over counts."""
    steps.opened(db, team)
    (first,) = steps.handed_over(db, team)
    tomorrow = NOON + timedelta(hours=24)
    with db.write() as tx:
        back = {"state": MessageState.READY, "available_at": tomorrow, "lease_owner": None, "lease_until": None}
        tx.execute(update(tables.messages).where(tables.messages.c.id == first.message.message_id).values(back))
    (second,) = steps.handed_over(db, team, tomorrow)
    assert (second.message.message_id, second.attempt) == (first.message.message_id, 2)
    steps.accept(db, team, second, tomorrow + timedelta(seconds=2))

    assert late(db, hours=25) == 0


def test_what_has_no_receipt_is_not_judged(db: Database, team: Team) -> None:
    """Such as a text the books learnt from the provider's list."""
    contact = steps.opened(db, team).contact
    with db.write() as tx:
        assert messages.add_found(tx, "SM9", contact, "Hello", NOON + timedelta(hours=12))

    assert late(db) == 0


def test_what_is_older_than_a_day_is_left_to_the_audit(db: Database, team: Team) -> None:
    """So that the read stays bounded."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    steps.accept(db, team, handover, NOON + timedelta(hours=12))

    assert (late(db, hours=35), late(db, hours=37)) == (1, 0)
