"""Whoever has the keys of the database can silence its triggers; the chain tells on them all the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import UpdateBase, delete, insert, select, text, update

from domain.chain import Break, link
from storage import chain, figures, records
from storage.tables import audit, chain_head, receipts
from storage.unit import Database, Tx
from tests.storage.chains import fill, receipt, report
from tests.support.builders import NOON


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    database = Database.open(database_url)
    yield database
    database.close()


def disarm(tx: Tx) -> None:
    """Do what somebody with the database's own keys can do: silence the triggers."""
    if tx.dialect.name == "postgresql":
        for table in ("receipts", "audit", "chain_head"):
            tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for name in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        tx.execute(text(f"DROP TRIGGER {name}"))


def after(db: Database, *tampering: UpdateBase) -> Break | None:
    """Tamper, look, and take it back."""
    with db.engine.connect() as tx:
        disarm(tx)
        for statement in tampering:
            tx.execute(statement)
        found = chain.verify(tx).broken
        tx.rollback()
    return found


def _others(value: object) -> list[object]:
    """Return other values of the same type."""
    if isinstance(value, datetime):
        return [value + timedelta(microseconds=1)]
    if isinstance(value, dict):
        return [{**value, "forged": None}, {}] if value else [{"forged": 1}]
    return [f"{value}x", ""] if isinstance(value, str) else [99]


def test_any_single_changed_column_of_any_line_is_found(db: Database) -> None:
    """Every row, every column, with the triggers silenced; what was empty may not be filled either."""
    fill(db)
    tried = 0
    for table in chain.CHAINED:
        with db.read() as tx:
            rows = [dict(row) for row in tx.execute(select(table)).mappings()]
        for row in rows:
            for name, value in row.items():
                for other in _others(value) if value is not None else _fillings(name):
                    change = update(table).where(table.c.id == row["id"]).values({name: other})
                    broken = after(db, change)
                    assert broken is not None, (table.name, name, other)
                    assert name == "id" or broken.position == row["id"], (table.name, name, broken)
                    tried += 1
    assert tried > 60
    assert report(db).broken is None


def _fillings(name: str) -> list[object]:
    return [{"rung_id": 1, "until": NOON}.get(name, "forged")]


def test_any_single_removed_line_is_found_and_named(db: Database) -> None:
    """The first, the last, and every one between."""
    fill(db)
    for table in chain.CHAINED:
        with db.read() as tx:
            ids = tx.execute(select(table.c.id)).scalars().all()
        for number in ids:
            broken = after(db, delete(table).where(table.c.id == number))
            assert broken is not None
            assert (broken.position, broken.problem) == (number, "is missing")


@pytest.mark.parametrize("number", [-5, 0, 1, 2, 3, 4, 5, 6, 7, 100])
def test_any_single_inserted_line_is_found(db: Database, number: int) -> None:
    """Under a taken number, below the first or behind the last, even with a hash that fits the end."""
    fill(db)
    with db.read() as tx:
        head = chain.head(tx)
        taken = {table.name: set(tx.execute(select(table.c.id)).scalars()) for table in chain.CHAINED}
    assert head is not None
    line = {"at": NOON, "action": "forged", "actor": "U0", "subject": "L-1", "detail": {}}
    hashed = link(head.hash, number, chain.content_of(audit, line))
    forged = {name: getattr(receipt(), name) for name in records.Receipt.__slots__}

    if number not in taken["audit"]:
        assert after(db, insert(audit).values(**line, id=number, hash=hashed)) is not None
    if number not in taken["receipts"]:
        assert after(db, insert(receipts).values(**forged, id=number, hash=hashed)) is not None


def test_a_removed_end_is_found(db: Database) -> None:
    """Without its end nothing is appended either."""
    fill(db)

    broken = after(db, delete(chain_head))

    assert broken is not None
    assert "chain_head" in broken.found


def test_lines_cut_off_together_with_the_end_are_missed_by_the_briefing(db: Database) -> None:
    """What the channel has read stays true."""
    fill(db)
    with db.write() as tx:
        end = chain.head(tx)
        assert end is not None
        figures.add_briefing(tx, "C1:2026-11-24", NOON, "system", {"chain": {"position": 6, "hash": end.hash}})
    with db.read() as tx:
        fifth = tx.execute(select(receipts.c.hash).where(receipts.c.id == 5)).scalar_one()

    broken = after(db, delete(audit).where(audit.c.id == 6), update(chain_head).values(position=5, hash=fifth))

    assert broken is not None
    assert (broken.position, broken.problem) == (6, "is missing")
    assert report(db).posted == 1
