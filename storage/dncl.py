"""The team's copy of the National Do Not Call List: versions by area code, numbers as fingerprints only."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import delete, func, insert, select

from domain import fingerprints
from domain.model import ContactKind
from storage import hash_keys
from storage.dialect import insert_or_ignore_many
from storage.tables import contacts, dncl_areas, dncl_numbers
from storage.unit import Tx

BATCH = 5_000
"""Numbers stored in one statement; a list is read once, never held whole."""


@dataclass(frozen=True, slots=True)
class Area:
    """The copy for one area code.

    Attributes:
        version_on: date of the list, as the operator dates it.
        numbers: how many numbers it holds.
    """

    area: str
    version_on: date
    numbers: int
    imported_at: datetime


def replace(tx: Tx, area: str, version_on: date, numbers: Iterable[str], key: bytes, now: datetime) -> int:
    """Put a new copy in the place of an area's older one and return how many numbers it holds; doubles count once.

    Args:
        numbers: E.164, read once.

    Raises:
        DomainError: fingerprints made with another key are stored.
    """
    hash_keys.adopt(tx, key)
    tx.execute(delete(dncl_numbers).where(dncl_numbers.c.area == area))
    for batch in _batches(fingerprints.of(key, number) for number in numbers):
        insert_or_ignore_many(tx, dncl_numbers, [{"area": area, "fingerprint": each} for each in batch])
    count = tx.execute(select(func.count()).where(dncl_numbers.c.area == area)).scalar_one()
    tx.execute(delete(dncl_areas).where(dncl_areas.c.area == area))
    tx.execute(insert(dncl_areas).values(area=area, version_on=version_on, numbers=count, imported_at=now))
    return count


def areas(tx: Tx, wanted: Collection[str] | None = None) -> dict[str, Area]:
    """Return the copies there are, of all area codes or of some, by area code."""
    query = select(dncl_areas).order_by(dncl_areas.c.area)
    rows = tx.execute(query if wanted is None else query.where(dncl_areas.c.area.in_(wanted)))
    return {row.area: Area(row.area, row.version_on, row.numbers, row.imported_at) for row in rows}


def listed(tx: Tx, by_area: Iterable[tuple[str, str]], key: bytes) -> frozenset[str]:
    """Return those numbers that the copies hold.

    Args:
        by_area: pairs of area code and number.
    """
    wanted = {fingerprints.of(key, number): (area, number) for area, number in by_area}
    found = dncl_numbers.c.area.in_({area for area, _number in wanted.values()})
    query = select(dncl_numbers.c.fingerprint).where(found, dncl_numbers.c.fingerprint.in_(wanted))
    return frozenset(wanted[bytes(each)][1] for each in tx.execute(query).scalars())


def areas_of_sellers(tx: Tx) -> frozenset[str]:
    """Return the area codes of every seller with a North American number: those the team may call."""
    area = func.substr(contacts.c.phone_e164, 3, 3)
    query = (
        select(area).where(contacts.c.kind == ContactKind.SELLER.value, contacts.c.phone_e164.like("+1%")).distinct()
    )
    return frozenset(tx.execute(query).scalars())


def _batches(fingerprints_: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(fingerprints_)
    while batch := list(islice(rest, BATCH)):
        yield batch
