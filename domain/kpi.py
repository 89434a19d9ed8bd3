"""The names of what is counted, and the one way to make each event.

Events are counted, averaged and watched for drift; what drifts is decided in ``domain.drift``. No builder takes a name,
number, address or text, so no event can hold one.
"""

from datetime import datetime
from enum import StrEnum

from domain.keywords import InboundKind
from domain.liquidity import Liquidity
from domain.model import (
    ALL_MARKETS,
    Actor,
    ApprovalState,
    CallOutcome,
    Channel,
    Deal,
    FeedbackEvent,
    KpiEvent,
    Lead,
    Message,
    MessageState,
    Rung,
)
from domain.offers import Offer
from domain.verdicts import Allow, Verdict

Detail = dict[str, str | int | float | bool | None]

SYSTEM = "system"
"""Actor of what happens by itself."""

CONTACT = "contact"
"""Actor of what a seller or buyer does; which one is not recorded."""


class KpiDomain(StrEnum):
    """Part of the business an event belongs to."""

    WHOLESALE = "WHOLESALE"
    BUYER_MATCH = "BUYER_MATCH"
    NOTIFICATIONS = "NOTIFICATIONS"
    MESSAGING = "MESSAGING"
    SYSTEM = "SYSTEM"


class Metric(StrEnum):
    """Name of an event; stored, so never renamed."""

    LEAD_CREATED = "lead_created"
    LADDER_CREATED = "ladder_created"
    FOLLOWUP_COMPLETED = "followup_completed"
    FIRST_CONTACT = "first_contact"
    DEAL_BRIEF_CREATED = "deal_brief_created"
    OFFER_GENERATED = "offer_generated"
    BACKEND_DEAL_CREATED = "backend_deal_created"
    APPROVAL_DECIDED = "approval_decided"
    MATCH_ATTEMPT = "match_attempt"
    MATCH_RESULT = "match_result"
    BUYER_FEEDBACK = "buyer_feedback"
    PREPARED = "prepared"
    SMS_SENT = "sms_sent"
    EMAIL_SENT = "email_sent"
    CALL_STARTED = "call_started"
    SMS_BLOCKED = "sms_blocked_by_policy"
    EMAIL_BLOCKED = "email_blocked_by_policy"
    CALL_BLOCKED = "call_blocked_by_policy"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_SETTLED = "message_settled"
    REPLY_RECEIVED = "reply_received"
    OPTED_OUT = "opted_out"
    FLOW_ERROR = "flow_error"


OUTCOME_METRICS = frozenset(
    {
        Metric.MATCH_RESULT,
        Metric.MESSAGE_FAILED,
        Metric.MESSAGE_SETTLED,
        Metric.APPROVAL_DECIDED,
        Metric.BUYER_FEEDBACK,
        Metric.FOLLOWUP_COMPLETED,
    }
)
"""Metrics whose ``success`` says how it turned out. In all others False means that the software failed.

A block by policy is a success: the rule did its work.
"""

_SENT = {Channel.SMS: Metric.SMS_SENT, Channel.EMAIL: Metric.EMAIL_SENT, Channel.CALL: Metric.CALL_STARTED}
_BLOCKED = {Channel.SMS: Metric.SMS_BLOCKED, Channel.EMAIL: Metric.EMAIL_BLOCKED, Channel.CALL: Metric.CALL_BLOCKED}


def lead_created(lead: Lead, now: datetime) -> KpiEvent:
    """Count a lead."""
    return _wholesale(Metric.LEAD_CREATED, lead, lead.created_by, now, {})


def ladder_created(lead: Lead, tasks: int, now: datetime) -> KpiEvent:
    """Count a ladder, with its number of steps."""
    return _wholesale(Metric.LADDER_CREATED, lead, lead.created_by, now, {"tasks": tasks}, value=tasks)


def followup_completed(lead: Lead, rung: Rung, outcome: CallOutcome | None, actor: Actor, now: datetime) -> KpiEvent:
    """Count a settled step, with the seconds it was late; a success when somebody was reached or no call was due."""
    late = max(0.0, (now - rung.due_at).total_seconds())
    reached = outcome in {None, CallOutcome.REACHED}
    said = outcome.value if outcome else None
    detail: Detail = {"rung_id": rung.rung_id, "channel": rung.channel.value, "outcome": said}
    metric = Metric.FOLLOWUP_COMPLETED
    return _wholesale(metric, lead, actor.slack_id, now, detail, value=late, success=reached, step=rung.step)


def first_contact(lead: Lead, actor: Actor, now: datetime) -> KpiEvent:
    """Count the first exchange in both directions, with the seconds since the lead came in."""
    seconds = (now - lead.created_at).total_seconds()
    return _wholesale(Metric.FIRST_CONTACT, lead, actor.slack_id, now, {}, value=seconds)


def deal_brief_created(deal: Deal, lead: Lead, actor: Actor, now: datetime) -> KpiEvent:
    """Count a brief, or a revision of one."""
    detail: Detail = {"deal_id": deal.deal_id, "revision": deal.revision}
    return _wholesale(Metric.DEAL_BRIEF_CREATED, lead, actor.slack_id, now, detail)


def offer_generated(deal: Deal, lead: Lead, offer: Offer, actor: Actor, now: datetime) -> KpiEvent:
    """Count a computed offer, with its share of ARV."""
    detail: Detail = {"deal_id": deal.deal_id, "revision": deal.revision, "factor": offer.factor}
    return _wholesale(Metric.OFFER_GENERATED, lead, actor.slack_id, now, detail, value=offer.mao_cents / deal.arv_cents)


def backend_deal_created(deal: Deal, lead: Lead, offer: Offer, actor: Actor, now: datetime) -> KpiEvent:
    """Count a deal with its amounts."""
    detail: Detail = {"deal_id": deal.deal_id, "offer_cents": offer.opening_cents, "mao_cents": offer.mao_cents}
    return _wholesale(Metric.BACKEND_DEAL_CREATED, lead, actor.slack_id, now, detail)


def approval_decided(lead: Lead, deal: Deal, state: ApprovalState, actor: Actor, now: datetime) -> KpiEvent:
    """Count a decision; a success when it was an approval."""
    detail: Detail = {"deal_id": deal.deal_id, "revision": deal.revision, "state": state.value}
    approved = state is ApprovalState.APPROVED
    return _wholesale(Metric.APPROVAL_DECIDED, lead, actor.slack_id, now, detail, success=approved)


def match_attempt(deal: Deal, lead: Lead, liquidity: Liquidity, actor: Actor, now: datetime) -> KpiEvent:
    """Count a search for buyers, with the liquidity it met."""
    return _matching(Metric.MATCH_ATTEMPT, deal, lead, liquidity, actor, now, value=liquidity.score)


def match_result(deal: Deal, lead: Lead, liquidity: Liquidity, matched: int, actor: Actor, now: datetime) -> KpiEvent:
    """Count what a search found; a success when it found anybody."""
    return _matching(
        Metric.MATCH_RESULT, deal, lead, liquidity, actor, now, value=matched, matched=matched, success=matched > 0
    )


def buyer_feedback(deal: Deal, lead: Lead, event: FeedbackEvent, actor: Actor, now: datetime) -> KpiEvent:
    """Count what a buyer did about a deal; a success when it was an offer or a purchase."""
    detail: Detail = {"deal_id": deal.deal_id, "event": event.value, "property_type": deal.property_type}
    good = event in {FeedbackEvent.OFFERED, FeedbackEvent.BOUGHT}
    return _event(KpiDomain.BUYER_MATCH, Metric.BUYER_FEEDBACK, lead, actor.slack_id, now, detail, success=good)


def prepared(
    deal: Deal, lead: Lead, buyer_count: int, actor: Actor, now: datetime, *, seller_notified: bool
) -> KpiEvent:
    """Count a prepared round of notifications."""
    detail: Detail = {"deal_id": deal.deal_id, "seller_notified": seller_notified, "buyer_count": buyer_count}
    domain, metric = KpiDomain.NOTIFICATIONS, Metric.PREPARED
    return _event(domain, metric, lead, actor.slack_id, now, detail, value=buyer_count)


def message_sent(lead: Lead, message: Message, now: datetime) -> KpiEvent:
    """Count a message the provider has taken; never one that is only planned."""
    return _messaging(_SENT[message.channel], lead, message, now, {})


def message_failed(lead: Lead, message: Message, code: int | None, now: datetime) -> KpiEvent:
    """Count a message the provider refused."""
    return _messaging(Metric.MESSAGE_FAILED, lead, message, now, {"code": code}, success=False)


def message_settled(lead: Lead, message: Message, state: MessageState, now: datetime) -> KpiEvent:
    """Count the end of a message; a success when it was delivered."""
    done = state is MessageState.DELIVERED
    return _messaging(Metric.MESSAGE_SETTLED, lead, message, now, {"state": state.value}, success=done)


def blocked_by_policy(lead: Lead, channel: Channel, verdict: Verdict, now: datetime) -> KpiEvent:
    """Count what the gate held or refused, with its reason."""
    reason = None if isinstance(verdict, Allow) else verdict.reason.value
    rule = None if isinstance(verdict, Allow) else verdict.rule.partition(".")[0]
    detail: Detail = {"verdict": type(verdict).__name__.lower(), "reason": reason, "rule": rule}
    return _event(KpiDomain.MESSAGING, _BLOCKED[channel], lead, SYSTEM, now, detail)


def reply_received(lead: Lead, kind: InboundKind, now: datetime) -> KpiEvent:
    """Count a text that came in, by what it was."""
    return _event(KpiDomain.MESSAGING, Metric.REPLY_RECEIVED, lead, CONTACT, now, {"kind": kind.value})


def opted_out(lead: Lead, now: datetime) -> KpiEvent:
    """Count a stop."""
    return _event(KpiDomain.MESSAGING, Metric.OPTED_OUT, lead, CONTACT, now, {})


def flow_error(flow: str, error_class: str, correlation_id: str, now: datetime) -> KpiEvent:
    """Count a failure of the software.

    Args:
        flow: name of the use case, from the code.
        error_class: class of the exception, never its text, which may quote what somebody typed.
        correlation_id: trace it belongs to.
        now: instant of the failure, aware UTC.
    """
    return KpiEvent(
        at=now,
        domain=KpiDomain.SYSTEM,
        metric=Metric.FLOW_ERROR,
        success=False,
        value=None,
        province=None,
        market=ALL_MARKETS,
        source="",
        step=None,
        actor=SYSTEM,
        correlation_id=correlation_id,
        detail={"flow": flow, "error_class": error_class},
    )


def _wholesale(
    metric: Metric,
    lead: Lead,
    actor: str,
    now: datetime,
    detail: Detail,
    *,
    value: float | None = None,
    success: bool = True,
    step: int | None = None,
) -> KpiEvent:
    detail = {"lead_id": lead.lead_id, **detail}
    return _event(KpiDomain.WHOLESALE, metric, lead, actor, now, detail, success=success, value=value, step=step)


def _matching(
    metric: Metric,
    deal: Deal,
    lead: Lead,
    liquidity: Liquidity,
    actor: Actor,
    now: datetime,
    *,
    value: float,
    success: bool = True,
    **counts: int,
) -> KpiEvent:
    detail: Detail = {"deal_id": deal.deal_id, "liquidity": liquidity.score, "thin": liquidity.thin, **counts}
    return _event(KpiDomain.BUYER_MATCH, metric, lead, actor.slack_id, now, detail, success=success, value=value)


def _messaging(
    metric: Metric, lead: Lead, message: Message, now: datetime, detail: Detail, *, success: bool = True
) -> KpiEvent:
    facts: Detail = {
        "message_id": message.message_id,
        "channel": message.channel.value,
        "purpose": message.purpose.value,
        "attempt": message.attempt,
    }
    by = message.requested_by
    return _event(KpiDomain.MESSAGING, metric, lead, by, now, facts | detail, success=success)


def _event(  # noqa: PLR0913 - the parts of an event
    domain: KpiDomain,
    metric: Metric,
    lead: Lead,
    actor: str,
    now: datetime,
    detail: Detail,
    *,
    success: bool = True,
    value: float | None = None,
    step: int | None = None,
) -> KpiEvent:
    return KpiEvent(
        at=now,
        domain=domain,
        metric=metric,
        success=success,
        value=value,
        province=lead.province,
        market=lead.market,
        source=lead.source.value,
        step=step,
        actor=actor,
        correlation_id=lead.correlation_id,
        detail=detail,
    )
