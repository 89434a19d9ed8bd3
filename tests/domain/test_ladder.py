"""The ladder's dates, what late steps do to later ones, and what a call's outcome means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ladder
from domain.errors import DomainError
from domain.model import CallOutcome, Channel, LadderState, Rung, RungState, SuppressionReason

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def rungs(*states: RungState, start: datetime = START) -> list[Rung]:
    """Return a stored ladder whose first rungs have the given states and whose others wait."""
    padded = [*states, *[RungState.WAITING] * (len(ladder.PLAN) - len(states))]
    return [
        Rung(
            rung_id=100 + planned.step,
            lead_id=1,
            step=planned.step,
            channel=planned.channel,
            template=planned.template,
            due_at=planned.due_at,
            state=state,
            revision=1,
        )
        for planned, state in zip(ladder.plan(start), padded, strict=True)
    ]


def moved(pairs: tuple[tuple[int, datetime], ...]) -> dict[int, timedelta]:
    """Return how far after the start each moved step is due now."""
    return {rung_id - 100: due - START for rung_id, due in pairs}


def test_plan_is_the_six_steps_of_the_speed_to_lead_ladder() -> None:
    """Text, call, text, call, text, call: at once, 30 minutes, 3 hours, 1, 3 and 7 days."""
    planned = ladder.plan(START)

    assert [(r.channel, r.due_at - START) for r in planned] == [
        (Channel.SMS, timedelta(0)),
        (Channel.CALL, timedelta(minutes=30)),
        (Channel.SMS, timedelta(hours=3)),
        (Channel.CALL, timedelta(days=1)),
        (Channel.SMS, timedelta(days=3)),
        (Channel.CALL, timedelta(days=7)),
    ]


def test_plan_arms_the_first_step_only() -> None:
    """Exactly one rung is the lead's next dated action."""
    assert [r.state for r in ladder.plan(START)] == [RungState.ARMED, *[RungState.WAITING] * 5]


def test_a_held_step_takes_the_later_ones_along() -> None:
    """A text held overnight does not let the call half an hour later overtake it."""
    pairs = ladder.shift(rungs(RungState.QUEUED), after_step=1, acted_at=START + timedelta(hours=18))

    assert moved(pairs) == {
        2: timedelta(hours=18, minutes=30),
        3: timedelta(hours=21),
        4: timedelta(hours=42),
        5: timedelta(days=3, hours=18),
        6: timedelta(days=7, hours=18),
    }


def test_a_step_that_acted_on_time_moves_nothing() -> None:
    """Seconds of delay are not worth five writes."""
    assert ladder.shift(rungs(RungState.DONE), after_step=1, acted_at=START + ladder.TOLERANCE) == ()


def test_settled_steps_are_never_dated_anew() -> None:
    """Only steps that have not acted yet can move."""
    stored = rungs(RungState.DONE, RungState.POSTED, RungState.SKIPPED, RungState.CANCELLED, RungState.QUEUED)

    assert set(moved(ladder.shift(stored, after_step=1, acted_at=START + timedelta(days=1)))) == {6}


def test_the_held_step_itself_is_dated_by_whoever_holds_it() -> None:
    """A shift moves later steps only."""
    pairs = ladder.shift(rungs(RungState.ARMED), after_step=1, acted_at=START + timedelta(days=1))

    assert 1 not in moved(pairs)


def test_a_step_of_another_plan_keeps_its_date() -> None:
    """Without a planned distance there is nothing to keep."""
    assert ladder.shift(rungs(RungState.DONE), after_step=0, acted_at=START + timedelta(days=9)) == ()


LATE = st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=30))


@given(step=st.integers(1, 6), late=LATE, earlier=st.lists(st.tuples(st.integers(1, 6), LATE), max_size=3))
def test_shifting_never_moves_earlier_and_keeps_the_order(
    step: int, late: timedelta, earlier: list[tuple[int, timedelta]]
) -> None:
    """Whatever was held before, a shift only delays, and no step overtakes another."""
    stored = rungs(RungState.ARMED)
    for before_step, before in [*earlier, (step, late)]:
        was = {r.rung_id: r.due_at for r in stored}
        new = dict(ladder.shift(stored, after_step=before_step, acted_at=START + before))
        assert all(due - was[rung_id] > ladder.TOLERANCE for rung_id, due in new.items())
        stored = [dated(r, new.get(r.rung_id, r.due_at)) for r in stored]

    assert [r.due_at for r in stored] == sorted(r.due_at for r in stored)


@given(step=st.integers(1, 6), late=LATE)
def test_shifting_twice_is_shifting_once(step: int, late: timedelta) -> None:
    """A tick that runs again after a crash does not push the ladder further."""
    stored = rungs(RungState.ARMED)
    once = dict(ladder.shift(stored, after_step=step, acted_at=START + late))
    again = [dated(r, once.get(r.rung_id, r.due_at)) for r in stored]

    assert ladder.shift(again, after_step=step, acted_at=START + late) == ()


def dated(rung: Rung, due_at: datetime) -> Rung:
    """Return the rung with another due time."""
    return Rung(
        rung.rung_id, rung.lead_id, rung.step, rung.channel, rung.template, due_at, rung.state, rung.revision + 1
    )


@pytest.mark.parametrize(
    ("states", "step", "over"),
    [
        ((RungState.DONE, RungState.SKIPPED), 3, False),
        ((RungState.DONE, RungState.POSTED), 3, False),
        ((RungState.DONE, RungState.ARMED), None, False),
        ((RungState.QUEUED,), None, False),
        ((RungState.DONE,) * 5 + (RungState.POSTED,), None, True),
        ((RungState.CANCELLED,) * 6, None, True),
    ],
)
def test_one_step_at_a_time(states: tuple[RungState, ...], step: int | None, *, over: bool) -> None:
    """The first waiting step follows, but never beside one that is armed or on its way; an open call holds nothing."""
    stored = list(reversed(rungs(*states)))

    following = ladder.next_to_arm(stored)

    assert (following and following.step) == step
    assert ladder.is_over(stored) is over


def test_a_resumed_ladder_acts_at_once_and_keeps_its_distances() -> None:
    """Two days of pause do not make three steps fire together."""
    stored = rungs(RungState.DONE, RungState.DONE, RungState.ARMED)
    pairs = ladder.resumed(stored, at=START + timedelta(days=2))

    assert moved(pairs) == {
        3: timedelta(days=2),
        4: timedelta(days=2, hours=21),
        5: timedelta(days=4, hours=21),
        6: timedelta(days=8, hours=21),
    }


@pytest.mark.parametrize("minutes", [10, 29, 30])
def test_resuming_before_the_next_step_is_due_moves_nothing(minutes: int) -> None:
    """A short pause costs nothing, and nothing acts early."""
    assert ladder.resumed(rungs(RungState.DONE, RungState.ARMED), at=START + timedelta(minutes=minutes)) == ()


def test_resuming_a_ladder_without_open_steps_moves_nothing() -> None:
    """There is nothing left to date."""
    assert ladder.resumed(rungs(*[RungState.DONE] * 6), at=START + timedelta(days=9)) == ()


@pytest.mark.parametrize(
    ("outcome", "last", "state", "suppress"),
    [
        (CallOutcome.REACHED, False, LadderState.PAUSED, None),
        (CallOutcome.REACHED, True, LadderState.PAUSED, None),
        (CallOutcome.NO_ANSWER, False, LadderState.RUNNING, None),
        (CallOutcome.NO_ANSWER, True, LadderState.FINISHED, None),
        (CallOutcome.VOICEMAIL, False, LadderState.RUNNING, None),
        (CallOutcome.VOICEMAIL, True, LadderState.FINISHED, None),
        (CallOutcome.WRONG_NUMBER, False, LadderState.STOPPED, SuppressionReason.WRONG_NUMBER),
        (CallOutcome.DO_NOT_CALL, True, LadderState.STOPPED, SuppressionReason.INTERNAL_DO_NOT_CALL),
    ],
)
def test_an_outcome_decides_ladder_and_number(
    *, outcome: CallOutcome, last: bool, state: LadderState, suppress: SuppressionReason | None
) -> None:
    """Each outcome has one consequence, and a reason whenever the ladder no longer runs."""
    move = ladder.after_outcome(outcome, last=last)

    assert (move.ladder, move.suppress, move.rung) == (state, suppress, RungState.DONE)
    assert (move.reason is None) == (state is LadderState.RUNNING)


def test_reaching_the_seller_says_so() -> None:
    """The card shows why the ladder rests."""
    assert ladder.after_outcome(CallOutcome.REACHED, last=False).reason == "spoke with the seller"


@pytest.mark.parametrize(("last", "state"), [(False, LadderState.RUNNING), (True, LadderState.FINISHED)])
def test_a_text_handed_over_climbs_on(*, last: bool, state: LadderState) -> None:
    """A text has no outcome to wait for."""
    assert ladder.after_text(last=last).ladder is state


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime(2026, 11, 24, 15, 0, tzinfo=UTC), datetime(2029, 12, 8, 15, 0, tzinfo=UTC)),
        (datetime(2028, 2, 29, 15, 0, tzinfo=UTC), datetime(2031, 3, 15, 15, 0, tzinfo=UTC)),
    ],
    ids=["ordinary day", "29 February counts to the later day"],
)
def test_a_do_not_call_request_holds_three_years_and_fourteen_days(since: datetime, until: datetime) -> None:
    """The internal list keeps the number as long as the rules say."""
    assert ladder.suppressed_until(SuppressionReason.INTERNAL_DO_NOT_CALL, since) == until


@pytest.mark.parametrize("reason", [r for r in SuppressionReason if r is not SuppressionReason.INTERNAL_DO_NOT_CALL])
def test_every_other_suppression_holds_for_good(reason: SuppressionReason) -> None:
    """Nobody is taken off a list by the calendar."""
    assert ladder.suppressed_until(reason, START) is None


def test_a_running_ladder_can_be_paused_and_stopped_and_a_paused_one_resumed() -> None:
    """The three buttons do what they say."""
    assert ladder.can_pause(LadderState.RUNNING) is LadderState.PAUSED
    assert ladder.can_resume(LadderState.PAUSED) is LadderState.RUNNING
    assert ladder.can_stop(LadderState.RUNNING) is LadderState.STOPPED
    assert ladder.can_stop(LadderState.PAUSED) is LadderState.STOPPED


@pytest.mark.parametrize("state", [LadderState.PAUSED, LadderState.STOPPED, LadderState.FINISHED])
def test_pausing_what_does_not_run_is_refused_with_its_state(state: LadderState) -> None:
    """The person reads what is the case instead."""
    with pytest.raises(DomainError, match=state.value if state is not LadderState.FINISHED else "all its steps"):
        ladder.can_pause(state)


@pytest.mark.parametrize("state", [LadderState.RUNNING, LadderState.STOPPED, LadderState.FINISHED])
def test_only_a_paused_ladder_can_be_resumed(state: LadderState) -> None:
    """A stop is final: nobody starts a stopped ladder by a stray click."""
    with pytest.raises(DomainError) as refused:
        ladder.can_resume(state)

    assert refused.value.code == f"cannot_resume_{state.value}"


@pytest.mark.parametrize("state", [LadderState.STOPPED, LadderState.FINISHED])
def test_what_has_ended_cannot_be_stopped(state: LadderState) -> None:
    """The second click is told so."""
    with pytest.raises(DomainError, match="Nothing was changed"):
        ladder.can_stop(state)
