"""Commands, clicks, modals and their answers, as the bot and the person live them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.sandbox.practice import (
    AVERY,
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
    text_input,
)

if TYPE_CHECKING:
    from pathlib import Path


def refused(call: Any, **arguments: Any) -> str:  # noqa: ANN401 - any method of the SDK
    """Return the code with which Slack refuses a call."""
    with pytest.raises(SlackApiError) as error:
        call(**arguments)
    return str(error.value.response["error"])


def opening(practice: Practice, view: dict[str, Any]) -> None:
    """Let the bot open a modal while it is answering ``/lead``."""

    def answer(heard: Heard) -> Answer:
        practice.slack.views_open(trigger_id=heard.form["trigger_id"], view=view)
        return Answer()

    practice.bot.answers["/lead"] = answer


def open_modal(practice: Practice, view: dict[str, Any]) -> dict[str, Any]:
    """Open a modal for Riley and return it as the person sees it."""
    opening(practice, view)
    seen: dict[str, Any] = practice.control("command", user=RILEY, channel=LEADS, text="/lead")["view"]
    return seen


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

        def late(heard: Heard) -> Answer:
            practice.bot.wait_for("/done")
            view = modal(section("x"))
            codes.append(refused(practice.slack.views_open, trigger_id=heard.form["trigger_id"], view=view))
            return Answer("too late")

        practice.bot.answers["/lead"] = late
        seen = practice.control("command", user=RILEY, channel=LEADS, text="/lead")
        practice.control("command", user=RILEY, channel=LEADS, text="/done")

        assert (seen["failure"], seen["shown"]["text"]) == (
            "timeout",
            '/lead failed with the error "operation_timeout"',
        )
        assert "too late" not in [whisper["text"] for whisper in practice.whispers()]
    assert codes == ["expired_trigger_id"]


def test_the_bot_may_call_slack_while_slack_waits_for_its_answer(practice: Practice) -> None:
    """A modal opened before the acknowledgement is what the person sees; nothing deadlocks."""
    view = open_modal(practice, modal(text_input("phone"), private_metadata="L-12"))

    assert (view["title"]["text"], view["private_metadata"]) == ("New lead", "L-12")
    assert view["state"]["values"] == {"phone": {"phone": {"type": "plain_text_input", "value": None}}}
    assert practice.state()["views"][RILEY][0]["id"] == view["id"]


def test_a_trigger_opens_one_modal_only(practice: Practice, bot: RecordingBot) -> None:
    """A second use is refused, and so is an invented trigger."""
    open_modal(practice, modal(section("x")))
    trigger = bot.of("/lead")[0].form["trigger_id"]

    assert refused(practice.slack.views_open, trigger_id=trigger, view=modal(section("x"))) == "exchanged_trigger_id"
    assert refused(practice.slack.views_open, trigger_id="1.2.x", view=modal(section("x"))) == "invalid_trigger_id"


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


def submit(practice: Practice, view: dict[str, Any], **values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Submit a modal for Riley."""
    return practice.control("submit", user=RILEY, view_id=view["id"], values=values)


def test_a_submission_carries_state_by_block_and_action(practice: Practice, bot: RecordingBot) -> None:
    """An empty answer closes the modal."""
    boxes = {
        "type": "input",
        "block_id": "basis",
        "optional": True,
        "label": {"type": "plain_text", "text": "Basis"},
        "element": {
            "type": "checkboxes",
            "action_id": "boxes",
            "options": [
                {"text": {"type": "plain_text", "text": "Asked"}, "value": "asked"},
                {"text": {"type": "plain_text", "text": "Known"}, "value": "known"},
            ],
        },
    }
    view = open_modal(practice, modal(text_input("phone"), boxes, private_metadata="m"))

    seen = submit(practice, view, phone="416-555-0199", boxes=["known"])

    (heard,) = bot.of("view_submission")
    assert heard.signed
    sent = heard.payload["view"]
    assert (sent["id"], sent["callback_id"], sent["private_metadata"]) == (view["id"], "new_lead", "m")
    assert sent["state"]["values"] == {
        "phone": {"phone": {"type": "plain_text_input", "value": "416-555-0199"}},
        "basis": {"boxes": {"type": "checkboxes", "selected_options": [boxes["element"]["options"][1]]}},  # type: ignore[index]
    }
    assert heard.payload["trigger_id"]
    assert seen["view"] is None
    assert practice.state()["views"] == {}


def test_slack_itself_refuses_an_empty_required_field(practice: Practice, bot: RecordingBot) -> None:
    """The bot never hears of it."""
    view = open_modal(practice, modal(text_input("phone"), text_input("pin", min_length=4)))

    seen = submit(practice, view, pin="12")

    assert seen["view"]["errors"] == {
        "phone": "Please complete this required field.",
        "pin": "Please enter at least 4 characters.",
    }
    assert bot.of("view_submission") == []


def test_errors_are_shown_at_their_fields(practice: Practice, bot: RecordingBot) -> None:
    """The modal stays, with what was typed."""
    bot.say("view_submission", {"response_action": "errors", "errors": {"phone": "Not a Canadian number"}})
    view = open_modal(practice, modal(text_input("phone")))

    seen = submit(practice, view, phone="12")

    assert seen["view"]["errors"] == {"phone": "Not a Canadian number"}
    assert seen["view"]["state"]["values"]["phone"]["phone"]["value"] == "12"


def test_an_answer_can_update_push_and_clear(practice: Practice, bot: RecordingBot) -> None:
    """Update keeps the id, push stacks, clear closes all."""
    view = open_modal(practice, modal(text_input("phone")))

    bot.say("view_submission", {"response_action": "update", "view": modal(text_input("phone"), title="Again")})
    updated = submit(practice, view, phone="1")["view"]
    bot.say("view_submission", {"response_action": "push", "view": modal(section("sure?"), title="Sure")})
    pushed = submit(practice, updated)["view"]
    depth = len(practice.state()["views"][RILEY])
    bot.say("view_submission", {"response_action": "clear"})
    cleared = submit(practice, pushed)

    assert (updated["id"], updated["title"]["text"]) == (view["id"], "Again")
    assert updated["state"]["values"]["phone"]["phone"]["value"] == "1"
    assert (pushed["previous_view_id"], pushed["root_view_id"], depth) == (view["id"], view["id"], 2)
    assert cleared["view"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 500),
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, 200),
        ({"response_action": "update", "view": {"type": "modal", "blocks": []}}, 200),
        ("not json", 200),
    ],
    ids=["error", "unknown field", "bad view", "no json"],
)
def test_a_wrong_answer_to_a_submission_is_shown_as_trouble(
    practice: Practice, bot: RecordingBot, body: object, status: int
) -> None:
    """The modal stays open with Slack's sentence."""
    bot.say("view_submission", body, status=status)
    view = open_modal(practice, modal(text_input("phone")))

    seen = submit(practice, view, phone="1")

    assert seen["view"]["trouble"] == "We had some trouble connecting. Try again?"


def test_a_modal_opened_while_submitting_outlives_the_submitted_one(practice: Practice, bot: RecordingBot) -> None:
    """The empty answer closes the modal that was submitted, not the one on top."""

    def answer(heard: Heard) -> Answer:
        practice.slack.views_open(trigger_id=heard.payload["trigger_id"], view=modal(section("x"), title="Next"))
        return Answer()

    bot.answers["view_submission"] = answer
    view = open_modal(practice, modal(text_input("phone")))

    seen = submit(practice, view, phone="1")

    assert seen["view"]["title"]["text"] == "Next"


def test_a_closed_modal_is_reported_when_asked_for(practice: Practice, bot: RecordingBot) -> None:
    """notify_on_close brings a view_closed."""
    view = open_modal(practice, modal(section("x"), notify_on_close=True))

    seen = practice.control("close", user=RILEY, view_id=view["id"])

    assert bot.of("view_closed")[0].payload["view"]["id"] == view["id"]
    assert seen["view"] is None
    assert refused(practice.slack.views_update, view_id=view["id"], view=modal(section("y"))) == "not_found"


def test_at_most_three_modals_stack(practice: Practice, bot: RecordingBot) -> None:
    """The fourth is refused; a click in a modal names the view."""
    view = open_modal(practice, modal(actions(button("more"))))
    for _ in range(3):
        practice.control("click", user=RILEY, view_id=view["id"], action_id="more")
    triggers = [heard.payload["trigger_id"] for heard in bot.of("block_actions")]

    practice.slack.views_push(trigger_id=triggers[0], view=modal(section("2")))
    practice.slack.views_push(trigger_id=triggers[1], view=modal(section("3")))

    assert refused(practice.slack.views_push, trigger_id=triggers[2], view=modal(section("4"))) == "push_limit_reached"
    payload = bot.of("block_actions")[0].payload
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert "response_url" not in payload


def test_an_update_with_an_old_hash_is_refused(practice: Practice) -> None:
    """Only the newest hash passes."""
    view = open_modal(practice, modal(section("1"), external_id="mine"))

    fresh = practice.slack.views_update(external_id="mine", hash=view["hash"], view=modal(section("2")))

    assert fresh["view"]["hash"] != view["hash"]
    stale = {"view_id": view["id"], "hash": view["hash"], "view": modal(section("3"))}
    assert refused(practice.slack.views_update, **stale) == "hash_conflict"


def test_opening_the_home_tells_the_bot_and_shows_what_it_publishes(practice: Practice, bot: RecordingBot) -> None:
    """The event comes first, the published view can be clicked."""
    practice.control("home", user=AVERY)
    (opened,) = bot.wait_for("app_home_opened")

    practice.slack.views_publish(user_id=AVERY, view={"type": "home", "blocks": [actions(button("go"))]})
    home = practice.state()["homes"][AVERY]
    practice.control("click", user=AVERY, view_id=home["id"], action_id="go")
    practice.control("home", user=AVERY)

    assert opened.signed
    assert opened.payload["event"] | {"event_ts": ""} == {
        "type": "app_home_opened",
        "user": AVERY,
        "channel": "D0AVERY",
        "tab": "home",
        "event_ts": "",
    }
    assert bot.of("block_actions")[0].payload["view"]["type"] == "home"
    assert bot.wait_for("app_home_opened", 2)[1].payload["event"]["view"]["id"] == home["id"]


def test_a_shortcut_can_start_from_a_message(practice: Practice, bot: RecordingBot) -> None:
    """Global shortcuts carry a trigger, those of a message the message too."""
    ts = practice.control("post", user=AVERY, channel=LEADS, text="call 416-555-0199")["message"]["ts"]

    practice.control("shortcut", user=RILEY, callback_id="new_lead")
    practice.control("shortcut", user=RILEY, callback_id="create_lead", channel=LEADS, ts=ts)

    assert bot.of("shortcut")[0].payload["trigger_id"]
    payload = bot.of("message_action")[0].payload
    assert (payload["callback_id"], payload["message"]["text"]) == ("create_lead", "call 416-555-0199")
    assert payload["response_url"]


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
