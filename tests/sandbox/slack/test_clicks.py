"""Clicks in messages and shortcuts, as the bot and the person live them."""

from __future__ import annotations

from slack_sdk.webhook import WebhookClient

from tests.sandbox.practice import (
    AVERY,
    LEADS,
    RILEY,
    Practice,
    RecordingBot,
    actions,
    button,
    section,
)


def test_a_click_carries_message_container_state_and_action(practice: Practice, bot: RecordingBot) -> None:
    """The payload has the parts Bolt and handlers rely on."""
    menu = {
        "type": "static_select",
        "action_id": "outcome",
        "options": [{"text": {"type": "plain_text", "text": "Reached"}, "value": "reached"}],
    }
    blocks = [section("Lead"), actions(button("claim", "Claim", value="L-12", style="primary"), menu)]
    metadata = {"event_type": "card", "event_payload": {"id": 1}}
    ts = practice.slack.chat_postMessage(channel=LEADS, text="Lead", blocks=blocks, metadata=metadata)["ts"]

    practice.control("click", user=RILEY, channel=LEADS, ts=ts, action_id="outcome", selected="reached")
    seen = practice.control("click", user=RILEY, channel=LEADS, ts=ts, action_id="claim")

    pick, press = bot.of("block_actions")
    assert seen["ok"]
    assert seen["shown"] is None
    assert press.signed
    payload = press.payload
    assert payload["user"] == {"id": RILEY, "username": "riley", "name": "riley", "team_id": "T0HEIMDALL"}
    assert payload["container"] == {"type": "message", "message_ts": ts, "channel_id": LEADS, "is_ephemeral": False}
    assert payload["channel"] == {"id": LEADS, "name": "leads"}
    assert (payload["message"]["ts"], payload["message"]["metadata"]) == (ts, metadata)
    assert payload["trigger_id"]
    assert payload["response_url"]
    (action,) = payload["actions"]
    assert (action["type"], action["action_id"], action["block_id"], action["value"]) == (
        "button",
        "claim",
        "acts",
        "L-12",
    )
    assert float(action["action_ts"]) > 0
    picked = {"type": "static_select", "selected_option": menu["options"][0]}
    assert pick.payload["actions"][0]["selected_option"] == picked["selected_option"]
    assert payload["state"]["values"] == {"acts": {"outcome": picked}}


def test_a_click_in_a_private_message_brings_no_message_along(practice: Practice, bot: RecordingBot) -> None:
    """Slack does not repeat what only one person saw; the address can still replace it."""
    bot.say("/lead", {"text": "Sure?", "blocks": [actions(button("yes"))]})
    whisper = practice.control("command", user=RILEY, channel=LEADS, text="/lead")["shown"]

    practice.control("click", user=RILEY, channel=LEADS, ts=whisper["ts"], action_id="yes")
    payload = bot.of("block_actions")[0].payload
    WebhookClient(payload["response_url"]).send(text="Done.", replace_original=True)

    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    assert [(one["text"], one["blocks"]) for one in practice.whispers()] == [("Done.", [])]


def test_a_failed_click_warns_the_person(practice: Practice, bot: RecordingBot) -> None:
    """Never does a click do nothing visible."""
    ts = practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[actions(button("claim"))])["ts"]
    bot.say("block_actions", status=404)

    seen = practice.control("click", user=RILEY, channel=LEADS, ts=ts, action_id="claim")

    assert "status code 404" in seen["shown"]["text"]


def test_a_click_on_what_is_not_there_is_the_visitors_mistake(practice: Practice, bot: RecordingBot) -> None:
    """The control API says so and the bot hears nothing."""
    ts = practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[actions(button("claim"))])["ts"]

    wrong = practice.control("click", 400, user=RILEY, channel=LEADS, ts=ts, action_id="eat")
    other = practice.control("click", 400, user=RILEY, channel=LEADS, ts="1.000001", action_id="claim")

    assert "no element 'eat'" in wrong["error"]
    assert "no such message" in other["error"]
    assert bot.heard == []


def test_a_shortcut_can_start_from_a_message(practice: Practice, bot: RecordingBot) -> None:
    """Global shortcuts carry a trigger, those of a message the message too."""
    ts = practice.control("post", user=AVERY, channel=LEADS, text="call 416-555-0199")["message"]["ts"]

    practice.control("shortcut", user=RILEY, callback_id="new_lead")
    practice.control("shortcut", user=RILEY, callback_id="create_lead", channel=LEADS, ts=ts)

    assert bot.of("shortcut")[0].payload["trigger_id"]
    payload = bot.of("message_action")[0].payload
    assert (payload["callback_id"], payload["message"]["text"]) == ("create_lead", "call 416-555-0199")
    assert payload["response_url"]
