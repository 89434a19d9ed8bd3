"""Texts that came in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from domain.model import Reply
from storage.tables import replies
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
    }
    new_id: int = tx.execute(insert(replies).values(values).returning(replies.c.id)).scalar_one()
    return new_id


def find(tx: Tx, reply_id: int) -> Reply | None:
    """Return one text, or None."""
    row = tx.execute(select(replies).where(replies.c.id == reply_id)).one_or_none()
    return None if row is None else _reply_from(row)


def of_lead(tx: Tx, lead_id: int, limit: int) -> tuple[Reply, ...]:
    """Return the newest texts of one lead, newest first."""
    query = select(replies).where(replies.c.lead_id == lead_id).order_by(replies.c.id.desc()).limit(limit)
    return tuple(_reply_from(row) for row in tx.execute(query))


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
    )
