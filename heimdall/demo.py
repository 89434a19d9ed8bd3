"""The practice world in one command: a sandbox beside a real Heimdall, on random secrets, in a passing folder."""

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from heimdall import serve
from heimdall.compose import Parts
from heimdall.settings import Settings
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
    """Start both, print the page's address, and serve until interrupted.

    Args:
        port: port of the sandbox page; 0 takes a free one.
    """
    with TemporaryDirectory(prefix="heimdall-demo-") as folder:
        world = _world(Path(folder))
        with _sandbox(world, port) as page_url:
            settings = _settings(world, page_url)
            migrate.upgrade(settings.database_url)
            serve.web(Parts(settings), with_jobs=True, on_ready=lambda: _announce(console, page_url))


def _announce(console: Console, page_url: str) -> None:
    console.print(f"\n  Heimdall is awake. Open [bold link={page_url}]{page_url}[/] and type /lead in #leads.")
    console.print("  A practice world: no account, nothing leaves this machine. Ctrl-C ends it.\n")


def _world(folder: Path) -> dict[str, str]:
    """Return the secrets and addresses both sides share, new at every start."""
    bot_url = f"http://{LOOPBACK}:{_free_port()}"
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
def _sandbox(world: Mapping[str, str], port: int) -> Iterator[str]:
    """Run the sandbox as a child that ends with us, even if we are killed: it watches our end of a pipe."""
    command = [sys.executable, "-m", "sandbox", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    environment |= {name: value for name, value in world.items() if name.startswith("SANDBOX_")}
    environment["SANDBOX_PARENT_PIPE"] = "1"
    child = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield _ready_url(child)
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _ready_url(child: "subprocess.Popen[str]") -> str:
    line = child.stdout.readline() if child.stdout else ""
    if not line:
        msg = f"the sandbox did not start (exit status {child.wait(START_SECONDS)})"
        raise RuntimeError(msg)
    return str(json.loads(line)["url"])


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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
