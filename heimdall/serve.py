"""Run the web door, the ticks, or both, until a signal asks to stop; then finish what is under way."""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import structlog
import uvicorn

from heimdall.compose import Parts

GRACE_SECONDS = 15
"""How long requests under way may take after a stop was asked for; hosts kill 30 s after SIGTERM."""

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """A server that says when it really listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def web(parts: Parts, *, with_jobs: bool, on_ready: Callable[[], None] = lambda: None) -> None:
    """Serve the web door in this process; ``with_jobs`` runs the ticks beside it.

    Args:
        on_ready: called once the door listens.
    """
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
        # uvicorn ends in good order on Ctrl-C and then raises it once more for whoever wants to know.
        with contextlib.suppress(KeyboardInterrupt):
            _Server(config, on_ready).run()
    finally:
        if with_jobs:
            parts.clockwork.stop()
        parts.db.close()


def jobs(parts: Parts) -> None:
    """Run the ticks alone in this process."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, ask_to_stop)
    parts.clockwork.start()
    log.info("jobs_started")
    stop.wait()
    parts.clockwork.stop()
    parts.db.close()
