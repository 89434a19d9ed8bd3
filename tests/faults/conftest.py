"""Deployments to break, the laws they are judged by, and the table at the end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults import laws
from tests.faults.databases import DIALECTS, Databases
from tests.faults.deployment import Deployment, deployed
from tests.faults.report import Report
from tests.support import postgres, scratch

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


@pytest.fixture(scope="session")
def databases(
    postgres_cluster: postgres.Cluster, postgres_template: str, sqlite_folder: Path, sqlite_template: Path
) -> Databases:
    """Return where further databases come from."""
    return Databases(postgres_cluster, postgres_template, sqlite_folder, sqlite_template)


@pytest.fixture(scope="session")
def lasting(databases: Databases) -> Iterator[Callable[[str], Deployment]]:
    """Return what gives each database's one deployment that lasts for all tests that break no process of it."""
    with ExitStack() as stack:
        running: dict[str, Deployment] = {}

        def find(dialect: str) -> Deployment:
            if dialect not in running or not running[dialect].sound:
                folder = scratch.make_folder("heimdall-faults-")
                stack.callback(shutil.rmtree, folder)
                begun = stack.enter_context(deployed(folder, databases.fresh(dialect)))
                begun.lead(number := begun.new_number())  # once this has arrived, the worker has asked what it missed
                begun.world.texts_reach(number, 1)
                running[dialect] = begun
            return running[dialect]

        yield find


@pytest.fixture(params=DIALECTS)
def standing(request: pytest.FixtureRequest, lasting: Callable[[str], Deployment]) -> Iterator[Deployment]:
    """Return a running deployment that others have used before: use new numbers, and leave its processes alone.

    It is a weekday's noon or later in its world. Afterwards faults are switched off and its ladders end; a deployment
    that does not come to rest then is not used again.
    """
    deployment = lasting(request.param)
    deployment.move_to(12)
    yield deployment
    deployment.sound = False
    deployment.calm()
    deployment.until("rest after the test", lambda: laws.at_rest(deployment))
    deployment.sound = True


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Tell whether the campaign may take its time (``--campaign=full``)."""
    return bool(request.config.getoption("--campaign") == "full")


Settle = Callable[..., None]


@pytest.fixture
def settle(request: pytest.FixtureRequest) -> Settle:
    """Return what waits until a deployment is at rest, judges it, and writes down what was found.

    With ``move_clock`` it does not wait for the practice world's time to pass, but moves it on.
    """
    report = request.config.stash[REPORT]

    def wait_and_judge(
        deployment: Deployment, fault: str, *, runs: int = 1, patience: float = 120.0, move_clock: bool = False
    ) -> None:
        began = time.monotonic()
        if move_clock:
            deployment.come_to_rest(lambda: laws.at_rest(deployment), patience=patience)
        deployment.until("rest", lambda: laws.at_rest(deployment), patience=patience)
        seconds = time.monotonic() - began
        verdict = laws.judge(deployment)
        report.note(fault, deployment.dialect, verdict, [seconds], runs)
        verdict.check()
        assert laws.verified(deployment)

    return wait_and_judge
