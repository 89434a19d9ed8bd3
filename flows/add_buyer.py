"""Put a buyer and their box on the list."""

from dataclasses import dataclass
from datetime import datetime

from domain import phones
from domain.errors import DomainError
from domain.model import Actor, Buyer, Channel, ConsentBasis, ContactKind, Language
from domain.provinces import Province
from flows.team import Team
from storage import buyers, contacts, inbox, records
from storage.unit import Database


@dataclass(frozen=True, slots=True)
class BuyerRequest:
    """A buyer as typed; money in integer cents."""

    key: str
    actor: Actor
    name: str
    phone: str
    provinces: frozenset[Province]
    markets: frozenset[str]
    property_types: frozenset[str]
    min_price_cents: int
    max_price_cents: int
    min_beds: int = 0
    min_baths: int = 0
    language: Language = Language.EN
    email: str | None = None


def add(db: Database, team: Team, request: BuyerRequest, now: datetime) -> Buyer | None:
    """Store an active buyer.

    Returns:
        The buyer, or None when a copy of the request had stored them.

    Raises:
        DomainError: the number or the price box cannot be used.
    """
    phone = phones.parse(request.phone, allow_us=team.allow_us_numbers)
    if request.min_price_cents > request.max_price_cents:
        raise DomainError("price_box", "The lowest price is above the highest. Swap them.", field="min")
    with db.write() as tx:
        if not inbox.accept(tx, request.key, now):
            return None
        contact = contacts.add(
            tx,
            kind=ContactKind.BUYER,
            name=request.name,
            phone_e164=phone,
            email=request.email,
            language=request.language,
            now=now,
        )
        consent_id = contacts.add_consent(
            tx,
            contact_id=contact.contact_id,
            basis=ConsentBasis.EXPRESS,
            channels=[Channel.SMS, Channel.EMAIL],
            proof=f"Stated by {request.actor.slack_id} when adding the buyer",
            recorded_by=request.actor.slack_id,
            started_at=now,
            expires_at=None,
        )
        buyer_id = buyers.add(
            tx,
            contact,
            provinces=request.provinces,
            markets=request.markets,
            property_types=request.property_types,
            min_price_cents=request.min_price_cents,
            max_price_cents=request.max_price_cents,
            min_beds=request.min_beds,
            min_baths=request.min_baths,
            by=request.actor.slack_id,
            now=now,
        )
        records.note(
            tx,
            now,
            action="consent_recorded",
            actor=request.actor.slack_id,
            subject=f"B-{buyer_id}",
            consent_id=consent_id,
            basis=ConsentBasis.EXPRESS,
        )
        return buyers.get_many(tx, [buyer_id])[buyer_id]
