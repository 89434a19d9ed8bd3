"""What the gate must know about the past of an address, gathered for many messages at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from domain.keywords import InboundKind
from domain.model import Channel
from storage.tables import IN_FLIGHT, UNREAD_STOP, contacts, leads, messages, replies, rungs
from storage.types import Instant
from storage.unit import Tx

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class History:
    """The past of one address.

    Attributes:
        sent_day: messages handed over in the last 24 hours.
        sent_30_days: messages handed over in the last 30 days.
        calls_30_days: call tasks with a call made in the last 30 days.
        bodies_day: hashes of the texts handed over in the last 24 hours.
        in_flight: ids of messages that are on their way or in doubt.
        last_inbound_at: when the person last wrote, or None.
        last_call_at: when the newest of those calls was made, or None.
        oldest_day_at: when the oldest of ``sent_day`` was handed over, or None.
        oldest_30_days_at: the same for ``sent_30_days``.
        last_start_at: when the person last wrote START, or None.
        stop_unread: whether a text of theirs that may ask us to stop waits for a person to read it.
    """

    sent_day: int = 0
    sent_30_days: int = 0
    calls_30_days: int = 0
    bodies_day: frozenset[str] = frozenset()
    in_flight: frozenset[int] = frozenset()
    last_inbound_at: datetime | None = None
    last_call_at: datetime | None = None
    oldest_day_at: datetime | None = None
    oldest_30_days_at: datetime | None = None
    last_start_at: datetime | None = None
    stop_unread: bool = False


EMPTY = History()


def of_addresses(tx: Tx, addresses: Collection[str], now: datetime) -> dict[str, History]:
    """Return the past of each address in a fixed number of statements, however many there are."""
    if not addresses:
        return {}
    parts: dict[str, dict[str, Any]] = {address: {} for address in addresses}
    _add_sent(tx, parts, now)
    _add_bodies(tx, parts, now)
    _add_in_flight(tx, parts)
    _add_inbound(tx, parts)
    _add_calls(tx, parts, now)
    return {address: History(**part) for address, part in parts.items()}


def team_sent_last_hour(tx: Tx, now: datetime) -> int:
    """Return how many messages the team handed over in the last hour."""
    query = select(func.count()).where(messages.c.handed_over_at > now - HOUR, messages.c.handed_over_at <= now)
    return tx.execute(query).scalar_one()


def _add_sent(tx: Tx, parts: dict[str, dict[str, Any]], now: datetime) -> None:
    in_day = messages.c.handed_over_at > now - DAY
    query = (
        select(
            messages.c.to_address,
            func.sum(case((in_day, 1), else_=0)).label("sent_day"),
            func.count().label("sent_30_days"),
            func.min(case((in_day, messages.c.handed_over_at))).label("oldest_day_at"),
            func.min(messages.c.handed_over_at).label("oldest_30_days_at"),
        )
        .where(messages.c.to_address.in_(parts), messages.c.handed_over_at > now - MONTH)
        .group_by(messages.c.to_address)
    )
    for row in tx.execute(query).mappings():
        counted = dict(row)
        parts[counted.pop("to_address")] |= counted | {"sent_day": int(counted["sent_day"])}


def _add_bodies(tx: Tx, parts: dict[str, dict[str, Any]], now: datetime) -> None:
    query = select(messages.c.to_address, messages.c.body_hash).where(
        messages.c.to_address.in_(parts), messages.c.handed_over_at > now - DAY
    )
    bodies: dict[str, set[str]] = {}
    for address, body in tx.execute(query):
        bodies.setdefault(address, set()).add(body)
    for address, hashes in bodies.items():
        parts[address]["bodies_day"] = frozenset(hashes)


def _add_in_flight(tx: Tx, parts: dict[str, dict[str, Any]]) -> None:
    query = select(messages.c.to_address, messages.c.id).where(messages.c.to_address.in_(parts), IN_FLIGHT)
    for address, message_id in tx.execute(query):
        parts[address]["in_flight"] = parts[address].get("in_flight", frozenset()) | {message_id}


def _add_inbound(tx: Tx, parts: dict[str, dict[str, Any]]) -> None:
    started = case((replies.c.kind == InboundKind.START.value, replies.c.received_at))
    query = (
        select(
            replies.c.from_address,
            func.max(replies.c.received_at),
            func.max(started, type_=Instant()),
            func.count(case((UNREAD_STOP, 1))),
        )
        .where(replies.c.from_address.in_(parts))
        .group_by(replies.c.from_address)
    )
    for address, received_at, started_at, unread in tx.execute(query):
        parts[address] |= {"last_inbound_at": received_at, "last_start_at": started_at, "stop_unread": unread > 0}


def _add_calls(tx: Tx, parts: dict[str, dict[str, Any]], now: datetime) -> None:
    query = (
        select(contacts.c.phone_e164, func.count(), func.max(rungs.c.settled_at))
        .join(leads, leads.c.contact_id == contacts.c.id)
        .join(rungs, rungs.c.lead_id == leads.c.id)
        .where(
            contacts.c.phone_e164.in_(parts),
            rungs.c.channel == Channel.CALL.value,
            rungs.c.outcome.is_not(None),
            rungs.c.settled_at > now - MONTH,
        )
        .group_by(contacts.c.phone_e164)
    )
    for address, calls, newest in tx.execute(query):
        parts[address] |= {"calls_30_days": calls, "last_call_at": newest}
