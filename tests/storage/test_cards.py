"""Cards are projections: coalesced, paced, in order."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from storage import cards
from storage.unit import Database, Tx
from tests.support.builders import NOON

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=2)


@pytest.fixture
def tx(database_url: str) -> Iterator[Tx]:
    """Return a transaction on a fresh schema."""
    database = Database.open(database_url)
    with database.write() as connection:
        yield connection
    database.close()


def _take(tx: Tx, wall: datetime) -> list[str]:
    return [card.subject for card in cards.take_stale(tx, wall, now=wall, owner="w", lease=LEASE)]


def test_a_channel_gets_one_post_a_second(tx: Tx) -> None:
    """The second card of a channel waits its turn; another channel does not."""
    for subject, channel in (("1", "C1"), ("2", "C1"), ("3", "C2")):
        cards.mark(tx, "lead", subject, NOON, channel=channel)

    assert sorted(_take(tx, NOON)) == ["1", "3"]
    assert _take(tx, NOON) == []
    assert _take(tx, NOON + SECOND) == ["2"]


def test_many_changes_make_one_edit(tx: Tx) -> None:
    """A card that changes while it is posted stays stale once, not three times."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    (card,) = cards.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    for _ in range(3):
        cards.mark(tx, "lead", 1, NOON)
    cards.posted(tx, card, NOON, ts="1.1")

    (again,) = cards.take_stale(tx, NOON + SECOND, now=NOON + SECOND, owner="w", lease=LEASE)
    cards.posted(tx, again, NOON, ts=None)

    assert again.ts == "1.1"
    assert _take(tx, NOON + 2 * SECOND) == []


def test_a_thread_waits_for_its_first_message(tx: Tx) -> None:
    """What hangs under a card is posted only after it, under its name."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    cards.mark(tx, "reply", 7, NOON, channel="C1", parent=("lead", 1))
    (root,) = cards.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    before = _take(tx, NOON + SECOND)
    cards.posted(tx, root, NOON, ts="1.1")

    (reply,) = cards.take_stale(tx, NOON + 2 * SECOND, now=NOON + 2 * SECOND, owner="w", lease=LEASE)

    assert before == []
    assert (reply.subject, reply.thread_ts) == ("7", "1.1")


def test_new_cards_come_before_edits(tx: Tx) -> None:
    """A person waiting for a first card is served before a card that only changed."""
    cards.mark(tx, "lead", "old", NOON, channel="C1")
    (old,) = cards.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    cards.posted(tx, old, NOON, ts="1.1")
    cards.mark(tx, "lead", "old", NOON)
    cards.mark(tx, "lead", "new", NOON, channel="C1")

    assert _take(tx, NOON + SECOND) == ["new"]


def test_a_lost_worker_gives_the_card_back_after_its_lease(tx: Tx) -> None:
    """Nothing posted is nothing lost."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    cards.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)

    assert _take(tx, NOON + SECOND) == []
    assert _take(tx, NOON + LEASE + SECOND) == ["1"]


def test_retry_after_holds_the_whole_channel(tx: Tx) -> None:
    """Slack's word on pacing is obeyed."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    cards.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    cards.slow_down(tx, "C1", NOON + timedelta(seconds=20))
    cards.mark(tx, "lead", 2, NOON, channel="C1")

    assert _take(tx, NOON + timedelta(seconds=19)) == []
    assert _take(tx, NOON + timedelta(seconds=21)) == ["2"]


def test_marking_what_was_never_posted_anywhere_makes_no_card(tx: Tx) -> None:
    """Without a channel a mark only touches what exists."""
    cards.mark(tx, "call", 5, NOON)

    assert cards.waiting(tx) == 0


def test_a_private_note_is_left_once(tx: Tx) -> None:
    """The same key tells a person once."""
    for _ in range(2):
        cards.tell(tx, "click:1", "C1", "U1", "Needs someone else", NOON)

    (note,) = cards.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)

    assert (note.only_for, note.payload["text"]) == ("U1", "Needs someone else")
    assert _take(tx, NOON + SECOND) == []
