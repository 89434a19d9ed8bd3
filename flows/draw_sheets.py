"""Gather what a card, a list or a status shows, as one frozen sheet on one snapshot of the database."""

from collections.abc import Sequence
from datetime import datetime

from domain import consent_outlook, ladder, templates
from domain import policies as policy_rules
from domain.errors import NotFoundError
from domain.law import TeamPolicy
from domain.model import ALL_MARKETS, ApprovalKind, Lead, Message, MessageState, Rung
from domain.provinces import Province
from domain.sheets import (
    ApprovalSheet,
    BriefingSheet,
    CallSheet,
    DeadMessageSheet,
    DeadRungSheet,
    DoubtSheet,
    LeadSheet,
    PolicySheet,
    ReplySheet,
    StatusSheet,
)
from flows import change_policy, gating
from flows.team import Team
from storage import (
    approvals,
    buyers,
    cards,
    contacts,
    deals,
    figures,
    ladders,
    leads,
    messages,
    policies,
    records,
    replies,
    standing,
    suppressions,
    workers,
)
from storage.unit import Database, Tx


def lead_sheet(tx: Tx, team: Team, lead_id: int, now: datetime) -> LeadSheet:
    """Return everything the lead's card shows.

    Raises:
        NotFoundError: there is no such lead.
    """
    lead = leads.get(tx, lead_id)
    contact = lead.contact
    newest = replies.of_lead(tx, lead_id, 1)
    rungs = ladders.of_leads(tx, [lead_id]).get(lead_id, ())
    texts = messages.of_leads(tx, [lead_id]).get(lead_id, ())
    grounds = contacts.consents_of(tx, [contact.contact_id]).get(contact.contact_id, ())
    orders = suppressions.of_addresses(tx, [contact.phone_e164], team.hash_key).get(contact.phone_e164, ())
    rules = gating.rules_for(tx, lead, now)
    return LeadSheet(
        lead=lead,
        rungs=rungs,
        messages=texts,
        consents=grounds,
        suppressions=orders,
        uncovered=consent_outlook.uncovered(grounds, _planned(rungs, texts, now), rules),
        consent_ends_at=consent_outlook.ends_soon(grounds, now, rules),
        stop_unread=replies.has_unread_stop(tx, contact.phone_e164),
        last_reply=newest[0] if newest else None,
        deal=deals.of_lead(tx, lead_id),
        at=now,
    )


def _planned(rungs: Sequence[Rung], texts: Sequence[Message], now: datetime) -> tuple[consent_outlook.Planned, ...]:
    """Return the steps whose consent is still to be used, with the moment each would leave."""
    waiting = {text.rung_id: text for text in texts if text.state in {MessageState.HELD, MessageState.READY}}
    planned = []
    for rung in rungs:
        text = waiting.get(rung.rung_id)
        if rung.state in ladder.OPEN or text is not None:
            opens_at = None if text is None else text.opens_at
            planned.append(consent_outlook.Planned(rung.step, rung.channel, max(now, opens_at or rung.due_at)))
    return tuple(planned)


def call_sheet(tx: Tx, team: Team, rung_id: int, now: datetime) -> CallSheet:
    """Return a call task with its script."""
    rung = ladders.get(tx, rung_id)
    if rung is None:
        raise NotFoundError("That call task")
    lead = leads.get(tx, rung.lead_id)
    script = templates.render(rung.template, lead.contact.language, templates.seller_fields(team.sender, lead))
    return CallSheet(lead=lead, rung=rung, script=script, at=now)


def doubt_sheet(tx: Tx, message_id: int, now: datetime) -> DoubtSheet:
    """Return a text in doubt."""
    message = messages.find(tx, message_id)
    if message is None or message.lead_id is None:
        raise NotFoundError("That text")
    return DoubtSheet(message=message, lead=leads.get(tx, message.lead_id), at=now)


def dead_message_sheet(tx: Tx, message_id: int, now: datetime) -> DeadMessageSheet:
    """Return a text that was given up."""
    message = messages.find(tx, message_id)
    if message is None:
        raise NotFoundError("That text")
    lead = None if message.lead_id is None else leads.get(tx, message.lead_id)
    return DeadMessageSheet(message=message, lead=lead, at=now)


def dead_rung_sheet(tx: Tx, rung_id: int, now: datetime) -> DeadRungSheet:
    """Return a step of a ladder that was given up."""
    rung = ladders.get(tx, rung_id)
    if rung is None:
        raise NotFoundError("That step")
    return DeadRungSheet(rung=rung, lead=leads.get(tx, rung.lead_id), at=now)


def reply_sheet(tx: Tx, reply_id: int, now: datetime) -> ReplySheet:
    """Return one text that came in."""
    reply = replies.find(tx, reply_id)
    if reply is None:
        raise NotFoundError("That reply")
    return ReplySheet(reply=reply, lead=leads.get(tx, reply.lead_id) if reply.lead_id else None, at=now)


def approval_sheet(tx: Tx, approval_id: str, now: datetime) -> ApprovalSheet:
    """Return an approval with the offer, evidence and buyers of the revision it is bound to."""
    approval = approvals.find(tx, approval_id)
    if approval is None:
        raise NotFoundError("That approval")
    deal = deals.get(tx, approval.subject_id)
    offer = deals.offer_of(tx, deal.deal_id, approval.revision)
    ranked = deals.matches_of(tx, deal.deal_id, approval.revision)
    found = buyers.get_many(tx, [buyer_id for buyer_id, _score, _reasons in ranked])
    return ApprovalSheet(
        approval=approval,
        lead=leads.get(tx, deal.lead_id),
        deal=deal,
        current_revision=deal.revision,
        offer_cents={
            "opening": offer.opening_cents,
            "target": offer.target_cents,
            "stretch": offer.stretch_cents,
            "ceiling": offer.ceiling_cents,
        },
        evidence=offer.evidence,
        matches=tuple((found[buyer_id], score, reasons) for buyer_id, score, reasons in ranked),
        message=messages.find_by_intent(tx, f"offer:{approval_id}"),
        at=now,
    )


def policy_sheet(tx: Tx, policy_id: int, now: datetime) -> PolicySheet:
    """Return one version of a policy with what it changes and who decides."""
    policy = change_policy.get(tx, policy_id)
    return PolicySheet(
        policy=policy,
        before=change_policy.rules_of(tx, policy.base_id),
        approval=approvals.newest_about(tx, ApprovalKind.POLICY, policy_id),
        replaced_by=policies.replacement_of(tx, policy_id),
        at=now,
    )


def rules_by_province(tx: Tx, now: datetime) -> dict[Province, TeamPolicy]:
    """Return the rules that apply in each province outside of markets with rules of their own."""
    in_force = {key: policy.rules for key, policy in policies.in_force(tx, now).items()}
    return {province: policy_rules.choose(in_force, province, ALL_MARKETS) for province in Province}


def briefing_sheet(tx: Tx, briefing_id: int) -> BriefingSheet:
    """Return one briefing as it was stored."""
    found = figures.briefing(tx, briefing_id)
    if found is None:
        raise NotFoundError("That briefing")
    at, requested_by, stored = found
    return BriefingSheet(briefing_id=briefing_id, at=at, requested_by=requested_by, figures=stored)


def status_sheet(tx: Tx, team: Team, now: datetime, wall: datetime) -> StatusSheet:
    """Return where everything that should leave stands."""
    open_ones, heard_at = standing.of_messages(tx), workers.newest_beat(tx)
    return StatusSheet(
        messages=open_ones.counts,
        holds=open_ones.holds,
        oldest_due_at=open_ones.oldest_due_at,
        cards_waiting=cards.waiting(tx),
        approvals_pending=approvals.count_pending(tx),
        paused_scopes=records.paused_scopes(tx),
        clock_faults=team.clock_faults,
        at=now,
        pauses=records.pauses(tx),
        cards_refused=cards.refused(tx),
        steps_dead=ladders.count_dead(tx),
        cards_dead=cards.dead(tx),
        last_day=standing.handed_over(tx, now),
        oldest_unknown_at=open_ones.oldest_unknown_at,
        jobs_silent=heard_at is None or wall - heard_at > standing.SILENT_AFTER,
        jobs_heard_at=heard_at,
    )


def find_leads(db: Database, *, words: str | None = None, owner: str | None = None, limit: int = 5) -> tuple[Lead, ...]:
    """Return the newest leads that match, newest first."""
    with db.read() as tx:
        return leads.search(tx, words, limit) if words else leads.newest(tx, limit, owner=owner)
