"""The change feed: tells listeners that something in the practice world changed, not what it now looks like.

The page turns a change into a fragment to reload; tests wait for a change instead of sleeping.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    Args:
        number: Running number, starting at 1.
        topic: One of ``channel``, ``whisper``, ``view``, ``home``, ``phone``, ``call``, ``clock``, ``faults``,
            ``traffic`` or ``reset``; ``hello`` for a listener's first, with which nothing changed.
        key: What changed inside the topic: a channel id, a user id (``whisper``, ``view``, ``home``), a phone
            number (``phone``, ``call``); empty for the others.
    """

    number: int
    topic: str
    key: str = ""


class Feed:
    """A broadcast of changes to any number of listeners on one event loop."""

    def __init__(self) -> None:
        """Start with nothing published."""
        self.number = 0
        self._closed = False
        self._listeners: set[asyncio.Queue[Change | None]] = set()

    def publish(self, topic: str, key: str = "") -> None:
        """Tell every listener that something changed.

        Args:
            topic: See :class:`Change`.
            key: See :class:`Change`.
        """
        self.number += 1
        change = Change(self.number, topic, key)
        for queue in self._listeners:
            queue.put_nowait(change)

    def close(self) -> None:
        """End every listener, present and future, so that open event streams do not hold a server that stops."""
        self._closed = True
        for queue in self._listeners:
            queue.put_nowait(None)

    async def listen(self) -> AsyncIterator[Change]:
        """Yield every change published from now on, until the feed is closed.

        Yields:
            A ``hello``, after which no change is missed, and then changes in the order in which they happened.
        """
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        queue.put_nowait(Change(self.number, "hello"))
        self._listeners.add(queue)
        try:
            while not self._closed and (change := await queue.get()):
                yield change
        finally:
            self._listeners.discard(queue)

    async def wait_beyond(self, number: int, timeout_seconds: float) -> int:
        """Wait until a change with a higher number than the given one was published.

        Args:
            number: The last number the caller has seen.
            timeout_seconds: How long to wait at most, real seconds.

        Returns:
            The newest number; equal to ``number`` or lower when nothing happened in time.
        """
        if self.number > number:
            return self.number
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            await asyncio.wait_for(queue.get(), timeout_seconds)
        except TimeoutError:
            return self.number
        finally:
            self._listeners.discard(queue)
        return self.number
