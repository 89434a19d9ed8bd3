"""Tell what happened to a person, a lead, a text, or in a period: one line an event, oldest first.

Who was contacted, when, by whom, on what consent, which lists and hours were checked, what was said, and what was done
about a STOP. For whoever has to answer for it: consent is for the sender to prove (CASL, S.C. 2010 c. 23, s. 13).
"""

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import chain, clocks
from storage import evidence, messages
from storage.evidence import Scope
from storage.unit import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        at: aware UTC.
        local: the same moment on every clock the person may live by.
        event: ``consent``, ``verdict``, ``text``, ``reply``, ``call``, ``do_not_contact`` or ``audit``.
        by: Slack id, ``system``, or what else did it.
        rule: the rule that held or refused, or the legal ground that allowed.
        lists: which lists were read and what they said.
        window_until: until when a verdict stood.
        matches: whether number, text and consent proof are those the receipt vouches for; None when nothing can tell.
        line: number in the audit, with its hash.
    """

    at: datetime
    local: str = ""
    event: str
    ref: str | None = None
    lead: str | None = None
    person: str | None = None
    number: str | None = None
    by: str | None = None
    channel: str | None = None
    purpose: str | None = None
    moment: str | None = None
    verdict: str | None = None
    reason: str | None = None
    rule: str | None = None
    consent: int | None = None
    basis: str | None = None
    proof: str | None = None
    consent_from: datetime | None = None
    consent_until: datetime | None = None
    lists: str | None = None
    window_until: str | None = None
    policy: str | None = None
    zone_data: str | None = None
    state: str | None = None
    text: str | None = None
    matches: bool | None = None
    line: int | None = None
    hash: str | None = None


def tell(tx: Tx, scope: Scope) -> Iterator[Event]:
    """Yield every event, oldest first, a page of each kind in memory at a time."""
    kinds = (
        map(_consent, evidence.consent_rows(tx, scope)),
        map(_verdict, evidence.text_receipts(tx, scope)),
        map(_verdict, evidence.call_receipts(tx, scope)),
        map(_text, evidence.text_rows(tx, scope)),
        map(_call, evidence.call_rows(tx, scope)),
        map(_reply, evidence.reply_rows(tx, scope)),
        map(_order, evidence.order_rows(tx, scope)),
        map(_audit, evidence.audit_rows(tx, scope)),
    )
    return heapq.merge(*kinds, key=lambda event: event.at)


def _consent(row: Mapping[str, Any]) -> Event:
    return Event(
        event="consent",
        by=row["recorded_by"],
        consent=row["id"],
        basis=row["basis"],
        proof=row["proof"],
        consent_from=row["at"],
        consent_until=row["expires_at"],
        text=row["shown"],
        **_who(row),
    )


def _verdict(row: Mapping[str, Any]) -> Event:
    facts = row["facts"]
    ground = _ground(facts)
    return Event(
        event="verdict",
        ref=f"M-{row['message_id']}" if row["message_id"] else None,
        by=row["actor"],
        channel=facts.get("channel"),
        purpose=facts.get("purpose"),
        moment=row["moment"],
        verdict=row["verdict"],
        reason=row["reason"],
        rule=facts.get("rule") or facts.get("ground"),
        consent=facts.get("consent_id"),
        basis=ground.get("basis"),
        proof=row["proof"],
        consent_from=_instant(ground.get("started_at")),
        consent_until=_instant(ground.get("expires_at")),
        lists=_lists(facts, row["at"]),
        window_until=facts.get("valid_until") or (row["until"].isoformat() if row["until"] else None),
        policy=str(facts.get("policy_version")),
        zone_data=facts.get("zone_data"),
        text=row.get("body"),
        matches=_matches(row, ground),
        line=row["id"],
        hash=row["hash"],
        **_who(row) | {"local": _on_clocks(facts.get("local_times"))},
    )


def _ground(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the consent a verdict rests on, as the receipt describes it."""
    return next((each for each in facts["consents"] if each["id"] == facts.get("consent_id")), {})


def _lists(facts: Mapping[str, Any], at: datetime) -> str:
    own = ", ".join(each["reason"] for each in facts["suppressions"] if _stood(each, at)) or "not listed"
    checked_on = facts.get("national_list_checked_on") or "no copy"
    return f"own: {own}; national: {facts.get('national_list')} ({checked_on})"


def _stood(order: Mapping[str, Any], at: datetime) -> bool:
    return order["until"] is None or at < datetime.fromisoformat(order["until"])


def _matches(row: Mapping[str, Any], ground: Mapping[str, Any]) -> bool | None:
    """Tell whether what is stored now is what the receipt vouches for; None once the salt was destroyed."""
    body = row.get("body")
    pairs = (
        (row["facts"].get("number_digest"), row["to_address"]),
        (row["facts"].get("text_digest"), None if body is None else messages.body_hash(body)),
        (ground.get("proof_digest"), row["proof"]),
    )
    told = [(seen, chain.digest(row["salt"], now)) for seen, now in pairs if seen is not None]
    if row["salt"] is None or not told:
        return None
    return all(seen == now for seen, now in told)


def _text(row: Mapping[str, Any]) -> Event:
    return Event(
        event="text",
        ref=f"M-{row['id']}",
        by=row["requested_by"],
        channel=row["channel"],
        purpose=row["purpose"],
        reason=row["reason"],
        consent=row["consent_id"],
        basis=row["basis"],
        proof=row["proof"],
        consent_from=row["started_at"],
        consent_until=row["expires_at"],
        state=row["state"] if row["handed_over_at"] else f"{row['state']}, never sent",
        text=row["body"],
        **_who(row),
    )


def _call(row: Mapping[str, Any]) -> Event:
    return Event(event="call", by=row["outcome_by"], channel="call", state=row["outcome"], **_who(row))


def _reply(row: Mapping[str, Any]) -> Event:
    return Event(event="reply", ref=f"R-{row['id']}", by="contact", state=row["kind"], text=row["body"], **_who(row))


def _order(row: Mapping[str, Any]) -> Event:
    until = row["until"].isoformat() if row["until"] else "for good"
    return Event(event="do_not_contact", by=row["source"], reason=row["reason"], window_until=until, **_who(row))


def _audit(row: Mapping[str, Any]) -> Event:
    detail = json.dumps(row["detail"], sort_keys=True, ensure_ascii=False) if row["detail"] else None
    return Event(
        at=row["at"],
        event="audit",
        ref=row["subject"],
        by=row["actor"],
        reason=row["action"],
        text=detail,
        line=row["id"],
        hash=row["hash"],
    )


def _who(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the rows of every kind tell: when, and about whom."""
    lead_id = row.get("lead_id")
    return {
        "at": row["at"],
        "local": _on_clocks({zone: clocks.local(row["at"], zone).isoformat() for zone in row.get("zones") or ()}),
        "lead": None if lead_id is None else f"L-{lead_id}",
        "person": row.get("person"),
        "number": row["number"],
    }


def _on_clocks(times: Mapping[str, str] | Iterable[str] | None) -> str:
    if isinstance(times, Mapping):
        return "; ".join(f"{at} {zone}" for zone, at in sorted(times.items()))
    return "; ".join(times or ())


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
