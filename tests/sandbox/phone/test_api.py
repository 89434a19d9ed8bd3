"""Texts and calls as the bot's own SDK orders, follows and lists them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.phone import segments
from tests.sandbox.practice import JANE, MARC, OURS, PUBLIC_URL, Practice, RecordingBot, Redirect

CALLBACK = f"{PUBLIC_URL}/phone/status?attempt=a%2Bb"
STATUS = "/phone/status"


def refusal(practice: Practice, **arguments: Any) -> TwilioRestException:  # noqa: ANN401 - the SDK's arguments
    """Return the refusal of a text."""
    with pytest.raises(TwilioRestException) as error:
        practice.phone.messages.create(**({"to": JANE, "from_": OURS, "body": "hi"} | arguments))
    return error.value


def test_a_text_is_queued_and_ends_delivered(practice: Practice) -> None:
    """The answer shows the first state, a later look the last, with price and dates."""
    created = practice.phone.messages.create(to=JANE, from_=OURS, body="Hello Jane")
    practice.settle()
    fetched = practice.phone.messages(created.sid).fetch()

    assert (created.status, created.date_sent, created.price, created.num_segments) == ("queued", None, None, "1")
    assert (fetched.status, fetched.price, fetched.price_unit) == ("delivered", "-0.00830", "USD")
    assert fetched.direction == "outbound-api"
    assert abs(fetched.date_sent - datetime.now(UTC)) < timedelta(minutes=1)
    (text,) = practice.texts()
    assert [step["status"] for step in text["history"]] == ["queued", "sending", "sent", "delivered"]
    assert text["sid"] == created.sid


def test_callbacks_tell_every_state_but_the_first_in_order_and_signed(practice: Practice, bot: RecordingBot) -> None:
    """The signature covers the public address exactly as it was given."""
    sid = practice.send_text(status_callback=CALLBACK)
    practice.settle()

    told = bot.of(STATUS)
    assert [one.form["MessageStatus"] for one in told] == ["sending", "sent", "delivered"]
    assert all(one.signed for one in told)
    assert {one.path for one in told} == {"/phone/status?attempt=a%2Bb"}
    last = told[-1].form
    assert (last["MessageSid"], last["SmsSid"], last["SmsStatus"]) == (sid, sid, "delivered")
    assert (last["To"], last["From"], last["AccountSid"]) == (JANE, OURS, practice.settings.twilio_account_sid)
    assert "ErrorCode" not in last


def test_no_callback_leaves_this_machine(practice: Practice, bot: RecordingBot) -> None:
    """An address elsewhere is accepted, as by Twilio, and never called."""
    practice.send_text(status_callback="https://elsewhere.example/status")
    practice.settle()

    assert practice.texts()[0]["status"] == "delivered"
    assert bot.heard == []


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        ({"to": "hello"}, 400, 21211),
        ({"to": "+14165"}, 400, 21211),
        ({"to": "+15005550001"}, 400, 21211),
        ({"to": "+33612345678"}, 400, 21408),
        ({"to": "+15005550009"}, 400, 21614),
        ({"from_": "+14165550000"}, 400, 21606),
        ({"from_": JANE}, 400, 21266),
        ({"body": ""}, 400, 21602),
        ({"body": "x" * 1601}, 400, 21617),
        ({"validity_period": 0}, 400, 90007),
        ({"validity_period": 36_001}, 400, 90007),
        ({"status_callback": "nowhere"}, 400, 21609),
    ],
)
def test_a_wrong_order_is_refused_with_twilios_code(
    practice: Practice, arguments: dict[str, Any], status: int, code: int
) -> None:
    """Nothing is stored."""
    error = refusal(practice, **arguments)

    assert (error.status, error.code) == (status, code)
    assert practice.texts() == []


def test_a_text_of_the_greatest_length_is_taken(practice: Practice) -> None:
    """1600 plain characters are twelve segments."""
    practice.send_text(body="x" * 1600)

    assert practice.texts()[0]["segments"] == 12


@pytest.mark.parametrize("wrong", ["token", "account", "path"])
def test_only_the_account_gets_in(practice: Practice, wrong: str) -> None:
    """A wrong password is 20003, somebody else's account is not found."""
    settings = practice.settings
    http = Redirect(practice.url)
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value()
    other = f"AC{'0' * 32}"
    client = {
        "token": Client(sid, "guess", http_client=http),
        "account": Client(other, token, http_client=http),
        "path": Client(sid, token, account_sid=other, http_client=http),
    }[wrong]

    with pytest.raises(TwilioRestException) as error:
        client.messages.create(to=JANE, from_=OURS, body="hi")
    http.close()

    assert (error.value.status, error.value.code) == ((404, 20404) if wrong == "path" else (401, 20003))


def test_an_unknown_text_is_not_found(practice: Practice) -> None:
    """As by Twilio."""
    with pytest.raises(TwilioRestException) as error:
        practice.phone.messages("SM" + "0" * 32).fetch()

    assert (error.value.status, error.value.code) == (404, 20404)


def test_a_number_nobody_knows_becomes_a_phone(practice: Practice) -> None:
    """So that any lead can be tried out."""
    practice.send_text(to="+16045550177")

    assert practice.texts("+16045550177")[0]["to"] == "+16045550177"


def test_lists_are_filtered_by_number_and_contain_both_directions(practice: Practice) -> None:
    """Newest first."""
    first = practice.send_text(body="one")
    practice.send_text(to=MARC, body="elsewhere")
    practice.control("text", phone=JANE, body="answer")
    third = practice.send_text(body="three")
    practice.settle()

    to_jane = practice.phone.messages.list(to=JANE, from_=OURS)
    from_jane = practice.phone.messages.list(from_=JANE, to=OURS)

    assert [message.sid for message in to_jane] == [third, first]
    assert [(message.body, message.direction, message.status) for message in from_jane] == [
        ("answer", "inbound", "received")
    ]


def test_a_filter_on_the_sent_date_misses_what_is_still_queued(practice: Practice) -> None:
    """Days and instants both work; a text without a sent date is in no span."""
    early = practice.send_text(body="early")
    practice.settle()
    practice.control("clock", advance_seconds=3 * 86_400)
    late = practice.send_text(body="late")
    practice.settle()
    practice.control("faults", carrier_delay_seconds=600)
    queued = practice.send_text(body="queued")
    now = datetime.now(UTC) + timedelta(days=3)

    def listed(**span: datetime) -> list[str]:
        return [message.sid for message in practice.phone.messages.list(to=JANE, **span)]

    assert listed() == [queued, late, early]
    assert listed(date_sent_after=now - timedelta(hours=1)) == [late]
    assert listed(date_sent_before=now - timedelta(days=1)) == [early]
    assert listed(date_sent=now) == [late]
    assert listed(date_sent_after=now - timedelta(days=9)) == [late, early]


def test_lists_come_in_pages_that_new_texts_do_not_shift(practice: Practice) -> None:
    """Each page names the next; a text that arrives meanwhile repeats nothing."""
    sids = [practice.send_text(body=str(number)) for number in range(5)]

    page = practice.phone.messages.page(to=JANE, page_size=2)
    first = [message.sid for message in page]
    practice.send_text(body="meanwhile")
    page = page.next_page()
    second = [message.sid for message in page]
    third = [message.sid for message in page.next_page()]
    everything = practice.phone.messages.list(to=JANE, page_size=2)

    assert first + second + third == sids[::-1]
    assert len(everything) == 6


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("x" * 136, 1),
        ("x" * 137, 2),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("€" * 68, 1),
        ("€" * 69, 2),
        ("🏠" * 36, 2),
    ],
    ids=["empty", "136 plain", "137 plain", "70 accents", "71 accents", "68 euros", "69 euros", "36 emoji"],
)
def test_texts_are_cut_as_in_canada(body: str, count: int) -> None:
    """136 plain or 70 other characters a segment; extended characters take two places."""
    assert segments.count(body) == count


def test_the_price_grows_by_segment() -> None:
    """Three segments at 0.0083 dollars."""
    assert segments.price(3) == "0.02490"


def test_a_call_rings_is_answered_and_ends(practice: Practice, bot: RecordingBot) -> None:
    """The bot hears of the states it asked for and its instructions are fetched on answer."""
    bot.say("/phone/voice", "<Response><Say>Hello</Say></Response>", content_type="text/xml")
    created = practice.phone.calls.create(
        to=JANE,
        from_=OURS,
        url=f"{PUBLIC_URL}/phone/voice",
        status_callback=CALLBACK,
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    practice.settle()

    fetched = practice.phone.calls(created.sid).fetch()
    assert (created.status, fetched.status, fetched.to) == ("queued", "completed", JANE)
    assert [one.form["CallStatus"] for one in bot.of(STATUS)] == ["initiated", "ringing", "in-progress", "completed"]
    assert all(one.signed for one in bot.heard)
    assert practice.state()["phones"][JANE]["calls"][0]["twiml"] == "<Response><Say>Hello</Say></Response>"
    assert [call.sid for call in practice.phone.calls.list(to=JANE)] == [created.sid]


def test_a_call_tells_only_its_end_by_default(practice: Practice, bot: RecordingBot) -> None:
    """Also when nobody answers."""
    practice.control("faults", calls_no_answer=1)

    practice.phone.calls.create(to=JANE, from_=OURS, twiml="<Response/>", status_callback=CALLBACK)
    practice.settle()

    assert [one.form["CallStatus"] for one in bot.of(STATUS)] == ["no-answer"]


def test_a_call_without_instructions_is_refused(practice: Practice) -> None:
    """Either Twiml or Url must be there."""
    with pytest.raises(TwilioRestException) as error:
        practice.phone.calls.create(to=JANE, from_=OURS, url="")

    assert error.value.code == 21205


def test_the_account_can_be_looked_at(practice: Practice) -> None:
    """As a check of the credentials."""
    assert practice.phone.api.accounts(practice.settings.twilio_account_sid).fetch().status == "active"
