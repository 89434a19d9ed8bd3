"""How often a row may be claimed without a result, and which rows may be tried together.

Pure. A claim is committed before the work it is for, so that a row whose work ends the process is counted too.
"""

from collections.abc import Sequence
from datetime import timedelta

LIMIT = 5
"""Claims without a result after which a row is dead and a person decides."""

LEASE = timedelta(seconds=60)
"""How long a claim holds unless its worker's heartbeat extends it: four times the total deadline of a provider call."""

LONGEST_LEASE = timedelta(minutes=5)
"""How long heartbeats may extend one claim: a living process may have lost hold of a row all the same."""

LONGEST_WAIT = timedelta(minutes=16)
"""More than any lease or wait in real time that is ever granted: a back-off ends after 15 minutes."""

GIVE_BACK = timedelta(seconds=2)
"""When to look again at a row that could not be worked on just now for no fault of its own."""


def exhausted(claims: int) -> bool:
    """Tell whether a row with so many claims and no result is given up."""
    return claims >= LIMIT


def together(waiting: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the rows to be claimed together: the untried ones, or one suspect alone.

    A row that was claimed before and has no result may be what ended its worker. Alone it can only end its own claim;
    in a batch it would take all others into death with it.

    Args:
        waiting: pairs of id and claims so far, the one to be served first in front.
    """
    if not waiting:
        return ()
    first_id, claims = waiting[0]
    if claims:
        return (first_id,)
    return tuple(row_id for row_id, count in waiting if not count)
