"""Cards are projections: coalesced, paced, in order."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from storage import cards, posts
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
    return [card.subject for card in posts.take_stale(tx, wall, now=wall, owner="w", lease=LEASE)]


def test_a_channel_gets_one_post_a_second(tx: Tx) -> None:
    """The second card of a channel waits its turn; another channel does not."""
    for subject, channel in (("1", "C1"), ("2", "C1"), ("3", "C2")):
        cards.mark(tx, "lead", subject, NOON, channel=channel)

    taken = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    assert sorted(card.subject for card in taken) == ["1", "3"]
    for card in taken:
        posts.posted(tx, card, NOON, ts="1.1")
    assert _take(tx, NOON) == []
    assert _take(tx, NOON + SECOND) == ["2"]


def test_many_changes_make_one_edit(tx: Tx) -> None:
    """A card that changes while it is posted stays stale once, not three times."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    (card,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    for _ in range(3):
        cards.mark(tx, "lead", 1, NOON)
    posts.posted(tx, card, NOON, ts="1.1")

    (again,) = posts.take_stale(tx, NOON + SECOND, now=NOON + SECOND, owner="w", lease=LEASE)
    posts.posted(tx, again, NOON, ts=None)

    assert again.ts == "1.1"
    assert _take(tx, NOON + 2 * SECOND) == []


def test_a_thread_waits_for_its_first_message(tx: Tx) -> None:
    """What hangs under a card is posted only after it, under its name."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    cards.mark(tx, "reply", 7, NOON, channel="C1", parent=("lead", 1))
    (root,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    before = _take(tx, NOON + SECOND)
    posts.posted(tx, root, NOON, ts="1.1")

    (reply,) = posts.take_stale(tx, NOON + 2 * SECOND, now=NOON + 2 * SECOND, owner="w", lease=LEASE)

    assert before == []
    assert (reply.subject, reply.thread_ts) == ("7", "1.1")


def test_new_cards_come_before_edits(tx: Tx) -> None:
    """A person waiting for a first card is served before a card that only changed."""
    cards.mark(tx, "lead", "old", NOON, channel="C1")
    (old,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    posts.posted(tx, old, NOON, ts="1.1")
    cards.mark(tx, "lead", "old", NOON)
    cards.mark(tx, "lead", "new", NOON, channel="C1")

    assert _take(tx, NOON + SECOND) == ["new"]


def test_a_lost_worker_gives_the_card_back_after_its_lease(tx: Tx) -> None:
    """Nothing posted is nothing lost."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)

    assert _take(tx, NOON + SECOND) == []
    assert _take(tx, NOON + LEASE + SECOND) == ["1"]


def test_retry_after_holds_the_whole_channel(tx: Tx) -> None:
    """Slack's word on pacing is obeyed."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    (card,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    posts.retry_later(tx, card, "ratelimited", until=None, counted=False)
    posts.slow_down(tx, "C1", NOON + timedelta(seconds=20))
    cards.mark(tx, "lead", 2, NOON, channel="C1")

    assert _take(tx, NOON + timedelta(seconds=19)) == []
    (again,) = posts.take_stale(tx, NOON + timedelta(seconds=20, milliseconds=1), now=NOON, owner="w", lease=LEASE)
    assert (again.subject, again.attempts, again.in_doubt_since) == ("1", 0, None)


def test_marking_what_was_never_posted_anywhere_makes_no_card(tx: Tx) -> None:
    """Without a channel a mark only touches what exists."""
    cards.mark(tx, "call", 5, NOON)

    assert cards.waiting(tx) == 0


def test_a_private_note_is_left_once(tx: Tx) -> None:
    """The same key tells a person once."""
    for _ in range(2):
        cards.tell(tx, "click:1", "C1", "U1", "Needs someone else", NOON)

    (note,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)

    assert (note.only_for, note.payload["text"]) == ("U1", "Needs someone else")
    assert _take(tx, NOON + SECOND) == []


def test_a_channel_waits_while_one_of_its_cards_is_being_posted(tx: Tx) -> None:
    """Two processes must not overtake each other; when one is lost, the channel goes on after the lease."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    cards.mark(tx, "lead", 2, NOON, channel="C1")
    _take(tx, NOON)

    assert _take(tx, NOON + SECOND) == []
    assert _take(tx, NOON + LEASE + SECOND) == ["1"]


def test_a_first_post_that_was_begun_and_never_settled_is_in_doubt(tx: Tx) -> None:
    """A process that dies in between leaves the moment at which to begin looking."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    (first,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    (again,) = posts.take_stale(tx, NOON + 2 * LEASE, now=NOON + 2 * LEASE, owner="w", lease=LEASE)

    assert first.in_doubt_since is None
    assert again.in_doubt_since == NOON


def test_an_edit_is_never_in_doubt(tx: Tx) -> None:
    """It may be made twice."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    (card,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    posts.posted(tx, card, NOON, ts="1.1")
    cards.mark(tx, "lead", 1, NOON)
    _take(tx, NOON + SECOND)
    (again,) = posts.take_stale(tx, NOON + 2 * LEASE, now=NOON, owner="w", lease=LEASE)

    assert again.in_doubt_since is None


def test_two_hundred_changes_make_one_edit(tx: Tx) -> None:
    """However often a lead changes before its turn, its card is drawn once more."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    (card,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    posts.posted(tx, card, NOON, ts="1.1")
    for _ in range(200):
        cards.mark(tx, "lead", 1, NOON)
    (edit,) = posts.take_stale(tx, NOON + SECOND, now=NOON, owner="w", lease=LEASE)
    posts.posted(tx, edit, NOON, ts=None)

    assert cards.waiting(tx) == 0


def test_an_edit_does_not_starve_behind_new_cards(tx: Tx) -> None:
    """With a new card every second, an edit is shown half a minute late and not later."""
    cards.mark(tx, "lead", "old", NOON, channel="C1")
    (old,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    posts.posted(tx, old, NOON, ts="1.1")
    cards.mark(tx, "lead", "old", NOON)
    shown = []
    for number in range(40):
        now = NOON + number * SECOND
        cards.mark(tx, "lead", number, now, channel="C1")
        for card in posts.take_stale(tx, now, now=now, owner="w", lease=LEASE):
            posts.posted(tx, card, now, ts="1.2")
            shown.append(card.subject)

    late = posts.PATIENCE // SECOND
    assert late - 1 <= shown.index("old") <= late + 1
    assert [subject for subject in shown if subject != "old"] == [str(n) for n in range(len(shown) - 1)]


def test_a_card_whose_parent_was_given_up_stands_by_itself(tx: Tx) -> None:
    """A seller's text is shown even where the lead's card could not be."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    cards.mark(tx, "reply", 7, NOON, channel="C1", parent=("lead", 1))
    (root,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    posts.give_up(tx, root, "invalid_blocks")

    (reply,) = posts.take_stale(tx, NOON + SECOND, now=NOON, owner="w", lease=LEASE)

    assert (reply.subject, reply.thread_ts) == ("7", None)
    assert cards.refused(tx) == 1


def test_what_does_not_fit_follows_in_the_thread_and_is_redrawn_with_its_card(tx: Tx) -> None:
    """Three parts make two cards of their own; a card that shrinks has them redrawn too."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    (whole,) = posts.take_stale(tx, NOON, now=NOON, owner="w", lease=LEASE)
    posts.posted(tx, whole, NOON, ts="1.1")
    cards.continue_in_thread(tx, whole, 3, NOON)
    seen = []
    for number in range(1, 4):
        wall = NOON + number * SECOND
        for card in posts.take_stale(tx, wall, now=NOON, owner="w", lease=LEASE):
            posts.posted(tx, card, NOON, ts=f"1.{number}")
            seen.append((card.kind, card.thread_ts, dict(card.payload)))
    cards.continue_in_thread(tx, whole, 1, NOON)

    assert seen == [
        ("more", "1.1", {"kind": "lead", "subject": "1", "part": 2}),
        ("more", "1.1", {"kind": "lead", "subject": "1", "part": 3}),
    ]
    assert cards.waiting(tx) == 2


def test_a_turn_that_a_wrong_clock_wrote_is_void_once_the_clock_is_put_back(tx: Tx) -> None:
    """The alert about the clock must not wait for the hour the clock was ahead."""
    cards.mark(tx, "lead", 1, NOON, channel="C1")
    cards.mark(tx, "lead", 2, NOON, channel="C1")
    assert _take(tx, NOON + timedelta(hours=1)) == ["1"]

    assert _take(tx, NOON) == ["1"]
