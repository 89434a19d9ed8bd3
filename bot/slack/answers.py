"""How an answer reaches one person: under their command, at the field of their form, or in a window of their own."""

import logging
import re
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.deps import Deps
from bot.slack.asking import Asked
from bot.views import blocks, notice
from bot.views.blocks import Block, Rendered
from domain.errors import DomainError
from storage import cards

TITLE = "Heimdall"

TOO_LATE = "Slack could not open the window in time. Click once more."
"""A trigger lives three seconds; docs.slack.dev/interactivity/handling-user-interaction."""

LINKED = frozenset(
    {"already_claimed", "already_decided", "call_settled", "known_number", "reply_read", "wrong_channel"}
)
"""Refusals whose sentence holds people and channels of ours and nothing that somebody typed."""

SENTENCE_LIMIT = 1_000

_LINK = re.compile(r"<@([UW][A-Z0-9]{1,20})>|<#([CG][A-Z0-9]{1,20})>")

log = logging.getLogger(__name__)

# What the SDK raises when Slack says no, is silent, or cannot be reached at all.
SLACK_ERRORS = (SlackClientError, OSError)


def ephemeral(rendered: Rendered) -> dict[str, Any]:
    """Return the body of an acknowledgement that only the person who typed the command sees."""
    return {
        "response_type": "ephemeral",
        "text": rendered.text,
        "mrkdwn": False,
        "blocks": rendered.blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def refusal(error: DomainError) -> Rendered:
    """Draw a refusal for the person who was refused."""
    return blocks.message(_said(error))


def window(error: DomainError, title: str = TITLE) -> dict[str, Any]:
    """Draw a refusal as a modal."""
    return blocks.modal(title, [_said(error)])


def as_modal(title: str, rendered: Rendered) -> dict[str, Any]:
    """Put a message into a modal."""
    return {**notice.modal(title, rendered.text), "blocks": rendered.blocks}


def at_field(body: Mapping[str, Any], error: DomainError) -> dict[str, Any]:
    """Return the body of an acknowledgement that keeps a form open and says what is wrong, at the field it belongs to.

    A fault of the whole form is said at its first field, because Slack shows errors nowhere else.
    """
    state = body.get("view", {}).get("state") or {}
    fields = list(state.get("values") or {})
    if not fields:
        return {"response_action": "update", "view": window(error)}
    field = error.field if error.field in fields else fields[0]
    return {"response_action": "errors", "errors": {field: _unlinked(error.sentence)}}


def show(deps: Deps, asked: Asked, view: Mapping[str, Any], otherwise: str = TOO_LATE) -> bool:
    """Open a window for the person who clicked; when Slack will not, leave them a private note where they clicked.

    Args:
        otherwise: what the note says.

    Returns:
        False when it became a note, or nothing at all because there is no channel to leave one in.
    """
    opened = asked.client.views_push if asked.in_modal else asked.client.views_open
    try:
        opened(trigger_id=asked.trigger_id, view=dict(view))
    except SLACK_ERRORS as error:
        log.warning("a window could not be opened: %s", what_slack_said(error))
        tell(deps, asked, otherwise)
        return False
    return True


def what_slack_said(error: Exception) -> str:
    """Return Slack's own code for an error, or what kept us from hearing it."""
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__


def refuse_click(deps: Deps, asked: Asked, error: DomainError) -> None:
    """Tell the person who clicked, and nobody else, why nothing happened."""
    show(deps, asked, window(error), _unlinked(error.sentence))


def tell(deps: Deps, asked: Asked, sentence: str) -> None:
    """Leave a private note for the person, once a request."""
    if not asked.channel:
        return
    with deps.db.write() as tx:
        cards.tell(tx, asked.key, asked.channel, asked.slack_id, sentence, deps.clock())
    deps.wake()


def _said(error: DomainError) -> Block:
    if error.code not in LINKED:
        return blocks.line(blocks.foreign(error.sentence, SENTENCE_LIMIT))
    if "<#" in error.sentence:
        return blocks.section(error.sentence)
    return blocks.line(*blocks.sentence_of(error.sentence))


def _unlinked(sentence: str) -> str:
    """Return a sentence for a place that shows no links: the bare markup would stand there."""
    return _LINK.sub(lambda match: "somebody else" if match[1] else "its channel", sentence)
