"""One deployment under fire: the practice world, web doors and jobs as processes of their own, and a raw view of rows.

Nothing of the product is imported but its command line, which the processes run.
"""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import psutil
import requests
from sqlalchemy import Engine, create_engine, text

from tests.faults import children
from tests.faults.relay import ProviderRelay
from tests.support.practice import Practice

LOOPBACK = "127.0.0.1"
READY_SECONDS = 30.0
STOP_SECONDS = 30.0
PATIENCE_SECONDS = 60.0
"""How long a test waits for what a fault delays; a minute on a busy machine."""

LEAD = "/lead {number} 12 King St W, Hamilton ON — Jane Doe consent=express"
TORONTO = ZoneInfo("America/Toronto")
FRIDAY = 4

T = TypeVar("T")


class Deployment:
    """The processes of one deployment and the world around it.

    Attributes:
        world: the practice world, which judges: its log is what counts.
        relay: the way to its phone provider, where single calls can be struck.
        url: address of the first web door.
        opened: the leads Slack said were opened.
        sound: whether nothing is known to be broken for good.
    """

    def __init__(self, folder: Path, database_url: str) -> None:
        """Choose ports and secrets; nothing runs yet.

        Args:
            folder: for logs and the clock file.
            database_url: a migrated database of this deployment alone.
        """
        self.folder = folder
        self.database_url = database_url
        self.dialect = "postgresql" if database_url.startswith("postgres") else "sqlite"
        self._page = socket.create_server((LOOPBACK, 0))
        self.page_url = _url(self._page)
        self.relay = ProviderRelay(self._page.getsockname()[:2])
        self.port = _free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._secrets = {
            "SANDBOX_SLACK_SIGNING_SECRET": secrets.token_hex(16),
            "SANDBOX_SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(16)}",
            "SANDBOX_TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
            "SANDBOX_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
            "SANDBOX_TWILIO_FROM": "+13435550100",
            "SANDBOX_CLOCK_FILE": str(folder / "clock.json"),
        }
        self.world = Practice(self.page_url)
        self.webs: list[ForkServerProcess] = []
        self.jobs: list[ForkServerProcess] = []
        self._sandbox: subprocess.Popen[str] | None = None
        self._engine: Engine | None = None
        self.opened: list[str] = []
        self.sound = True
        self._numbers = (f"+1416{200 + each // 10_000}{each % 10_000:04}" for each in count(1))

    @property
    def environment(self) -> dict[str, str]:
        """Return what a Heimdall process of this deployment is started with."""
        world = self._secrets
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "HEIMDALL_ENV": "development",
            "HEIMDALL_DATABASE_URL": self.database_url,
            "HEIMDALL_PUBLIC_URL": self.url,
            "HEIMDALL_PORT": str(self.port),
            "HEIMDALL_BUSINESS_NAME": "Northern Doors",
            "HEIMDALL_MAILING_ADDRESS": "100 Queen St W, Toronto ON M5H 2N2",
            "HEIMDALL_LEADS_CHANNEL": "C0LEADS",
            "HEIMDALL_DEALS_CHANNEL": "C0DEALS",
            "HEIMDALL_BRIEFING_CHANNEL": "C0HEIMDALL",
            "HEIMDALL_CLOCK_FILE": world["SANDBOX_CLOCK_FILE"],
            "HEIMDALL_TICK_SECONDS": "0.2",
            "HEIMDALL_AGENTS": "U0RILEY",
            "HEIMDALL_APPROVERS": "U0AVERY",
            "HEIMDALL_ADMINS": "U0DANA,U0AVERY",
            "SLACK_BOT_TOKEN": world["SANDBOX_SLACK_BOT_TOKEN"],
            "SLACK_SIGNING_SECRET": world["SANDBOX_SLACK_SIGNING_SECRET"],
            "SLACK_TEAM_ID": "T0HEIMDALL",
            "SLACK_API_URL": f"{self.page_url}/api/",
            "TWILIO_ACCOUNT_SID": world["SANDBOX_TWILIO_ACCOUNT_SID"],
            "TWILIO_AUTH_TOKEN": world["SANDBOX_TWILIO_AUTH_TOKEN"],
            "TWILIO_FROM_NUMBER": world["SANDBOX_TWILIO_FROM"],
            "TWILIO_API_URL": self.relay.url,
        }

    def start_sandbox(self) -> None:
        """Run the practice world; its socket is ours, so it keeps its address."""
        environment = {**os.environ, **self._secrets, "SANDBOX_BOT_URL": self.url, "SANDBOX_PARENT_PIPE": "1"}
        descriptor = self._page.fileno()
        self._sandbox = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--fd", str(descriptor)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[descriptor],
        )
        assert self._sandbox.stdout is not None
        assert self._sandbox.stdout.readline(), "the sandbox did not start"

    def start_web(self, *, port: int | None = None, **environment: str) -> ForkServerProcess:
        """Run one more web door and wait until it answers; the practice world knows the first one."""
        port = port or self.port
        child = self.run("web", HEIMDALL_PORT=str(port), **environment)
        self.webs.append(child)
        self.until("the web door", lambda: _answers(f"http://{LOOPBACK}:{port}/healthz"), patience=READY_SECONDS)
        return child

    def start_jobs(self, **environment: str) -> ForkServerProcess:
        """Run one more jobs process."""
        child = self.run("jobs", **environment)
        self.jobs.append(child)
        return child

    def run(self, *words: str, **environment: str) -> ForkServerProcess:
        """Run any command of Heimdall's in this deployment."""
        return children.start(list(words), self.environment | environment, self.folder / "heimdall.log")

    def command_line(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of Heimdall's to its end and return what it said."""
        command = [sys.executable, "-m", "heimdall", *words]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )

    def kill(self, child: ForkServerProcess) -> None:
        """Kill -9 one process, and forget it."""
        child.kill()
        child.join(STOP_SECONDS)
        self._forget(child)

    def bury(self) -> None:
        """Forget processes that have ended."""
        for child in [*self.webs, *self.jobs]:
            if not child.is_alive():
                self._forget(child)

    def stop(self, child: ForkServerProcess, *, patience: float = STOP_SECONDS) -> float:
        """Ask one process to end with SIGTERM and return how many seconds that took.

        Raises:
            AssertionError: it did not end, or not in good order.
        """
        began = time.monotonic()
        child.terminate()
        child.join(patience)
        seconds = time.monotonic() - began
        assert child.exitcode is not None, f"still running {patience:.0f} s after SIGTERM"
        assert child.exitcode == 0, f"ended with status {child.exitcode}"
        self._forget(child)
        return seconds

    def _forget(self, child: ForkServerProcess) -> None:
        for group in (self.webs, self.jobs):
            if child in group:
                group.remove(child)

    @property
    def engine(self) -> Engine:
        """Return our own way into the database."""
        if self._engine is None:
            # Asked before it is used: a fault may have broken the connection.
            url = self.database_url.replace("postgresql://", "postgresql+psycopg://")
            self._engine = create_engine(url, pool_pre_ping=True)
        return self._engine

    def caller(self, port: int) -> ForkServerProcess:
        """Return which of our processes holds a connection, by the port at its end."""
        for child in [*self.jobs, *self.webs]:
            with suppress(psutil.NoSuchProcess):
                if any(each.laddr.port == port for each in psutil.Process(child.pid).net_connections("tcp")):
                    return child
        raise LookupError(f"no process of ours is at port {port}")

    def new_number(self) -> str:
        """Return a number in Toronto that no lead of this deployment has."""
        return next(self._numbers)

    def lead(self, number: str) -> str:
        """Have Riley open a lead whose seller agreed to be texted, and return its name, such as ``L-12``."""
        said = self.world.command(LEAD.format(number=number))
        found = re.search(r"\bL-\d+", said)
        assert found, f"no lead for {number}: {said!r}"
        self.opened.append(found[0])
        return found[0]

    def calm(self) -> None:
        """Switch off every fault, and end the ladders that still run."""
        self.world.post("faults", **dict.fromkeys(self.world.state["faults"]))
        self.relay.calm()
        for row in self.rows("SELECT id FROM leads WHERE ladder IN ('running', 'paused')"):
            self.world.command(f"/lead stop L-{row['id']}")

    def state_of(self, number: str) -> str | None:
        """Return the state of the newest text to a number, None when there is none."""
        state: str | None = self.value(
            "SELECT state FROM messages WHERE to_address = :number ORDER BY id DESC LIMIT 1", number=number
        )
        return state

    @property
    def now(self) -> datetime:
        """Return the time of the practice world."""
        return datetime.fromisoformat(self.world.state["now"])

    def move_to(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Move the world forward to the next weekday that it is so late in Toronto."""
        local = self.now.astimezone(TORONTO)
        at = local.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days)
        while at <= local or at.weekday() > FRIDAY:
            at += timedelta(days=1)
        self.world.reset_clock(at.isoformat())

    def come_to_rest(self, at_rest: Callable[[], bool], *, patience: float = PATIENCE_SECONDS) -> None:
        """Wait until nothing is on its way, and move the world on to whatever texts wait for."""

        def look() -> bool:
            if at_rest():
                return True
            ahead = self._next_instant() - self.now
            if ahead > timedelta(0):
                self.world.advance(seconds=ahead.total_seconds() + 1)
            return False

        self.until("rest", look, patience=patience)

    def _next_instant(self) -> datetime:
        """Return when a text in doubt or one that backs off is looked at to some effect; now, while one is leaving."""
        waiting = self.rows("SELECT * FROM messages WHERE state IN ('ready', 'dispatching', 'unknown')")
        if not waiting or any(row["state"] == "dispatching" for row in waiting):
            return datetime.min.replace(tzinfo=UTC)
        return min(_looked_at(row) for row in waiting)

    def stored(self, at: datetime) -> datetime | str:
        """Return an instant as it is compared with in a raw query."""
        return at if self.dialect == "postgresql" else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def rows(self, query: str, **values: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - column values
        """Read rows straight from the database."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def change(self, statement: str, **values: Any) -> None:  # noqa: ANN401 - column values
        """Change rows behind the processes' back."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def value(self, query: str, **values: Any) -> Any:  # noqa: ANN401 - a column value
        """Read one value straight from the database; None when there is no row."""
        found = self.rows(query, **values)
        return next(iter(found[0].values())) if found else None

    def log(self) -> str:
        """Return what the processes printed."""
        path = self.folder / "heimdall.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def until(self, what: str, look: Callable[[], T | None], *, patience: float = PATIENCE_SECONDS) -> T:
        """Wait until ``look`` returns something true, and return it."""
        deadline = time.monotonic() + patience
        pause = 0.01
        while not (found := look()):
            if time.monotonic() > deadline:
                tail = "\n".join(self.log().splitlines()[-15:])
                msg = f"waited {patience:.0f} s for {what}; the log ends:\n{tail}"
                raise AssertionError(msg)
            # A poll, not a guess: what is waited for lies in another process, which tells nobody.
            time.sleep(pause)
            pause = min(0.2, 1.5 * pause)
        return found

    def close(self) -> None:
        """End everything."""
        for child in [*self.webs, *self.jobs]:
            with suppress(AssertionError):
                self.stop(child)
            child.kill()
        if self._engine is not None:
            self._engine.dispose()
        if self._sandbox is not None:
            self._sandbox.send_signal(signal.SIGTERM)
            self._sandbox.communicate(timeout=STOP_SECONDS)
        self.relay.close()
        self._page.close()


@contextmanager
def deployed(folder: Path, database_url: str, *, jobs: int = 1, web: int = 1) -> Iterator[Deployment]:
    """Run a deployment at a Tuesday noon; end it afterwards, whatever happened to it."""
    deployment = Deployment(folder, database_url)
    try:
        deployment.start_sandbox()
        deployment.world.reset_clock()
        for number in range(web):
            deployment.start_web(port=deployment.port if number == 0 else _free_port())
        for _ in range(jobs):
            deployment.start_jobs()
        yield deployment
    finally:
        deployment.close()


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _url(listening: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listening.getsockname()[1]}"


def _looked_at(row: Mapping[str, Any]) -> datetime:
    """Return when a waiting text moves on: after a first empty list, not before the provider must have dropped it."""
    if row["empty_look_at"] is None:
        return _instant(row["available_at"])
    return max(_instant(row["available_at"]), _instant(row["attempt_expires_at"]) + timedelta(minutes=1))


def _instant(stored: datetime | str) -> datetime:
    """Return an instant as it was stored: text on SQLite, always UTC."""
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False
