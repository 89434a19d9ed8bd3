"""Slack's door takes what Slack signed, not long ago and with one of our secrets; nothing else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from bot.web import notes
from tests.bot import doors as kit

if TYPE_CHECKING:
    from tests.bot.doors import Doors

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


def test_a_signed_request_comes_through(doors: Doors) -> None:
    """The counter-example to everything below."""
    answer = doors.signed(HELP, FORM)

    assert answer.status_code == 200
    assert "/heimdall" in answer.json()["text"]


def test_a01_no_signature_is_401(doors: Doors) -> None:
    """Without a signature nobody looks at the body; that is no news for the audit trail."""
    answer = doors.post(HELP.encode(), {"content-type": FORM})

    assert answer.status_code == 401
    assert "unsigned" in answer.text
    assert doors.audit("slack_forged") == []


@pytest.mark.parametrize("missing", ["x-slack-request-timestamp", "x-slack-signature"])
def test_a01_half_a_signature_is_401(doors: Doors, missing: str) -> None:
    """Time and signature only count together."""
    half = {name: value for name, value in headers().items() if name != missing}

    answer = doors.post(HELP.encode(), half)

    assert answer.status_code == 401
    assert "unsigned" in answer.text


def test_a02_wrong_signature_is_401_and_leaves_an_audit_line(doors: Doors) -> None:
    """A signature by another key is somebody's attempt: one line says so."""
    answer = doors.signed(HELP, FORM, secret="somebody-else's-secret")

    assert answer.status_code == 401
    (line,) = doors.audit("slack_forged")
    assert line["subject"] == "slack"


def test_a02_a_body_changed_by_one_letter_is_401(doors: Doors) -> None:
    """The signature covers the whole body."""
    answer = doors.signed(HELP, FORM)
    request = answer.request
    changed = doors.post(
        request.content.replace(b"RILEY", b"AVERY"), dict(request.headers) | {"content-length": str(len(HELP))}
    )

    assert answer.status_code == 200
    assert changed.status_code == 401


def test_a02_forged_requests_cannot_fill_the_audit_trail(doors: Doors) -> None:
    """Anybody can knock as often as they like; the lines they cause are bounded."""
    knocks = notes.BURST + 15
    for _ in range(knocks):
        assert doors.post(HELP.encode(), headers()).status_code == 401

    lines = doors.audit("slack_forged")
    assert notes.BURST <= len(lines) < knocks


def test_the_old_signing_secret_still_counts(doors: Doors) -> None:
    """While the secret is being changed, both are good."""
    assert doors.signed(HELP, FORM, secret=kit.OLD_SECRET).status_code == 200


@pytest.mark.parametrize(
    ("offset_seconds", "words"), [(-301, "too old"), (301, "ahead"), (-100_000, "too old"), (100_000, "ahead")]
)
def test_a03_a04_times_too_far_off_are_401(doors: Doors, offset_seconds: int, words: str) -> None:
    """A good signature is good for five minutes, both ways (two seconds are left for the machine)."""
    drift = 2 if offset_seconds > 0 else 0

    answer = doors.signed(HELP, FORM, at=time.time() + offset_seconds + drift)

    assert answer.status_code == 401
    assert words in answer.text


@pytest.mark.parametrize("offset_seconds", [-290, 290])
def test_times_within_five_minutes_are_good(doors: Doors, offset_seconds: int) -> None:
    """Slack's clock and ours may differ."""
    assert doors.signed(HELP, FORM, at=time.time() + offset_seconds).status_code == 200


@pytest.mark.parametrize(
    "stamp",
    [
        "abc",
        "",
        "9" * 5_000,
        "1e999",
        "1700000000.5",
        "-1",
        "+1700000000",
        "0x10",
        "nan",
        "\N{ARABIC-INDIC DIGIT ONE}700000000",
        "1_0",
    ],
)
def test_a05_odd_timestamps_are_401(doors: Doors, stamp: str) -> None:
    """A time that is no whole number is nobody's, and breaks nothing."""
    answer = doors.http.post(
        "/slack/events",
        content=HELP.encode(),
        headers=[(name.encode(), value.encode()) for name, value in headers(x_slack_request_timestamp=stamp).items()],
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "signature", ["v0=é", "v0=" + "ÿ" * 64, "v1=" + "0" * 64, "v0", "=", "💥", "v0=" + "0" * 7_000]
)
def test_a06_odd_signatures_are_401(doors: Doors, signature: str) -> None:
    """A signature may hold any bytes and still only be wrong."""
    odd = [(name.encode(), value.encode()) for name, value in headers(x_slack_signature=signature).items()]

    answer = doors.http.post("/slack/events", content=HELP.encode(), headers=odd)

    assert answer.status_code == 401
