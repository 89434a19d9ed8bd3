"""Record a person's decision on an offer, once, and do what it says through the one gate."""

from dataclasses import dataclass
from datetime import datetime

from domain import approvals, chain, clocks, kpi, money
from domain.errors import DomainError, NotFoundError
from domain.model import Actor, Approval, ApprovalKind, ApprovalState, Deal, Language, Lead, Purpose
from flows import queue_message
from flows.brief_deal import ask_approval
from flows.team import Team
from storage import approvals as rows
from storage import cards, contacts, deals, leads, records
from storage.unit import Database, Tx


@dataclass(frozen=True, slots=True)
class Click:
    """One click on an approval card.

    Attributes:
        key: identity of the click.
        revision: revision of the deal the clicked card showed.
        verb: what was clicked.
        counter_cents: amount of a counter, or None.
    """

    key: str
    approval_id: str
    revision: int
    verb: approvals.Verb
    actor: Actor
    counter_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """The approval after the click, and the seller's text if one was queued."""

    approval: Approval
    queued: queue_message.Queued | None


def decide(db: Database, team: Team, click: Click, now: datetime) -> Decided:
    """Decide, or refuse with the reason for the clicker alone.

    Raises:
        DomainError: the click does not count (late, not allowed, own request, numbers changed); nothing was sent.
    """
    refused: DomainError | None = None
    with db.write() as tx:
        # In line, so that whoever clicks at the same moment is told who decided, and leaves a line in the audit.
        approval = rows.lock(tx, click.approval_id)
        if approval is None or approval.kind is not ApprovalKind.OFFER:
            records.note(tx, now, action="approval_not_found", actor=click.actor.slack_id, subject="approval")
            refused = NotFoundError("That approval")
        else:
            deal = deals.get(tx, approval.subject_id)
            answer = approvals.decide(
                approval,
                click.actor,
                deal.revision,
                now,
                click.verb,
                counter_cents=click.counter_cents,
                zone=clocks.zone_of(team.zone),
            )
            if isinstance(answer, approvals.Refusal):
                refused = _refuse(tx, approval, answer, click, now)
            else:
                return _apply(tx, team, approval, deal, answer, click, now)
    raise refused


def _refuse(tx: Tx, approval: Approval, refusal: approvals.Refusal, click: Click, now: datetime) -> DomainError:
    records.note(
        tx,
        now,
        action="approval_refused",
        actor=click.actor.slack_id,
        subject=f"D-{approval.subject_id}",
        code=refusal.code,
    )
    cards.mark(tx, "approval", approval.approval_id, now)
    return DomainError(refusal.code, refusal.sentence)


def _apply(
    tx: Tx, team: Team, approval: Approval, deal: Deal, decision: approvals.Decision, click: Click, now: datetime
) -> Decided:
    state = decision.state
    lead = leads.get(tx, deal.lead_id)
    counter_cents = _bounded(tx, deal, decision.amount_cents) if state is ApprovalState.COUNTERED else None
    note = None if counter_cents is None else money.show(counter_cents, lead.contact.language)
    if not rows.decide(tx, approval.approval_id, state, by=click.actor.slack_id, now=now, note=note):
        raise DomainError("decided", "Somebody decided this a moment ago. Nothing was changed.")
    records.note(
        tx,
        now,
        action=f"approval_{state.value}",
        actor=click.actor.slack_id,
        subject=deal.ref,
        amount_cents=approval.amount_cents,
        preview_digest=_preview_digest(tx, lead, approval),
    )
    records.add_kpis(tx, [kpi.approval_decided(lead, deal, state, click.actor, now)])
    queued = _send(tx, team, lead, deal, approval, click.actor, now) if state is ApprovalState.APPROVED else None
    if counter_cents is not None:
        ask_approval(tx, team, lead, deal, amount_cents=counter_cents, by=click.actor.slack_id, now=now)
    cards.mark(tx, "approval", approval.approval_id, now)
    cards.mark(tx, "lead", lead.lead_id, now)
    decided = rows.find(tx, approval.approval_id)
    return Decided(decided or approval, queued)


def _preview_digest(tx: Tx, lead: Lead, approval: Approval) -> str | None:
    """Vouch for the text that was approved; its plain hash would let anybody who guesses the text know it."""
    contact_id = lead.contact.contact_id
    return chain.digest(contacts.salts_of(tx, [contact_id])[contact_id], approvals.preview_hash(approval.preview))


def _send(
    tx: Tx, team: Team, lead: Lead, deal: Deal, approval: Approval, actor: Actor, now: datetime
) -> queue_message.Queued:
    draft = queue_message.Draft(
        intent_key=f"offer:{approval.approval_id}",
        lead=lead,
        purpose=Purpose.OFFER,
        body=approval.preview,
        actor=actor,
        deal_id=deal.deal_id,
    )
    return queue_message.queue(tx, team, [draft], now)[0]


def _bounded(tx: Tx, deal: Deal, counter_cents: int) -> int:
    ceiling = deals.offer_of(tx, deal.deal_id, deal.revision).ceiling_cents
    if counter_cents > ceiling:
        shown = money.show(ceiling, Language.EN)
        raise DomainError("above_ceiling", f"Above the ceiling of {shown}: no offer may go there.", field="amount")
    return counter_cents
