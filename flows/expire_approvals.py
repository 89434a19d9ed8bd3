"""Expire requests nobody decided in time, and say so on their cards."""

from datetime import datetime

from domain.model import ApprovalKind
from flows import change_policy
from storage import approvals, cards
from storage.unit import Database


def expire(db: Database, now: datetime) -> int:
    """Expire what is overdue and return how many that were."""
    with db.write() as tx:
        expired = approvals.expire_pending(tx, now)
        for approval in expired:
            if approval.kind is ApprovalKind.POLICY:
                change_policy.expire(tx, approval.subject_id, now)
            else:
                cards.mark(tx, "approval", approval.approval_id, now)
    return len(expired)
