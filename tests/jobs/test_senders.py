"""What each answer, silence and broken line of the phone provider means, over real HTTP."""

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from flows.dispatch import Handover
from flows.settle_delivery import Accepted, Broken, NotSent, Refused, Result, Unclear
from jobs.senders.sms import SmsSender, TwilioAccount
from storage import messages
from storage.unit import Database
from tests.support import builders
from tests.support.builders import NOON
from tests.support.vendor import Answer, reset, saying, vendor

FAST = 0.3
"""Seconds a test's client waits for an answer that never comes."""


def sender(url: str) -> SmsSender:
    """Return a sender for an account at this address."""
    return SmsSender(
        TwilioAccount("AC" + "0" * 32, "token", "+13435550100", url, "https://heimdall.example/phone/status")
    )


@pytest.fixture
def handover(sqlite_url: str) -> Handover:
    """Return the right to send one text."""
    database = Database.open(sqlite_url)
    with database.write() as tx:
        lead = builders.lead(tx)
        message_id = messages.plan(tx, builders.new_message(lead), NOON) or 0
        message = messages.find(tx, message_id)
    database.close()
    assert message is not None
    return Handover(message, 1, "token-1", "w1", 600, None)


def refusal(code: int, status: int) -> Answer:
    """Answer as Twilio refuses."""
    return saying(status, {"code": code, "message": "no", "status": status, "more_info": ""})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (saying(201, {"sid": "SM1", "status": "queued"}), Accepted),
        (refusal(21610, 400), Refused),
        (refusal(21211, 400), Refused),
        (refusal(20003, 401), Broken),
        (refusal(20429, 429), NotSent),
        (refusal(20500, 500), Unclear),
        (saying(503, "busy"), Unclear),
        (saying(201, "not json"), Unclear),
        (saying(201, {}), Unclear),
        (reset, Unclear),
    ],
    ids=["201", "21610", "21211", "20003", "429", "500", "503", "unreadable-201", "nameless-201", "reset"],
)
def test_every_answer_of_the_provider_has_one_meaning(handover: Handover, answer: Answer, kind: type[Result]) -> None:
    """One request, one meaning; nothing is ever tried twice by the sender itself."""
    with vendor(answer) as (url, asked):
        result = sender(url).send(handover)

    assert isinstance(result, kind)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("said", "least"),
    [("20", timedelta(seconds=20)), ("86400", timedelta(minutes=15)), ("Tue, 24 Nov 2026 17:00:00 GMT", timedelta())],
    ids=["named", "too long", "a date"],
)
def test_a_wait_the_provider_names_is_obeyed(handover: Handover, said: str, least: timedelta) -> None:
    """Never sooner than it says, and never later than our own longest wait."""
    with vendor(saying(429, {"code": 20429, "message": "no", "status": 429}, Retry_After=said)) as (url, _asked):
        result = sender(url).send(handover)

    assert isinstance(result, NotSent)
    assert result.code == 20429
    assert least <= result.retry_after <= timedelta(minutes=15)


def test_a_text_carries_its_token_and_its_expiry(handover: Handover) -> None:
    """The callback's address is unguessable and the provider may keep the text for ten minutes."""
    with vendor(saying(201, {"sid": "SM1"})) as (url, asked):
        sender(url).send(handover)

    _path, body = asked[0]
    assert b"StatusCallback=https%3A%2F%2Fheimdall.example%2Fphone%2Fstatus%2Ftoken-1" in body
    assert b"ValidityPeriod=600" in body


def test_nobody_listening_means_nothing_left(handover: Handover) -> None:
    """A refused connection is proof that no byte was read."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        result = sender(f"http://127.0.0.1:{taken.getsockname()[1]}").send(handover)

    assert isinstance(result, NotSent)


def test_silence_is_unclear(handover: Handover, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read that times out may have been an acceptance."""
    monkeypatch.setattr("jobs.senders.sms.TIMEOUT_SECONDS", FAST)
    done = threading.Event()

    def keep_silent(_handler: BaseHTTPRequestHandler) -> None:
        done.wait(10)

    with vendor(keep_silent) as (url, asked):
        result = sender(url).send(handover)
        done.set()

    assert isinstance(result, Unclear)
    assert len(asked) == 1
