"""The one hash chain of gate receipts and audit lines: append to it, read its end, follow it. See ``domain.chain``."""

import heapq
import itertools
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, TableClause, literal, select, union_all, update

from domain.chain import Break, Head, Line, canonical, first_break, link
from storage.dialect import insert_many, stream
from storage.tables import audit, briefings, chain_head, receipts
from storage.unit import Tx, defer

CHAINED = (receipts, audit)
"""Tables whose rows are lines of the chain; their ids are the lines' numbers."""


@dataclass(frozen=True, slots=True)
class _Entry:
    table: Table
    row: Mapping[str, Any]
    content: str


@dataclass(frozen=True, slots=True)
class Report:
    """What following the chain found.

    Attributes:
        head: its end as the database remembers it; None when even that is gone.
        posted: how many lines were compared with a hash that was posted.
        broken: the first line that does not hold, or None.
    """

    head: Head | None
    posted: int
    broken: Break | None


def append(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add lines to the chain, without ``id`` and ``hash``; they are written just before the commit, in this order."""
    if rows:
        defer(tx, _write, [_Entry(table, row, content_of(table, row)) for row in rows])


def content_of(table: TableClause, row: Mapping[str, Any]) -> str:
    """Return what a line's hash covers: which table it is in, and every column that says something.

    An empty column says nothing, so that a column added later leaves the lines before it as they are. The number and
    the hash before are covered by ``domain.chain.link``.
    """
    columns = {name: value for name, value in row.items() if value is not None and name not in {"id", "hash"}}
    return canonical({"table": table.name, **columns})


def _write(tx: Tx, entries: list[_Entry]) -> None:
    """Take the end of the chain, link the lines to it, store them: as many statements for one line as for a thousand.

    On PostgreSQL other appenders wait at the SELECT until this commit; on SQLite BEGIN IMMEDIATE made them wait before.
    """
    end = tx.execute(select(chain_head.c.position, chain_head.c.hash).with_for_update()).one()
    position, last = end.position, end.hash
    rows: dict[str, list[Mapping[str, Any]]] = {table.name: [] for table in CHAINED}
    for entry in entries:
        position += 1
        last = link(last, position, entry.content)
        rows[entry.table.name].append({**entry.row, "id": position, "hash": last})
    for table in CHAINED:
        insert_many(tx, table, rows[table.name])
    tx.execute(update(chain_head).values(position=position, hash=last))


def head(tx: Tx) -> Head | None:
    """Return the end of the chain; None when its row is gone, which only tampering can do."""
    row = tx.execute(select(chain_head.c.position, chain_head.c.hash)).one_or_none()
    return None if row is None else Head(row.position, row.hash)


def verify(tx: Tx, written_down: Iterable[tuple[int, str]] = ()) -> Report:
    """Follow the whole chain, a page in memory at a time, and compare it with every end that was posted.

    Args:
        written_down: numbers of lines with the beginning of their hash, besides those the briefings carry.
    """
    known: dict[int, set[str]] = {}
    # Read before the end: a briefing written meanwhile may name a line behind it.
    for position, seen in itertools.chain(written_down, _posted(tx)):
        known.setdefault(position, set()).add(seen)
    end = head(tx)
    if end is None:
        return Report(
            None, len(known), Break(0, "is missing", "the remembered end of the chain", "no row in chain_head")
        )
    with closing(_lines(tx, end)) as lines:
        broken = first_break(lines, end, known)
    return Report(end, len(known), broken or _beyond(tx))


def _posted(tx: Tx) -> Generator[tuple[int, str]]:
    """Yield the ends that went out with briefings: a number and a hash a day."""
    for row in stream(tx, select(briefings.c.figures)):
        if end := row["figures"].get("chain"):
            yield end["position"], end["hash"]


def _lines(tx: Tx, end: Head) -> Generator[Line]:
    with ExitStack() as left:
        kinds = [left.enter_context(closing(_lines_in(tx, table, end))) for table in CHAINED]
        yield from heapq.merge(*kinds, key=lambda line: line.position)


def _lines_in(tx: Tx, table: Table, end: Head) -> Generator[Line]:
    # Up to the end just read: what is appended meanwhile is for the next look.
    for row in stream(tx, select(table).where(table.c.id <= end.position).order_by(table.c.id)):
        yield Line(row["id"], row["hash"], content_of(table, row))


def _beyond(tx: Tx) -> Break | None:
    """Return the first line behind the end, as one statement sees both."""
    end = select(chain_head.c.position).scalar_subquery()
    queries = [select(table.c.id, literal(table.name).label("name")).where(table.c.id > end) for table in CHAINED]
    row = tx.execute(union_all(*queries).order_by("id").limit(1)).one_or_none()
    return None if row is None else Break(row.id, "was inserted", "the end of the chain", f"a line in {row.name}")
