"""One request or tick is one transaction: the only way the rest of the program reaches a connection."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.engine import LOCK_WAIT_MS, WRITES, LostFileError, open_engine

Tx = Connection
"""A connection inside a transaction of ``Database.write`` or ``Database.read``; what storage functions take first."""


T = TypeVar("T")

_DEFERRED = "heimdall_deferred"
"""Execution option of a writing transaction: what it still has to do before it commits."""

PATIENCE_SECONDS = 30.0
"""How long a tick stands in line to write: the result of a send must be written, however busy the file is."""


class StorageUnavailableError(RuntimeError):
    """The database cannot take this work now (full, locked, lost or read-only); nothing of it was kept."""


class TransactionLostError(StorageUnavailableError):
    """The database let go of this transaction: a dropped connection or a deadlock, gone when it is tried again.

    A connection that drops during the commit leaves open whether it happened. Only work that a key of the inbox makes
    harmless to repeat, and that talks to nobody else, may be tried again.
    """


_LET_GO = frozenset({"40001", "40P01"})
"""SQLSTATEs of a transaction that PostgreSQL ended in favour of another one: serialization failure, deadlock."""

_NO_TABLE = "42P01"
"""SQLSTATE of a table that is not there. Ours are all there, so the database is not ours; SQLite says it unasked."""


class Database:
    """Hand out read and write transactions on one engine.

    On SQLite writers of this process queue on a lock of our own: waiting in line is fair and cheap, while SQLite's
    busy handler polls and lets unlucky threads wait for hundreds of milliseconds.
    """

    def __init__(self, engine: Engine, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Keep the engine; nothing is connected yet.

        Args:
            patience_seconds: how long a writer stands in line before it is told that storage is busy; and how long it
                then waits for a lock of another process, 5 s at most.
        """
        self.engine = engine
        self._patience_seconds = patience_seconds
        self._writer = Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> "Database":
        """Return a database for a URL such as ``sqlite:///heimdall.sqlite3`` or ``postgresql://user@host/name``.

        Args:
            create: whether a SQLite file may be made where there is none; for migrations alone.
        """
        return cls(open_engine(url, create=create))

    def with_patience(self, seconds: float) -> "Database":
        """Return the same database, on the same line of writers, for somebody who cannot wait as long."""
        hurried = Database(self.engine, patience_seconds=seconds)
        hurried._writer = self._writer
        return hurried

    @property
    def dialect(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Run the block in one writing transaction: committed at the end, rolled back when it raises.

        Raises:
            StorageUnavailableError: the database refused; the block's work is undone.
        """
        with self._turn(), _translated(), self._connection(writes=True) as tx, tx.begin():
            yield tx
            for work, items in tx.get_execution_options()[_DEFERRED].items():
                work(tx, items)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Run the block on one consistent snapshot; it must not write.

        Raises:
            StorageUnavailableError: the database refused.
        """
        with _translated(), self._connection(writes=False) as tx, tx.begin():
            yield tx

    def close(self) -> None:
        """Give every pooled connection back to the system."""
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._writer is None:
            yield
            return
        if not self._writer.acquire(timeout=self._patience_seconds):
            msg = f"no turn to write within {self._patience_seconds:g} s"
            raise StorageUnavailableError(msg)
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def _connection(self, *, writes: bool) -> Iterator[Tx]:
        with self.engine.connect() as connection:
            options: dict[str, Any] = {WRITES: writes, LOCK_WAIT_MS: round(self._patience_seconds * 1_000)}
            yield connection.execution_options(**options, **({_DEFERRED: {}} if writes else {}))


def defer(tx: Tx, work: Callable[[Tx, list[T]], None], items: Iterable[T]) -> None:
    """Have ``work`` done once, on everything deferred to it, as the last thing before the transaction commits.

    For what every transaction must queue for: a lock that is taken last and held until the commit cannot be part of a
    deadlock, and is held for a moment only. ``tx`` must be a writing transaction.
    """
    deferred: dict[Any, list[T]] = tx.get_execution_options()[_DEFERRED]
    deferred.setdefault(work, []).extend(items)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        sqlstate = getattr(error.orig, "sqlstate", None)
        if error.connection_invalidated or sqlstate in _LET_GO:
            raise TransactionLostError(_said(error)) from error
        if _is_about_the_database(error) or sqlstate == _NO_TABLE:
            raise StorageUnavailableError(_said(error)) from error
        raise
    except (LostFileError, PoolTimeoutError) as error:
        raise StorageUnavailableError(str(error)) from error


def _is_about_the_database(error: DBAPIError) -> bool:
    """Tell what a healthy database never says of a statement of ours.

    Operational: full, locked, away, slow. Internal: read-only or damaged (PostgreSQL). The bare class: damaged, or no
    database at all (SQLite).
    """
    return isinstance(error, OperationalError | InternalError) or type(error) is DatabaseError


def _said(error: DBAPIError) -> str:
    """Return the first line of what the driver said; the others are hints for whoever sits at the server."""
    return str(error.orig).strip().partition("\n")[0]
