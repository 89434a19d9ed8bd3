"""The cards tick in front of a Slack that loses answers, asks for patience, refuses and forgets: over the real wire."""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from time import monotonic
from typing import Any

import pytest

from bot.views import blocks, notice
from flows import draw_sheets
from jobs import cards as cards_tick
from jobs import slack_access
from storage import cards, posts, records
from tests.jobs.conftest import PATIENCE_SECONDS, Poster
from tests.sandbox.practice import DEALS, LEADS, RILEY, Practice
from tests.support.vendor import reset, saying, vendor

LATER = cards_tick.LEASE.total_seconds() + 1
"""Seconds after which a lost process's cards are taken again, and every back-off of a first failure is over."""


def asked(practice: Practice, method: str) -> int:
    """Return how often a method was called."""
    return len([one for one in practice.traffic() if one["title"] == method])


def said(message: dict[str, Any]) -> bool:
    """Tell whether a message says that it may be a repeat, in its text and in its blocks."""
    in_text, in_blocks = notice.REPEAT in message["text"], notice.REPEAT in json.dumps(message["blocks"])
    assert in_text is in_blocks
    return in_text


def test_a_post_whose_answer_is_lost_is_found_and_not_repeated(practice: Practice, poster: Poster) -> None:
    """Where we may read, the message's metadata settles it."""
    practice.control("faults", slack_accept_then_reset=1)
    poster.mark(1)
    poster.tick()
    early = poster.waiting()
    poster.tick(after=LATER)

    (message,) = practice.messages()
    assert (early, poster.waiting()) == (1, 0)
    assert asked(practice, "chat.postMessage") == 1
    assert not said(message)
    poster.mark(1)
    poster.tick(after=2)
    assert (practice.messages()[0]["ts"], poster.waiting()) == (message["ts"], 0)


def test_a_post_that_provably_never_came_about_is_made_without_a_mark(practice: Practice, poster: Poster) -> None:
    """An empty history is proof."""
    practice.control("faults", slack_500=1)
    poster.mark(1)
    poster.tick()
    poster.tick(after=LATER)

    (message,) = practice.messages()
    assert not said(message)
    assert asked(practice, "conversations.history") == 1
    assert poster.waiting() == 0


def test_where_nobody_may_read_the_repeat_says_that_it_is_one(practice: Practice, poster: Poster) -> None:
    """Without history twice is better than never, and the mark stays when the card is redrawn."""
    practice.control("faults", slack_accept_then_reset=1, slack_no_history=True)
    poster.mark(1)
    poster.tick()
    poster.tick(after=LATER)

    first, second = practice.messages()
    assert (said(first), said(second)) == (False, True)
    poster.mark(1)
    poster.tick(after=2)
    assert [said(message) for message in practice.messages()] == [False, True]
    assert poster.waiting() == 0


@pytest.mark.parametrize("reached", [False, True])
def test_a_process_that_dies_over_a_post_leaves_one_message(
    practice: Practice, poster: Poster, *, reached: bool
) -> None:
    """Before the first byte or after the last: the next process looks before it posts."""
    poster.mark(1)
    with poster.db.write() as tx:
        (card,) = posts.take_stale(tx, poster.wall(), now=datetime.now(UTC), owner="lost", lease=cards_tick.LEASE)
    if reached:
        poster.slack.show(card, notice.card("Sending was resumed"))
    soon = poster.tick()
    poster.tick(after=LATER)

    (message,) = practice.messages()
    assert soon == 0
    assert not said(message)
    assert poster.waiting() == 0


def test_a_reply_in_doubt_is_looked_for_in_its_thread(practice: Practice, poster: Poster) -> None:
    """A channel's history does not show what hangs in threads."""
    poster.mark(1)
    poster.tick()
    poster.mark(2, parent=1)
    practice.control("faults", slack_accept_then_reset=1)
    poster.tick(after=2)
    poster.tick(after=LATER)

    root, reply = practice.messages()
    assert reply["thread_ts"] == root["ts"]
    assert asked(practice, "conversations.replies") == 1
    assert poster.waiting() == 0


def test_a_private_note_in_doubt_is_said_again(practice: Practice, poster: Poster) -> None:
    """Nothing of it can be read back, and a click must not go unanswered."""
    practice.control("faults", slack_accept_then_reset=1)
    with poster.db.write() as tx:
        cards.tell(tx, "click:1", LEADS, RILEY, "Needs someone else", datetime.now(UTC))
    poster.tick()
    poster.tick(after=LATER)

    assert [said(whisper) for whisper in practice.whispers()] == [False, True]
    assert poster.waiting() == 0


def test_a_note_where_we_are_no_member_stands_among_the_leads(practice: Practice, poster: Poster) -> None:
    """Commands may be used anywhere; their buttons are answered all the same."""
    with poster.db.write() as tx:
        cards.tell(tx, "click:1", "C0ELSEWHERE", RILEY, "Needs someone else", datetime.now(UTC))
    poster.tick()

    (whisper,) = practice.whispers()
    assert "Needs someone else" in whisper["text"]
    assert poster.waiting() == 0


def test_an_edit_whose_answer_is_lost_is_made_again(practice: Practice, poster: Poster) -> None:
    """An edit may be made twice; nothing is looked for."""
    poster.mark(1)
    poster.tick()
    practice.control("faults", slack_accept_then_reset=1)
    poster.mark(1)
    poster.tick(after=2)
    poster.tick(after=LATER)

    assert len(practice.messages()) == 1
    assert (asked(practice, "chat.update"), asked(practice, "conversations.history")) == (2, 0)
    assert poster.waiting() == 0


def test_while_the_token_is_refused_nothing_is_asked_and_everything_waits(practice: Practice, poster: Poster) -> None:
    """One line in the log and in the status; one question a minute; then it goes on by itself."""
    practice.control("faults", slack_token_revoked=True)
    for number in range(3):
        poster.mark(number, channel=LEADS if number else DEALS)
    poster.tick()
    posts = asked(practice, "chat.postMessage")
    for _ in range(20):
        poster.tick(after=2)
    with poster.db.read() as tx:
        status = draw_sheets.status_sheet(tx, poster.deps().team, datetime.now(UTC), datetime.now(UTC))
    quiet = asked(practice, "chat.postMessage"), asked(practice, "auth.test")
    poster.tick(after=slack_access.PROBE.total_seconds())
    probed = asked(practice, "auth.test")
    practice.control("faults", slack_token_revoked=False)
    for _ in range(5):
        poster.tick(after=slack_access.PROBE.total_seconds())

    assert quiet == (posts, 0)
    assert probed == 1
    assert "slack" in status.paused_scopes
    assert "token_revoked" in status.pauses[0].reason
    assert (len(practice.messages()), len(practice.messages(DEALS))) == (2, 1)
    assert (poster.waiting(), poster.refused()) == (0, 0)
    with poster.db.read() as tx:
        assert len(records.audit_lines(tx, action="slack_refused")) == 1
        assert records.pauses(tx) == ()


def test_a_channel_that_is_gone_stops_only_its_own_cards(practice: Practice, poster: Poster) -> None:
    """It is counted, and the next channel does not notice."""
    poster.mark(1, channel="C0GONE")
    poster.mark(2)
    poster.tick()

    assert len(practice.messages()) == 1
    assert (poster.waiting(), poster.refused()) == (0, 1)


def test_a_card_that_cannot_be_drawn_stops_no_other(practice: Practice, poster: Poster) -> None:
    """It waits by itself."""
    poster.mark("no number", channel=DEALS, kind="lead")
    poster.mark(2)
    poster.tick()

    assert len(practice.messages()) == 1
    assert poster.waiting() == 1


def test_a_deleted_thread_is_begun_anew(practice: Practice, poster: Poster) -> None:
    """Whoever deletes a card does not keep from the others what a seller wrote."""
    poster.mark(1)
    poster.tick()
    practice.slack.chat_delete(channel=LEADS, ts=practice.messages()[0]["ts"])
    poster.mark(2, parent=1)
    poster.show_all()

    root, reply = practice.messages()
    assert reply["thread_ts"] == root["ts"]


def test_a_card_too_long_for_one_message_goes_on_in_its_thread(
    practice: Practice, poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is lost, and it shrinks again."""
    lines = [120]

    def long(*_state: object) -> blocks.Rendered:
        return blocks.message(*(blocks.section(f"line {number}") for number in range(lines[0])))

    monkeypatch.setitem(cards_tick.DRAWERS, "long", long)
    poster.mark(1, kind="long")
    poster.show_all()

    root, *rest = practice.messages()
    shown = [block["text"]["text"] for message in (root, *rest) for block in message["blocks"] if "text" in block]
    assert shown == [f"line {number}" for number in range(120)]
    assert [message["thread_ts"] for message in rest] == [root["ts"]] * 2
    lines[0] = 2
    poster.mark(1, kind="long")
    poster.show_all()
    root, *rest = practice.messages()
    assert len(root["blocks"]) == 2
    assert all("Nothing more here" in message["text"] for message in rest)
    assert poster.waiting() == 0


def test_blocks_slack_refuses_are_said_in_words(
    practice: Practice, poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card is never lost over its looks."""
    text = {"type": "mrkdwn", "text": "x" * 3_001}
    monkeypatch.setitem(
        cards_tick.DRAWERS, "odd", lambda *_: blocks.Rendered("What it says", [{"type": "section", "text": text}])
    )
    poster.mark(1, kind="odd")
    poster.tick()

    (message,) = practice.messages()
    assert (message["text"], message["blocks"]) == ("What it says", [])
    assert poster.waiting() == 0


def test_a_history_that_never_answers_is_not_waited_for_for_ever(poster_at: Callable[[str], Poster]) -> None:
    """After five tries the card is posted again, with the mark."""
    posts: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        path, body = calls[-1]
        if path != "/api/chat.postMessage":
            saying(500, {"ok": False, "error": "fatal_error"})(handler)
            return
        posts.append(json.loads(body)["text"])
        (reset if len(posts) == 1 else saying(200, {"ok": True, "ts": "1.2"}))(handler)

    with vendor(answer) as (url, calls):
        poster = poster_at(url)
        poster.mark(1)
        poster.tick()
        for _ in range(10):
            poster.tick(after=900)

    assert [notice.REPEAT in text for text in posts] == [False, True]
    assert len([path for path, _body in calls if path == "/api/conversations.history"]) == cards_tick.LOOKS
    assert poster.waiting() == 0


def test_two_processes_keep_the_order_of_a_channel(practice: Practice, poster: Poster) -> None:
    """While one is posting, the other leaves the channel alone; afterwards it goes on where the first stopped."""
    for number in range(6):
        poster.mark(number)
    with ThreadPoolExecutor(2) as pool:
        deadline = monotonic() + PATIENCE_SECONDS
        while poster.waiting():
            poster.ahead += timedelta(seconds=1.1)
            list(pool.map(lambda owner: poster.tick(owner=owner), ("w1", "w2")))
            assert monotonic() < deadline

    shown = [message["metadata"]["event_payload"]["card_id"] for message in practice.messages()]
    assert shown == sorted(set(shown))
    assert len(shown) == 6


def test_two_hundred_posts_under_retry_after_all_arrive_in_order(poster_at: Callable[[str], Poster]) -> None:
    """A channel is left alone for exactly as long as Slack asks; nothing overtakes anything."""
    chance = random.Random(32)  # noqa: S311 - which posts are refused
    shown: dict[str, list[int]] = {LEADS: [], DEALS: []}
    rests: dict[str, datetime] = {}
    too_early: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        _path, body = calls[-1]
        fields = json.loads(body)
        channel, now = fields["channel"], poster.wall()
        if now < rests.get(channel, now):
            too_early.append(channel)
        if chance.random() < 0.2:
            seconds = chance.randint(1, 30)
            rests[channel] = now + timedelta(seconds=seconds)
            saying(429, {"ok": False, "error": "ratelimited"}, Retry_After=str(seconds))(handler)
            return
        shown[channel].append(fields["metadata"]["event_payload"]["card_id"])
        saying(200, {"ok": True, "ts": f"1.{len(shown[channel])}"})(handler)

    with vendor(answer) as (url, calls):
        poster = poster_at(url)
        for number in range(200):
            poster.mark(number, channel=LEADS if number % 2 else DEALS)
        ticks = 0
        while poster.waiting():
            poster.tick(after=1.1)
            ticks += 1
            assert ticks < 5_000

    assert too_early == []
    assert [len(posts) for posts in shown.values()] == [100, 100]
    assert all(posts == sorted(posts) for posts in shown.values())
    assert poster.refused() == 0
