"""The audit's chain in both databases: it cannot be changed, and whoever changes it all the same is found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from sqlalchemy import Executable, Table, UpdateBase, delete, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from domain.chain import GENESIS, Break, link
from storage import chain, contacts, figures, migrate, records
from storage.tables import audit, chain_head, receipts
from storage.tables import contacts as contact_rows
from storage.unit import Database, Tx
from tests.support import builders
from tests.support.builders import NOON
from tests.support.postgres import Cluster

MINUTE = timedelta(minutes=1)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    database = Database.open(database_url)
    yield database
    database.close()


def receipt(number: int = 1, at: datetime = NOON) -> records.Receipt:
    """Return a receipt that was held."""
    return records.Receipt(
        message_id=number,
        rung_id=None,
        at=at,
        moment="planned",
        actor="system",
        verdict="hold",
        reason="outside_window",
        until=at + MINUTE,
        facts={"policy_version": 0, "consents": [{"id": 1, "expires_at": None}], "conflicts": ["Montréal ↔ ON"]},
    )


def note(tx: Tx, subject: str = "L-1", **detail: str | int | bool | None) -> None:
    """Append an audit line."""
    records.note(tx, NOON, action="number_revealed", actor="U0RILEY", subject=subject, **detail)


def fill(db: Database) -> None:
    """Write six lines in three commits: receipts and audit lines take turns."""
    with db.write() as tx:
        note(tx)
        records.add_receipts(tx, [receipt(1), receipt(2)])
    with db.write() as tx:
        note(tx, "L-2", changed=True, left_out=3, team_id=None)
    with db.write() as tx:
        records.add_receipts(tx, [receipt(3)])
        note(tx, "province:ON")


def report(db: Database, *written_down: tuple[int, str]) -> chain.Report:
    """Follow the chain."""
    with db.read() as tx:
        return chain.verify(tx, written_down)


def numbers(db: Database) -> list[int]:
    """Return the numbers of all lines."""
    with db.read() as tx:
        return sorted(each for table in chain.CHAINED for each in tx.execute(select(table.c.id)).scalars())


def disarm(tx: Tx) -> None:
    """Do what somebody with the database's own keys can do: silence the triggers."""
    if tx.dialect.name == "postgresql":
        for table in ("receipts", "audit", "chain_head"):
            tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for name in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        tx.execute(text(f"DROP TRIGGER {name}"))


def after(db: Database, *tampering: UpdateBase) -> Break | None:
    """Tamper, look, and take it back."""
    with db.engine.connect() as tx:
        disarm(tx)
        for statement in tampering:
            tx.execute(statement)
        found = chain.verify(tx).broken
        tx.rollback()
    return found


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


def _others(value: object) -> list[object]:
    """Return other values of the same type."""
    if isinstance(value, datetime):
        return [value + timedelta(microseconds=1)]
    if isinstance(value, dict):
        return [{**value, "forged": None}, {}] if value else [{"forged": 1}]
    return [f"{value}x", ""] if isinstance(value, str) else [99]


def test_any_single_changed_column_of_any_line_is_found(db: Database) -> None:
    """Every row, every column, with the triggers silenced; what was empty may not be filled either."""
    fill(db)
    tried = 0
    for table in chain.CHAINED:
        with db.read() as tx:
            rows = [dict(row) for row in tx.execute(select(table)).mappings()]
        for row in rows:
            for name, value in row.items():
                for other in _others(value) if value is not None else _fillings(name):
                    change = update(table).where(table.c.id == row["id"]).values({name: other})
                    broken = after(db, change)
                    assert broken is not None, (table.name, name, other)
                    assert name == "id" or broken.position == row["id"], (table.name, name, broken)
                    tried += 1
    assert tried > 60
    assert report(db).broken is None


def _fillings(name: str) -> list[object]:
    return [{"rung_id": 1, "until": NOON}.get(name, "forged")]


def test_any_single_removed_line_is_found_and_named(db: Database) -> None:
    """The first, the last, and every one between."""
    fill(db)
    for table in chain.CHAINED:
        with db.read() as tx:
            ids = tx.execute(select(table.c.id)).scalars().all()
        for number in ids:
            broken = after(db, delete(table).where(table.c.id == number))
            assert broken is not None
            assert (broken.position, broken.problem) == (number, "is missing")


@pytest.mark.parametrize("number", [-5, 0, 1, 2, 3, 4, 5, 6, 7, 100])
def test_any_single_inserted_line_is_found(db: Database, number: int) -> None:
    """Under a taken number, below the first or behind the last, even with a hash that fits the end."""
    fill(db)
    with db.read() as tx:
        head = chain.head(tx)
        taken = {table.name: set(tx.execute(select(table.c.id)).scalars()) for table in chain.CHAINED}
    assert head is not None
    line = {"at": NOON, "action": "forged", "actor": "U0", "subject": "L-1", "detail": {}}
    hashed = link(head.hash, number, chain.content_of(audit, line))
    forged = {name: getattr(receipt(), name) for name in records.Receipt.__slots__}

    if number not in taken["audit"]:
        assert after(db, insert(audit).values(**line, id=number, hash=hashed)) is not None
    if number not in taken["receipts"]:
        assert after(db, insert(receipts).values(**forged, id=number, hash=hashed)) is not None


def test_a_removed_end_is_found(db: Database) -> None:
    """Without its end nothing is appended either."""
    fill(db)

    broken = after(db, delete(chain_head))

    assert broken is not None
    assert "chain_head" in broken.found


def test_lines_cut_off_together_with_the_end_are_missed_by_the_briefing(db: Database) -> None:
    """What the channel has read stays true."""
    fill(db)
    with db.write() as tx:
        end = chain.head(tx)
        assert end is not None
        figures.add_briefing(tx, "C1:2026-11-24", NOON, "system", {"chain": {"position": 6, "hash": end.hash}})
    with db.read() as tx:
        fifth = tx.execute(select(receipts.c.hash).where(receipts.c.id == 5)).scalar_one()

    broken = after(db, delete(audit).where(audit.c.id == 6), update(chain_head).values(position=5, hash=fifth))

    assert broken is not None
    assert (broken.position, broken.problem) == (6, "is missing")
    assert report(db).posted == 1


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


def test_what_was_written_before_the_chain_is_chained_in_the_order_of_its_time(
    postgres_cluster: Cluster, tmp_path: Path
) -> None:
    """On both engines: numbered anew, whole, with the actor of each message; contacts get salts."""
    for url in (postgres_cluster.url(postgres_cluster.create()), f"sqlite:///{tmp_path}/old.sqlite3"):
        old = Database.open(url)
        _alembic(old, "0001")
        with old.write() as tx:
            for statement in _OLD_ROWS:
                tx.execute(text(statement))
        _alembic(old, "head")
        with old.write() as tx:
            (first,) = records.receipts_of(tx, 1)
            lines = [(line["id"], line["action"]) for line in records.audit_lines(tx)]
            salts = contacts.salts_of(tx, [1])
            note(tx)

        assert (first.id, first.actor, first.facts) == (2, "U0RILEY", {"zones": ["America/Toronto"]})
        assert lines == [(1, "first"), (3, "third")]
        assert salts[1]
        assert report(old).broken is None
        assert numbers(old) == [1, 2, 3, 4]
        _alembic(old, "0001", back=True)
        _alembic(old, "head")
        assert numbers(old) == [1, 2, 3, 4]
        assert report(old).broken is None
        old.close()


def _alembic(db: Database, revision: str, *, back: bool = False) -> None:
    with db.write() as tx:
        settings = migrate.config()
        settings.attributes["connection"] = tx
        (command.downgrade if back else command.upgrade)(settings, revision)


_OLD_ROWS = (
    "INSERT INTO contacts (id, kind, name, phone_e164, language, created_at)"
    " VALUES (1, 'seller', 'Jane', '+14165550199', 'en', '2026-11-01 00:00:00')",
    "INSERT INTO messages (id, intent_key, contact_id, channel, purpose, to_address, body, body_hash, language, state,"
    " available_at, send_before, requested_by, created_at, state_at, correlation_id) VALUES (1, 'k', 1, 'sms', 'ladder',"
    " '+14165550199', 'Hi', 'h', 'en', 'held', '2026-11-01 00:00:00', '2026-11-01 00:00:00', 'U0RILEY',"
    " '2026-11-01 00:00:00', '2026-11-01 00:00:00', 'c')",
    "INSERT INTO receipts (message_id, at, moment, verdict, facts)"
    """ VALUES (1, '2026-11-02 00:00:00', 'planned', 'allow', '{"zones": ["America/Toronto"]}')""",
    "INSERT INTO audit (at, action, actor, subject, detail) VALUES ('2026-11-03 00:00:00', 'third', 'U1', 'L-1', '{}')",
    "INSERT INTO audit (at, action, actor, subject, detail) VALUES ('2026-11-01 00:00:00', 'first', 'U1', 'L-1', '{}')",
)
