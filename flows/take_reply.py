"""Take in one text from a contact. STOP always wins; anything a person wrote pauses the ladder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain import keywords, kpi, templates
from domain.keywords import InboundKind
from domain.model import Channel, ConsentBasis, Contact, LadderState, Lead, Purpose, Reply, SuppressionReason
from flows import ladder_moves, opt_out, queue_message, read_reply
from flows.climb_ladder import SYSTEM
from flows.team import Team
from storage import cards, contacts, inbox, leads, questions, records, replies, suppressions
from storage.questions import Question
from storage.unit import Database, Tx

ANSWERS = frozenset({InboundKind.TEXT, InboundKind.YES, InboundKind.NO, InboundKind.SMELLS_OF_STOP, InboundKind.HELP})
"""Kinds that a person must read before the ladder says anything more."""

ANSWERABLE = frozenset({InboundKind.TEXT, InboundKind.YES, InboundKind.HELP})
"""Kinds that one text written by hand may answer. A no asks for nothing, and what may be a stop is read first."""

_CARRIERS_WORD: Mapping[str | None, InboundKind] = {"STOP": InboundKind.STOP, "START": InboundKind.START}


@dataclass(frozen=True, slots=True)
class Inbound:
    """One text as the provider reported it.

    Attributes:
        provider_sid: the provider's name for it; a copy with the same name changes nothing.
        opt_out_type: what the provider made of it (Advanced Opt-Out), or None.
    """

    provider_sid: str
    from_address: str
    body: str
    media_count: int
    opt_out_type: str | None = None


def take(db: Database, team: Team, inbound: Inbound, now: datetime) -> InboundKind | None:
    """Store one text and do what it demands, in one transaction.

    Returns:
        What it was understood as, or None when it had arrived before.
    """
    kind = _kind_of(inbound)
    with db.write() as tx:
        if not inbox.accept(tx, f"sms:{inbound.provider_sid}", now):
            return None
        contacts.lock(tx, [inbound.from_address])
        known = contacts.with_phone(tx, inbound.from_address)
        found = leads.with_phone(tx, inbound.from_address)
        question = _question(tx, team, inbound, now) if kind is InboundKind.YES else None
        reply = _store(tx, inbound, kind, known, found, question, now)
        _follow(tx, team, inbound, reply, found, now)
        if question is not None:
            _record_yes(tx, inbound, reply, question, now)
        _show(tx, team, reply, found, now)
    return kind


def _kind_of(inbound: Inbound) -> InboundKind:
    kind = keywords.classify(inbound.body)
    return kind if kind is InboundKind.STOP else _CARRIERS_WORD.get(inbound.opt_out_type, kind)


def _store(
    tx: Tx,
    inbound: Inbound,
    kind: InboundKind,
    known: Sequence[Contact],
    found: Sequence[Lead],
    question: Question | None,
    now: datetime,
) -> Reply:
    whose = found[0].contact if found else known[0] if known else None
    reply_id = replies.add(
        tx,
        provider_sid=inbound.provider_sid,
        contact_id=whose.contact_id if whose else None,
        lead_id=found[0].lead_id if found else None,
        from_address=inbound.from_address,
        body=keywords.clean(inbound.body),
        kind=kind,
        media_count=inbound.media_count,
        received_at=now,
        question_id=question.message_id if question else None,
    )
    return replies.get(tx, reply_id)


def _follow(tx: Tx, team: Team, inbound: Inbound, reply: Reply, found: Sequence[Lead], now: datetime) -> None:
    kind = InboundKind(reply.kind)
    running = [lead for lead in found if lead.ladder is LadderState.RUNNING]
    if kind is InboundKind.STOP:
        _stop(tx, team, inbound, reply, found, now)
    elif kind is InboundKind.START:
        _start(tx, team, inbound, found, now)
    elif kind in ANSWERS:
        reason = "asks_to_stop" if kind is InboundKind.SMELLS_OF_STOP else "seller_replied"
        ladder_moves.pause(tx, running, reason, now)
    if kind in ANSWERABLE:
        read_reply.record_answerable(tx, reply, by=opt_out.CONTACT, now=now)
    records.add_kpis(tx, [kpi.reply_received(lead, kind, now) for lead in found[:1]])


def _stop(tx: Tx, team: Team, inbound: Inbound, reply: Reply, found: Sequence[Lead], now: datetime) -> None:
    """Leave them alone, at once; confirm once, unless the carrier does."""
    source = f"text {inbound.provider_sid}"
    by = opt_out.CONTACT
    new = opt_out.apply(tx, inbound.from_address, source=source, by=by, reply_id=reply.reply_id, now=now)
    told = inbound.opt_out_type is not None or keywords.carrier_confirms(inbound.body)
    if new and found and not told:
        answer = _answer(team, found[0], inbound, Purpose.OPT_OUT_CONFIRMATION, "opt_out_confirmation")
        queue_message.queue(tx, team, [answer], now)


def _start(tx: Tx, team: Team, inbound: Inbound, found: Sequence[Lead], now: datetime) -> None:
    """Open the carrier's line again, and ask: only a YES to that question ends their own STOP."""
    suppressions.end(tx, inbound.from_address, SuppressionReason.CARRIER_BLOCK, now)
    if found:
        answer = _answer(team, found[0], inbound, Purpose.CONSENT_QUESTION, "consent_question")
        queue_message.queue(tx, team, [answer], now)


def _answer(team: Team, lead: Lead, inbound: Inbound, purpose: Purpose, template: str) -> queue_message.Draft:
    fields = templates.seller_fields(team.sender, lead)
    return queue_message.Draft(
        intent_key=f"{purpose.value}:{inbound.provider_sid}",
        lead=lead,
        purpose=purpose,
        body=templates.render(template, lead.contact.language, fields),
        actor=SYSTEM,
    )


def _question(tx: Tx, team: Team, inbound: Inbound, now: datetime) -> Question | None:
    """Return the text of ours whose question for consent this YES answers, or None when it answers none.

    The newest text counts: a YES after an offer is about the offer. Past their own STOP only the question after their
    START counts, and no other order gives way at all.
    """
    question = questions.newest_to(tx, inbound.from_address)
    if question is None or not _channels(question):
        return None
    for order in suppressions.standing(tx, inbound.from_address, now, team.hash_key):
        calls_only = order.reason is SuppressionReason.NATIONAL_DO_NOT_CALL
        asked_since = order.reason is SuppressionReason.STOP and order.since < question.left_at
        if not calls_only and not asked_since:
            return None
    return question


def _channels(question: Question) -> frozenset[Channel]:
    asked = "consent_question" if question.purpose is Purpose.CONSENT_QUESTION else question.template
    return templates.CONSENT_QUESTIONS.get(asked or "", frozenset())


def _record_yes(tx: Tx, inbound: Inbound, reply: Reply, question: Question, now: datetime) -> None:
    contacts.add_consent(
        tx,
        contact_id=question.contact_id,
        basis=ConsentBasis.EXPRESS,
        channels=_channels(question),
        proof=f"Answered YES to {question.ref} by text ({inbound.provider_sid})",
        recorded_by=opt_out.CONTACT,
        started_at=now,
        expires_at=None,
        shown=question.body,
        reply_id=reply.reply_id,
    )
    subject = "contact" if question.lead_id is None else f"L-{question.lead_id}"
    records.note(tx, now, action="consent_recorded", actor=opt_out.CONTACT, subject=subject, question=question.ref)
    if suppressions.end(tx, inbound.from_address, SuppressionReason.STOP, now):
        records.note(tx, now, action="opt_out_lifted", actor=opt_out.CONTACT, subject=subject, question=question.ref)


def _show(tx: Tx, team: Team, reply: Reply, found: Sequence[Lead], now: datetime) -> None:
    parent = ("lead", found[0].lead_id) if found else None
    cards.mark(tx, "reply", reply.reply_id, now, channel=team.leads_channel, parent=parent)
    for lead in found:
        cards.mark(tx, "lead", lead.lead_id, now)
