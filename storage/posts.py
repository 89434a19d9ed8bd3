"""Cards on their way to Slack: which may be posted now, who posts them, and what is known afterwards.

Pacing and leases use real time (``wall``), because Slack does not follow a sandbox's movable clock. A first post is
written down before a byte leaves (``attempt_began_at``) and crossed out when its outcome is known. A card that is taken
with the line still standing is in doubt: its message may be in the channel already.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Case, Select, case, or_, select, update

from storage import waits
from storage.dialect import insert_or_ignore, skip_locked
from storage.tables import STALE_CARDS, cards, channel_pace
from storage.unit import Tx

PACE = timedelta(seconds=1.05)
"""chat.postMessage: one message a second a channel (docs.slack.dev/apis/web-api/rate-limits), and a little."""

PATIENCE = timedelta(seconds=30)
"""New cards go before edits, but whatever has waited longer than this goes first, so that neither starves the other."""

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
        attempts: tries since it last succeeded, this one not counted.
        claims: how often it was taken since and nothing is known to have come of it, this time not counted.
        parent_id: the card whose thread it hangs in, or None.
        in_doubt_since: when a first post was begun whose outcome nobody knows, or None.
        may_repeat: whether its text says that it may be a repeat.
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
    claims: int = 0
    parent_id: int | None = None
    in_doubt_since: datetime | None = None
    may_repeat: bool = False


def any_stale(tx: Tx, wall: datetime) -> bool:
    """Tell, without a lock, whether ``take_stale`` would find a card."""
    return tx.execute(_stale(wall).limit(1)).first() is not None


def take_stale(tx: Tx, wall: datetime, *, now: datetime, owner: str, lease: timedelta) -> tuple[Card, ...]:
    """Claim at most one stale card of each channel whose pace allows a post now.

    What waited longest comes first beyond ``PATIENCE``; before that new cards come before edits. A card in a thread
    waits until its parent is posted, or was given up: then it stands in the channel by itself. While a card of a
    channel is being posted somewhere, its channel waits, so that the order holds with several processes too.
    """
    query = _stale(wall).order_by(_rank(now), cards.c.stale_since, cards.c.id).limit(SCAN)
    first = {row.channel: row for row in reversed(tx.execute(skip_locked(tx, query, of=cards)).all())}
    taken = [row for row in first.values() if take_turn(tx, row.channel, wall)]
    if taken:
        _lease(tx, [row.id for row in taken], now, owner=owner, until=wall + lease)
    return tuple(_card_from(row) for row in taken)


def _stale(wall: datetime) -> Select[Any]:
    parent = cards.alias("parent")
    return (
        select(cards, parent.c.ts.label("thread_ts"))
        .outerjoin(parent, parent.c.id == cards.c.parent_id)
        .outerjoin(channel_pace, channel_pace.c.channel == cards.c.channel)
        .where(
            STALE_CARDS,
            waits.over(cards.c.lease_until, wall),
            or_(cards.c.parent_id.is_(None), parent.c.ts.is_not(None), ~parent.c.stale),
            waits.over(channel_pace.c.next_at, wall),
            cards.c.channel.not_in(_busy_channels(wall)),
        )
    )


def keep_lease(tx: Tx, card: Card, wall: datetime, *, owner: str, lease: timedelta) -> bool:
    """Prolong the lease of a card that was taken; False when it has run out."""
    where = (cards.c.id == card.card_id) & (cards.c.lease_owner == owner) & (cards.c.lease_until >= wall)
    return tx.execute(update(cards).where(where).values(lease_until=wall + lease)).rowcount == 1


def posted(tx: Tx, card: Card, now: datetime, *, ts: str | None) -> None:
    """Note that Slack shows this revision; a change made meanwhile leaves the card stale."""
    values = {"ts": ts or card.ts, "attempts": 0, "error": None, "stale_since": now, **_SETTLED}
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(values))
    unchanged = (cards.c.id == card.card_id) & (cards.c.revision == card.revision)
    tx.execute(update(cards).where(unchanged).values(stale=False))


def adopt(tx: Tx, card: Card, ts: str) -> None:
    """Keep the name of a message that was found in the channel; what it shows is seen to by an edit."""
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(ts=ts, attempt_began_at=None))


def begin_again(tx: Tx, card: Card, now: datetime, *, may_repeat: bool, lease_until: datetime) -> None:
    """Note that a card in doubt is posted once more.

    Args:
        lease_until: real time until when nobody else takes it.
        may_repeat: nobody could prove that the first try came to nothing.
    """
    values = {"attempt_began_at": now, "may_repeat": may_repeat, "lease_until": lease_until}
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(values))


def doubt(tx: Tx, card: Card, error: str, *, until: datetime | None) -> None:
    """Keep a card stale, and in doubt: its first post may have reached Slack.

    Args:
        until: real time before which it is not looked at; None when its whole channel waits instead.
    """
    _release(tx, card, error=error, lease_until=until)


def step_aside(tx: Tx, card: Card, error: str, *, until: datetime) -> None:
    """Keep a card that could not be tried at all as it was before it was taken, for a while; that counts against it."""
    _release(tx, card, error=error, lease_until=until, attempt_began_at=card.in_doubt_since, claims=card.claims + 1)


def break_off(tx: Tx, card: Card, error: str, *, until: datetime, counted: bool = True) -> None:
    """Keep a card stale whose try broke off, nobody knows where: its first post stays in doubt.

    Args:
        counted: whether that counts against the card.
    """
    _release(tx, card, error=error, lease_until=until, claims=card.claims + counted)


def give_back(tx: Tx, taken: Collection[Card]) -> None:
    """Let cards go that were taken and not begun, as they were before."""
    for card in taken:
        _release(
            tx,
            card,
            lease_until=None,
            attempt_began_at=card.in_doubt_since,
            attempts=card.attempts,
            claims=card.claims,
        )


def bury(tx: Tx, card: Card, error: str | None) -> bool:
    """Give a card up that failed time and again; a first post in doubt stays so for whoever tries anew.

    Returns:
        False when its subject has changed meanwhile: then it is tried anew.
    """
    same = (cards.c.id == card.card_id) & (cards.c.revision == card.revision)
    told = {} if error is None else {"error": error}
    values = {"lease_owner": None, "lease_until": None, "stale": False, "dead": True, **told}
    return tx.execute(update(cards).where(same).values(values)).rowcount == 1


def retry_later(tx: Tx, card: Card, error: str, *, until: datetime | None, counted: bool = True) -> None:
    """Keep a card stale that has provably not reached Slack.

    Args:
        until: real time before which it is not looked at; None when its whole channel waits instead.
        counted: whether it was a failure of this card.
    """
    uncounted = {} if counted else {"attempts": card.attempts}
    _release(tx, card, error=error, lease_until=until, attempt_began_at=None, **uncounted)


def forget_post(tx: Tx, card: Card) -> None:
    """Post the card anew, because somebody deleted what we had posted."""
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(ts=None, **_SETTLED))


def forget_thread(tx: Tx, card: Card, now: datetime) -> None:
    """Post a card's parent anew, because somebody deleted it; the card waits for it."""
    _release(tx, card, lease_until=None, attempt_began_at=None)
    tx.execute(update(cards).where(cards.c.id == card.parent_id).values(ts=None, stale=True, stale_since=now))


def give_up(tx: Tx, card: Card, error: str) -> None:
    """Stop trying to post this revision; the next change of its subject tries again."""
    values = {"stale": False, "error": error, "attempts": 0, **_SETTLED}
    tx.execute(update(cards).where(cards.c.id == card.card_id).values(values))


def slow_down(tx: Tx, channel: str, until: datetime) -> None:
    """Have one channel wait, as Slack's Retry-After says or to keep its order."""
    tx.execute(update(channel_pace).where(channel_pace.c.channel == channel).values(next_at=until))


def take_turn(tx: Tx, channel: str, wall: datetime, pace: timedelta = PACE) -> bool:
    """Tell whether it is a channel's turn; if it is, the next one comes after ``pace``."""
    free = (channel_pace.c.channel == channel) & waits.over(channel_pace.c.next_at, wall)
    if tx.execute(update(channel_pace).where(free).values(next_at=wall + pace)).rowcount == 1:
        return True
    return insert_or_ignore(tx, channel_pace, {"channel": channel, "next_at": wall + pace})


_SETTLED: Mapping[str, Any] = {"lease_owner": None, "lease_until": None, "attempt_began_at": None, "claims": 0}


def _rank(now: datetime) -> Case[int]:
    return case((cards.c.stale_since <= now - PATIENCE, 0), (cards.c.ts.is_(None), 1), else_=2)


def _busy_channels(wall: datetime) -> Select[tuple[str]]:
    held = cards.alias("held")
    return select(held.c.channel).where(
        held.c.stale, held.c.lease_owner.is_not(None), ~waits.over(held.c.lease_until, wall)
    )


def _lease(tx: Tx, ids: list[int], now: datetime, *, owner: str, until: datetime) -> None:
    first_post = cards.c.ts.is_(None) & cards.c.attempt_began_at.is_(None)
    change = {
        "lease_owner": owner,
        "lease_until": until,
        "attempts": cards.c.attempts + 1,
        "claims": cards.c.claims + 1,
        "attempt_began_at": case((first_post, now), else_=cards.c.attempt_began_at),
    }
    tx.execute(update(cards).where(cards.c.id.in_(ids)).values(change))


def _release(tx: Tx, card: Card, **values: Any) -> None:  # noqa: ANN401 - columns
    tx.execute(update(cards).where(cards.c.id == card.card_id).values({"lease_owner": None, "claims": 0, **values}))


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
        claims=row.claims,
        parent_id=row.parent_id,
        in_doubt_since=row.attempt_began_at,
        may_repeat=row.may_repeat,
    )
