"""Who may decide a request for approval, when, and what a click that comes too late is told.

A request is bound to one revision of one thing and decided once. What follows from a decision is up to the flow.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from domain.model import Actor, Approval, ApprovalState, Role

EXPIRY = timedelta(hours=24)
"""A request that nobody decided in a day rests on yesterday's facts: it is asked again instead."""

DECIDERS = frozenset({Role.APPROVER, Role.ADMIN})
"""Roles that may decide."""


class Verb(StrEnum):
    """What a person decides."""

    APPROVE = "approve"
    REJECT = "reject"
    COUNTER = "counter"


class RefusalCode(StrEnum):
    """Why a click decides nothing."""

    NOT_ALLOWED = "only_approvers"
    YOURS_ALREADY = "already_decided_by_you"
    DECIDED = "already_decided"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CHANGED = "changed"
    OWN_REQUEST = "needs_someone_else"
    NO_AMOUNT = "counter_needs_amount"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, ready to be stored.

    Attributes:
        amount_cents: the approved amount, or the countered one.
    """

    state: ApprovalState
    amount_cents: int
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was decided.

    Attributes:
        sentence: for the person who clicked, and for nobody else.
    """

    code: RefusalCode
    sentence: str


_STATE_AFTER = {
    Verb.APPROVE: ApprovalState.APPROVED,
    Verb.REJECT: ApprovalState.REJECTED,
    Verb.COUNTER: ApprovalState.COUNTERED,
}
_DECIDED = {
    ApprovalState.APPROVED: "approved",
    ApprovalState.REJECTED: "rejected",
    ApprovalState.COUNTERED: "countered",
}


def decide(  # noqa: PLR0911, PLR0913 - one return for each answer a click can get, in the order they are checked
    approval: Approval,
    actor: Actor,
    revision_now: int,
    at: datetime,
    verb: Verb,
    *,
    counter_cents: int | None = None,
    self_approval: bool = False,
    deciders: frozenset[Role] = DECIDERS,
    zone: tzinfo = UTC,
) -> Decision | Refusal:
    """Decide a request, or say why this click does not.

    Checked in this order: may this person decide at all, is it still open, has it expired, is it about what is there
    now, may they decide their own. Whoever may not decide learns nothing about the request.

    Args:
        approval: the request as it is stored now.
        actor: who clicked, with the role held at this moment.
        revision_now: revision of the thing it is about, now.
        at: instant of the click, aware UTC.
        verb: what was clicked.
        counter_cents: amount of a counter; needed for ``Verb.COUNTER``, ignored otherwise.
        self_approval: True where a team of one has switched on that people may approve their own requests.
        deciders: roles that may decide this kind of request.
        zone: time zone of the person who clicked, for the times in the sentence.
    """
    if actor.role not in deciders:
        who = "approvers" if Role.APPROVER in deciders else "admins"
        return Refusal(RefusalCode.NOT_ALLOWED, f"Only {who} can decide")
    if approval.state in _DECIDED:
        return _already(approval, actor, zone)
    if approval.state is ApprovalState.VOID:
        return Refusal(RefusalCode.WITHDRAWN, "Withdrawn: there is nothing left to decide")
    if approval.state is ApprovalState.EXPIRED or at >= approval.expires_at:
        return Refusal(RefusalCode.EXPIRED, "Expired; renew")
    if revision_now != approval.revision:
        return Refusal(RefusalCode.CHANGED, "Changed since; here is the new one")
    if actor.slack_id == approval.requested_by and verb is not Verb.REJECT and not self_approval:
        return Refusal(RefusalCode.OWN_REQUEST, "Needs someone else: you asked for this approval")
    if verb is Verb.COUNTER and (counter_cents is None or counter_cents <= 0):
        return Refusal(RefusalCode.NO_AMOUNT, "A counter needs an amount above $0")
    amount = counter_cents if verb is Verb.COUNTER and counter_cents is not None else approval.amount_cents
    return Decision(_STATE_AFTER[verb], amount, actor.slack_id, at)


def expires_at(requested_at: datetime) -> datetime:
    """Return the first instant a request can no longer be decided."""
    return requested_at + EXPIRY


def preview_hash(text: str) -> str:
    """Return the fingerprint of exactly what will be sent, as kept with the decision.

    Args:
        text: the preview; composed and decomposed accents give the same fingerprint.

    Returns:
        64 hexadecimal digits (SHA-256).
    """
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).hexdigest()


def _already(approval: Approval, actor: Actor, zone: tzinfo) -> Refusal:
    """Tell a second click who was first."""
    done = _DECIDED[approval.state]
    if approval.decided_by == actor.slack_id:
        when = f" {approval.decided_at.astimezone(zone):%H:%M}" if approval.decided_at else ""
        return Refusal(RefusalCode.YOURS_ALREADY, f"Already {done} by you{when}")
    who = f"<@{approval.decided_by}>" if approval.decided_by else "someone else"
    return Refusal(RefusalCode.DECIDED, f"Already decided by {who}: {done}")
