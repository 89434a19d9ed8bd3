"""Run the web door, the ticks, or both, until a signal asks to stop; then finish what is under way."""

import signal
import threading
from types import FrameType

import structlog
import uvicorn

from heimdall.compose import Parts

GRACE_SECONDS = 15
"""How long requests under way may take after a stop was asked for; hosts kill 30 s after SIGTERM."""

log = structlog.get_logger(__name__)


def web(parts: Parts, *, with_jobs: bool) -> None:
    """Serve the web door in this process; ``with_jobs`` runs the ticks beside it."""
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
        uvicorn.Server(config).run()
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
