"""The outbox's moves, on both engines."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.model import MessageState
from storage import claims, messages
from storage.unit import Database
from tests.support import builders
from tests.support.builders import NOON

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    database = Database.open(database_url)
    yield database
    database.close()


def _claim(message_id: int, token: str = "token", owner: str = "w1") -> messages.Claim:  # noqa: S107 - no password
    return messages.Claim(message_id, token, owner, NOON, LATER, LATER, None)


def test_one_intent_is_planned_once(db: Database) -> None:
    """Meaning the same message twice stores one row."""
    with db.write() as tx:
        lead = builders.lead(tx)
        first = messages.plan(tx, builders.new_message(lead), NOON)
        second = messages.plan(tx, builders.new_message(lead, body="Other words"), NOON)

        assert first is not None
        assert second is None
        assert sum(messages.counts(tx).values()) == 1


def test_what_is_due_comes_oldest_first_and_the_rest_waits(db: Database) -> None:
    """Only messages whose time has come are taken."""
    with db.write() as tx:
        lead = builders.lead(tx)
        for intent, minutes in (("b", -1), ("a", -5), ("future", 5)):
            at = NOON + timedelta(minutes=minutes)
            messages.plan(tx, builders.new_message(lead, intent=intent, available_at=at), NOON)

        taken = claims.take(tx, claims.MESSAGES, NOON, NOON, owner="w1", limit=10)
        ours = messages.claimed(tx, taken.ours, "w1")

    assert [message.intent_key for message in ours] == ["a", "b"]


def test_two_messages_to_one_number_are_never_in_flight_together(db: Database) -> None:
    """The database itself refuses a second dispatching row of a number."""
    with db.write() as tx:
        lead = builders.lead(tx)
        ids = [messages.plan(tx, builders.new_message(lead, intent=name), NOON) for name in ("a", "b")]

    with pytest.raises(IntegrityError), db.write() as tx:
        messages.dispatching(tx, [_claim(each or 0, token=str(each)) for each in ids], NOON)


def test_only_the_newest_attempt_of_its_owner_may_write_a_result(db: Database) -> None:
    """A zombie's late result changes nothing (fencing)."""
    with db.write() as tx:
        message_id = messages.plan(tx, builders.new_message(builders.lead(tx)), NOON) or 0
        messages.dispatching(tx, [_claim(message_id)], NOON)
        accepted = MessageState.ACCEPTED

        stranger = messages.record_handover(tx, message_id, attempt=1, owner="w2", state=accepted, now=LATER)
        old = messages.record_handover(tx, message_id, attempt=0, owner="w1", state=accepted, now=LATER)
        right = messages.record_handover(
            tx, message_id, attempt=1, owner="w1", state=accepted, now=LATER, provider_sid="SM1"
        )
        again = messages.record_handover(tx, message_id, attempt=1, owner="w1", state=accepted, now=LATER)
        stored = messages.find_by_sid(tx, "SM1")

    assert (stranger, old, right, again) == (False, False, True, False)
    assert stored is not None
    assert stored.state is accepted


def test_a_lease_that_ran_out_is_found(db: Database) -> None:
    """A worker that vanished leaves a row others can see."""
    with db.write() as tx:
        message_id = messages.plan(tx, builders.new_message(builders.lead(tx)), NOON) or 0
        messages.dispatching(tx, [_claim(message_id)], NOON)

        early = messages.expired_leases(tx, NOON, 10)
        late = messages.expired_leases(tx, LATER + timedelta(seconds=1), 10)

    assert early == ()
    assert late == (message_id,)


def test_what_has_begun_to_leave_is_not_cancelled(db: Database) -> None:
    """A STOP takes back what still lies here, and only that."""
    with db.write() as tx:
        lead = builders.lead(tx)
        leaving = messages.plan(tx, builders.new_message(lead, intent="leaving"), NOON) or 0
        messages.dispatching(tx, [_claim(leaving)], NOON)
        messages.plan(tx, builders.new_message(lead, intent="waiting"), NOON)

        cancelled = messages.cancel_open_to(tx, lead.contact.phone_e164, "suppressed", LATER)

    assert [message.intent_key for message in cancelled] == ["waiting"]


def test_what_is_due_is_found_through_its_own_index(db: Database) -> None:
    """Neither due query scans the history, as the statements are really bound and sent."""
    with db.read() as tx, builders.explaining(tx) as plans:
        for queue in (claims.MESSAGES, claims.RUNGS):
            claims.any_due(tx, queue, NOON, NOON)
            claims.take(tx, queue, NOON, NOON, owner="w1", limit=50)
        messages.expired_leases(tx, NOON, 50)

    for index, plan in zip(["ix_messages_claimable"] * 2 + ["ix_rungs_due"] * 2, plans[:4], strict=True):
        assert index in plan
    assert "ix_messages_leases" in plans[4]
