"""The page over HTTP: what each tab is shown, and what the event stream says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sandbox import seed
from sandbox.faults import FAULTS
from sandbox.feed import Change
from sandbox.page import routes
from sandbox.page.pieces import HOME, Tab
from tests.sandbox.blocks import section
from tests.sandbox.page.tabs import address, fetch, post
from tests.sandbox.practice import AVERY, DEALS, JANE, LEADS, RILEY, Practice


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
    script = (routes._STATIC / "sandbox.js").read_text(encoding="utf-8")  # noqa: SLF001 - where the page's files are

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


def test_a_long_history_shows_its_newest_messages_and_says_so(practice: Practice) -> None:
    """Sixty messages are drawn; the page says how many are not."""
    for number in range(62):
        practice.control("post", user=RILEY, channel=LEADS, text=f"line-{number}.")

    shown = fetch(practice, "/fragments/messages")
    assert "2 earlier messages are not shown." in shown
    assert ("line-1." in shown, "line-2." in shown, "line-61." in shown) == (False, True, True)


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
    assert routes.concerns(Change(1, topic, key), RILEYS) == events


def test_the_home_and_a_reset_concern_whoever_looks() -> None:
    """A published Home is drawn where it is open; a reset redraws everything."""
    assert routes.concerns(Change(1, "home", RILEY), replace(RILEYS, room=HOME)) == [("swap", "messages")]
    assert ("swap", "rail") in routes.concerns(Change(1, "reset"), RILEYS)


def test_the_event_stream_names_the_fragment_that_changed(practice: Practice) -> None:
    """A line of server-sent events follows the change."""
    with practice.http.get(practice.url + address("/_events"), stream=True, timeout=30) as stream:
        practice.slack.chat_postMessage(channel=LEADS, text="news")
        lines = iter(stream.iter_lines(decode_unicode=True))
        assert "event: swap" in (line for line in lines)
        assert next(lines) == "data: messages"


def test_the_event_stream_begins_with_the_world_the_page_was_drawn_by(practice: Practice) -> None:
    """So a page finds out that another world answers at its address, and loads itself anew."""
    drawn = re.search(r'data-world="(\w+)"', fetch(practice, "/"))
    assert drawn
    with practice.http.get(practice.url + address("/_events"), stream=True, timeout=30) as stream:
        lines = iter(stream.iter_lines(decode_unicode=True))

        assert [next(lines), next(lines), next(lines)] == ["event: world", f"data: {drawn[1]}", "retry: 500"]


def test_looking_at_the_home_opens_it_for_the_bot(practice: Practice) -> None:
    """The bot is told, publishes, and the Home is drawn."""
    with practice.http.get(practice.url + address("/_events", room=HOME), stream=True, timeout=30):
        practice.bot.wait_for("app_home_opened")
    practice.slack.views_publish(user_id=RILEY, view={"type": "home", "blocks": [section("*Waiting for you*")]})

    assert "<strong>Waiting for you</strong>" in fetch(practice, "/fragments/messages", room=HOME)
