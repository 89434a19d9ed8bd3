"""What several flows do to a ladder: arm the next rung, push later ones, pause, resume, stop."""

from collections.abc import Sequence
from datetime import datetime

from domain import ladder
from domain.model import LadderState, Lead, Message, Rung, RungState
from storage import cards, ladders, leads, messages
from storage.unit import Tx


def push_later(tx: Tx, rungs: Sequence[Rung], *, after_step: int, acted_at: datetime) -> None:
    """Keep the planned distance between a rung that acts late and those behind it."""
    ladders.set_due(tx, ladder.shift(rungs, after_step=after_step, acted_at=acted_at))


def climb_on(tx: Tx, lead_id: int, *, after_step: int, acted_at: datetime, now: datetime) -> None:
    """Arm the rung behind a settled one, or finish the ladder when there is none; a ladder that rests stays at rest."""
    rungs = ladders.of_leads(tx, [lead_id])[lead_id]
    push_later(tx, rungs, after_step=after_step, acted_at=acted_at)
    arm_next(tx, lead_id)
    cards.mark(tx, "lead", lead_id, now)


def arm_next(tx: Tx, lead_id: int) -> None:
    """Arm the rung whose turn it is, or finish the ladder when nothing is left of it; one that rests stays at rest."""
    if leads.get(tx, lead_id).ladder is not LadderState.RUNNING:
        return
    rungs = ladders.of_leads(tx, [lead_id])[lead_id]
    following = ladder.next_to_arm(rungs)
    if following is not None:
        ladders.arm(tx, [following.rung_id])
    elif ladder.is_over(rungs):
        leads.set_ladder(tx, [lead_id], LadderState.FINISHED, None)


def pause(tx: Tx, running: Sequence[Lead], reason: str, now: datetime) -> None:
    """Pause ladders: nothing of them leaves until somebody resumes; unsent texts are taken back and planned anew."""
    ids = [lead.lead_id for lead in running]
    leads.set_ladder(tx, ids, LadderState.PAUSED, reason)
    ladders.park(tx, ids)
    taken_back = messages.cancel_open_ladder(tx, ids, "ladder_paused", now)
    ladders.replan(tx, [message.rung_id for message in taken_back if message.rung_id is not None])
    cards.mark_all(tx, "dead_message", [message.message_id for message in taken_back], now)
    for lead_id in ids:
        cards.mark(tx, "lead", lead_id, now)


def rename_pause(tx: Tx, found: Sequence[Lead], *, known: str, reason: str) -> None:
    """Give another reason to ladders that are paused for ``known``: what held them was settled, a person resumes."""
    paused = [lead for lead in found if lead.ladder is LadderState.PAUSED and lead.ladder_reason == known]
    leads.set_ladder(tx, [lead.lead_id for lead in paused], LadderState.PAUSED, reason)


def resume(tx: Tx, lead: Lead, now: datetime) -> None:
    """Let a paused ladder climb on: what is overdue acts now, the distances behind it stay."""
    leads.set_ladder(tx, [lead.lead_id], LadderState.RUNNING, None)
    rungs = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id]
    ladders.set_due(tx, ladder.resumed(rungs, at=now))
    arm_next(tx, lead.lead_id)
    cards.mark(tx, "lead", lead.lead_id, now)


def stop(tx: Tx, stopped: Sequence[Lead], reason: str, now: datetime) -> None:
    """End ladders for good; nothing of them happens any more."""
    ids = [lead.lead_id for lead in stopped]
    leads.set_ladder(tx, ids, LadderState.STOPPED, reason)
    taken_back = messages.cancel_open_ladder(tx, ids, "ladder_stopped", now)
    rungs = [rung for steps in ladders.of_leads(tx, ids).values() for rung in steps]
    open_calls = [rung.rung_id for rung in rungs if rung.state is RungState.POSTED]
    cards.mark_all(tx, "dead_rung", [rung.rung_id for rung in rungs if rung.state is RungState.DEAD], now)
    cards.mark_all(tx, "dead_message", [message.message_id for message in taken_back], now)
    ladders.cancel_open(tx, ids, reason)
    for rung_id in open_calls:
        cards.mark(tx, "call", rung_id, now)
    for lead_id in ids:
        cards.mark(tx, "lead", lead_id, now)


def settle_rung(tx: Tx, message: Message, state: RungState, now: datetime, *, note: str | None = None) -> None:
    """End the rung a ladder message belongs to and arm the next one; other messages have none."""
    if message.rung_id is None or message.lead_id is None:
        return
    rung = ladders.get(tx, message.rung_id)
    if rung is not None and ladders.settle(tx, rung.rung_id, state, now, note=note):
        climb_on(tx, message.lead_id, after_step=rung.step, acted_at=now, now=now)
