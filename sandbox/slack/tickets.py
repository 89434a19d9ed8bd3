"""Short-lived permissions Slack gives with an interaction: trigger ids and response addresses.

It decides whether one may still be used. Trigger ids age in real time (a slow bot must feel it), response addresses
in world time (so that half an hour can be skipped).
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.errors import SlackRefusalError

if TYPE_CHECKING:
    from sandbox.clock import WorldClock

# https://docs.slack.dev/interactivity/handling-user-interaction: five times within 30 minutes.
RESPONSE_USES = 5
RESPONSE_LIFE = timedelta(minutes=30)


@dataclass(slots=True)
class Trigger:
    """Permission to open one modal; ``view_id`` names the modal the interaction came from, if any."""

    user: str
    view_id: str | None
    issued: float
    used: bool = False


@dataclass(slots=True)
class ResponseAddress:
    """Permission to answer in a channel; ``ts`` is the message the interaction came from, if any."""

    user: str
    channel: str
    ts: str | None
    thread_ts: str | None
    expires_at: datetime
    uses_left: int = RESPONSE_USES


class Tickets:
    """All trigger ids and response addresses given out since the last reset."""

    def __init__(self, clock: WorldClock, trigger_seconds: float) -> None:
        """Start with none.

        Args:
            clock: The world clock.
            trigger_seconds: How long a trigger id lives, real time.
        """
        self._clock = clock
        self._trigger_seconds = trigger_seconds
        self._triggers: dict[str, Trigger] = {}
        self._addresses: dict[str, ResponseAddress] = {}

    def clear(self) -> None:
        """Invalidate everything."""
        self._triggers.clear()
        self._addresses.clear()

    def issue_trigger(self, user_id: str, view_id: str | None = None) -> str:
        """Return a fresh trigger id for an interaction of this person."""
        trigger_id = f"{secrets.randbelow(10**13):013d}.{secrets.randbelow(10**11):011d}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user_id, view_id, time.monotonic())
        return trigger_id

    def spend_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger id up.

        Raises:
            SlackRefusalError: It is unknown, too old or was used before
                (https://docs.slack.dev/reference/methods/views.open).
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackRefusalError(code="invalid_trigger_id")
        if trigger.used:
            raise SlackRefusalError(code="exchanged_trigger_id")
        if time.monotonic() - trigger.issued > self._trigger_seconds:
            raise SlackRefusalError(code="expired_trigger_id")
        trigger.used = True
        return trigger

    def issue_address(self, user_id: str, channel_id: str, ts: str | None = None, thread_ts: str | None = None) -> str:
        """Return a fresh token for a response address."""
        token = secrets.token_urlsafe(18)
        expires_at = self._clock.now() + RESPONSE_LIFE
        self._addresses[token] = ResponseAddress(user_id, channel_id, ts, thread_ts, expires_at)
        return token

    def spend_address(self, token: str) -> ResponseAddress:
        """Use one of the five uses of a response address.

        Raises:
            SlackRefusalError: It is unknown, too old or used up.
        """
        address = self._addresses.get(token)
        if address is None:
            raise SlackRefusalError(code="invalid_url")
        if self._clock.now() > address.expires_at:
            raise SlackRefusalError(code="expired_url")
        if address.uses_left == 0:
            raise SlackRefusalError(code="used_url")
        address.uses_left -= 1
        return address
