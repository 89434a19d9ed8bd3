"""Slack's interaction payloads: clicks in messages and views, submissions, closings and shortcuts.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import MistakeError
from sandbox.model import Whisper
from sandbox.slack import inputs, limits, resources, to_bot

if TYPE_CHECKING:
    from sandbox.model import Channel, Json, JsonDict, Message, Person, View
    from sandbox.runtime import Sandbox


@dataclass(frozen=True, slots=True)
class Choice:
    """Which element a person used, and what they picked in it.

    Args:
        action_id: The element's action id.
        block_id: Its block, needed only where an action id repeats.
        value: Tells buttons with the same action id apart by their value.
        selected: For menus, check-boxes, pickers and inputs: an option's value, a list of them, a date, a text.
    """

    action_id: str
    block_id: str | None = None
    value: str | None = None
    selected: Json = None


def in_message(sandbox: Sandbox, who: Person, room: Channel, ts: str, choice: Choice) -> JsonDict:
    """Return the payload of a click in a message, and keep what was picked.

    Raises:
        MistakeError: No such message, element or option.
    """
    message = _message(sandbox, who, room, ts)
    block, element = _element(message.blocks, choice)
    values = inputs.merged_values(message.blocks, message.state.get(who.id, {}))
    action = _action(sandbox, block, element, choice)
    _keep(values, block, element, choice)
    message.state[who.id] = values
    private = isinstance(message, Whisper)
    container: JsonDict = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": room.id,
        "is_ephemeral": private,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    address = sandbox.tickets.issue_address(who.id, room.id, message.ts, message.thread_ts)
    payload: JsonDict = {
        "type": "block_actions",
        "user": to_bot.who_acted(who),
        "container": container,
        "trigger_id": sandbox.tickets.issue_trigger(who.id),
        "channel": {"id": room.id, "name": room.name or "directmessage"},
        "state": {"values": values},
        "response_url": to_bot.response_url(sandbox, address),
        "actions": [action],
    }
    if not isinstance(message, Whisper):  # Slack does not repeat the content of a private message.
        payload["message"] = resources.message(message)
    return payload


def in_view(sandbox: Sandbox, who: Person, view: View, choice: Choice) -> JsonDict:
    """Return the payload of a click in a view, and keep what was picked.

    Raises:
        MistakeError: No such element or option.
    """
    block, element = _element(view.payload["blocks"], choice)
    action = _action(sandbox, block, element, choice)
    _keep(view.values, block, element, choice)
    return {
        "type": "block_actions",
        "user": to_bot.who_acted(who),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": sandbox.tickets.issue_trigger(who.id, view.id),
        "view": resources.view(view),
        "actions": [action],
    }


def submission(sandbox: Sandbox, who: Person, view: View) -> JsonDict:
    """Return the payload of a submitted modal."""
    return {
        "type": "view_submission",
        "user": to_bot.who_acted(who),
        "trigger_id": sandbox.tickets.issue_trigger(who.id, view.id),
        "view": resources.view(view),
        "response_urls": [],
    }


def closing(who: Person, view: View) -> JsonDict:
    """Return the payload of a modal that was closed."""
    return {
        "type": "view_closed",
        "user": to_bot.who_acted(who),
        "view": resources.view(view),
        "is_cleared": bool(view.payload.get("clear_on_close")),
    }


def shortcut(sandbox: Sandbox, who: Person, callback_id: str, room: Channel | None, ts: str | None) -> JsonDict:
    """Return the payload of a shortcut, global or of a message.

    Raises:
        MistakeError: No such message.
    """
    payload: JsonDict = {
        "type": "shortcut",
        "user": to_bot.who_acted(who),
        "callback_id": callback_id,
        "trigger_id": sandbox.tickets.issue_trigger(who.id),
        "action_ts": _action_ts(sandbox),
    }
    if room is None or ts is None:
        return payload
    message = sandbox.world.find_message(room.id, ts)
    if message is None:
        raise MistakeError(_NO_MESSAGE)
    address = sandbox.tickets.issue_address(who.id, room.id, message.ts, message.thread_ts)
    return {
        **payload,
        "type": "message_action",
        "channel": {"id": room.id, "name": room.name or "directmessage"},
        "message_ts": message.ts,
        "message": resources.message(message),
        "response_url": to_bot.response_url(sandbox, address),
    }


_NO_MESSAGE = "there is no such message in that channel"


def _message(sandbox: Sandbox, who: Person, room: Channel, ts: str) -> Message | Whisper:
    """Return a message the person can see."""
    whisper = sandbox.world.find_whisper(room.id, ts)
    message = sandbox.world.find_message(room.id, ts) or (whisper if whisper and whisper.user == who.id else None)
    if message is None:
        raise MistakeError(_NO_MESSAGE)
    return message


def _element(blocks: list[JsonDict], choice: Choice) -> tuple[JsonDict, JsonDict]:
    """Return the block and element a choice means."""
    for block in blocks:
        for element in limits.elements(block):
            if (
                element["action_id"] == choice.action_id
                and choice.block_id in (None, block["block_id"])
                and (choice.value is None or element["type"] != "button" or element.get("value") == choice.value)
            ):
                return block, element
    message = f"there is no element {choice.action_id!r} there"
    raise MistakeError(message)


def _action(sandbox: Sandbox, block: JsonDict, element: JsonDict, choice: Choice) -> JsonDict:
    """Return the entry of ``actions`` for a choice."""
    kind = element["type"]
    action: JsonDict = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": _action_ts(sandbox),
    }
    if kind == "button":
        return action | {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    picked = inputs.entry(element, choice.selected if choice.selected is not None else choice.value)
    if "placeholder" in element:
        action["placeholder"] = element["placeholder"]
    return action | picked


def _keep(values: dict[str, JsonDict], block: JsonDict, element: JsonDict, choice: Choice) -> None:
    """Keep what was picked in the state of the message or view."""
    own = values.get(block["block_id"], {})
    if element["action_id"] in own:
        picked = choice.selected if choice.selected is not None else choice.value
        own[element["action_id"]] = inputs.entry(element, picked)


def _action_ts(sandbox: Sandbox) -> str:
    """Return the time stamp of an action."""
    return f"{sandbox.clock.now().timestamp():.6f}"
