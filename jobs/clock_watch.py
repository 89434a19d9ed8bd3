"""Watch the machine's clock: when it jumps, stop all sending, say so once, and go on ticking.

A thread and no tick: the scheduler plans by real time, so a clock put back an hour would keep every tick waiting for
that hour. The gate asks the same stopwatch at every hand-over; the switch holds from here on, in every process.
"""

import select
import socket
import threading
from collections.abc import Callable

import structlog

from flows import switch_sending
from jobs.deps import JobDeps
from storage.unit import StorageUnavailableError

LOOK_SECONDS = 1.0

log = structlog.get_logger(__name__)


class ClockWatch:
    """One process's watch."""

    def __init__(self, deps: JobDeps, on_jump: Callable[[], None]) -> None:
        """Prepare; nothing is watched before ``start``.

        Args:
            on_jump: called once the stop is committed.
        """
        self._deps, self._on_jump = deps, on_jump
        self._end: socket.socket | None = None

    def start(self) -> None:
        """Look from now on."""
        ending, self._end = socket.socketpair()
        threading.Thread(target=self._run, args=(ending,), name="clock-watch", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        if self._end is not None:
            self._end.close()

    def _run(self, ending: socket.socket) -> None:
        # The wait of an Event ends at an instant, on some systems of real time: put back, it would last an hour longer.
        # A select ends after so many seconds.
        while not select.select([ending], [], [], LOOK_SECONDS)[0]:
            for fault in self._deps.stopwatch.faults():
                try:
                    self._alarm(fault)
                except StorageUnavailableError:
                    # Not trusted, so the gate holds everything meanwhile, and we come back in a second.
                    log.exception("clock_alarm_failed")
        ending.close()

    def _alarm(self, fault: str) -> None:
        deps = self._deps
        log.error("clock_jumped", fault=fault)
        with deps.db.write() as tx:
            switch_sending.stop_all(tx, deps.team, f"{fault}.", subject="clock", now=deps.clock())
        deps.stopwatch.trust()
        self._on_jump()
