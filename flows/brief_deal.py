"""Put numbers on a lead: bounded offer with evidence, liquidity, matched buyers, and a card that asks for approval."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain import approvals, kpi, liquidity, matching, offers, templates
from domain.errors import DomainError
from domain.model import Actor, Approval, ApprovalKind, ApprovalState, Deal, FeedbackEvent, Lead
from domain.property_types import PropertyType
from flows.team import Team
from storage import approvals as approval_rows
from storage import buyers, cards, deals, inbox, leads, records
from storage.unit import Database, Tx


@dataclass(frozen=True, slots=True)
class DealRequest:
    """Numbers of a deal, money in integer cents; None keeps what an earlier brief said.

    Attributes:
        lead_id: lead to brief, or None when ``deal_id`` names the deal to change.
    """

    key: str
    actor: Actor
    lead_id: int | None = None
    deal_id: int | None = None
    arv_cents: int | None = None
    repairs_cents: int | None = None
    asking_cents: int | None = None
    property_type: PropertyType | None = None
    beds: int | None = None
    baths: int | None = None


@dataclass(frozen=True, slots=True)
class BriefedDeal:
    """The deal, its offer, and the request for approval that went out."""

    deal: Deal
    lead: Lead
    offer: offers.Offer
    liquidity: liquidity.Liquidity
    matches: Sequence[matching.Ranked]
    approval: Approval


def brief(db: Database, team: Team, request: DealRequest, now: datetime) -> BriefedDeal:
    """Compute and store the offer, and ask for approval of the seller's text.

    Raises:
        DomainError: a number is missing or out of bounds, or no offer can be made; nothing is stored.
    """
    with db.write() as tx:
        lead, before = _subject(tx, request)
        numbers = _numbers(request, before)
        if not inbox.accept(tx, request.key, now):
            raise DomainError("repeated", "This was handled already. Nothing new was done.")
        deal = _store(tx, lead, before, numbers, request.actor, now)
        score = _liquidity(tx, lead)
        offer = offers.compute(_brief_of(numbers), team.offer_policy, score, lead.province)
        found = _match(tx, lead, deal, offer)
        by = request.actor.slack_id
        approval = ask_approval(tx, team, lead, deal, amount_cents=offer.opening_cents, by=by, now=now)
        briefed = BriefedDeal(deal, lead, offer, score, found, approval)
        _keep(tx, briefed, request.actor, now)
    return briefed


def what_if(db: Database, team: Team, request: DealRequest) -> offers.Offer:
    """Return the offer these numbers would give; stores nothing.

    Raises:
        DomainError: a number is missing or out of bounds, or no offer can be made.
    """
    with db.read() as tx:
        lead, before = _subject(tx, request)
        return offers.compute(
            _brief_of(_numbers(request, before)), team.offer_policy, _liquidity(tx, lead), lead.province
        )


def _subject(tx: Tx, request: DealRequest) -> tuple[Lead, Deal | None]:
    if request.deal_id is not None:
        deal = deals.get(tx, request.deal_id)
        return leads.get(tx, deal.lead_id), deal
    lead = leads.get(tx, request.lead_id or 0)
    return lead, deals.of_lead(tx, lead.lead_id)


def _numbers(request: DealRequest, before: Deal | None) -> deals.Numbers:
    """Lay the new numbers over those of an earlier brief."""
    arv_cents = request.arv_cents if request.arv_cents is not None else _of(before, "arv_cents")
    if arv_cents is None:
        raise DomainError("no_arv", "Need ARV to compute. Example: /deal L-1 arv=500k repairs=40k", field="arv")
    repairs_cents = request.repairs_cents if request.repairs_cents is not None else _of(before, "repairs_cents")
    if repairs_cents is None:
        raise DomainError("no_repairs", "Need repairs to compute; 0 is an answer: repairs=0", field="repairs")
    known = before.property_type if before else PropertyType.DETACHED
    return deals.Numbers(
        arv_cents=arv_cents,
        repairs_cents=repairs_cents,
        asking_cents=request.asking_cents if request.asking_cents is not None else _of(before, "asking_cents"),
        property_type=request.property_type or known,
        beds=request.beds if request.beds is not None else _of(before, "beds"),
        baths=request.baths if request.baths is not None else _of(before, "baths"),
    )


def _of(deal: Deal | None, name: str) -> int | None:
    value: int | None = getattr(deal, name, None)
    return value


def _store(tx: Tx, lead: Lead, before: Deal | None, numbers: deals.Numbers, actor: Actor, now: datetime) -> Deal:
    if before is None:
        deal_id = deals.add(tx, lead.lead_id, numbers, by=actor.slack_id, correlation_id=lead.correlation_id, now=now)
        return deals.get(tx, deal_id)
    deals.revise(tx, before.deal_id, numbers)
    for approval_id in approval_rows.void_pending(tx, ApprovalKind.OFFER, before.deal_id, now, "The numbers changed."):
        cards.mark(tx, "approval", approval_id, now)
    return deals.get(tx, before.deal_id)


def _brief_of(numbers: deals.Numbers) -> offers.Brief:
    return offers.Brief(numbers.arv_cents, numbers.repairs_cents, numbers.asking_cents)


def _liquidity(tx: Tx, lead: Lead) -> liquidity.Liquidity:
    """Score the lead's market, leaning on its province and on Canada where the market is thin."""
    return liquidity.nested(
        _counts(deals.feedback_counts(tx, lead.province, lead.market)),
        _counts(deals.feedback_counts(tx, lead.province, None)),
        _counts(deals.feedback_counts(tx, None, None)),
    )


def _counts(events: Mapping[FeedbackEvent, int]) -> liquidity.Counts:
    return liquidity.Counts(
        sent=events.get(FeedbackEvent.SENT, 0),
        responded=events.get(FeedbackEvent.RESPONDED, 0),
        offered=events.get(FeedbackEvent.OFFERED, 0),
        bought=events.get(FeedbackEvent.BOUGHT, 0),
    )


def _match(tx: Tx, lead: Lead, deal: Deal, offer: offers.Offer) -> tuple[matching.Ranked, ...]:
    if lead.province is None:
        return ()
    wanted = matching.Property(
        province=lead.province,
        market=lead.market,
        property_type=deal.property_type,
        price_cents=offer.ceiling_cents,
        beds=deal.beds,
        baths=deal.baths,
    )
    return matching.rank(buyers.candidates(tx, wanted.price_cents), wanted)


def ask_approval(tx: Tx, team: Team, lead: Lead, deal: Deal, *, amount_cents: int, by: str, now: datetime) -> Approval:
    """Store a request for approval of one text to the seller and put its card on the list."""
    fields = templates.seller_fields(team.sender, lead, amount_cents=amount_cents)
    preview = templates.render("offer", lead.contact.language, fields)
    approval = Approval(
        approval_id=secrets.token_urlsafe(18),
        kind=ApprovalKind.OFFER,
        subject_id=deal.deal_id,
        revision=deal.revision,
        state=ApprovalState.PENDING,
        amount_cents=amount_cents,
        preview=preview,
        requested_by=by,
        requested_at=now,
        expires_at=approvals.expires_at(now),
        decided_by=None,
        decided_at=None,
        decision_note=None,
    )
    approval_rows.add(tx, approval, approvals.preview_hash(preview))
    cards.mark(tx, "approval", approval.approval_id, now, channel=team.deals_channel)
    return approval


def _keep(tx: Tx, briefed: BriefedDeal, actor: Actor, now: datetime) -> None:
    """Store the offer, its buyers and the events of one brief."""
    deal, lead, offer, score, found = briefed.deal, briefed.lead, briefed.offer, briefed.liquidity, briefed.matches
    stored = deals.StoredOffer(
        deal_id=deal.deal_id,
        revision=deal.revision,
        opening_cents=offer.opening_cents,
        target_cents=offer.target_cents,
        stretch_cents=offer.stretch_cents,
        ceiling_cents=offer.ceiling_cents,
        evidence=offer.evidence | {"computed_by": actor.slack_id, "computed_at": now.isoformat()},
    )
    deals.add_offer(tx, stored, now)
    ranked = [(hit.buyer.buyer_id, hit.match.score, hit.match.reasons) for hit in found]
    deals.add_matches(tx, deal.deal_id, deal.revision, ranked)
    records.add_kpis(
        tx,
        [
            kpi.deal_brief_created(deal, lead, actor, now),
            kpi.offer_generated(deal, lead, offer, actor, now),
            kpi.backend_deal_created(deal, lead, offer, actor, now),
            kpi.match_attempt(deal, lead, score, actor, now),
            kpi.match_result(deal, lead, score, len(found), actor, now),
        ],
    )
    cards.mark(tx, "lead", lead.lead_id, now)
