"""Gather what the gate reads, for many sends at once; ask it; keep the receipt.

The one road to ``domain.gate``: no other flow builds its facts, so no caller can supply a time or a force flag.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import gate, gate_record, policies
from domain.law import TeamPolicy
from domain.model import Channel, Consent, Lead, Purpose, Suppression
from flows.team import Team
from storage import contacts, history, records
from storage import policies as policy_rows
from storage.unit import Tx


@dataclass(frozen=True, slots=True)
class Send:
    """One thing somebody wants to send or call.

    Attributes:
        address: number or mailbox.
        body_hash: what equal texts share, or None for a call.
        message_id: the stored message, or None when it is only being planned.
    """

    contact_id: int
    address: str
    lead: Lead
    channel: Channel
    purpose: Purpose
    body_hash: str | None = None
    send_before: datetime | None = None
    message_id: int | None = None
    rung_id: int | None = None


def decide(tx: Tx, team: Team, sends: Sequence[Send], now: datetime) -> tuple[tuple[gate.Facts, gate.Verdict], ...]:
    """Return facts and verdict of each send, in order; a fixed number of statements, however many there are."""
    if not sends:
        return ()
    past = history.of_addresses(tx, {send.address for send in sends}, now)
    grounds = contacts.consents_of(tx, {send.contact_id for send in sends})
    orders = contacts.suppressions_of(tx, {send.address for send in sends})
    rules = _in_force(tx, sends, now)
    shared = _Shared(team, now, records.paused_scopes(tx), history.team_sent_last_hour(tx, now))
    gathered = [
        _facts(
            shared,
            send,
            policies.choose(rules, send.lead.province, send.lead.market),
            past[send.address],
            grounds.get(send.contact_id, ()),
            orders.get(send.address, ()),
        )
        for send in sends
    ]
    return tuple((facts, gate.decide(facts)) for facts in gathered)


def _in_force(tx: Tx, sends: Sequence[Send], now: datetime) -> dict[str, TeamPolicy]:
    """Return the rules in force wherever these sends go, read anew each time: at hand-over nothing may be stale."""
    scopes = {scope.key for send in sends for scope in policies.lookup(send.lead.province, send.lead.market)}
    return {key: policy.rules for key, policy in policy_rows.in_force(tx, now, scopes).items()}


@dataclass(frozen=True, slots=True)
class _Shared:
    """What is the same for every send of one decision."""

    team: Team
    now: datetime
    paused: frozenset[str]
    team_sent_last_hour: int


def _facts(
    shared: _Shared,
    send: Send,
    policy: TeamPolicy,
    past: history.History,
    grounds: tuple[Consent, ...],
    orders: tuple[Suppression, ...],
) -> gate.Facts:
    lead = send.lead
    return gate.Facts(
        at=shared.now,
        channel=send.channel,
        purpose=send.purpose,
        province=lead.province,
        market=lead.market,
        zones=lead.zones,
        conflicts=lead.conflicts,
        consents=grounds,
        suppressions=orders,
        paused=shared.paused & _scopes(send),
        clock_faults=shared.team.clock_faults,
        policy=policy,
        ladder=lead.ladder if send.purpose is Purpose.LADDER else None,
        sent_today=past.sent_day,
        sent_30_days=past.sent_30_days,
        calls_30_days=past.calls_30_days,
        team_sent_last_hour=shared.team_sent_last_hour,
        same_body_within_24h=send.body_hash in past.bodies_day,
        in_flight=bool(past.in_flight - {send.message_id}),
        last_inbound_at=past.last_inbound_at,
        send_before=send.send_before,
        last_call_at=past.last_call_at,
        oldest_today_at=past.oldest_day_at,
        oldest_30_days_at=past.oldest_30_days_at,
    )


def _scopes(send: Send) -> frozenset[str]:
    """Return the switches that cover this send."""
    scopes = {"all", f"channel:{send.channel.value}"}
    if send.lead.province is not None:
        scopes.add(f"province:{send.lead.province.value}")
    if send.purpose is Purpose.LADDER:
        scopes.add("ladder")
    return frozenset(scopes)


def receipt(send: Send, facts: gate.Facts, verdict: gate.Verdict, *, moment: str) -> records.Receipt:
    """Return the proof of one verdict: what was read, on which clock, under which rule."""
    return records.Receipt(
        message_id=send.message_id,
        rung_id=send.rung_id,
        at=facts.at,
        moment=moment,
        verdict=type(verdict).__name__.lower(),
        reason=None if isinstance(verdict, gate.Allow) else verdict.reason.value,
        until=verdict.until if isinstance(verdict, gate.Hold) else None,
        facts=gate_record.kept(facts) | _ruling(verdict),
    )


def _ruling(verdict: gate.Verdict) -> dict[str, Any]:
    if isinstance(verdict, gate.Allow):
        return {
            "ground": verdict.ground,
            "consent_id": verdict.consent_id,
            "valid_until": verdict.valid_until.isoformat(),
            "notes": list(verdict.notes),
        }
    return {"rule": verdict.rule}
