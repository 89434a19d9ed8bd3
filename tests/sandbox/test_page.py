"""The page over HTTP: what each tab is shown, what a post does, and what the event stream says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import page, seed
from sandbox.faults import FAULTS
from sandbox.feed import Change
from sandbox.page_items import HOME, Tab
from tests.sandbox import kit
from tests.sandbox.practice import (
    AVERY,
    DEALS,
    GUS,
    JANE,
    LEADS,
    MARC,
    RILEY,
    Answer,
    Json,
    Practice,
    actions,
    button,
    modal,
    section,
    text_input,
)

if TYPE_CHECKING:
    import requests


def address(path: str, person: str = RILEY, room: str = LEADS) -> str:
    """Return a path as a person's tab asks for it."""
    return f"{path}?as={person}&in={room}"


def fetch(practice: Practice, path: str, person: str = RILEY, room: str = LEADS) -> str:
    """Return what a tab is shown."""
    answer = practice.http.get(practice.url + address(path, person, room), timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.text


def post(practice: Practice, path: str, person: str = RILEY, room: str = LEADS, **form: Json) -> requests.Response:
    """Post a form as a tab does."""
    return practice.http.post(practice.url + address(f"/_ui/{path}", person, room), data=form, timeout=30)


def press(block_id: str, action_id: str, kind: str, value: str | None = None) -> str:
    """Return what the page sends for a click."""
    return json.dumps([block_id, action_id, kind, value])


def name(block_id: str, action_id: str, kind: str) -> str:
    """Return the name of a block's field in a form."""
    return json.dumps([block_id, action_id, kind])


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


def test_the_page_is_whole_without_its_script(practice: Practice) -> None:
    """Rail, messages, phones, clock and the standing warning are in the first answer."""
    shown = fetch(practice, "/")

    for text in (
        "Simulation: not legal proof",
        "Riley Chen",
        "Jane Doe",
        "Vancouver",
        "St. John&#39;s",
        "/heimdall now",
    ):
        assert text in shown


def test_the_page_allows_no_script_but_its_own_and_calls_nobody(practice: Practice) -> None:
    """The policy forbids inline code; no tag needs an exception or points off this machine."""
    answer = practice.http.get(f"{practice.url}/", timeout=30)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?! src=)|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)", answer.text)


@pytest.mark.parametrize(("file", "kind"), [("sandbox.css", "text/css"), ("sandbox.js", "text/javascript")])
def test_the_static_files_are_served_and_nothing_else(practice: Practice, file: str, kind: str) -> None:
    """Two files and the sign; a path out of the folder finds nothing."""
    answer = practice.http.get(f"{practice.url}/static/{file}", timeout=30)

    assert answer.headers["content-type"].startswith(kind)
    assert practice.http.get(f"{practice.url}/static/..%2Fpage.py", timeout=30).status_code == 404
    assert practice.http.get(f"{practice.url}/fragments/secrets", timeout=30).status_code == 404


def test_the_script_stays_small() -> None:
    """One script of our own, at most 150 lines."""
    script = (page._STATIC / "sandbox.js").read_text(encoding="utf-8")  # noqa: SLF001 - where the page's files are

    assert len(script.splitlines()) <= 150


def test_two_tabs_act_as_two_people(practice: Practice) -> None:
    """A private message is shown to its person alone; the acting person belongs to the tab."""
    practice.slack.chat_postEphemeral(channel=LEADS, user=RILEY, text="only for Riley")

    assert "Only visible to you" in fetch(practice, "/fragments/messages", RILEY)
    assert "only for Riley" not in fetch(practice, "/fragments/messages", AVERY)
    assert "Avery Tremblay</strong>, approver" in fetch(practice, "/fragments/room", AVERY)


def test_a_tab_that_asks_for_what_is_not_there_gets_the_nearest(practice: Practice) -> None:
    """An unknown person or somebody else's direct conversation falls back to the first."""
    assert "Riley Chen</strong>" in fetch(practice, "/fragments/room", "U0NOBODY", "C0NOWHERE")
    practice.slack.chat_postMessage(channel=AVERY, text="secret of Avery")
    assert "secret of Avery" not in fetch(practice, "/fragments/messages", RILEY, "D0AVERY")
    assert "secret of Avery" in fetch(practice, "/fragments/messages", AVERY, "D0AVERY")


def test_a_thread_stands_below_its_root_with_old_replies_folded(practice: Practice) -> None:
    """Replies follow their root, before a later message; all but the newest eight are folded away."""
    root = practice.slack.chat_postMessage(channel=LEADS, text="the root")
    for number in range(10):
        practice.control("post", user=RILEY, channel=LEADS, text=f"reply-{number}", thread_ts=root["ts"])
    practice.control("post", user=RILEY, channel=LEADS, text="the next root")

    shown = fetch(practice, "/fragments/messages")
    places = [
        shown.index(text) for text in ("the root", "Show 2 earlier replies", "reply-0", "reply-9", "the next root")
    ]
    assert places == sorted(places)


def test_an_edited_message_says_so(practice: Practice) -> None:
    """And only that one."""
    first = practice.slack.chat_postMessage(channel=LEADS, text="first")
    assert "(edited)" not in fetch(practice, "/fragments/messages")

    practice.slack.chat_update(channel=LEADS, ts=first["ts"], text="second")

    assert "(edited)" in fetch(practice, "/fragments/messages")


def test_only_what_changed_gets_a_new_fingerprint(practice: Practice) -> None:
    """The browser replaces one message and leaves its neighbours, with whatever is half typed there, alone."""
    for text in ("first", "second"):
        practice.slack.chat_postMessage(channel=LEADS, text=text)
    before = fingerprints(fetch(practice, "/fragments/messages"))
    ts = practice.messages()[0]["ts"]
    practice.slack.chat_update(channel=LEADS, ts=ts, text="changed")

    after = fingerprints(fetch(practice, "/fragments/messages"))
    assert {key for key in after if after[key] != before[key]} == {f"m-{LEADS}-{ts}"}


def fingerprints(shown: str) -> dict[str, str]:
    """Return the fingerprint of each item of a fragment."""
    return dict(re.findall(r'id="([^"]+)" data-v="([^"]+)"', shown))


def test_a_block_the_page_cannot_draw_is_a_loud_red_box(practice: Practice) -> None:
    """Slack would accept it, the page does not know it: the visitor sees its name and its JSON."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
    users = {"type": "multi_users_select", "action_id": "many"}
    practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[{**block, "accessory": users}])

    shown = fetch(practice, "/fragments/messages")
    assert 'data-testid="unknown-block"' in shown
    assert "multi_users_select" in shown


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


def test_a_phone_shows_texts_with_state_segments_and_errors(practice: Practice) -> None:
    """Ours on the left with their delivery state, theirs on the right, an unknown phone by itself."""
    delivered = practice.send_text(JANE, "Hello Jane " * 20)
    practice.control("faults", carrier_error_code=30003)
    failed = practice.send_text("+16045550111", "Hello")
    practice.settle()

    shown = fetch(practice, "/fragments/phones")
    assert bubble(shown, delivered) == {"direction": "outbound", "status": "delivered"}
    assert bubble(shown, failed) == {"direction": "outbound", "status": "undelivered"}
    assert "2 segments" in shown
    assert "30003" in shown
    assert "(604) 555-0111" in shown


def bubble(shown: str, sid: str) -> dict[str, str]:
    """Return what a bubble says about itself."""
    found = re.search(rf'data-sid="{sid}" data-direction="(\w+)" data-status="(\w+)"', shown)
    assert found
    return {"direction": found[1], "status": found[2]}


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


def test_every_fault_has_a_labelled_switch(practice: Practice) -> None:
    """The table of faults and the page cannot drift apart."""
    shown = fetch(practice, "/fragments/faults")

    assert all(f'<label for="fault-{fault.name}">' in shown for fault in FAULTS)


def test_the_inspector_shows_both_directions(practice: Practice) -> None:
    """Newest first, with bodies, and no secret."""
    practice.slack.chat_postMessage(channel=LEADS, text="a line of the bot")
    post(practice, "say", text="/lead help")

    shown = fetch(practice, "/fragments/traffic")
    assert shown.index("/lead") < shown.index("chat.postMessage")
    assert "a line of the bot" in shown
    assert practice.settings.slack_bot_token.get_secret_value() not in shown


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


RILEYS = Tab(seed.people()[0], LEADS)


@pytest.mark.parametrize(
    ("topic", "key", "events"),
    [
        ("channel", LEADS, [("swap", "messages")]),
        ("channel", DEALS, [("news", DEALS)]),
        ("whisper", RILEY, [("swap", "messages")]),
        ("whisper", AVERY, []),
        ("view", RILEY, [("swap", "modal")]),
        ("view", AVERY, []),
        ("home", RILEY, []),
        ("phone", JANE, [("swap", "phones")]),
        ("call", JANE, [("swap", "phones")]),
        ("traffic", "", [("swap", "traffic")]),
        ("faults", "", [("swap", "faults")]),
        ("clock", "", [("swap", "clock"), ("swap", "messages"), ("swap", "phones")]),
    ],
)
def test_a_tab_is_told_what_concerns_it(topic: str, key: str, events: list[tuple[str, str]]) -> None:
    """Its own room, person and modal, everybody's phones and clock, and news of other rooms."""
    assert page.concerns(Change(1, topic, key), RILEYS) == events


def test_the_home_and_a_reset_concern_whoever_looks() -> None:
    """A published Home is drawn where it is open; a reset redraws everything."""
    assert page.concerns(Change(1, "home", RILEY), replace(RILEYS, room=HOME)) == [("swap", "messages")]
    assert ("swap", "rail") in page.concerns(Change(1, "reset"), RILEYS)


def test_the_event_stream_names_the_fragment_that_changed(practice: Practice) -> None:
    """A line of server-sent events follows the change."""
    with practice.http.get(practice.url + address("/_events"), stream=True, timeout=30) as stream:
        practice.slack.chat_postMessage(channel=LEADS, text="news")
        lines = iter(stream.iter_lines(decode_unicode=True))
        assert "event: swap" in (line for line in lines)
        assert next(lines) == "data: messages"


def test_looking_at_the_home_opens_it_for_the_bot(practice: Practice) -> None:
    """The bot is told, publishes, and the Home is drawn."""
    with practice.http.get(practice.url + address("/_events", room=HOME), stream=True, timeout=30):
        practice.bot.wait_for("app_home_opened")
    practice.slack.views_publish(user_id=RILEY, view={"type": "home", "blocks": [section("*Waiting for you*")]})

    assert "<strong>Waiting for you</strong>" in fetch(practice, "/fragments/messages", room=HOME)
