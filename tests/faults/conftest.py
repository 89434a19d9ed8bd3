"""Deployments to break, the laws they are judged by, and the table at the end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults import laws
from tests.faults.deployment import Deployment, deployed
from tests.faults.report import Report
from tests.support import scratch

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

REPORT = pytest.StashKey[Report]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin the table."""
    config.stash[REPORT] = Report()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here: it breaks something on purpose."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    for line in config.stash[REPORT].table():
        terminalreporter.write_line(line)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder for one deployment's clock and log."""
    made = scratch.make_folder("heimdall-faults-")
    yield made
    shutil.rmtree(made)


@pytest.fixture
def deployment(folder: Path, database_url: str) -> Iterator[Deployment]:
    """Run a web door and a jobs process at a Tuesday noon, on each database."""
    with deployed(folder, database_url) as running:
        yield running


@pytest.fixture
def without_jobs(folder: Path, database_url: str) -> Iterator[Deployment]:
    """Run a web door alone; a test starts the jobs process it wants."""
    with deployed(folder, database_url, jobs=0) as running:
        yield running


Settle = Callable[..., None]


@pytest.fixture
def settle(request: pytest.FixtureRequest) -> Settle:
    """Return what waits until a deployment is at rest, judges it, and writes down what was found."""
    report = request.config.stash[REPORT]

    def wait_and_judge(deployment: Deployment, fault: str, *, runs: int = 1, patience: float = 120.0) -> None:
        began = time.monotonic()
        deployment.until("rest", lambda: laws.at_rest(deployment), patience=patience)
        seconds = time.monotonic() - began
        verdict = laws.judge(deployment)
        report.note(fault, deployment.dialect, verdict, [seconds], runs)
        verdict.check()
        assert laws.verified(deployment)

    return wait_and_judge
