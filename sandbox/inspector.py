"""The inspector: remembers the latest raw requests and answers in both directions, with secrets masked.

The sandbox's own page and control traffic is not recorded, only what the bot and the vendors would say to each other.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sandbox.feed import Feed
    from sandbox.model import Json

KEPT = 500
BODY_CHARACTERS = 20_000
MASK = "•••"

# Header values that are credentials or signatures as a whole.
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-slack-signature", "x-twilio-signature"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Args:
        number: Running number, starting at 1.
        at: World time of the request.
        direction: ``from_bot`` or ``to_bot``.
        peer: ``slack`` or ``phone``.
        title: What it was, e.g. ``chat.postMessage`` or ``/lead``.
        status: HTTP status, None when no answer came.
        milliseconds: From request to answer, real time.
        note: Why there was no answer, empty otherwise.
    """

    number: int
    at: datetime
    direction: Literal["from_bot", "to_bot"]
    peer: Literal["slack", "phone"]
    title: str
    method: str
    url: str
    request_headers: dict[str, str]
    request_body: str
    status: int | None
    response_headers: dict[str, str]
    response_body: str
    milliseconds: float
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return a JSON-ready copy."""
        return {**asdict(self), "at": self.at.isoformat()}


class Inspector:
    """A ring buffer of the latest exchanges."""

    def __init__(self, secrets: Iterable[str], feed: Feed) -> None:
        """Start empty.

        Args:
            secrets: Strings that must never be shown.
            feed: Told about every exchange.
        """
        self._secrets = tuple(secret for secret in secrets if secret)
        self._feed = feed
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)
        self._counts: Counter[tuple[str, str]] = Counter()
        self.count = 0
        self.resets = 0

    def record(
        self, *, resets: int, request_headers: Mapping[str, str], response_headers: Mapping[str, str], **facts: Json
    ) -> None:
        """Remember one exchange, masked; one that began before the last reset is none of the new world's.

        Args:
            resets: What ``resets`` was when the exchange began.
            request_headers: As sent or received.
            response_headers: As received or sent.
            facts: The other fields of :class:`Exchange`, save its number.
        """
        if resets != self.resets:
            return
        self.count += 1
        for body in ("request_body", "response_body"):
            facts[body] = self._masked(facts[body])[:BODY_CHARACTERS]
        facts["url"] = self._masked(facts["url"])
        exchange = Exchange(
            number=self.count,
            request_headers=self._masked_headers(request_headers),
            response_headers=self._masked_headers(response_headers),
            **facts,
        )
        self._exchanges.append(exchange)
        self._counts[exchange.direction, exchange.title] += 1
        self._feed.publish("traffic")

    def since(self, number: int = 0) -> list[Exchange]:
        """Return the remembered exchanges after a running number, oldest first."""
        return [exchange for exchange in self._exchanges if exchange.number > number]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many exchanges there were since the last reset: direction → title → number."""
        counted: dict[str, dict[str, int]] = {"from_bot": {}, "to_bot": {}}
        for (direction, title), number in self._counts.items():
            counted[direction][title] = number
        return counted

    def clear(self) -> None:
        """Forget everything; the running number goes on."""
        self.resets += 1
        self._exchanges.clear()
        self._counts.clear()
        self._feed.publish("traffic")

    def _masked(self, text: str) -> str:
        """Return the text with every secret blotted out."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text

    def _masked_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers with credentials and signatures blotted out."""
        return {
            name.lower(): MASK if name.lower() in _SECRET_HEADERS else self._masked(value)
            for name, value in headers.items()
        }
