"""Orders not to contact somebody: renewed, ended, and kept without the number, on both engines."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import DomainError
from domain.model import Suppression, SuppressionReason
from storage import hash_keys, suppressions, tables
from storage.unit import Database, Tx
from tests.support.builders import NOON

JANE, MARC = "+14165550199", "+15145550142"
KEY = b"a key of tests, thirty-two or more"
DAY = timedelta(days=1)
STOP, INTERNAL = SuppressionReason.STOP, SuppressionReason.INTERNAL_DO_NOT_CALL


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    database = Database.open(database_url)
    yield database
    database.close()


def _order(tx: Tx, reason: SuppressionReason = STOP, days: int = 0, until_days: int | None = None) -> bool:
    until = None if until_days is None else NOON + until_days * DAY
    return suppressions.add(tx, JANE, reason, source="text SM1", since=NOON + days * DAY, until=until)


def test_asked_again_an_order_counts_from_the_newest_request(db: Database) -> None:
    """Three years and fourteen days begin anew; it is not new news."""
    with db.write() as tx:
        first, second = _order(tx, INTERNAL, 0, 10), _order(tx, INTERNAL, 5, 15)
        (order,) = suppressions.of_addresses(tx, [JANE], None)[JANE]

    assert (first, second) == (True, False)
    assert order == Suppression(INTERNAL, NOON + 5 * DAY, NOON + 15 * DAY)


def test_an_order_that_has_ended_can_be_given_anew(db: Database) -> None:
    """Otherwise a second STOP, years later, would be ignored."""
    with db.write() as tx:
        _order(tx, INTERNAL, 0, 10)
        again = _order(tx, INTERNAL, 20, 30)
        standing = suppressions.standing(tx, JANE, NOON + 25 * DAY, None)

    assert again
    assert [order.until for order in standing] == [NOON + 30 * DAY]


def test_an_order_for_good_is_never_shortened(db: Database) -> None:
    """Whoever asks for less later has still asked for good."""
    with db.write() as tx:
        _order(tx, STOP)
        _order(tx, STOP, 5, 6)
        (order,) = suppressions.of_addresses(tx, [JANE], None)[JANE]

    assert order.until is None


def test_an_order_holds_until_its_last_instant_and_no_longer(db: Database) -> None:
    """At ``until`` it is over."""
    with db.write() as tx:
        _order(tx, INTERNAL, 0, 10)
        before, after = (suppressions.standing(tx, JANE, NOON + 10 * DAY - each, None) for each in (DAY, 0 * DAY))

    assert len(before) == 1
    assert after == ()


def test_an_ended_order_stays_as_evidence(db: Database) -> None:
    """Nothing is deleted; ending it twice changes nothing."""
    with db.write() as tx:
        _order(tx)
        ended, again = (suppressions.end(tx, JANE, STOP, NOON + days * DAY) for days in (1, 2))
        (order,) = suppressions.of_addresses(tx, [JANE], None)[JANE]

    assert (ended, again) == (True, False)
    assert order.until == NOON + DAY


def test_an_order_outlives_the_number_it_protects(db: Database) -> None:
    """Kept by fingerprint and dates alone, it still finds the number, and only that one."""
    with db.write() as tx:
        _order(tx)
        erased = suppressions.erase_address(tx, JANE, KEY)
        found = suppressions.of_addresses(tx, [JANE, MARC], KEY)
        (row,) = tx.execute(select(tables.suppressions)).mappings()

    assert erased == 1
    assert found == {JANE: (Suppression(STOP, NOON, None),)}
    assert row["address"] is None
    assert JANE not in str(dict(row))
    assert "SM1" not in str(dict(row))


def test_a_number_that_comes_back_after_its_erasure_has_both_orders(db: Database) -> None:
    """A new wish is stored in the clear beside the old one."""
    with db.write() as tx:
        _order(tx)
        suppressions.erase_address(tx, JANE, KEY)
        _order(tx, days=3)

        assert len(suppressions.standing(tx, JANE, NOON + 4 * DAY, KEY)) == 2


def test_without_the_key_nobody_is_found_and_nobody_is_contacted(db: Database) -> None:
    """An order nobody can match refuses the whole question instead of answering no."""
    with db.write() as tx:
        _order(tx)
        suppressions.erase_address(tx, JANE, KEY)

        with pytest.raises(DomainError, match="HEIMDALL_HASH_KEY is not set"):
            suppressions.of_addresses(tx, [MARC], None)


def test_another_key_is_noticed(db: Database) -> None:
    """It would make fingerprints that match nothing."""
    with db.write() as tx:
        none_yet = hash_keys.problem(tx, None)
        hash_keys.adopt(tx, KEY)
        problems = [hash_keys.problem(tx, key) for key in (KEY, None, b"another")]
        with pytest.raises(DomainError, match="not the key"):
            suppressions.erase_address(tx, JANE, b"another")

    assert none_yet is None
    assert problems == [None, hash_keys.MISSING, hash_keys.CHANGED]


def test_two_reasons_stand_beside_each_other(db: Database) -> None:
    """Ending one leaves the other."""
    with db.write() as tx:
        _order(tx, STOP)
        _order(tx, INTERNAL, 0, 10)
        suppressions.end(tx, JANE, STOP, NOON + DAY)
        standing = suppressions.standing(tx, JANE, NOON + 2 * DAY, None)

    assert [order.reason for order in standing] == [INTERNAL]
