"""Post, edit or whisper one card in Slack, and say what is known about it afterwards.

The SDK's own retry would post twice after a lost answer, so it is off; pacing and retries belong to jobs.cards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.views.blocks import Rendered
from storage.cards import Card

TIMEOUT_SECONDS = 10
DEFAULT_WAIT = timedelta(seconds=5)
HTTP_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Posted:
    """Slack shows the card under this name; None for a private note, which has none to keep."""

    ts: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: Slack asks for patience, or could not be reached."""

    error: str
    after: timedelta
    paced: bool
    """True when Slack named the wait for the whole channel."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to edit is no longer there: post it anew."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Slack will never take this card as it is."""

    error: str


Outcome = Posted | Wait | Gone | Rejected

RETRY = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
GONE = frozenset({"message_not_found", "thread_not_found"})


class SlackPoster:
    """Write to one workspace."""

    def __init__(self, token: str, api_url: str) -> None:
        """Make the client; nothing is connected yet."""
        self._client = WebClient(token=token, base_url=api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])

    def show(self, card: Card, rendered: Rendered) -> Outcome:
        """Bring one card to its newest look."""
        return _outcome(lambda: self._show(card, _common(card.channel, rendered)))

    def say(self, channel: str, rendered: Rendered) -> Outcome:
        """Post something that is no card and is never edited."""
        return _outcome(lambda: self._post(_common(channel, rendered)))

    def _show(self, card: Card, common: dict[str, Any]) -> str | None:
        if card.only_for is not None:
            self._client.chat_postEphemeral(user=card.only_for, **common)
            return None
        if card.ts is not None:
            self._client.chat_update(ts=card.ts, **common)
            return card.ts
        return self._post(common, thread_ts=card.thread_ts, metadata=_metadata(card))

    def _post(self, common: dict[str, Any], **more: Any) -> str:  # noqa: ANN401 - Slack's arguments
        answer = self._client.chat_postMessage(unfurl_links=False, unfurl_media=False, **common, **more)
        return str(answer["ts"])


def _common(channel: str, rendered: Rendered) -> dict[str, Any]:
    return {"channel": channel, "text": rendered.text, "blocks": rendered.blocks}


def _outcome(call: Callable[[], str | None]) -> Outcome:
    try:
        return Posted(call())
    except SlackApiError as error:
        return _answered(error)
    except (SlackClientError, OSError) as error:
        return Wait(type(error).__name__, DEFAULT_WAIT, paced=False)


def _metadata(card: Card) -> dict[str, Any]:
    """Name our card inside the message, so that a post whose answer was lost can be found again."""
    return {"event_type": "heimdall_card", "event_payload": {"card_id": card.card_id, "revision": card.revision}}


def _answered(error: SlackApiError) -> Outcome:
    response = error.response
    code = str(response.get("error", "unknown"))
    if response.status_code == HTTP_TOO_MANY_REQUESTS or code == "ratelimited":
        seconds = float(response.headers.get("Retry-After", DEFAULT_WAIT.total_seconds()))
        return Wait("ratelimited", timedelta(seconds=seconds), paced=True)
    if code in GONE:
        return Gone()
    if code in RETRY or response.status_code >= 500:  # noqa: PLR2004 - HTTP's server errors
        return Wait(code, DEFAULT_WAIT, paced=False)
    return Rejected(code)
