"""Whether real time runs as evenly as the machine counts seconds, or has been moved under a running process.

Hours, leases and due times follow real time. Once it has jumped, nobody here can tell which of the two was right.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MOST = timedelta(seconds=60)
"""A jump of more is a fault: a window would open or close by it. Less is what setting a clock right takes."""


def uptime() -> float:
    """Return seconds the machine has counted by itself; where it can, those it slept through too."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Stopwatch:
    """Real time against counted seconds, since the start or since the last ``trust``."""

    def __init__(
        self, wall: Callable[[], datetime] = lambda: datetime.now(UTC), seconds: Callable[[], float] = uptime
    ) -> None:
        """Start counting.

        Args:
            wall: real time; never a practice world's clock, which jumps on purpose.
            seconds: counted seconds.
        """
        self._wall, self._seconds = wall, seconds
        self._began = wall(), seconds()

    @property
    def jump(self) -> timedelta:
        """Return how far real time is ahead of what was counted; negative when it went back."""
        began_at, began = self._began
        return self._wall() - began_at - timedelta(seconds=self._seconds() - began)

    def faults(self) -> tuple[str, ...]:
        """Return what the gate must know: one sentence when real time has jumped, else nothing."""
        jump = self.jump
        if abs(jump) <= MOST:
            return ()
        way = "forward" if jump > timedelta() else "back"
        return (f"The clock of this machine jumped {way} by {abs(jump).total_seconds():,.0f} s",)

    def trust(self) -> None:
        """Take real time as it is now; whoever does so has seen to it that a person looks first."""
        self._began = self._wall(), self._seconds()
