"""One request is one transaction, on both engines."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from storage import inbox, migrate, tables
from storage.engine import normalise_url
from storage.migrate import Schema
from storage.unit import Database, StorageUnavailableError
from tests.support.builders import NOON


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    database = Database.open(database_url)
    yield database
    database.close()


def test_migrations_make_exactly_the_tables_the_code_names(db: Database) -> None:
    """Alembic finds no difference between a migrated database and our tables."""
    with db.read() as tx:
        difference = compare_metadata(MigrationContext.configure(tx), tables.metadata)

    assert difference == []


def test_a_second_migration_changes_nothing(database_url: str, db: Database) -> None:
    """Upgrading what is up to date is safe, and nothing is missing afterwards."""
    migrate.upgrade(database_url)

    assert not migrate.missing(db)


def test_an_empty_database_is_known_to_lack_migrations(tmp_path: Path) -> None:
    """A fresh file is told apart from a migrated one."""
    path = tmp_path / "x.sqlite3"
    path.touch()
    with closing(Database.open(f"sqlite:///{path}")) as empty:
        assert migrate.schema(empty) is Schema.ABSENT


def test_what_raises_leaves_nothing_behind(db: Database) -> None:
    """A failing block is rolled back whole."""

    def fail() -> None:
        with db.write() as tx:
            inbox.accept(tx, "once", NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with db.read() as tx:
        assert tx.execute(select(tables.inbox)).all() == []


def test_the_same_thing_arrives_once(db: Database) -> None:
    """The second insert of a key reports that it is known."""
    with db.write() as tx:
        first = inbox.accept(tx, "sms:SM1", NOON)
    with db.write() as tx:
        second = inbox.accept(tx, "sms:SM1", NOON)
        unknown = inbox.unknown(tx, ["sms:SM1", "sms:SM2"])

    assert (first, second, unknown) == (True, False, frozenset({"sms:SM2"}))


def test_a_locked_file_says_that_storage_is_unavailable(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that cannot get the lock in time is told so, and keeps nothing."""
    monkeypatch.setattr("storage.engine.BUSY_TIMEOUT_MS", 50)
    database = Database.open(sqlite_url)
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailableError, match="locked"), database.write() as tx:
            inbox.accept(tx, "late", NOON)
        other.execute("ROLLBACK")
    database.close()


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("sqlite:///x.sqlite3", "sqlite+pysqlite"),
    ],
)
def test_urls_are_read_as_providers_spell_them(given: str, driver: str) -> None:
    """Both spellings of PostgreSQL are understood."""
    assert normalise_url(given).drivername == driver


def test_another_engine_is_refused_with_what_to_use() -> None:
    """MySQL is not quietly accepted."""
    with pytest.raises(ValueError, match="postgresql://"):
        normalise_url("mysql://h/d")
