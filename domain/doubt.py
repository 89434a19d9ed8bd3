"""A text of which nobody knows whether it left: what a listing at the provider proves, and when a person must decide.

Pure. Who lists, and what happens next, is in ``flows.reconcile``. The rule: a match adopts; two empty listings, five
minutes apart and past the time the provider may keep the text, prove that it never left; anything else waits or asks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FIRST_LOOK = timedelta(seconds=30)
"""How long a status callback, the cheaper proof, gets before the first listing."""

BETWEEN_LOOKS = timedelta(minutes=5)
"""Least distance of two empty listings. A message that is still queued may be missing from one of them: the provider
filters by the day of sending (https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources).
"""

GRACE = timedelta(minutes=1)
"""After the provider's own expiry, for its clock and ours."""


class Finding(StrEnum):
    """What one look means."""

    ADOPT = "adopt"
    WAIT = "wait"
    RESEND = "resend"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known about the attempt in doubt.

    Attributes:
        expires_at: when the provider must have dropped the text if it has it.
        empty_look_at: when a listing was first empty, or None.
        resent: whether the text was sent a second time already; there is no third.
    """

    began_at: datetime
    expires_at: datetime
    empty_look_at: datetime | None
    resent: bool


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What to do, and when to look again if the answer is to wait."""

    finding: Finding
    look_at: datetime | None = None


def conclude(doubt: Doubt, matches: int, at: datetime) -> Conclusion:
    """Decide what one listing proves.

    Args:
        doubt: the attempt.
        matches: texts at the provider with the same number and words, made since the attempt began, that are no other
            message of ours.
        at: moment of the listing, aware UTC.
    """
    if matches == 1:
        return Conclusion(Finding.ADOPT)
    if matches > 1:
        return Conclusion(Finding.ASK)
    first_empty_at = doubt.empty_look_at or at
    proved_at = max(first_empty_at + BETWEEN_LOOKS, doubt.expires_at + GRACE)
    if at < proved_at:
        return Conclusion(Finding.WAIT, min(proved_at, max(at + BETWEEN_LOOKS, first_empty_at + BETWEEN_LOOKS)))
    return Conclusion(Finding.ASK if doubt.resent else Finding.RESEND)
