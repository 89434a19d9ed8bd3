"""Standing orders not to contact an address; they outlive the person's record, whose address may be erased."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select, update

from domain import fingerprints
from domain.errors import DomainError
from domain.model import Suppression, SuppressionReason
from storage import hash_keys
from storage.dialect import insert_or_ignore
from storage.tables import suppressions
from storage.unit import Tx


def add(
    tx: Tx, address: str, reason: SuppressionReason, *, source: str, since: datetime, until: datetime | None
) -> bool:
    """Order that nobody is contacted at ``address``; asked again, the order counts from the newest request.

    Returns:
        True when no order for this reason stood at ``since``.
    """
    row = {"address": address, "reason": reason, "source": source, "since": since, "until": until}
    if insert_or_ignore(tx, suppressions, row):
        return True
    same = (suppressions.c.address == address) & (suppressions.c.reason == reason.value)
    stood = tx.execute(select(suppressions.c.until).where(same)).scalar_one()
    ends = None if stood is None or until is None else max(stood, until)
    over = stood is not None and stood <= since
    renewed = {"source": source, "since": since, "until": until if over else ends}
    tx.execute(update(suppressions).where(same).values(renewed))
    return over


def end(tx: Tx, address: str, reason: SuppressionReason, now: datetime) -> bool:
    """End an order; the row stays as evidence.

    Returns:
        False when none stood.
    """
    standing = or_(suppressions.c.until.is_(None), suppressions.c.until > now)
    order = (suppressions.c.address == address) & (suppressions.c.reason == reason.value)
    return tx.execute(update(suppressions).where(order, standing).values(until=now)).rowcount == 1


def of_addresses(tx: Tx, addresses: Collection[str], key: bytes | None) -> dict[str, tuple[Suppression, ...]]:
    """Return the orders of each address, ended ones too, oldest first; an address without any is absent.

    Args:
        key: finds orders whose address was erased.

    Raises:
        DomainError: there are such orders and no key: nobody can tell whom they protect.
    """
    found: dict[str, list[Suppression]] = {}
    query = select(suppressions).where(suppressions.c.address.in_(addresses)).order_by(suppressions.c.id)
    for row in tx.execute(query):
        found.setdefault(row.address, []).append(_order_from(row))
    for address, row in _erased(tx, addresses, key):
        found.setdefault(address, []).append(_order_from(row))
    return {address: tuple(orders) for address, orders in found.items()}


def standing(tx: Tx, address: str, at: datetime, key: bytes | None) -> tuple[Suppression, ...]:
    """Return the orders that bind an address at an instant, oldest first."""
    return tuple(order for order in of_addresses(tx, [address], key).get(address, ()) if order.stands(at))


def erase_address(tx: Tx, address: str, key: bytes) -> int:
    """Keep the orders on an address by its fingerprint and dates alone, and return how many there were.

    The source goes too: it may name the person's text.

    Raises:
        DomainError: fingerprints made with another key are stored.
    """
    hash_keys.adopt(tx, key)
    change = update(suppressions).where(suppressions.c.address == address)
    return tx.execute(change.values(address=None, address_hash=fingerprints.of(key, address), source="erased")).rowcount


def erased_count(tx: Tx) -> int:
    """Return how many orders are kept by fingerprint alone."""
    return tx.execute(select(func.count()).where(suppressions.c.address_hash.is_not(None))).scalar_one()


def _erased(tx: Tx, addresses: Collection[str], key: bytes | None) -> list[tuple[str, Row[Any]]]:
    if key is None:
        query = select(suppressions.c.id).where(suppressions.c.address_hash.is_not(None)).limit(1)
        if tx.execute(query).one_or_none() is None:
            return []
        raise DomainError("hash_key_missing", f"{hash_keys.MISSING}. Until then nothing is sent.")
    by_hash = {fingerprints.of(key, address): address for address in addresses}
    query = select(suppressions).where(suppressions.c.address_hash.in_(by_hash)).order_by(suppressions.c.id)
    return [(by_hash[bytes(row.address_hash)], row) for row in tx.execute(query)]


def _order_from(row: Row[Any]) -> Suppression:
    return Suppression(SuppressionReason(row.reason), since=row.since, until=row.until)
