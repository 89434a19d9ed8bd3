"""A running practice world with a recording bot, driven by the vendors' own SDKs."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import requests
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox import server
from sandbox.app import create_app
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from twilio.http.response import Response

Json = Any
"""Whatever travels as JSON or in a form."""

PUBLIC_URL = "https://heimdall.example"
OURS = "+16475550100"
JANE = "+14165550199"
MARC = "+15145550142"
RILEY, AVERY, GUS = "U0RILEY", "U0AVERY", "U0GUS"
LEADS, DEALS = "C0LEADS", "C0DEALS"
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


class Redirect(TwilioHttpClient):
    """Twilio's HTTP client, pointed at another host."""

    def __init__(self, base: str, timeout: float = 5) -> None:
        """Send everything to a base URL."""
        super().__init__(timeout=timeout, pool_connections=True)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Json, **kwargs: Json) -> Response:  # type: ignore[override]
        """Swap scheme and host, then do as always."""
        parts = urlsplit(url)
        moved = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))
        return super().request(method, moved, *args, **kwargs)

    def close(self) -> None:
        """Close the connections."""
        if self.session:
            self.session.close()


class Practice:
    """A practice world that is being served, and the ways to reach it."""

    def __init__(self, url: str, settings: SandboxSettings, bot: RecordingBot) -> None:
        """Connect the SDKs to a served world."""
        self.url = url
        self.settings = settings
        self.bot = bot
        self.http = requests.Session()
        self.http.trust_env = False
        self.slack = WebClient(
            settings.slack_bot_token.get_secret_value(), base_url=f"{url}/api/", timeout=10, retry_handlers=[]
        )
        self._phone_http = Redirect(url)
        # The SDK types its answers as strings that may be missing and states as enumerations; they are JSON strings.
        self.phone: Any = Client(
            settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value(), http_client=self._phone_http
        )

    def close(self) -> None:
        """Close our connections."""
        self.http.close()
        self._phone_http.close()

    def control(self, order: str, _status: int = 200, **body: Json) -> dict[str, Any]:
        """Give the control API an order and return its answer."""
        response = self.http.post(f"{self.url}/_control/{order}", json=body, timeout=30)
        assert response.status_code == _status, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def state(self) -> dict[str, Any]:
        """Return the state of the world."""
        answer: dict[str, Any] = self.http.get(f"{self.url}/_control/state", timeout=30).json()
        return answer

    def traffic(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the raw traffic."""
        answer = self.http.get(f"{self.url}/_control/traffic", params={"since": since}, timeout=30).json()
        exchanges: list[dict[str, Any]] = answer["exchanges"]
        return exchanges

    def settle(self) -> None:
        """Wait until nothing is under way."""
        assert self.control("settle")["ok"]

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first state in which something holds, woken by changes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        state = self.state()
        while not holds(state):
            assert time.monotonic() < deadline, state
            self.http.get(f"{self.url}/_control/changes", params={"beyond": state["changes"]}, timeout=30)
            state = self.state()
        return state

    def texts(self, phone: str = JANE) -> list[dict[str, Any]]:
        """Return the texts of a phone."""
        found: list[dict[str, Any]] = self.state()["phones"][phone]["messages"]
        return found

    def messages(self, channel: str = LEADS, kind: str = "messages") -> list[dict[str, Any]]:
        """Return the messages (or ``ephemerals``) of a channel."""
        found: list[dict[str, Any]] = self.state()["channels"][channel][kind]
        return found

    def whispers(self, channel: str = LEADS) -> list[dict[str, Any]]:
        """Return the private messages of a channel."""
        return self.messages(channel, "ephemerals")

    def send_text(self, to: str = JANE, body: str = "Hello Jane", **more: Json) -> str:
        """Text a phone through the SDK and return the message's sid."""
        return str(self.phone.messages.create(to=to, from_=OURS, body=body, **more).sid)


@contextmanager
def serving(clock_file: Path, **settings: Json) -> Iterator[Practice]:
    """Serve a practice world with a recording bot in this process, on real sockets."""
    chosen: list[SandboxSettings] = []
    bot = RecordingBot(lambda: chosen[0])
    facts = {"bot_url": bot.url, "public_url": PUBLIC_URL, "twilio_from": OURS, "clock_file": clock_file, **settings}
    chosen.append(SandboxSettings(**facts))
    ready = threading.Event()
    with server.bind(0) as listening:
        running = server.Server(create_app(chosen[0]), ready.set)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            assert ready.wait(PATIENCE_SECONDS)
            practice = Practice(server.address(listening), chosen[0], bot)
            try:
                yield practice
            finally:
                practice.close()
        finally:
            running.should_exit = True
            thread.join(PATIENCE_SECONDS)
            bot.close()
    assert not thread.is_alive()


def section(text: str) -> dict[str, Any]:
    """Return a section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, text: str = "Press", **more: Json) -> dict[str, Any]:
    """Return a button element."""
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


def actions(*elements: dict[str, Any], block_id: str = "acts") -> dict[str, Any]:
    """Return an actions block."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(name: str, **more: Json) -> dict[str, Any]:
    """Return an input block with a text field; block and action id are the name."""
    element = {"type": "plain_text_input", "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": {"type": "plain_text", "text": name}, "element": element}


def modal(*blocks: dict[str, Any], title: str = "New lead", **more: Json) -> dict[str, Any]:
    """Return a modal."""
    return {
        "type": "modal",
        "callback_id": "new_lead",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": list(blocks),
        **more,
    }
