"""Two servers for a whole test session: a Slack that writes down what it is asked, and a stage for our own doors."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

ANSWER_SECONDS = 15
"""A test that waits longer than this has hung."""


class SlackApi:
    """Slack's Web API as far as listeners use it: writes down what is asked, and says yes or what it is told to say."""

    def __init__(self) -> None:
        """Say yes to everything."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tokens: list[str] = []
        self.refusals: dict[str, str] = {}
        self.hold: threading.Event | None = None
        self.drop = False
        self.retry_after = 0
        self.url = ""

    def reset(self) -> None:
        """Forget everything and say yes again."""
        self.calls.clear()
        self.tokens.clear()
        self.refusals.clear()
        self.hold, self.drop, self.retry_after = None, False, 0

    def asked(self, method: str) -> list[dict[str, Any]]:
        """Return what was asked of one method, in order."""
        return [said for name, said in self.calls if name == method]

    def answer(self, method: str, said: dict[str, Any]) -> dict[str, Any]:
        """Write a call down and answer it."""
        self.calls.append((method, said))
        if self.retry_after:
            return {"ok": False, "error": "ratelimited"}
        if method in self.refusals:
            return {"ok": False, "error": self.refusals[method]}
        return {"ok": True, "view": {"id": "V1"}}


@contextmanager
def slack_api() -> Iterator[SlackApi]:
    """Serve a Web API on a free port."""
    api = SlackApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            is_json = self.headers["content-type"].startswith("application/json")
            said = json.loads(body) if is_json else dict(parse_qsl(body))
            api.tokens.append(self.headers["authorization"])
            answer = json.dumps(api.answer(self.path.removeprefix("/api/"), said)).encode()
            if api.hold is not None:
                api.hold.wait(ANSWER_SECONDS)
            if api.drop:
                self.close_connection = True
                return
            self.send_response(429 if api.retry_after else 200)
            if api.retry_after:
                self.send_header("retry-after", str(api.retry_after))
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Keep the test output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}/api/"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join(ANSWER_SECONDS)
        server.server_close()


class Stage:
    """One web server for many tests: it plays whichever application the test puts on it."""

    def __init__(self) -> None:
        """Start empty."""
        self.app: ASGIApp | None = None
        self.port = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Play the application."""
        assert self.app is not None
        await self.app(scope, receive, send)


@contextmanager
def stage() -> Iterator[Stage]:
    """Serve on a free port; connections made before it accepts wait in the socket's queue."""
    empty = Stage()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        empty.port = listening.getsockname()[1]
        config = uvicorn.Config(empty, lifespan="off", ws="none", log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield empty
        finally:
            server.should_exit = True
            thread.join(ANSWER_SECONDS)
