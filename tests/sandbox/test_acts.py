"""What people did in Slack is kept with what they saw, so that an act nobody answered can be found."""

from __future__ import annotations

import json

from tests.sandbox.practice import LEADS, RILEY, Practice, RecordingBot, actions, button, modal, section
from tests.sandbox.recording_bot import Answer, Heard


def test_a_command_is_kept_with_its_answer(practice: Practice, bot: RecordingBot) -> None:
    """One that was answered, and one whose bot broke: Slack's own words count as seen."""
    replies = iter([Answer('{"text": "Done."}'), Answer(status=500)])
    bot.answers["/lead"] = lambda _: next(replies)

    practice.control("command", user=RILEY, channel=LEADS, text="/lead one")
    practice.control("command", user=RILEY, channel=LEADS, text="/lead two")

    one, two = practice.state()["acts"]
    assert (one["user"], one["kind"], one["what"], one["status"], one["done"]) == (
        RILEY,
        "command",
        "/lead one",
        200,
        True,
    )
    assert one["shown"]["text"] == "Done."
    assert two["status"] == 500
    assert "dispatch_failed" in two["shown"]["text"]
    assert one["ts"] < two["ts"]


def test_a_click_answered_by_nothing_shows_nothing(practice: Practice, bot: RecordingBot) -> None:
    """The modal that was open before is no answer; one that opens is."""
    ts = practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[section("x"), actions(button("go"))])["ts"]

    def open_window(heard: Heard) -> Answer:
        practice.slack.views_open(trigger_id=heard.payload["trigger_id"], view=modal(section("Hello")))
        return Answer()

    for answer in (lambda _: Answer(), open_window, lambda _: Answer()):
        bot.answers["block_actions"] = answer
        practice.control("click", user=RILEY, channel=LEADS, ts=ts, action_id="go")

    first, second, third = practice.state()["acts"]
    assert [(act["shown"], act["view"] is None) for act in (first, second, third)] == [
        (None, True),
        (None, False),
        (None, True),
    ]
    assert "Hello" in json.dumps(second["view"])
    assert second["message_ts"] == ts


def test_a_reset_forgets_what_people_did(practice: Practice, bot: RecordingBot) -> None:
    """Nothing of the world before."""
    practice.control("command", user=RILEY, channel=LEADS, text="/lead")
    assert bot.heard

    practice.control("reset")

    assert practice.state()["acts"] == []
