"""Gather what the gate reads, for many sends at once; ask it; keep the receipt.

The one road to ``domain.gate``: no other flow builds its facts, so no caller can supply a time, a window or a force flag.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain import clocks, gate
from domain.model import Channel, Lead, Purpose
from flows.team import Team
from storage import contacts, history, records
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


def decide(
    tx: Tx, team: Team, sends: Sequence[Send], now: datetime, *, moment: str
) -> tuple[tuple[gate.Facts, gate.Verdict], ...]:
    """Return facts and verdict of each send, in order; a fixed number of statements, however many there are."""
    gathered = _gather(tx, team, sends, now)
    return tuple((facts, gate.decide(facts)) for facts in gathered)


def receipt(send: Send, facts: gate.Facts, verdict: gate.Verdict, *, moment: str) -> records.Receipt:
    """Return the proof of one verdict: what was read, which clock, which rule."""
    kind, reason, until = _in_words(verdict)
    return records.Receipt(
        message_id=send.message_id,
        rung_id=send.rung_id,
        at=facts.at,
        moment=moment,
        verdict=kind,
        reason=reason,
        until=until,
        facts=_facts_as_json(facts, verdict),
    )
