"""Events and their retries."""

from __future__ import annotations

from tests.sandbox.practice import (
    LEADS,
    RILEY,
    Answer,
    Practice,
    RecordingBot,
)


def test_a_persons_message_is_an_event(practice: Practice, bot: RecordingBot) -> None:
    """The envelope is Slack's; a mention is a second event."""
    practice.control("post", user=RILEY, channel=LEADS, text="hi <@U0HEIMDALL>")

    (heard,) = bot.wait_for("message")
    bot.wait_for("app_mention")
    assert heard.signed
    assert (heard.payload["type"], heard.payload["team_id"]) == ("event_callback", "T0HEIMDALL")
    assert heard.payload["event_id"].startswith("Ev")
    assert heard.payload["event"]["channel_type"] == "channel"
    assert heard.payload["authorizations"][0]["user_id"] == "U0HEIMDALL"


def test_a_failed_event_is_retried_three_times_with_reasons(practice: Practice, bot: RecordingBot) -> None:
    """At once, after a minute, after five more; the waiting is world time."""
    bot.say("message", status=500)

    practice.control("post", user=RILEY, channel=LEADS, text="hi")
    bot.wait_for("message", 2)
    practice.control("clock", advance_seconds=60)
    bot.wait_for("message", 3)
    practice.control("clock", advance_seconds=300)
    tries = bot.wait_for("message", 4)
    practice.settle()

    assert [one.headers.get("x-slack-retry-num") for one in tries] == [None, "1", "2", "3"]
    assert {one.headers.get("x-slack-retry-reason") for one in tries[1:]} == {"http_error"}
    assert len({one.payload["event_id"] for one in tries}) == 1
    assert len(bot.of("message")) == 4


def test_a_bot_can_ask_for_no_retries(practice: Practice, bot: RecordingBot) -> None:
    """x-slack-no-retry stops them."""
    bot.say("message", status=500, headers={"x-slack-no-retry": "1"})

    practice.control("post", user=RILEY, channel=LEADS, text="hi")
    practice.settle()

    assert len(bot.of("message")) == 1


def test_the_bots_address_is_verified_by_a_challenge(practice: Practice, bot: RecordingBot) -> None:
    """Only who sends the challenge back owns the address."""
    silent = practice.control("verify")["ok"]
    bot.answers["url_verification"] = lambda heard: Answer(heard.payload["challenge"])
    answered = practice.control("verify")["ok"]

    assert (silent, answered) == (False, True)
