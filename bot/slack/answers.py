"""How an answer reaches one person: under their command, at the field of their form, or in a window of their own."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.deps import Deps
from bot.slack.asking import Asked
from bot.views import blocks, notice, split
from bot.views.blocks import Block, Rendered
from domain.errors import DomainError
from storage import cards

TITLE = "Heimdall"

TOO_LATE = "Slack could not open the window in time. Nothing is lost; open it here:"
"""A trigger lives three seconds; a button brings a fresh one.

Source: https://docs.slack.dev/interactivity/handling-user-interaction
"""

LINKED = frozenset(
    {"already_claimed", "already_decided", "call_settled", "known_number", "reply_read", "wrong_channel"}
)
"""Refusals whose sentence holds people and channels of ours and nothing that somebody typed."""

_PASSING = frozenset({"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"})

SENTENCE_LIMIT = 1_000

_LINK = re.compile(r"<@([UW][A-Z0-9]{1,20})>|<#([CG][A-Z0-9]{1,20})>")

log = logging.getLogger(__name__)

# What the SDK raises when Slack says no, is silent, or cannot be reached at all.
SLACK_ERRORS = (SlackClientError, OSError)


def ephemeral(rendered: Rendered) -> dict[str, Any]:
    """Return the body of an acknowledgement that only the person who typed the command sees."""
    fitting = split.cut(rendered)
    return {
        "response_type": "ephemeral",
        "text": fitting.text,
        "mrkdwn": False,
        "blocks": fitting.blocks,
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
    return {**notice.modal(title, rendered.text), "blocks": split.cut(rendered).blocks}


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


def again(label: str, action_id: str, value: object) -> dict[str, str]:
    """Return the button that brings what Slack did not show, with a fresh trigger."""
    return {"label": label, "action_id": action_id, "value": str(value)}


def open_form(asked: Asked, view: Mapping[str, Any], button: Mapping[str, str], hint: str = "") -> Rendered | None:
    """Open a form in answer to a command; when Slack will not, return the answer that stands in for it.

    Args:
        button: opens the same form; what was typed goes into its value.
        hint: another way to the same end.
    """
    return None if _opens(asked, view) else notice.card(f"{TOO_LATE} {hint}".strip(), button)


def show(
    deps: Deps,
    asked: Asked,
    view: Mapping[str, Any],
    otherwise: str,
    button: Mapping[str, str] | None = None,
) -> None:
    """Open a window for the person who clicked; when Slack will not, leave them a private note where they clicked.

    Args:
        otherwise: what the note says.
        button: stands under the note.
    """
    if not _opens(asked, view):
        tell(deps, asked, otherwise, button)


def _opens(asked: Asked, view: Mapping[str, Any]) -> bool:
    opened = asked.client.views_push if asked.in_modal else asked.client.views_open
    try:
        opened(trigger_id=asked.trigger_id, view=dict(view))
    except SLACK_ERRORS as error:
        log.warning("a window could not be opened: %s", what_slack_said(error))
        return False
    return True


def what_slack_said(error: Exception) -> str:
    """Return Slack's own code for an error, or what kept us from hearing it."""
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__


def may_come_right(error: Exception) -> bool:
    """Tell whether the same call may succeed later: Slack was busy, broken or out of reach."""
    return (
        not isinstance(error, SlackApiError)
        or error.response.status_code != HTTPStatus.OK
        or (what_slack_said(error) in _PASSING)
    )


def refuse_click(deps: Deps, asked: Asked, error: DomainError) -> None:
    """Tell the person who clicked, and nobody else, why nothing happened."""
    show(deps, asked, window(error), _unlinked(error.sentence))


def tell(deps: Deps, asked: Asked, sentence: str, button: Mapping[str, str] | None = None) -> None:
    """Leave a private note for the person, once a request.

    It stands where they clicked; a click in a window or in the Home happened in no channel and is answered among the
    leads.
    """
    channel = asked.channel or deps.team.leads_channel
    with deps.db.write() as tx:
        cards.tell(tx, asked.key, channel, asked.slack_id, sentence, deps.clock(), button)
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
