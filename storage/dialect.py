"""The few statements whose spelling differs between the two engines, behind one name each."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from storage.unit import Tx

Values = Mapping[str, Any]

PAGE = 1_000
"""Rows fetched at a time of what may be a whole history."""


def insert_or_ignore(tx: Tx, table: Table, values: Values) -> bool:
    """Insert one row unless a unique key of it exists.

    Returns:
        True when the row is new.
    """
    flavour = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    insertion = flavour(table).values(values).on_conflict_do_nothing()
    # SQLAlchemy forgets the count of an INSERT unless asked to keep it.
    return tx.execute(insertion, execution_options={"preserve_rowcount": True}).rowcount == 1


def insert_or_ignore_many(tx: Tx, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows of one shape in one prepared statement, leaving out those whose unique key exists."""
    if rows:
        flavour = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
        tx.execute(flavour(table).on_conflict_do_nothing(), list(rows))


def insert_many(tx: Tx, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows of one shape in one prepared statement; no rows, no statement."""
    if rows:
        tx.execute(insert(table), list(rows))


def stream(tx: Tx, query: Select[Any]) -> Generator[dict[str, Any]]:
    """Yield rows with a page of them in memory; on PostgreSQL through a cursor of the server's, closed on leaving."""
    with tx.execute(query, execution_options={"yield_per": PAGE}) as result:
        for row in result.mappings():
            yield dict(row)


def skip_locked(tx: Tx, query: Select[Any], *, of: Table) -> Select[Any]:
    """Let other workers pass over the rows this transaction is taking.

    On SQLite there is nothing to add: BEGIN IMMEDIATE already keeps every other writer out.
    """
    return query if tx.dialect.name == "sqlite" else query.with_for_update(skip_locked=True, of=of)
