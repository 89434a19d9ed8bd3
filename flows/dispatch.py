"""Decide, commit, and only then hand over: which messages may leave now. The dispatch tick calls this.

Runs the gate a second time, at hand-over. What it returns has been committed as ``dispatching``; the caller talks to
the provider with no transaction open and reports to ``flows.settle_delivery``.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from domain import delivery, gate, kpi
from domain.claims import LEASE
from domain.model import Lead, Message, MessageState, RungState
from flows import claiming, gating, ladder_moves, queue_message
from flows.team import Team
from storage import claims, contacts, ladders, leads, messages, records
from storage.unit import Database, Tx

NEXT_TURN = timedelta(seconds=2)
"""When to look again, at the earliest, at a message that has to wait: behind another one to its recipient, say."""


@dataclass(frozen=True, slots=True)
class Handover:
    """The right to hand one message to a provider, once.

    Attributes:
        attempt: number of this attempt; the result counts only while it is the newest.
        validity_seconds: how long the provider may keep the message before it must drop it.
    """

    message: Message
    attempt: int
    attempt_token: str
    owner: str
    validity_seconds: int
    consent_id: int | None


def begin(
    db: Database, team: Team, now: datetime, wall: datetime, *, owner: str, limit: int = 50
) -> tuple[Handover, ...]:
    """Commit up to ``limit`` due messages as ``dispatching`` and return the right to send them.

    Args:
        now: the business clock, for every rule.
        wall: real time, for the lease alone.
        owner: name of this worker, unique among all processes.
    """
    turn = claiming.Turn(db, team, claims.MESSAGES, now, wall, owner, limit)
    while True:
        outcome = claiming.take_turn(turn, partial(_begin, team, now, wall, owner))
        handovers = tuple(each for batch in outcome.results for each in batch)
        if handovers or not outcome.seen:  # a batch of which nothing may leave is not the end of what is due
            return handovers


def _begin(
    team: Team, now: datetime, wall: datetime, owner: str, tx: Tx, claimed: Collection[int]
) -> claiming.Done[tuple[Handover, ...]]:
    judged = _judge(tx, team, messages.claimed(tx, claimed, owner), now)
    handovers = _handovers(judged, owner, now)
    _apply(tx, judged, handovers, wall, now)
    return claiming.Done(frozenset(one.message.message_id for one in judged), handovers)


@dataclass(frozen=True, slots=True)
class _Judged:
    message: Message
    lead: Lead
    verdict: gate.Verdict


def _judge(tx: Tx, team: Team, due: Sequence[Message], now: datetime) -> tuple[_Judged, ...]:
    # A STOP for one of these numbers waits for this commit, or this leaves its message alone: none slips between.
    free = contacts.lock_free(tx, {message.to_address for message in due})
    due = [message for message in due if message.to_address in free]
    found = leads.get_many(tx, {message.lead_id for message in due if message.lead_id is not None})
    sends = [_send_of(message, found[message.lead_id or 0]) for message in due]
    decided = gating.decide(tx, team, sends, now)
    # A verdict repeated word for word adds nothing to the proof of the hold that stands.
    news = [
        (send, facts, verdict)
        for send, message, (facts, verdict) in zip(sends, due, decided, strict=True)
        if queue_message.outcome_of(verdict) != (message.state, message.reason, message.opens_at)
        or isinstance(verdict, gate.Allow)
    ]
    gating.keep_receipts(tx, news, moment="handover")
    return tuple(
        _Judged(message, send.lead, verdict)
        for message, send, (_facts, verdict) in zip(due, sends, decided, strict=True)
    )


def _send_of(message: Message, lead: Lead) -> gating.Send:
    return gating.Send(
        contact_id=message.contact_id,
        address=message.to_address,
        lead=lead,
        channel=message.channel,
        purpose=message.purpose,
        actor=message.requested_by,
        body_hash=messages.body_hash(message.body),
        send_before=message.send_before,
        message_id=message.message_id,
        rung_id=message.rung_id,
    )


def _handovers(judged: Sequence[_Judged], owner: str, now: datetime) -> tuple[Handover, ...]:
    """Give each number at most one message a batch: while one is in doubt, no other may be on its way."""
    chosen: dict[str, Handover] = {}
    for one in judged:
        message, verdict = one.message, one.verdict
        if message.to_address in chosen or not isinstance(verdict, gate.Allow):
            continue
        seconds = delivery.validity_seconds(now, verdict.valid_until, message.send_before)
        if seconds is not None:
            token = secrets.token_urlsafe(24)
            attempt = message.attempt + 1
            chosen[message.to_address] = Handover(message, attempt, token, owner, seconds, verdict.consent_id)
    return tuple(chosen.values())


def _apply(tx: Tx, judged: Sequence[_Judged], handovers: Sequence[Handover], wall: datetime, now: datetime) -> None:
    leaving_now = [
        messages.Claim(
            each.message.message_id,
            each.attempt_token,
            each.owner,
            wall,
            wall + LEASE,
            now + timedelta(seconds=each.validity_seconds),
            each.consent_id,
        )
        for each in handovers
    ]
    messages.dispatching(tx, leaving_now, now)
    contacts.use_consents(tx, [each.consent_id for each in handovers if each.consent_id is not None])
    leaving = {each.message.message_id for each in handovers}
    for one in judged:
        if one.message.message_id not in leaving:
            _keep_or_end(tx, one, now)
        queue_message.show(tx, one.message, now)


def _keep_or_end(tx: Tx, one: _Judged, now: datetime) -> None:
    message = one.message
    match one.verdict:
        case gate.Allow():
            messages.hold(tx, [messages.Keep(message.message_id, "in_flight", None, now + NEXT_TURN)], now)
        case gate.Hold(reason=reason, until=until) as hold:
            again = max(queue_message.again_at(hold, now), now + NEXT_TURN)
            messages.hold(tx, [messages.Keep(message.message_id, reason.value, until, again)], now)
            if message.reason != reason.value:
                records.add_kpis(tx, [kpi.blocked_by_policy(one.lead, message.channel, hold, now)])
            if message.rung_id is not None and until is not None:
                _push_ladder(tx, message.rung_id, one.lead, until)
        case gate.Refuse(reason=reason) as refusal:
            state = MessageState.EXPIRED if reason is gate.Reason.EXPIRED else MessageState.REFUSED
            messages.end(tx, [(message.message_id, state, reason.value)], now)
            records.add_kpis(tx, [kpi.blocked_by_policy(one.lead, message.channel, refusal, now)])
            if message.rung_id is not None:
                ladder_moves.settle_rung(tx, message, RungState.SKIPPED, now, note=reason.value)


def _push_ladder(tx: Tx, rung_id: int, lead: Lead, until: datetime) -> None:
    rungs = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id]
    step = next(rung.step for rung in rungs if rung.rung_id == rung_id)
    ladder_moves.push_later(tx, rungs, after_step=step, acted_at=until)
