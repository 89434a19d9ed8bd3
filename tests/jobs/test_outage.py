"""The ticks while the database is away: nothing is sent, no result is lost, and the team is told once."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as wall_time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import structlog

from domain.model import MessageState
from flows import climb_ladder
from flows.team import Team
from flows.write_briefing import Schedule
from jobs.deps import JobDeps
from jobs.dispatch import Dispatcher
from jobs.outage import AGAIN_AFTER, ALERT_AFTER, QUIET, Outage
from jobs.schedule import Clockwork
from jobs.senders.slack import SlackPoster
from jobs.senders.sms import SmsSender, TwilioAccount
from storage import workers
from storage.unit import Database, StorageUnavailableError
from tests.flows import steps
from tests.flows.conftest import team
from tests.support.broken import Switch, read_only_switch
from tests.support.builders import NOON

__all__ = ["team"]

PATIENCE_SECONDS = 20
TICK = timedelta(seconds=0.05)


class Vendors:
    """Slack and the phone provider on one port: say yes to everything and write it down."""

    def __init__(self) -> None:
        """Start with nothing asked."""
        self.texts = 0
        self.posts: list[str] = []
        self.before_answer: Callable[[], None] = lambda: None
        self.slack_is_away = False
        self.url = ""

    def answer(self, path: str, body: str) -> tuple[int, dict[str, Any]]:
        """Return status and JSON."""
        if path.startswith("/api/"):
            if self.slack_is_away:
                return 503, {"ok": False, "error": "service_unavailable"}
            self.posts.append(body)
            return 200, {"ok": True, "ts": f"1.{len(self.posts)}"}
        self.texts += 1
        self.before_answer()
        return 201, {"sid": f"SM{self.texts}", "status": "queued"}


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    """Serve both."""
    asked = Vendors()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*asked.answer(self.path, body))

        def do_GET(self) -> None:
            self._say(200, {"messages": [], "next_page_uri": None})

        def _say(self, status: int, said: dict[str, Any]) -> None:
            payload = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_words: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    asked.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield asked
    server.shutdown()
    server.server_close()


class Wall:
    """Real time, which goes on by itself and can be sent ahead."""

    def __init__(self) -> None:
        """Begin at noon."""
        self.ahead = timedelta()
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        """Return the time."""
        return NOON + self.ahead + timedelta(seconds=time.monotonic() - self._began)


@dataclass
class World:
    """One process of ticks on one database, with a wall clock that tests move."""

    deps: JobDeps
    vendors: Vendors
    read_only: Switch
    wall: Wall

    def move(self, step: timedelta) -> None:
        """Let real time pass."""
        self.wall.ahead += step

    def until(self, what: str, look: Callable[[], bool]) -> None:
        """Wait for the ticks."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not look():
            assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS} s for {what}"
            threading.Event().wait(0.01)

    @contextmanager
    def running(self) -> Iterator[Clockwork]:
        """Run every tick as a process does."""
        clockwork = Clockwork(self.deps, tick=TICK, listen=timedelta(hours=1))
        clockwork.start()
        try:
            yield clockwork
        finally:
            clockwork.stop()


@pytest.fixture
def world(database_url: str, vendors: Vendors, team: Team, request: pytest.FixtureRequest) -> Iterator[World]:
    """Return a process that is about to start, with one text planned."""
    wall = Wall()
    account = TwilioAccount("AC" + "0" * 32, "token", "+13435550100", vendors.url, "https://heimdall.example/status")
    with closing(Database.open(database_url)) as db:
        deps = JobDeps(
            db=db,
            team=team,
            schedule=Schedule(at=wall_time(8, 30), zone="America/Toronto"),
            clock=lambda: NOON,
            wall=wall,
            sms=SmsSender(account),
            slack=SlackPoster("xoxb-1", f"{vendors.url}/api/"),
            owner="w1",
        )
        steps.opened(db, team)
        climb_ladder.climb(db, team, NOON, NOON, owner="w1")
        switch = read_only_switch(db, database_url, lambda: request.getfixturevalue("postgres_cluster"))
        yield World(deps, vendors, switch, wall)
        switch.on()


def state(world: World) -> MessageState:
    """Return where the one text stands."""
    return steps.message(world.deps.db, 1).state


# --- sends ---


def test_no_send_starts_that_could_not_be_written_down(world: World) -> None:
    """Not a byte leaves; afterwards it leaves once."""
    dispatcher = Dispatcher(world.deps)
    world.read_only.off()
    with pytest.raises(StorageUnavailableError):
        dispatcher.tick()
    assert world.vendors.texts == 0
    assert state(world) is MessageState.READY

    world.read_only.on()
    world.move(timedelta(minutes=20))  # past every lease and wait
    dispatcher.tick()

    assert world.vendors.texts == 1
    assert state(world) is MessageState.ACCEPTED


@pytest.mark.parametrize("asleep", [timedelta(seconds=61), timedelta(hours=9)])
def test_a_machine_that_sleeps_between_the_commit_and_the_call_sends_nothing(world: World, asleep: timedelta) -> None:
    """It looks at the clock before its first byte; the text goes back to the gate, and leaves once."""
    awake = world.wall

    def wall() -> datetime:
        return awake() + (asleep if threading.current_thread().name.startswith("sms") else timedelta())

    Dispatcher(replace(world.deps, wall=wall)).tick()
    assert world.vendors.texts == 0
    assert (state(world), steps.message(world.deps.db, 1).reason) == (MessageState.READY, "begun_too_late")

    Dispatcher(replace(world.deps, clock=lambda: NOON + timedelta(minutes=1))).tick()
    assert world.vendors.texts == 1
    assert state(world) is MessageState.ACCEPTED


@pytest.mark.parametrize("away", [timedelta(seconds=5), timedelta(minutes=10)], ids=["within", "beyond the lease"])
def test_the_result_of_a_send_outlives_the_database(world: World, away: timedelta) -> None:
    """The provider took it while the database was away: written as such when it is back, and never doubted."""
    dispatcher = Dispatcher(world.deps)
    world.vendors.before_answer = world.read_only.off
    with pytest.raises(StorageUnavailableError):
        dispatcher.tick()
    assert state(world) is MessageState.DISPATCHING
    with pytest.raises(StorageUnavailableError):
        dispatcher.tick()

    world.vendors.before_answer = lambda: None
    world.read_only.on()
    world.move(away)
    dispatcher.tick()

    assert state(world) is MessageState.ACCEPTED
    assert steps.message(world.deps.db, 1).provider_sid == "SM1"
    assert world.vendors.texts == 1


def test_a_stop_writes_what_still_waits(world: World) -> None:
    """SIGTERM just after the database came back."""
    dispatcher = Dispatcher(world.deps)
    world.vendors.before_answer = world.read_only.off
    with pytest.raises(StorageUnavailableError):
        dispatcher.tick()

    world.read_only.on()
    dispatcher.halt()
    dispatcher.write_rest()

    assert state(world) is MessageState.ACCEPTED


# --- what people hear ---


def test_the_team_is_told_once_that_it_began_and_once_that_it_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many ticks are refused meanwhile; and one line each in the log."""
    monkeypatch.setattr("storage.workers.BEAT_EVERY", TICK)
    with structlog.testing.capture_logs() as logged, world.running():
        world.until("the send and its card", lambda: world.vendors.texts == 1 and bool(world.vendors.posts))
        world.read_only.off()
        world.until("a refused tick", lambda: any(each["event"] == "storage_away" for each in logged))
        world.move(ALERT_AFTER)
        world.until("the alert", lambda: len(alerts(world)) == 1)
        world.read_only.on()
        back_at = world.wall()
        world.until("a beat", lambda: (heard(world) or NOON) > back_at)
        world.move(QUIET)
        world.until("the all-clear", lambda: len(alerts(world)) == 2)

    assert "cannot be used" in alerts(world)[0]
    assert "works again* after 1 min" in alerts(world)[1]
    assert all('"channel": "C0HEIMDALL"' in alert for alert in alerts(world))
    events = [each["event"] for each in logged]
    assert (events.count("storage_away"), events.count("storage_back")) == (1, 1)
    assert "tick_failed" not in events


def alerts(world: World) -> list[str]:
    """Return what was posted about the database."""
    return [post for post in world.vendors.posts if "The database" in post]


def heard(world: World) -> datetime | None:
    """Return the newest heartbeat."""
    with world.deps.db.read() as tx:
        return workers.newest_beat(tx)


REFUSED = StorageUnavailableError("database or disk is full")


@pytest.fixture
def outage(world: World) -> Outage:
    """Return the memory of a process for which all is well."""
    return Outage(world.deps)


def test_a_short_outage_is_nobodys_business(world: World, outage: Outage) -> None:
    """A restart of the server."""
    outage.refused("cards", REFUSED)
    world.move(ALERT_AFTER / 2)
    outage.refused("cards", REFUSED)
    world.move(QUIET)
    outage.wrote()

    assert alerts(world) == []


def test_a_small_write_that_goes_well_ends_nothing(world: World, outage: Outage) -> None:
    """On a full disk a heartbeat may find room where a text does not: no to and fro."""
    for _ in range(10):
        outage.refused("dispatch", REFUSED)
        world.move(timedelta(seconds=10))
        outage.wrote()
    assert len(alerts(world)) == 1
    assert "database or disk is full" in alerts(world)[0]

    world.move(QUIET)
    outage.wrote()
    outage.wrote()

    assert len(alerts(world)) == 2


def test_slack_may_be_away_as_well(world: World, outage: Outage) -> None:
    """The alert is tried again after a while, and posted once."""
    world.vendors.slack_is_away = True
    outage.refused("dispatch", REFUSED)
    world.move(ALERT_AFTER)
    outage.refused("dispatch", REFUSED)
    world.vendors.slack_is_away = False
    outage.refused("dispatch", REFUSED)
    assert alerts(world) == []

    world.move(AGAIN_AFTER)
    outage.refused("dispatch", REFUSED)
    outage.refused("dispatch", REFUSED)

    assert len(alerts(world)) == 1
