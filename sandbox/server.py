"""Serves the practice world on loopback, in a way that lets faults break connections."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import uvicorn
from sse_starlette.sse import AppStatus

from sandbox import runtime
from sandbox.connections import ResettableProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

HOST = "127.0.0.1"


class Server(uvicorn.Server):
    """A server that says once when it listens."""

    def __init__(self, app: FastAPI, on_ready: Callable[[], None]) -> None:
        """Prepare to serve an application.

        Args:
            app: The practice world.
            on_ready: Called once, when requests are accepted.
        """
        config = uvicorn.Config(
            app,
            http=ResettableProtocol,
            ws="none",
            log_level="warning",
            access_log=False,
            # A fault may keep an answer back for long; do not wait for it.
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        # The library would cut event streams off in mid-answer when the server stops; ``shutdown`` ends them properly.
        AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]
        self._sandbox = runtime.of(app)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start accepting requests and say so."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the page's event streams, then stop."""
        self._sandbox.feed.close()
        await super().shutdown(sockets)


def bind(port: int) -> socket.socket:
    """Return a listening loopback socket.

    Args:
        port: 0 picks a free one.
    """
    return socket.create_server((HOST, port))


def inherit(descriptor: int) -> socket.socket:
    """Return a listening socket the parent holds; it outlives us, so that nobody is refused between two worlds.

    Args:
        descriptor: Its file descriptor in this process.
    """
    return socket.socket(fileno=descriptor)


def address(listening: socket.socket) -> str:
    """Return the web address of a listening socket."""
    return f"http://{HOST}:{listening.getsockname()[1]}"


def ready_line(listening: socket.socket) -> str:
    """Return the one line that tells whoever started the sandbox where it is."""
    return json.dumps({"ready": True, "url": address(listening)})


def reset_line() -> str:
    """Return the line that asks whoever started the sandbox to start it anew, and the bot with it."""
    return json.dumps({"reset": True})
