"""Texts that came in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from domain.model import Reply, StopReading
from storage.tables import UNREAD_STOP, replies
from storage.unit import Tx


def add(  # noqa: PLR0913 - one column each
    tx: Tx,
    *,
    provider_sid: str,
    contact_id: int | None,
    lead_id: int | None,
    from_address: str,
    body: str,
    kind: str,
    media_count: int,
    received_at: datetime,
    question_id: int | None = None,
) -> int:
    """Store one text and return its id; ``storage.inbox`` has already kept copies out."""
    values = {
        "provider_sid": provider_sid,
        "contact_id": contact_id,
        "lead_id": lead_id,
        "from_address": from_address,
        "body": body,
        "kind": kind,
        "media_count": media_count,
        "received_at": received_at,
        "question_id": question_id,
    }
    new_id: int = tx.execute(insert(replies).values(values).returning(replies.c.id)).scalar_one()
    return new_id


def find(tx: Tx, reply_id: int) -> Reply | None:
    """Return one text, or None."""
    row = tx.execute(select(replies).where(replies.c.id == reply_id)).one_or_none()
    return None if row is None else _reply_from(row)


def get(tx: Tx, reply_id: int) -> Reply:
    """Return one text; the id comes from another row, so a miss is a programming error."""
    return _reply_from(tx.execute(select(replies).where(replies.c.id == reply_id)).one())


def of_lead(tx: Tx, lead_id: int, limit: int) -> tuple[Reply, ...]:
    """Return the newest texts of one lead, newest first."""
    query = select(replies).where(replies.c.lead_id == lead_id).order_by(replies.c.id.desc()).limit(limit)
    return tuple(_reply_from(row) for row in tx.execute(query))


def read(tx: Tx, reply_id: int, reading: StopReading, *, by: str, now: datetime) -> bool:
    """Note what a person read in a text that might ask us to stop, once.

    Returns:
        False when it was read before, or never needed reading.
    """
    open_one = (replies.c.id == reply_id) & UNREAD_STOP
    change = update(replies).where(open_one).values(reading=reading, read_by=by, read_at=now)
    return tx.execute(change).rowcount == 1


def read_all_of(tx: Tx, address: str, reading: StopReading, *, by: str, now: datetime) -> tuple[int, ...]:
    """Settle every unread text of a number that might ask us to stop, and return their ids."""
    open_ones = (replies.c.from_address == address) & UNREAD_STOP
    change = update(replies).where(open_ones).values(reading=reading, read_by=by, read_at=now)
    return tuple(tx.execute(change.returning(replies.c.id)).scalars())


def has_unread_stop(tx: Tx, address: str) -> bool:
    """Tell whether a text of this number that may ask us to stop waits for a person."""
    query = select(replies.c.id).where(replies.c.from_address == address, UNREAD_STOP).limit(1)
    return tx.execute(query).one_or_none() is not None


def _reply_from(row: Row[Any]) -> Reply:
    return Reply(
        reply_id=row.id,
        lead_id=row.lead_id,
        contact_id=row.contact_id,
        from_address=row.from_address,
        body=row.body,
        kind=row.kind,
        received_at=row.received_at,
        media_count=row.media_count,
        question_id=row.question_id,
        reading=StopReading(row.reading) if row.reading else None,
        read_by=row.read_by,
        read_at=row.read_at,
    )
