"""What the people of a deployment do and see, in a test's words."""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlencode

import requests

from tests.faults.deployment import Deployment
from tests.support.practice import AVERY, DEALS, LEADS, RILEY, Practice, has_button, said, shows

HAMILTON = "12 King St W, Hamilton ON"

Json = dict[str, Any]
T = TypeVar("T")

_numbers = count(2000)


def fresh_number(area: str = "416") -> str:
    """Return a number nobody else in this run has."""
    return f"+1{area}555{next(_numbers):04d}"


def line(number: str, place: str = HAMILTON) -> str:
    """Return the command that opens a lead who agreed to be texted."""
    return f"/lead {number} {place} — Jane Doe consent=express"


def open_lead(deployment: Deployment, number: str, place: str = HAMILTON) -> str:
    """Open a lead and return its reference."""
    return ref_in(deployment.world.command(line(number, place)))


def ref_in(answer: str) -> str:
    """Return the lead an answer names."""
    refs = [word.strip(".,:*()") for word in answer.split() if word.strip(".,:*()").startswith("L-")]
    assert refs, answer
    return refs[0]


def roots(deployment: Deployment, channel: str = LEADS) -> list[Json]:
    """Return the messages of a channel that hang under no other, oldest first."""
    return [each for each in deployment.world.messages(channel) if each["thread_ts"] in {None, each["ts"]}]


def card(deployment: Deployment, ref: str, *holding: str) -> Json:
    """Wait for a lead's card that shows some words, and return it."""

    def look() -> Json | None:
        shown = (each for each in roots(deployment) if f"{ref} " in shows(each) + " ")
        return next((each for each in shown if all(words in shows(each) for words in holding)), None)

    return deployment.until(f"the card of {ref} with {holding}", look)


def asking(deployment: Deployment, ref: str, amount: str = "$") -> Json | None:
    """Return the card that asks for approval of a lead's offer, while it asks."""
    cards = [each for each in deployment.world.messages(DEALS) if has_button(each, "approval.approve")]
    return next((each for each in cards if f"{ref} " in shows(each) + " " and amount in shows(each)), None)


def ask_approval(deployment: Deployment, ref: str, numbers: str = "arv=500k repairs=40k asking=320k") -> Json:
    """Have a deal's numbers typed in, and return the card that asks for approval."""
    deployment.world.command(f"/deal {ref} {numbers}")
    return deployment.until(f"the approval card of {ref}", lambda: asking(deployment, ref))


def approve(deployment: Deployment, shown: Json, user: str = AVERY) -> str:
    """Click Approve, and return what the person saw."""
    return said(deployment.world.click(shown, "approval.approve", user=user))


def all_at_once(url: str, works: Iterable[Callable[[Practice], T]]) -> list[T | Exception]:
    """Do several things to the world at the same moment, each through a connection of its own; return what came."""
    planned = list(works)
    came: list[T | Exception | None] = [None] * len(planned)
    ready = threading.Barrier(len(planned))

    def run(place: int, work: Callable[[Practice], T]) -> None:
        person = Practice(url)
        ready.wait()
        try:
            came[place] = work(person)
        except requests.RequestException as error:
            came[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(planned)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return [each for each in came if each is not None]


def signed_command(deployment: Deployment, text: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a command as Slack sends it, to be sent as often as one likes."""
    command, _, rest = text.partition(" ")
    fields = {
        "command": command,
        "text": rest,
        "user_id": RILEY,
        "channel_id": LEADS,
        "channel_name": "leads",
        "team_id": "T0HEIMDALL",
        "trigger_id": "1.2.3",
        "response_url": f"{deployment.page_url}/response/none",
    }
    body, stamp = urlencode(fields), str(int(time.time()))
    secret = deployment.environment["SLACK_SIGNING_SECRET"].encode()
    digest = hmac.new(secret, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }
    return body.encode(), headers
