"""How one message may change state, what the provider's words mean, and how long to wait or let it live.

Decides states and delays only. Who may be written to is decided in ``domain.gate``; the error codes are in
``domain.delivery_errors``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from types import MappingProxyType

from domain.model import MessageState

BACKOFF_BASE_SECONDS = 5
"""Longest first wait after a hand-over that provably did not happen."""

BACKOFF_CAP = timedelta(minutes=15)
"""Longest wait between two tries: 5 s, 10 s, 20 s … 640 s, then 900 s."""

VALIDITY_CAP_SECONDS = 36_000
"""Longest time the provider may keep a text queued: 10 hours.

Source: https://www.twilio.com/docs/api/errors/90007
"""

VALIDITY_FLOOR_SECONDS = 60
"""With less left than this, a text is not handed over: at one segment a second it could be queued past the close."""

RANK: Mapping[MessageState, int] = MappingProxyType(
    {
        MessageState.HELD: 0,
        MessageState.READY: 0,
        MessageState.DEAD: 0,
        MessageState.DISPATCHING: 1,
        MessageState.UNKNOWN: 2,
        MessageState.NEEDS_PERSON: 2,
        MessageState.ACCEPTED: 3,
        MessageState.SENT: 4,
        MessageState.DELIVERED: 5,
        MessageState.UNDELIVERED: 5,
        MessageState.FAILED: 5,
        MessageState.REFUSED: 5,
        MessageState.EXPIRED: 5,
        MessageState.CANCELLED: 5,
    }
)
"""How far along each state is. Reports arrive out of order, so a lower rank never replaces a higher one.

Source: https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

TERMINAL: frozenset[MessageState] = frozenset(state for state, rank in RANK.items() if rank == max(RANK.values()))
"""States nothing leads out of."""

PLANNED: frozenset[MessageState] = frozenset({MessageState.HELD, MessageState.READY})
"""Nothing has left: a STOP, a pause or an edit can still cancel it."""

IN_FLIGHT: frozenset[MessageState] = frozenset({MessageState.DISPATCHING, MessageState.UNKNOWN})
"""Handed over, or perhaps so, and no proof yet: at most one such message per recipient."""

HANDED_OVER: frozenset[MessageState] = frozenset({MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED})
"""The provider has it: it counts against caps and consents."""

TWILIO_STATUS: Mapping[str, MessageState] = MappingProxyType(
    {
        "accepted": MessageState.ACCEPTED,
        "scheduled": MessageState.ACCEPTED,
        "queued": MessageState.ACCEPTED,
        "sending": MessageState.ACCEPTED,
        "sent": MessageState.SENT,
        "delivered": MessageState.DELIVERED,
        "undelivered": MessageState.UNDELIVERED,
        "failed": MessageState.FAILED,
        "canceled": MessageState.CANCELLED,
    }
)
"""The provider's status words in ours.

Source: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
"""

MOVES: Mapping[MessageState, frozenset[MessageState]] = MappingProxyType(
    {
        MessageState.HELD: frozenset(
            {
                MessageState.READY,
                MessageState.REFUSED,
                MessageState.EXPIRED,
                MessageState.CANCELLED,
                MessageState.DEAD,
            }
        ),
        MessageState.READY: frozenset(
            {
                MessageState.HELD,
                MessageState.DISPATCHING,
                MessageState.REFUSED,
                MessageState.EXPIRED,
                MessageState.CANCELLED,
                MessageState.DEAD,
            }
        ),
        MessageState.DEAD: frozenset({MessageState.READY, MessageState.CANCELLED}),
        MessageState.DISPATCHING: frozenset(
            {MessageState.HELD, MessageState.READY, MessageState.UNKNOWN, MessageState.ACCEPTED, MessageState.REFUSED}
        ),
        MessageState.UNKNOWN: frozenset(
            {MessageState.HELD, MessageState.READY, MessageState.NEEDS_PERSON, MessageState.ACCEPTED}
        ),
        MessageState.NEEDS_PERSON: frozenset(
            {MessageState.HELD, MessageState.READY, MessageState.ACCEPTED, MessageState.CANCELLED}
        ),
    }
)
"""Moves we make ourselves; the provider's reports go through ``advance``. Only proof of not being sent leads back."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one word from the provider does to a message.

    Attributes:
        state: state afterwards; the old one when the report changes nothing.
        known: False when the word is not in our table; worth a warning, never a change.
        contradicts: True when a final state was already recorded and the report says otherwise; kept as evidence.
    """

    state: MessageState
    known: bool
    contradicts: bool


def may_move(current: MessageState, wanted: MessageState) -> bool:
    """Tell whether we may move a message ourselves, without a report from the provider."""
    return wanted in MOVES.get(current, frozenset())


def advance(current: MessageState, reported: MessageState) -> MessageState:
    """Return the further of two states; a final state, being of the highest rank, stays whatever is reported later.

    Args:
        current: state on record.
        reported: what the provider says, translated.
    """
    return reported if RANK[reported] > RANK[current] else current


def read_report(current: MessageState, status: str) -> Report:
    """Apply the provider's status word to a message.

    Args:
        current: state on record.
        status: the word as it arrived, for example ``delivered``; anything at all.
    """
    reported = TWILIO_STATUS.get(status.strip().lower())
    if reported is None:
        return Report(current, known=False, contradicts=False)
    contradicts = current in TERMINAL and reported in TERMINAL and reported is not current
    return Report(advance(current, reported), known=True, contradicts=contradicts)


def backoff(attempt: int, jitter: float) -> timedelta:
    """Return how long to wait before the next try: full jitter over 5 s x 2^attempt, at most 15 minutes.

    Args:
        attempt: tries already made that provably sent nothing, from 0.
        jitter: a random number from 0 to 1, drawn by the caller.

    Raises:
        ValueError: an argument is out of range.

    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ (full jitter).
    """
    if attempt < 0 or not 0.0 <= jitter <= 1.0:
        message = f"attempt {attempt} or jitter {jitter} is out of range"
        raise ValueError(message)
    longest_doubling = 10  # 5 s x 2^10 is beyond the cap; without this a large attempt overflows.
    ceiling = min(BACKOFF_CAP, timedelta(seconds=BACKOFF_BASE_SECONDS * 2 ** min(attempt, longest_doubling)))
    return ceiling * jitter


def validity_left(seconds: int, late: timedelta) -> int | None:
    """Return what is left of a validity when the hand-over begins only now.

    Args:
        seconds: as granted when the hand-over was committed.
        late: time gone by since then.

    Returns:
        Whole seconds, at least 60; None when less remain and the text must not be handed over.
    """
    left = seconds - ceil(max(0.0, late.total_seconds()))
    return left if left >= VALIDITY_FLOOR_SECONDS else None


def validity_seconds(now: datetime, window_closes_at: datetime | None, send_before: datetime) -> int | None:
    """Return how long the provider may keep the text, so that it cannot leave after the window has closed.

    Args:
        now: instant of hand-over, aware UTC.
        window_closes_at: when the recipient's window closes, aware UTC; None when no window applies.
        send_before: when the text goes stale, aware UTC.

    Returns:
        Whole seconds, from 60 to 36,000; None when less than 60 remain and the text must not be handed over.
    """
    latest = send_before if window_closes_at is None else min(window_closes_at, send_before)
    remaining = int((latest - now).total_seconds())
    if remaining < VALIDITY_FLOOR_SECONDS:
        return None
    return min(VALIDITY_CAP_SECONDS, remaining)
