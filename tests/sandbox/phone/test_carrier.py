"""The carrier's own rules: STOP and START, what arrives, and how long a text may wait."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from twilio.base.exceptions import TwilioRestException

from sandbox.phone.carrier import HELP_REPLY, START_REPLY, STOP_REPLY, STOP_WORDS
from tests.sandbox.practice import JANE, OURS, PUBLIC_URL, Answer, Heard, Practice, RecordingBot, serving

if TYPE_CHECKING:
    from pathlib import Path

INBOUND = "/phone/inbound"
STATUS = "/phone/status"


def from_carrier(practice: Practice) -> list[str]:
    """Return what the carrier itself has texted Jane."""
    return [text["body"] for text in practice.texts() if text["source"] == "carrier"]


def code_of_next_text(practice: Practice) -> int | None:
    """Return the code with which the next text to Jane is refused, None when it is taken."""
    try:
        practice.send_text()
    except TwilioRestException as error:
        return error.code
    return None


def test_an_answer_reaches_the_bot_signed(practice: Practice, bot: RecordingBot) -> None:
    """The form is Twilio's."""
    sid = practice.control("text", phone=JANE, body="Yes, à 15 h & merci")["message"]["sid"]

    (heard,) = bot.of(INBOUND)
    assert heard.signed
    assert {name: heard.form[name] for name in ("MessageSid", "From", "To", "Body", "NumMedia", "NumSegments")} == {
        "MessageSid": sid,
        "From": JANE,
        "To": OURS,
        "Body": "Yes, à 15 h & merci",
        "NumMedia": "0",
        "NumSegments": "1",
    }
    assert heard.form["AccountSid"] == practice.settings.twilio_account_sid
    assert heard.headers["i-twilio-idempotency-token"]


def test_a_twiml_answer_is_texted_back(practice: Practice, bot: RecordingBot) -> None:
    """Every Message of the answer becomes a text."""
    bot.say(
        INBOUND, "<Response><Message>One &amp; only</Message><Message>Two</Message></Response>", content_type="text/xml"
    )

    practice.control("text", phone=JANE, body="hi")
    practice.settle()

    replies = [text for text in practice.texts() if text["source"] == "reply"]
    assert [(text["body"], text["direction"], text["status"]) for text in replies] == [
        ("One & only", "outbound-reply", "delivered"),
        ("Two", "outbound-reply", "delivered"),
    ]


@pytest.mark.parametrize("answer", ["", "OK", "<Response", "<Response/>"])
def test_any_other_answer_sends_nothing(practice: Practice, bot: RecordingBot, answer: str) -> None:
    """Nor does it break anything."""
    bot.say(INBOUND, answer, content_type="text/xml")

    practice.control("text", phone=JANE, body="hi")

    assert [text["source"] for text in practice.texts()] == ["phone"]


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_a_stop_word_blocks_the_phone(practice: Practice, bot: RecordingBot, word: str) -> None:
    """The carrier confirms it, refuses our next text, and still tells the bot."""
    practice.control("text", phone=JANE, body=f" {word.lower()}\n")
    practice.settle()

    assert code_of_next_text(practice) == 21610
    assert from_carrier(practice) == [STOP_REPLY]
    assert len(bot.of(INBOUND)) == 1
    assert practice.state()["phones"][JANE]["stopped"]


def test_stop_is_confirmed_once_and_silences_the_bots_answers(practice: Practice, bot: RecordingBot) -> None:
    """A second STOP gets no second confirmation, and TwiML answers do not get through."""
    bot.say(INBOUND, "<Response><Message>Goodbye</Message></Response>", content_type="text/xml")

    practice.control("text", phone=JANE, body="STOP")
    practice.control("text", phone=JANE, body="STOP")

    assert from_carrier(practice) == [STOP_REPLY]
    assert [text for text in practice.texts() if text["source"] == "reply"] == []


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
def test_a_start_word_opens_the_phone_again(practice: Practice, word: str) -> None:
    """Our texts get through and the carrier says so."""
    practice.control("text", phone=JANE, body="STOP")
    practice.control("text", phone=JANE, body=word)

    assert code_of_next_text(practice) is None
    assert from_carrier(practice) == [STOP_REPLY, START_REPLY]


@pytest.mark.parametrize("body", ["ARRET", "ARRÊT", "arrête", "Stop please", "STOP.", "NO", "please stop texting me"])
def test_other_words_are_not_the_carriers_business(practice: Practice, body: str) -> None:
    """Honouring them is the bot's duty alone."""
    practice.control("text", phone=JANE, body=body)

    assert code_of_next_text(practice) is None
    assert from_carrier(practice) == []


def test_yes_means_nothing_special_on_an_open_phone(practice: Practice) -> None:
    """A seller's yes is an answer, not a keyword."""
    practice.control("text", phone=JANE, body="Yes")

    assert from_carrier(practice) == []


def test_help_is_answered_by_the_carrier(practice: Practice) -> None:
    """In English, by default."""
    practice.control("text", phone=JANE, body="help")

    assert from_carrier(practice) == [HELP_REPLY]


def test_a_new_phone_can_text_first(practice: Practice, bot: RecordingBot) -> None:
    """An unknown number appears; nonsense does not."""
    practice.control("text", phone="+19025550111", body="hello")
    wrong = practice.control("text", 400, phone="911", body="hello")

    assert bot.of(INBOUND)[0].form["From"] == "+19025550111"
    assert "not a phone number" in wrong["error"]


def test_an_inbound_text_is_tried_twice_when_the_bot_is_down(tmp_path: Path) -> None:
    """Once more on a failed connection, and it stays listed for who polls."""
    with serving(tmp_path / "clock.json", bot_url="http://127.0.0.1:9") as practice:
        practice.control("text", phone=JANE, body="STOP")

        tries = [(one["title"], one["note"]) for one in practice.traffic() if one["direction"] == "to_bot"]
        assert tries == [("inbound text", "connection")] * 2
        assert [message.body for message in practice.phone.messages.list(from_=JANE)] == ["STOP"]


def test_an_inbound_text_is_not_repeated_after_an_error(practice: Practice, bot: RecordingBot) -> None:
    """An answer, even a bad one, is an answer."""
    bot.say(INBOUND, status=500)

    practice.control("text", phone=JANE, body="hi")

    assert len(bot.of(INBOUND)) == 1


def test_the_bot_may_text_while_its_webhook_is_being_answered(practice: Practice, bot: RecordingBot) -> None:
    """The carrier takes the text; nothing deadlocks."""

    def answer(heard: Heard) -> Answer:
        practice.send_text(to=heard.form["From"], body="Thanks")
        return Answer()

    bot.answers[INBOUND] = answer
    practice.control("text", phone=JANE, body="hi")

    assert [text["body"] for text in practice.texts()] == ["hi", "Thanks"]


def test_a_text_waits_in_the_queue_by_the_world_clock(practice: Practice) -> None:
    """Ninety minutes can be skipped."""
    practice.control("faults", carrier_delay_seconds={JANE: 5400})
    practice.send_text(body="late")
    practice.control("clock", advance_seconds=5300)
    assert practice.texts()[0]["status"] == "queued"

    practice.control("clock", advance_seconds=101)
    practice.settle()

    history = [(step["status"], datetime.fromisoformat(step["at"])) for step in practice.texts()[0]["history"]]
    assert [status for status, _ in history] == ["queued", "sending", "sent", "delivered"]
    assert 5400 <= (history[1][1] - history[0][1]).total_seconds() < 5460


def test_a_text_past_its_validity_is_never_sent(practice: Practice, bot: RecordingBot) -> None:
    """It ends undelivered with 30036, and the bot is told, even when the clock jumps past both ends."""
    practice.control("faults", carrier_delay_seconds=3600)
    sid = practice.send_text(validity_period=1800, status_callback=f"{PUBLIC_URL}/phone/status")
    practice.control("clock", advance_seconds=7200)
    practice.settle()

    (told,) = bot.of(STATUS)
    assert (told.form["MessageStatus"], told.form["ErrorCode"]) == ("undelivered", "30036")
    fetched = practice.phone.messages(sid).fetch()
    assert (fetched.status, fetched.error_code, fetched.date_sent) == ("undelivered", 30036, None)
    assert [step["status"] for step in practice.texts()[0]["history"]] == ["queued", "undelivered"]


def test_a_text_within_its_validity_is_sent(practice: Practice) -> None:
    """The queue is shorter than the period."""
    practice.control("faults", carrier_delay_seconds=1800)
    practice.send_text(validity_period=3600)
    practice.control("clock", advance_seconds=7200)
    practice.settle()

    assert practice.texts()[0]["status"] == "delivered"
