"""Write a ground for contacting somebody into the ledger, with its proof, its start and the end the law gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain import consent
from domain.errors import DomainError
from domain.model import Actor, Channel, ConsentBasis, Lead, SuppressionReason
from flows.team import Team
from storage import cards, contacts, inbox, ladders, leads, messages, records, suppressions
from storage.unit import Database, Tx

LIMITS: Mapping[str, int] = {"proof": 300, "shown": 1_600}
"""Longest words of each kind that are kept; a text shown has at most as many characters as a provider carries."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground as it is to be stored.

    Attributes:
        proof: where the evidence is.
        shown: what they had before them when they agreed, word for word, or None.
        started_at: when it arose; for a written contract that has ended, its end.
    """

    contact_id: int
    basis: ConsentBasis
    channels: frozenset[Channel]
    proof: str
    shown: str | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """A ground somebody states for a lead; ``key`` is the identity of the request."""

    key: str
    lead_id: int
    basis: ConsentBasis
    channels: frozenset[Channel]
    proof: str
    shown: str
    since: datetime | None
    actor: Actor


def store(tx: Tx, ground: Ground, *, by: str, now: datetime) -> int:
    """Store one ground and return its id; its end is computed from the basis alone."""
    return contacts.add_consent(
        tx,
        contact_id=ground.contact_id,
        basis=ground.basis,
        channels=ground.channels,
        proof=ground.proof,
        recorded_by=by,
        started_at=ground.started_at,
        expires_at=consent.expires_at(ground.basis, ground.started_at),
        shown=ground.shown,
        recorded_at=now,
    )


def record(db: Database, team: Team, request: ConsentRequest, now: datetime) -> Lead:
    """Record a ground for a lead's seller and let what waited for one be looked at again.

    Raises:
        DomainError: no proof, too long, ended already, or the person asked to be left alone: nothing but their own
            START and YES ends that.
    """
    _check(request, now)
    with db.write() as tx:
        lead = leads.get(tx, request.lead_id)
        _refuse_suppressed(tx, team, lead, now)
        if inbox.accept(tx, request.key, now):
            _keep(tx, lead, request, now)
    return lead


def _check(request: ConsentRequest, now: datetime) -> None:
    if not request.proof.strip():
        raise DomainError(
            "no_proof",
            'Where is the proof? Add proof="signed card of 24 Nov". The onus of proof is on us.',
            field="proof",
        )
    for field, limit in LIMITS.items():
        if len(getattr(request, field)) > limit:
            raise DomainError("too_long", f"Too long: {field} can have {limit:,} characters.", field=field)
    refuse_ended(request.basis, request.since, now)


def refuse_ended(basis: ConsentBasis, since: datetime | None, now: datetime) -> None:
    """Refuse a ground that has ended by law alone.

    Raises:
        DomainError: it has; says when.
    """
    end = consent.expires_at(basis, since or now)
    if end is not None and end <= now:
        raise DomainError("ended", f"That ground ended on {end.date()}. It covers nothing now.", field="since")


def _refuse_suppressed(tx: Tx, team: Team, lead: Lead, now: datetime) -> None:
    orders = suppressions.standing(tx, lead.contact.phone_e164, now, team.hash_key)
    if any(order.reason is not SuppressionReason.NATIONAL_DO_NOT_CALL for order in orders):
        sentence = f"{lead.ref} asked to be left alone. Only their own START and then YES opens that; nobody here can."
        raise DomainError("suppressed", sentence)


def _keep(tx: Tx, lead: Lead, request: ConsentRequest, now: datetime) -> None:
    ground = Ground(
        contact_id=lead.contact.contact_id,
        basis=request.basis,
        channels=request.channels,
        proof=request.proof.strip(),
        shown=request.shown.strip() or None,
        started_at=request.since or now,
    )
    store(tx, ground, by=request.actor.slack_id, now=now)
    records.note(
        tx, now, action="consent_recorded", actor=request.actor.slack_id, subject=lead.ref, basis=request.basis.value
    )
    messages.look_again(tx, lead.lead_id, now)
    ladders.look_again(tx, lead.lead_id, now)
    cards.mark(tx, "lead", lead.lead_id, now)
