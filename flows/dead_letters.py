"""Rows we could not work on, time and again: put before a person, and what the person decides about them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain import kpi
from domain.errors import DomainError, NotFoundError
from domain.model import Actor, Lead, Message, MessageState, Rung, RungState
from flows import ladder_moves, queue_message
from flows.team import Team
from storage import cards, claims, inbox, ladders, leads, messages, records
from storage.claims import Queue
from storage.unit import Database, Tx

DROPPED = "dropped_by_a_person"


class Answer(StrEnum):
    """What a person decides."""

    AGAIN = "again"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Decision:
    """One click on the card of something dead; ``key`` is its identity.

    Attributes:
        row_id: the message or the rung the card is about.
    """

    key: str
    row_id: int
    answer: Answer
    actor: Actor


def bury(tx: Tx, team: Team, queue: Queue, ids: Collection[int], now: datetime) -> None:
    """Give up what was claimed too often, and ask about it in the lead's thread.

    It reads and draws as little as it can: what broke the work must not break this too.
    """
    if not ids:
        return
    kind = _KINDS[queue.name]
    for dead in claims.bury(tx, queue, ids):
        subject = f"M-{dead.row_id}" if queue is claims.MESSAGES else f"L-{dead.lead_id}"
        why = dead.error or "process_died"
        records.note(tx, now, action=kind, actor="system", subject=subject, error=why)
        records.add_kpis(tx, [kpi.flow_error(kind, why, subject, now)])
        parent = None if dead.lead_id is None else ("lead", dead.lead_id)
        cards.mark(tx, kind, dead.row_id, now, channel=team.leads_channel, parent=parent)
        if dead.lead_id is not None:
            cards.mark(tx, "lead", dead.lead_id, now)


_KINDS = {claims.RUNGS.name: "dead_rung", claims.MESSAGES.name: "dead_message"}
"""The card that asks about a dead row of a queue."""


def decide_message(db: Database, decision: Decision, now: datetime) -> Message:
    """Try a dead text again, through the gate like any other, or drop it.

    Raises:
        DomainError: it was settled before; says how it stands now.
    """
    with db.write() as tx:
        message = messages.find(tx, decision.row_id)
        if message is None:
            raise NotFoundError("That text")
        if inbox.accept(tx, decision.key, now):
            if not _settle_message(tx, message, decision.answer, now):
                raise DomainError("dead_settled", f"Already settled: {message.ref} is {message.state.value} now.")
            _note(tx, decision, message.ref, now)
            cards.mark(tx, "dead_message", message.message_id, now)
            queue_message.show(tx, message, now)
    return message


def _settle_message(tx: Tx, message: Message, answer: Answer, now: datetime) -> bool:
    def move(state: MessageState, **changes: object) -> bool:
        return messages.move(tx, message.message_id, known=MessageState.DEAD, state=state, now=now, **changes)

    match answer:
        case Answer.AGAIN:
            return move(MessageState.READY, available_at=now, reason=None, **claims.FREE)
        case Answer.DROP:
            if not move(MessageState.CANCELLED, reason=DROPPED):
                return False
            ladder_moves.settle_rung(tx, message, RungState.SKIPPED, now, note=DROPPED)
            return True


def decide_rung(db: Database, decision: Decision, now: datetime) -> Lead:
    """Try a dead step again, or skip it and let the ladder climb on.

    Raises:
        DomainError: it was settled before; says how it stands now.
    """
    with db.write() as tx:
        rung = ladders.get(tx, decision.row_id)
        if rung is None:
            raise NotFoundError("That step")
        lead = leads.get(tx, rung.lead_id)
        if inbox.accept(tx, decision.key, now):
            if not _settle_rung(tx, rung, decision.answer, now):
                sentence = f"Already settled: step {rung.step} of {lead.ref} is {rung.state.value} now."
                raise DomainError("dead_settled", sentence)
            _note(tx, decision, lead.ref, now, step=rung.step)
            cards.mark(tx, "dead_rung", rung.rung_id, now)
            cards.mark(tx, "lead", lead.lead_id, now)
    return lead


def _settle_rung(tx: Tx, rung: Rung, answer: Answer, now: datetime) -> bool:
    match answer:
        case Answer.AGAIN:
            if not ladders.revive(tx, rung.rung_id):
                return False
            ladder_moves.arm_next(tx, rung.lead_id)
        case Answer.DROP:
            if not ladders.skip_dead(tx, rung.rung_id, now, note=DROPPED):
                return False
            ladder_moves.climb_on(tx, rung.lead_id, after_step=rung.step, acted_at=now, now=now)
    return True


def _note(tx: Tx, decision: Decision, subject: str, now: datetime, *, step: int | None = None) -> None:
    action = f"dead_{decision.answer.value}"
    records.note(tx, now, action=action, actor=decision.actor.slack_id, subject=subject, step=step)
