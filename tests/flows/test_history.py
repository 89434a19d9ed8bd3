"""What the audit tells: everything a regulator asks for, and nothing personal in the chain itself."""

import json
from collections.abc import Callable
from datetime import datetime, time

import pytest
from sqlalchemy import select, update

from domain.model import CallOutcome, ConsentBasis
from flows import dispatch, record_call, write_briefing
from flows.record_call import CallReport
from flows.team import Team
from flows.tell_history import Event, tell
from flows.write_briefing import Schedule
from storage import chain, evidence, ladders, tables
from storage.evidence import Scope
from storage.unit import Database, Tx
from tests.flows import histories, steps
from tests.flows.histories import MORNING, NIGHT
from tests.flows.steps import DAY, HOUR, MINUTE, RILEY, SELLER
from tests.support.builders import NOON


def story(db: Database, scope: Callable[[Tx], Scope]) -> list[Event]:
    """Return the events of a scope."""
    with db.read() as tx:
        return list(tell(tx, scope(tx)))


def chained(db: Database) -> str:
    """Return every line of the audit as one text."""
    with db.read() as tx:
        lines = [dict(row) for table in chain.CHAINED for row in tx.execute(select(table)).mappings()]
    return json.dumps(lines, default=str, ensure_ascii=False)


def test_a_lead_is_told_from_its_consent_to_its_stop(db: Database, team: Team) -> None:
    """Recorded, held at night, sent in the morning by the system on that consent, stopped, and what was done."""
    told = histories.held_sent_and_stopped(db, team)

    events = story(db, lambda tx: evidence.of_lead(tx, told.lead.lead_id))

    assert [(each.event, each.verdict or each.state or each.reason or each.basis) for each in events] == [
        ("consent", "casl.express"),
        ("verdict", "hold"),
        ("audit", "consent_recorded"),
        ("verdict", "allow"),
        ("text", "accepted"),
        ("reply", "stop"),
        ("do_not_contact", "stop"),
        ("audit", "opted_out"),
    ]


def test_a_verdict_tells_when_for_whom_on_what_consent_and_what_was_checked(db: Database, team: Team) -> None:
    """Everything a due-diligence defence needs is on the line of the hand-over."""
    told = histories.held_sent_and_stopped(db, team)

    events = story(db, lambda tx: evidence.of_message(tx, told.message_id))
    held, sent = (each for each in events if each.event == "verdict")

    assert held.local == "2026-11-24T22:00:00-05:00 America/Toronto"
    assert (held.reason, held.window_until) == ("legal_window", MORNING.isoformat())
    assert sent.local == "2026-11-25T09:00:00-05:00 America/Toronto"
    assert (sent.at, sent.moment, sent.by, sent.ref) == (MORNING, "handover", "system", f"M-{told.message_id}")
    assert (sent.basis, sent.proof, sent.consent_from, sent.consent_until) == (
        ConsentBasis.EXPRESS,
        "signed card",
        NIGHT,
        None,
    )
    assert sent.lists == "own: not listed; national: unknown (no copy)"
    assert (sent.person, sent.number, sent.lead) == ("Jane Doe", SELLER, told.lead.ref)
    assert (sent.policy, sent.zone_data) == ("0", "2026.6")
    assert sent.text is not None
    assert "Northern Doors" in sent.text
    assert sent.matches is True
    assert sent.line is not None
    assert sent.window_until is not None
    assert datetime.fromisoformat(sent.window_until) > MORNING


def test_a_stop_is_told_with_what_was_done_about_it(db: Database, team: Team) -> None:
    """The words, the order, the texts taken back, the consent ended."""
    told = histories.held_sent_and_stopped(db, team)

    events = story(db, lambda tx: evidence.of_number(tx, SELLER))
    reply, order, line = events[-3:]

    assert (reply.text, reply.at) == ("STOP", MORNING + HOUR)
    assert (order.number, order.by, order.reason) == (SELLER, "text SMin1", "stop")
    assert line.text is not None
    assert json.loads(line.text) == {
        "reply_id": int((reply.ref or "").removeprefix("R-")),
        "new": True,
        "texts_cancelled": 0,
        "ladders_stopped": 1,
    }
    assert events[0].consent_until == MORNING + HOUR
    assert line.ref == told.lead.ref


def test_nothing_personal_is_in_the_chain(db: Database, team: Team) -> None:
    """No number, no name, no text, no proof, no address; and the same number leaves a different digest each time."""
    histories.held_sent_and_stopped(db, team)
    steps.opened(db, team, MORNING, key="r2", phone="647-555-0123")

    written = chained(db)

    for personal in (SELLER, SELLER[2:], "6475550123", "Jane", "Doe", "signed card", "King St", "Hi ", "STOP", "SMin1"):
        assert personal not in written
    assert "number_digest" in written


def test_a_text_that_was_altered_afterwards_does_not_match_its_receipt(db: Database, team: Team) -> None:
    """The message row can be edited; the digest on the receipt cannot."""
    told = histories.held_sent_and_stopped(db, team)
    with db.write() as tx:
        tx.execute(update(tables.messages).values(body="Something harmless"))

    events = story(db, lambda tx: evidence.of_message(tx, told.message_id))

    assert [each.matches for each in events if each.event == "verdict"] == [False, False]


@pytest.mark.parametrize("column", ["proof", "basis"])
def test_a_proof_of_consent_that_was_altered_afterwards_does_not_match(db: Database, team: Team, column: str) -> None:
    """Nor does another number; the basis stands on the receipt itself."""
    told = histories.held_sent_and_stopped(db, team)
    with db.write() as tx:
        tx.execute(update(tables.consents).values({column: "casl.contract"}))

    events = story(db, lambda tx: evidence.of_message(tx, told.message_id))
    sent = [each for each in events if each.event == "verdict"][-1]

    assert sent.matches is (column != "proof")
    assert sent.basis == ConsentBasis.EXPRESS


def test_an_erased_person_leaves_a_whole_chain_and_nothing_to_match(db: Database, team: Team) -> None:
    """Name, number, texts and salt are gone; that something was sent lawfully, and when, stays."""
    told = histories.held_sent_and_stopped(db, team)
    with db.write() as tx:
        tx.execute(update(tables.contacts).values(name="", phone_e164="", salt=None))
        tx.execute(update(tables.messages).values(body="", to_address=""))
        tx.execute(update(tables.consents).values(proof=""))

    events = story(db, lambda tx: evidence.of_message(tx, told.message_id))
    with db.read() as tx:
        found = chain.verify(tx)

    assert found.broken is None
    assert [(each.verdict, each.matches) for each in events if each.event == "verdict"] == [
        ("hold", None),
        ("allow", None),
    ]


def test_a_call_is_told_with_its_verdict_and_outcome(db: Database, team: Team) -> None:
    """Who called is on the line; whom the team must never call again, too."""
    lead = steps.opened(db, team, NOON)
    for handover in steps.handed_over(db, team):
        steps.accept(db, team, handover)
    steps.handed_over(db, team, NOON + 31 * MINUTE)
    with db.read() as tx:
        call = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id][1]
    done = CallReport("click", call.rung_id, CallOutcome.DO_NOT_CALL, RILEY)
    record_call.record(db, team, done, NOON + HOUR)

    events = story(db, lambda tx: evidence.of_lead(tx, lead.lead_id))

    calls = [
        (each.event, each.channel, each.verdict or each.state, each.by) for each in events if each.channel == "call"
    ]
    assert calls == [("verdict", "call", "allow", "system"), ("call", "call", "do_not_call", RILEY.slack_id)]
    assert [each.by for each in events if each.reason == "number_suppressed"] == [RILEY.slack_id]


def test_a_period_tells_everybodys_events_and_the_consents_they_rest_on(db: Database, team: Team) -> None:
    """From one instant to another; what happened before is left out, what it rests on is not."""
    histories.held_sent_and_stopped(db, team)
    steps.opened(db, team, MORNING + DAY, key="r2", phone="647-555-0123")

    morning = story(db, lambda _tx: Scope(since=MORNING, until=MORNING + HOUR))
    later = story(db, lambda _tx: Scope(since=MORNING + DAY))

    assert [each.event for each in morning] == ["consent", "verdict", "text"]
    assert [each.number for each in later if each.number] == ["+16475550123"]


def test_the_actor_of_a_receipt_is_who_asked(db: Database, team: Team) -> None:
    """The ladder's texts are the system's; at hand-over as well."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)

    with db.read() as tx:
        actors = [each.by for each in tell(tx, evidence.of_message(tx, handover.message.message_id)) if each.verdict]

    assert actors == ["system", "system"]


def test_a_briefing_carries_the_end_of_the_chain(db: Database, team: Team) -> None:
    """Posted once, it is compared at every look from then on."""
    histories.held_sent_and_stopped(db, team)
    schedule = Schedule(at=time(8, 30), zone="America/Toronto")
    made = write_briefing.write_now(db, team, schedule, "ask:1", RILEY, MORNING + 2 * HOUR)

    with db.read() as tx:
        figures = tx.execute(select(tables.briefings.c.figures).where(tables.briefings.c.id == made)).scalar_one()
        found = chain.verify(tx)

    assert found.head is not None
    assert figures["chain"] == {"position": found.head.position, "hash": found.head.hash}
    assert found.posted == 1
    assert dispatch.begin(db, team, MORNING + 3 * HOUR, MORNING, owner="w1") == ()
