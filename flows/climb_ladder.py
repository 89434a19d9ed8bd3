"""Act on rungs that are due: plan the text, or put the call task before the team. The ladder tick calls this."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from domain import gate, kpi, templates
from domain.model import Actor, Channel, Lead, Purpose, Role, Rung, RungState
from flows import claiming, gating, ladder_moves, queue_message
from flows.team import Team
from storage import cards, claims, contacts, ladders, leads, records
from storage.unit import Database, Tx

SYSTEM = Actor(slack_id="system", role=Role.AGENT)

CALL_RECHECK = timedelta(minutes=15)
"""When to look again at a call task nobody can name an opening for."""


def climb(db: Database, team: Team, now: datetime, wall: datetime, *, owner: str, limit: int = 50) -> int:
    """Act on up to ``limit`` due rungs and return how many were looked at.

    Args:
        now: the business clock, for what is due.
        wall: real time, for leases alone.
        owner: name of this worker, unique among all processes.
    """
    turn = claiming.Turn(db, team, claims.RUNGS, now, wall, owner, limit)

    def work(tx: Tx, claimed: Collection[int]) -> claiming.Done[None]:
        due = _undisputed(tx, ladders.claimed(tx, claimed, owner))
        _act(tx, team, due, now)
        ours = frozenset(rung.rung_id for rung, _lead in due)
        claims.finish(tx, claims.RUNGS, ours)
        return claiming.Done(ours, None)

    return claiming.take_turn(turn, work).seen


def _undisputed(tx: Tx, due: Sequence[Rung]) -> list[tuple[Rung, Lead]]:
    """Return the rungs of numbers that nobody else is deciding about: a STOP has its number and waits for our rungs."""
    found = leads.get_many(tx, {rung.lead_id for rung in due})
    free = contacts.lock_free(tx, {lead.contact.phone_e164 for lead in found.values()})
    both = [(rung, found[rung.lead_id]) for rung in due]
    return [(rung, lead) for rung, lead in both if lead.contact.phone_e164 in free]


def _act(tx: Tx, team: Team, due: Sequence[tuple[Rung, Lead]], now: datetime) -> None:
    texts = [(rung, lead) for rung, lead in due if rung.channel is Channel.SMS]
    calls = [(rung, lead) for rung, lead in due if rung.channel is Channel.CALL]
    _plan_texts(tx, team, texts, now)
    _post_calls(tx, team, calls, now)


def _plan_texts(tx: Tx, team: Team, due: Sequence[tuple[Rung, Lead]], now: datetime) -> None:
    ladders.set_states(tx, [rung.rung_id for rung, _lead in due], RungState.QUEUED)
    drafts = [
        queue_message.Draft(
            intent_key=f"ladder:{lead.lead_id}:{rung.step}:{rung.revision}",
            lead=lead,
            purpose=Purpose.LADDER,
            body=templates.render(rung.template, lead.contact.language, templates.seller_fields(team.sender, lead)),
            actor=SYSTEM,
            rung_id=rung.rung_id,
        )
        for rung, lead in due
    ]
    for (rung, lead), queued in zip(due, queue_message.queue(tx, team, drafts, now), strict=True):
        _follow_text(tx, rung, lead, queued.verdict, now)


def _follow_text(tx: Tx, rung: Rung, lead: Lead, verdict: gate.Verdict, now: datetime) -> None:
    match verdict:
        case gate.Refuse(reason=reason):
            ladders.settle(tx, rung.rung_id, RungState.SKIPPED, now, note=reason.value)
            ladder_moves.climb_on(tx, lead.lead_id, after_step=rung.step, acted_at=rung.due_at, now=now)
        case gate.Hold(until=datetime() as until):
            rungs = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id]
            ladder_moves.push_later(tx, rungs, after_step=rung.step, acted_at=until)
        case _:
            pass  # An allowed text climbs on when it has really been handed over; an open-ended hold waits.


def _post_calls(tx: Tx, team: Team, due: Sequence[tuple[Rung, Lead]], now: datetime) -> None:
    sends = [
        gating.Send(
            contact_id=lead.contact.contact_id,
            address=lead.contact.phone_e164,
            lead=lead,
            channel=Channel.CALL,
            purpose=Purpose.LADDER,
            actor=SYSTEM.slack_id,
            rung_id=rung.rung_id,
        )
        for rung, lead in due
    ]
    decided = gating.decide(tx, team, sends, now)
    for (rung, lead), (_facts, verdict) in zip(due, decided, strict=True):
        _follow_call(tx, team, rung, lead, verdict, now)
    judged = [(send, facts, verdict) for send, (facts, verdict) in zip(sends, decided, strict=True)]
    gating.keep_receipts(tx, judged, moment="planned")


def _follow_call(tx: Tx, team: Team, rung: Rung, lead: Lead, verdict: gate.Verdict, now: datetime) -> None:
    match verdict:
        case gate.Allow():
            ladders.set_states(tx, [rung.rung_id], RungState.POSTED)
            cards.mark(tx, "call", rung.rung_id, now, channel=team.leads_channel, parent=("lead", lead.lead_id))
            ladder_moves.climb_on(tx, lead.lead_id, after_step=rung.step, acted_at=now, now=now)
        case gate.Hold(reason=reason, until=until):
            again = until or now + CALL_RECHECK
            ladders.set_due(tx, [(rung.rung_id, again)])
            ladders.set_states(tx, [rung.rung_id], RungState.ARMED, note=reason.value)
            rungs = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id]
            ladder_moves.push_later(tx, rungs, after_step=rung.step, acted_at=again)
            if rung.note != reason.value:  # said once, not at every look
                records.add_kpis(tx, [kpi.blocked_by_policy(lead, Channel.CALL, verdict, now)])
            cards.mark(tx, "lead", lead.lead_id, now)
        case gate.Refuse(reason=reason):
            ladders.settle(tx, rung.rung_id, RungState.SKIPPED, now, note=reason.value)
            records.add_kpis(tx, [kpi.blocked_by_policy(lead, Channel.CALL, verdict, now)])
            ladder_moves.climb_on(tx, lead.lead_id, after_step=rung.step, acted_at=rung.due_at, now=now)
