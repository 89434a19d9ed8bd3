"""Two wrappers around the application: one keeps other web sites out, the other writes the traffic down."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

from sandbox.settings import LOOPBACK_HOSTS

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sandbox.runtime import Sandbox

# Paths the bot speaks to, and who answers there.
_PEERS = {"/api/": "slack", "/response/": "slack", "/2010-04-01/": "phone"}
# Paths a browser posts to; another site's page must not.
_VISITOR_PATHS = ("/_ui/", "/_control/")


class LoopbackOnly:
    """Refuses hosts other than this machine's names, and visitors' posts from other sites.

    Both stop a web page elsewhere from reaching the practice world through the visitor's browser.
    """

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        """Wrap an application; the sandbox learns its own address from the requests that pass."""
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        address = f"http://{headers.get('host', '')}"
        if urlsplit(address).hostname not in LOOPBACK_HOSTS or _is_foreign(scope, headers, address):
            await PlainTextResponse("the practice world serves this machine only", 403)(scope, receive, send)
            return
        self._sandbox.url = address
        await self._app(scope, receive, send)


class Recorder:
    """Writes what the bot asks of Slack and the phone company, and the answers, into the inspector."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        """Wrap an application."""
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and remember it."""
        peer = _peer(scope)
        if peer is None:
            await self._app(scope, receive, send)
            return
        began = _Beginning(self._sandbox.clock.now(), time.monotonic(), self._sandbox.inspector.resets)
        asked, answered = _Copy(), _Copy()

        async def hear() -> Message:
            return asked.keep(await receive())

        async def say(message: Message) -> None:
            await send(answered.keep(message))

        try:
            await self._app(scope, hear, say)
        finally:
            self._write(scope, peer, asked, answered, began)

    def _write(self, scope: Scope, peer: str, asked: _Copy, answered: _Copy, began: _Beginning) -> None:
        """Record one exchange."""
        lost = bool(scope.get("sandbox.reset"))
        query = scope["query_string"].decode()
        self._sandbox.inspector.record(
            resets=began.resets,
            at=began.at,
            direction="from_bot",
            peer=peer,
            title=_title(scope["path"]),
            method=scope["method"],
            url=scope["path"] + (f"?{query}" if query else ""),
            request_headers=_headers(scope),
            request_body=asked.body.decode(errors="replace"),
            status=None if lost else answered.status,
            response_headers={} if lost else answered.headers,
            response_body="" if lost else answered.body.decode(errors="replace"),
            milliseconds=(time.monotonic() - began.monotonic_seconds) * 1000,
            note="connection reset" if lost else "",
        )


@dataclass(frozen=True, slots=True)
class _Beginning:
    """When a request began: in the world, in real time, and after how many resets."""

    at: datetime
    monotonic_seconds: float
    resets: int


class _Copy:
    """A copy of the body, status and headers that pass in ASGI messages."""

    def __init__(self) -> None:
        """Start empty."""
        self.body = b""
        self.status: int | None = None
        self.headers: dict[str, str] = {}

    def keep(self, message: Message) -> Message:
        """Copy what a message carries and hand it on."""
        self.body += message.get("body", b"")
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        return message


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers of a request by lower-case name."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _is_foreign(scope: Scope, headers: dict[str, str], address: str) -> bool:
    """Return whether a visitor's post comes from a page of another site."""
    posted = scope["method"] not in {"GET", "HEAD"} and scope["path"].startswith(_VISITOR_PATHS)
    return posted and headers.get("origin", address) != address


def _title(path: str) -> str:
    """Return a request's name: the API method, ``response_url``, or the phone resource without the account."""
    if path.startswith("/response/"):
        return "response_url"
    return path.removeprefix("/api/") if path.startswith("/api/") else "/".join(path.split("/")[4:])


def _peer(scope: Scope) -> str | None:
    """Return who a request is meant for, None for the page and the control API."""
    if scope["type"] != "http":
        return None
    return next((peer for prefix, peer in _PEERS.items() if scope["path"].startswith(prefix)), None)
