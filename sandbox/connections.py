"""Open connections of the server, so that a fault can break one off instead of answering.

An ASGI application cannot reset its connection; the protocol below remembers the transport of each client, which is
all that takes.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from fastapi import Request

# SO_LINGER on with zero seconds: closing sends RST at once and drops what was not sent (man 7 socket).
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

_transports: dict[tuple[str, int], asyncio.Transport] = {}


class ResettableProtocol(H11Protocol):
    """HTTP/1.1 whose connections can be reset by client address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember a new connection."""
        super().connection_made(transport)
        _transports[_address(transport)] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection that ended."""
        _transports.pop(_address(self.transport), None)
        super().connection_lost(exc)


def _address(transport: Any) -> tuple[str, int]:  # noqa: ANN401 - asyncio's transports share no useful base here
    """Return host and port of a connection's client."""
    host, port = transport.get_extra_info("peername")[:2]
    return str(host), int(port)


def reset(request: Request) -> None:
    """Break off the connection of a request with RST; whatever is answered afterwards is lost.

    Raises:
        RuntimeError: The server does not run on :class:`ResettableProtocol`.
    """
    transport = _transports.get((request.client.host, request.client.port)) if request.client else None
    if transport is None:
        message = "the connection cannot be reset: serve the sandbox with sandbox.server"
        raise RuntimeError(message)
    request.scope["sandbox.reset"] = True
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
