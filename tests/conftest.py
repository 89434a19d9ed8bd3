"""What tests of every room share: a fresh database on each engine, and the browser."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.support import browser, postgres, scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A shared machine stalls now and then; a slow example is no wrong one.
hypothesis.settings.register_profile("heimdall", deadline=None)
hypothesis.settings.load_profile("heimdall")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests/faults run long; declared here because pytest reads the options of no deeper folder."""
    parser.addoption("--campaign", choices=["short", "full"], default="short", help="how long tests/faults may take")


@pytest.fixture(scope="session")
def migrate() -> Callable[[str], None]:
    """Return what brings an empty database to the product's schema."""
    # Imported when a database is asked for: tests of the domain do not wait for SQLAlchemy.
    from storage.migrate import upgrade  # noqa: PLC0415

    return upgrade


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """Run one PostgreSQL server for the whole session."""
    with postgres.running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: postgres.Cluster, migrate: Callable[[str], None]) -> str:
    """Return the name of a migrated database that is only ever copied."""
    name = postgres_cluster.create()
    migrate(postgres_cluster.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """Make a folder for database files, and remove it after the session."""
    folder = scratch.make_folder("heimdall-sqlite-")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(sqlite_folder: Path, migrate: Callable[[str], None]) -> Path:
    """Return a migrated database file that is only ever copied."""
    path = sqlite_folder / "template.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def new_sqlite_database(sqlite_folder: Path, sqlite_template: Path) -> Iterator[Callable[[], str]]:
    """Return what makes one more migrated SQLite database and returns its URL."""
    made: list[Path] = []

    def make() -> str:
        made.append(Path(tempfile.mkdtemp(dir=sqlite_folder)))
        path = made[-1] / "heimdall.sqlite3"
        scratch.copy_sqlite(sqlite_template, path)
        return f"sqlite:///{path}"

    yield make
    for folder in made:
        shutil.rmtree(folder)


@pytest.fixture
def new_postgresql_database(postgres_cluster: postgres.Cluster, postgres_template: str) -> Iterator[Callable[[], str]]:
    """Return what makes one more migrated PostgreSQL database and returns its URL."""
    made: list[str] = []

    def make() -> str:
        made.append(postgres_cluster.create(postgres_template))
        return postgres_cluster.url(made[-1])

    yield make
    for name in made:
        postgres_cluster.drop(name)


@pytest.fixture
def sqlite_url(new_sqlite_database: Callable[[], str]) -> str:
    """Return the URL of a fresh, migrated SQLite database."""
    return new_sqlite_database()


@pytest.fixture
def postgres_url(new_postgresql_database: Callable[[], str]) -> str:
    """Return the URL of a fresh, migrated PostgreSQL database."""
    return new_postgresql_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a fresh, migrated database; the test runs once on each engine."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(fixture))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Have pytest-playwright drive the Chromium of this machine."""
    return {**browser_type_launch_args, "executable_path": browser.find(), "args": browser.launch_arguments()}
