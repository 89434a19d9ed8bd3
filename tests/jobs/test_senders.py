"""What each answer, silence and broken line of a vendor means, over real HTTP."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.views.blocks import Rendered
from flows.dispatch import Handover
from flows.settle_delivery import Accepted, Broken, NotSent, Refused, Result, Unclear
from jobs.senders import slack
from jobs.senders.sms import SmsSender, TwilioAccount
from storage import messages
from storage.cards import Card
from storage.unit import Database
from tests.support import builders
from tests.support.builders import NOON

Answer = Callable[[BaseHTTPRequestHandler], None]
FAST = 0.3
"""Seconds a test's client waits for an answer that never comes."""


def saying(status: int, body: Any, **headers: str) -> Answer:  # noqa: ANN401 - JSON
    """Answer with a status and JSON."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        payload = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        handler.send_header("Content-Length", str(len(payload)))
        handler.end_headers()
        handler.wfile.write(payload)

    return answer


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Break the connection after the request was read."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


@contextmanager
def vendor(answer: Answer) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Serve one answer to everything; yields the address and what was asked."""
    asked: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked.append((self.path, self.rfile.read(length)))
            answer(self)

        def log_message(self, *_words: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


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


CARD = Card(1, "lead", "1", "C1", None, None, {}, None, 1, 0)
RENDERED = Rendered("text", [])


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (saying(200, {"ok": True, "ts": "1.1"}), slack.Posted("1.1")),
        (
            saying(429, {"ok": False, "error": "ratelimited"}, Retry_After="7"),
            slack.Wait("ratelimited", timedelta(seconds=7), paced=True),
        ),
        (saying(200, {"ok": False, "error": "message_not_found"}), slack.Gone()),
        (saying(200, {"ok": False, "error": "invalid_blocks"}), slack.Rejected("invalid_blocks")),
        (
            saying(500, {"ok": False, "error": "fatal_error"}),
            slack.Wait("fatal_error", slack.DEFAULT_WAIT, paced=False),
        ),
    ],
    ids=["posted", "429", "gone", "invalid", "500"],
)
def test_every_answer_of_slack_has_one_meaning(answer: Answer, outcome: slack.Outcome) -> None:
    """One request, one meaning; the SDK's own retry is off."""
    with vendor(answer) as (url, asked):
        result = slack.SlackPoster("xoxb-1", f"{url}/api/").show(CARD, RENDERED)

    assert result == outcome
    assert len(asked) == 1


def test_a_lost_answer_of_slack_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reset makes the card wait; it is drawn again later, not posted twice at once."""
    monkeypatch.setattr("jobs.senders.slack.TIMEOUT_SECONDS", 1)
    with vendor(reset) as (url, asked):
        result = slack.SlackPoster("xoxb-1", f"{url}/api/").show(CARD, RENDERED)

    assert isinstance(result, slack.Wait)
    assert len(asked) == 1
