"""A process that is asked to stop: what is under way is finished and written, what hangs is left, and it ends in time.

Hosts kill a process thirty seconds after SIGTERM; each of these ends within twenty-five, whatever a provider does.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from domain.model import MessageState, Sender
from flows import open_lead
from flows.team import Team
from heimdall.settings import FAMILIES
from jobs.dispatch import SENDERS
from storage import claims, messages, workers
from storage.tables import messages as message_table
from storage.unit import Database
from tests.flows import steps
from tests.heimdall.test_settings import GOOD
from tests.support.builders import NOON

PATIENCE_SECONDS = 20
LIMIT_SECONDS = 25
KILL_SECONDS = 40
HANG_SECONDS = 8
"""Below the sender's own read time-out of ten."""

EMPTY_LIST = b'{"messages": [], "next_page_uri": null, "page": 0, "page_size": 50}'
NOBODY = "http://127.0.0.1:9"


@dataclass
class Site:
    """A database with leads, and what a process of ours is started with on it."""

    folder: Path
    url: str
    team: Team
    settings: dict[str, str] = field(default_factory=dict)

    def open_leads(self, count: int) -> None:
        """Open leads whose first text may leave now."""
        db = Database.open(self.url)
        for each in range(count):
            request = steps.request(f"r{each}", phone=f"416-555-{200 + each:04d}")
            open_lead.open_lead(db, self.team, request, NOON)
        db.close()

    def states(self) -> list[str]:
        """Return the state of every text."""
        db = Database.open(self.url)
        with db.read() as tx:
            found = [state.value for state, count in messages.counts(tx).items() for _each in range(count)]
        db.close()
        return sorted(found)

    def leases(self) -> list[str]:
        """Return the state of every text somebody still holds, and the names of workers on the list."""
        db = Database.open(self.url)
        with db.read() as tx:
            held = message_table.c.lease_owner.is_not(None)
            found = [row.state for row in tx.execute(message_table.select().where(held))]
            found += [each.owner for each in workers.alive(tx, datetime.now(UTC))]
        db.close()
        return found


@pytest.fixture
def site(tmp_path: Path, sqlite_url: str) -> Site:
    """Return a site whose business clock stands on a Tuesday noon."""
    clock = tmp_path / "clock.json"
    clock.write_text(json.dumps({"offset_seconds": (NOON - datetime.now(UTC)).total_seconds()}), encoding="utf-8")
    team = Team(
        sender=Sender("Northern Doors", "100 Queen St W, Toronto ON", "https://doors.example/about", "+13435550100"),
        leads_channel="C0LEADS",
        deals_channel="C0DEALS",
        briefing_channel="C0HEIMDALL",
    )
    settings = GOOD | {
        "HEIMDALL_ENV": "development",
        "HEIMDALL_DATABASE_URL": sqlite_url,
        "HEIMDALL_CLOCK_FILE": str(clock),
        "HEIMDALL_TICK_SECONDS": "0.25",
        "HEIMDALL_PORT": str(_free_port()),
        "SLACK_API_URL": f"{NOBODY}/api/",
    }
    return Site(tmp_path, sqlite_url, team, settings)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@contextmanager
def _running(site: Site, command: str, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """Run ``heimdall`` on the site; whatever happens, it does not outlive the test."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(FAMILIES)}
    with subprocess.Popen(
        [sys.executable, "-m", "heimdall", command],
        cwd=site.folder,
        env=inherited | site.settings | settings | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


def _stop(child: "subprocess.Popen[str]") -> tuple[float, str]:
    """Ask a process to stop, and return how long it took and what it had logged."""
    began = time.monotonic()
    os.kill(child.pid, signal.SIGTERM)
    logged, _none = child.communicate(timeout=KILL_SECONDS)
    return time.monotonic() - began, logged


def _until(what: str, look: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS} s for {what}"
        threading.Event().wait(0.05)


class Dripper:
    """A provider that answers a byte a second: no read of it ever times out.

    Attributes:
        asked: first lines of the requests that are being dripped to.
    """

    def __init__(self, *, drips: str) -> None:
        """Listen; drip to requests of one method and answer all others with an empty list."""
        self.asked: list[str] = []
        self._drips = drips
        self._ended = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening and dripping."""
        self._ended.set()
        self._listening.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            first = connection.recv(65_536).split(b"\r\n", 1)[0].decode()
            if not first.startswith(self._drips):
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(EMPTY_LIST)}\r\n"
                connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + EMPTY_LIST)
                return
            self.asked.append(first)
            try:
                for byte in b"HTTP/1.1 201 Created\r\nX-Filler: " + b"." * 600:
                    connection.sendall(bytes([byte]))
                    if self._ended.wait(1):
                        return
            except OSError:
                return  # they have hung up, as they may


@contextmanager
def _dripping(drips: str) -> Iterator[Dripper]:
    provider = Dripper(drips=drips)
    try:
        yield provider
    finally:
        provider.close()


@contextmanager
def _sandbox() -> Iterator[str]:
    """Run the practice world alone and yield its address."""
    known = {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}
    environment = os.environ | {f"SANDBOX_{name}": GOOD[name] for name in known}
    environment |= {"SANDBOX_TWILIO_FROM": GOOD["TWILIO_FROM_NUMBER"], "SANDBOX_PARENT_PIPE": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert child.stdout is not None
            yield str(json.loads(child.stdout.readline())["url"])
        finally:
            child.terminate()


@pytest.mark.parametrize("command", ["jobs", "run"])
def test_a_text_under_way_is_finished_and_its_result_written(site: Site, command: str) -> None:
    """The provider holds its answer back for eight seconds; it is waited for."""
    site.open_leads(1)
    with _sandbox() as url:
        faults = {"twilio_hang_after_store_seconds": HANG_SECONDS, "drop_callbacks": True}
        requests.post(f"{url}/_control/faults", json=faults, timeout=10).raise_for_status()

        def stored() -> bool:
            phones = requests.get(f"{url}/_control/state", timeout=10).json()["phones"]
            return any(text["source"] == "api" for phone in phones.values() for text in phone["messages"])

        with _running(site, command, TWILIO_API_URL=url, SLACK_API_URL=f"{url}/api/") as child:
            _until("the text to be stored", stored)
            seconds, logged = _stop(child)

    assert seconds <= LIMIT_SECONDS
    assert child.returncode == 0
    assert site.states() == [MessageState.ACCEPTED.value]
    assert site.leases() == []
    assert "Traceback" not in logged


def test_what_hangs_is_left_in_doubt_and_what_was_not_begun_is_ready_at_once(site: Site) -> None:
    """Every sender waits for a provider that drips; four texts more have none."""
    waiting = 4
    site.open_leads(SENDERS + waiting)
    with _dripping("POST") as provider, _running(site, "run", TWILIO_API_URL=provider.url) as child:
        _until("all senders to be busy", lambda: len(provider.asked) == SENDERS)
        seconds, logged = _stop(child)

    assert seconds <= LIMIT_SECONDS
    assert child.returncode == 0
    assert site.states() == ["dispatching"] * SENDERS + ["ready"] * waiting
    assert site.leases() == ["dispatching"] * SENDERS
    assert "left_with_calls_under_way" in logged
    db = Database.open(site.url)
    with db.write() as tx:
        taken = claims.take(tx, claims.MESSAGES, NOON.replace(hour=18), datetime.now(UTC), owner="next", limit=50)
    db.close()
    assert (len(taken.ours), taken.claims) == (waiting, 1)


def test_a_poll_that_hangs_keeps_no_process_from_ending(site: Site) -> None:
    """Nothing has left by then: what came in while we were down is not known yet."""
    site.open_leads(1)
    with _dripping("GET") as provider, _running(site, "jobs", TWILIO_API_URL=provider.url) as child:
        _until("the poll", lambda: provider.asked)
        _until("the plan", lambda: site.states() == ["ready"])
        seconds, _logged = _stop(child)

    assert seconds <= LIMIT_SECONDS
    assert child.returncode == 0
    assert site.states() == ["ready"]
    assert site.leases() == []
