"""Open a lead: place it, record the consent, plan its ladder, put its card on the list. One transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain import geo, kpi, ladder, phones
from domain.errors import DomainError
from domain.gate import Facts, Verdict
from domain.model import (
    Actor,
    Channel,
    ConsentBasis,
    ContactKind,
    LadderState,
    Language,
    Lead,
    LeadSource,
    Purpose,
)
from domain.provinces import Province
from flows import gating, record_consent
from flows.team import Team
from storage import cards, contacts, deals, inbox, ladders, leads, records, suppressions
from storage.unit import Database, Tx

LIMITS: Mapping[str, int] = {"name": 200, "address": 300, "notes": 2_000, **record_consent.LIMITS}
"""Longest words of each kind, in characters."""


LIVE = frozenset({LadderState.RUNNING, LadderState.PAUSED})


@dataclass(frozen=True, slots=True)
class LeadRequest:
    """What somebody typed, checked by nobody yet.

    Attributes:
        key: identity of the request at its door; a copy with the same key changes nothing.
        phone: number as typed.
        proof: where the evidence of the consent is, in the rep's words.
        shown: what they had before them when they agreed, word for word; empty when nobody kept it.
        since: when the ground arose; None for now.
        language: None when nobody said: French in Quebec, else English.
    """

    key: str
    name: str
    phone: str
    address: str
    actor: Actor
    email: str | None = None
    source: LeadSource = LeadSource.SLACK
    basis: ConsentBasis = ConsentBasis.REPLY
    proof: str = ""
    language: Language | None = None
    notes: str = ""
    shown: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenedLead:
    """The lead, and what the gate says now about its first text.

    Attributes:
        new: False when a copy of the request had opened it already.
    """

    lead: Lead
    facts: Facts
    verdict: Verdict
    new: bool


def open_lead(db: Database, team: Team, request: LeadRequest, now: datetime) -> OpenedLead:
    """Open a lead with a running ladder.

    Raises:
        DomainError: the number, name or address cannot be used, or the person is known or asked to be left alone;
            the sentence says which and what to do. Nothing is stored.
    """
    phone = phones.parse(request.phone, allow_us=team.allow_us_numbers)
    checked = _checked(request, now)
    with db.write() as tx:
        if not inbox.accept(tx, request.key, now):
            return _opened_before(tx, team, request.key, now)
        _refuse_known_numbers(tx, team, phone, now)
        lead = _store(tx, team, checked, phone, now)
        facts, verdict = gating.decide(tx, team, [_first_text(lead)], now)[0]
    return OpenedLead(lead, facts, verdict, new=True)


def _checked(request: LeadRequest, now: datetime) -> LeadRequest:
    record_consent.refuse_ended(request.basis, request.since, now)
    if not request.name.strip():
        raise DomainError("no_name", "Who is the seller? Add a name after the address: … — Jane Doe", field="name")
    if not request.address.strip():
        raise DomainError(
            "no_address", "Where is the property? Add a street and a city or a postal code.", field="address"
        )
    for field, limit in LIMITS.items():
        if len(getattr(request, field)) > limit:
            raise DomainError("too_long", f"Too long: {field} can have {limit} characters.", field=field)
    return request


def _opened_before(tx: Tx, team: Team, key: str, now: datetime) -> OpenedLead:
    lead = leads.find_by_intake_key(tx, key)
    if lead is None:
        raise DomainError("repeated", "This was handled already. Nothing new was done.")
    facts, verdict = gating.decide(tx, team, [_first_text(lead)], now)[0]
    return OpenedLead(lead, facts, verdict, new=False)


def _refuse_known_numbers(tx: Tx, team: Team, phone: str, now: datetime) -> None:
    if phone == team.sender.phone_e164:
        raise DomainError("own_number", "That's our own number. Enter the seller's.", field="phone")
    if suppressions.standing(tx, phone, now, team.hash_key):
        sentence = "This number asked to be left alone. It cannot be contacted, and no lead was opened."
        raise DomainError("suppressed", sentence, field="phone")
    # One live ladder a person. A lead whose ladder has ended is history: who comes back may be opened anew.
    known = [lead for lead in leads.with_phone(tx, phone) if lead.ladder in LIVE]
    if known:
        deal = deals.of_lead(tx, known[0].lead_id)
        owner = f"<@{known[0].owner}>" if known[0].owner else "nobody yet"
        raise DomainError("known_number", f"Already on {(deal or known[0]).ref} (owner {owner}).", field="phone")


def _store(tx: Tx, team: Team, request: LeadRequest, phone: str, now: datetime) -> Lead:
    place = geo.locate(request.address, phone=phone)
    contact = contacts.add(
        tx,
        kind=ContactKind.SELLER,
        name=request.name.strip(),
        phone_e164=phone,
        email=request.email or None,
        # In Quebec people are written to in French unless they ask for something else (Charter of the French language).
        language=request.language or (Language.FR if place.province is Province.QC else Language.EN),
        now=now,
    )
    consent_id = record_consent.store(
        tx,
        record_consent.Ground(
            contact_id=contact.contact_id,
            basis=request.basis,
            channels=frozenset(Channel),
            proof=request.proof.strip() or f"Stated by {request.actor.slack_id} at intake",
            shown=request.shown.strip() or None,
            started_at=request.since or now,
        ),
        by=request.actor.slack_id,
        now=now,
    )
    new = leads.NewLead(
        contact=contact,
        source=request.source,
        address=request.address.strip(),
        province=place.province,
        market=place.market,
        zones=place.zones,
        conflicts=place.conflicts,
        evidence=tuple(f"{piece.kind}: {piece.text}" for piece in place.evidence),
        notes=request.notes.strip(),
        created_by=request.actor.slack_id,
        plan_version=ladder.PLAN_VERSION,
        correlation_id=f"lead:{secrets.token_hex(8)}",
        intake_key=request.key,
    )
    lead = leads.get(tx, leads.add(tx, new, now))
    records.note(
        tx,
        now,
        action="consent_recorded",
        actor=request.actor.slack_id,
        subject=lead.ref,
        consent_id=consent_id,
        basis=request.basis,
    )
    planned = ladder.plan(now)
    ladders.add(tx, lead.lead_id, planned)
    records.add_kpis(tx, [kpi.lead_created(lead, now), kpi.ladder_created(lead, len(planned), now)])
    cards.mark(tx, "lead", lead.lead_id, now, channel=team.leads_channel)
    return lead


def _first_text(lead: Lead) -> gating.Send:
    return gating.Send(
        contact_id=lead.contact.contact_id,
        address=lead.contact.phone_e164,
        lead=lead,
        channel=Channel.SMS,
        purpose=Purpose.LADDER,
        actor=lead.created_by,
    )
