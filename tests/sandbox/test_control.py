"""Clock, reset, inspector and the guard at the door."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from sandbox.settings import SandboxSettings
from tests.sandbox.practice import (
    AVERY,
    JANE,
    LEADS,
    OURS,
    PUBLIC_URL,
    RILEY,
    Practice,
    RecordingBot,
    actions,
    button,
    modal,
    section,
)
from tests.sandbox.recording_bot import Answer, Heard

if TYPE_CHECKING:
    from pathlib import Path


def offset_in(file: Path) -> float:
    """Return the offset the bot would read."""
    return float(json.loads(file.read_text(encoding="utf-8"))["offset_seconds"])


def test_the_clock_file_follows_the_world_clock(practice: Practice) -> None:
    """To an instant, onward, and back to real time."""
    file = practice.settings.clock_file
    assert file
    to = datetime.now(UTC) + timedelta(days=2)

    practice.control("clock", at=to.isoformat())
    at_instant = offset_in(file)
    practice.control("clock", advance_seconds=3600)
    onward = offset_in(file)
    now = practice.control("clock", real=True)["now"]

    assert at_instant == pytest.approx(2 * 86_400, abs=30)
    assert onward == pytest.approx(at_instant + 3600)
    assert offset_in(file) == 0.0
    assert abs(datetime.fromisoformat(now) - datetime.now(UTC)) < timedelta(seconds=30)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-24T09:00:00"])
def test_a_time_without_offset_or_sense_is_refused(practice: Practice, at: str) -> None:
    """The world clock stays."""
    assert practice.control("clock", 400, at=at)["error"]
    assert practice.state()["offset_seconds"] == 0.0


def test_world_time_is_on_messages_and_real_time_on_signatures(practice: Practice, bot: RecordingBot) -> None:
    """A week ahead, the SDK's verifier still accepts commands, and posts carry the world's time."""
    practice.control("clock", advance_seconds=7 * 86_400)
    practice.control("command", user=RILEY, channel=LEADS, text="/lead")
    ts = practice.slack.chat_postMessage(channel=LEADS, text="x")["ts"]
    sid = practice.send_text()

    assert bot.of("/lead")[0].signed
    assert float(ts) - time.time() == pytest.approx(7 * 86_400, abs=30)
    created = practice.phone.messages(sid).fetch().date_created
    assert created - datetime.now(UTC) > timedelta(days=6)


def test_time_stamps_grow_even_when_the_clock_goes_back(practice: Practice) -> None:
    """Order in a channel never turns round."""
    first = practice.slack.chat_postMessage(channel=LEADS, text="1")["ts"]
    practice.control("clock", advance_seconds=-3600)
    second = practice.slack.chat_postMessage(channel=LEADS, text="2")["ts"]

    assert float(second) > float(first)


def test_reset_restores_the_start(practice: Practice, bot: RecordingBot) -> None:
    """Nothing that happened is left, nothing under way goes on."""
    practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[actions(button("b"))])
    practice.control("command", user=RILEY, channel=LEADS, text="/lead")
    trigger = bot.of("/lead")[0].form["trigger_id"]
    practice.slack.views_open(trigger_id=trigger, view=modal(section("x")))
    practice.slack.views_publish(user_id=AVERY, view={"type": "home", "blocks": []})
    practice.control("text", phone="+19025550111", body="STOP")
    practice.control("clock", advance_seconds=60)
    practice.control("faults", carrier_delay_seconds=600, slack_500=True)
    practice.send_text(status_callback=f"{PUBLIC_URL}/phone/status")

    practice.control("reset")

    state = practice.state()
    assert [channel["messages"] + channel["ephemerals"] for channel in state["channels"].values()] == [[]] * 7
    assert (state["views"], state["homes"], state["faults"], state["busy"]) == ({}, {}, {}, 0)
    assert state["offset_seconds"] == 0.0
    assert set(state["phones"]) == {JANE, "+15145550142", "+14035550123"}
    assert [phone["messages"] for phone in state["phones"].values()] == [[]] * 3
    assert practice.traffic() == []
    assert practice.phone.messages.list() == []


def test_what_began_before_a_reset_is_no_traffic_of_the_new_world(practice: Practice) -> None:
    """A command the bot was still answering, and a call to the phone company that was still hanging."""

    def answer(heard: Heard) -> Answer:
        del heard
        practice.control("faults", twilio_hang_after_store_seconds=0.2)
        hanging.start()
        practice.until(lambda state: bool(state["phones"][JANE]["messages"]))
        practice.control("reset")
        return Answer()

    hanging = threading.Thread(target=practice.send_text)
    practice.bot.answers["/lead"] = answer

    practice.control("command", user=RILEY, channel=LEADS, text="/lead")
    hanging.join()

    assert practice.traffic() == []


def test_the_inspector_shows_both_directions_without_secrets(practice: Practice, bot: RecordingBot) -> None:
    """Bodies and addresses are there; tokens, passwords and signatures are not."""
    bot.say("/lead", "Working on it", content_type="text/plain")
    practice.control("command", user=RILEY, channel=LEADS, text="/lead help")
    token = practice.settings.slack_bot_token.get_secret_value()
    practice.slack.api_call("chat.postMessage", data={"channel": LEADS, "text": "Hello", "token": token})
    practice.send_text(status_callback=f"{PUBLIC_URL}/phone/status")
    practice.settle()

    traffic = practice.traffic()
    seen = {(one["direction"], one["peer"], one["title"], one["status"]) for one in traffic}
    assert {
        ("to_bot", "slack", "/lead", 200),
        ("from_bot", "slack", "chat.postMessage", 200),
        ("from_bot", "phone", "Messages.json", 201),
        ("to_bot", "phone", "message status", 200),
    } <= seen
    assert "text=help" in traffic[0]["request_body"]
    assert traffic[0]["response_body"] == "Working on it"
    told = json.dumps(traffic)
    for secret in (practice.settings.slack_signing_secret, practice.settings.twilio_auth_token):
        assert secret.get_secret_value() not in told
    assert token not in told
    assert traffic[0]["request_headers"]["x-slack-signature"] == "•••"
    counts = practice.state()["traffic"]
    assert counts["from_bot"] == {"chat.postMessage": 1, "Messages.json": 1}
    assert counts["to_bot"] == {"/lead": 1, "message status": 3}
    assert practice.traffic(since=traffic[-1]["number"]) == []


def test_a_listener_is_woken_by_the_next_change(practice: Practice) -> None:
    """No need to ask again and again."""
    before = practice.state()["changes"]
    assert practice.http.get(
        f"{practice.url}/_control/changes", params={"beyond": before, "timeout_seconds": 0.05}, timeout=5
    ).json() == {"changes": before}

    practice.send_text()

    state = practice.until(lambda state: bool(state["phones"][JANE]["messages"]))
    assert state["changes"] > before


@pytest.mark.parametrize(
    ("order", "body"),
    [
        ("command", {"user": RILEY, "channel": LEADS, "text": "lead"}),
        ("command", {"user": "U0NOBODY", "channel": LEADS, "text": "/lead"}),
        ("command", {"user": RILEY, "channel": "#nowhere", "text": "/lead"}),
        ("submit", {"user": RILEY, "view_id": "V0NONE", "values": {}}),
        ("close", {"user": RILEY, "view_id": "V0NONE"}),
        ("home", {"user": "U0HEIMDALL"}),
    ],
)
def test_a_visitors_mistake_is_explained(practice: Practice, order: str, body: dict[str, object]) -> None:
    """With a sentence, and nothing is sent."""
    assert practice.control(order, 400, **body)["error"]
    assert practice.bot.heard == []


def test_people_can_be_named(practice: Practice, bot: RecordingBot) -> None:
    """Handles work as well as ids."""
    practice.control("command", user="riley", channel="#leads", text="/lead")

    assert bot.of("/lead")[0].form["user_id"] == RILEY


def test_another_sites_page_cannot_reach_in(practice: Practice) -> None:
    """Neither under another name nor by posting from another origin."""
    renamed = practice.http.get(f"{practice.url}/_control/state", headers={"Host": "evil.example"}, timeout=5)
    posted = practice.http.post(f"{practice.url}/_control/reset", headers={"Origin": "https://evil.example"}, timeout=5)
    own = practice.http.post(f"{practice.url}/_control/reset", headers={"Origin": practice.url}, timeout=5)

    assert (renamed.status_code, posted.status_code, own.status_code) == (403, 403, 200)


def test_the_bot_must_be_on_this_machine() -> None:
    """The practice world never talks to another."""
    with pytest.raises(ValidationError, match="loopback"):
        SandboxSettings(bot_url="https://heimdall.example")


def test_secrets_are_random_when_none_are_given() -> None:
    """Never a fixed default."""
    one, two = SandboxSettings(), SandboxSettings()

    assert one.slack_signing_secret != two.slack_signing_secret
    assert one.slack_bot_token != two.slack_bot_token
    assert one.twilio_auth_token != two.twilio_auth_token
    assert one.twilio_account_sid != two.twilio_account_sid
    assert one.twilio_from == OURS
