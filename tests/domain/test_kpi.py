"""What is counted, and that no event holds anything about a person."""

import inspect
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import kpi
from domain.keywords import InboundKind
from domain.kpi import Metric
from domain.liquidity import Liquidity
from domain.model import (
    Actor,
    ApprovalState,
    CallOutcome,
    Channel,
    Contact,
    ContactKind,
    Deal,
    FeedbackEvent,
    KpiEvent,
    LadderState,
    Language,
    Lead,
    LeadSource,
    Message,
    MessageState,
    Purpose,
    Role,
    Rung,
    RungState,
)
from domain.offers import Brief, OfferPolicy, compute
from domain.provinces import Province
from domain.verdicts import Allow, Hold, Reason

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
RILEY = Actor("U0RILEY", Role.AGENT)
SECRETS = (
    "Zebulon",
    "4165550199",
    "416-555-0199",
    "zebulon@example.ca",
    "77 Quince",
    "leaking roof",
    "Hi there",
    "SM123",
)

LEAD = Lead(
    lead_id=12,
    contact=Contact(5, ContactKind.SELLER, "Zebulon Quick", "+14165550199", "zebulon@example.ca", Language.EN),
    source=LeadSource.WEB,
    address="77 Quince St, Hamilton ON",
    province=Province.ON,
    market="Hamilton",
    zones=frozenset({"America/Toronto"}),
    conflicts=(),
    evidence=("77 Quince St",),
    notes="leaking roof",
    created_at=NOW - timedelta(minutes=4),
    created_by="U0RILEY",
    owner=None,
    claimed_at=None,
    ladder=LadderState.RUNNING,
    ladder_reason=None,
    correlation_id="c-1",
)
DEAL = Deal(3, 12, 2, 45_000_000, 5_000_000, None, "detached", 3, 1, NOW, "U0RILEY", "c-1")
RUNG = Rung(
    102, 12, 2, Channel.CALL, "first_call", NOW - timedelta(minutes=3), RungState.DONE, 1, note="Zebulon was rude"
)
OFFER = compute(Brief(45_000_000, 5_000_000), OfferPolicy("ON-1", 0.70), None, Province.ON)
MARKET = Liquidity(score=0.4, low=0.3, high=0.5, n=40, thin=False)
MESSAGE = Message(
    message_id=9,
    intent_key="lead:12:+14165550199",
    contact_id=5,
    lead_id=12,
    deal_id=None,
    rung_id=101,
    channel=Channel.SMS,
    purpose=Purpose.LADDER,
    to_address="+14165550199",
    body="Hi there Zebulon",
    language=Language.EN,
    state=MessageState.ACCEPTED,
    reason=None,
    available_at=NOW,
    send_before=NOW,
    attempt=1,
    provider_sid="SM123",
    error_code=None,
    created_at=NOW,
    state_at=NOW,
    opens_at=None,
    requested_by="system",
    correlation_id="c-1",
)
HOLD = Hold(Reason.LEGAL_WINDOW, NOW, "utr.hours")

EVENTS: dict[str, KpiEvent] = {
    "lead_created": kpi.lead_created(LEAD, NOW),
    "ladder_created": kpi.ladder_created(LEAD, 6, NOW),
    "followup_completed": kpi.followup_completed(LEAD, RUNG, CallOutcome.REACHED, RILEY, NOW),
    "first_contact": kpi.first_contact(LEAD, RILEY, NOW),
    "deal_brief_created": kpi.deal_brief_created(DEAL, LEAD, RILEY, NOW),
    "offer_generated": kpi.offer_generated(DEAL, LEAD, OFFER, RILEY, NOW),
    "backend_deal_created": kpi.backend_deal_created(DEAL, LEAD, OFFER, RILEY, NOW),
    "approval_decided": kpi.approval_decided(LEAD, DEAL, ApprovalState.APPROVED, RILEY, NOW),
    "match_attempt": kpi.match_attempt(DEAL, LEAD, MARKET, RILEY, NOW),
    "match_result": kpi.match_result(DEAL, LEAD, MARKET, 3, RILEY, NOW),
    "buyer_feedback": kpi.buyer_feedback(DEAL, LEAD, FeedbackEvent.OFFERED, RILEY, NOW),
    "prepared": kpi.prepared(DEAL, LEAD, 3, RILEY, NOW, seller_notified=True),
    "message_sent": kpi.message_sent(LEAD, MESSAGE, NOW),
    "message_failed": kpi.message_failed(LEAD, MESSAGE, 21211, NOW),
    "message_settled": kpi.message_settled(LEAD, MESSAGE, MessageState.DELIVERED, NOW),
    "blocked_by_policy": kpi.blocked_by_policy(LEAD, Channel.SMS, HOLD, NOW),
    "reply_received": kpi.reply_received(LEAD, InboundKind.TEXT, NOW),
    "opted_out": kpi.opted_out(LEAD, NOW),
    "flow_error": kpi.flow_error("open_lead", "ValueError", "c-1", NOW),
}
"""One event of every builder."""


def builders() -> dict[str, Callable[..., KpiEvent]]:
    """Return every public function of the module that makes an event."""
    found = inspect.getmembers(kpi, inspect.isfunction)
    return {
        name: function
        for name, function in found
        if function.__module__ == kpi.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation is KpiEvent
    }


def test_every_builder_is_walked() -> None:
    """A new kind of event cannot slip past the checks below."""
    assert EVENTS.keys() == builders().keys()


@pytest.mark.parametrize("name", EVENTS)
def test_no_event_holds_anything_about_a_person(name: str) -> None:
    """No name, number, address, mail, note, text or provider id, in any field."""
    event = EVENTS[name]
    everything = " ".join(repr(getattr(event, field)) for field in KpiEvent.__slots__)

    assert not [secret for secret in SECRETS if secret in everything]


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_can_be_stored_as_json(name: str) -> None:
    """Plain values only: no date, no set, no infinity."""
    detail = EVENTS[name].detail

    assert json.loads(json.dumps(detail, allow_nan=False)) == detail


@pytest.mark.parametrize("name", [name for name in EVENTS if name != "flow_error"])
def test_every_event_says_where_and_follows_its_lead(name: str) -> None:
    """Province, market and source for breakdowns, and one trace per lead."""
    event = EVENTS[name]

    assert (event.province, event.market, event.source) == (Province.ON, "Hamilton", "web")
    assert (event.correlation_id, event.at) == ("c-1", NOW)


@pytest.mark.parametrize("name", EVENTS)
def test_every_metric_has_a_name(name: str) -> None:
    """The name is one of the table."""
    assert EVENTS[name].metric in set(Metric)


@pytest.mark.parametrize(
    ("channel", "sent", "blocked"),
    [
        (Channel.SMS, Metric.SMS_SENT, Metric.SMS_BLOCKED),
        (Channel.EMAIL, Metric.EMAIL_SENT, Metric.EMAIL_BLOCKED),
        (Channel.CALL, Metric.CALL_STARTED, Metric.CALL_BLOCKED),
    ],
)
def test_each_channel_counts_sent_and_blocked(channel: Channel, sent: Metric, blocked: Metric) -> None:
    """Texts, mails and calls are never mixed."""
    assert kpi.message_sent(LEAD, replace(MESSAGE, channel=channel), NOW).metric == sent
    assert kpi.blocked_by_policy(LEAD, channel, HOLD, NOW).metric == blocked


def test_a_block_by_policy_is_no_error() -> None:
    """The rule did its work; the reason says which."""
    event = EVENTS["blocked_by_policy"]

    assert event.success
    assert event.detail == {"verdict": "hold", "reason": "legal_window", "rule": "utr"}


def test_an_allowed_verdict_has_no_reason_to_name() -> None:
    """Nothing breaks when a caller passes one."""
    allowed = Allow(NOW, "express consent", ())

    assert kpi.blocked_by_policy(LEAD, Channel.SMS, allowed, NOW).detail["reason"] is None


@pytest.mark.parametrize(
    ("event", "success"),
    [
        (kpi.match_result(DEAL, LEAD, MARKET, 0, RILEY, NOW), False),
        (kpi.message_settled(LEAD, MESSAGE, MessageState.UNDELIVERED, NOW), False),
        (kpi.approval_decided(LEAD, DEAL, ApprovalState.REJECTED, RILEY, NOW), False),
        (kpi.buyer_feedback(DEAL, LEAD, FeedbackEvent.PASSED, RILEY, NOW), False),
        (kpi.followup_completed(LEAD, RUNG, CallOutcome.NO_ANSWER, RILEY, NOW), False),
        (kpi.followup_completed(LEAD, RUNG, None, RILEY, NOW), True),
    ],
)
def test_an_outcome_that_disappoints_is_told_from_an_error(event: KpiEvent, *, success: bool) -> None:
    """Such metrics are listed, so that an error rate can leave them out."""
    assert event.success is success
    assert event.metric in kpi.OUTCOME_METRICS


def test_lateness_and_speed_are_counted_in_seconds() -> None:
    """Never negative lateness; speed from the lead's first second."""
    early = kpi.followup_completed(LEAD, RUNG, None, RILEY, NOW - timedelta(hours=1))

    assert EVENTS["followup_completed"].value == 180
    assert early.value == 0
    assert EVENTS["first_contact"].value == 240
