"""How a database is opened: one engine for SQLite or PostgreSQL, with the settings the send protocol relies on.

Decides pragmas, time-outs and how a transaction begins. Knows no table.
"""

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


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``; nothing is connected yet."""
    parsed = normalise_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    return create_engine(
        parsed, pool_size=10, max_overflow=30, pool_pre_ping=True, connect_args={"options": POSTGRES_OPTIONS}
    )


def _open_sqlite(url: URL) -> Engine:
    engine = create_engine(url, pool_size=10, max_overflow=40, connect_args={"timeout": BUSY_TIMEOUT_MS / 1_000})

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver's own transaction control begins too late and too weakly (deferred); we send BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A read that turns into a write fails at once with SQLITE_BUSY_SNAPSHOT, whatever busy_timeout says.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
