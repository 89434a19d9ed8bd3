"""Slack messages as projections: which are out of date, which may be posted now, where they stand.

A flow only marks a card; what it shows is drawn by ``bot.views`` from the state at posting time. Pacing and leases
use real time (``wall``), because Slack does not follow a sandbox's movable clock.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, update

from storage.dialect import insert_or_ignore, skip_locked
from storage.tables import DEAD_CARDS, cards, channel_pace
from storage.unit import Tx

PACE = timedelta(seconds=1.05)
"""chat.postMessage: one message a second a channel (docs.slack.dev/apis/web-api/rate-limits), and a little."""

_ANEW: Mapping[str, Any] = {"stale": True, "attempts": 0, "dead": False}
"""What a change of its subject does to a card; what failed with the old state may go well with the new one."""

SCAN = 500
"""Stale cards looked at in one tick; the next tick takes the rest."""


@dataclass(frozen=True, slots=True)
class Card:
    """One Slack message of ours.

    Attributes:
        kind: which view draws it.
        subject: what it is about, such as a lead's number.
        only_for: Slack user who alone sees it, or None for everybody in the channel.
        thread_ts: the message it hangs under, or None.
        ts: Slack's name for it once posted.
    """

    card_id: int
    kind: str
    subject: str
    channel: str
    only_for: str | None
    thread_ts: str | None
    payload: Mapping[str, Any]
    ts: str | None
    revision: int
    attempts: int


def mark(
    tx: Tx,
    kind: str,
    subject: object,
    now: datetime,
    *,
    channel: str | None = None,
    parent: tuple[str, object] | None = None,
) -> None:
    """Say that a card no longer shows the truth; with ``channel``, make it when it does not exist yet.

    Args:
        parent: kind and subject of the card whose thread it belongs to.
    """
    where = (cards.c.kind == kind) & (cards.c.subject == str(subject))
    change = update(cards).where(where).values(revision=cards.c.revision + 1, **_ANEW)
    if tx.execute(change).rowcount or channel is None:
        return
    _insert(tx, kind, subject, now, channel=channel, parent_id=_id_of(tx, parent), only_for=None, payload={})


def mark_all(tx: Tx, kind: str, subjects: Collection[object]) -> None:
    """Say that several cards of one kind no longer show the truth; those that do not exist yet stay so."""
    if subjects:
        where = (cards.c.kind == kind) & cards.c.subject.in_([str(subject) for subject in subjects])
        tx.execute(update(cards).where(where).values(revision=cards.c.revision + 1, **_ANEW))


def announce(tx: Tx, key: str, channel: str, sentence: str, now: datetime) -> None:
    """Say one sentence to a whole channel; the same ``key`` says it once."""
    payload = {"text": sentence}
    _insert(tx, "notice", key, now, channel=channel, parent_id=None, only_for=None, payload=payload)


def tell(tx: Tx, key: str, channel: str, slack_id: str, sentence: str, now: datetime) -> None:
    """Leave a private note for one person in a channel; ``key`` keeps a repeated request from telling twice."""
    _insert(tx, "notice", key, now, channel=channel, parent_id=None, only_for=slack_id, payload={"text": sentence})


def any_stale(tx: Tx, wall: datetime) -> bool:
    """Tell, without a lock, whether ``take_stale`` would find a card."""
    return tx.execute(_stale(wall).limit(1)).first() is not None


def take_stale(tx: Tx, wall: datetime, *, owner: str, lease: timedelta) -> tuple[Card, ...]:
    """Claim at most one stale card of each channel whose pace allows a post now.

    New cards come before edits, older before newer; a card in a thread waits until its parent is posted.
    """
    query = _stale(wall).order_by(cards.c.ts.is_not(None), cards.c.id).limit(SCAN)
    first = {row.channel: row for row in reversed(tx.execute(skip_locked(tx, query, of=cards)).all())}
    taken = [row for row in first.values() if _take_turn(tx, row.channel, wall)]
    if taken:
        ids = [row.id for row in taken]
        change = {"lease_owner": owner, "lease_until": wall + lease, "attempts": cards.c.attempts + 1}
        tx.execute(update(cards).where(cards.c.id.in_(ids)).values(change))
    return tuple(_card_from(row) for row in taken)


def _stale(wall: datetime) -> Select[Any]:
    parent = cards.alias("parent")
    return (
        select(cards, parent.c.ts.label("thread_ts"))
        .outerjoin(parent, parent.c.id == cards.c.parent_id)
        .outerjoin(channel_pace, channel_pace.c.channel == cards.c.channel)
        .where(
            cards.c.stale,
            or_(cards.c.lease_until.is_(None), cards.c.lease_until < wall),
            or_(cards.c.parent_id.is_(None), parent.c.ts.is_not(None)),
            or_(channel_pace.c.next_at.is_(None), channel_pace.c.next_at <= wall),
        )
    )


def posted(tx: Tx, card: Card, *, ts: str | None) -> None:
    """Note that Slack shows this revision; a change made meanwhile leaves the card stale."""
    values = {"ts": ts or card.ts, "lease_owner": None, "lease_until": None, "attempts": 0, "error": None}
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(values))
    unchanged = (cards.c.id == card.card_id) & (cards.c.revision == card.revision)
    tx.execute(update(cards).where(unchanged).values(stale=False))


def retry_later(tx: Tx, card: Card, error: str, wall: datetime, *, after: timedelta) -> None:
    """Keep a card stale and look at it again after a while, because Slack said so or could not be reached."""
    values = {"lease_owner": None, "lease_until": wall + after, "error": error, "attempts": 0}
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(values))


def forget_post(tx: Tx, card: Card) -> None:
    """Post the card anew, because somebody deleted what we had posted."""
    values = {"ts": None, "lease_owner": None, "lease_until": None, "attempts": 0}
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(values))


def give_up(tx: Tx, card: Card, error: str) -> None:
    """Stop trying to post this revision; the next change of its subject tries again."""
    values = {"lease_owner": None, "lease_until": None, "stale": False, "error": error, "attempts": 0}
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(values))


def failed(tx: Tx, card: Card, error: str, wall: datetime, *, after: timedelta) -> None:
    """Let a card go that could not be drawn; the attempt counts against it."""
    values = {"lease_owner": None, "lease_until": wall + after, "error": error}
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(values))


def bury(tx: Tx, card: Card, error: str | None) -> bool:
    """Give a card up that failed time and again.

    Returns:
        False when its subject has changed meanwhile: then it is tried anew.
    """
    same = (cards.c.id == card.card_id) & (cards.c.revision == card.revision)
    values = {"lease_owner": None, "lease_until": None, "stale": False, "dead": True}
    told = {} if error is None else {"error": error}
    return tx.execute(update(cards).where(same).values({**values, **told})).rowcount == 1


def give_back(tx: Tx, taken: Collection[Card]) -> None:
    """Let cards go that were taken and not begun."""
    if taken:
        whose = cards.c.id.in_([card.card_id for card in taken])
        values = {"lease_owner": None, "lease_until": None, "attempts": cards.c.attempts - 1}
        tx.execute(update(cards).where(whose).values(values))


def dead(tx: Tx) -> int:
    """Return how many cards were given up and show something old, or nothing."""
    return tx.execute(select(func.count()).select_from(cards).where(DEAD_CARDS)).scalar_one()


def slow_down(tx: Tx, channel: str, until: datetime) -> None:
    """Obey Slack's Retry-After for one channel."""
    tx.execute(update(channel_pace).where(channel_pace.c.channel == channel).values(next_at=until))


def find(tx: Tx, kind: str, subject: object) -> tuple[str, str] | None:
    """Return channel and ts of a posted card, or None."""
    query = select(cards.c.channel, cards.c.ts).where(cards.c.kind == kind, cards.c.subject == str(subject))
    row = tx.execute(query).one_or_none()
    return None if row is None or row.ts is None else (row.channel, row.ts)


def waiting(tx: Tx) -> int:
    """Return how many cards Slack does not show as they are."""
    return tx.execute(select(func.count()).where(cards.c.stale)).scalar_one()


def _take_turn(tx: Tx, channel: str, wall: datetime) -> bool:
    free = (channel_pace.c.channel == channel) & (channel_pace.c.next_at <= wall)
    if tx.execute(update(channel_pace).where(free).values(next_at=wall + PACE)).rowcount == 1:
        return True
    return insert_or_ignore(tx, channel_pace, {"channel": channel, "next_at": wall + PACE})


def _insert(
    tx: Tx,
    kind: str,
    subject: object,
    now: datetime,
    *,
    channel: str,
    parent_id: int | None,
    only_for: str | None,
    payload: Mapping[str, Any],
) -> None:
    values = {
        "kind": kind,
        "subject": str(subject),
        "channel": channel,
        "parent_id": parent_id,
        "only_for": only_for,
        "payload": payload,
        "stale": True,
        "created_at": now,
    }
    insert_or_ignore(tx, cards, values)


def _id_of(tx: Tx, parent: tuple[str, object] | None) -> int | None:
    if parent is None:
        return None
    kind, subject = parent
    query = select(cards.c.id).where(cards.c.kind == kind, cards.c.subject == str(subject))
    return tx.execute(query).scalar_one_or_none()


def _card_from(row: Any) -> Card:  # noqa: ANN401 - a row of the query above
    return Card(
        card_id=row.id,
        kind=row.kind,
        subject=row.subject,
        channel=row.channel,
        only_for=row.only_for,
        thread_ts=row.thread_ts,
        payload=row.payload,
        ts=row.ts,
        revision=row.revision,
        attempts=row.attempts,
    )
