"""Put messages into the outbox: the gate decides ready, held or refused, and leaves a receipt. Called by many flows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain import gate, kpi
from domain.model import Actor, Channel, Lead, Message, MessageState, Purpose
from flows import gating
from flows.team import Team
from storage import cards, messages, records
from storage.unit import Tx

RECHECK = timedelta(minutes=5)
"""When to look again at a message nobody can name an opening for (no province, paused, clock not trusted)."""

SEND_WITHIN = timedelta(days=7)
"""A text that could not leave within a week of being planned says something stale: it is dropped, visibly."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message somebody wants to send.

    Attributes:
        intent_key: what is meant, so that meaning it twice sends once; e.g. ``ladder:12:3:1``.
    """

    intent_key: str
    lead: Lead
    purpose: Purpose
    body: str
    actor: Actor
    channel: Channel = Channel.SMS
    deal_id: int | None = None
    rung_id: int | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """What became of one draft.

    Attributes:
        message_id: None when this intent had been queued before; then nothing was stored.
    """

    draft: Draft
    facts: gate.Facts
    verdict: gate.Verdict
    message_id: int | None


def queue(tx: Tx, team: Team, drafts: Sequence[Draft], now: datetime) -> tuple[Queued, ...]:
    """Plan messages in the caller's transaction, with verdict, receipt and KPI event of each."""
    sends = [_send_of(draft, now) for draft in drafts]
    decided = gating.decide(tx, team, sends, now)
    queued = tuple(
        Queued(draft, facts, verdict, messages.plan(tx, _row_of(draft, verdict, now), now))
        for draft, (facts, verdict) in zip(drafts, decided, strict=True)
    )
    fresh = [(send, item) for send, item in zip(sends, queued, strict=True) if item.message_id is not None]
    judged = [(replace(send, message_id=item.message_id), item.facts, item.verdict) for send, item in fresh]
    gating.keep_receipts(tx, judged, moment="planned")
    blocked = [item for _send, item in fresh if not isinstance(item.verdict, gate.Allow)]
    records.add_kpis(
        tx, [kpi.blocked_by_policy(item.draft.lead, item.draft.channel, item.verdict, now) for item in blocked]
    )
    for _send, item in fresh:
        cards.mark(tx, "lead", item.draft.lead.lead_id, now)
    return queued


def show(tx: Tx, message: Message, now: datetime) -> None:
    """Say that the cards which show this message are out of date."""
    if message.lead_id is not None:
        cards.mark(tx, "lead", message.lead_id, now)
    if message.purpose is Purpose.OFFER:
        cards.mark(tx, "approval", message.intent_key.removeprefix("offer:"), now)


def _send_of(draft: Draft, now: datetime) -> gating.Send:
    return gating.Send(
        contact_id=draft.lead.contact.contact_id,
        address=draft.lead.contact.phone_e164,
        lead=draft.lead,
        channel=draft.channel,
        purpose=draft.purpose,
        actor=draft.actor.slack_id,
        body_hash=messages.body_hash(draft.body),
        send_before=now + SEND_WITHIN,
        rung_id=draft.rung_id,
    )


def _row_of(draft: Draft, verdict: gate.Verdict, now: datetime) -> messages.NewMessage:
    state, reason, opens_at = outcome_of(verdict)
    return messages.NewMessage(
        intent_key=draft.intent_key,
        contact_id=draft.lead.contact.contact_id,
        lead_id=draft.lead.lead_id,
        deal_id=draft.deal_id,
        rung_id=draft.rung_id,
        channel=draft.channel,
        purpose=draft.purpose,
        to_address=draft.lead.contact.phone_e164,
        body=draft.body,
        language=draft.lead.contact.language,
        state=state,
        reason=reason,
        opens_at=opens_at,
        available_at=again_at(verdict, now),
        send_before=now + SEND_WITHIN,
        requested_by=draft.actor.slack_id,
        correlation_id=draft.lead.correlation_id,
    )


def outcome_of(verdict: gate.Verdict) -> tuple[MessageState, str | None, datetime | None]:
    """Return state, reason code and next lawful minute that a verdict means for a message."""
    match verdict:
        case gate.Allow():
            return MessageState.READY, None, None
        case gate.Hold(reason=reason, until=until):
            return MessageState.HELD, reason.value, until
        case gate.Refuse(reason=reason):
            return MessageState.REFUSED, reason.value, None


def again_at(verdict: gate.Verdict, now: datetime) -> datetime:
    """Return when a worker should look at a message with this verdict."""
    if isinstance(verdict, gate.Hold):
        return verdict.until or now + RECHECK
    return now
