"""What is written once and only read again: gate receipts, KPI events, the audit trail; and switches.

Receipts and audit lines reach their tables through ``storage.chain``, as the last thing before the commit: the
transaction that adds them cannot read them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from domain.model import KpiEvent
from domain.sheets import Pause
from storage import chain
from storage.dialect import insert_many, insert_or_ignore
from storage.tables import audit, kpi_events, receipts, switches
from storage.unit import Tx


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why the gate allowed, held or refused, at one moment.

    Attributes:
        moment: ``planned`` or ``handover``; the gate runs at both.
        actor: Slack id of who asked for it, or ``system``.
        verdict: ``allow``, ``hold`` or ``refuse``.
        facts: everything the gate read, JSON types but no floats, without personal data.
    """

    message_id: int | None
    rung_id: int | None
    at: datetime
    moment: str
    actor: str
    verdict: str
    reason: str | None
    until: datetime | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredReceipt(Receipt):
    """A receipt with its place in the chain: the number of its line and the hash it carries."""

    id: int
    hash: str


def add_receipts(tx: Tx, new: Sequence[Receipt]) -> None:
    """Append receipts to the chain; they are never changed."""
    chain.append(tx, receipts, [{name: getattr(receipt, name) for name in Receipt.__slots__} for receipt in new])


def receipts_of(tx: Tx, message_id: int) -> tuple[StoredReceipt, ...]:
    """Return every verdict on one message, oldest first."""
    query = select(receipts).where(receipts.c.message_id == message_id).order_by(receipts.c.id)
    names = [field.name for field in fields(StoredReceipt)]
    return tuple(StoredReceipt(**{name: row[name] for name in names}) for row in tx.execute(query).mappings())


@dataclass(frozen=True, slots=True)
class PastVerdict:
    """One verdict of the past, as far as other rules can be tried on it.

    Attributes:
        subject: the message or the rung it was about.
        left: whether it was allowed.
    """

    subject: tuple[int | None, int | None]
    at: datetime
    facts: Mapping[str, Any]
    left: bool


def verdicts_since(tx: Tx, since: datetime, held_for: Collection[str], limit: int) -> tuple[PastVerdict, ...]:
    """Return what was handed over or put before the team since then, and what was held for some reasons, newest first.

    Args:
        held_for: reason codes of the holds that are wanted.
    """
    # A text leaves at its hand-over; a call task, which is no message, when it is planned.
    left = (receipts.c.verdict == "allow") & ((receipts.c.moment == "handover") | receipts.c.message_id.is_(None))
    held = (receipts.c.verdict == "hold") & receipts.c.reason.in_(held_for)
    query = (
        select(receipts.c.message_id, receipts.c.rung_id, receipts.c.at, receipts.c.verdict, receipts.c.facts)
        .where(receipts.c.at >= since, left | held)
        .order_by(receipts.c.at.desc(), receipts.c.id.desc())
        .limit(limit)
    )
    return tuple(
        PastVerdict((row.message_id, row.rung_id), row.at, row.facts, row.verdict == "allow")
        for row in tx.execute(query)
    )


def add_kpis(tx: Tx, events: Sequence[KpiEvent]) -> None:
    """Append KPI events."""
    insert_many(tx, kpi_events, [{name: getattr(event, name) for name in KpiEvent.__slots__} for event in events])


def note(tx: Tx, now: datetime, *, action: str, actor: str, subject: str, **detail: str | int | bool | None) -> None:
    """Append one line to the chain; no personal data in ``subject`` or ``detail``."""
    line = {"at": now, "action": action, "actor": actor, "subject": subject, "detail": detail}
    chain.append(tx, audit, [line])


def audit_lines(tx: Tx, *, action: str | None = None) -> tuple[dict[str, Any], ...]:
    """Return the audit trail, oldest first, of one action or of all."""
    query = select(audit).order_by(audit.c.id)
    rows = tx.execute(query if action is None else query.where(audit.c.action == action)).mappings()
    return tuple(dict(row) for row in rows)


def pause(tx: Tx, scope: str, *, reason: str, by: str, now: datetime) -> bool:
    """Switch sending off for a scope such as ``all`` or ``province:ON``; True when it was on."""
    return insert_or_ignore(tx, switches, {"scope": scope, "reason": reason, "by": by, "at": now})


def resume(tx: Tx, scope: str) -> bool:
    """Switch sending on again for a scope; True when it was off."""
    return tx.execute(delete(switches).where(switches.c.scope == scope)).rowcount == 1


def paused_scopes(tx: Tx) -> frozenset[str]:
    """Return every scope that is switched off."""
    return frozenset(tx.execute(select(switches.c.scope)).scalars())


def pauses(tx: Tx) -> tuple[Pause, ...]:
    """Return every scope that is switched off, with who did it, when and why; the oldest first."""
    query = select(switches).order_by(switches.c.at, switches.c.scope)
    return tuple(Pause(row.scope, row.reason, row.by, row.at) for row in tx.execute(query))


def pause_of(tx: Tx, scope: str) -> tuple[str, datetime] | None:
    """Return why and since when a scope is switched off, or None when it is on."""
    row = tx.execute(select(switches.c.reason, switches.c.at).where(switches.c.scope == scope)).one_or_none()
    return None if row is None else (row.reason, row.at)
