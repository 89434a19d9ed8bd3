"""Makes foreign text fit for Slack: names, addresses, replies and notes appear as typed, ping nobody, break no limit.

Text of ours may be written in Slack's ``mrkdwn``; foreign text never is, because ``mrkdwn`` has no escape for ``*_~```
and backticks. It stands in ``plain_text`` and rich-text elements instead, which Slack shows as they are.
"""

import re
from typing import Final

from domain import keywords

ELLIPSIS: Final = "…"
NOTHING: Final = "—"
"""Stands where a text is empty, since Slack refuses empty text objects."""

NAME_LIMIT: Final = 90
"""Longest name or title shown in one line; a header takes 150."""

LINE_LIMIT: Final = 300
PROSE_LIMIT: Final = 2_000

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LAST_OF_BASIC_PLANE: Final = "\uffff"
_SLACK_USER: Final = re.compile(r"\A[UW][A-Z0-9]{1,20}\Z")
_SLACK_CHANNEL: Final = re.compile(r"\A[CGD][A-Z0-9]{1,20}\Z")
_OWN_NAMES: Final = {"system": "Heimdall", "cli": "the command line", "contact": "the contact"}
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt);")


def weight(text: str) -> int:
    """Return how long a text may count at Slack, whichever way Slack counts.

    Characters beyond the basic plane count two (UTF-16), and ``& < >`` as the entities they are stored as.
    """
    return sum(_weight(character) for character in text)


def _weight(character: str) -> int:
    if character in _ENTITIES:
        return len(_ENTITIES[character])
    return 2 if character > _LAST_OF_BASIC_PLANE else 1


def trim(text: str, limit: int) -> str:
    """Return a text of at most ``limit`` by ``weight``; a longer one ends with "…"."""
    if weight(text) <= limit:
        return text
    room, kept = limit - len(ELLIPSIS), 0
    for character in text:
        room -= _weight(character)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def plain(text: str, limit: int = LINE_LIMIT) -> str:
    """Return foreign text on one line, without controls, for a ``plain_text`` or rich-text element.

    Returns:
        Never empty: "—" when nothing is left.
    """
    return trim(" ".join(_clean(text).split()), limit) or NOTHING


def prose(text: str, limit: int = PROSE_LIMIT) -> str:
    """Return foreign text with its line breaks, without controls, for a rich-text element."""
    return trim(_clean(text), limit) or NOTHING


def escape(text: str) -> str:
    """Return foreign text for a message's ``text``: no link, no mention; what stood in it still stands there.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return "".join(_ENTITIES.get(character, character) for character in _clean(text))


def unescape(text: str) -> str:
    """Return what Slack shows for an escaped text."""
    back = {entity: character for character, entity in _ENTITIES.items()}
    return _ENTITY.sub(lambda match: back[match[0]], text)


def is_person(slack_id: str) -> bool:
    """Tell whether an id is one Slack gave to a person; anything else is never put into a mention."""
    return _SLACK_USER.match(slack_id) is not None


def person(slack_id: str) -> str:
    """Return a person of the team as ``mrkdwn``: a mention, or the name of who acts without a Slack account."""
    return f"<@{slack_id}>" if is_person(slack_id) else escape(own_name(slack_id))


def own_name(slack_id: str) -> str:
    """Return a name for an actor who is no Slack user."""
    return _OWN_NAMES.get(slack_id) or plain(slack_id, NAME_LIMIT)


def channel(channel_id: str) -> str:
    """Return a link to a channel as ``mrkdwn``."""
    return f"<#{channel_id}>" if _SLACK_CHANNEL.match(channel_id) else escape(plain(channel_id, NAME_LIMIT))


def without_number(text: str, phone_e164: str, shown: str) -> str:
    """Return foreign text in which a contact's own number, however it is grouped, reads as ``shown``.

    A channel never shows the full number; looking at it is logged.
    """
    digits = re.sub(r"\D", "", phone_e164).removeprefix("1")
    if len(digits) < len("5550199"):
        return text
    grouped = r"[\s().\-/\u2010-\u2015\u2212]*".join(digits)
    return re.sub(rf"(?<!\d)(?:\+?1[\s().\-/]*)?\(?{grouped}(?!\d)", lambda _match: shown, text)


def _clean(text: str) -> str:
    return keywords.clean(text, len(text) + 1)
