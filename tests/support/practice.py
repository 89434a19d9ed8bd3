"""Drive a running demo as its people would: real processes, real wire protocols, no waiting by the clock."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import requests

PATIENCE_SECONDS = 20.0
"""How long a test waits for something that normally takes a second, before it calls it missing."""

START_SECONDS = 60
STOP_SECONDS = 40

LEADS, DEALS, BRIEFINGS = "C0LEADS", "C0DEALS", "C0HEIMDALL"
RILEY, AVERY, DANA, GUS = "U0RILEY", "U0AVERY", "U0DANA", "U0GUS"

TUESDAY_NOON = "2026-11-24T17:00:00+00:00"
"""12:00 in Toronto, 10:00 in Calgary: every province may be texted and called."""

Json = dict[str, Any]
T = TypeVar("T")


class Practice:
    """One practice world, over its control API."""

    def __init__(self, url: str) -> None:
        """Keep the page's address."""
        self.url = url
        self._http = requests.Session()

    def reset_clock(self, at: str = TUESDAY_NOON) -> None:
        """Move the world to an instant."""
        self.post("clock", at=at)

    def advance(self, **parts: float) -> None:
        """Move the world forward by days, hours, minutes or seconds."""
        units = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
        self.post("clock", advance_seconds=sum(units[name] * amount for name, amount in parts.items()))

    def post(self, path: str, **body: Any) -> Json:  # noqa: ANN401 - JSON
        """Do one thing."""
        answer = self._http.post(f"{self.url}/_control/{path}", json=body, timeout=30)
        answer.raise_for_status()
        done: Json = answer.json()
        return done

    def command(self, text: str, *, user: str = RILEY, channel: str = LEADS) -> str:
        """Type a slash command and return what the person saw, as text."""
        return said(self.post("command", user=user, channel=channel, text=text))

    def click(self, message: Json, action_id: str, *, user: str = RILEY) -> Json:
        """Click a button of a message, with the value it carries."""
        value = button(message, action_id).get("value")
        return self.post(
            "click", user=user, channel=message["channel"], ts=message["ts"], action_id=action_id, value=value
        )

    def texts_reach(self, number: str, count: int) -> list[str]:
        """Wait until a phone has received so many texts from us, and return them."""

        def look() -> list[str] | None:
            bodies = self.received(number)
            return bodies if len(bodies) >= count else None

        return self.until(f"{count} texts on {number}", look)

    def text(self, phone: str, body: str) -> None:
        """Answer from a phone."""
        self.post("text", phone=phone, body=body)

    @property
    def state(self) -> Json:
        """Return the whole world."""
        answer = self._http.get(f"{self.url}/_control/state", timeout=30)
        answer.raise_for_status()
        world: Json = answer.json()
        return world

    def messages(self, channel: str = LEADS) -> list[Json]:
        """Return what a channel shows, oldest first, threads included."""
        found: list[Json] = self.state["channels"][channel]["messages"]
        return found

    def whispers(self, user: str, channel: str = LEADS) -> list[Json]:
        """Return the private notes one person has in a channel."""
        return [note for note in self.state["channels"][channel]["ephemerals"] if note["user"] == user]

    def phone(self, number: str) -> list[Json]:
        """Return the texts of a phone, oldest first."""
        phones = self.state["phones"]
        texts: list[Json] = phones[number]["messages"] if number in phones else []
        return texts

    def received(self, number: str) -> list[str]:
        """Return the bodies a phone received from us (not from its carrier)."""
        return [text["body"] for text in self.phone(number) if text["source"] == "api"]

    def until(self, what: str, look: Callable[[], T | None], *, patience: float = PATIENCE_SECONDS) -> T:
        """Wait, on the world's own change feed, until ``look`` returns something true, and return it."""
        deadline = time.monotonic() + patience
        seen = -1
        while True:
            changes = self.state["changes"]
            found = look()
            if found:
                return found
            left = deadline - time.monotonic()
            assert left > 0, f"waited {patience:.0f} s for {what}"
            seen = max(seen, changes)
            self._http.get(
                f"{self.url}/_control/changes",
                params={"beyond": seen, "timeout_seconds": min(left, 1.0)},
                timeout=30,
            )


def said(seen: Mapping[str, Any]) -> str:
    """Return everything a person saw in answer to what they did, as one text."""
    shown, view = seen["shown"], seen["view"]
    return " ".join(words([shown, view] if shown or view else [seen["failure"] or ""]))


def words(part: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield every text inside blocks, in order."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in {"text", "blocks", "elements", "fields", "title", "label", "accessory", "shown", "description"}:
                yield from words(value)
    elif isinstance(part, list):
        for value in part:
            yield from words(value)


def shows(message: Mapping[str, Any]) -> str:
    """Return everything a message shows, as one text."""
    return " ".join(words({"text": message["text"], "blocks": message["blocks"]}))


def button(message: Mapping[str, Any], action_id: str) -> Json:
    """Return the button of a message with this action."""
    for block in message["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if isinstance(element, dict) and element.get("action_id") == action_id:
                return element
    msg = f"no button {action_id} in: {shows(message)}"
    raise AssertionError(msg)


def has_button(message: Mapping[str, Any], action_id: str) -> bool:
    """Tell whether a message has this button."""
    return f'"{action_id}"' in json.dumps(message["blocks"])


@contextmanager
def running_demo(*options: str) -> Iterator[tuple[Practice, "subprocess.Popen[str]"]]:
    """Run ``heimdall demo`` as a person would, and end it with Ctrl-C."""
    child = subprocess.Popen(
        [sys.executable, "-u", "-m", "heimdall", "demo", *options],
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield Practice(_url_of(child)), child
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGINT)
        child.communicate(timeout=STOP_SECONDS)


def _url_of(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    for line in child.stdout:
        for word in line.split():
            if word.startswith("http://127.0.0.1:"):
                return word.rstrip("/.")
    msg = f"the demo ended before it was ready, with status {child.wait(START_SECONDS)}"
    raise AssertionError(msg)
