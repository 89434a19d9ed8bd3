"""Take a database away from a running process and give it back, on either engine."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy import event

from storage.unit import Database
from tests.support import postgres

Apply = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class Switch:
    """Make a database read-only, or writable again, for everybody who comes next."""

    _apply: Apply

    def off(self) -> None:
        """Take it away."""
        self._apply(True)  # noqa: FBT003 - the state itself

    def on(self) -> None:
        """Give it back."""
        self._apply(False)  # noqa: FBT003 - the state itself


def read_only_switch(db: Database, url: str, cluster: Callable[[], postgres.Cluster]) -> Switch:
    """Return the switch of one database.

    Args:
        cluster: called for PostgreSQL only.
    """
    return Switch(_of_file(db) if db.dialect == "sqlite" else _of_server(url, cluster()))


def _of_file(db: Database) -> Apply:
    state = {"query_only": False}

    @event.listens_for(db.engine, "checkout")
    def apply(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only={state['query_only']:d}")

    def switch(off: bool) -> None:  # noqa: FBT001 - a switch
        state["query_only"] = off

    return switch


def _of_server(url: str, cluster: postgres.Cluster) -> Apply:
    name = url.partition("@/")[2].partition("?")[0]
    change = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")

    def switch(off: bool) -> None:  # noqa: FBT001 - a switch
        with closing(
            psycopg.connect(host=str(cluster.folder), user=postgres.OWNER, dbname="postgres", autocommit=True)
        ) as admin:
            admin.execute(change.format(sql.Identifier(name), sql.Literal("on" if off else "off")))
            idle = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
            admin.execute(idle, (name,))

    return switch
