"""What each answer, silence and broken line of Slack means, over real HTTP."""

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from bot.views.blocks import Rendered
from jobs.senders import slack
from storage.posts import Card
from tests.support.builders import NOON
from tests.support.vendor import Answer, reset, saying, vendor

CARD = Card(1, "lead", "1", "C1", None, None, {}, None, 1, 0)
RENDERED = Rendered("text", [])


def no(error: str, status: int = 200, **headers: str) -> Answer:
    """Answer as Slack refuses."""
    return saying(status, {"ok": False, "error": error}, **headers)


def message(card_id: int | None, ts: str = "1.1") -> dict[str, object]:
    """Return a message of ours in a channel's history."""
    payload = {} if card_id is None else {"card_id": card_id, "revision": 1}
    return {"ts": ts, "metadata": {"event_type": slack.EVENT, "event_payload": payload}}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (saying(200, {"ok": True, "ts": "1.1"}), slack.Posted("1.1")),
        (no("ratelimited", 429, Retry_After="7"), slack.Wait("ratelimited", timedelta(seconds=7))),
        (no("ratelimited", 429, Retry_After="soon"), slack.Wait("ratelimited", slack.DEFAULT_WAIT)),
        (no("ratelimited", 429), slack.Wait("ratelimited", slack.DEFAULT_WAIT)),
        (no("message_not_found"), slack.Gone()),
        (no("thread_not_found"), slack.Gone(thread=True)),
        (no("invalid_blocks"), slack.Rejected("invalid_blocks")),
        (no("is_archived"), slack.Rejected("is_archived")),
        (no("token_revoked"), slack.Barred("token_revoked")),
        (no("invalid_auth", 401), slack.Barred("invalid_auth")),
        (no("fatal_error", 500), slack.Unclear("fatal_error")),
        (saying(503, "busy"), slack.Unclear("http_503")),
        (saying(200, "not json"), slack.Unclear("http_200")),
        (reset, slack.Unclear("ConnectionResetError")),
    ],
    ids=[
        "posted", "429", "429-words", "429-bare", "gone", "no-thread", "blocks", "archived",
        "revoked", "401", "500", "503", "unreadable", "reset",
    ],
)  # fmt: skip
def test_every_answer_of_slack_has_one_meaning(answer: Answer, outcome: slack.Outcome) -> None:
    """One request, one meaning; the SDK's own retry is off."""
    with vendor(answer) as (url, asked):
        result = slack.SlackPoster("xoxb-1", f"{url}/api/").show(CARD, RENDERED)

    assert result == outcome
    assert len(asked) == 1


def test_nobody_listening_means_nothing_was_posted() -> None:
    """A refused connection is proof that no byte was read."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        result = slack.SlackPoster("xoxb-1", f"http://127.0.0.1:{taken.getsockname()[1]}/api/").show(CARD, RENDERED)

    assert result == slack.Wait("ConnectionRefusedError", None)


def test_silence_is_unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read that times out may have been a post."""
    monkeypatch.setattr("jobs.senders.slack.TIMEOUT_SECONDS", 0.3)
    done = threading.Event()

    def keep_silent(_handler: BaseHTTPRequestHandler) -> None:
        done.wait(10)

    with vendor(keep_silent) as (url, asked):
        result = slack.SlackPoster("xoxb-1", f"{url}/api/").show(CARD, RENDERED)
        done.set()

    assert result == slack.Unclear("TimeoutError")
    assert len(asked) == 1


def history(*messages: dict[str, object], more: str = "") -> Answer:
    """Answer with one page of a channel."""
    return saying(200, {"ok": True, "messages": messages, "response_metadata": {"next_cursor": more}})


@pytest.mark.parametrize(
    ("answer", "look"),
    [
        (history(message(2, "1.0"), message(1, "1.2")), slack.Found("1.2")),
        (history(message(2), {"ts": "1.3"}), slack.Absent()),
        (history(message(None)), slack.Unreadable("metadata_hidden")),
        (history(more="next"), slack.Unreadable("too_much_to_read")),
        (no("missing_scope"), slack.Unreadable("missing_scope")),
        (no("not_in_channel"), slack.Unreadable("not_in_channel")),
        (no("token_revoked"), slack.Barred("token_revoked")),
        (no("ratelimited", 429, Retry_After="60"), slack.Wait("ratelimited", timedelta(seconds=60))),
        (no("internal_error", 500), slack.Wait("internal_error", None)),
        (reset, slack.Wait("ConnectionResetError", None)),
    ],
    ids=["found", "absent", "hidden", "busy", "scope", "outside", "revoked", "429", "500", "reset"],
)
def test_every_answer_to_a_look_has_one_meaning(answer: Answer, look: slack.Look) -> None:
    """Only a channel that was read to its end proves that a card is not in it."""
    with vendor(answer) as (url, _asked):
        result = slack.SlackPoster("xoxb-1", f"{url}/api/").look_for(CARD, NOON)

    assert result == look


def test_a_look_asks_for_little_and_from_before_the_attempt() -> None:
    """Fifteen messages with their metadata, two minutes back for clocks that differ."""
    with vendor(history()) as (url, asked):
        slack.SlackPoster("xoxb-1", f"{url}/api/").look_for(CARD, NOON)

    ((path, body),) = asked
    assert path == "/api/conversations.history"
    assert b"limit=15" in body
    assert b"include_all_metadata=1" in body
    assert f"oldest={(NOON - slack.SKEW).timestamp():.6f}".encode() in body


def test_a_card_of_a_thread_is_looked_for_in_the_thread() -> None:
    """A channel's history leaves replies out."""
    card = Card(1, "reply", "1", "C1", None, "1.5", {}, None, 1, 0)
    with vendor(history(message(1, "1.7"))) as (url, asked):
        found = slack.SlackPoster("xoxb-1", f"{url}/api/").look_for(card, NOON)

    assert found == slack.Found("1.7")
    assert asked[0][0] == "/api/conversations.replies"
    assert b"ts=1.5" in asked[0][1]
