"""Run the web door, the ticks, or both, until a signal asks to stop; then finish what is under way."""

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

import structlog
import uvicorn

from heimdall.compose import Parts

GRACE_SECONDS = 15
"""How long requests under way may take after a stop was asked for; hosts kill 30 s after SIGTERM."""

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """A server that says when it really listens, and can be told from another thread to stop."""

    def __init__(
        self,
        config: uvicorn.Config,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None],
        until: Callable[[], object] | None,
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop
        self._until = until
        self._stops_by_itself = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
            if self._until is not None:
                threading.Thread(target=self._stop_after, args=(self._until,), daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Before the requests under way have come to their end: the ticks have the same time, not the time after it.
        self._on_stop()
        await super().shutdown(sockets)

    def _stop_after(self, until: Callable[[], object]) -> None:
        until()
        self._stops_by_itself = self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn takes a Ctrl-C while it stops for a second, impatient one, and breaks off; this is the first.
        if self._stops_by_itself:
            self._stops_by_itself = self.should_exit = False
        super().handle_exit(sig, frame)


def web(
    parts: Parts,
    *,
    with_jobs: bool,
    on_ready: Callable[[], None] = lambda: None,
    until: Callable[[], object] | None = None,
    door: socket.socket | None = None,
) -> bool:
    """Serve the web door in this process; ``with_jobs`` runs the ticks beside it.

    Args:
        on_ready: called once the door listens.
        until: called then in a thread of its own; when it returns, serving stops in good order.
        door: a listening socket to serve and close, instead of the host and port of the settings.

    Returns:
        Whether everything came to its end; see ``leave``.
    """
    on_stop: Callable[[], None] = parts.clockwork.halt if with_jobs else lambda: None
    ended = True
    settings = parts.settings
    if with_jobs:
        parts.clockwork.start()
    config = uvicorn.Config(
        parts.web(with_jobs=with_jobs),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    try:
        # uvicorn ends in good order on Ctrl-C or SIGTERM and then raises it once more for whoever wants to know.
        # SIGTERM would end us on the spot then, before what comes after.
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            _Server(config, on_ready, on_stop, until).run([door] if door else None)
    finally:
        if with_jobs:
            ended = parts.clockwork.stop()
        parts.db.close()
    return ended


def jobs(parts: Parts) -> bool:
    """Run the ticks alone in this process; returns whether everything came to its end, see ``leave``."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, ask_to_stop)
    parts.clockwork.start()
    log.info("jobs_started")
    stop.wait()
    ended = parts.clockwork.stop()
    parts.db.close()
    return ended


def leave() -> NoReturn:
    """End the process although threads of it still wait for a provider.

    Python waits for every thread before it ends, and no thread can be ended from outside: a server that drips a byte a
    second would hold us until the host kills us. Everything that is known has been written by now; what that provider
    may still answer is looked up in its list after the lease.
    """
    log.warning("left_with_calls_under_way")
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
