"""The National Do Not Call List: brought in by area, kept as hashes, asked before every call, on both engines."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

import pytest
from sqlalchemy import event, select

from domain import gate
from domain.errors import DomainError
from domain.gate import DnclStatus
from domain.model import Channel, Purpose
from flows import do_not_call, gating
from flows.team import Team
from storage import dncl, tables
from storage.unit import Database
from tests.flows import steps
from tests.support.builders import NOON

KEY = b"a key of tests, thirty-two or more"
LISTED, CLEAR, ELSEWHERE = "+14165550199", "+14165550100", "+15145550142"
VERSION = date(2026, 11, 10)


def _import(db: Database, lines: list[str], *, area: str = "416", version: date = VERSION, **more: bool) -> int:
    return do_not_call.take_in(db, KEY, area, version, lines, NOON, **more).numbers


@pytest.fixture
def keyed(team: Team) -> Team:
    """Return a team that has the key."""
    return replace(team, hash_key=KEY)


@pytest.mark.parametrize(
    "lines",
    [
        ["4165550199\n"],
        ["Area,Number\n", "416,5550199\n"],
        ["phone\r\n", '"416-555-0199"\r\n', "\r\n"],
        ["+1 (416) 555-0199\n", "14165550199\n"],
        ["5550199"],
        ["\ufeff4165550199\n"],
    ],
    ids=["plain", "two columns", "heading", "twice", "local", "byte order mark"],
)
def test_a_list_is_read_in_the_shapes_it_comes_in(db: Database, lines: list[str]) -> None:
    """With or without a heading, whatever stands between the digits."""
    assert _import(db, lines) == 1
    with db.read() as tx:
        assert dncl.listed(tx, [("416", LISTED), ("416", CLEAR)], KEY) == {LISTED}


def test_no_number_of_the_list_is_stored(db: Database) -> None:
    """Sixteen bytes of a keyed hash are all there is."""
    _import(db, ["4165550199"])

    with db.read() as tx:
        (row,) = tx.execute(select(tables.dncl_numbers))
    assert len(bytes(row.fingerprint)) == 16
    assert b"5550199" not in bytes(row.fingerprint)


def test_the_same_file_twice_is_the_same_copy(db: Database) -> None:
    """An operator who is not sure may repeat it."""
    assert [_import(db, ["4165550199", "4165550198"]) for _ in range(2)] == [2, 2]


def test_a_new_version_takes_the_place_of_the_older_one_and_of_no_other_area(db: Database) -> None:
    """Who was taken off the list may be called again."""
    _import(db, ["4165550199"])
    _import(db, ["5145550142"], area="514")
    _import(db, ["4165550100"], version=VERSION + timedelta(days=3))

    with db.read() as tx:
        pairs = [("416", LISTED), ("416", CLEAR), ("514", ELSEWHERE)]
        assert dncl.listed(tx, pairs, KEY) == {CLEAR, ELSEWHERE}


def test_bad_lines_are_named_and_leave_the_older_copy_alone(db: Database) -> None:
    """A half-read list would clear numbers that are on it."""
    _import(db, ["4165550199"])

    with pytest.raises(do_not_call.BadLinesError, match="3 lines are no number") as refused:
        _import(db, ["4165550100", "oops", "9055550100", "41655501"], version=VERSION + timedelta(days=1))

    assert [(bad.line, bad.why) for bad in refused.value.bad] == [
        (2, "no number"),
        (3, "not in area 416"),
        (4, "8 digits instead of 10"),
    ]
    with db.read() as tx:
        assert dncl.listed(tx, [("416", LISTED), ("416", CLEAR)], KEY) == {LISTED}
        assert dncl.areas(tx)["416"].version_on == VERSION


def test_bad_lines_can_be_left_out_and_the_rest_is_read_to_its_end(db: Database) -> None:
    """However many there are."""
    lines = [*["oops"] * 50, "4165550199"]

    imported = do_not_call.take_in(db, KEY, "416", VERSION, lines, NOON, skip_bad=True)

    assert (imported.numbers, imported.bad_count, len(imported.bad)) == (1, 49, do_not_call.MOST_BAD_LINES)


@pytest.mark.parametrize(
    ("area", "version", "lines", "code"),
    [
        ("41", VERSION, ["4165550199"], "area"),
        ("116", VERSION, ["1165550199"], "area"),
        ("416", date(2026, 11, 25), ["4165550199"], "version_ahead"),
        ("416", VERSION - timedelta(days=1), ["4165550199"], "version_older"),
        ("416", VERSION, ["phone"], "empty_list"),
        ("416", VERSION, [], "empty_list"),
    ],
)
def test_what_cannot_be_a_version_changes_nothing(
    db: Database, area: str, version: date, lines: list[str], code: str
) -> None:
    """Each with its own reason."""
    _import(db, ["4165550199"])

    with pytest.raises(DomainError) as refused:
        _import(db, lines, area=area, version=version)

    assert refused.value.code == code
    with db.read() as tx:
        assert dncl.listed(tx, [("416", LISTED)], KEY) == {LISTED}


def test_a_list_is_never_held_whole(db: Database) -> None:
    """It is read once, line by line, in batches."""
    numbers = (f"416{number:07d}" for number in range(2_000_000, 2_000_000 + 2 * dncl.BATCH + 7))

    def lines() -> Iterator[str]:
        yield from chain(["phone"], numbers)

    assert do_not_call.take_in(db, KEY, "416", VERSION, lines(), NOON).numbers == 2 * dncl.BATCH + 7


def _call(db: Database, team: Team, phone: str, days: int = 0) -> tuple[gate.Facts, gate.Verdict]:
    lead = steps.opened(db, team, key=phone, phone=phone)
    with db.write() as tx:
        # Without any ground: an exemption would let a listed number be called.
        tx.execute(tables.consents.delete())
        send = gating.Send(lead.contact.contact_id, phone, lead, Channel.CALL, Purpose.LADDER, actor="system")
        return gating.decide(tx, team, [send], NOON + timedelta(days=days))[0]


def test_a_listed_number_is_not_called_and_a_clear_one_is(db: Database, keyed: Team) -> None:
    """Each area by its own copy; without one the receipt says that nobody looked."""
    _import(db, ["4165550199"])

    (facts, listed), (_, clear), (_, elsewhere) = (_call(db, keyed, each) for each in (LISTED, CLEAR, ELSEWHERE))

    assert (facts.dncl, facts.national_list_checked_on) == (DnclStatus.LISTED, VERSION)
    assert listed == gate.Refuse(gate.Reason.NATIONAL_LIST, "dncl.register")
    assert isinstance(clear, gate.Allow)
    assert "no_national_list" not in clear.notes
    assert isinstance(elsewhere, gate.Allow)
    assert "no_national_list" in elsewhere.notes


@pytest.mark.parametrize(("days", "held"), [(17, False), (18, True)], ids=["31 days old", "32 days old"])
def test_an_old_copy_holds_calls(db: Database, keyed: Team, days: int, *, held: bool) -> None:
    """Thirty-one days, counted from the list's own date: 10 November serves to 11 December."""
    _import(db, ["4165550100"])

    _facts, verdict = _call(db, keyed, LISTED, days)

    assert (verdict == gate.Hold(gate.Reason.NATIONAL_LIST_STALE, None, "dncl.fresh")) is held


@pytest.mark.parametrize("key", [None, b"another key, as long as the first"], ids=["no key", "another key"])
def test_a_copy_nobody_can_read_holds_calls(db: Database, team: Team, key: bytes | None) -> None:
    """With the wrong key every number would look clear."""
    _import(db, ["4165550199"])

    _facts, verdict = _call(db, replace(team, hash_key=key), LISTED)

    assert verdict == gate.Hold(gate.Reason.NATIONAL_LIST_UNCHECKED, None, "dncl.register")


def test_looking_up_fifty_numbers_takes_as_many_statements_as_one(db: Database, keyed: Team) -> None:
    """Set-based, whatever the batch."""
    _import(db, ["4165550199"])
    _import(db, ["5145550142"], area="514")
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    with db.read() as tx:
        event.listen(tx, "before_cursor_execute", note)
        sizes = []
        for many in (1, 50):
            counted.clear()
            found = do_not_call.look_up(tx, keyed, {f"+1416555{number:04d}" for number in range(many)})
            sizes.append((len(found), len(counted)))

    assert [found for found, _ in sizes] == [1, 50]
    assert sizes[0][1] == sizes[1][1] == 3


def test_the_state_names_what_is_old_and_what_has_no_copy(db: Database, keyed: Team) -> None:
    """By area code, for doctor and status."""
    steps.opened(db, keyed, key="a", phone=LISTED)
    steps.opened(db, keyed, key="b", phone=ELSEWHERE)
    _import(db, ["4165550199"])

    with db.read() as tx:
        now, later = (do_not_call.state(tx, KEY, NOON + timedelta(days=days)) for days in (0, 18))

    assert (now.stale, now.without_copy, now.key_problem) == ((), ("514",), None)
    assert later.stale == ("416",)
