"""Texts in doubt: adopted, proved unsent and sent once more, or put before a person; on both engines."""

from datetime import datetime, timedelta

import pytest

from domain.doubt import Finding
from domain.errors import DomainError
from domain.model import MessageState
from flows import climb_ladder, dispatch, reconcile, settle_delivery
from flows.dispatch import Handover
from flows.reconcile import Answer, Decision, Listed
from flows.team import Team
from storage import ladders, messages, posts
from storage.unit import Database
from tests.flows import steps
from tests.flows.steps import HOUR, MINUTE, RILEY, SELLER
from tests.support.builders import NOON

PAST_EXPIRY = NOON + 11 * HOUR
"""After the ten hours a text handed over at noon may stay at the provider."""

NEXT_MORNING = NOON + 21 * HOUR


def _doubted(db: Database, team: Team, now: datetime = NOON) -> Handover:
    """Hand over the first text of a lead, and hear nothing."""
    steps.opened(db, team, now)
    (handover,) = steps.handed_over(db, team, now)
    settle_delivery.record(db, team, handover, settle_delivery.Unclear("ReadTimeout"), now)
    return handover


def _listed(handover: Handover, sid: str = "SM1", at: datetime = NOON) -> Listed:
    return Listed(sid, SELLER, handover.message.body, "sent", at)


def _look(db: Database, team: Team, handover: Handover, listed: list[Listed], now: datetime) -> Finding | None:
    return reconcile.look(db, team, handover.message.message_id, listed, now)


def _state(db: Database, handover: Handover) -> MessageState:
    return steps.message(db, handover.message.message_id).state


def test_a_doubt_is_due_after_the_callback_had_its_chance(db: Database, team: Team) -> None:
    """Half a minute, then the list is read."""
    _doubted(db, team)

    assert reconcile.due(db, NOON + timedelta(seconds=29)) == ()
    assert len(reconcile.due(db, NOON + timedelta(seconds=30))) == 1


def test_one_match_at_the_provider_is_the_text(db: Database, team: Team) -> None:
    """Adopted with its name; the ladder climbs on, and nothing is sent again."""
    handover = _doubted(db, team)

    assert _look(db, team, handover, [_listed(handover)], NOON + MINUTE) is Finding.ADOPT
    adopted = steps.message(db, handover.message.message_id)
    assert (adopted.state, adopted.provider_sid) == (MessageState.ACCEPTED, "SM1")
    assert dispatch.begin(db, team, NEXT_MORNING, NOON, owner="w1") == ()


@pytest.mark.parametrize(
    "other",
    [
        Listed("SM2", SELLER, "Other words", "sent", NOON),
        Listed("SM2", "+14165550111", "", "sent", NOON),
    ],
)
def test_what_only_resembles_the_text_is_no_match(db: Database, team: Team, other: Listed) -> None:
    """Another number, other words or an older text prove nothing."""
    handover = _doubted(db, team)
    old = _listed(handover, at=NOON - HOUR)

    assert _look(db, team, handover, [other, old], NOON + MINUTE) is Finding.WAIT
    assert _state(db, handover) is MessageState.UNKNOWN


def test_two_empty_lists_past_the_expiry_send_it_once_more_through_the_gate(db: Database, team: Team) -> None:
    """Proved unsent: ready again, inside the next window, and a second doubt is a person's."""
    handover = _doubted(db, team)

    assert _look(db, team, handover, [], NOON + MINUTE) is Finding.WAIT
    assert reconcile.due(db, NOON + 2 * MINUTE) == ()
    assert _look(db, team, handover, [], PAST_EXPIRY) is Finding.RESEND
    assert dispatch.begin(db, team, PAST_EXPIRY, NOON, owner="w1") == ()  # 23:00 there
    (again,) = dispatch.begin(db, team, NEXT_MORNING, NOON, owner="w1")
    settle_delivery.record(db, team, again, settle_delivery.Unclear("ReadTimeout"), NEXT_MORNING)
    assert _look(db, team, again, [], NEXT_MORNING + MINUTE) is Finding.WAIT
    assert _look(db, team, again, [], NEXT_MORNING + 11 * HOUR) is Finding.ASK
    assert _state(db, again) is MessageState.NEEDS_PERSON


def test_a_callback_that_comes_first_ends_the_doubt(db: Database, team: Team) -> None:
    """A look that comes too late changes nothing."""
    handover = _doubted(db, team)
    told = settle_delivery.StatusReport(handover.attempt_token, "SM1", "sent", None)
    settle_delivery.report(db, "status:SM1:sent", told, NOON + MINUTE)

    assert _look(db, team, handover, [], PAST_EXPIRY) is None
    assert _state(db, handover) is MessageState.SENT


def _asked(db: Database, team: Team) -> Handover:
    handover = _doubted(db, team)
    alike = [_listed(handover, "SM1"), _listed(handover, "SM2")]
    assert _look(db, team, handover, alike, NOON + MINUTE) is Finding.ASK
    return handover


@pytest.mark.parametrize(
    ("answer", "state", "rung"),
    [
        (Answer.SENT, MessageState.ACCEPTED, "done"),
        (Answer.AGAIN, MessageState.READY, "queued"),
        (Answer.DROP, MessageState.CANCELLED, "skipped"),
    ],
)
def test_a_person_s_answer_is_obeyed_once(
    db: Database, team: Team, answer: Answer, state: MessageState, rung: str
) -> None:
    """The card asks in the lead's thread; the second answer is told how it stands."""
    handover = _asked(db, team)
    with db.write() as tx:
        stale = {card.kind for card in posts.take_stale(tx, NOON, now=NOON, owner="w", lease=MINUTE)}
    message_id = handover.message.message_id

    reconcile.decide(db, Decision("k1", message_id, answer, RILEY), NOON + HOUR)

    assert stale == {"lead"}  # the question hangs under it, and waits for it
    assert _state(db, handover) is state
    with db.read() as tx:
        lead_id = handover.message.lead_id or 0
        assert next(iter(ladders.of_leads(tx, [lead_id])[lead_id])).state == rung
    with pytest.raises(DomainError, match="Already settled"):
        reconcile.decide(db, Decision("k2", message_id, Answer.DROP, RILEY), NOON + HOUR)


def test_after_a_restored_backup_nothing_is_sent_that_was_sent(db: Database, team: Team) -> None:
    """What the provider sent and our books lost is learnt first, and the gate then refuses the same words."""
    steps.opened(db, team)
    climb_ladder.climb(db, team, NOON, NOON, owner="w1")
    with db.read() as tx:
        (planned,) = messages.of_leads(tx, [1])[1]
    listed = [Listed("SM7", SELLER, planned.body, "delivered", NOON - HOUR)]

    assert reconcile.learn(db, listed, NOON) == 1
    assert reconcile.learn(db, listed, NOON) == 0
    assert dispatch.begin(db, team, NOON, NOON, owner="w1") == ()
    assert steps.message(db, planned.message_id).state is MessageState.REFUSED
