"""The audit's chain in both databases: it cannot be changed, and whoever changes it all the same is found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Executable, Table, delete, event, insert, text, update
from sqlalchemy.exc import DatabaseError

from domain.chain import GENESIS
from storage import chain, contacts, records
from storage.tables import chain_head
from storage.tables import contacts as contact_rows
from storage.unit import Database
from tests.storage.chains import fill, note, numbers, receipt, report
from tests.support import builders

MINUTE = timedelta(minutes=1)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    database = Database.open(database_url)
    yield database
    database.close()


def test_lines_of_both_kinds_share_one_row_of_numbers_and_one_chain(db: Database) -> None:
    """Six lines, numbered without a gap, whole; an empty audit is whole too."""
    assert report(db).broken is None
    fill(db)

    found = report(db)

    assert found.broken is None
    assert found.head is not None
    assert found.head.position == 6
    assert numbers(db) == [1, 2, 3, 4, 5, 6]
    with db.read() as tx:
        assert [each.id for each in records.receipts_of(tx, 1)] == [2]


def test_a_transaction_that_raises_leaves_no_line_and_no_gap(db: Database) -> None:
    """What was rolled back never happened."""

    def fail() -> None:
        with db.write() as tx:
            note(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    fill(db)

    assert numbers(db) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("table", chain.CHAINED, ids=lambda table: str(table.name))
def test_no_line_can_be_changed_or_removed(db: Database, table: Table) -> None:
    """The database itself refuses, whoever asks."""
    fill(db)
    refused: list[Executable] = [update(table).values(actor="somebody"), update(table).values(hash="0"), delete(table)]
    if db.dialect == "postgresql":
        refused.append(text(f"TRUNCATE {table.name}"))
    else:
        columns = ", ".join(column.name for column in table.c)
        refused.append(text(f"INSERT OR REPLACE INTO {table.name} SELECT {columns} FROM {table.name}"))  # noqa: S608

    for statement in refused:
        with pytest.raises(DatabaseError, match="append-only"), db.write() as tx:
            tx.execute(statement)

    assert report(db).broken is None
    assert numbers(db) == [1, 2, 3, 4, 5, 6]


def test_the_end_of_the_chain_only_moves_forward(db: Database) -> None:
    """It cannot be moved back, removed or doubled."""
    fill(db)
    back = update(chain_head).values(position=3)
    for statement in (back, update(chain_head).values(hash=GENESIS), delete(chain_head)):
        with pytest.raises(DatabaseError, match="append-only"), db.write() as tx:
            tx.execute(statement)
    for number in (1, 2):
        with pytest.raises(DatabaseError), db.write() as tx:
            tx.execute(insert(chain_head).values(id=number, position=9, hash=GENESIS))

    assert report(db).broken is None


def test_a_history_written_anew_is_found_by_an_end_read_in_slack(db: Database) -> None:
    """The beginning of one hash is enough."""
    fill(db)
    whole = report(db)
    assert whole.head is not None

    assert report(db, (6, whole.head.hash[:16])).broken is None
    broken = report(db, (6, "0123456789abcdef")).broken
    assert broken is not None
    assert broken.problem == "was rewritten since its hash was posted"


def test_destroying_a_person_leaves_the_chain_whole(db: Database) -> None:
    """Number, name and salt go; the lines stay, and their digests mean nothing any more."""
    fill(db)
    with db.write() as tx:
        seller = builders.lead(tx).contact
        salt = contacts.salts_of(tx, [seller.contact_id])[seller.contact_id]
        tx.execute(update(contact_rows).values(name="", phone_e164="", salt=None))
        gone = contacts.salts_of(tx, [seller.contact_id])[seller.contact_id]

    assert salt is not None
    assert len(salt) == 32
    assert gone is None
    assert report(db).broken is None


def test_a_batch_costs_as_many_statements_as_one_line(db: Database) -> None:
    """Taking the end, two inserts, moving the end."""
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def cost(count: int) -> int:
        with db.write() as tx:
            records.add_receipts(tx, [receipt(number) for number in range(count)])
            for _ in range(count):
                note(tx)
            seen.clear()
        return len([statement for statement in seen if not statement.startswith(("BEGIN", "COMMIT"))])

    assert (cost(1), cost(300)) == (4, 4)
    assert report(db).broken is None


def test_appenders_at_the_same_time_make_one_unbroken_chain(db: Database) -> None:
    """Eight threads, commits of different sizes; nothing lost, nothing doubled."""

    def work(thread: int) -> None:
        for turn in range(15):
            with db.write() as tx:
                records.add_receipts(tx, [receipt(thread) for _ in range(1 + (thread + turn) % 4)])
                note(tx, f"L-{thread}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    expected = sum(1 + 1 + (thread + turn) % 4 for thread in range(8) for turn in range(15))
    assert report(db).broken is None
    assert numbers(db) == list(range(1, expected + 1))


def test_who_appends_and_then_waits_for_a_number_blocks_nobody(postgres_url: str) -> None:
    """One has a line to write and wants a number; the other has the number and a line to write: both commit."""
    db = Database.open(postgres_url)
    with db.write() as tx:
        builders.lead(tx)
    meet = Barrier(2, timeout=10)

    def first() -> None:
        with db.write() as tx:
            note(tx)
            meet.wait()
            contacts.lock(tx, ["+14165550199"])

    def second() -> None:
        with db.write() as tx:
            contacts.lock(tx, ["+14165550199"])
            meet.wait()
            note(tx)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            done.result()

    assert report(db).broken is None
    assert numbers(db) == [1, 2]
    db.close()


def test_following_the_chain_while_it_grows_finds_it_whole(db: Database) -> None:
    """What is appended during the look is for the next one."""

    def grow() -> None:
        for _ in range(40):
            with db.write() as tx:
                records.add_receipts(tx, [receipt()])
                note(tx)

    with ThreadPoolExecutor(1) as pool:
        growing = pool.submit(grow)
        looks = [report(db).broken for _ in range(20)]
        growing.result()

    assert looks == [None] * 20
    assert report(db).broken is None
