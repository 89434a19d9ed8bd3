"""How a database is opened: one engine for SQLite or PostgreSQL, with the settings the send protocol relies on.

Decides pragmas, time-outs, how a transaction begins, and that a file is still the one that was opened. Knows no table.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 5_000
"""How long a SQLite writer waits for another process's lock, before it is told that storage is busy."""

POSTGRES_OPTIONS = (
    "-c timezone=UTC -c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
)
"""Server-side limits in milliseconds: no statement, lock wait or forgotten transaction may stall a tick for long."""

WRITES = "heimdall_writes"
"""Execution option of a connection that will write: SQLite then takes the write lock at BEGIN."""

LOCK_WAIT_MS = "heimdall_lock_wait_ms"
"""Execution option of a connection that waits for locks for less than the usual 5 s: whom it serves gives up sooner."""


class LostFileError(Exception):
    """The database file is not there, cannot be written, or another one lies in its place."""


def normalise_url(url: str) -> URL:
    """Return the SQLAlchemy URL of a database setting.

    ``postgres://`` and ``postgresql://`` get the psycopg driver, since hosting providers hand out both spellings.

    Raises:
        ValueError: the database is neither SQLite nor PostgreSQL.
    """
    parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+pysqlite")
    msg = f"'{backend}' is not supported: use sqlite:///path/heimdall.sqlite3 or postgresql://user@host/name"
    raise ValueError(msg)


def open_engine(url: str, *, create: bool = False) -> Engine:
    """Return an engine for ``url``; nothing is connected yet.

    Args:
        create: whether a SQLite file that is not there may be made. Only a migration may: whoever else finds none has
            lost a volume, and would begin a second life in an empty file.
    """
    parsed = normalise_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, create=create)
    engine = create_engine(
        parsed, pool_size=10, max_overflow=30, pool_pre_ping=True, connect_args={"options": POSTGRES_OPTIONS}
    )

    @event.listens_for(engine, "begin")
    def hurry(connection: Connection) -> None:
        wait = connection.get_execution_options().get(LOCK_WAIT_MS, BUSY_TIMEOUT_MS)
        if wait < BUSY_TIMEOUT_MS:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")

    return engine


def _open_sqlite(url: URL, *, create: bool) -> Engine:
    engine = create_engine(url, pool_size=10, max_overflow=40, connect_args={"timeout": BUSY_TIMEOUT_MS / 1_000})
    check = _same_file(Path(url.database)) if url.database not in {None, "", ":memory:"} else lambda: None

    @event.listens_for(engine, "do_connect")
    def look(*_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's dialect, record and arguments
        if not create:
            check()

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver's own transaction control begins too late and too weakly (deferred); we send BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        _check_writable(url.database)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A read that turns into a write fails at once with SQLITE_BUSY_SNAPSHOT, whatever busy_timeout says.
        options = connection.get_execution_options()
        writes = options.get(WRITES, False)
        # Said each time: the connection comes from a pool, and may have served somebody in more of a hurry.
        wait = min(options.get(LOCK_WAIT_MS, BUSY_TIMEOUT_MS), BUSY_TIMEOUT_MS)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={wait}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
        check()

    return engine


def _check_writable(path: str | None) -> None:
    """Say why SQLite is about to fail on a read-only volume; its own words are "unable to open database file"."""
    if path and path != ":memory:" and not os.access(path, os.W_OK):
        raise LostFileError(f"{path} cannot be written: its volume is read-only, or the file belongs to somebody else")


def _same_file(path: Path) -> Callable[[], None]:
    """Return a check that the file at ``path`` is there and is still the one the first check saw.

    An open SQLite file can be removed or replaced, and goes on taking commits that nobody will ever read again. A
    restored copy is another file too: it must be met by a new process, which asks the provider before it sends.
    """
    known: list[tuple[int, int]] = []

    def check() -> None:
        try:
            found = os.stat(path)  # noqa: PTH116 - once a transaction: Path would only wrap it
        except FileNotFoundError as error:
            lost = path if path.parent.is_dir() else path.parent
            raise LostFileError(
                f"{lost} is not there. Is the volume mounted? Before a first start: python -m heimdall migrate"
            ) from error
        except OSError as error:
            raise LostFileError(f"{path} cannot be looked at: {error.strerror}") from error
        identity = (found.st_dev, found.st_ino)
        if not known:
            known.append(identity)
        elif known[0] != identity:
            raise LostFileError(f"{path} is another file than at the start; put the old one back, or restart")

    return check
