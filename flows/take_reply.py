"""Take in one text from a contact. STOP always wins; anything a person wrote pauses the ladder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain import keywords, kpi, ladder, templates
from domain.keywords import InboundKind
from domain.model import Channel, ConsentBasis, Contact, LadderState, Lead, Purpose, SuppressionReason
from flows import ladder_moves, queue_message
from flows.climb_ladder import SYSTEM
from flows.team import Team
from storage import cards, contacts, inbox, leads, messages, records, replies
from storage.unit import Database, Tx

ANSWERS = frozenset({InboundKind.TEXT, InboundKind.YES, InboundKind.NO, InboundKind.SMELLS_OF_STOP, InboundKind.HELP})
"""Kinds that a person must read before the ladder says anything more."""


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
    body = keywords.clean(inbound.body)
    kind = InboundKind.STOP if inbound.opt_out_type == "STOP" else keywords.classify(inbound.body)
    with db.write() as tx:
        if not inbox.accept(tx, f"sms:{inbound.provider_sid}", now):
            return None
        contacts.lock(tx, [inbound.from_address])
        known = contacts.with_phone(tx, inbound.from_address)
        found = leads.with_phone(tx, inbound.from_address)
        reply_id = _store(tx, inbound, body, kind, known, found, now)
        _follow(tx, team, inbound, kind, known, found, now, reply_id=reply_id)
        _show(tx, team, reply_id, found, now)
    return kind


def _store(
    tx: Tx,
    inbound: Inbound,
    body: str,
    kind: InboundKind,
    known: Sequence[Contact],
    found: Sequence[Lead],
    now: datetime,
) -> int:
    return replies.add(
        tx,
        provider_sid=inbound.provider_sid,
        contact_id=known[0].contact_id if known else None,
        lead_id=found[0].lead_id if found else None,
        from_address=inbound.from_address,
        body=body,
        kind=kind,
        media_count=inbound.media_count,
        received_at=now,
    )


def _follow(
    tx: Tx,
    team: Team,
    inbound: Inbound,
    kind: InboundKind,
    known: Sequence[Contact],
    found: Sequence[Lead],
    now: datetime,
    *,
    reply_id: int,
) -> None:
    running = [lead for lead in found if lead.ladder is LadderState.RUNNING]
    if kind is InboundKind.STOP:
        _stop(tx, team, inbound, known, found, now, reply_id=reply_id)
    elif kind is InboundKind.START:
        contacts.lift_carrier_block(tx, inbound.from_address)
    elif kind in ANSWERS:
        reason = "asks_to_stop" if kind is InboundKind.SMELLS_OF_STOP else "seller_replied"
        ladder_moves.pause(tx, running, reason, now)
    if kind is InboundKind.YES and not contacts.suppressions_of(tx, [inbound.from_address]):
        _record_yes(tx, inbound, known, found, now)
    records.add_kpis(tx, [kpi.reply_received(lead, kind, now) for lead in found[:1]])


def _stop(
    tx: Tx,
    team: Team,
    inbound: Inbound,
    known: Sequence[Contact],
    found: Sequence[Lead],
    now: datetime,
    *,
    reply_id: int,
) -> None:
    """Suppress the number on every channel and every record, at once; confirm once, unless the carrier does."""
    until = ladder.suppressed_until(SuppressionReason.STOP, now)
    new = contacts.suppress(
        tx, inbound.from_address, SuppressionReason.STOP, source=f"text {inbound.provider_sid}", since=now, until=until
    )
    contacts.end_consents(tx, [contact.contact_id for contact in known], now)
    cancelled = messages.cancel_open_to(tx, inbound.from_address, "suppressed", now)
    ladder_moves.stop(tx, found, "stop", now)
    records.note(
        tx,
        now,
        action="opted_out",
        actor="contact",
        subject=found[0].ref if found else "unknown number",
        reply_id=reply_id,
        new=new,
        texts_cancelled=len(cancelled),
        ladders_stopped=len(found),
    )
    if not new:
        return
    records.add_kpis(tx, [kpi.opted_out(lead, now) for lead in found[:1]])
    if found and inbound.opt_out_type is None and not keywords.carrier_confirms(inbound.body):
        queue_message.queue(tx, team, [_confirmation(team, found[0], inbound)], now)


def _confirmation(team: Team, lead: Lead, inbound: Inbound) -> queue_message.Draft:
    fields = templates.seller_fields(team.sender, lead)
    return queue_message.Draft(
        intent_key=f"opt_out:{inbound.from_address}:{inbound.provider_sid}",
        lead=lead,
        purpose=Purpose.OPT_OUT_CONFIRMATION,
        body=templates.render("opt_out_confirmation", lead.contact.language, fields),
        actor=SYSTEM,
    )


def _record_yes(tx: Tx, inbound: Inbound, known: Sequence[Contact], found: Sequence[Lead], now: datetime) -> None:
    for contact in known:
        consent_id = contacts.add_consent(
            tx,
            contact_id=contact.contact_id,
            basis=ConsentBasis.EXPRESS,
            channels=[Channel.SMS, Channel.CALL],
            proof=f"Answered YES by text ({inbound.provider_sid})",
            recorded_by="contact",
            started_at=now,
            expires_at=None,
        )
        records.note(
            tx,
            now,
            action="consent_recorded",
            actor="contact",
            subject=next((lead.ref for lead in found if lead.contact.contact_id == contact.contact_id), "contact"),
            consent_id=consent_id,
            basis=ConsentBasis.EXPRESS,
        )


def _show(tx: Tx, team: Team, reply_id: int, found: Sequence[Lead], now: datetime) -> None:
    parent = ("lead", found[0].lead_id) if found else None
    cards.mark(tx, "reply", reply_id, now, channel=team.leads_channel, parent=parent)
    for lead in found:
        cards.mark(tx, "lead", lead.lead_id, now)
