"""When a seller is tried next: the six steps, how late steps push later ones, and what a call's outcome means.

Decides dates and states only. Whether a step may really be sent or called at its time is decided in ``domain.gate``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.errors import DomainError
from domain.model import CallOutcome, Channel, LadderState, Rung, RungState, SuppressionReason

PLAN_VERSION = "six-steps-1"
"""Name of the plan below. Change it with any step, so that old rungs can be told from new ones."""

TOLERANCE = timedelta(minutes=5)
"""A shift of this size or less is not worth a write: every text leaves some seconds after it was due.

Far below the smallest distance between two steps (30 minutes), so leaving small shifts out never swaps two steps.
"""

INTERNAL_DO_NOT_CALL_YEARS = 3
INTERNAL_DO_NOT_CALL_DAYS = 14
"""An internal do-not-call request is kept 3 years and 14 days: asked 2026-11-24, held until 2029-12-08.

Source: CRTC Unsolicited Telecommunications Rules, Part III (internal do-not-call list),
https://crtc.gc.ca/eng/phone/telemarketing/tobligations/rules-regles.htm
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan.

    Attributes:
        step: 1-based position.
        after: distance to the start of the ladder.
        template: key in ``domain.templates``; for a CALL, the script shown to the caller.
    """

    step: int
    channel: Channel
    after: timedelta
    template: str


@dataclass(frozen=True, slots=True)
class PlannedRung:
    """A rung that is not stored yet."""

    step: int
    channel: Channel
    template: str
    due_at: datetime
    state: RungState


@dataclass(frozen=True, slots=True)
class Move:
    """What a settled call changes.

    Attributes:
        ladder: state of the ladder afterwards. STOPPED means that the open rungs are cancelled.
        reason: why the ladder no longer runs, for people; None while it runs.
        rung: state of the rung that was acted on.
        suppress: order to put on the number, or None.
    """

    ladder: LadderState
    reason: str | None
    rung: RungState
    suppress: SuppressionReason | None


PLAN: tuple[Step, ...] = (
    Step(1, Channel.SMS, timedelta(0), "first_text"),
    Step(2, Channel.CALL, timedelta(minutes=30), "first_call"),
    Step(3, Channel.SMS, timedelta(hours=3), "second_text"),
    Step(4, Channel.CALL, timedelta(days=1), "second_call"),
    Step(5, Channel.SMS, timedelta(days=3), "third_text"),
    Step(6, Channel.CALL, timedelta(days=7), "third_call"),
)
"""The speed-to-lead ladder: a text at once, a call within the half hour, then ever wider apart for a week."""

OPEN: frozenset[RungState] = frozenset({RungState.WAITING, RungState.ARMED})
"""States in which a rung has not acted yet and can still be dated anew."""

ACTIVE: frozenset[RungState] = frozenset({RungState.ARMED, RungState.QUEUED, RungState.DEAD})
"""States of the one rung a ladder is busy with; another is armed only after it has settled."""

_AFTER: Mapping[int, timedelta] = MappingProxyType({step.step: step.after for step in PLAN})


def plan(start: datetime) -> tuple[PlannedRung, ...]:
    """Date the six steps from one instant; the first is armed, the others wait.

    Args:
        start: when the lead came in, aware UTC.
    """
    return tuple(
        PlannedRung(
            step=step.step,
            channel=step.channel,
            template=step.template,
            due_at=start + step.after,
            state=RungState.ARMED if step.step == PLAN[0].step else RungState.WAITING,
        )
        for step in PLAN
    )


def shift(rungs: Sequence[Rung], *, after_step: int, acted_at: datetime) -> tuple[tuple[int, datetime], ...]:
    """Move the later open rungs so that they keep their planned distance to a step that acted, or will act, late.

    The distance comes from the plan, not from the stored dates, so the same call made twice changes nothing more.

    Args:
        rungs: all rungs of one ladder, in any order.
        after_step: step that acted or is held.
        acted_at: when it acted, or when its window opens; aware UTC.

    Returns:
        Pairs of rung id and new due time, in step order, only for rungs that move by more than ``TOLERANCE``.
        Never an earlier time than the rung had.
    """
    later = sorted((r for r in rungs if r.step > after_step and r.state in OPEN), key=lambda r: r.step)
    moved = ((r, _kept_distance(r, after_step, acted_at)) for r in later)
    return tuple((r.rung_id, due) for r, due in moved if due - r.due_at > TOLERANCE)


def next_to_arm(rungs: Sequence[Rung]) -> Rung | None:
    """Return the rung to arm, or None while another one is the ladder's next action or still on its way."""
    if any(r.state in ACTIVE for r in rungs):
        return None
    return min((r for r in rungs if r.state is RungState.WAITING), key=lambda r: r.step, default=None)


def is_over(rungs: Sequence[Rung]) -> bool:
    """Tell whether nothing of a ladder waits, is armed or is on its way; a call task that is open is no step ahead."""
    return not any(r.state in OPEN or r.state in ACTIVE for r in rungs)


def resumed(rungs: Sequence[Rung], *, at: datetime) -> tuple[tuple[int, datetime], ...]:
    """Date a paused ladder anew: what is overdue acts now, the rest keeps its planned distance to it.

    Args:
        rungs: all rungs of one ladder.
        at: when it is resumed, aware UTC.

    Returns:
        Pairs of rung id and new due time, in step order; empty when nothing is overdue.
    """
    first = min((r for r in rungs if r.state in OPEN), key=lambda r: r.step, default=None)
    if first is None or first.due_at >= at:
        return ()
    return ((first.rung_id, at), *shift(rungs, after_step=first.step, acted_at=at))


def after_outcome(outcome: CallOutcome, *, last: bool) -> Move:
    """Decide what a call's outcome does to the ladder, the rung and the number.

    Args:
        outcome: what the caller reported.
        last: True when no open rung follows.
    """
    match outcome:
        case CallOutcome.REACHED:
            return Move(LadderState.PAUSED, "spoke with the seller", RungState.DONE, None)
        case CallOutcome.NO_ANSWER | CallOutcome.VOICEMAIL:
            return _climb_on(last=last)
        case CallOutcome.WRONG_NUMBER:
            return Move(LadderState.STOPPED, "wrong number", RungState.DONE, SuppressionReason.WRONG_NUMBER)
        case CallOutcome.DO_NOT_CALL:
            suppress = SuppressionReason.INTERNAL_DO_NOT_CALL
            return Move(LadderState.STOPPED, "asked not to be called", RungState.DONE, suppress)


def after_text(*, last: bool) -> Move:
    """Decide what a text that was handed over does to the ladder: climb on, or finish."""
    return _climb_on(last=last)


def suppressed_until(reason: SuppressionReason, since: datetime) -> datetime | None:
    """Return the first instant a suppression no longer holds, or None when it holds for good.

    Args:
        reason: why the number is suppressed.
        since: when it was asked for, aware UTC.
    """
    if reason is not SuppressionReason.INTERNAL_DO_NOT_CALL:
        return None
    try:
        anniversary = since.replace(year=since.year + INTERNAL_DO_NOT_CALL_YEARS)
    except ValueError:  # 29 February has no anniversary three years on: the later day keeps the promise.
        anniversary = since.replace(year=since.year + INTERNAL_DO_NOT_CALL_YEARS, month=3, day=1)
    return anniversary + timedelta(days=INTERNAL_DO_NOT_CALL_DAYS)


def can_pause(state: LadderState) -> LadderState:
    """Return the state after a pause.

    Raises:
        DomainError: the ladder does not run.
    """
    if state is LadderState.RUNNING:
        return LadderState.PAUSED
    raise _refused("pause", state, "Nothing was changed.")


def can_resume(state: LadderState) -> LadderState:
    """Return the state after a resume; a ladder somebody stopped is never started again by a click.

    Raises:
        DomainError: the ladder is not paused.
    """
    if state is LadderState.PAUSED:
        return LadderState.RUNNING
    if state is LadderState.STOPPED:
        raise _refused("resume", state, "A stopped ladder stays stopped: open a new lead if the seller comes back.")
    raise _refused("resume", state, "Nothing was changed.")


def can_stop(state: LadderState) -> LadderState:
    """Return the state after a stop.

    Raises:
        DomainError: the ladder has already come to its end.
    """
    if state in {LadderState.RUNNING, LadderState.PAUSED}:
        return LadderState.STOPPED
    raise _refused("stop", state, "Nothing was changed.")


def _kept_distance(rung: Rung, after_step: int, acted_at: datetime) -> datetime:
    """Return the rung's due time, no nearer to the acted step than planned; unknown steps stay where they are."""
    if rung.step not in _AFTER or after_step not in _AFTER:
        return rung.due_at
    return max(rung.due_at, acted_at + _AFTER[rung.step] - _AFTER[after_step])


def _climb_on(*, last: bool) -> Move:
    if last:
        return Move(LadderState.FINISHED, "all steps done", RungState.DONE, None)
    return Move(LadderState.RUNNING, None, RungState.DONE, None)


_STANDS = {
    LadderState.RUNNING: "is already running",
    LadderState.PAUSED: "is already paused",
    LadderState.STOPPED: "has been stopped",
    LadderState.FINISHED: "has finished: all its steps are done",
}


def _refused(verb: str, state: LadderState, ending: str) -> DomainError:
    return DomainError(f"cannot_{verb}_{state.value}", f"This ladder {_STANDS[state]}. {ending}")
