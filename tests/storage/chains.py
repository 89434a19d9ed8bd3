"""A short audit to look at and to tamper with."""

from datetime import datetime, timedelta

from sqlalchemy import select

from storage import chain, records
from storage.unit import Database, Tx
from tests.support.builders import NOON

MINUTE = timedelta(minutes=1)


def receipt(number: int = 1, at: datetime = NOON) -> records.Receipt:
    """Return a receipt that was held."""
    return records.Receipt(
        message_id=number,
        rung_id=None,
        at=at,
        moment="planned",
        actor="system",
        verdict="hold",
        reason="outside_window",
        until=at + MINUTE,
        facts={"policy_version": 0, "consents": [{"id": 1, "expires_at": None}], "conflicts": ["Montréal ↔ ON"]},
    )


def note(tx: Tx, subject: str = "L-1", **detail: str | int | bool | None) -> None:
    """Append an audit line."""
    records.note(tx, NOON, action="number_revealed", actor="U0RILEY", subject=subject, **detail)


def fill(db: Database) -> None:
    """Write six lines in three commits: receipts and audit lines take turns."""
    with db.write() as tx:
        note(tx)
        records.add_receipts(tx, [receipt(1), receipt(2)])
    with db.write() as tx:
        note(tx, "L-2", changed=True, left_out=3, team_id=None)
    with db.write() as tx:
        records.add_receipts(tx, [receipt(3)])
        note(tx, "province:ON")


def report(db: Database, *written_down: tuple[int, str]) -> chain.Report:
    """Follow the chain."""
    with db.read() as tx:
        return chain.verify(tx, written_down)


def numbers(db: Database) -> list[int]:
    """Return the numbers of all lines."""
    with db.read() as tx:
        return sorted(each for table in chain.CHAINED for each in tx.execute(select(table.c.id)).scalars())
