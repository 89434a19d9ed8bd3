"""Walks the world clock through a week a day at a time, so that the bot's timers fire in their order on the way."""

import asyncio
from typing import Final

from sandbox.runtime import Sandbox

DAYS: Final = 7
_DAY_SECONDS: Final = 86_400.0
# Real seconds between two days: the bot's ticks and the texts they send need a moment each.
PAUSE_SECONDS: Final = 2.0


class Walk:
    """At most one walk through time is under way.

    Attributes:
        day: Which day of the walk this is, 0 when nobody walks.

    """

    def __init__(self, pause_seconds: float = PAUSE_SECONDS) -> None:
        """Stand still.

        Args:
            pause_seconds: Real time to wait after each day.

        """
        self.day = 0
        self._pause_seconds = pause_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self, sandbox: Sandbox) -> None:
        """Set out for a week, unless somebody is already walking."""
        if self._task is None or self._task.done():
            self._task = sandbox.spawn(self._go(sandbox))

    def stop(self) -> None:
        """Stand still where the walk has come to."""
        if self._task is not None:
            self._task.cancel()

    async def _go(self, sandbox: Sandbox) -> None:
        try:
            for day in range(1, DAYS + 1):
                self.day = day
                sandbox.clock.set_offset(sandbox.clock.offset_seconds + _DAY_SECONDS)
                await asyncio.sleep(self._pause_seconds)
        finally:
            self.day = 0
            sandbox.feed.publish("clock")
