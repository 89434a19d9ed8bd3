"""What a person sees of the bot's immediate answer to a command, click or submission.

The bot's answer can show a private message, change modals, or be an error that Slack words in its own way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import SlackRefusalError
from sandbox.model import Content, JsonDict, Message, View, Whisper
from sandbox.slack import inputs, limits, responses, views
from sandbox.slack.arguments import Args
from sandbox.world import BOT_USER_ID

if TYPE_CHECKING:
    from sandbox.model import Channel
    from sandbox.outgoing import Reply
    from sandbox.runtime import Sandbox

# Slack's own words in a modal when an app fails to answer a submission.
TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(slots=True)
class Seen:
    """What a person saw within the acknowledgement time.

    Args:
        status: HTTP status of the bot's answer, None without one.
        failure: ``timeout``, ``connection`` or empty.
        shown: The message the answer put up, private or in the channel.
        view: The modal on top afterwards.
    """

    status: int | None = None
    failure: str = ""
    shown: Message | Whisper | None = None
    view: View | None = None

    @property
    def ok(self) -> bool:
        """Return whether the bot acknowledged."""
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004 - the class of HTTP successes


def of_command(sandbox: Sandbox, reply: Reply, user_id: str, channel: Channel, command: str) -> Seen:
    """Show the answer to a slash command: text or JSON of the body, or Slack's error."""
    seen = _seen(sandbox, reply, user_id)
    if not reply.ok:
        code = "operation_timeout" if reply.failure == "timeout" else "dispatch_failed"
        text = f'{command} failed with the error "{code}"'
        seen.shown = sandbox.world.whisper(channel.id, user_id, Content(text), "slack")
    elif reply.body.strip():
        seen.shown = _show_body(sandbox, reply, user_id, channel)
    return seen


def of_click(sandbox: Sandbox, reply: Reply, user_id: str, channel_id: str | None) -> Seen:
    """Show the answer to a click: nothing, or Slack's warning beside the element (here a private message)."""
    seen = _seen(sandbox, reply, user_id)
    if not reply.ok:
        what = f"responded with status code {reply.status}" if reply.status else "did not respond in time"
        if channel_id:
            seen.shown = sandbox.world.whisper(channel_id, user_id, Content(f"⚠ This app {what}."), "slack")
        elif seen.view:
            seen.view.trouble = TROUBLE
            sandbox.world.touch_view(seen.view)
    return seen


def of_submission(sandbox: Sandbox, reply: Reply, view: View) -> Seen:
    """Carry out the answer to a submission: close, errors, update, push or clear."""
    try:
        _respond(sandbox, view, _json(reply) if reply.ok else {"response_action": "none"})
    except SlackRefusalError:
        view.trouble = TROUBLE
        sandbox.world.touch_view(view)
    return _seen(sandbox, reply, view.user)


def _respond(sandbox: Sandbox, view: View, body: JsonDict) -> None:
    """Carry out a response action (https://docs.slack.dev/surfaces/modals#updating_views)."""
    match body.get("response_action"):
        case None:
            sandbox.world.close_modal(view)
        case "clear":
            sandbox.world.close_modals(view.user)
        case "errors":
            _show_errors(sandbox, view, body.get("errors"))
        case "update":
            views.replace(sandbox, view, limits.accept_view(body.get("view"), "modal"))
        case "push":
            views.push_modal(sandbox, view.user, limits.accept_view(body.get("view"), "modal"))
        case _:
            raise SlackRefusalError(code="invalid_response_action")


def _show_errors(sandbox: Sandbox, view: View, errors: object) -> None:
    """Show the bot's complaints at the fields; each must name an input block of the view."""
    fields = {block["block_id"] for block, _ in inputs.stateful(view.payload["blocks"]) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= fields:
        raise SlackRefusalError(code="invalid_response_action")
    view.errors = {str(block_id): str(text) for block_id, text in errors.items()}
    sandbox.world.touch_view(view)


def _show_body(sandbox: Sandbox, reply: Reply, user_id: str, channel: Channel) -> Message | Whisper | None:
    """Show what the body of a command's answer says: plain text, or a JSON message."""
    content_type = (reply.headers or {}).get("content-type", "")
    try:
        body = _json(reply) if content_type.startswith("application/json") else {"text": reply.body}
        content = responses.read_content(Args(body), None)
    except SlackRefusalError:
        return None
    if body.get("response_type") == "in_channel":
        return sandbox.world.post(channel.id, BOT_USER_ID, content)
    return sandbox.world.whisper(channel.id, user_id, content, "ack")


def _json(reply: Reply) -> JsonDict:
    """Return an answer's body as a JSON object; an empty body is an empty object."""
    try:
        body = json.loads(reply.body.strip() or "{}")
    except ValueError as error:
        raise SlackRefusalError(code="invalid_json") from error
    if not isinstance(body, dict):
        raise SlackRefusalError(code="json_not_object")
    return body


def _seen(sandbox: Sandbox, reply: Reply, user_id: str) -> Seen:
    """Return what is the same for all answers."""
    return Seen(reply.status, reply.failure, view=sandbox.world.top_modal(user_id))
