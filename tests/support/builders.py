"""Small makers of stored things, so that a test states only what it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPICursor

from domain import ladder
from domain.model import Channel, ContactKind, Language, Lead, LeadSource, MessageState, Purpose
from domain.provinces import Province
from storage import contacts, ladders, leads, messages
from storage.unit import Tx

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""Tuesday 12:00 in Toronto: every window of every province is open."""

_numbers = count(1)


def lead(tx: Tx, now: datetime = NOON, *, phone: str = "+14165550199", rungs: bool = False) -> Lead:
    """Store a seller in Hamilton with a running ladder."""
    contact = contacts.add(
        tx,
        kind=ContactKind.SELLER,
        name="Jane Doe",
        phone_e164=phone,
        email=None,
        language=Language.EN,
        now=now,
    )
    number = next(_numbers)
    new = leads.NewLead(
        contact=contact,
        source=LeadSource.SLACK,
        address="12 King St W, Hamilton ON",
        province=Province.ON,
        market="Hamilton",
        zones=frozenset({"America/Toronto"}),
        conflicts=(),
        evidence=("city: Hamilton",),
        notes="",
        created_by="U0RILEY",
        plan_version=ladder.PLAN_VERSION,
        correlation_id=f"lead:{number}",
        intake_key=f"test:{number}",
    )
    lead_id = leads.add(tx, new, now)
    if rungs:
        ladders.add(tx, lead_id, ladder.plan(now))
    return leads.get(tx, lead_id)


def new_message(
    of: Lead,
    *,
    intent: str = "test:1",
    state: MessageState = MessageState.READY,
    available_at: datetime = NOON,
    body: str = "Hello",
    purpose: Purpose = Purpose.LADDER,
    rung_id: int | None = None,
) -> messages.NewMessage:
    """Describe a text to the lead's seller."""
    return messages.NewMessage(
        intent_key=intent,
        contact_id=of.contact.contact_id,
        lead_id=of.lead_id,
        deal_id=None,
        rung_id=rung_id,
        channel=Channel.SMS,
        purpose=purpose,
        to_address=of.contact.phone_e164,
        body=body,
        language=Language.EN,
        state=state,
        reason=None,
        opens_at=None,
        available_at=available_at,
        send_before=NOON + timedelta(days=7),
        requested_by="system",
        correlation_id=of.correlation_id,
    )


@contextmanager
def explaining(tx: Tx) -> Iterator[list[str]]:
    """Collect the plan of every statement sent meanwhile, with the parameters it is sent with."""
    plans: list[str] = []
    explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL enable_seqscan = off")  # an empty table is cheapest to scan

    def look(_tx: Tx, cursor: DBAPICursor, statement: str, parameters: Any, *_rest: Any) -> None:  # noqa: ANN401
        cursor.execute(explain + statement, parameters)
        plans.append(" ".join(str(row) for row in cursor.fetchall()))

    event.listen(tx, "before_cursor_execute", look)
    try:
        yield plans
    finally:
        event.remove(tx, "before_cursor_execute", look)
