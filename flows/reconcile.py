"""Settle texts in doubt: compare with the provider's own list, ask a person when it proves nothing, obey the answer.

Also, after a restart: learn what the provider sent that our books (perhaps restored from a backup) do not know.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain import doubt
from domain.doubt import Finding
from domain.errors import DomainError, NotFoundError
from domain.model import Actor, Message, MessageState, RungState
from flows import ladder_moves, queue_message, settle_delivery
from flows.team import Team
from storage import cards, contacts, inbox, messages, records
from storage.unit import Database, Tx


@dataclass(frozen=True, slots=True)
class Listed:
    """One text as the provider's list has it."""

    provider_sid: str
    to_address: str
    body: str
    status: str
    created_at: datetime


class Answer(StrEnum):
    """What a person says of a text nobody could prove."""

    SENT = "sent"
    AGAIN = "again"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Decision:
    """One click on the card of a text in doubt; ``key`` is its identity."""

    key: str
    message_id: int
    answer: Answer
    actor: Actor


def due(db: Database, now: datetime, *, limit: int = 20) -> tuple[int, ...]:
    """Return the ids of the texts in doubt that should be looked up now."""
    with db.read() as tx:
        return messages.doubtful(tx, now, limit)


def find(db: Database, message_id: int) -> messages.Doubtful | None:
    """Return a text if it is still in doubt, or None."""
    with db.read() as tx:
        return messages.in_doubt(tx, message_id)


def look(db: Database, team: Team, message_id: int, listed: Sequence[Listed], now: datetime) -> Finding | None:
    """Conclude from one listing of the texts to a message's number.

    Returns:
        What was concluded, or None when the doubt had ended meanwhile.
    """
    with db.write() as tx:
        known = messages.in_doubt(tx, message_id)
        if known is None:
            return None
        matches = _matches(tx, known, listed)
        conclusion = doubt.conclude(known.doubt, len(matches), now)
        match conclusion.finding:
            case Finding.ADOPT:
                _adopt(tx, known.message, matches[0], now)
            case Finding.WAIT:
                _wait(tx, known, conclusion.look_at or now, now, empty=not matches)
            case Finding.RESEND:
                _resend(tx, known, now)
            case Finding.ASK:
                _ask(tx, team, known.message, now)
        queue_message.show(tx, known.message, now)
    return conclusion.finding


def postpone(db: Database, message_id: int, now: datetime) -> None:
    """Put off the next look at a text whose look failed, so that it does not stand before the others."""
    with db.write() as tx:
        messages.look_later(tx, message_id, now + doubt.BETWEEN_LOOKS)


def _matches(tx: Tx, known: messages.Doubtful, listed: Sequence[Listed]) -> list[Listed]:
    """Return the provider's texts that can only be this attempt."""
    message, began_at = known.message, known.doubt.began_at - doubt.GRACE
    alike = [
        each
        for each in listed
        if each.to_address == message.to_address and each.body == message.body and each.created_at >= began_at
    ]
    ours = messages.known_sids(tx, [each.provider_sid for each in alike])
    return [each for each in alike if each.provider_sid not in ours]


def _adopt(tx: Tx, message: Message, found: Listed, now: datetime) -> None:
    changes = {"provider_sid": found.provider_sid, "handed_over_at": found.created_at, "reason": None}
    if messages.move(tx, message.message_id, known=message.state, state=MessageState.ACCEPTED, now=now, **changes):
        settle_delivery.accepted(tx, message, now)
        records.note(tx, now, action="doubt_adopted", actor="system", subject=message.ref)


def _wait(tx: Tx, known: messages.Doubtful, look_at: datetime, now: datetime, *, empty: bool) -> None:
    first = known.doubt.empty_look_at or (now if empty else None)
    message = known.message
    messages.move(
        tx, message.message_id, known=message.state, state=message.state, now=now, available_at=look_at,
        empty_look_at=first,
    )  # fmt: skip


def _resend(tx: Tx, known: messages.Doubtful, now: datetime) -> None:
    """Send it back to the gate, once: it is proved that nothing left."""
    message = known.message
    changes = {"resent": True, "available_at": now, "reason": None}
    if messages.move(tx, message.message_id, known=message.state, state=MessageState.READY, now=now, **changes):
        if known.consent_id is not None:
            contacts.return_consent(tx, known.consent_id)
        records.note(tx, now, action="doubt_resent", actor="system", subject=message.ref)


def _ask(tx: Tx, team: Team, message: Message, now: datetime) -> None:
    if messages.move(tx, message.message_id, known=message.state, state=MessageState.NEEDS_PERSON, now=now):
        parent = None if message.lead_id is None else ("lead", message.lead_id)
        cards.mark(tx, "doubt", message.message_id, now, channel=team.leads_channel, parent=parent)


def decide(db: Database, decision: Decision, now: datetime) -> Message:
    """Obey what a person says of a text in doubt.

    Raises:
        DomainError: it was settled before; says how it stands now.
    """
    with db.write() as tx:
        message = messages.find(tx, decision.message_id)
        if message is None:
            raise NotFoundError("That text")
        if inbox.accept(tx, decision.key, now):
            if message.state is not MessageState.NEEDS_PERSON:
                raise DomainError("doubt_settled", f"Already settled: {message.ref} is {message.state.value} now.")
            _obey(tx, message, decision.answer, now)
            action = f"doubt_{decision.answer.value}"
            records.note(tx, now, action=action, actor=decision.actor.slack_id, subject=message.ref)
            cards.mark(tx, "doubt", message.message_id, now)
            queue_message.show(tx, message, now)
    return message


def _obey(tx: Tx, message: Message, answer: Answer, now: datetime) -> None:
    def move(state: MessageState, **changes: object) -> bool:
        return messages.move(tx, message.message_id, known=message.state, state=state, now=now, **changes)

    match answer:
        case Answer.SENT:
            if move(MessageState.ACCEPTED, handed_over_at=now, reason="said_by_a_person"):
                settle_delivery.accepted(tx, message, now)
        case Answer.AGAIN:
            move(MessageState.READY, resent=True, available_at=now, reason=None)
        case Answer.DROP:
            move(MessageState.CANCELLED, reason="dropped_by_a_person")
            ladder_moves.settle_rung(tx, message, RungState.SKIPPED, now, note="dropped_by_a_person")


def learn(db: Database, listed: Collection[Listed], now: datetime) -> int:
    """Put into our books what the provider sent and we do not know, so that the gate counts it and nothing is repeated.

    Returns:
        How many such texts there were; more than none means that the database was restored from a backup.
    """
    with db.write() as tx:
        ours = messages.known_sids(tx, [each.provider_sid for each in listed])
        strangers = [each for each in listed if each.provider_sid not in ours]
        doubted = messages.bodies_in_doubt(tx, {each.to_address for each in strangers})
        new = [each for each in strangers if (each.to_address, messages.body_hash(each.body)) not in doubted]
        for each in new:
            for contact in contacts.with_phone(tx, each.to_address)[:1]:
                messages.add_found(tx, each.provider_sid, contact, each.body, each.created_at)
        if new:
            records.note(tx, now, action="sends_learnt", actor="system", subject="provider", count=len(new))
    return len(new)
