"""Modals and the App Home: opened, submitted, answered, closed."""

from __future__ import annotations

from typing import Any

import pytest

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
    slack_refusal,
    text_input,
)


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


def submit(practice: Practice, view: dict[str, Any], **values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Submit a modal for Riley."""
    return practice.control("submit", user=RILEY, view_id=view["id"], values=values)


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

    assert (
        slack_refusal(practice.slack.views_open, trigger_id=trigger, view=modal(section("x"))) == "exchanged_trigger_id"
    )
    assert (
        slack_refusal(practice.slack.views_open, trigger_id="1.2.x", view=modal(section("x"))) == "invalid_trigger_id"
    )


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
    assert slack_refusal(practice.slack.views_update, view_id=view["id"], view=modal(section("y"))) == "not_found"


def test_at_most_three_modals_stack(practice: Practice, bot: RecordingBot) -> None:
    """The fourth is refused; a click in a modal names the view."""
    view = open_modal(practice, modal(actions(button("more"))))
    for _ in range(3):
        practice.control("click", user=RILEY, view_id=view["id"], action_id="more")
    triggers = [heard.payload["trigger_id"] for heard in bot.of("block_actions")]

    practice.slack.views_push(trigger_id=triggers[0], view=modal(section("2")))
    practice.slack.views_push(trigger_id=triggers[1], view=modal(section("3")))

    assert (
        slack_refusal(practice.slack.views_push, trigger_id=triggers[2], view=modal(section("4")))
        == "push_limit_reached"
    )
    payload = bot.of("block_actions")[0].payload
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert "response_url" not in payload


def test_an_update_with_an_old_hash_is_slack_refusal(practice: Practice) -> None:
    """Only the newest hash passes."""
    view = open_modal(practice, modal(section("1"), external_id="mine"))

    fresh = practice.slack.views_update(external_id="mine", hash=view["hash"], view=modal(section("2")))

    assert fresh["view"]["hash"] != view["hash"]
    stale = {"view_id": view["id"], "hash": view["hash"], "view": modal(section("3"))}
    assert slack_refusal(practice.slack.views_update, **stale) == "hash_conflict"


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
