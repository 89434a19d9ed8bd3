"""Slack's speed limits: one post a second in a channel, and the tiers of the other methods.

It decides only whether a call comes too soon; buckets fill in real time and allow short bursts.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

# https://docs.slack.dev/apis/web-api/rate-limits: one message per second per channel, "short bursts" tolerated.
POST_BURST = 3
POSTS_PER_SECOND = 1.0

# Same page: calls per minute of tiers 2 to 4. Methods not listed are free here.
_TIER_2, _TIER_3, _TIER_4 = 20, 50, 100
CALLS_PER_MINUTE = {
    "chat.delete": _TIER_3,
    "chat.postEphemeral": _TIER_4,
    "chat.update": _TIER_3,
    "conversations.history": _TIER_3,
    "conversations.info": _TIER_3,
    "conversations.list": _TIER_2,
    "conversations.open": _TIER_3,
    "conversations.replies": _TIER_3,
    "usergroups.list": _TIER_2,
    "usergroups.users.list": _TIER_2,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "views.push": _TIER_4,
    "views.update": _TIER_4,
}


@dataclass(slots=True)
class _Bucket:
    """A token bucket; ``tokens`` were left at the monotonic time ``at``."""

    size: float
    per_second: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Take a token; return 0, or the seconds until there is one again."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_second


class Pace:
    """The buckets of every method and channel."""

    def __init__(self) -> None:
        """Start with full buckets."""
        self._buckets: dict[str, _Bucket] = {}

    def clear(self) -> None:
        """Fill every bucket again."""
        self._buckets.clear()

    def wait_seconds(self, method: str, channel_id: str) -> int:
        """Count one call.

        Args:
            method: Web API method.
            channel_id: Channel posted to; ignored by other methods than chat.postMessage.

        Returns:
            0 when the call may go on, else whole seconds for Retry-After.
        """
        now = time.monotonic()
        if method == "chat.postMessage":
            key, size, per_second = f"{method} {channel_id}", float(POST_BURST), POSTS_PER_SECOND
        elif method in CALLS_PER_MINUTE:
            key, size, per_second = method, float(CALLS_PER_MINUTE[method]), CALLS_PER_MINUTE[method] / 60
        else:
            return 0
        bucket = self._buckets.setdefault(key, _Bucket(size, per_second, size, now))
        return math.ceil(bucket.take(now))
