"""A bot that remembers what it hears, checks every signature with the vendors' SDKs and says what it is told to."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.settings import SandboxSettings

Json = Any
"""Whatever travels as JSON or in a form."""

PUBLIC_URL = "https://heimdall.example"
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Heard:
    """One request the bot received; ``kind`` is the command, interaction or event type, or the path."""

    kind: str
    path: str
    headers: dict[str, str]
    form: dict[str, str]
    payload: dict[str, Any]
    signed: bool


@dataclass(frozen=True)
class Answer:
    """What the bot answers."""

    body: str = ""
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class RecordingBot:
    """A bot that remembers what it hears, checks every signature and says what it is told to."""

    def __init__(self, settings: Callable[[], SandboxSettings]) -> None:
        """Start listening on a free port."""
        self._settings = settings
        self._news = threading.Condition()
        self.heard: list[Heard] = []
        self.answers: dict[str, Callable[[Heard], Answer]] = {}
        bot = self

        class Handler(BaseHTTPRequestHandler):
            """Hands every POST to the bot."""

            def do_POST(self) -> None:
                """Read, remember, answer."""
                bot._serve(self)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def clear(self) -> None:
        """Forget what was heard and what to answer."""
        with self._news:
            self.heard.clear()
        self.answers.clear()

    def say(self, kind: str, body: object = "", **answer: Json) -> None:
        """Answer requests of a kind with a text, or with JSON when it is not a text."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers[kind] = lambda _heard: Answer(text, **answer)

    def wait_for(self, kind: str, count: int = 1) -> list[Heard]:
        """Wait until this many requests of a kind were heard and return all of them."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.of(kind)) >= count, PATIENCE_SECONDS)
        assert came, f"heard {[heard.kind for heard in self.heard]}, waited for {count} of {kind}"
        return self.of(kind)

    def of(self, kind: str) -> list[Heard]:
        """Return the requests of a kind heard so far."""
        return [heard for heard in self.heard if heard.kind == kind]

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["content-length"]))
        heard = self._understood(handler.path, {k.lower(): v for k, v in handler.headers.items()}, body)
        with self._news:
            self.heard.append(heard)
            self._news.notify_all()
        answering = self.answers.get(heard.kind)
        answer = answering(heard) if answering else Answer()
        try:
            self._answer(handler, answer)
        except ConnectionError:  # Whoever asked has given up waiting.
            handler.close_connection = True

    @staticmethod
    def _answer(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.send_response(answer.status)
        handler.send_header("content-type", answer.content_type)
        handler.send_header("content-length", str(len(answer.body.encode())))
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.body.encode())

    def _understood(self, path: str, headers: dict[str, str], body: bytes) -> Heard:
        settings, text = self._settings(), body.decode()
        form, payload = {}, {}
        if headers["content-type"].startswith("application/json"):
            payload = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True))
            payload = json.loads(form["payload"]) if "payload" in form else {}
        if path.startswith("/slack"):
            verifier = SignatureVerifier(settings.slack_signing_secret.get_secret_value())
            signed = verifier.is_valid_request(body, headers)
        else:
            validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
            signed = bool(validator.validate(PUBLIC_URL + path, form, headers["x-twilio-signature"]))
        event = payload.get("event", {})
        kind = form.get("command") or event.get("type") or payload.get("type") or urlsplit(path).path
        return Heard(kind, path, headers, form, payload, signed)
