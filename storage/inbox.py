"""What has already come in: the first insert wins, every copy of it does nothing."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from storage.dialect import insert_or_ignore
from storage.tables import inbox
from storage.unit import Tx


def accept(tx: Tx, key: str, now: datetime) -> bool:
    """Note that the thing called ``key`` arrived, in the transaction of its effect.

    Returns:
        False when it had arrived before: the caller then changes nothing.
    """
    return insert_or_ignore(tx, inbox, {"key": key, "received_at": now})


def unknown(tx: Tx, keys: Collection[str]) -> frozenset[str]:
    """Return those of ``keys`` that have not arrived yet."""
    known = tx.execute(select(inbox.c.key).where(inbox.c.key.in_(keys))).scalars()
    return frozenset(keys) - frozenset(known)
