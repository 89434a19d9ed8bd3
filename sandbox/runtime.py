"""The running practice world: the one object that doors, page and actions are given.

Everything in it belongs to one asyncio event loop. Handlers are coroutines and never block; outgoing requests are
awaited, so the bot may call back while one of its answers is still awaited.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING

import httpx
from fastapi import FastAPI, Request

from sandbox.clock import WorldClock
from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.inspector import Inspector
from sandbox.slack.acts import Acts
from sandbox.slack.pace import Pace
from sandbox.slack.tickets import Tickets
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from sandbox.settings import SandboxSettings

_log = logging.getLogger(__name__)


class Sandbox:
    """World, clock, faults, traffic and the line to the bot.

    Args:
        id: Tells this world from one that is started later at the same address.
        url: Our own address, learnt from the first request; response addresses start with it.
        start_anew: Asks whoever started us to start everything anew, the bot too; None when nobody does that.
    """

    def __init__(self, settings: SandboxSettings, start_anew: Callable[[], None] | None = None) -> None:
        """Create the start of the world and write the clock file."""
        hidden = (settings.slack_signing_secret, settings.slack_bot_token, settings.twilio_auth_token)
        self.id = secrets.token_hex(8)
        self.settings = settings
        self.start_anew = start_anew
        self.url = ""
        self.feed = Feed()
        self.clock = WorldClock(settings.clock_file, self.feed)
        self.faults = Faults(self.feed)
        self.inspector = Inspector([secret.get_secret_value() for secret in hidden], self.feed)
        self.world = World(self.clock, self.feed)
        self.tickets = Tickets(self.clock, settings.trigger_seconds)
        self.acts = Acts()
        self.pace = Pace()
        # Never through a proxy of the environment. A new connection each time, as vendors' fleets do: a bot that was
        # killed and started again must not meet a connection of its former life.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self.http = httpx.AsyncClient(trust_env=False, limits=limits, timeout=None)  # noqa: S113 - deadline per call
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start background work that a reset cancels and whose failure is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        """Drop finished background work and log what it died of."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("background work of the sandbox failed", exc_info=error)

    @property
    def busy(self) -> int:
        """Return how many deliveries and callbacks are under way."""
        return len(self._tasks)

    async def settle(self, timeout_seconds: float) -> bool:
        """Wait until no delivery, callback or event is under way.

        Args:
            timeout_seconds: Real seconds to wait at most.

        Returns:
            Whether everything came to rest in time.
        """
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        while self._tasks and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left, return_when=asyncio.ALL_COMPLETED)
        return not self._tasks

    async def reset(self) -> None:
        """Restore the start: people, channels, phones, real time, no faults, nothing under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.faults.clear()
        self.inspector.clear()
        self.acts.all.clear()
        self.tickets.clear()
        self.pace.clear()
        self.clock.set_offset(0.0)
        self.world.reset()

    async def close(self) -> None:
        """Stop background work and close connections."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.http.aclose()


def of(context: Request | FastAPI) -> Sandbox:
    """Return the running practice world behind a request or an application."""
    app = context if isinstance(context, FastAPI) else context.app
    sandbox: Sandbox = app.state.sandbox
    return sandbox
