"""Commands and their answers, at once and later through the response address."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from slack_sdk.webhook import WebhookClient

from tests.sandbox.practice import (
    LEADS,
    RILEY,
    Answer,
    Heard,
    Practice,
    RecordingBot,
    actions,
    button,
    modal,
    section,
    serving,
    slack_refusal,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_command_arrives_signed_with_all_its_fields(practice: Practice, bot: RecordingBot) -> None:
    """The form is Slack's and the SDK's verifier accepts the signature."""
    practice.control("command", user=RILEY, channel="#leads", text="/lead  416-555-0199 — Zoë & co ")

    (heard,) = bot.of("/lead")
    assert heard.signed
    assert {name: heard.form[name] for name in ("command", "text", "user_id", "user_name", "channel_id")} == {
        "command": "/lead",
        "text": "416-555-0199 — Zoë & co",
        "user_id": RILEY,
        "user_name": "riley",
        "channel_id": LEADS,
    }
    assert (heard.form["channel_name"], heard.form["team_id"], heard.form["api_app_id"]) == (
        "leads",
        "T0HEIMDALL",
        "A0HEIMDALL",
    )
    assert heard.form["response_url"].startswith(f"{practice.url}/response/")


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Working on it", "text/plain; charset=utf-8", "Working on it"),
        ({"text": "Done", "blocks": [section("*Done*")]}, "application/json", "Done"),
    ],
)
def test_the_answer_to_a_command_is_whispered(
    practice: Practice, bot: RecordingBot, body: object, content_type: str, text: str
) -> None:
    """Only the person sees it."""
    bot.say("/lead", body, content_type=content_type)

    seen = practice.control("command", user=RILEY, channel=LEADS, text="/lead")

    assert seen["ok"]
    assert (seen["shown"]["text"], seen["shown"]["user"], seen["shown"]["source"]) == (text, RILEY, "ack")
    assert practice.messages() == []


def test_an_answer_for_everybody_is_posted(practice: Practice, bot: RecordingBot) -> None:
    """response_type in_channel makes it a message of the bot."""
    bot.say("/lead", {"response_type": "in_channel", "text": "Hello all"})

    practice.control("command", user=RILEY, channel=LEADS, text="/lead")

    assert [(message["text"], message["is_bot"]) for message in practice.messages()] == [("Hello all", True)]


def test_an_empty_answer_shows_nothing(practice: Practice) -> None:
    """The person sees nothing, and all is well."""
    seen = practice.control("command", user=RILEY, channel=LEADS, text="/lead")

    assert (seen["ok"], seen["shown"]) == (True, None)


def test_a_failing_bot_is_shown_as_slack_shows_it(practice: Practice, bot: RecordingBot) -> None:
    """The person reads Slack's error, not the bot's."""
    bot.say("/lead", "stack trace", status=500)

    seen = practice.control("command", user=RILEY, channel=LEADS, text="/lead help")

    assert (seen["ok"], seen["status"]) == (False, 500)
    assert seen["shown"]["text"] == '/lead failed with the error "dispatch_failed"'
    assert seen["shown"]["source"] == "slack"


def test_a_slow_bot_times_out_and_its_trigger_expires(tmp_path: Path) -> None:
    """After the time to acknowledge, neither the answer nor the trigger counts any more."""
    with serving(tmp_path / "clock.json", ack_seconds=0.2, trigger_seconds=0.05) as practice:
        codes: list[str] = []
        refused = threading.Event()

        def late(heard: Heard) -> Answer:
            practice.bot.wait_for("/done")
            view = modal(section("x"))
            codes.append(slack_refusal(practice.slack.views_open, trigger_id=heard.form["trigger_id"], view=view))
            refused.set()
            return Answer("too late")

        practice.bot.answers["/lead"] = late
        seen = practice.control("command", user=RILEY, channel=LEADS, text="/lead")
        practice.control("command", user=RILEY, channel=LEADS, text="/done")
        assert refused.wait(10)

        assert (seen["failure"], seen["shown"]["text"]) == (
            "timeout",
            '/lead failed with the error "operation_timeout"',
        )
        assert "too late" not in [whisper["text"] for whisper in practice.whispers()]
    assert codes == ["expired_trigger_id"]


def test_a_response_address_works_five_times(practice: Practice, bot: RecordingBot) -> None:
    """Private by default, public on request; the sixth use is refused."""
    practice.control("command", user=RILEY, channel=LEADS, text="/lead")
    webhook = WebhookClient(bot.of("/lead")[0].form["response_url"])

    answers = [webhook.send(text=str(number)) for number in range(4)]
    answers.append(webhook.send(text="all", response_type="in_channel"))
    sixth = webhook.send(text="too many")

    assert [(answer.status_code, answer.body) for answer in answers] == [(200, "ok")] * 5
    assert (sixth.status_code, "used_url" in sixth.body) == (404, True)
    assert [one["text"] for one in practice.whispers()] == ["0", "1", "2", "3"]
    assert [one["text"] for one in practice.messages()] == ["all"]


def test_a_response_address_lives_half_an_hour_of_world_time(practice: Practice, bot: RecordingBot) -> None:
    """Skipping 31 minutes ends it."""
    practice.control("command", user=RILEY, channel=LEADS, text="/lead")
    webhook = WebhookClient(bot.of("/lead")[0].form["response_url"])

    practice.control("clock", advance_seconds=29 * 60)
    in_time = webhook.send(text="x")
    practice.control("clock", advance_seconds=2 * 60)
    late = webhook.send(text="y")

    assert in_time.status_code == 200
    assert (late.status_code, "expired_url" in late.body) == (404, True)


def test_a_response_address_edits_or_deletes_the_clicked_message(practice: Practice, bot: RecordingBot) -> None:
    """replace_original keeps the message's place, delete_original takes it away."""
    ts = practice.slack.chat_postMessage(channel=LEADS, text="card", blocks=[actions(button("claim"))])["ts"]
    practice.control("click", user=RILEY, channel=LEADS, ts=ts, action_id="claim")
    webhook = WebhookClient(bot.of("block_actions")[0].payload["response_url"])

    webhook.send(text="Claimed", replace_original=True)
    replaced = [(one["ts"], one["text"], one["blocks"]) for one in practice.messages()]
    webhook.send(delete_original=True)

    assert replaced == [(ts, "Claimed", [])]
    assert practice.messages() == []
