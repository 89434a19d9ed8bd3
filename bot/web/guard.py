"""What every request must be before anybody reads it: small enough, soon enough, of a kind we take, and UTF-8.

Knows nothing of who sent it: signatures are in ``bot.web.signatures``, meaning in ``bot.web.shapes``.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

MAX_BODY_BYTES = 1024 * 1024
"""Largest body read: many times what either sends. Slack's largest carries a view, Twilio's is a form of some kB."""

MAX_BODY_SECONDS = 10.0
"""Longest time a whole body may take. Slack gives up after 3 s, Twilio after 15 s, both send theirs in one piece."""

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a stranger's time and bytes we take."""

    body_bytes: int = MAX_BODY_BYTES
    body_seconds: float = MAX_BODY_SECONDS


class RefusedError(Exception):
    """Refuse a request at the door with a status and a sentence for whoever reads the sender's log."""

    def __init__(self, status: int, sentence: str, *, final: bool = False) -> None:
        """Keep the parts.

        Args:
            status: HTTP status.
            sentence: what is wrong; plain text, never an echo of the request.
            final: whether part of the body is still on its way, so that the connection must end.
        """
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.final = final


def refuse(_request: Request, error: Exception) -> Response:
    """Answer a refused request; FastAPI's handler for ``RefusedError``."""
    if not isinstance(error, RefusedError):  # FastAPI's signature is wider than what it passes.
        raise error
    # A request refused for what it is will be no better the second time: Slack need not try again.
    headers = {"x-slack-no-retry": "1"} if error.status not in {408, 503} else {}
    if error.final:
        headers["connection"] = "close"
    return PlainTextResponse(error.sentence, error.status, headers)


async def read_text(request: Request, limits: Limits, kinds: Collection[str]) -> str:
    """Return the whole body as text.

    Args:
        request: a request whose body nobody has read yet.
        limits: see ``Limits``.
        kinds: content types that are taken, such as ``application/json``.

    Raises:
        RefusedError: 415 for another kind, 413 when too large, 408 when too slow, 400 when broken off or not UTF-8.
    """
    if kind_of(request) not in kinds:
        raise RefusedError(415, f"unsupported content type: send {' or '.join(sorted(kinds))}", final=True)
    _refuse_announced_size(request, limits)
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await _read(request, limits)
    except TimeoutError as error:
        raise RefusedError(408, "too slow: the body did not arrive in time", final=True) from error
    except ClientDisconnect as error:
        raise RefusedError(400, "broken off: the body ended early", final=True) from error
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(400, "not UTF-8") from error


def kind_of(request: Request) -> str:
    """Return a request's content type in lower case, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _refuse_announced_size(request: Request, limits: Limits) -> None:
    announced = request.headers.get("content-length", "0")
    if not (announced.isascii() and announced.isdigit()):
        raise RefusedError(400, "unreadable content length", final=True)
    # Compared by digits first: Python refuses to turn thousands of them into a number.
    if len(announced.lstrip("0")) > len(str(limits.body_bytes)) or int(announced) > limits.body_bytes:
        raise _too_large(limits)


async def _read(request: Request, limits: Limits) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limits.body_bytes:
            raise _too_large(limits)
        parts.append(part)
    return b"".join(parts)


def _too_large(limits: Limits) -> RefusedError:
    return RefusedError(413, f"too large: at most {limits.body_bytes} bytes", final=True)
