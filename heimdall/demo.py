"""The practice world in one command: a sandbox beside a real Heimdall, on random secrets, in a passing folder."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from heimdall import serve
from heimdall.compose import Parts
from heimdall.settings import Settings, SettingsError
from storage import migrate

LOOPBACK = "127.0.0.1"
START_SECONDS = 30
STOP_SECONDS = 10

PEOPLE = {
    "HEIMDALL_AGENTS": "U0RILEY",
    "HEIMDALL_APPROVERS": "U0AVERY",
    "HEIMDALL_ADMINS": "U0DANA,U0AVERY",
}
"""Roles of the sandbox's people; a change of policy takes two admins. Gus, the guest, has none."""


def run(console: Console, *, port: int = 0) -> None:
    """Start both, print the page's address, and serve until interrupted; the page's Reset starts both anew.

    The page's socket is held here all the while, so nobody who visits between two worlds is refused, and no other
    program can take its port.

    Args:
        port: port of the sandbox page; 0 takes a free one.

    Raises:
        SettingsError: another program has the port.
    """
    ended = _signals()
    with _listen(port) as page:
        on_ready: Callable[[], None] = partial(_announce, console, _url(page))
        while _one_world(page, on_ready, ended):
            on_ready = partial(console.print, "  Reset: everything is new.\n")


def _signals() -> threading.Event:
    """Return what is set when somebody asks us to end.

    An exception would not do: between two worlds it may come up where Python swallows it, in a finalizer.
    """
    ended = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _signal, _frame: ended.set())
    return ended


def _announce(console: Console, page_url: str) -> None:
    console.print(f"\n  Heimdall is awake. Open [bold link={page_url}]{page_url}[/] and type /lead in #leads.")
    console.print("  A practice world: no account, nothing leaves this machine. Ctrl-C ends it.\n")


def _one_world(page: socket.socket, on_ready: Callable[[], None], ended: threading.Event) -> bool:
    """Run a sandbox and a Heimdall that have never seen anything, until one of them ends.

    Returns:
        Whether the page was reset, and another world is wanted.
    """
    with TemporaryDirectory(prefix="heimdall-demo-") as folder, _listen(0) as door:
        world = _world(Path(folder), _url(door))
        settings = _settings(world, _url(page))
        migrate.upgrade(settings.database_url)
        with _sandbox(world, page) as sandbox:
            parts = Parts(settings)
            until = partial(_until_reset, sandbox, ended)
            serve.web(parts, with_jobs=True, on_ready=on_ready, until=until, door=door)
            sandbox.check()
        return sandbox.wishes_reset and not ended.is_set()


def _until_reset(sandbox: "_Sandbox", ended: threading.Event) -> None:
    """Wait for a reset, unless somebody asked us to end before Heimdall could hear it."""
    if not ended.is_set():
        sandbox.listen()


class _Sandbox:
    """The practice world as a child, and what it says after its first line.

    Attributes:
        wishes_reset: Whether somebody pressed Reset. It stays up then, for what Heimdall still has under way.
    """

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self._child = child
        self.wishes_reset = False

    def listen(self) -> None:
        """Wait until a reset is wished or the child is gone."""
        while line := self._read():
            if json.loads(line).get("reset"):
                self.wishes_reset = True
                return
        self._child.wait()

    def wait_ready(self) -> None:
        """Wait for the first line.

        Raises:
            RuntimeError: it ended instead.
        """
        if not self._read():
            msg = f"the sandbox did not start (exit status {self._child.wait(START_SECONDS)})"
            raise RuntimeError(msg)

    def check(self) -> None:
        """Make sure that it was not lost.

        Raises:
            RuntimeError: it ended by itself, and nobody had asked it to.
        """
        if self._child.poll() is not None:
            msg = f"the sandbox ended (exit status {self._child.returncode})"
            raise RuntimeError(msg)

    def _read(self) -> str:
        return self._child.stdout.readline() if self._child.stdout else ""


def _world(folder: Path, bot_url: str) -> dict[str, str]:
    """Return the secrets and addresses both sides share, new at every start."""
    return {
        "SANDBOX_BOT_URL": bot_url,
        "SANDBOX_PUBLIC_URL": bot_url,
        "SANDBOX_SLACK_SIGNING_SECRET": secrets.token_hex(16),
        "SANDBOX_SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(16)}",
        "SANDBOX_TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "SANDBOX_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "SANDBOX_TWILIO_FROM": "+13435550100",
        "SANDBOX_CLOCK_FILE": str(folder / "clock.json"),
        "DATABASE": f"sqlite:///{folder / 'heimdall.sqlite3'}",
    }


@contextmanager
def _sandbox(world: Mapping[str, str], page: socket.socket) -> Iterator[_Sandbox]:
    """Run the sandbox as a child that ends with us, even if we are killed: it watches our end of a pipe.

    It is a group of its own, so that Ctrl-C ends Heimdall first, while Slack still answers.
    """
    command = [sys.executable, "-m", "sandbox", "--fd", str(page.fileno())]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    environment |= {name: value for name, value in world.items() if name.startswith("SANDBOX_")}
    environment |= {"SANDBOX_PARENT_PIPE": "1", "SANDBOX_PARENT_RESETS": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment, stdin=pipe, stdout=pipe, text=True, pass_fds=[page.fileno()], process_group=0
    ) as child:
        try:
            sandbox = _Sandbox(child)
            sandbox.wait_ready()
            yield sandbox
        finally:
            child.terminate()
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()


def _settings(world: Mapping[str, str], page_url: str) -> Settings:
    bot_port = int(world["SANDBOX_BOT_URL"].rpartition(":")[2])
    return Settings.model_validate(
        {
            "HEIMDALL_ENV": "development",
            "HEIMDALL_DATABASE_URL": world["DATABASE"],
            "HEIMDALL_PUBLIC_URL": world["SANDBOX_PUBLIC_URL"],
            "HEIMDALL_HOST": LOOPBACK,
            "HEIMDALL_PORT": bot_port,
            "HEIMDALL_BUSINESS_NAME": "Northern Doors",
            "HEIMDALL_MAILING_ADDRESS": "100 Queen St W, Toronto ON M5H 2N2",
            "HEIMDALL_LEADS_CHANNEL": "C0LEADS",
            "HEIMDALL_DEALS_CHANNEL": "C0DEALS",
            "HEIMDALL_BRIEFING_CHANNEL": "C0HEIMDALL",
            "HEIMDALL_CLOCK_FILE": world["SANDBOX_CLOCK_FILE"],
            "HEIMDALL_LOG_LEVEL": "warning",
            "HEIMDALL_TICK_SECONDS": 0.25,
            "SLACK_BOT_TOKEN": world["SANDBOX_SLACK_BOT_TOKEN"],
            "SLACK_SIGNING_SECRET": world["SANDBOX_SLACK_SIGNING_SECRET"],
            "SLACK_TEAM_ID": "T0HEIMDALL",
            "SLACK_API_URL": f"{page_url}/api/",
            "TWILIO_ACCOUNT_SID": world["SANDBOX_TWILIO_ACCOUNT_SID"],
            "TWILIO_AUTH_TOKEN": world["SANDBOX_TWILIO_AUTH_TOKEN"],
            "TWILIO_FROM_NUMBER": world["SANDBOX_TWILIO_FROM"],
            "TWILIO_API_URL": page_url,
            **PEOPLE,
        }
    )


def _listen(port: int) -> socket.socket:
    """Return a listening socket of this machine alone."""
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        problem = f"Port {port} cannot be used ({error.strerror}). Name another one with --port."
        raise SettingsError([problem]) from error


def _url(listening: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listening.getsockname()[1]}"
