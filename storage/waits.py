"""Whether a wait in real time is over: a lease, a back-off, a channel's turn."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_

from domain import claims


def over(until: ColumnElement[Any], wall: datetime) -> ColumnElement[bool]:
    """Return the condition that nothing is waited for any more.

    A wait longer than any that is ever granted was written by a clock that has since been put back: it is void, or
    everything it stands on would lie still until the clock is there again.
    """
    return or_(until.is_(None), until < wall, until > wall + claims.LONGEST_WAIT)
