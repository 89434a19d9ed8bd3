"""Requests for a person's decision; the first committed decision wins."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from domain.model import Approval, ApprovalState
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


def decide(tx: Tx, approval_id: str, state: ApprovalState, *, by: str, now: datetime, note: str | None) -> bool:
    """Write the decision on a pending request.

    Returns:
        False when somebody decided meanwhile.
    """
    pending = (approvals.c.id == approval_id) & (approvals.c.state == ApprovalState.PENDING.value)
    values = {"state": state, "decided_by": by, "decided_at": now, "decision_note": note}
    return tx.execute(update(approvals).where(pending).values(values)).rowcount == 1


def void_pending(tx: Tx, deal_id: int, now: datetime, note: str) -> tuple[str, ...]:
    """Void what waits on a deal, because its numbers changed; returns the ids."""
    pending = (approvals.c.deal_id == deal_id) & (approvals.c.state == ApprovalState.PENDING.value)
    values = {"state": ApprovalState.VOID, "decided_at": now, "decision_note": note}
    return tuple(tx.execute(update(approvals).where(pending).values(values).returning(approvals.c.id)).scalars())


def expire_pending(tx: Tx, now: datetime) -> tuple[str, ...]:
    """Expire what nobody decided in time; returns the ids."""
    late = (approvals.c.state == ApprovalState.PENDING.value) & (approvals.c.expires_at <= now)
    values = {"state": ApprovalState.EXPIRED, "decided_at": now}
    return tuple(tx.execute(update(approvals).where(late).values(values).returning(approvals.c.id)).scalars())


def newest_of_deal(tx: Tx, deal_id: int) -> Approval | None:
    """Return the newest request about a deal, or None."""
    query = select(approvals).where(approvals.c.deal_id == deal_id).order_by(approvals.c.requested_at.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else _approval_from(row)


def count_pending(tx: Tx) -> int:
    """Return how many requests wait for a decision."""
    query = select(func.count()).where(approvals.c.state == ApprovalState.PENDING.value)
    return tx.execute(query).scalar_one()


def _approval_from(row: Row[Any]) -> Approval:
    return Approval(
        approval_id=row.id,
        kind=row.kind,
        deal_id=row.deal_id,
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
