"""Each fault does what its line in the table says, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
from slack_sdk.errors import SlackApiError
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from sandbox.faults import FAULTS, Faults, UnknownFaultError
from sandbox.feed import Feed
from tests.sandbox.practice import (
    DEALS,
    JANE,
    LEADS,
    OURS,
    PUBLIC_URL,
    RILEY,
    Practice,
    RecordingBot,
    Redirect,
    modal,
    section,
    slack_refusal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUS = "/phone/status"
CALLBACK = f"{PUBLIC_URL}{STATUS}"


@pytest.fixture
def hasty(practice: Practice) -> Iterator[Any]:
    """Return a phone client that waits only a moment."""
    settings = practice.settings
    http = Redirect(practice.url, timeout=0.3)
    yield Client(settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value(), http_client=http)
    http.close()


def code_of(call: Any, **arguments: Any) -> tuple[int, int]:  # noqa: ANN401 - any method of the SDK
    """Return HTTP status and code of a refused phone request; the SDK wraps a refused list in an error of its own."""
    with pytest.raises(TwilioException) as error:
        call(**arguments)
    if isinstance(error.value, TwilioRestException):
        return error.value.status, error.value.code or 0
    response = error.value.args[1]
    return response.status_code, json.loads(response.text)["code"]


ORDER: dict[str, Any] = {"to": JANE, "from_": OURS, "body": "hi"}


def test_accepted_then_reset(practice: Practice) -> None:
    """The text is stored and goes out; the caller sees a broken connection."""
    practice.control("faults", twilio_accept_then_reset=1)

    with pytest.raises(requests.ConnectionError):
        practice.phone.messages.create(**ORDER)
    practice.send_text(body="the next one works")
    practice.settle()

    assert [(text["body"], text["status"]) for text in practice.texts()] == [
        ("hi", "delivered"),
        ("the next one works", "delivered"),
    ]
    assert [one["note"] for one in practice.traffic() if one["direction"] == "from_bot"] == ["connection reset", ""]


def test_hangs_after_storing(practice: Practice, hasty: Client) -> None:
    """The caller gives up; the text is there."""
    practice.control("faults", twilio_hang_after_store_seconds=0.8)

    with pytest.raises(requests.ReadTimeout):
        hasty.messages.create(**ORDER)

    assert len(practice.texts()) == 1


def test_hangs_and_stores_nothing(practice: Practice, hasty: Client) -> None:
    """The caller gives up; lists, which go on working, stay empty."""
    practice.control("faults", twilio_hang_seconds=0.8)

    with pytest.raises(requests.ReadTimeout):
        hasty.messages.create(**ORDER)

    assert practice.phone.messages.list(to=JANE) == []


@pytest.mark.parametrize(("fault", "stored"), [("twilio_500", 0), ("twilio_500_after_store", 1)])
def test_an_internal_error_before_or_after_storing(practice: Practice, fault: str, stored: int) -> None:
    """Both answers look the same."""
    practice.control("faults", **{fault: True})

    assert code_of(practice.phone.messages.create, **ORDER) == (500, 20500)
    assert len(practice.texts()) == stored


def test_too_many_requests_for_some_times(practice: Practice) -> None:
    """Three refusals, then it works again."""
    practice.control("faults", twilio_429_times=3)

    codes = [code_of(practice.phone.messages.create, **ORDER) for _ in range(2)]
    codes.append(code_of(practice.phone.messages.list, to=JANE))
    practice.send_text()

    assert codes == [(429, 20429)] * 3
    assert len(practice.texts()) == 1
    assert practice.state()["faults"] == {}


@pytest.mark.parametrize(
    ("fault", "answer"), [("twilio_401", (401, 20003)), ("twilio_refuse_connection", (503, 20503))]
)
def test_a_locked_phone_door(practice: Practice, fault: str, answer: tuple[int, int]) -> None:
    """Every request is turned away until the fault is cleared."""
    practice.control("faults", **{fault: True})
    turned_away = [
        code_of(practice.phone.messages.create, **ORDER),
        code_of(practice.phone.messages.list, to=JANE),
    ]
    practice.control("faults", **{fault: False})
    practice.send_text()

    assert turned_away == [answer, answer]
    assert len(practice.texts()) == 1


def statuses(practice: Practice) -> list[str]:
    """Send a text and return the callbacks in the order of their arrival."""
    practice.send_text(status_callback=CALLBACK)
    practice.settle()
    assert practice.texts()[-1]["status"] == "delivered"
    return [one.form["MessageStatus"] for one in practice.bot.of(STATUS)]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("drop_callbacks", []),
        ("duplicate_callbacks", ["sending", "sending", "sent", "sent", "delivered", "delivered"]),
        ("reverse_callbacks", ["delivered", "sent", "sending"]),
    ],
)
def test_unruly_callbacks(practice: Practice, fault: str, told: list[str]) -> None:
    """They are lost, doubled or turned round while the text itself arrives."""
    practice.control("faults", **{fault: True})

    assert statuses(practice) == told


def test_callbacks_before_the_answer(practice: Practice, bot: RecordingBot) -> None:
    """When the create call returns, everything has been told already, and the answer still says queued."""
    practice.control("faults", callbacks_before_reply=True)

    created = practice.phone.messages.create(**ORDER, status_callback=CALLBACK)

    assert len(bot.of(STATUS)) == 3
    assert created.status == "queued"


def test_a_lost_inbound_webhook_leaves_the_text_listed(practice: Practice, bot: RecordingBot) -> None:
    """The carrier's own STOP still works."""
    practice.control("faults", drop_inbound=True)

    practice.control("text", phone=JANE, body="STOP")

    assert bot.heard == []
    assert [message.body for message in practice.phone.messages.list(from_=JANE)] == ["STOP"]
    assert code_of(practice.phone.messages.create, **ORDER) == (400, 21610)


def test_a_carrier_that_cannot_deliver(practice: Practice, bot: RecordingBot) -> None:
    """The text is sent and ends undelivered with the code."""
    practice.control("faults", carrier_error_code=30006)

    sid = practice.send_text(status_callback=CALLBACK)
    practice.settle()

    last = bot.of(STATUS)[-1].form
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30006")
    assert practice.phone.messages(sid).fetch().error_message == "Landline or unreachable carrier"


def slack_error(practice: Practice) -> tuple[int, str]:
    """Post a message and return HTTP status and error code of the refusal."""
    with pytest.raises(SlackApiError) as error:
        practice.slack.chat_postMessage(channel=LEADS, text="x")
    return error.value.response.status_code, str(error.value.response["error"])


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("slack_429_times", (429, "ratelimited")),
        ("slack_500", (500, "internal_error")),
        ("slack_token_revoked", (200, "token_revoked")),
    ],
)
def test_a_slack_that_refuses(practice: Practice, fault: str, answer: tuple[int, str]) -> None:
    """Twice, then it works again; nothing was posted meanwhile."""
    practice.control("faults", **{fault: 2})

    refusals = [slack_error(practice), slack_error(practice)]
    practice.slack.chat_postMessage(channel=LEADS, text="through")

    assert refusals == [answer, answer]
    assert [message["text"] for message in practice.messages()] == ["through"]


def test_a_slack_that_posts_and_breaks_off(practice: Practice) -> None:
    """The message is there though the call failed."""
    practice.control("faults", slack_accept_then_reset=1)

    with pytest.raises(OSError, match=r"reset|closed"):
        practice.slack.chat_postMessage(channel=DEALS, text="once")

    assert [message["text"] for message in practice.messages(DEALS)] == ["once"]


def test_a_slow_slack(practice: Practice) -> None:
    """The call takes as long as the fault says."""
    practice.control("faults", slack_hang_seconds=0.2)

    practice.slack.chat_postMessage(channel=LEADS, text="slow")

    (exchange,) = [one for one in practice.traffic() if one["title"] == "chat.postMessage"]
    assert exchange["milliseconds"] >= 200


def test_lost_events(practice: Practice, bot: RecordingBot) -> None:
    """People's messages stay, the bot hears nothing."""
    practice.control("faults", slack_drop_events=True)

    practice.control("post", user=RILEY, channel=LEADS, text="hi")
    practice.settle()

    assert len(practice.messages()) == 1
    assert bot.heard == []


def test_repeated_events(practice: Practice, bot: RecordingBot) -> None:
    """The same event four times, the copies marked as retries."""
    practice.control("faults", slack_event_copies=4)

    practice.control("post", user=RILEY, channel=LEADS, text="hi")
    practice.settle()

    heard = bot.of("message")
    assert [one.headers.get("x-slack-retry-num") for one in heard] == [None, "1", "2", "3"]
    assert len({one.payload["event_id"] for one in heard}) == 1


def test_expired_triggers(practice: Practice, bot: RecordingBot) -> None:
    """A fresh trigger is refused as too old."""
    practice.control("faults", slack_expired_triggers=True)
    practice.control("command", user=RILEY, channel=LEADS, text="/lead")

    with pytest.raises(SlackApiError) as error:
        practice.slack.views_open(trigger_id=bot.of("/lead")[0].form["trigger_id"], view=modal(section("x")))

    assert error.value.response["error"] == "expired_trigger_id"


def test_a_history_that_may_not_be_read(practice: Practice) -> None:
    """As without the scope, in channels and in threads; posting goes on."""
    ts = practice.slack.chat_postMessage(channel=LEADS, text="x")["ts"]
    practice.control("faults", slack_no_history=True)

    assert slack_refusal(practice.slack.conversations_history, channel=LEADS) == "missing_scope"
    assert slack_refusal(practice.slack.conversations_replies, channel=LEADS, ts=ts) == "missing_scope"
    practice.slack.chat_postMessage(channel=LEADS, text="y")


def test_views_that_are_not_shown(practice: Practice, bot: RecordingBot) -> None:
    """Every views method fails; messages are posted as ever."""
    practice.control("command", user=RILEY, channel=LEADS, text="/lead")
    practice.control("faults", slack_view_errors=True)
    trigger, view = bot.of("/lead")[0].form["trigger_id"], modal(section("x"))

    assert slack_refusal(practice.slack.views_open, trigger_id=trigger, view=view) == "internal_error"
    assert slack_refusal(practice.slack.views_push, trigger_id=trigger, view=view) == "internal_error"
    assert slack_refusal(practice.slack.views_update, view_id="V1", view=view) == "internal_error"
    home = {"type": "home", "blocks": [section("x")]}
    assert slack_refusal(practice.slack.views_publish, user_id=RILEY, view=home) == "internal_error"
    practice.slack.chat_postMessage(channel=LEADS, text="y")


@pytest.mark.parametrize(
    "values",
    [
        {"twilio_explode": True},
        {"twilio_500": "yes"},
        {"twilio_500": -1},
        {"twilio_hang_seconds": True},
        {"twilio_hang_seconds": -1},
        {"twilio_hang_seconds": {JANE: 1}},
        {"carrier_delay_seconds": {JANE: "long"}},
    ],
)
def test_an_unknown_fault_or_a_misfit_value_changes_nothing(values: dict[str, object]) -> None:
    """Not even the good ones beside it."""
    faults = Faults(Feed())

    with pytest.raises(UnknownFaultError):
        faults.update({"twilio_401": True, **values})

    assert faults.values == {}


def test_the_control_api_explains_an_unknown_fault(practice: Practice) -> None:
    """With its name."""
    assert "twilio_explode" in practice.control("faults", 400, twilio_explode=True)["error"]


def test_every_fault_has_a_text_and_a_name_of_its_own() -> None:
    """The table can be read and shown."""
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(fault.text for fault in FAULTS)
