"""The page over HTTP: what a post does to the world, and what the bot hears of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.page.pieces import HOME
from tests.sandbox.blocks import actions, button, modal, text_input
from tests.sandbox.page import kit
from tests.sandbox.page.tabs import fetch, name, post, press
from tests.sandbox.practice import AVERY, DEALS, GUS, JANE, LEADS, MARC, RILEY, Json, Practice
from tests.sandbox.recording_bot import Answer


def open_modal(practice: Practice, *blocks: kit.Block, **more: Json) -> str:
    """Have the bot answer /lead with a modal, type /lead as Riley and return the view's id."""
    practice.bot.answers["/lead"] = lambda heard: opened(practice, heard.form["trigger_id"], modal(*blocks, **more))
    assert post(practice, "say", text="/lead").status_code == 204
    practice.bot.answers.clear()
    return str(practice.state()["views"][RILEY][-1]["id"])


def opened(practice: Practice, trigger_id: str, view: kit.Block) -> Answer:
    """Open a modal and acknowledge."""
    practice.slack.views_open(trigger_id=trigger_id, view=view)
    return Answer()


def test_typing_a_command_sends_it_and_shows_the_answer(practice: Practice) -> None:
    """The bot hears it signed, with person and channel; its answer is private."""
    practice.bot.say("/lead", "Created *L-1*", content_type="text/plain")

    assert post(practice, "say", AVERY, DEALS, text=" /lead 416-555-0199 Jane ").status_code == 204

    (heard,) = practice.bot.of("/lead")
    assert heard.signed
    assert (heard.form["user_id"], heard.form["channel_id"]) == (AVERY, DEALS)
    assert heard.form["text"] == "416-555-0199 Jane"
    assert "Created <strong>L-1</strong>" in fetch(practice, "/fragments/messages", AVERY, DEALS)


def test_typing_a_message_posts_it_and_an_empty_line_does_nothing(practice: Practice) -> None:
    """From the Home it goes to the bot's direct conversation."""
    post(practice, "say", text="hello")
    post(practice, "say", text="   ")
    post(practice, "say", room=HOME, text="just us")

    assert [message["text"] for message in practice.messages()] == ["hello"]
    assert [message["text"] for message in practice.messages("D0RILEY")] == ["just us"]


def test_a_button_sends_its_ids_and_value(practice: Practice) -> None:
    """Two buttons with one action id are told apart by value."""
    blocks = [actions(button("pick", "One", value="1"), button("other", "Two", value="2"))]
    ts = practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=blocks)["ts"]

    answer = post(practice, "click", AVERY, channel=LEADS, ts=ts, press=press("acts", "other", "button", "2"))

    assert answer.status_code == 204
    ((heard,),) = [practice.bot.of("block_actions")]
    assert heard.payload["user"]["id"] == AVERY
    assert [(one["action_id"], one["value"]) for one in heard.payload["actions"]] == [("other", "2")]


@pytest.mark.parametrize(
    ("kind", "form", "picked"),
    [
        ("static_select", ["reached"], {"selected_option": "reached"}),
        ("users_select", [GUS], {"selected_user": GUS}),
        ("datepicker", ["2026-12-01"], {"selected_date": "2026-12-01"}),
        ("checkboxes", ["", "roof", "furnace"], {"selected_options": ["roof", "furnace"]}),
        ("checkboxes", [""], {"selected_options": []}),
        ("radio_buttons", ["", "no"], {"selected_option": "no"}),
    ],
)
def test_a_menu_in_a_message_sends_what_was_picked_and_keeps_it(
    practice: Practice, kind: str, form: list[str], picked: dict[str, Any]
) -> None:
    """The bot hears the pick as Slack words it, and the page shows it afterwards to this person."""
    ts = practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[actions(kit.ACTION_ELEMENTS[kind])])["ts"]

    fields: Json = {name("acts", "go", kind): form}
    answer = post(practice, "click", channel=LEADS, ts=ts, press=press("acts", "go", kind), **fields)

    assert answer.status_code == 204, answer.text
    (action,) = practice.bot.of("block_actions")[0].payload["actions"]
    assert {key: simple(action[key]) for key in picked} == picked


def simple(state: Json) -> Json:
    """Return an option's value, a list of them, or plain state as it is."""
    if isinstance(state, list):
        return [simple(one) for one in state]
    return state["value"] if isinstance(state, dict) else state


def test_an_overflow_entry_sends_its_value(practice: Practice) -> None:
    """Overflow menus hold no state; the entry itself is the answer."""
    ts = practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[actions(kit.ACTION_ELEMENTS["overflow"])])[
        "ts"
    ]

    post(practice, "click", channel=LEADS, ts=ts, press=press("acts", "go", "overflow", "edit"))

    (action,) = practice.bot.of("block_actions")[0].payload["actions"]
    assert action["selected_option"]["value"] == "edit"


@pytest.mark.parametrize("sent", ["", "not json", "{}", "[1]"])
def test_a_click_nobody_can_read_is_explained(practice: Practice, sent: str) -> None:
    """The answer is a sentence for the page's message line, never a stack trace."""
    answer = post(practice, "click", channel=LEADS, ts="1.1", press=sent)

    assert answer.status_code == 400
    assert "cannot be read" in answer.json()["error"]


def test_a_modal_is_shown_filled_in_and_submitted(practice: Practice) -> None:
    """All kinds of fields arrive as the bot expects them, and the modal closes."""
    select = {**kit.ACTION_ELEMENTS["static_select"], "action_id": "basis"}
    boxes = {**kit.ACTION_ELEMENTS["checkboxes"], "action_id": "flags"}
    blocks = [
        text_input("phone"),
        {**kit.field(select), "block_id": "basis"},
        {**kit.field(boxes), "block_id": "flags"},
    ]
    view_id = open_modal(practice, *blocks)
    assert f'data-view-id="{view_id}"' in fetch(practice, "/fragments/modal")
    assert fetch(practice, "/fragments/modal", AVERY).strip() == ""

    values: Json = {
        name("phone", "phone", "plain_text_input"): "416-555-0199",
        name("basis", "basis", "static_select"): "reached",
        name("flags", "flags", "checkboxes"): ["", "roof"],
    }
    assert post(practice, "submit", view_id=view_id, **values).status_code == 204

    state = practice.bot.of("view_submission")[0].payload["view"]["state"]["values"]
    assert state["phone"]["phone"]["value"] == "416-555-0199"
    assert state["basis"]["basis"]["selected_option"]["value"] == "reached"
    assert [one["value"] for one in state["flags"]["flags"]["selected_options"]] == ["roof"]
    assert fetch(practice, "/fragments/modal").strip() == ""


def test_a_refused_modal_keeps_what_was_typed_and_shows_the_error(practice: Practice) -> None:
    """The sentence stands at the field; nothing has to be typed again."""
    view_id = open_modal(practice, text_input("phone"))
    practice.bot.say("view_submission", {"response_action": "errors", "errors": {"phone": "No such number."}})

    post(practice, "submit", view_id=view_id, **{name("phone", "phone", "plain_text_input"): "12"})

    shown = fetch(practice, "/fragments/modal")
    assert 'role="alert" data-testid="field-error">No such number.' in shown
    assert 'value="12"' in shown


def test_a_required_field_left_empty_is_refused_before_the_bot_hears(practice: Practice) -> None:
    """As Slack's own client does."""
    view_id = open_modal(practice, text_input("phone"))

    post(practice, "submit", view_id=view_id, **{name("phone", "phone", "plain_text_input"): ""})

    assert "Please complete this required field." in fetch(practice, "/fragments/modal")
    assert practice.bot.of("view_submission") == []


def test_a_button_in_a_modal_carries_what_is_typed_around_it(practice: Practice) -> None:
    """A click in the middle of filling in a form loses nothing."""
    view_id = open_modal(practice, text_input("phone"), actions(button("check")))

    typed = {name("phone", "phone", "plain_text_input"): "416"}
    post(practice, "click", view_id=view_id, press=press("acts", "check", "button"), **typed)

    heard = practice.bot.of("block_actions")[0].payload
    assert heard["view"]["state"]["values"]["phone"]["phone"]["value"] == "416"
    assert 'value="416"' in fetch(practice, "/fragments/modal")


def test_closing_a_modal_tells_the_bot_that_asked(practice: Practice) -> None:
    """And takes it off the page."""
    view_id = open_modal(practice, text_input("phone"), notify_on_close=True)

    assert post(practice, "close", view_id=view_id).status_code == 204

    practice.bot.wait_for("view_closed")
    assert fetch(practice, "/fragments/modal").strip() == ""
    assert post(practice, "close", view_id=view_id).status_code == 400


@pytest.mark.parametrize(("form", "body"), [({"quick": "ARRÊT"}, "ARRÊT"), ({"body": " Yes please "}, "Yes please")])
def test_answering_from_a_phone_reaches_the_bot(practice: Practice, form: dict[str, str], body: str) -> None:
    """Typed or by a quick button, signed as the phone company does."""
    assert post(practice, "text", phone=MARC, **form).status_code == 204

    (heard,) = practice.bot.wait_for("/phone/inbound")
    assert heard.signed
    assert (heard.form["From"], heard.form["Body"]) == (MARC, body)


def test_stop_is_shown_on_the_phone(practice: Practice) -> None:
    """The carrier's own block and its confirmation are visible."""
    assert "phone-stopped" not in fetch(practice, "/fragments/phones")

    post(practice, "text", phone=JANE, quick="STOP")
    practice.settle()

    shown = fetch(practice, "/fragments/phones")
    assert 'data-testid="phone-stopped"' in shown
    assert "You have successfully been unsubscribed" in shown


@pytest.mark.parametrize(("step", "seconds"), [("hour", 3600), ("day", 86_400)])
def test_time_moves_by_steps_and_back(practice: Practice, step: str, seconds: float) -> None:
    """The clock bar says how far the world is from real time."""
    post(practice, "clock", step=step)
    assert practice.state()["offset_seconds"] == pytest.approx(seconds)
    assert "ahead of real time" in fetch(practice, "/fragments/clock")

    post(practice, "clock", step="real")
    assert practice.state()["offset_seconds"] == 0


def test_the_next_window_is_an_opening_in_toronto(practice: Practice) -> None:
    """The world's clock shows 9:05 or 10:05 there."""
    post(practice, "clock", step="window")

    shown = fetch(practice, "/fragments/clock")
    toronto = shown[shown.index("Toronto") :]
    assert re.search(r'class="time">(9|10):05 AM', toronto[: toronto.index("</li>")])


def test_time_refuses_other_steps(practice: Practice) -> None:
    """With a sentence."""
    answer = post(practice, "clock", step="yesterday")

    assert (answer.status_code, answer.json()["error"][:4]) == (400, "time")


def test_faults_are_set_as_ticked(practice: Practice) -> None:
    """Ticked ones are on with their number, all others off, and a wrong number is explained."""
    post(practice, "faults", on=["twilio_500", "carrier_delay_seconds"], **{"value:carrier_delay_seconds": "90"})
    assert practice.state()["faults"] == {"twilio_500": True, "carrier_delay_seconds": 90}
    assert re.search(r'value="twilio_500"[^>]* checked', fetch(practice, "/fragments/faults"))

    post(practice, "faults", on="slack_500")
    assert practice.state()["faults"] == {"slack_500": True}
    assert post(practice, "faults", on="slack_hang_seconds", **{"value:slack_hang_seconds": "x"}).status_code == 400


def test_reset_restores_the_start(practice: Practice) -> None:
    """Messages, texts and time are gone."""
    practice.slack.chat_postMessage(channel=LEADS, text="old news")
    post(practice, "clock", step="day")

    post(practice, "reset")

    assert "old news" not in fetch(practice, "/fragments/messages")
    assert practice.state()["offset_seconds"] == 0


def test_another_sites_page_cannot_act_here(practice: Practice) -> None:
    """A visitor's browser says where a post comes from."""
    answer = practice.http.post(
        f"{practice.url}/_ui/text",
        data={"phone": JANE, "body": "STOP"},
        headers={"origin": "https://evil.example"},
        timeout=30,
    )

    assert answer.status_code == 403
    assert practice.texts() == []
