"""Slack's door refuses what is too large, too slow, of the wrong kind or of no known shape, and says which."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from bot.web.guard import Limits
from tests.bot import doors as kit

if TYPE_CHECKING:
    from tests.bot.doors import Doors, SlackApi, Stage

FORM = "application/x-www-form-urlencoded"
HELP = "command=%2Fheimdall&text=help&team_id=T0HEIMDALL&user_id=U0RILEY&channel_id=C0LEADS"


def headers(**changes: str) -> dict[str, str]:
    """Return the headers of a request that looks right but for the changes."""
    usual = {
        "content-type": FORM,
        "x-slack-request-timestamp": str(int(time.time())),
        "x-slack-signature": "v0=" + "0" * 64,
    }
    return usual | {name.replace("_", "-"): value for name, value in changes.items()}


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"text=\xc3\x28", b"\xed\xa0\x80", "text=é".encode("latin-1"), HELP.encode("utf-16")]
)
def test_a07_a_body_that_is_not_utf8_is_400(doors: Doors, body: bytes) -> None:
    """Slack signs text; what is no text cannot have come from it."""
    answer = doors.post(body, headers())

    assert answer.status_code == 400
    assert "UTF-8" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        "payload={nope",
        "payload=",
        "payload=[]",
        "payload=3",
        "payload=null",
        "payload=true",
        'payload="text"',
        "payload=" + quote("[" * 100_000),
        "payload=" + quote('{"a":' * 20_000),
        "payload=" + quote('{"n":' + "9" * 5_000 + "}"),
        "payload=" + quote('{"n":NaN}'),
        "payload=" + quote('{"type":"block_actions","user":{"id":"\\ud800"}}'),
        "payload=" + quote('{"type":"\\ud800"}'),
    ],
    ids=lambda body: body[:30],
)
def test_a08_a09_a_signed_payload_of_no_use_is_400(doors: Doors, body: str) -> None:
    """Broken, deep, huge or of the wrong kind: refused by shape, with a right signature too."""
    answer = doors.signed(body, FORM)

    assert answer.status_code == 400
    assert answer.headers["x-slack-no-retry"] == "1"


@pytest.mark.parametrize(
    "body", ["{nope", "[]", "null", "3", "", '"x"', "[" * 100_000, '{"a": Infinity}'], ids=lambda b: b[:9]
)
def test_a08_a09_signed_json_of_no_use_is_400(doors: Doors, body: str) -> None:
    """The same for events."""
    assert doors.signed(body, "application/json").status_code == 400


@pytest.mark.parametrize(
    "part",
    [
        {"user": 5},
        {"user": {"id": 5}},
        {"user": {"id": "U<script>"}},
        {"team": []},
        {"view": "x"},
        {"view": {"state": 5}},
        {"actions": {}},
        {"actions": [5]},
        {"actions": [{"action_id": "lead.claim", "value": 5}]},
        {"event": 3},
        {"authorizations": ["x"]},
        {"channel": {"id": "C\u0000"}},
        {"trigger_id": {}},
        {"message": "x"},
    ],
    ids=str,
)
def test_a09_parts_of_the_wrong_kind_are_400(doors: Doors, part: dict[str, object]) -> None:
    """What listeners reach for without asking has its shape, or nobody runs."""
    payload = kit.click_payload("lead.claim", 1) | part

    assert doors.payload(payload).status_code == 400


@pytest.mark.parametrize(
    "odd",
    [
        {"is_ext_shared_channel": True, "type": "event_callback", "event": None},
        {"event": None},
        {"view": None, "type": "view_submission"},
        {"view": {"state": {"values": {"name": 5}}}, "type": "view_submission"},
        {"view": {"state": {"values": {"name": {"value": {"selected_option": 7}}}}}, "type": "view_submission"},
        {"actions": []},
        {"actions": None},
        {"container": None, "message": None, "channel": None},
        {"type": None},
        {"type": "no such type"},
        {"enterprise": {"id": "E1"}, "is_enterprise_install": "true"},
        {"authorizations": [{}]},
        {"authorizations": [{"team_id": {}}]},
    ],
    ids=str,
)
def test_odd_but_possible_payloads_are_never_a_500(doors: Doors, odd: dict[str, object]) -> None:
    """Whatever Slack may send one day, the answer is an answer."""
    answer = doors.payload(kit.click_payload("lead.claim", 1) | odd)

    assert answer.status_code < 500


def test_a11_an_announced_body_over_1_mib_is_413_unread(doors: Doors, stage: Stage) -> None:
    """Nobody waits for a body that is known to be too large: not one byte of it was sent here."""
    with socket.create_connection(("127.0.0.1", stage.port), timeout=kit.ANSWER_SECONDS) as raw:
        raw.sendall(_head("Content-Length: 1048577"))
        answer = _read_to_end(raw)

    assert answer.startswith(b"HTTP/1.1 413")
    assert doors.lead_count() == 0


def test_a_body_of_exactly_1_mib_is_read(doors: Doors) -> None:
    """The limit itself is still inside."""
    padded = HELP + "&pad=" + "x" * (1024 * 1024 - len(HELP) - 5)

    assert doors.signed(padded, FORM).status_code == 200


@pytest.mark.parametrize("length", ["9" * 5_000, "99999999999999999999"])
def test_a11_absurd_lengths_are_413(doors: Doors, stage: Stage, length: str) -> None:
    """A number of thousands of digits is only a very large number."""
    del doors
    with socket.create_connection(("127.0.0.1", stage.port), timeout=kit.ANSWER_SECONDS) as raw:
        raw.sendall(_head(f"Content-Length: {length}"))
        answer = _read_to_end(raw)

    assert answer.startswith((b"HTTP/1.1 413", b"HTTP/1.1 400"))


def test_a12_a_chunked_body_past_1_mib_is_413_and_the_connection_ends(doors: Doors, stage: Stage) -> None:
    """A body that does not say how long it is is cut off at the limit."""
    del doors
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", stage.port), timeout=kit.ANSWER_SECONDS) as raw:
        raw.sendall(_head("Transfer-Encoding: chunked"))
        for _ in range(17):
            raw.sendall(chunk)
        answer = _read_to_end(raw)

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()


def test_a13_a_body_that_drips_is_408(stage: Stage, slack_api: SlackApi, sqlite_url: str) -> None:
    """The time is for the whole body: a byte now and then does not buy more of it."""
    with (
        kit.doors(stage, slack_api, sqlite_url, limits=Limits(body_seconds=0.2)),
        socket.create_connection(("127.0.0.1", stage.port), timeout=kit.ANSWER_SECONDS) as raw,
    ):
        raw.sendall(_head("Content-Length: 100") + b"t")
        began = time.monotonic()
        answer = _read_to_end(raw)

    assert answer.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - began < 5


def test_a13_an_unfinished_body_does_not_hold_up_others(doors: Doors, stage: Stage) -> None:
    """While one client is slow, the others are served."""
    slow = [socket.create_connection(("127.0.0.1", stage.port), timeout=kit.ANSWER_SECONDS) for _ in range(60)]
    for raw in slow:
        raw.sendall(_head("Content-Length: 100") + b"t")

    answer = doors.signed(HELP, FORM)

    for raw in slow:
        raw.close()
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/slack/events", "/phone/inbound", "/phone/status/t"])
def test_a15_other_methods_are_405(doors: Doors, method: str, path: str) -> None:
    """These doors are only posted to."""
    answer = doors.http.request(method, path)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "kind", ["application/xml", "multipart/form-data; boundary=x", "text/plain", "", "application/jsonx", "*/*"]
)
def test_a17_other_content_types_are_415(doors: Doors, kind: str) -> None:
    """Slack sends forms and JSON, nothing else."""
    answer = doors.post(HELP.encode(), headers(content_type=kind))

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "kind", ["APPLICATION/X-WWW-FORM-URLENCODED", "application/x-www-form-urlencoded; charset=utf-8"]
)
def test_content_types_are_read_as_http_writes_them(doors: Doors, kind: str) -> None:
    """Case and parameters do not matter."""
    assert doors.signed(HELP, kind).status_code == 200


def test_json_in_a_form_is_not_read_as_json(doors: Doors) -> None:
    """A body means what its content type says, so that nobody reads it by two rules."""
    body = json.dumps({"command": "/heimdall", "text": "pause", "team_id": kit.TEAM_ID, "user_id": kit.AVERY})

    answer = doors.signed(body, FORM)

    assert answer.status_code == 200
    assert doors.audit("sending_paused") == []


def test_slack_can_verify_the_address(doors: Doors) -> None:
    """Slack asks a challenge once, when the address is typed into its settings; it names no workspace."""
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"})

    answer = doors.signed(body, "application/json")

    assert answer.json() == {"challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}


def test_the_answer_to_a_stranger_repeats_nothing_of_what_they_sent(doors: Doors) -> None:
    """A refusal is a sentence of ours."""
    answer = doors.post(b"secret-words", headers(x_slack_signature="secret-words"))

    assert "secret-words" not in answer.text


def _head(length: str) -> bytes:
    return f"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Type: {FORM}\r\n{length}\r\n\r\n".encode()


def _read_to_end(raw: socket.socket) -> bytes:
    """Return everything until the other side closes."""
    parts = []
    # Closing while bytes are still on their way may reset the connection; the answer has come before that.
    with suppress(ConnectionResetError):
        while part := raw.recv(65_536):
            parts.append(part)
    return b"".join(parts)
