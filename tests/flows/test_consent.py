"""Consent and its end: what is recorded, what a STOP ends, what a person must read, and the only way back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain import ladder
from domain.errors import DomainError
from domain.keywords import InboundKind
from domain.model import (
    Actor,
    Channel,
    Consent,
    ConsentBasis,
    LadderState,
    Language,
    Lead,
    MessageState,
    Purpose,
    Reply,
    Role,
    StopReading,
    SuppressionReason,
)
from domain.verdicts import Reason
from flows import (
    add_buyer,
    climb_ladder,
    dispatch,
    draw_sheets,
    lead_actions,
    open_lead,
    queue_message,
    read_reply,
    record_consent,
    take_reply,
    tell_history,
    watch_consents,
)
from flows.dispatch import Handover
from flows.team import Team
from storage import contacts, evidence, leads, posts, records, replies, suppressions, tables
from storage.unit import Database
from tests.flows import steps
from tests.flows.steps import AVERY, DAY, MINUTE, RILEY, SELLER
from tests.support.builders import NOON

NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""Tuesday 22:00 in Toronto."""


def _text(db: Database, team: Team, body: str, at: datetime, sid: str = "", **more: str) -> Reply:
    """Send us a text from the seller's phone and return it as stored."""
    take_reply.take(db, team, take_reply.Inbound(sid or f"SM{at.timestamp()}", SELLER, body, 0, **more), at)
    with db.read() as tx:
        newest = tx.execute(select(tables.replies.c.id).order_by(tables.replies.c.id.desc())).scalars().first()
        return replies.get(tx, newest or 0)


def _grounds(db: Database, lead: Lead) -> tuple[Consent, ...]:
    with db.read() as tx:
        return contacts.consents_of(tx, [lead.contact.contact_id]).get(lead.contact.contact_id, ())


def _express(db: Database, lead: Lead) -> list[Consent]:
    return [each for each in _grounds(db, lead) if each.basis is ConsentBasis.EXPRESS]


def _orders(db: Database, at: datetime) -> list[SuppressionReason]:
    with db.read() as tx:
        return [order.reason for order in suppressions.standing(tx, SELLER, at, None)]


def _leaves(db: Database, team: Team, at: datetime, sid: str) -> Handover:
    """Hand over the one text that is due, and have the provider take it."""
    (handover,) = dispatch.begin(db, team, at, NOON, owner="w1")
    steps.accept(db, team, handover, at, sid)
    return handover


def _asked(db: Database, team: Team) -> tuple[Lead, Handover]:
    """Open a lead by inquiry whose first text has left."""
    lead = steps.opened(db, team, basis=ConsentBasis.REPLY)
    climb_ladder.climb(db, team, NOON, NOON, owner="w1")
    return lead, _leaves(db, team, NOON, "SMfirst")


def _queue(db: Database, team: Team, lead: Lead, purpose: Purpose, at: datetime, body: str = "Hello") -> str:
    """Plan one text and return its state."""
    draft = queue_message.Draft(f"test:{purpose}:{at}", lead, purpose, body, RILEY)
    with db.write() as tx:
        (queued,) = queue_message.queue(tx, team, [draft], at)
    return steps.message(db, queued.message_id or 0).state


# --- yes ---


@pytest.mark.parametrize("word", ["YES", "Oui!"])
def test_a_yes_is_kept_with_the_question_it_answers(db: Database, team: Team, word: str) -> None:
    """The number of our text, its words, who, when; for the channel that was asked about, without an end."""
    lead, first = _asked(db, team)

    reply = _text(db, team, word, NOON + MINUTE)

    (yes,) = _express(db, lead)
    assert yes.proof == f"Answered YES to {first.message.ref} by text ({'SM' + str((NOON + MINUTE).timestamp())})"
    assert yes.shown == first.message.body
    assert (yes.recorded_by, yes.recorded_at, yes.reply_id) == ("contact", NOON + MINUTE, reply.reply_id)
    assert (yes.channels, yes.started_at, yes.expires_at) == (frozenset({Channel.SMS}), NOON + MINUTE, None)
    assert reply.question_id == first.message.message_id


def test_a_yes_to_a_text_in_doubt_counts(db: Database, team: Team) -> None:
    """Whoever answers has received it."""
    lead = steps.opened(db, team, basis=ConsentBasis.REPLY)
    steps.handed_over(db, team)

    _text(db, team, "yes", NOON + MINUTE)

    assert len(_express(db, lead)) == 1


def test_a_yes_out_of_the_blue_is_no_consent(db: Database, team: Team) -> None:
    """Nothing was asked; a person reads it."""
    lead = steps.opened(db, team, NIGHT, basis=ConsentBasis.REPLY)

    reply = _text(db, team, "yes", NIGHT + MINUTE)

    assert _express(db, lead) == []
    assert reply.question_id is None
    assert steps.again(db, lead).ladder is LadderState.PAUSED


def test_a_yes_to_an_offer_is_about_the_offer(db: Database, team: Team) -> None:
    """The newest text is the question, and an offer asks for no consent."""
    lead, _first = _asked(db, team)
    _text(db, team, "What would you pay?", NOON + MINUTE)
    _queue(db, team, lead, Purpose.OFFER, NOON + 2 * MINUTE)
    _leaves(db, team, NOON + 2 * MINUTE, "SMoffer")

    _text(db, team, "yes", NOON + 3 * MINUTE)

    assert _express(db, lead) == []


# --- an answer by hand ---


@pytest.mark.parametrize(
    ("body", "kind", "answerable"),
    [
        ("What would you pay?", InboundKind.TEXT, True),
        ("help", InboundKind.HELP, True),
        ("yes", InboundKind.YES, True),
        ("no thanks", InboundKind.NO, False),
        ("I'm driving, auto reply", InboundKind.AUTO_REPLY, False),
        ("take me off your list", InboundKind.SMELLS_OF_STOP, False),
    ],
)
def test_a_text_of_a_person_may_be_answered_once_by_hand(
    db: Database, team: Team, body: str, kind: InboundKind, *, answerable: bool
) -> None:
    """For thirty days; a no asks for nothing, a machine asks nothing, and what may be a stop is read first."""
    lead, _first = _asked(db, team)

    reply = _text(db, team, body, NOON + MINUTE)

    answers = [each for each in _grounds(db, lead) if each.reply_id and each.basis is ConsentBasis.REPLY]
    assert reply.kind == kind
    assert [each.reply_id for each in answers] == ([reply.reply_id] if answerable else [])
    assert all(each.expires_at == NOON + MINUTE + 30 * DAY for each in answers)


def test_one_answer_is_one(db: Database, team: Team) -> None:
    """The second text written by hand needs a second text of theirs, or a YES."""
    lead, _first = _asked(db, team)
    _text(db, team, "What would you pay?", NOON + MINUTE)

    first = _queue(db, team, lead, Purpose.MANUAL, NOON + 2 * MINUTE, "About $300,000.")
    _leaves(db, team, NOON + 2 * MINUTE, "SMhand")
    second = _queue(db, team, lead, Purpose.MANUAL, NOON + 3 * MINUTE, "Still there?")

    assert (first, second) == (MessageState.READY, MessageState.REFUSED)


# --- stop ---


def test_a_stop_binds_every_record_with_the_number(db: Database, team: Team) -> None:
    """Two leads and a buyer: all ladders end, all consents end, everything planned is taken back."""
    one = steps.opened(db, team, NIGHT)
    with db.write() as tx:  # an older system may have brought the same number in twice
        other = leads.get(tx, _copy_of(tx, one))
    buyer = add_buyer.add(db, team, _buyer(), NIGHT)
    assert buyer is not None
    steps.handed_over(db, team, NIGHT)

    _text(db, team, "STOP", NIGHT + MINUTE)

    assert [steps.again(db, each).ladder for each in (one, other)] == [LadderState.STOPPED] * 2
    assert steps.counts(db) == {MessageState.CANCELLED: 1}
    with db.read() as tx:
        grounds = contacts.consents_of(tx, [each.contact_id for each in contacts.with_phone(tx, SELLER)])
    assert len(grounds) == 2
    assert all(each.expires_at == NIGHT + MINUTE for found in grounds.values() for each in found)


def _copy_of(tx: object, lead: Lead) -> int:
    from sqlalchemy import Connection, insert  # noqa: PLC0415

    assert isinstance(tx, Connection)
    row = dict(tx.execute(select(tables.leads).where(tables.leads.c.id == lead.lead_id)).mappings().one())
    made = row | {"id": None, "intake_key": "copy"}
    del made["id"]
    return int(tx.execute(insert(tables.leads).values(made).returning(tables.leads.c.id)).scalar_one())


def _buyer() -> add_buyer.BuyerRequest:
    return add_buyer.BuyerRequest(
        key="b1",
        actor=RILEY,
        name="Sam Roy",
        phone=SELLER,
        provinces=frozenset(),
        markets=frozenset(),
        property_types=frozenset(),
        min_price_cents=0,
        max_price_cents=1,
    )


def test_a_stop_to_the_carrier_alone_withdraws_consent_too(db: Database, team: Team) -> None:
    """We hear of it by error 21610."""
    from flows import settle_delivery  # noqa: PLC0415

    lead = steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)

    settle_delivery.record(db, team, handover, settle_delivery.Refused(21610), NOON)

    assert [each.expires_at for each in _grounds(db, lead)] == [NOON]


def test_an_internal_do_not_call_request_ends_after_three_years_and_fourteen_days(db: Database, team: Team) -> None:
    """One moment before nothing may be opened; at the end it may."""
    until = ladder.suppressed_until(SuppressionReason.INTERNAL_DO_NOT_CALL, NOON)
    assert until == datetime(2029, 12, 8, 17, tzinfo=UTC)
    with db.write() as tx:
        reason = SuppressionReason.INTERNAL_DO_NOT_CALL
        suppressions.add(tx, SELLER, reason, source="call by U0RILEY", since=NOON, until=until)

    with pytest.raises(DomainError, match="left alone"):
        open_lead.open_lead(db, team, steps.request(), until - MINUTE)
    opened = open_lead.open_lead(db, team, steps.request("r2"), until)

    climb_ladder.climb(db, team, until, until, owner="w1")
    assert opened.new
    assert len(dispatch.begin(db, team, until, NOON, owner="w1")) == 1


# --- what may be a stop ---


@pytest.mark.parametrize("body", ["take me off your list", "arrêtez de m'écrire"])
def test_what_may_be_a_stop_holds_everything_to_the_number(db: Database, team: Team, body: str) -> None:
    """Ladders pause, what was planned waits, what is planned later waits, and nobody resumes before reading."""
    lead = steps.opened(db, team)
    climb_ladder.climb(db, team, NOON, NOON, owner="w1")
    _leaves(db, team, NOON, "SMfirst")
    _queue(db, team, lead, Purpose.OFFER, NOON + 2 * MINUTE)

    _text(db, team, body, NOON + 3 * MINUTE)

    assert dispatch.begin(db, team, NOON + 3 * MINUTE, NOON, owner="w1") == ()
    assert steps.counts(db)[MessageState.HELD] == 1
    assert _queue(db, team, lead, Purpose.MANUAL, NOON + 4 * MINUTE) == MessageState.HELD
    assert (steps.again(db, lead).ladder, steps.again(db, lead).ladder_reason) == (LadderState.PAUSED, "asks_to_stop")
    with pytest.raises(DomainError, match="Read their text"):
        lead_actions.resume(db, lead.lead_id, AVERY, NOON + 4 * MINUTE)


def _read(db: Database, reply: Reply, reading: StopReading, by: Actor = RILEY, key: str = "c1") -> None:
    read_reply.record(db, read_reply.Reading(key, reply.reply_id, reading, by), NOON + 5 * MINUTE)


def test_stop_for_good_is_a_stop(db: Database, team: Team) -> None:
    """As if they had written the word; every other text of theirs is settled with it."""
    lead, _first = _asked(db, team)
    earlier = _text(db, team, "spam", NOON + MINUTE)
    reply = _text(db, team, "leave me alone", NOON + 2 * MINUTE)

    _read(db, reply, StopReading.STOP)

    assert _orders(db, NOON + 5 * MINUTE) == [SuppressionReason.STOP]
    assert steps.again(db, lead).ladder is LadderState.STOPPED
    with db.read() as tx:
        settled = [replies.get(tx, each.reply_id) for each in (earlier, reply)]
        assert not replies.has_unread_stop(tx, SELLER)
        lines = [(each["action"], each["actor"], each["detail"]) for each in records.audit_lines(tx)]
    assert [(each.reading, each.read_by) for each in settled] == [(StopReading.STOP, "U0RILEY")] * 2
    assert ("reply_read", "U0RILEY", {"reply_id": reply.reply_id, "reading": "stop"}) in lines
    assert [actor for action, actor, _detail in lines if action == "opted_out"] == ["U0RILEY"]
    assert SELLER not in str(lines)


def test_not_a_stop_lets_go_what_was_held(db: Database, team: Team) -> None:
    """The ladder stays with a person; the text may be answered like any other."""
    lead = steps.opened(db, team)
    reply = _text(db, team, "My mother says stop worrying, what do you pay?", NOON + MINUTE)
    held = _queue(db, team, lead, Purpose.OFFER, NOON + 2 * MINUTE)

    _read(db, reply, StopReading.NOT_STOP)

    (handover,) = dispatch.begin(db, team, NOON + 5 * MINUTE, NOON, owner="w1")
    again = steps.again(db, lead)
    assert (held, handover.message.purpose) == (MessageState.HELD, Purpose.OFFER)
    assert (again.ladder, again.ladder_reason) == (LadderState.PAUSED, "seller_replied")
    assert _orders(db, NOON + 5 * MINUTE) == []
    assert lead_actions.resume(db, lead.lead_id, RILEY, NOON + 6 * MINUTE).ladder is LadderState.RUNNING


def test_a_text_is_read_once(db: Database, team: Team) -> None:
    """Whoever comes late is told who decided what; a copy of the click is no second one."""
    _asked(db, team)
    reply = _text(db, team, "leave me alone", NOON + MINUTE)
    _read(db, reply, StopReading.NOT_STOP)
    _read(db, reply, StopReading.NOT_STOP)

    with pytest.raises(DomainError, match="Already read by <@U0RILEY>: not a stop"):
        _read(db, reply, StopReading.STOP, AVERY, "c2")
    assert _orders(db, NOON + 5 * MINUTE) == []


def test_a_plain_text_needs_no_reading(db: Database, team: Team) -> None:
    """An old or forged button does nothing."""
    _asked(db, team)
    reply = _text(db, team, "hello", NOON + MINUTE)

    with pytest.raises(DomainError, match="understood without anybody"):
        _read(db, reply, StopReading.STOP)
    assert _orders(db, NOON + 5 * MINUTE) == []


def test_their_own_stop_settles_what_was_unread(db: Database, team: Team) -> None:
    """There is nothing left to decide."""
    _asked(db, team)
    reply = _text(db, team, "leave me alone", NOON + MINUTE)
    _text(db, team, "STOP", NOON + 2 * MINUTE)

    with pytest.raises(DomainError, match="the contact, who wrote STOP: stop for good"):
        _read(db, reply, StopReading.NOT_STOP)
    assert _orders(db, NOON + 5 * MINUTE) == [SuppressionReason.STOP]


# --- start ---


def _stopped(db: Database, team: Team) -> Lead:
    lead, _first = _asked(db, team)
    _text(db, team, "STOP", NOON + MINUTE)
    return lead


def test_after_start_one_question_and_their_yes_open_the_number(db: Database, team: Team) -> None:
    """Late at night too: they have just written. Their YES is express consent and ends their STOP."""
    lead = _stopped(db, team)

    _text(db, team, "START", NIGHT)
    still = _orders(db, NIGHT)
    question = _leaves(db, team, NIGHT, "SMquestion")
    _text(db, team, "yes", NIGHT + MINUTE)

    (yes,) = _express(db, lead)
    assert still == [SuppressionReason.STOP]
    assert question.message.purpose is Purpose.CONSENT_QUESTION
    assert question.validity_seconds <= 15 * 60
    assert yes.shown == question.message.body
    assert _orders(db, NIGHT + MINUTE) == []
    assert steps.again(db, lead).ladder is LadderState.STOPPED
    with db.read() as tx:
        assert len(records.audit_lines(tx, action="opt_out_lifted")) == 1


def test_the_whole_way_back_can_be_told(db: Database, team: Team) -> None:
    """What was asked past the STOP and on which ground, what they had before them, and that their YES ended it."""
    lead = _stopped(db, team)
    _text(db, team, "START", NIGHT)
    question = _leaves(db, team, NIGHT, "SMquestion")
    _text(db, team, "yes", NIGHT + MINUTE)

    with db.read() as tx:
        events = list(tell_history.tell(tx, evidence.of_lead(tx, lead.lead_id)))

    verdicts = [each for each in events if each.ref == question.message.ref and each.event == "verdict"]
    assert [(each.verdict, each.rule) for each in verdicts] == [("allow", "answer_to_start")] * 2
    assert all(each.lists is not None and "own: stop" in each.lists for each in verdicts)
    assert all(each.matches for each in verdicts)
    shown = [each.text for each in events if each.event == "consent" and each.basis == "casl.express"]
    assert shown == [question.message.body]


def test_start_alone_opens_nothing(db: Database, team: Team) -> None:
    """No step, no offer, no text by hand; the question itself only within its quarter of an hour."""
    lead = _stopped(db, team)
    _text(db, team, "START", NOON + 10 * MINUTE)

    assert dispatch.begin(db, team, NOON + 26 * MINUTE, NOON, owner="w1") == ()
    assert _queue(db, team, lead, Purpose.MANUAL, NOON + 27 * MINUTE) == MessageState.REFUSED
    assert _orders(db, NOON + 27 * MINUTE) == [SuppressionReason.STOP]


def test_the_question_is_asked_once_a_day(db: Database, team: Team) -> None:
    """START, START is no way to make us send."""
    _stopped(db, team)
    _text(db, team, "START", NOON + 10 * MINUTE)
    _leaves(db, team, NOON + 10 * MINUTE, "SMquestion")
    _text(db, team, "UNSTOP", NOON + 11 * MINUTE)

    assert dispatch.begin(db, team, NOON + 11 * MINUTE, NOON, owner="w1") == ()


def test_a_stop_after_the_question_takes_it_back(db: Database, team: Team) -> None:
    """Their last word counts: a YES to an older question ends no newer STOP."""
    lead = _stopped(db, team)
    _text(db, team, "START", NOON + 10 * MINUTE)
    _leaves(db, team, NOON + 10 * MINUTE, "SMquestion")
    _text(db, team, "STOP", NOON + 11 * MINUTE)
    _text(db, team, "yes", NOON + 12 * MINUTE)

    assert _orders(db, NOON + 12 * MINUTE) == [SuppressionReason.STOP]
    assert _express(db, lead) == []


def test_a_stop_before_the_question_leaves_cancels_it(db: Database, team: Team) -> None:
    """It still lay here."""
    _stopped(db, team)
    _text(db, team, "START", NOON + 10 * MINUTE)
    _text(db, team, "STOP", NOON + 11 * MINUTE)

    assert dispatch.begin(db, team, NOON + 11 * MINUTE, NOON, owner="w1") == ()


def test_a_yes_without_the_question_lifts_no_stop(db: Database, team: Team) -> None:
    """The first text asked before the STOP, not after it."""
    lead = _stopped(db, team)

    _text(db, team, "yes", NOON + 2 * MINUTE)

    assert _orders(db, NOON + 2 * MINUTE) == [SuppressionReason.STOP]
    assert _express(db, lead) == []


def test_the_carriers_own_start_counts(db: Database, team: Team) -> None:
    """It may know words we do not; it ends the carrier's block at once."""
    _asked(db, team)
    with db.write() as tx:
        reason = SuppressionReason.CARRIER_BLOCK
        suppressions.add(tx, SELLER, reason, source="provider 30004", since=NOON, until=None)

    reply = _text(db, team, "va bene", NOON + MINUTE, opt_out_type="START")

    assert reply.kind == InboundKind.START
    assert _orders(db, NOON + MINUTE) == []
    assert dispatch.begin(db, team, NOON + MINUTE, NOON, owner="w1")[0].message.purpose is Purpose.CONSENT_QUESTION


# --- the ledger ---


def _record(db: Database, team: Team, lead: Lead, basis: ConsentBasis, at: datetime, **more: object) -> Lead:
    plain: dict[str, object] = {
        "key": f"k:{basis}",
        "lead_id": lead.lead_id,
        "basis": basis,
        "channels": frozenset(Channel),
        "proof": "deed, box 3",
        "shown": "",
        "since": None,
        "actor": RILEY,
    }
    return record_consent.record(db, team, record_consent.ConsentRequest(**(plain | more)), at)  # type: ignore[arg-type]


@pytest.mark.parametrize("basis", ConsentBasis)
def test_every_ground_is_recorded_with_its_proof_and_its_own_end(db: Database, team: Team, basis: ConsentBasis) -> None:
    """The end follows from the basis and the start; nobody sets it."""
    lead = steps.opened(db, team, basis=ConsentBasis.REPLY)
    since = NOON - 30 * DAY

    _record(db, team, lead, basis, NOON, since=since, shown="May we text you?")

    ground = _grounds(db, lead)[-1]
    months = {"purchase": 24, "opportunity": 24, "contract": 24, "inquiry": 6}.get(basis.value.rpartition(".")[2])
    ends = {24: datetime(2028, 10, 25, 17, tzinfo=UTC), 6: datetime(2027, 4, 25, 17, tzinfo=UTC)}.get(months or 0)
    assert (ground.basis, ground.started_at, ground.expires_at) == (basis, since, ends)
    assert (ground.proof, ground.shown, ground.recorded_by) == ("deed, box 3", "May we text you?", "U0RILEY")
    assert ground.recorded_at == NOON


def test_a_ground_without_proof_or_past_its_end_is_none(db: Database, team: Team) -> None:
    """The onus of proof is on the sender."""
    lead = steps.opened(db, team, basis=ConsentBasis.REPLY)

    with pytest.raises(DomainError, match="Where is the proof"):
        _record(db, team, lead, ConsentBasis.EXPRESS, NOON, proof=" ")
    with pytest.raises(DomainError, match="ended on 2026-11-23"):
        _record(db, team, lead, ConsentBasis.PURCHASE, NOON, since=datetime(2024, 11, 23, tzinfo=UTC))
    assert len(_grounds(db, lead)) == 1


def test_nobody_here_records_a_consent_past_a_stop(db: Database, team: Team) -> None:
    """Whatever paper they hold."""
    lead = _stopped(db, team)

    with pytest.raises(DomainError, match="Only their own START"):
        _record(db, team, lead, ConsentBasis.EXPRESS, NOON + 2 * MINUTE)
    assert _express(db, lead) == []


def test_the_card_says_in_advance_what_the_ladder_will_step_over(db: Database, team: Team) -> None:
    """Texts 3 and 5 of an inquiry, until a consent is recorded; then nothing, and the gate agrees."""
    lead, _first = _asked(db, team)

    with db.read() as tx:
        before = draw_sheets.lead_sheet(tx, team, lead.lead_id, NOON)
    _record(db, team, lead, ConsentBasis.EXPRESS, NOON)
    with db.read() as tx:
        after = draw_sheets.lead_sheet(tx, team, lead.lead_id, NOON)

    assert before.uncovered == {3: Reason.CONSENT_USED, 5: Reason.CONSENT_USED}
    assert after.uncovered == {}


def test_a_held_first_text_counts_as_using_the_inquiry(db: Database, team: Team) -> None:
    """It leaves in the morning; the forecast knows."""
    lead = steps.opened(db, team, NIGHT, basis=ConsentBasis.REPLY)
    steps.handed_over(db, team, NIGHT)

    with db.read() as tx:
        sheet = draw_sheets.lead_sheet(tx, team, lead.lead_id, NIGHT)

    assert sheet.uncovered == {3: Reason.CONSENT_USED, 5: Reason.CONSENT_USED}


def test_a_card_whose_consent_ends_soon_is_drawn_anew_once_a_day(db: Database, team: Team) -> None:
    """The countdown on it is never yesterday's; other cards are left alone."""
    lead = steps.opened(db, team)
    steps.opened(db, team, key="r2", phone="416-555-0101")
    _record(db, team, lead, ConsentBasis.INQUIRY, NOON)
    soon = datetime(2027, 5, 24, 17, tzinfo=UTC) - timedelta(days=29)
    with db.write() as tx:
        for _ in range(9):
            for card in posts.take_stale(tx, NOON + _ * MINUTE, now=NOON, owner="w", lease=MINUTE):
                posts.posted(tx, card, NOON, ts=str(card.card_id))

    early, first, again, next_day = (
        watch_consents.watch(db, at) for at in (soon - 2 * DAY, soon, soon + MINUTE, soon + DAY)
    )

    assert (early, first, again, next_day) == (0, 1, 0, 1)
    with db.read() as tx:
        stale = tx.execute(select(tables.cards.c.subject).where(tables.cards.c.stale)).scalars().all()
        sheet = draw_sheets.lead_sheet(tx, team, lead.lead_id, soon)
    assert stale == [str(lead.lead_id)]
    assert sheet.consent_ends_at is None  # express consent holds beside it


# --- language ---


@pytest.mark.parametrize(
    ("address", "stated", "language"),
    [
        ("1200 rue Sainte-Catherine, Montréal QC", None, Language.FR),
        ("1200 rue Sainte-Catherine, Montréal QC", Language.EN, Language.EN),
        ("12 King St W, Hamilton ON", None, Language.EN),
        ("12 King St W, Hamilton ON", Language.FR, Language.FR),
        ("the blue house by the lake", None, Language.EN),
    ],
)
def test_quebec_is_written_to_in_french_unless_somebody_says_otherwise(
    db: Database, team: Team, address: str, stated: Language | None, language: Language
) -> None:
    """What was stated wins."""
    request = open_lead.LeadRequest(
        "r1", "Marc", "867-555-0142", address, Actor("U0RILEY", Role.AGENT), language=stated
    )

    assert open_lead.open_lead(db, team, request, NOON).lead.contact.language is language
