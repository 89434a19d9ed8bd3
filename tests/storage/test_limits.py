"""A database at its limits, by real injection on both engines: what breaks is said in one way, and heals by itself."""

import multiprocessing
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event, select, text

from storage import inbox, migrate, tables
from storage.migrate import Schema
from storage.unit import Database, StorageUnavailableError, TransactionLostError, Tx
from tests.support import postgres
from tests.support.builders import NOON
from tests.support.disks import small_disk

MANY = 3_000
WAIT_SECONDS = 20


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    with closing(Database.open(database_url)) as database:
        yield database


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Database]:
    """Return a PostgreSQL database on a fresh schema."""
    with closing(Database.open(postgres_url)) as database:
        yield database


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Database]:
    """Return a SQLite database on a fresh schema."""
    with closing(Database.open(sqlite_url)) as database:
        yield database


def put(db: Database, name: str, count: int = 1) -> None:
    """Write something."""
    with db.write() as tx:
        for number in range(count):
            inbox.accept(tx, f"{name}:{number}", NOON)


def kept(db: Database) -> set[str]:
    """Return what was written, by name."""
    with db.read() as tx:
        return {key.partition(":")[0] for key in tx.execute(select(tables.inbox.c.key)).scalars()}


def path_of(url: str) -> Path:
    """Return where the file of a SQLite database lies."""
    return Path(url.removeprefix("sqlite:///"))


def name_of(url: str) -> str:
    """Return the name of a PostgreSQL database."""
    return url.partition("@/")[2].partition("?")[0]


def admin(cluster: postgres.Cluster) -> psycopg.Connection:
    """Return a superuser's own connection."""
    return psycopg.connect(host=str(cluster.folder), user=postgres.OWNER, dbname="postgres", autocommit=True)


@contextmanager
def own_server() -> Iterator[tuple[Database, Callable[[str], None]]]:
    """Run a server for one test; yields a database and what stops or restarts the server at once, as a crash would."""
    with postgres.running_cluster() as cluster:
        with closing(admin(cluster)) as asked:
            where = "SELECT setting, current_setting('data_directory') FROM pg_config WHERE name = 'BINDIR'"
            programs, data = asked.execute(where).fetchone() or ("", "")
            name = cluster.create()
            # What was committed must outlive the crash, which the servers of tests do not promise.
            asked.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(sql.Identifier(name)))
        url = cluster.url(name)
        migrate.upgrade(url)

        def control(word: str) -> None:
            command = [f"{programs}/pg_ctl", "--pgdata", data, "--wait", "--mode", "immediate", word]
            user = postgres.STAND_IN_FOR_ROOT if os.geteuid() == 0 else None
            subprocess.run(command, check=True, cwd="/", user=user, stdout=subprocess.DEVNULL)

        with closing(Database.open(url)) as db:
            yield db, control


# --- SQLite: full, locked, read-only, damaged, lost ---


def test_a_full_file_refuses_and_goes_on_when_there_is_room(on_sqlite: Database) -> None:
    """Nothing of the refused work is kept; the same process writes again once it may grow."""
    limit = 1

    @event.listens_for(on_sqlite.engine, "checkout")
    def bound(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit}")  # SQLite reads 1 as "no larger than it is"

    put(on_sqlite, "before")
    with pytest.raises(StorageUnavailableError, match="full"):
        put(on_sqlite, "refused", MANY)
    assert kept(on_sqlite) == {"before"}

    limit = 1_000_000
    put(on_sqlite, "after", MANY)

    assert kept(on_sqlite) == {"before", "after"}


def test_a_full_disk_refuses_and_goes_on_when_it_grows(tmp_path: Path) -> None:
    """The real thing: ENOSPC while SQLite writes its log."""
    with small_disk(tmp_path) as remount:
        url = f"sqlite:///{tmp_path}/heimdall.sqlite3"
        migrate.upgrade(url)
        with closing(Database.open(url)) as db:
            put(db, "before")
            with pytest.raises(StorageUnavailableError, match="full"):
                put(db, "refused", 20 * MANY)
            assert kept(db) == {"before"}

            remount("size=64m")
            put(db, "after", MANY)

            assert kept(db) == {"before", "after"}


def test_a_read_only_volume_is_refused_at_the_start(tmp_path: Path) -> None:
    """With a plain sentence instead of a first send that cannot begin."""
    with small_disk(tmp_path) as remount:
        url = f"sqlite:///{tmp_path}/heimdall.sqlite3"
        migrate.upgrade(url)
        remount("ro")
        with closing(Database.open(url)) as db, pytest.raises(StorageUnavailableError):
            migrate.check_writable(db)


def test_a_file_that_turns_read_only_refuses_to_write_and_is_still_read(on_sqlite: Database) -> None:
    """What a status shows needs no write."""
    put(on_sqlite, "before")
    state = "ON"

    @event.listens_for(on_sqlite.engine, "checkout")
    def switch(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only={state}")

    with pytest.raises(StorageUnavailableError, match="readonly"):
        put(on_sqlite, "refused")
    with pytest.raises(StorageUnavailableError, match="readonly"):
        migrate.check_writable(on_sqlite)
    assert kept(on_sqlite) == {"before"}

    state = "OFF"
    put(on_sqlite, "after")
    migrate.check_writable(on_sqlite)

    assert kept(on_sqlite) == {"before", "after"}


def _hold(path: str, held: "threading.Event", let_go: "threading.Event") -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held.set()
        let_go.wait(WAIT_SECONDS)
        other.execute("ROLLBACK")


def test_a_lock_of_another_process_is_waited_for_and_then_named(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads go on meanwhile; the wait is bounded; afterwards writing goes on."""
    monkeypatch.setattr("storage.engine.BUSY_TIMEOUT_MS", 50)
    spawn = multiprocessing.get_context("spawn")
    held, let_go = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(str(path_of(sqlite_url)), held, let_go))
    other.start()
    with closing(Database.open(sqlite_url)) as db:
        try:
            assert held.wait(WAIT_SECONDS)
            with pytest.raises(StorageUnavailableError, match="locked"):
                put(db, "refused")
            assert kept(db) == set()
        finally:
            let_go.set()
            other.join(WAIT_SECONDS)
        put(db, "after")

        assert kept(db) == {"after"}


def test_a_door_waits_no_longer_than_its_patience(db: Database, database_url: str) -> None:
    """Slack gives up after three seconds; the usual wait for a lock is five."""
    put(db, "row")
    with closing(Database.open(database_url)) as other:
        hurried = Database(other.engine, patience_seconds=0.2)

        def touch(database: Database) -> None:
            with database.write() as tx:
                tx.execute(tables.inbox.update().values(received_at=NOON))

        with db.write() as tx:
            tx.execute(tables.inbox.update().values(received_at=NOON))
            began = time.monotonic()
            with pytest.raises(StorageUnavailableError, match="lock"):
                touch(hurried)
            waited = time.monotonic() - began
        touch(other)

    assert waited < 3


@pytest.mark.parametrize("keep", [0, 4_096], ids=["no database at all", "damaged behind its first page"])
def test_a_damaged_file_is_no_riddle(sqlite_url: str, keep: int) -> None:
    """SQLite calls these errors by another class than the others."""
    path = path_of(sqlite_url)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    path.write_bytes(whole[:keep] + b"x" * (len(whole) - keep))

    with closing(Database.open(sqlite_url)) as db, pytest.raises(StorageUnavailableError):
        put(db, "refused")


def test_a_file_taken_away_is_noticed_before_anything_is_lost(on_sqlite: Database, sqlite_url: str) -> None:
    """SQLite itself would go on writing into a file that nobody can open any more."""
    path, away = path_of(sqlite_url), path_of(sqlite_url).with_suffix(".away")
    put(on_sqlite, "before")
    path.rename(away)

    with pytest.raises(StorageUnavailableError, match="is not there"):
        put(on_sqlite, "refused")
    with pytest.raises(StorageUnavailableError, match="is not there"):
        kept(on_sqlite)
    assert not path.exists()

    away.rename(path)
    put(on_sqlite, "after")

    assert kept(on_sqlite) == {"before", "after"}


@pytest.mark.parametrize("fresh", ["empty", "migrated"])
def test_a_fresh_file_in_its_place_is_not_taken_for_the_old_one(
    on_sqlite: Database, sqlite_url: str, fresh: str
) -> None:
    """Neither an empty one nor a restored copy: that one must be met by a new process."""
    put(on_sqlite, "before")
    other = path_of(sqlite_url).with_name("other.sqlite3")
    other.touch()
    if fresh == "migrated":
        migrate.upgrade(f"sqlite:///{other}")
    other.replace(path_of(sqlite_url))

    with pytest.raises(StorageUnavailableError, match="another file"):
        put(on_sqlite, "refused")


@pytest.mark.parametrize("where", ["heimdall.sqlite3", "no/such/folder/heimdall.sqlite3"])
def test_nothing_but_a_migration_makes_a_file(tmp_path: Path, where: str) -> None:
    """Whoever finds none has lost a volume."""
    with (
        closing(Database.open(f"sqlite:///{tmp_path}/{where}")) as db,
        pytest.raises(StorageUnavailableError, match="is not there"),
    ):
        put(db, "refused")

    assert list(tmp_path.iterdir()) == []


# --- PostgreSQL: killed, restarted, crowded, read-only, slow, full, in each other's way ---


def kill(tx: Tx, cluster: postgres.Cluster) -> None:
    """Have the server end the connection of this transaction, and wait until it has."""
    pid = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with closing(admin(cluster)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def test_a_killed_connection_loses_its_transaction_and_no_other(
    on_postgres: Database, postgres_cluster: postgres.Cluster
) -> None:
    """It is named as one that may be tried again; the next one has a connection of its own."""

    def fail() -> None:
        with on_postgres.write() as tx:
            inbox.accept(tx, "refused:0", NOON)
            kill(tx, postgres_cluster)
            inbox.accept(tx, "refused:1", NOON)

    with pytest.raises(TransactionLostError):
        fail()
    put(on_postgres, "after")

    assert kept(on_postgres) == {"after"}


def test_a_connection_killed_before_the_commit_is_said_so(
    on_postgres: Database, postgres_cluster: postgres.Cluster
) -> None:
    """The commit itself is what fails."""

    def fail() -> None:
        with on_postgres.write() as tx:
            inbox.accept(tx, "refused:0", NOON)
            kill(tx, postgres_cluster)

    with pytest.raises(TransactionLostError):
        fail()
    assert kept(on_postgres) == set()


def test_connections_killed_while_idle_are_not_noticed(
    on_postgres: Database, postgres_url: str, postgres_cluster: postgres.Cluster
) -> None:
    """The pool asks before it hands one out."""
    put(on_postgres, "before")
    with closing(admin(postgres_cluster)) as other:
        everybody = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
        assert other.execute(everybody, (name_of(postgres_url),)).fetchall() == [(True,)]

    put(on_postgres, "after")

    assert kept(on_postgres) == {"before", "after"}


Break = Callable[[Tx], object]


def raised(sqlstate: str) -> Break:
    """Have the server raise an error by its code."""
    return lambda tx: tx.execute(text(f"DO $$ BEGIN RAISE 'no' USING ERRCODE = '{sqlstate}'; END $$"))


BREAKS: dict[str, tuple[Break, str]] = {
    "read-only": (lambda tx: tx.execute(text("SET TRANSACTION READ ONLY")), "read-only"),
    "statement time-out": (
        lambda tx: (tx.execute(text("SET LOCAL statement_timeout = 20")), tx.execute(text("SELECT pg_sleep(5)"))),
        "statement timeout",
    ),
    "no room for a sort": (
        lambda tx: (
            tx.execute(text("SET LOCAL work_mem = '64kB'")),
            tx.execute(text("SET LOCAL temp_file_limit = '64kB'")),
            tx.execute(text("SELECT count(*) FROM (SELECT a FROM generate_series(1, 200000) a ORDER BY -a) b")),
        ),
        "temp_file_limit",
    ),
    # Not to be had without breaking the machine: the server's own errors, raised by the server.
    "disk full": (raised("53100"), "no"),
    "out of memory": (raised("53200"), "no"),
    "input or output error": (raised("58030"), "no"),
    "damaged data": (raised("XX001"), "no"),
    "shutting down": (raised("57P01"), "no"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_every_refusal_of_the_server_is_one_error_of_ours(on_postgres: Database, name: str) -> None:
    """Whatever class the driver puts it in; nothing is kept and the next transaction is fine."""
    cause, words = BREAKS[name]

    def fail() -> None:
        with on_postgres.write() as tx:
            cause(tx)
            inbox.accept(tx, "refused:0", NOON)

    with pytest.raises(StorageUnavailableError, match=words):
        fail()
    put(on_postgres, "after")

    assert kept(on_postgres) == {"after"}


def test_a_read_only_server_is_refused_at_the_start(postgres_url: str, postgres_cluster: postgres.Cluster) -> None:
    """Such as a standby."""
    change = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on")
    with closing(admin(postgres_cluster)) as other:
        other.execute(change.format(sql.Identifier(name_of(postgres_url))))
    with closing(Database.open(postgres_url)) as db:
        assert migrate.schema(db) is Schema.CURRENT
        with pytest.raises(StorageUnavailableError, match="read-only"):
            migrate.check_writable(db)


def test_a_lock_wait_ends(on_postgres: Database) -> None:
    """Of two that want one row, the second is told after a bounded wait."""

    def wait_in_vain() -> None:
        with on_postgres.write() as second:
            second.execute(text("SET LOCAL lock_timeout = 50"))
            second.execute(tables.inbox.update().values(received_at=NOON))

    put(on_postgres, "row")
    with on_postgres.write() as first:
        first.execute(tables.inbox.update().values(received_at=NOON))
        with pytest.raises(StorageUnavailableError, match="lock timeout"):
            wait_in_vain()
    put(on_postgres, "after")


def test_a_deadlock_is_one_that_may_be_tried_again(on_postgres: Database) -> None:
    """PostgreSQL ends one of the two; the other commits."""
    for name in ("a", "b"):
        put(on_postgres, name)
    both = threading.Barrier(2)
    ended: list[str] = []

    def cross(first: str, second: str) -> None:
        try:
            with on_postgres.write() as tx:
                tx.execute(text("SET LOCAL deadlock_timeout = 50"))
                for key in (first, second):
                    tx.execute(tables.inbox.update().where(tables.inbox.c.key == key).values(received_at=NOON))
                    if key == first:
                        both.wait(WAIT_SECONDS)
            ended.append("committed")
        except TransactionLostError:
            ended.append("let go")

    threads = [threading.Thread(target=cross, args=pair) for pair in (("a:0", "b:0"), ("b:0", "a:0"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)

    assert sorted(ended) == ["committed", "let go"]


def test_a_serialization_failure_is_one_that_may_be_tried_again(on_postgres: Database) -> None:
    """Should somebody raise the isolation level of the server."""
    put(on_postgres, "row")

    def fail() -> None:
        with on_postgres.write() as tx:
            tx.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
            tx.execute(select(tables.inbox)).all()
            with on_postgres.write() as other:
                other.execute(tables.inbox.update().values(received_at=NOON))
            tx.execute(tables.inbox.update().values(received_at=NOON))

    with pytest.raises(TransactionLostError):
        fail()


def test_a_server_without_room_for_one_more_says_so(postgres_url: str, postgres_cluster: postgres.Cluster) -> None:
    """Connections are refused; once others have left, work goes on."""
    with closing(admin(postgres_cluster)) as other:
        other.execute(b"DROP ROLE IF EXISTS guest")
        other.execute(b"CREATE ROLE guest LOGIN IN ROLE pg_read_all_data, pg_write_all_data CONNECTION LIMIT 1")
    url = postgres_url.replace(f"{postgres.OWNER}@", "guest@")
    with closing(Database.open(url)) as first, closing(Database.open(url)) as second:
        with first.write(), pytest.raises(StorageUnavailableError, match="too many connections"):
            put(second, "refused")
        first.close()
        put(second, "after")

        assert kept(second) == {"after"}


def test_a_pool_that_is_all_out_says_so(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that asks for more than its share waits a while, and is told."""
    monkeypatch.setattr(db.engine.pool, "_timeout", 0.05)

    def crowd() -> None:
        with ExitStack() as everybody:
            for _ in range(100):
                everybody.enter_context(db.read())

    with pytest.raises(StorageUnavailableError, match="limit"):
        crowd()
    assert kept(db) == set()


def test_a_restarted_server_is_met_again_without_a_word() -> None:
    """``pg_ctl -m immediate restart``: what was under way is lost, what comes next is done."""
    with own_server() as (db, control):
        put(db, "before")

        def fail() -> None:
            with db.write() as tx:
                inbox.accept(tx, "refused:0", NOON)
                control("restart")
                inbox.accept(tx, "refused:1", NOON)

        with pytest.raises(TransactionLostError):
            fail()
        put(db, "after")

        assert kept(db) == {"before", "after"}


def test_a_server_that_is_away_is_met_again_when_it_is_back() -> None:
    """Refused while it is down, by the same error as everything else."""
    with own_server() as (db, control):
        put(db, "before")
        control("stop")
        with pytest.raises(StorageUnavailableError):
            put(db, "refused")
        control("restart")  # Starts it with the options it had.
        put(db, "after")

        assert kept(db) == {"before", "after"}


# --- Which database this is ---


def test_a_schema_of_tomorrow_is_known_as_such(db: Database) -> None:
    """An older program must not write into it."""
    assert migrate.schema(db) is Schema.CURRENT
    with db.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert migrate.schema(db) is Schema.AHEAD
    assert migrate.missing(db)


def test_a_schema_of_yesterday_is_known_as_such(db: Database) -> None:
    """It lacks what a migration brings."""
    with db.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    assert migrate.schema(db) is Schema.BEHIND


def test_an_empty_server_under_a_running_process_is_no_riddle(on_postgres: Database) -> None:
    """Our tables are always there: where they are not, it is another database."""
    with on_postgres.write() as tx:
        tx.execute(text("DROP TABLE inbox"))

    with pytest.raises(StorageUnavailableError, match="inbox"):
        put(on_postgres, "refused")
