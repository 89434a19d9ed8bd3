"""The world clock: real time plus an offset that the bot reads from a file.

It decides what time it is in the practice world and wakes sleepers when the time is moved. Signatures and time-outs
are not its business: those always use real time.
"""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.feed import Feed


class WorldClock:
    """Real time plus a movable offset, mirrored into the clock file."""

    def __init__(self, file: Path | None, feed: Feed) -> None:
        """Start in real time.

        Args:
            file: Where the offset is written for the bot to read, or None to keep it to ourselves.
            feed: Told about every move of the clock.
        """
        self._file = file
        self._feed = feed
        self._moved = asyncio.Event()
        self.offset_seconds = 0.0
        self._write()

    def now(self) -> datetime:
        """Return the world's time as an aware UTC datetime."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def set_offset(self, seconds: float) -> None:
        """Move the world to real time plus this many seconds.

        Args:
            seconds: May be negative.
        """
        self.offset_seconds = seconds
        self._write()
        self._moved.set()
        self._moved = asyncio.Event()
        self._feed.publish("clock")

    def set_time(self, at: datetime) -> None:
        """Move the world to an instant.

        Args:
            at: Aware datetime.
        """
        self.set_offset((at - datetime.now(UTC)).total_seconds())

    async def sleep_until(self, at: datetime) -> None:
        """Sleep until the world clock reaches an instant, however it gets there.

        Args:
            at: Aware datetime of the world clock.
        """
        while (remaining := (at - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                await asyncio.wait_for(moved.wait(), remaining)
            except TimeoutError:
                continue

    def _write(self) -> None:
        """Replace the clock file in one step, so that the bot never reads half a file."""
        if self._file is None:
            return
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.tmp")
        temporary.write_text(json.dumps({"offset_seconds": self.offset_seconds}), encoding="utf-8")
        temporary.replace(self._file)
