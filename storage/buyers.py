"""Buyers and their boxes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select

from domain.model import Buyer, Contact
from domain.provinces import Province
from storage.contacts import contact_from
from storage.tables import buyers, contacts
from storage.unit import Tx


def add(  # noqa: PLR0913 - one column each
    tx: Tx,
    contact: Contact,
    *,
    provinces: Collection[Province],
    markets: Collection[str],
    property_types: Collection[str],
    min_price_cents: int,
    max_price_cents: int,
    min_beds: int,
    min_baths: int,
    by: str,
    now: datetime,
) -> int:
    """Store an active buyer and return its id."""
    values = {
        "contact_id": contact.contact_id,
        "active": True,
        "provinces": sorted(provinces),
        "markets": sorted(markets),
        "property_types": sorted(property_types),
        "min_price_cents": min_price_cents,
        "max_price_cents": max_price_cents,
        "min_beds": min_beds,
        "min_baths": min_baths,
        "created_at": now,
        "created_by": by,
    }
    new_id: int = tx.execute(insert(buyers).values(values).returning(buyers.c.id)).scalar_one()
    return new_id


def candidates(tx: Tx, price_cents: int) -> tuple[Buyer, ...]:
    """Return active buyers whose price box reaches ``price_cents``, by id."""
    fits = buyers.c.active & (buyers.c.max_price_cents >= price_cents)
    return _all(tx, _query().where(fits).order_by(buyers.c.id))


def get_many(tx: Tx, buyer_ids: Collection[int]) -> dict[int, Buyer]:
    """Return these buyers by id."""
    return {buyer.buyer_id: buyer for buyer in _all(tx, _query().where(buyers.c.id.in_(buyer_ids)))}


def newest(tx: Tx, limit: int) -> tuple[Buyer, ...]:
    """Return the newest buyers, newest first."""
    return _all(tx, _query().order_by(buyers.c.id.desc()).limit(limit))


def count_active(tx: Tx) -> int:
    """Return how many buyers are active."""
    return tx.execute(select(func.count()).where(buyers.c.active)).scalar_one()


def _query() -> Select[Any]:
    contact_columns = [column for column in contacts.c if column.name not in {"id", "created_at"}]
    return select(buyers, *contact_columns).join(contacts, contacts.c.id == buyers.c.contact_id)


def _all(tx: Tx, query: Select[Any]) -> tuple[Buyer, ...]:
    return tuple(_buyer_from(row) for row in tx.execute(query))


def _buyer_from(row: Row[Any]) -> Buyer:
    return Buyer(
        buyer_id=row.id,
        contact=contact_from(row),
        active=row.active,
        provinces=frozenset(Province(code) for code in row.provinces),
        markets=frozenset(row.markets),
        property_types=frozenset(row.property_types),
        min_price_cents=row.min_price_cents,
        max_price_cents=row.max_price_cents,
        min_beds=row.min_beds,
        min_baths=row.min_baths,
    )
