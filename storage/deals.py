"""Deals, their offers, the buyers matched to them, and what buyers did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, distinct, func, insert, select, update

from domain.errors import NotFoundError
from domain.model import Deal, FeedbackEvent
from domain.provinces import Province
from storage.dialect import insert_many, insert_or_ignore
from storage.tables import deals, feedback, matches, offers
from storage.unit import Tx


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a deal that a person can change; money in integer cents."""

    arv_cents: int
    repairs_cents: int
    asking_cents: int | None
    property_type: str
    beds: int | None
    baths: int | None

    def as_values(self) -> dict[str, Any]:
        """Return them by column name."""
        return {name: getattr(self, name) for name in Numbers.__slots__}


@dataclass(frozen=True, slots=True)
class StoredOffer:
    """One offer with its evidence; money in integer cents."""

    deal_id: int
    revision: int
    opening_cents: int
    target_cents: int
    stretch_cents: int
    ceiling_cents: int
    evidence: Mapping[str, Any]


def add(tx: Tx, lead_id: int, numbers: Numbers, *, by: str, correlation_id: str, now: datetime) -> int:
    """Store a deal at revision 1 and return its id."""
    values = numbers.as_values() | {
        "lead_id": lead_id,
        "revision": 1,
        "created_at": now,
        "created_by": by,
        "correlation_id": correlation_id,
    }
    new_id: int = tx.execute(insert(deals).values(values).returning(deals.c.id)).scalar_one()
    return new_id


def revise(tx: Tx, deal_id: int, numbers: Numbers) -> None:
    """Change the numbers; the revision grows, so that what was approved before no longer counts."""
    change = update(deals).where(deals.c.id == deal_id)
    tx.execute(change.values(numbers.as_values() | {"revision": deals.c.revision + 1}))


def get(tx: Tx, deal_id: int) -> Deal:
    """Return one deal.

    Raises:
        NotFoundError: there is none with this number.
    """
    row = tx.execute(select(deals).where(deals.c.id == deal_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"Deal D-{deal_id}")
    return _deal_from(row)


def of_lead(tx: Tx, lead_id: int) -> Deal | None:
    """Return the newest deal of a lead, or None."""
    query = select(deals).where(deals.c.lead_id == lead_id).order_by(deals.c.id.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else _deal_from(row)


def newest(tx: Tx, limit: int) -> tuple[Deal, ...]:
    """Return the newest deals, newest first."""
    return tuple(_deal_from(row) for row in tx.execute(select(deals).order_by(deals.c.id.desc()).limit(limit)))


def add_offer(tx: Tx, offer: StoredOffer, now: datetime) -> None:
    """Store the offer of one revision with its evidence."""
    values = {name: getattr(offer, name) for name in StoredOffer.__slots__}
    tx.execute(insert(offers).values(values | {"created_at": now}))


def offer_of(tx: Tx, deal_id: int, revision: int) -> StoredOffer:
    """Return the offer of one revision; it was stored with the revision."""
    query = select(offers).where(offers.c.deal_id == deal_id, offers.c.revision == revision)
    row = tx.execute(query).one()
    return StoredOffer(**{name: getattr(row, name) for name in StoredOffer.__slots__})


def add_matches(tx: Tx, deal_id: int, revision: int, found: Sequence[tuple[int, float, Sequence[str]]]) -> None:
    """Store the ranked buyers of one revision: triples of buyer id, score and reasons."""
    rows = [
        {"deal_id": deal_id, "revision": revision, "buyer_id": buyer_id, "score": score, "reasons": list(reasons)}
        for buyer_id, score, reasons in found
    ]
    insert_many(tx, matches, rows)


def matches_of(tx: Tx, deal_id: int, revision: int) -> tuple[tuple[int, float, tuple[str, ...]], ...]:
    """Return the matched buyers of one revision, best first: buyer id, score and reasons."""
    query = (
        select(matches)
        .where(matches.c.deal_id == deal_id, matches.c.revision == revision)
        .order_by(matches.c.score.desc(), matches.c.buyer_id)
    )
    return tuple((row.buyer_id, row.score, tuple(row.reasons)) for row in tx.execute(query))


def add_feedback(
    tx: Tx,
    *,
    deal_id: int,
    buyer_id: int,
    province: Province | None,
    market: str,
    event: FeedbackEvent,
    now: datetime,
) -> bool:
    """Note what a buyer did about a deal; each event counts once a buyer and deal.

    Returns:
        True when it is new.
    """
    row = {"deal_id": deal_id, "buyer_id": buyer_id, "province": province, "market": market, "event": event, "at": now}
    return insert_or_ignore(tx, feedback, row)


def feedback_counts(tx: Tx, province: Province | None, market: str | None) -> dict[FeedbackEvent, int]:
    """Return events of distinct (buyer, deal) pairs in a market; ``market`` None means the whole province.

    ``province`` None with ``market`` None means all of Canada.
    """
    query = select(feedback.c.event, func.count(distinct(feedback.c.id))).group_by(feedback.c.event)
    if province is not None:
        query = query.where(feedback.c.province == province.value)
    if market is not None:
        query = query.where(feedback.c.market == market)
    return {FeedbackEvent(event): count for event, count in tx.execute(query)}


def _deal_from(row: Row[Any]) -> Deal:
    return Deal(
        deal_id=row.id,
        lead_id=row.lead_id,
        revision=row.revision,
        arv_cents=row.arv_cents,
        repairs_cents=row.repairs_cents,
        asking_cents=row.asking_cents,
        property_type=row.property_type,
        beds=row.beds,
        baths=row.baths,
        created_at=row.created_at,
        created_by=row.created_by,
        correlation_id=row.correlation_id,
    )
