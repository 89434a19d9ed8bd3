"""What a receipt keeps of the facts the gate read, and how the facts are made of it again.

Kept so that a decision can be proved and decided anew under other rules. No personal data: no name, number, address
or text, and of a consent not its proof.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from domain import chain, clocks
from domain.gate_facts import DnclStatus, Facts
from domain.law import TeamPolicy
from domain.model import Channel, Consent, ConsentBasis, LadderState, Purpose, Suppression, SuppressionReason
from domain.provinces import Province


def kept(facts: Facts, salt: str | None = None) -> dict[str, Any]:
    """Return everything the gate read, JSON types only; the moment itself stands on the receipt.

    Args:
        salt: the contact's, for the digest that vouches for a consent's proof; None leaves the digest empty.
    """
    return {
        "channel": facts.channel,
        "purpose": facts.purpose,
        "province": facts.province,
        "market": facts.market,
        "local_times": {zone: clocks.local(facts.at, zone).isoformat() for zone in sorted(facts.zones)},
        "zone_data": clocks.zone_data_version(),
        "conflicts": len(facts.conflicts),  # their words quote the address
        "consents": [_consent(each, salt) for each in facts.consents],
        "suppressions": [_suppression(each) for each in facts.suppressions],
        "paused": sorted(facts.paused),
        "clock_faults": list(facts.clock_faults),
        "policy_version": facts.policy.version,
        "policy_scope": facts.policy.scope,
        "ladder": facts.ladder,
        "sent_today": facts.sent_today,
        "sent_30_days": facts.sent_30_days,
        "calls_30_days": facts.calls_30_days,
        "team_sent_last_hour": facts.team_sent_last_hour,
        "same_body_within_24h": facts.same_body_within_24h,
        "in_flight": facts.in_flight,
        "stop_unread": facts.stop_unread,
        "national_list": facts.dncl,
        "national_list_checked_on": _iso(facts.national_list_checked_on),
        "last_inbound_at": _iso(facts.last_inbound_at),
        "last_start_at": _iso(facts.last_start_at),
        "send_before": _iso(facts.send_before),
        "last_call_at": _iso(facts.last_call_at),
        "oldest_today_at": _iso(facts.oldest_today_at),
        "oldest_30_days_at": _iso(facts.oldest_30_days_at),
    }


def _consent(consent: Consent, salt: str | None) -> dict[str, Any]:
    return {
        "id": consent.consent_id,
        "basis": consent.basis,
        "channels": sorted(consent.channels),
        "started_at": consent.started_at.isoformat(),
        "expires_at": _iso(consent.expires_at),
        "used": consent.used,
        "reply_id": consent.reply_id,
        "proof_digest": chain.digest(salt, consent.proof),
    }


def _suppression(order: Suppression) -> dict[str, Any]:
    return {"reason": order.reason, "since": order.since.isoformat(), "until": _iso(order.until)}


def _iso(moment: date | None) -> str | None:
    return None if moment is None else moment.isoformat()


def facts_of(at: datetime, stored: Mapping[str, Any], policy: TeamPolicy) -> Facts | None:
    """Return the facts of a receipt, to be decided under a policy.

    Args:
        at: the receipt's moment, aware.
        stored: what ``kept`` returned, read back from the database.
        policy: the rules to decide under.

    Returns:
        None when the receipt is of an earlier version that kept too little.
    """
    try:
        return _facts(at, stored, policy)
    except (KeyError, TypeError, ValueError):
        return None


def _facts(at: datetime, stored: Mapping[str, Any], policy: TeamPolicy) -> Facts:
    return Facts(
        at=at,
        channel=Channel(stored["channel"]),
        purpose=Purpose(stored["purpose"]),
        province=Province(stored["province"]) if stored["province"] else None,
        market=stored["market"],
        zones=frozenset(stored["local_times"]),
        conflicts=("not kept",) * stored["conflicts"],
        consents=tuple(_consent_of(each) for each in stored["consents"]),
        suppressions=tuple(_suppression_of(each) for each in stored["suppressions"]),
        paused=frozenset(stored["paused"]),
        clock_faults=tuple(stored["clock_faults"]),
        policy=policy,
        ladder=LadderState(stored["ladder"]) if stored["ladder"] else None,
        sent_today=stored["sent_today"],
        sent_30_days=stored["sent_30_days"],
        calls_30_days=stored["calls_30_days"],
        team_sent_last_hour=stored["team_sent_last_hour"],
        same_body_within_24h=stored["same_body_within_24h"],
        in_flight=stored["in_flight"],
        stop_unread=stored["stop_unread"],
        last_start_at=_moment(stored["last_start_at"]),
        last_inbound_at=_moment(stored["last_inbound_at"]),
        send_before=_moment(stored["send_before"]),
        dncl=DnclStatus(stored["national_list"]),
        national_list_checked_on=_day(stored["national_list_checked_on"]),
        last_call_at=_moment(stored["last_call_at"]),
        oldest_today_at=_moment(stored["oldest_today_at"]),
        oldest_30_days_at=_moment(stored["oldest_30_days_at"]),
    )


def _consent_of(stored: Mapping[str, Any]) -> Consent:
    return Consent(
        consent_id=stored["id"],
        basis=ConsentBasis(stored["basis"]),
        channels=frozenset(Channel(each) for each in stored["channels"]),
        proof="",
        started_at=datetime.fromisoformat(stored["started_at"]),
        expires_at=_moment(stored["expires_at"]),
        used=stored["used"],
        reply_id=stored["reply_id"],
    )


def _suppression_of(stored: Mapping[str, Any]) -> Suppression:
    return Suppression(
        SuppressionReason(stored["reason"]), datetime.fromisoformat(stored["since"]), _moment(stored["until"])
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
