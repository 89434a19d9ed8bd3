"""The buttons on an approval card, and the form for a counter-offer."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from bot.deps import Deps
from bot.slack import clicks
from bot.slack.asking import Asked
from bot.views import approval as view
from bot.views import notice
from domain import approvals, gate, money, reasons
from domain.approvals import Verb
from domain.errors import DomainError, NotFoundError
from domain.model import Actor, Approval, ApprovalKind, Language, Role
from flows import decide_approval
from storage import approvals as rows
from storage import deals

FORM = "approval.counter"

_VALUE = re.compile(r"\A([A-Za-z0-9_-]{1,64}):([0-9]{1,9})\Z")
"""``<approval id>:<revision of the deal the card shows>``; what is decided is looked up, never read from the button."""


def register(app: App, deps: Deps) -> None:
    """Attach the buttons and the form; the flow itself keeps the audit trail of refused clicks."""
    clicks.attach(app, deps, "approval.approve", _approve, audit_missing=False, repeatable=False)
    clicks.attach(app, deps, "approval.reject", _reject, audit_missing=False)
    clicks.attach(app, deps, "approval.counter", _ask_amount, audit_missing=False)
    clicks.attach_form(app, deps, FORM, _counter)


def _approve(deps: Deps, asked: Asked, value: str) -> Mapping[str, Any] | None:
    decided = _decide(deps, asked, value, Verb.APPROVE)
    if decided.queued is None or isinstance(decided.queued.verdict, gate.Allow):
        return None
    said = reasons.sentence(decided.queued.verdict, decided.queued.facts)
    return notice.modal("Approved", f"Approved. It does not leave now: {said}.")


def _reject(deps: Deps, asked: Asked, value: str) -> None:
    _decide(deps, asked, value, Verb.REJECT)


def _ask_amount(deps: Deps, asked: Asked, value: str) -> Mapping[str, Any]:
    approval_id, _revision = _parts(value)
    with deps.db.read() as tx:
        approval = rows.find(tx, approval_id)
        if approval is not None and approval.kind is ApprovalKind.OFFER:
            deal = deals.get(tx, approval.subject_id)
            ceiling_cents = deals.offer_of(tx, deal.deal_id, deal.revision).ceiling_cents
            if _may_counter(deps, asked, approval, deal.revision):
                return view.counter_modal(approval, ceiling_cents)
    _decide(deps, asked, value, Verb.COUNTER)  # Refuses, and writes down that it did.
    raise NotFoundError("That approval")


def _may_counter(deps: Deps, asked: Asked, approval: Approval, revision: int) -> bool:
    """Tell whether any amount at all would be taken from this person now; the form is not opened for nothing."""
    answer = approvals.decide(approval, _decider(asked), revision, deps.clock(), Verb.COUNTER, counter_cents=1)
    return isinstance(answer, approvals.Decision)


def _counter(deps: Deps, asked: Asked, fields: Mapping[str, str]) -> Mapping[str, Any]:
    amount_cents = money.parse_cents(
        fields.get("amount", ""),
        field="Amount",
        minimum_cents=money.CENTS_PER_DOLLAR,
        maximum_cents=money.AMOUNT_MAX_CENTS,
    )
    decided = _decide(deps, asked, clicks.metadata(asked), Verb.COUNTER, amount_cents)
    shown = decided.approval.decision_note or ""
    sentence = (
        f"Countered at {shown}. A new approval card asks for it in the deals channel; somebody else must approve it."
    )
    return notice.modal("Countered", sentence)


def _decide(
    deps: Deps, asked: Asked, value: str, verb: Verb, counter_cents: int | None = None
) -> decide_approval.Decided:
    approval_id, revision = _parts(value)
    click = decide_approval.Click(asked.key, approval_id, revision, verb, _decider(asked), counter_cents)
    try:
        return decide_approval.decide(deps.db, deps.team, click, deps.clock())
    except DomainError as error:
        if error.code in {approvals.RefusalCode.CHANGED, approvals.RefusalCode.WITHDRAWN}:
            raise _changed(deps, approval_id, error) from error
        raise


def _changed(deps: Deps, approval_id: str, error: DomainError) -> DomainError:
    """Say what took the place of a request whose numbers changed; a request withdrawn otherwise is left as it is."""
    with deps.db.read() as tx:
        old = rows.find(tx, approval_id)
        new = None if old is None else rows.newest_about(tx, old.kind, old.subject_id)
    if old is None or new is None or new.revision <= old.revision:
        return error
    amount = money.show(new.amount_cents, Language.EN)
    sentence = (
        f"Changed since; here is the new one: D-{new.subject_id} at {amount}. Decide on its card in the deals channel."
    )
    return DomainError(approvals.RefusalCode.CHANGED, sentence)


def _decider(asked: Asked) -> Actor:
    """Return the person as the rules know them; whoever is not on the team is looked at as a mere viewer, and noted."""
    return asked.actor or Actor(asked.slack_id, Role.VIEWER)


def _parts(value: str) -> tuple[str, int]:
    match = _VALUE.match(value)
    if match is None:
        raise NotFoundError("That approval")
    return match[1], int(match[2])
