"""A lead's ladder from intake to hand-over and what comes of it, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic

import pytest
from sqlalchemy import select, text

from domain import gate
from domain.claims import LEASE
from domain.errors import DomainError
from domain.model import CallOutcome, ConsentBasis, LadderState, MessageState, SuppressionReason
from flows import (
    climb_ladder,
    dispatch,
    lead_actions,
    open_lead,
    queue_message,
    record_call,
    settle_delivery,
    take_reply,
)
from flows.team import Team
from storage import contacts, ladders, messages, records, suppressions, tables
from storage.unit import Database
from tests.flows import steps
from tests.flows.steps import DAY, HOUR, MINUTE, SELLER
from tests.support.builders import NOON

NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def _kpis(db: Database) -> list[str]:
    with db.read() as tx:
        return list(tx.execute(select(tables.kpi_events.c.metric).order_by(tables.kpi_events.c.id)).scalars())


def _text(body: str, sid: str = "SMin1") -> take_reply.Inbound:
    return take_reply.Inbound(sid, SELLER, body, 0)


def test_a_request_that_comes_twice_opens_one_lead(db: Database, team: Team) -> None:
    """The copy gets the same lead as its answer and changes nothing."""
    first = open_lead.open_lead(db, team, steps.request(), NOON)
    second = open_lead.open_lead(db, team, steps.request(), NOON + MINUTE)

    assert (first.new, second.new) == (True, False)
    assert first.lead.lead_id == second.lead.lead_id
    assert _kpis(db) == ["lead_created", "ladder_created"]


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        (steps.request(name=" "), "no_name", "name"),
        (steps.request(address=""), "no_address", "address"),
        (steps.request(name="x" * 201), "too_long", "name"),
        (steps.request(phone="343-555-0100"), "own_number", "phone"),
    ],
    ids=lambda value: value if isinstance(value, str) else "request",
)
def test_what_cannot_be_used_is_refused_at_its_field(
    db: Database, team: Team, bad: open_lead.LeadRequest, code: str, field: str
) -> None:
    """Nothing is stored when a field is wrong."""
    with pytest.raises(DomainError) as refused:
        open_lead.open_lead(db, team, bad, NOON)

    assert (refused.value.code, refused.value.field) == (code, field)
    assert _kpis(db) == []


def test_a_known_person_gets_no_second_ladder(db: Database, team: Team) -> None:
    """The refusal names the lead that is there."""
    lead = steps.opened(db, team)

    with pytest.raises(DomainError, match=f"Already on {lead.ref}"):
        open_lead.open_lead(db, team, steps.request("r2", name="Jane D."), NOON)


def test_who_comes_back_after_an_ended_ladder_is_a_new_lead(db: Database, team: Team) -> None:
    """A stopped ladder stays stopped, and stands in nobody's way."""
    first = steps.opened(db, team)
    lead_actions.stop(db, first.lead_id, steps.RILEY, NOON)

    second = open_lead.open_lead(db, team, steps.request("r2"), NOON + MINUTE)

    assert second.new
    assert second.lead.lead_id != first.lead_id
    assert steps.again(db, first).ladder is LadderState.STOPPED


def test_a_number_that_said_stop_cannot_be_a_lead(db: Database, team: Team) -> None:
    """Suppression binds before anything is stored."""
    with db.write() as tx:
        suppressions.add(tx, SELLER, SuppressionReason.STOP, source="test", since=NOON, until=None)

    with pytest.raises(DomainError, match="left alone"):
        open_lead.open_lead(db, team, steps.request(), NOON)


def test_the_first_text_is_planned_handed_over_and_only_then_counted(db: Database, team: Team) -> None:
    """Committed as dispatching before a byte leaves; counted after the provider took it."""
    lead = steps.opened(db, team)

    (handover,) = steps.handed_over(db, team)
    before = _kpis(db)
    leaving = steps.message(db, handover.message.message_id).state
    steps.accept(db, team, handover)

    assert "sms_sent" not in before
    assert leaving is MessageState.DISPATCHING
    assert steps.message(db, handover.message.message_id).state is MessageState.ACCEPTED
    assert _kpis(db).count("sms_sent") == 1
    assert steps.states(db, lead) == {1: "done", 2: "armed", **dict.fromkeys(range(3, 7), "waiting")}


def test_every_verdict_leaves_a_receipt_without_personal_data(db: Database, team: Team) -> None:
    """Planned and handed over: two receipts, with the local time and no number in them."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)

    with db.read() as tx:
        receipts = records.receipts_of(tx, handover.message.message_id)

    assert [(each.moment, each.verdict) for each in receipts] == [("planned", "allow"), ("handover", "allow")]
    assert receipts[1].facts["local_times"] == {"America/Toronto": "2026-11-24T12:00:00-05:00"}
    assert SELLER not in str(receipts)
    assert "Jane" not in str(receipts)


def test_nothing_is_handed_over_twice(db: Database, team: Team) -> None:
    """What is dispatching is nobody else's."""
    steps.opened(db, team)

    assert len(steps.handed_over(db, team)) == 1
    assert dispatch.begin(db, team, NOON, NOON, owner="w2") == ()


def test_four_workers_share_forty_messages_without_overlap(db: Database, team: Team) -> None:
    """Each due message is claimed by exactly one of several workers at once."""
    for number in range(40):
        steps.opened(db, team, key=f"r{number}", phone=f"416-555-01{number:02d}")
    climb_ladder.climb(db, team, NOON, NOON, owner="w1", limit=100)

    def work(name: str) -> list[int]:
        mine: list[int] = []
        while taken := dispatch.begin(db, team, NOON, NOON, owner=name, limit=7):
            mine += [each.message.message_id for each in taken]
        return mine

    with ThreadPoolExecutor(4) as pool:
        claimed = [each for mine in pool.map(work, "abcd") for each in mine]

    assert len(claimed) == len(set(claimed))
    # A worker that finds every due row locked by others goes home; the next tick takes what is left.
    claimed += work("late")
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 40


def test_outside_the_window_a_text_waits_for_its_minute_and_the_ladder_moves_with_it(db: Database, team: Team) -> None:
    """Held at 22:00 until 09:00; the call behind it keeps its half hour."""
    lead = steps.opened(db, team, NIGHT)

    assert steps.handed_over(db, team, NIGHT) == ()
    with db.read() as tx:
        rungs = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id]
    assert steps.counts(db) == {MessageState.HELD: 1}
    assert rungs[1].due_at == MORNING + 30 * MINUTE
    assert dispatch.begin(db, team, MORNING - MINUTE, NOON, owner="w1") == ()
    (handover,) = dispatch.begin(db, team, MORNING, NOON, owner="w1")
    assert handover.validity_seconds == 36_000


def test_the_provider_may_keep_a_text_no_longer_than_the_window(db: Database, team: Team) -> None:
    """At 21:20 the provider gets ten minutes."""
    late = datetime(2026, 11, 25, 2, 20, tzinfo=UTC)
    steps.opened(db, team, late)

    (handover,) = steps.handed_over(db, team, late)

    assert handover.validity_seconds == 600


def test_what_provably_did_not_leave_is_tried_again_later(db: Database, team: Team) -> None:
    """Not sent: ready again, after a while, and the consent's single use is given back."""
    steps.opened(db, team, basis=ConsentBasis.REPLY)
    (handover,) = steps.handed_over(db, team)

    settle_delivery.record(db, team, handover, settle_delivery.NotSent(20429, "provider_busy", MINUTE), NOON)

    assert dispatch.begin(db, team, NOON + MINUTE / 2, NOON, owner="w1") == ()
    (retry,) = dispatch.begin(db, team, NOON + MINUTE, NOON, owner="w1")
    assert retry.attempt == 2
    assert retry.attempt_token != handover.attempt_token


def test_an_unclear_outcome_is_never_sent_again(db: Database, team: Team) -> None:
    """Unknown stays unknown until something proves it; its number gets nothing else meanwhile."""
    lead = steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)

    settle_delivery.record(db, team, handover, settle_delivery.Unclear("ReadTimeout"), NOON)
    for hours in range(1, 30):
        assert steps.handed_over(db, team, NOON + hours * HOUR) == ()

    assert steps.message(db, handover.message.message_id).state is MessageState.UNKNOWN
    assert steps.states(db, lead)[1] == "queued"


def test_a_callback_proves_what_the_lost_answer_did_not(db: Database, team: Team) -> None:
    """The token in the callback's URL settles an unknown; later and repeated reports never lead back."""
    lead = steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    settle_delivery.record(db, team, handover, settle_delivery.Unclear("ReadTimeout"), NOON)

    def report(status: str) -> None:
        told = settle_delivery.StatusReport(handover.attempt_token, "SM9", status, None)
        assert settle_delivery.report(db, f"status:SM9:{status}", told, NOON + MINUTE)

    for status in ("delivered", "sent", "delivered", "queued"):
        report(status)

    assert steps.message(db, handover.message.message_id).state is MessageState.DELIVERED
    assert _kpis(db).count("sms_sent") == 1
    assert _kpis(db).count("message_settled") == 1
    assert steps.states(db, lead)[2] == "armed"


def test_a_callback_that_comes_as_the_answer_is_written_down_counts(db: Database, team: Team) -> None:
    """Both read the text as dispatching; the report waits for the answer's commit and goes on from there."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    told = settle_delivery.StatusReport(handover.attempt_token, "SM1", "delivered", None)
    with ThreadPoolExecutor(1) as pool:
        with db.write() as tx:
            messages.record_handover(
                tx,
                handover.message.message_id,
                attempt=handover.attempt,
                owner=handover.owner,
                state=MessageState.ACCEPTED,
                now=NOON,
                provider_sid="SM1",
            )
            reported = pool.submit(settle_delivery.report, db, "status:SM1:delivered", told, NOON)
            _until_blocked(db)
        assert reported.result()

    assert steps.message(db, handover.message.message_id).state is MessageState.DELIVERED


def _until_blocked(db: Database) -> None:
    """Wait until another transaction waits for a lock; on SQLite it waits for the whole file, and nobody can see it."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    deadline = monotonic() + 10
    while db.dialect == "postgresql" and monotonic() < deadline:
        with db.read() as tx:
            if tx.execute(query).scalar_one():
                return


def test_a_text_the_provider_dropped_unsent_has_expired(db: Database, team: Team) -> None:
    """The provider calls it undelivered; that it was too late to send is what matters."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    steps.accept(db, team, handover)
    told = settle_delivery.StatusReport(handover.attempt_token, "SM1", "undelivered", 30036)

    assert settle_delivery.report(db, "status:SM1:undelivered", told, NOON)

    assert steps.message(db, handover.message.message_id).state is MessageState.EXPIRED


def test_a_callback_with_a_token_of_nobody_changes_nothing(db: Database, team: Team) -> None:
    """An unguessable token cannot be guessed."""
    steps.opened(db, team)
    told = settle_delivery.StatusReport("guess", "SM9", "delivered", None)

    assert not settle_delivery.report(db, "status:SM9:delivered", told, NOON)


def test_a_vanished_worker_leaves_an_unknown_and_its_late_word_is_only_evidence(db: Database, team: Team) -> None:
    """The lease runs out in real time; the zombie's result is noted, not believed."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)

    doubted = settle_delivery.doubt_expired(db, NOON, NOON + LEASE + MINUTE)
    settle_delivery.record(db, team, handover, settle_delivery.Accepted("SM1"), NOON + 2 * MINUTE)

    assert doubted == 1
    assert steps.message(db, handover.message.message_id).state is MessageState.UNKNOWN
    with db.read() as tx:
        assert len(records.audit_lines(tx, action="late_result")) == 1


def test_a_refused_account_stops_everything_with_one_alert(db: Database, team: Team) -> None:
    """20003 is nobody's number: all sends wait, one card says so."""
    for number in ("0101", "0102"):
        steps.opened(db, team, key=number, phone=f"416-555-{number}")
    for handover in steps.handed_over(db, team):
        settle_delivery.record(db, team, handover, settle_delivery.Broken(20003), NOON)

    assert dispatch.begin(db, team, NOON + HOUR, NOON, owner="w1") == ()
    assert steps.counts(db) == {MessageState.HELD: 2}
    with db.read() as tx:
        alerts = tx.execute(select(tables.cards.c.id).where(tables.cards.c.kind == "alert")).all()
    assert len(alerts) == 1


def test_a_carriers_block_becomes_our_own_order(db: Database, team: Team) -> None:
    """21610 writes the number on our list and ends the ladder."""
    lead = steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)

    settle_delivery.record(db, team, handover, settle_delivery.Refused(21610), NOON)

    assert steps.again(db, lead).ladder is LadderState.STOPPED
    with db.read() as tx:
        assert suppressions.of_addresses(tx, [SELLER], None)


def test_an_inquiry_covers_one_text_and_the_ladder_steps_over_the_next(db: Database, team: Team) -> None:
    """Without a YES the second text is skipped, the calls go on."""
    lead = steps.opened(db, team, basis=ConsentBasis.REPLY)
    (handover,) = steps.handed_over(db, team)
    steps.accept(db, team, handover)
    climb_ladder.climb(db, team, NOON + 31 * MINUTE, NOON + 31 * MINUTE, owner="w1")

    assert steps.handed_over(db, team, NOON + 4 * HOUR) == ()
    assert steps.states(db, lead) == {1: "done", 2: "posted", 3: "skipped", 4: "armed", 5: "waiting", 6: "waiting"}


def test_yes_is_express_consent(db: Database, team: Team) -> None:
    """Once answered YES and resumed, the next text leaves."""
    lead = steps.opened(db, team, basis=ConsentBasis.REPLY)
    (handover,) = steps.handed_over(db, team)
    steps.accept(db, team, handover)

    take_reply.take(db, team, _text("Oui!"), NOON + MINUTE)

    with db.read() as tx:
        grounds = contacts.consents_of(tx, [lead.contact.contact_id])[lead.contact.contact_id]
    assert [ground.basis for ground in grounds] == [ConsentBasis.REPLY, ConsentBasis.REPLY, ConsentBasis.EXPRESS]
    assert steps.again(db, lead).ladder is LadderState.PAUSED


def test_a_reply_takes_back_the_text_that_waited(db: Database, team: Team) -> None:
    """A held text is not sent to somebody who has just written; resuming plans it anew."""
    lead = steps.opened(db, team, NIGHT)
    steps.handed_over(db, team, NIGHT)

    take_reply.take(db, team, _text("Call me"), NIGHT + MINUTE)

    assert steps.counts(db) == {MessageState.CANCELLED: 1}
    assert dispatch.begin(db, team, MORNING, NOON, owner="w1") == ()
    assert steps.states(db, lead)[1] == "waiting"


def test_a_text_that_is_leaving_when_they_write_does_not_wake_the_paused_ladder(db: Database, team: Team) -> None:
    """The provider's answer ends its step; the next one waits for a person, who resumes without a clash."""
    lead = steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    take_reply.take(db, team, _text("Call me"), NOON)

    steps.accept(db, team, handover)

    assert steps.states(db, lead) == {1: "done", **dict.fromkeys(range(2, 7), "waiting")}
    lead_actions.resume(db, lead.lead_id, steps.RILEY, NOON + MINUTE)
    assert steps.states(db, lead)[2] == "armed"


def test_a_resumed_ladder_waits_for_the_text_that_is_still_in_doubt(db: Database, team: Team) -> None:
    """One step at a time: the next is armed when the doubt ends, not beside it."""
    lead = steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    take_reply.take(db, team, _text("Call me"), NOON)
    settle_delivery.record(db, team, handover, settle_delivery.Unclear("ReadTimeout"), NOON)
    lead_actions.resume(db, lead.lead_id, steps.RILEY, NOON + MINUTE)
    waiting = steps.states(db, lead)

    told = settle_delivery.StatusReport(handover.attempt_token, "SM9", "sent", None)
    settle_delivery.report(db, "status:SM9:sent", told, NOON + MINUTE)

    assert (waiting[1], waiting[2]) == ("queued", "waiting")
    assert steps.states(db, lead) == {1: "done", 2: "armed", **dict.fromkeys(range(3, 7), "waiting")}


def test_stop_ends_everything_on_every_record_at_once(db: Database, team: Team) -> None:
    """Suppressed, cancelled, stopped; the carrier's own confirmation is the only one."""
    lead = steps.opened(db, team, NIGHT)
    steps.handed_over(db, team, NIGHT)

    take_reply.take(db, team, _text("STOP"), NIGHT + MINUTE)
    take_reply.take(db, team, _text("STOP"), NIGHT + MINUTE)

    assert steps.counts(db) == {MessageState.CANCELLED: 1}
    assert steps.again(db, lead).ladder is LadderState.STOPPED
    assert set(steps.states(db, lead).values()) == {"cancelled"}
    for day in range(10):
        assert steps.handed_over(db, team, MORNING + day * DAY) == ()


def test_arret_is_confirmed_by_us_even_at_night_and_once(db: Database, team: Team) -> None:
    """The carrier does not know the French word; its confirmation may leave at any hour, nothing else may."""
    steps.opened(db, team, NIGHT)

    take_reply.take(db, team, _text("Arrêt"), NIGHT + MINUTE)
    take_reply.take(db, team, _text("ARRET", sid="SMin2"), NIGHT + 2 * MINUTE)

    (handover,) = dispatch.begin(db, team, NIGHT + 3 * MINUTE, NOON, owner="w1")
    steps.accept(db, team, handover, NIGHT + 3 * MINUTE)
    assert handover.message.purpose == "opt_out_confirmation"
    assert dispatch.begin(db, team, NIGHT + 4 * MINUTE, NOON, owner="w1") == ()


def test_stop_racing_with_a_hand_over_never_lets_a_text_out_after_its_commit(db: Database, team: Team) -> None:
    """Whichever commits first, no message becomes dispatching once the STOP is committed."""
    for number in range(10):
        phone = f"+14165550{number + 200}"
        steps.opened(db, team, key=f"r{number}", phone=phone)
        climb_ladder.climb(db, team, NOON, NOON, owner="w1")
        stop = take_reply.Inbound(f"SMstop{number}", phone, "STOP", 0)
        with ThreadPoolExecutor(2) as pool:
            stopped = pool.submit(take_reply.take, db, team, stop, NOON)
            taken = pool.submit(dispatch.begin, db, team, NOON, NOON, owner="w1")
            stopped.result()
            handovers = taken.result()
        assert dispatch.begin(db, team, NOON, NOON, owner="w1") == ()
        for handover in handovers:
            steps.accept(db, team, handover, sid=f"SM{number}")


def test_a_ladder_leaves_a_number_alone_that_a_stop_is_deciding_about(postgres_url: str, team: Team) -> None:
    """It never waits for the STOP, which waits for its steps: the two would end each other."""
    db = Database.open(postgres_url)
    lead = steps.opened(db, team)
    steps.opened(db, team, key="r2", phone="+14165550222")
    with db.write() as tx:
        contacts.lock(tx, [SELLER])
        assert climb_ladder.climb(db, team, NOON, NOON, owner="w1") == 2
    assert steps.counts(db) == {MessageState.READY: 1}

    take_reply.take(db, team, _text("STOP"), NOON)

    assert climb_ladder.climb(db, team, NOON, NOON + 2 * LEASE, owner="w1") == 0
    assert steps.states(db, lead)[1] == "cancelled"
    db.close()


def test_a_call_settled_twice_is_recorded_once(db: Database, team: Team) -> None:
    """The second outcome is refused with the first one's name."""
    lead = steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    steps.accept(db, team, handover)
    climb_ladder.climb(db, team, NOON + 31 * MINUTE, NOON + 31 * MINUTE, owner="w1")
    with db.read() as tx:
        call = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id][1]

    def report(key: str, outcome: CallOutcome) -> None:
        record_call.record(db, team, record_call.CallReport(key, call.rung_id, outcome, steps.RILEY), NOON + HOUR)

    report("c1", CallOutcome.NO_ANSWER)
    with pytest.raises(DomainError, match="Already recorded by <@U0RILEY>"):
        report("c2", CallOutcome.REACHED)
    assert _kpis(db).count("followup_completed") == 1


def test_verdicts_become_states_without_a_gap() -> None:
    """Allow, hold and refuse each have one meaning for a message."""
    hold = gate.Hold(gate.Reason.LEGAL_WINDOW, MORNING, "utr.hours")
    refuse = gate.Refuse(gate.Reason.SUPPRESSED, "stop")
    allow = gate.Allow(MORNING, "express", ())

    assert queue_message.outcome_of(allow) == (MessageState.READY, None, None)
    assert queue_message.outcome_of(hold) == (MessageState.HELD, "legal_window", MORNING)
    assert queue_message.outcome_of(refuse) == (MessageState.REFUSED, "suppressed", None)
