"""Post, edit or whisper one card in Slack, look whether it is there already, and say what is known afterwards.

The SDK's own retry would post twice after a lost answer, so it is off; pacing and retries belong to jobs.cards.
"""

import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.views.blocks import Rendered
from storage.posts import Card

TIMEOUT_SECONDS = 10
DEFAULT_WAIT = timedelta(seconds=5)
HTTP_TOO_MANY_REQUESTS = 429

EVENT = "heimdall_card"
"""Type of the metadata in every message of ours (docs.slack.dev/messaging/message-metadata)."""

PAGE = 15
"""Messages a look asks for: the most that apps sold outside the Marketplace get, and enough for a minute's channel."""

PAGES = 4
"""A channel that has said more than this since the attempt is not read on; nothing is proved then."""

SKEW = timedelta(minutes=2)
"""How much earlier than our attempt we look, because Slack's clock, which names the messages, is not ours."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Slack shows the card under this name; None for a private note, which has none to keep."""

    ts: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now, and nothing was posted: Slack asks for patience, or could not be reached at all."""

    error: str
    after: timedelta | None
    """How long Slack wants us to leave the channel alone, or None when it named no time."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have been posted: the answer was lost, or was no answer."""

    error: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to edit, or the one whose thread it belongs in, is no longer there: post that anew."""

    thread: bool = False


@dataclass(frozen=True, slots=True)
class Barred:
    """Slack takes nothing at all from us: the token is refused."""

    error: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Slack will never take this card as it is."""

    error: str


Outcome = Posted | Wait | Unclear | Gone | Barred | Rejected


@dataclass(frozen=True, slots=True)
class Found:
    """The message is there, under this name."""

    ts: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Everything since the attempt was read, and it is not there."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """We may not read there, or what we read proves nothing."""

    error: str


Look = Found | Absent | Unreadable | Wait | Barred

BARRED = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
"""Answers that are about us and not about a card. Source: docs.slack.dev/reference/methods/chat.postMessage#errors"""

UNCLEAR = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack's words for "something went wrong"; of the first two it says that part of the work may have been done."""

TOO_EARLY = frozenset({"ratelimited", "rate_limited", "team_added_to_org"})

BLOCKS_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "too_many_blocks"}
)
"""What Slack says of blocks it cannot take, whatever their text may be."""

_CODE = re.compile(r"\A[a-z0-9_-]{1,80}\Z")


class SlackPoster:
    """Write to one workspace."""

    def __init__(self, token: str, api_url: str) -> None:
        """Make the client; nothing is connected yet."""
        self._client = WebClient(token=token, base_url=api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])

    def show(self, card: Card, rendered: Rendered) -> Outcome:
        """Bring one card to its newest look."""
        return _outcome(lambda: self._send(card, _common(card.channel, rendered)))

    def say(self, channel: str, rendered: Rendered) -> Outcome:
        """Post something that is no card and is never edited."""
        return _outcome(lambda: self._post(_common(channel, rendered)))

    def look_for(self, card: Card, since: datetime) -> Look:
        """Look for a card's message among those of its channel, or of its thread, since an attempt began."""
        oldest = f"{(since - SKEW).timestamp():.6f}"
        cursor: str | None = None
        try:
            for _page in range(PAGES):
                page = self._read(card, oldest, cursor)
                if found := _among(page, card):
                    return found
                cursor = (page.get("response_metadata") or {}).get("next_cursor")
                if not cursor:
                    return Absent()
        except SlackApiError as error:
            return _unread(_answered(error))
        except (SlackClientError, OSError) as error:
            return Wait(_name(error), None)
        return Unreadable("too_much_to_read")

    def refusal(self) -> str | None:
        """Return why Slack takes nothing from us, or None when our token works."""
        try:
            self._client.auth_test()
        except SlackApiError as error:
            return str(error.response.get("error"))
        except (SlackClientError, OSError) as error:
            return _name(error)
        return None

    def _send(self, card: Card, common: dict[str, Any]) -> str | None:
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

    def _read(self, card: Card, oldest: str, cursor: str | None) -> SlackResponse:
        asked: dict[str, Any] = {"channel": card.channel, "oldest": oldest, "limit": PAGE, "cursor": cursor}
        if card.thread_ts is None:
            return self._client.conversations_history(include_all_metadata=True, **asked)
        return self._client.conversations_replies(ts=card.thread_ts, include_all_metadata=True, **asked)


def _common(channel: str, rendered: Rendered) -> dict[str, Any]:
    return {"channel": channel, "text": rendered.text, "blocks": rendered.blocks}


def _outcome(call: Callable[[], str | None]) -> Outcome:
    try:
        return Posted(call())
    except SlackApiError as error:
        return _answered(error)
    except (SlackClientError, OSError) as error:
        return Wait(_name(error), None) if _nothing_left(error) else Unclear(_name(error))


def _metadata(card: Card) -> dict[str, Any]:
    """Name our card inside the message, so that a post whose answer was lost can be found again."""
    return {"event_type": EVENT, "event_payload": {"card_id": card.card_id, "revision": card.revision}}


def _among(page: SlackResponse, card: Card) -> Found | Unreadable | None:
    """Return the card's message in a page; Unreadable when Slack keeps from us which card a message of ours is."""
    hidden = False
    for message in page.get("messages") or ():
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") != EVENT:
            continue
        card_id = (metadata.get("event_payload") or {}).get("card_id")
        if card_id is not None and str(card_id) == str(card.card_id):
            return Found(str(message["ts"]))
        hidden = hidden or card_id is None
    return Unreadable("metadata_hidden") if hidden else None


def _unread(outcome: Outcome) -> Look:
    match outcome:
        case Wait() | Barred() if outcome != Barred("missing_scope"):
            return outcome
        case Unclear(error=error):
            return Wait(error, None)
        case Barred(error=error) | Rejected(error=error):
            return Unreadable(error)
    return Unreadable("thread_not_found")


def _answered(error: SlackApiError) -> Outcome:
    response = error.response
    code = str(response.get("error", ""))
    if response.status_code == HTTP_TOO_MANY_REQUESTS or code in TOO_EARLY:
        return Wait("ratelimited", _seconds(response.headers))
    if code in BARRED:
        return Barred(code)
    if code in {"message_not_found", "thread_not_found"}:
        return Gone(thread=code == "thread_not_found")
    if code in UNCLEAR or response.status_code >= 500 or not _CODE.match(code):  # noqa: PLR2004 - HTTP's server errors
        return Unclear(code if _CODE.match(code) else f"http_{response.status_code}")
    return Rejected(code)


def _seconds(headers: dict[str, Any]) -> timedelta:
    named = {name.lower(): str(value) for name, value in headers.items()}.get("retry-after", "")
    return timedelta(seconds=int(named)) if named.isascii() and named.isdigit() else DEFAULT_WAIT


def _nothing_left(error: Exception) -> bool:
    """Tell whether the connection failed before a byte of the request could leave."""
    reason = error.reason if isinstance(error, URLError) else error
    return isinstance(reason, (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError))


def _name(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return type(reason).__name__
