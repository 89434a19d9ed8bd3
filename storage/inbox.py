"""What has already come in: the first insert wins, every copy of it does nothing."""

from datetime import datetime

from storage.dialect import insert_or_ignore
from storage.tables import inbox
from storage.unit import Tx


def accept(tx: Tx, key: str, now: datetime) -> bool:
    """Note that the thing called ``key`` arrived, in the transaction of its effect.

    Returns:
        False when it had arrived before: the caller then changes nothing.
    """
    return insert_or_ignore(tx, inbox, {"key": key, "received_at": now})
