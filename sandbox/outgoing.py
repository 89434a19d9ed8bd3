"""One request from the practice world to the bot, with a deadline, recorded by the inspector."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.runtime import Sandbox

Failure = Literal["", "timeout", "connection"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A request to the bot: always a POST.

    Args:
        peer: Who is supposed to send it.
        title: Its name in the inspector.
    """

    peer: Literal["slack", "phone"]
    title: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answered.

    Args:
        status: HTTP status, None when there was no answer.
        failure: Why there was none.
    """

    status: int | None
    body: str = ""
    headers: Mapping[str, str] | None = None
    failure: Failure = ""

    @property
    def ok(self) -> bool:
        """Return whether the bot answered 2xx."""
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004 - the class of HTTP successes


async def send(sandbox: Sandbox, letter: Letter, timeout_seconds: float) -> Reply:
    """Send a request to the bot and wait for its answer.

    Args:
        sandbox: The running practice world.
        letter: What to send.
        timeout_seconds: Real seconds from connecting to the last byte of the answer.

    Returns:
        The answer; a failure to get one is a value, not an exception.
    """
    at, began, resets = sandbox.clock.now(), time.monotonic(), sandbox.inspector.resets
    reply = await _attempt(sandbox.http, letter, timeout_seconds)
    sandbox.inspector.record(
        resets=resets,
        at=at,
        direction="to_bot",
        peer=letter.peer,
        title=letter.title,
        method="POST",
        url=letter.url,
        request_headers=letter.headers,
        request_body=letter.body.decode(),
        status=reply.status,
        response_headers=reply.headers or {},
        response_body=reply.body,
        milliseconds=(time.monotonic() - began) * 1000,
        note=reply.failure,
    )
    return reply


async def _attempt(http: httpx.AsyncClient, letter: Letter, timeout_seconds: float) -> Reply:
    """Make the request under one total deadline."""
    try:
        async with asyncio.timeout(timeout_seconds):
            response = await http.post(letter.url, content=letter.body, headers=letter.headers)
    except TimeoutError:
        return Reply(None, failure="timeout")
    except httpx.HTTPError:
        return Reply(None, failure="connection")
    return Reply(response.status_code, response.text, dict(response.headers))
