"""Gather what the gate reads, for many sends at once; ask it; keep the receipt.

The one road to ``domain.gate``: no other flow builds its facts, so no caller can supply a time or a force flag.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import chain, gate, gate_record, policies
from domain.law import TeamPolicy
from domain.model import Channel, Consent, Lead, Purpose, Suppression
from flows import do_not_call
from flows.team import Team
from storage import contacts, history, records, suppressions
from storage import policies as policy_rows
from storage.unit import Tx


@dataclass(frozen=True, slots=True)
class Send:
    """One thing somebody wants to send or call.

    Attributes:
        address: number or mailbox.
        actor: Slack id of who asked for it, or ``system``.
        body_hash: what equal texts share, or None for a call.
        message_id: the stored message, or None when it is only being planned.
    """

    contact_id: int
    address: str
    lead: Lead
    channel: Channel
    purpose: Purpose
    actor: str
    body_hash: str | None = None
    send_before: datetime | None = None
    message_id: int | None = None
    rung_id: int | None = None


def decide(tx: Tx, team: Team, sends: Sequence[Send], now: datetime) -> tuple[tuple[gate.Facts, gate.Verdict], ...]:
    """Return facts and verdict of each send, in order; a fixed number of statements, however many there are."""
    if not sends:
        return ()
    # Before the switches are read: once the watch trusts a clock again, the switch it pulled is there to be seen.
    faults = (*team.clock_faults, *team.watch())
    past = history.of_addresses(tx, {send.address for send in sends}, now)
    grounds = contacts.consents_of(tx, {send.contact_id for send in sends})
    orders = suppressions.of_addresses(tx, {send.address for send in sends}, team.hash_key)
    looked_up = do_not_call.look_up(tx, team, {send.address for send in sends if send.channel is Channel.CALL})
    rules = _in_force(tx, sends, now)
    shared = _Shared(now, faults, records.paused_scopes(tx), history.team_sent_last_hour(tx, now))
    gathered = [
        _facts(
            shared,
            send,
            policies.choose(rules, send.lead.province, send.lead.market),
            past[send.address],
            grounds.get(send.contact_id, ()),
            orders.get(send.address, ()),
            looked_up.get(send.address, do_not_call.NO_COPY),
        )
        for send in sends
    ]
    return tuple((facts, gate.decide(facts)) for facts in gathered)


def _in_force(tx: Tx, sends: Sequence[Send], now: datetime) -> dict[str, TeamPolicy]:
    """Return the rules in force wherever these sends go, read anew each time: at hand-over nothing may be stale."""
    scopes = {scope.key for send in sends for scope in policies.lookup(send.lead.province, send.lead.market)}
    return {key: policy.rules for key, policy in policy_rows.in_force(tx, now, scopes).items()}


def rules_for(tx: Tx, lead: Lead, now: datetime) -> TeamPolicy:
    """Return the rules in force where a lead's property stands."""
    scopes = {scope.key for scope in policies.lookup(lead.province, lead.market)}
    rules = {key: policy.rules for key, policy in policy_rows.in_force(tx, now, scopes).items()}
    return policies.choose(rules, lead.province, lead.market)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What is the same for every send of one decision."""

    now: datetime
    clock_faults: tuple[str, ...]
    paused: frozenset[str]
    team_sent_last_hour: int


def _facts(
    shared: _Shared,
    send: Send,
    policy: TeamPolicy,
    past: history.History,
    grounds: tuple[Consent, ...],
    orders: tuple[Suppression, ...],
    looked_up: do_not_call.LookUp,
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
        clock_faults=shared.clock_faults,
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
        last_start_at=past.last_start_at,
        stop_unread=past.stop_unread,
        dncl=looked_up.status,
        national_list_checked_on=looked_up.version_on,
    )


def _scopes(send: Send) -> frozenset[str]:
    """Return the switches that cover this send."""
    scopes = {"all", f"channel:{send.channel.value}"}
    if send.lead.province is not None:
        scopes.add(f"province:{send.lead.province.value}")
    if send.purpose is Purpose.LADDER:
        scopes.add("ladder")
    return frozenset(scopes)


Judged = tuple[Send, gate.Facts, gate.Verdict]
"""One send, what the gate read about it, and what it said."""


def keep_receipts(tx: Tx, judged: Sequence[Judged], *, moment: str) -> None:
    """Append the proof of each verdict to the audit: what was read, on which clock, under which rule, for whom."""
    salts = contacts.salts_of(tx, {send.contact_id for send, _facts, _verdict in judged})
    records.add_receipts(tx, [_receipt(*each, salts.get(each[0].contact_id), moment=moment) for each in judged])


def _receipt(send: Send, facts: gate.Facts, verdict: gate.Verdict, salt: str | None, *, moment: str) -> records.Receipt:
    return records.Receipt(
        message_id=send.message_id,
        rung_id=send.rung_id,
        at=facts.at,
        moment=moment,
        actor=send.actor,
        verdict=type(verdict).__name__.lower(),
        reason=None if isinstance(verdict, gate.Allow) else verdict.reason.value,
        until=verdict.until if isinstance(verdict, gate.Hold) else None,
        facts=gate_record.kept(facts, salt) | _digests(send, salt) | _ruling(send, verdict),
    )


def _digests(send: Send, salt: str | None) -> dict[str, Any]:
    """Vouch for number and text without telling them: whoever holds both and the salt can show that they are these."""
    return {
        "number_digest": chain.digest(salt, send.address),
        "text_digest": chain.digest(salt, send.body_hash),
    }


_WITHOUT_CONSENT = {
    Purpose.OPT_OUT_CONFIRMATION: "answer_to_stop",
    Purpose.CONSENT_QUESTION: "answer_to_start",
}
"""What else a message may rest on; a live call needs no consent at all."""


def _ruling(send: Send, verdict: gate.Verdict) -> dict[str, Any]:
    if isinstance(verdict, gate.Allow):
        otherwise = _WITHOUT_CONSENT.get(send.purpose, "live_call")
        return {
            # Not the ground in words: they quote the proof.
            "ground": verdict.consent.basis if verdict.consent else otherwise,
            "consent_id": verdict.consent.consent_id if verdict.consent else None,
            "valid_until": verdict.valid_until.isoformat(),
            "notes": list(verdict.notes),
        }
    return {"rule": verdict.rule}
