"""Ticks that meet something broken, over real HTTP: the others are served all the same, on both engines."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import update

from domain import claims as limits
from domain.model import MessageState, Sender
from flows import reconcile
from flows.team import Team
from flows.write_briefing import Schedule
from jobs import cards as cards_tick
from jobs import reconcile as reconcile_tick
from jobs.deps import JobDeps
from jobs.inbound import Listener
from jobs.senders.slack import SlackPoster
from jobs.senders.sms import SmsSender, TwilioAccount
from storage import cards, figures, inbox, messages, posts
from storage.tables import cards as card_table
from storage.tables import messages as message_table
from storage.unit import Database
from tests.support import builders
from tests.support.builders import NOON

LEADS, BRIEFINGS = "C0LEADS", "C0HEIMDALL"
Json = dict[str, Any]


class Vendor:
    """Slack and the phone provider in one: takes every post, lists what it is told to.

    Attributes:
        posts: path and words of everything posted, in order.
        listing: the texts every listing shows.
    """

    def __init__(self) -> None:
        self.posts: list[tuple[str, str]] = []
        self.listing: list[Json] = []
        self.url = ""


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """Serve on a port of its own."""
    state = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            words = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            state.posts.append((self.path, words))
            self._answer({"ok": True, "ts": f"{len(state.posts)}.1"})

        def do_GET(self) -> None:
            self._answer({"messages": state.listing, "next_page_uri": None, "page": 0, "page_size": 50})

        def _answer(self, body: Json) -> None:
            payload = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_words: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()


class World:
    """What a tick is given, with a clock the test moves."""

    def __init__(self, db: Database, vendor: Vendor) -> None:
        self.wall = NOON
        self.deps = JobDeps(
            db=db,
            team=Team(
                sender=Sender("Northern Doors", "100 Queen St W", "https://doors.example/about", "+13435550100"),
                leads_channel=LEADS,
                deals_channel="C0DEALS",
                briefing_channel=BRIEFINGS,
            ),
            schedule=Schedule(at=NOON.time(), zone="America/Toronto"),
            clock=lambda: NOON,
            wall=lambda: self.wall,
            sms=SmsSender(TwilioAccount("AC" + "0" * 32, "token", "+13435550100", vendor.url, "https://h.example/s")),
            slack=SlackPoster("xoxb-test", f"{vendor.url}/api/"),
            owner="w1",
        )

    def pass_time(self, by: timedelta = timedelta(minutes=16)) -> None:
        """Move real time past every lease and backoff."""
        self.wall += by


@pytest.fixture
def world(database_url: str, vendor: Vendor) -> Iterator[World]:
    """Return a world on a fresh schema."""
    db = Database.open(database_url)
    yield World(db, vendor)
    db.close()


def _mark(world: World, subject: object, channel: str = LEADS) -> None:
    with world.deps.db.write() as tx:
        cards.mark(tx, "lead", subject, NOON, channel=channel)


def _dead(world: World) -> int:
    with world.deps.db.read() as tx:
        return cards.dead(tx)


def _sound_lead(world: World) -> int:
    with world.deps.db.write() as tx:
        return builders.lead(tx).lead_id


def test_a_card_that_cannot_be_drawn_keeps_no_other_from_being_shown(world: World, vendor: Vendor) -> None:
    """Neither those taken together with it, nor the next of its channel."""
    lead_id = _sound_lead(world)
    _mark(world, "no number", "C0A")
    _mark(world, lead_id, "C0B")
    with world.deps.db.write() as tx:
        cards.announce(tx, "n", "C0A", "Hello", NOON)

    for _turn in range(2 * limits.LIMIT):  # a short backoff lets the broken one have the channel's next turn too
        cards_tick.tick(world.deps)
        world.pass_time(timedelta(seconds=2))

    posted = [words for path, words in vendor.posts if path.endswith("chat.postMessage")]
    assert any("Jane" in words for words in posted)
    assert any("Hello" in words for words in posted)


def test_a_card_is_given_up_after_five_tries_with_one_alert_and_tried_anew_after_a_change(
    world: World, vendor: Vendor
) -> None:
    """Two of a kind make one alert; the next real change counts from nothing."""
    for subject, channel in (("no number", "C0A"), ("none either", "C0B")):
        _mark(world, subject, channel)
    for _try in range(limits.LIMIT - 1):
        cards_tick.tick(world.deps)
        world.pass_time()
    before = _dead(world)
    cards_tick.tick(world.deps)
    world.pass_time()
    cards_tick.tick(world.deps)

    assert (before, _dead(world)) == (0, 2)
    (alert,) = [words for _path, words in vendor.posts]
    assert BRIEFINGS in alert
    assert "ValueError" in alert
    world.pass_time()
    assert cards_tick.tick(world.deps) == 0
    _mark(world, "no number")
    assert _dead(world) == 1
    assert cards_tick.tick(world.deps) == 1


def test_a_card_that_ends_its_process_is_given_up_after_five_tries(world: World, vendor: Vendor) -> None:
    """Each time it was taken, and nobody came back."""
    _mark(world, _sound_lead(world))
    for _death in range(limits.LIMIT):
        with world.deps.db.write() as tx:
            assert posts.take_stale(tx, world.wall, now=world.wall, owner="gone", lease=cards_tick.LEASE)
        world.pass_time()

    cards_tick.tick(world.deps)

    assert _dead(world) == 1
    assert vendor.posts == []


def test_a_slack_that_is_down_for_long_buries_no_card(world: World) -> None:
    """Not being reached is an outcome: the card waits, however often."""
    _mark(world, _sound_lead(world))
    unreachable = SlackPoster("xoxb-test", "http://127.0.0.1:9/api/")
    for _try in range(3 * limits.LIMIT):
        object.__setattr__(world.deps, "slack", unreachable)
        assert cards_tick.tick(world.deps) == 1
        world.pass_time()

    assert _dead(world) == 0


def test_cards_taken_and_not_begun_when_a_stop_is_asked_for_are_given_back(world: World) -> None:
    """Another process may show them at once; nothing is counted."""
    _mark(world, _sound_lead(world))
    object.__setattr__(world.deps, "stopping", lambda: True)

    assert cards_tick.tick(world.deps) == 0

    with world.deps.db.read() as tx:
        row = tx.execute(card_table.select()).one()
    assert (row.lease_owner, row.attempts, row.stale) == (None, 0, True)


def _inbound(sid: str, number: str, body: str) -> Json:
    return {"sid": sid, "from": number, "to": "+13435550100", "body": body, "direction": "inbound", "num_media": "0"}


def test_a_text_that_cannot_be_taken_in_keeps_no_stop_from_being_heard(world: World, vendor: Vendor) -> None:
    """It is tried again at every poll, and counted; the others are taken in."""
    vendor.listing = [_inbound("SM1", "+1416\ud800", "Hello"), _inbound("SM2", "+14165550199", "STOP")]
    listener = Listener(world.deps)

    polls = [listener.tick() for _poll in range(2)]

    with world.deps.db.read() as tx:
        assert inbox.unknown(tx, ["sms:SM1", "sms:SM2"]) == {"sms:SM1"}
        assert figures.metric_counts(tx, (NOON, NOON + timedelta(seconds=1)))["flow_error"][0] == 2
    assert polls == [2, 1]


def _doubted(world: World, number: str, language: str) -> int:
    with world.deps.db.write() as tx:
        lead = builders.lead(tx, phone=number)
        message_id = messages.plan(tx, builders.new_message(lead, intent=number), NOON) or 0
        values = {
            "state": MessageState.UNKNOWN.value,
            "attempt_began_at": NOON,
            "attempt_expires_at": NOON + timedelta(hours=1),
            "language": language,
        }
        tx.execute(update(message_table).where(message_table.c.id == message_id).values(values))
    return message_id


def _available_at(world: World, message_id: int) -> datetime:
    with world.deps.db.read() as tx:
        at: datetime = tx.execute(message_table.select().where(message_table.c.id == message_id)).one().available_at
    return at


def test_a_text_that_cannot_be_looked_up_keeps_no_other_from_it_and_steps_back(world: World) -> None:
    """The broken row comes first; the sound one is looked up all the same, and next time it comes before."""
    broken, sound = _doubted(world, "+14165550131", "xx"), _doubted(world, "+14165550132", "en")

    reconcile_tick.tick(world.deps)

    with world.deps.db.read() as tx:
        known = messages.in_doubt(tx, sound)
    assert known is not None
    assert known.doubt.empty_look_at == NOON
    assert _available_at(world, broken) > NOON
    assert reconcile.due(world.deps.db, NOON) == ()
