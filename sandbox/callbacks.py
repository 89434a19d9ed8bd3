"""Status callbacks of one text or call: in order, and out of order when a fault says so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox import phone_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.runtime import Sandbox


class Callbacks:
    """The callbacks of one text or call, sent one after the other while its state moves on."""

    def __init__(self, sandbox: Sandbox, title: str, url: str | None) -> None:
        """Start with none sent.

        Args:
            sandbox: The running practice world.
            title: Their name in the inspector.
            url: Where they go; None for nowhere.
        """
        self._sandbox = sandbox
        self._title = title
        self._url = url
        self._reversed = bool(url) and sandbox.faults.strike("reverse_callbacks")
        self._held: list[dict[str, str]] = []
        self._last: asyncio.Task[None] | None = None

    def tell(self, fields: Mapping[str, str]) -> None:
        """Send a callback after those before it, without waiting for it."""
        if self._url is None:
            return
        if self._reversed:
            self._held.append(dict(fields))
        else:
            self._queue(dict(fields))

    async def finish(self) -> None:
        """Send what was held back and wait until every callback has been answered or given up."""
        for fields in reversed(self._held):
            self._queue(fields)
        self._held.clear()
        if self._last:
            await self._last

    def _queue(self, fields: dict[str, str]) -> None:
        """Queue a callback behind the last one."""
        self._last = self._sandbox.spawn(self._send(fields, self._last))

    async def _send(self, fields: dict[str, str], before: asyncio.Task[None] | None) -> None:
        """Send a callback once the one before it is done; twice or never when a fault says so."""
        if before:
            await asyncio.wait([before])
        faults = self._sandbox.faults
        if self._url is None or faults.strike("drop_callbacks"):
            return
        for _ in range(2 if faults.strike("duplicate_callbacks") else 1):
            await phone_out.post(self._sandbox, self._title, self._url, fields)
