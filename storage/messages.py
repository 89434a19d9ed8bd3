"""The outbox of everything that leaves for a contact, and the moves of the send protocol.

Each function is one step of the protocol in docs/flow.md; which moves are lawful is decided in ``domain.delivery``.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, Row, TextClause, bindparam, or_, select, update

from domain.doubt import Doubt
from domain.model import Channel, Contact, Language, Message, MessageState, Purpose
from domain.policies import Scope
from storage.claims import FREE
from storage.dialect import insert_or_ignore, skip_locked
from storage.places import leads_in
from storage.tables import CLAIMABLE, DOUBTFUL, IN_FLIGHT, messages
from storage.unit import Tx


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message as planned, before it has a number."""

    intent_key: str
    contact_id: int
    lead_id: int | None
    deal_id: int | None
    rung_id: int | None
    channel: Channel
    purpose: Purpose
    to_address: str
    body: str
    language: Language
    state: MessageState
    reason: str | None
    opens_at: datetime | None
    available_at: datetime
    send_before: datetime
    requested_by: str
    correlation_id: str


def body_hash(body: str) -> str:
    """Return what two equal texts have in common without being the text."""
    return hashlib.sha256(body.encode()).hexdigest()


def plan(tx: Tx, new: NewMessage, now: datetime) -> int | None:
    """Store a planned message.

    Returns:
        Its id, or None when this intent was planned before: then nothing is stored.
    """
    values = {name: getattr(new, name) for name in NewMessage.__slots__}
    values |= {"body_hash": body_hash(new.body), "created_at": now, "state_at": now}
    if not insert_or_ignore(tx, messages, values):
        return None
    message_id: int = tx.execute(select(messages.c.id).where(messages.c.intent_key == new.intent_key)).scalar_one()
    return message_id


def claimed(tx: Tx, message_ids: Collection[int], owner: str) -> tuple[Message, ...]:
    """Return those of the messages that still wait and are leased to ``owner``, locked until the transaction ends.

    Oldest first. What somebody else has locked, such as a STOP, is left to them.
    """
    ours = messages.c.id.in_(message_ids) & (messages.c.lease_owner == owner)
    query = select(messages).where(ours, CLAIMABLE).order_by(messages.c.available_at, messages.c.id)
    return _all(tx, skip_locked(tx, query, of=messages))


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to hand one message to a provider once."""

    message_id: int
    attempt_token: str
    owner: str
    leased_at: datetime
    lease_until: datetime
    expires_at: datetime
    consent_id: int | None


def dispatching(tx: Tx, claims: Sequence[Claim], now: datetime) -> None:
    """Commit-before-bytes: note that these messages are about to be handed over."""
    if not claims:
        return
    change = (
        update(messages)
        .where(messages.c.id == bindparam("message"), CLAIMABLE)
        .values(
            state=MessageState.DISPATCHING.value,
            reason=None,
            opens_at=None,
            attempt=messages.c.attempt + 1,
            attempt_token=bindparam("token"),
            claims=0,
            last_error=None,
            lease_owner=bindparam("owner"),
            leased_at=bindparam("leased"),
            lease_until=bindparam("lease"),
            consent_id=bindparam("consent"),
            attempt_began_at=now,
            attempt_expires_at=bindparam("expires"),
            empty_look_at=None,
            state_at=now,
        )
    )
    rows = [
        {
            "message": claim.message_id,
            "token": claim.attempt_token,
            "owner": claim.owner,
            "leased": claim.leased_at,
            "lease": claim.lease_until,
            "consent": claim.consent_id,
            "expires": claim.expires_at,
        }
        for claim in claims
    ]
    tx.execute(change, rows)


class HandoverChanges(TypedDict, total=False):
    """What an attempt may change besides the state."""

    provider_sid: str
    error_code: int | None
    reason: str
    available_at: datetime


def record_handover(
    tx: Tx,
    message_id: int,
    *,
    attempt: int,
    owner: str,
    state: MessageState,
    now: datetime,
    **changes: Unpack[HandoverChanges],
) -> bool:
    """Write the result of one attempt, if the attempt and its owner still hold the message (fencing).

    Returns:
        False when somebody else has settled it meanwhile; the caller stores the result as evidence only.
    """
    held = (
        (messages.c.id == message_id)
        & (messages.c.attempt == attempt)
        & (messages.c.lease_owner == owner)
        & (messages.c.state == MessageState.DISPATCHING.value)
    )
    values: dict[str, Any] = {"state": state, "state_at": now, "lease_owner": None, "lease_until": None, **changes}
    if "provider_sid" in changes:
        values["handed_over_at"] = now
    return tx.execute(update(messages).where(held).values(values)).rowcount == 1


def move(tx: Tx, message_id: int, *, known: MessageState, state: MessageState, now: datetime, **changes: Any) -> bool:  # noqa: ANN401 - column values
    """Move one message on from a state somebody just read.

    Returns:
        False when it has moved meanwhile.
    """
    still = (messages.c.id == message_id) & (messages.c.state == known.value)
    return tx.execute(update(messages).where(still).values(state=state, state_at=now, **changes)).rowcount == 1


@dataclass(frozen=True, slots=True)
class Keep:
    """Why one message stays here for now, until when if anybody can know, and when to look again."""

    message_id: int
    reason: str
    opens_at: datetime | None
    again_at: datetime


def hold(tx: Tx, keeps: Sequence[Keep], now: datetime) -> None:
    """Keep messages back."""
    if not keeps:
        return
    change = (
        update(messages)
        .where(messages.c.id == bindparam("message"), CLAIMABLE)
        .values(
            state=MessageState.HELD.value,
            reason=bindparam("why"),
            opens_at=bindparam("opens"),
            available_at=bindparam("again"),
            state_at=now,
            **FREE,
        )
    )
    rows = [
        {"message": keep.message_id, "why": keep.reason, "opens": keep.opens_at, "again": keep.again_at}
        for keep in keeps
    ]
    tx.execute(change, rows)


def end(tx: Tx, ends: Sequence[tuple[int, MessageState, str]], now: datetime) -> None:
    """End messages that will not be sent: triples of id, final state and reason."""
    if not ends:
        return
    change = (
        update(messages)
        .where(messages.c.id == bindparam("message"), CLAIMABLE)
        .values(state=bindparam("final"), reason=bindparam("why"), state_at=now, **FREE)
    )
    tx.execute(change, [{"message": message_id, "final": state.value, "why": why} for message_id, state, why in ends])


def cancel_open_to(tx: Tx, address: str, reason: str, now: datetime) -> tuple[Message, ...]:
    """Cancel every message to ``address`` that has not begun to leave, and return them.

    The one that confirms an opt-out stays: a second STOP must not take back the answer to the first.
    """
    told = messages.c.purpose != Purpose.OPT_OUT_CONFIRMATION.value
    return _cancel(tx, (messages.c.to_address == address) & told, reason, now)


def cancel_open_ladder(tx: Tx, lead_ids: Collection[int], reason: str, now: datetime) -> tuple[Message, ...]:
    """Cancel the unsent ladder messages of these leads, and return them."""
    ladder = messages.c.lead_id.in_(lead_ids) & (messages.c.purpose == Purpose.LADDER.value)
    return _cancel(tx, ladder, reason, now)


def look_again_to(tx: Tx, address: str, now: datetime) -> None:
    """Bring every held message to a number before the gate at once."""
    held = (messages.c.to_address == address) & (messages.c.state == MessageState.HELD.value)
    tx.execute(update(messages).where(held).values(available_at=now))


def look_again(tx: Tx, lead_id: int, now: datetime) -> None:
    """Bring a lead's held messages before the gate at once, because what held them may have changed."""
    held = (messages.c.lead_id == lead_id) & (messages.c.state == MessageState.HELD.value)
    tx.execute(update(messages).where(held).values(available_at=now))


def look_again_in(tx: Tx, scope: Scope, reasons: Collection[str], now: datetime) -> None:
    """Bring the messages of a place that are held for one of these reasons before the gate at once."""
    held = (messages.c.state == MessageState.HELD.value) & messages.c.reason.in_(reasons)
    there = held & (messages.c.available_at > now) & messages.c.lead_id.in_(leads_in(scope))
    tx.execute(update(messages).where(there).values(available_at=now))


def expired_leases(tx: Tx, wall: datetime, limit: int) -> tuple[int, ...]:
    """Return the ids of messages whose worker has not reported in time."""
    expired = _expired(wall)
    return tuple(tx.execute(select(messages.c.id).where(*expired).limit(limit)).scalars())


def expired_lease(tx: Tx, message_id: int, wall: datetime) -> Message | None:
    """Return a message if its worker has not reported in time, locked against others until the transaction ends."""
    query = select(messages).where(messages.c.id == message_id, *_expired(wall))
    found = _all(tx, skip_locked(tx, query, of=messages))
    return found[0] if found else None


def _expired(wall: datetime) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return IN_FLIGHT, messages.c.state == MessageState.DISPATCHING.value, messages.c.lease_until < wall


@dataclass(frozen=True, slots=True)
class Doubtful:
    """One message in doubt, with what is known about its attempt."""

    message: Message
    doubt: Doubt
    consent_id: int | None


def doubtful(tx: Tx, now: datetime, limit: int) -> tuple[int, ...]:
    """Return the ids of messages in doubt that are due for a look at the provider's list."""
    query = (
        select(messages.c.id)
        .where(DOUBTFUL, messages.c.available_at <= now)
        .order_by(messages.c.available_at, messages.c.id)
        .limit(limit)
    )
    return tuple(tx.execute(query).scalars())


def look_later(tx: Tx, message_id: int, at: datetime) -> None:
    """Put off the next look at a message in doubt."""
    tx.execute(update(messages).where(messages.c.id == message_id, DOUBTFUL).values(available_at=at))


def in_doubt(tx: Tx, message_id: int) -> Doubtful | None:
    """Return a message if it is still in doubt, locked against others until the transaction ends."""
    query = select(messages).where(messages.c.id == message_id, DOUBTFUL)
    row = tx.execute(query if tx.dialect.name == "sqlite" else query.with_for_update()).one_or_none()
    return None if row is None else _doubtful_from(row)


def known_sids(tx: Tx, sids: Collection[str]) -> frozenset[str]:
    """Return those of the provider's names that are messages of ours."""
    query = select(messages.c.provider_sid).where(messages.c.provider_sid.in_(sids))
    return frozenset(sid for sid in tx.execute(query).scalars() if sid is not None)


def bodies_in_doubt(tx: Tx, addresses: Collection[str]) -> frozenset[tuple[str, str]]:
    """Return number and body hash of every message to these numbers that is leaving or in doubt."""
    query = select(messages.c.to_address, messages.c.body_hash).where(messages.c.to_address.in_(addresses), IN_FLIGHT)
    return frozenset((row.to_address, row.body_hash) for row in tx.execute(query))


def add_found(tx: Tx, provider_sid: str, contact: Contact, body: str, sent_at: datetime) -> bool:
    """Store a text that the provider sent for us and our books lost; True when it is new."""
    values = {
        "intent_key": f"found:{provider_sid}",
        "contact_id": contact.contact_id,
        "channel": Channel.SMS,
        "purpose": Purpose.MANUAL,
        "to_address": contact.phone_e164,
        "body": body,
        "body_hash": body_hash(body),
        "language": contact.language,
        "state": MessageState.ACCEPTED,
        "reason": "found_at_the_provider",
        "available_at": sent_at,
        "send_before": sent_at,
        "provider_sid": provider_sid,
        "requested_by": "system",
        "created_at": sent_at,
        "state_at": sent_at,
        "handed_over_at": sent_at,
        "correlation_id": f"found:{provider_sid}",
    }
    return insert_or_ignore(tx, messages, values)


def find(tx: Tx, message_id: int) -> Message | None:
    """Return one message, or None."""
    return _one_or_none(tx, messages.c.id == message_id)


def find_by_intent(tx: Tx, intent_key: str) -> Message | None:
    """Return the message an intent was planned as, or None."""
    return _one_or_none(tx, messages.c.intent_key == intent_key)


def find_by_token(tx: Tx, attempt_token: str) -> Message | None:
    """Return the message whose newest attempt carried this token, locked until the transaction ends, or None.

    Without the lock, a report that comes as its attempt's result is written would find the message moved, and be lost.
    """
    query = select(messages).where(messages.c.attempt_token == attempt_token)
    row = tx.execute(query if tx.dialect.name == "sqlite" else query.with_for_update()).one_or_none()
    return None if row is None else _message_from(row)


def find_by_sid(tx: Tx, provider_sid: str) -> Message | None:
    """Return the message the provider calls ``provider_sid``, or None."""
    return _one_or_none(tx, messages.c.provider_sid == provider_sid)


def of_leads(tx: Tx, lead_ids: Collection[int]) -> dict[int, tuple[Message, ...]]:
    """Return the messages of each lead, oldest first."""
    found: dict[int, list[Message]] = {}
    query = select(messages).where(messages.c.lead_id.in_(lead_ids)).order_by(messages.c.lead_id, messages.c.id)
    for message in _all(tx, query):
        found.setdefault(message.lead_id or 0, []).append(message)
    return {lead_id: tuple(group) for lead_id, group in found.items()}


def _cancel(tx: Tx, whose: Any, reason: str, now: datetime) -> tuple[Message, ...]:  # noqa: ANN401 - a SQL condition
    change = (
        update(messages)
        .where(whose, or_(CLAIMABLE, messages.c.state == MessageState.DEAD.value))
        .values(state=MessageState.CANCELLED.value, reason=reason, state_at=now, **FREE)
        .returning(*messages.c)
    )
    return tuple(_message_from(row) for row in tx.execute(change))


def _all(tx: Tx, query: Any) -> tuple[Message, ...]:  # noqa: ANN401 - any select of messages
    return tuple(_message_from(row) for row in tx.execute(query))


def _one_or_none(tx: Tx, condition: Any) -> Message | None:  # noqa: ANN401 - a SQL condition
    row = tx.execute(select(messages).where(condition)).one_or_none()
    return None if row is None else _message_from(row)


def _doubtful_from(row: Row[Any]) -> Doubtful:
    doubt = Doubt(row.attempt_began_at, row.attempt_expires_at, row.empty_look_at, row.resent)
    return Doubtful(_message_from(row), doubt, row.consent_id)


def _message_from(row: Row[Any]) -> Message:
    return Message(
        message_id=row.id,
        intent_key=row.intent_key,
        contact_id=row.contact_id,
        lead_id=row.lead_id,
        deal_id=row.deal_id,
        rung_id=row.rung_id,
        channel=Channel(row.channel),
        purpose=Purpose(row.purpose),
        to_address=row.to_address,
        body=row.body,
        language=Language(row.language),
        state=MessageState(row.state),
        reason=row.reason,
        opens_at=row.opens_at,
        available_at=row.available_at,
        send_before=row.send_before,
        attempt=row.attempt,
        provider_sid=row.provider_sid,
        error_code=row.error_code,
        created_at=row.created_at,
        state_at=row.state_at,
        requested_by=row.requested_by,
        correlation_id=row.correlation_id,
        last_error=row.last_error,
    )
