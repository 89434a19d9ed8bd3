"""A running practice world with a recording bot, driven by the vendors' own SDKs."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from sandbox import server
from sandbox.app import create_app
from sandbox.settings import SandboxSettings
from tests.sandbox.blocks import actions, button, modal, section, text_input
from tests.sandbox.recording_bot import PATIENCE_SECONDS, PUBLIC_URL, Answer, Heard, Json, RecordingBot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from twilio.http.response import Response

# Tests take everything they need from here.
__all__ = [
    "AVERY",
    "DEALS",
    "GUS",
    "JANE",
    "LEADS",
    "MARC",
    "OURS",
    "PUBLIC_URL",
    "RILEY",
    "Answer",
    "Heard",
    "Json",
    "Practice",
    "RecordingBot",
    "Redirect",
    "actions",
    "button",
    "modal",
    "section",
    "serving",
    "slack_refusal",
    "text_input",
]

OURS = "+16475550100"
JANE = "+14165550199"
MARC = "+15145550142"
RILEY, AVERY, GUS = "U0RILEY", "U0AVERY", "U0GUS"
LEADS, DEALS = "C0LEADS", "C0DEALS"


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


def slack_refusal(call: Callable[..., object], **arguments: Json) -> str:
    """Call a method of the Slack SDK and return the code with which it is refused."""
    with pytest.raises(SlackApiError) as error:
        call(**arguments)
    return str(error.value.response["error"])


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
