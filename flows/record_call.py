"""Record what came of a call task, and let the ladder move on or end."""

from dataclasses import dataclass
from datetime import datetime

from domain import kpi, ladder
from domain.errors import DomainError, NotFoundError
from domain.model import Actor, CallOutcome, LadderState, Lead, Rung, RungState
from flows import ladder_moves
from flows.team import Team
from storage import cards, contacts, inbox, ladders, leads, messages, records, suppressions
from storage.unit import Database, Tx


@dataclass(frozen=True, slots=True)
class CallReport:
    """Who called and what came of it; ``key`` is the identity of the click."""

    key: str
    rung_id: int
    outcome: CallOutcome
    actor: Actor


def record(db: Database, team: Team, report: CallReport, now: datetime) -> Lead:
    """Record the outcome once and return the lead.

    Raises:
        DomainError: somebody recorded an outcome before, or the task was called off; says who and what.
    """
    del team
    with db.write() as tx:
        rung = ladders.get(tx, report.rung_id)
        if rung is None:
            raise NotFoundError("That call task")
        lead = leads.get(tx, rung.lead_id)
        if inbox.accept(tx, report.key, now):
            if not ladders.record_outcome(tx, rung.rung_id, report.outcome, report.actor.slack_id, now):
                raise DomainError("call_settled", _settled(rung))
            _follow(tx, lead, rung, report, now)
    return lead


def _settled(rung: Rung) -> str:
    if rung.outcome is not None:
        return f"Already recorded by <@{rung.outcome_by}>: {rung.outcome.value.replace('_', ' ')}."
    return "This call was called off: the ladder has ended. Nothing was recorded."


def _follow(tx: Tx, lead: Lead, rung: Rung, report: CallReport, now: datetime) -> None:
    rungs = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id]
    last = not any(other.step > rung.step and other.state not in _ENDED for other in rungs)
    move = ladder.after_outcome(report.outcome, last=last)
    if move.suppress is not None:
        until = ladder.suppressed_until(move.suppress, now)
        address = lead.contact.phone_e164
        contacts.lock(tx, [address])
        source = f"call by {report.actor.slack_id}"
        suppressions.add(tx, address, move.suppress, source=source, since=now, until=until)
        cancelled = messages.cancel_open_to(tx, address, "suppressed", now)
        cards.mark_all(tx, "dead_message", [message.message_id for message in cancelled], now)
        records.note(
            tx, now, action="number_suppressed", actor=report.actor.slack_id, subject=lead.ref, reason=move.suppress
        )
    if move.ladder is LadderState.STOPPED:
        ladder_moves.stop(tx, leads.with_phone(tx, lead.contact.phone_e164), report.outcome.value, now)
    elif move.ladder is LadderState.PAUSED and lead.ladder is LadderState.RUNNING:
        ladder_moves.pause(tx, [lead], move.reason or "", now)
    records.add_kpis(tx, [kpi.followup_completed(lead, rung, report.outcome, report.actor, now)])
    cards.mark(tx, "call", rung.rung_id, now)
    cards.mark(tx, "lead", lead.lead_id, now)


_ENDED = frozenset({RungState.DONE, RungState.SKIPPED, RungState.CANCELLED})
