"""A clock that is moved under a running process is noticed; one that runs, or is set right a little, is not."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.stopwatch import MOST, Stopwatch

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


class Machine:
    """A machine's two counts, moved by hand."""

    def __init__(self) -> None:
        """Start at noon, an hour after the machine did."""
        self.now, self.counted = NOON, 3_600.0

    def run(self, seconds: float, *, jump: timedelta = timedelta()) -> None:
        """Let time pass, and the clock jump meanwhile."""
        self.counted += seconds
        self.now += timedelta(seconds=seconds) + jump

    def stopwatch(self) -> Stopwatch:
        """Return a stopwatch on this machine."""
        return Stopwatch(lambda: self.now, lambda: self.counted)


@pytest.mark.parametrize("jump", [timedelta(), MOST, -MOST])
def test_a_clock_that_runs_or_is_set_right_is_trusted(jump: timedelta) -> None:
    """A month passes; up to a minute is what setting a clock takes."""
    machine = Machine()
    stopwatch = machine.stopwatch()

    machine.run(30 * 86_400, jump=jump)

    assert stopwatch.faults() == ()


@pytest.mark.parametrize(
    ("jump", "said"),
    [(timedelta(hours=1), "forward by 3,600 s"), (timedelta(hours=-1), "back by 3,600 s"), (MOST * 1.1, "by 66 s")],
)
def test_a_jump_is_a_fault_until_somebody_takes_it_as_it_is(jump: timedelta, said: str) -> None:
    """It stays one however long the clock runs evenly afterwards."""
    machine = Machine()
    stopwatch = machine.stopwatch()

    machine.run(5, jump=jump)
    at_once = stopwatch.faults()
    machine.run(86_400)
    later = stopwatch.faults()
    stopwatch.trust()

    assert said in at_once[0]
    assert later == at_once
    assert stopwatch.faults() == ()


def test_a_real_machine_is_trusted() -> None:
    """The counts of this machine agree with its clock."""
    assert abs(Stopwatch().jump) < timedelta(seconds=1)
