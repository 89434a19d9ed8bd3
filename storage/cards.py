"""Slack messages as projections: which there are, which are out of date, where they stand.

A flow only marks a card; what it shows is drawn by ``bot.views`` from the state at posting time. How cards reach Slack
is written down by ``storage.posts``.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update

from storage.dialect import insert_or_ignore
from storage.posts import Card
from storage.tables import DEAD_CARDS, STALE_CARDS, cards
from storage.unit import Tx

MORE = "more"
"""The kind of what did not fit into one message: it hangs in the thread and is drawn from the card it belongs to."""


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
    if tx.execute(update(cards).where(where).values(_changed(now))).rowcount or channel is None:
        return
    _insert(tx, kind, subject, now, channel=channel, parent_id=_id_of(tx, parent), only_for=None, payload={})


def mark_all(tx: Tx, kind: str, subjects: Collection[object], now: datetime) -> None:
    """Say that several cards of one kind no longer show the truth; those that do not exist yet stay so."""
    if subjects:
        where = (cards.c.kind == kind) & cards.c.subject.in_([str(subject) for subject in subjects])
        tx.execute(update(cards).where(where).values(_changed(now)))


def announce(tx: Tx, key: str, channel: str, sentence: str, now: datetime) -> None:
    """Say one sentence to a whole channel; the same ``key`` says it once."""
    payload = {"text": sentence}
    _insert(tx, "notice", key, now, channel=channel, parent_id=None, only_for=None, payload=payload)


def tell(
    tx: Tx,
    key: str,
    channel: str,
    slack_id: str,
    sentence: str,
    now: datetime,
    button: Mapping[str, str] | None = None,
) -> None:
    """Leave a private note for one person in a channel; ``key`` keeps a repeated request from telling twice.

    Args:
        button: ``label``, ``action_id`` and ``value`` of a button under it.
    """
    payload = {"text": sentence, **({"button": dict(button)} if button else {})}
    _insert(tx, "notice", key, now, channel=channel, parent_id=None, only_for=slack_id, payload=payload)


def continue_in_thread(tx: Tx, card: Card, parts: int, now: datetime) -> None:
    """Have what did not fit into a card's message follow in its thread.

    Args:
        parts: messages the card takes as it looks now, the first included; what was there beyond them is redrawn too.
    """
    own = (cards.c.kind == MORE) & cards.c.subject.like(f"{card.card_id}:%")
    known = set(tx.execute(select(cards.c.subject).where(own)).scalars())
    tx.execute(update(cards).where(own).values(_changed(now)))
    for part in range(2, parts + 1):
        subject = f"{card.card_id}:{part}"
        if subject not in known:
            payload = {"kind": card.kind, "subject": card.subject, "part": part}
            root = card.parent_id or card.card_id
            _insert(tx, MORE, subject, now, channel=card.channel, parent_id=root, only_for=None, payload=payload)


def find(tx: Tx, kind: str, subject: object) -> tuple[str, str] | None:
    """Return channel and ts of a posted card, or None."""
    query = select(cards.c.channel, cards.c.ts).where(cards.c.kind == kind, cards.c.subject == str(subject))
    row = tx.execute(query).one_or_none()
    return None if row is None or row.ts is None else (row.channel, row.ts)


def waiting(tx: Tx) -> int:
    """Return how many cards Slack does not show as they are."""
    return tx.execute(select(func.count()).select_from(cards).where(STALE_CARDS)).scalar_one()


def dead(tx: Tx) -> int:
    """Return how many cards were given up and show something old, or nothing."""
    return tx.execute(select(func.count()).select_from(cards).where(DEAD_CARDS)).scalar_one()


def refused(tx: Tx) -> int:
    """Return how many cards Slack would not take; private notes, which nobody can mend, are not among them."""
    where = ~cards.c.stale & cards.c.error.is_not(None) & cards.c.only_for.is_(None)
    return tx.execute(select(func.count()).where(where)).scalar_one()


def _changed(now: datetime) -> dict[str, Any]:
    since = case((cards.c.stale, cards.c.stale_since), else_=now)
    # What failed with the old state may go well with the new one.
    return {"stale": True, "stale_since": since, "revision": cards.c.revision + 1, "claims": 0, "dead": False}


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
        "stale_since": now,
        "created_at": now,
    }
    insert_or_ignore(tx, cards, values)


def _id_of(tx: Tx, parent: tuple[str, object] | None) -> int | None:
    if parent is None:
        return None
    kind, subject = parent
    query = select(cards.c.id).where(cards.c.kind == kind, cards.c.subject == str(subject))
    return tx.execute(query).scalar_one_or_none()
