"""Requests for a person's decision; the first committed decision wins."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from domain.model import Approval, ApprovalKind, ApprovalState
from storage.tables import approvals
from storage.unit import Tx


def add(tx: Tx, approval: Approval, preview_hash: str) -> None:
    """Store a pending request."""
    values = {name: getattr(approval, name) for name in Approval.__slots__ if name != "approval_id"}
    tx.execute(insert(approvals).values(values | {"id": approval.approval_id, "preview_hash": preview_hash}))


def find(tx: Tx, approval_id: str) -> Approval | None:
    """Return one request, or None."""
    row = tx.execute(select(approvals).where(approvals.c.id == approval_id)).one_or_none()
    return None if row is None else _approval_from(row)


def lock(tx: Tx, approval_id: str) -> Approval | None:
    """Return one request as ``find`` does, and let everybody else who wants to decide it wait for this commit."""
    row = tx.execute(select(approvals).where(approvals.c.id == approval_id).with_for_update()).one_or_none()
    return None if row is None else _approval_from(row)


def decide(tx: Tx, approval_id: str, state: ApprovalState, *, by: str, now: datetime, note: str | None) -> bool:
    """Write the decision on a pending request.

    Returns:
        False when somebody decided meanwhile.
    """
    pending = (approvals.c.id == approval_id) & (approvals.c.state == ApprovalState.PENDING.value)
    values = {"state": state, "decided_by": by, "decided_at": now, "decision_note": note}
    return tx.execute(update(approvals).where(pending).values(values)).rowcount == 1


def void_pending(tx: Tx, kind: ApprovalKind, subject_id: int, now: datetime, note: str) -> tuple[str, ...]:
    """Void what waits on one thing, because it changed; returns the ids."""
    pending = _about(kind, subject_id) & (approvals.c.state == ApprovalState.PENDING.value)
    values = {"state": ApprovalState.VOID, "decided_at": now, "decision_note": note}
    return tuple(tx.execute(update(approvals).where(pending).values(values).returning(approvals.c.id)).scalars())


def expire_pending(tx: Tx, now: datetime) -> tuple[Approval, ...]:
    """Expire what nobody decided in time, and return it."""
    late = (approvals.c.state == ApprovalState.PENDING.value) & (approvals.c.expires_at <= now)
    values = {"state": ApprovalState.EXPIRED, "decided_at": now}
    expired = tx.execute(update(approvals).where(late).values(values).returning(*approvals.c))
    return tuple(_approval_from(row) for row in expired)


def newest_about(tx: Tx, kind: ApprovalKind, subject_id: int) -> Approval | None:
    """Return the newest request about one thing, or None."""
    query = select(approvals).where(_about(kind, subject_id)).order_by(approvals.c.requested_at.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else _approval_from(row)


def pending(tx: Tx, limit: int) -> tuple[Approval, ...]:
    """Return what waits for a decision, the newest first."""
    query = select(approvals).where(approvals.c.state == ApprovalState.PENDING.value)
    rows = tx.execute(query.order_by(approvals.c.requested_at.desc(), approvals.c.id).limit(limit))
    return tuple(_approval_from(row) for row in rows)


def count_pending(tx: Tx) -> int:
    """Return how many requests wait for a decision."""
    query = select(func.count()).where(approvals.c.state == ApprovalState.PENDING.value)
    return tx.execute(query).scalar_one()


def _about(kind: ApprovalKind, subject_id: int) -> ColumnElement[bool]:
    return (approvals.c.kind == kind.value) & (approvals.c.subject_id == subject_id)


def _approval_from(row: Row[Any]) -> Approval:
    return Approval(
        approval_id=row.id,
        kind=ApprovalKind(row.kind),
        subject_id=row.subject_id,
        revision=row.revision,
        state=ApprovalState(row.state),
        amount_cents=row.amount_cents,
        preview=row.preview,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision_note=row.decision_note,
    )
