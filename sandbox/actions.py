"""What a visitor can do in the practice world: the page and the control API both call these functions.

Each takes the running world and plain values, does what the real client would do, and returns what the person saw.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.errors import MistakeError
from sandbox.model import Content
from sandbox.phone import carrier
from sandbox.slack import acks, clicks, inputs, resources, to_bot
from sandbox.slack.acks import Seen
from sandbox.world import BOT_USER_ID, TEAM_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.model import Channel, Json, JsonDict, Message, Person, Text, View
    from sandbox.runtime import Sandbox
    from sandbox.slack.clicks import Choice


async def run_command(sandbox: Sandbox, user: str, channel: str, text: str) -> Seen:
    """Type a slash command.

    Args:
        sandbox: The running practice world.
        user: User id.
        channel: Channel id or ``#name``.
        text: The whole line, e.g. ``/lead help``.

    Raises:
        MistakeError: No such person or channel, or the line is no command.
    """
    who, room = find_person(sandbox, user), find_channel(sandbox, channel)
    command, _, rest = text.strip().partition(" ")
    if not command.startswith("/") or command == "/":
        message = f"{text!r} is not a slash command"
        raise MistakeError(message)
    act = sandbox.acts.begin(sandbox, who, "command", text, channel=room.id)
    reply = await to_bot.send_command(sandbox, who, room, command, rest.strip())
    return act.end(sandbox, acks.of_command(sandbox, reply, who.id, room, command))


async def click(sandbox: Sandbox, user: str, channel: str, ts: str, choice: Choice) -> Seen:
    """Click a button or pick from a menu of a message, private or not.

    Args:
        sandbox: The running practice world.
        user: User id.
        channel: Channel id or ``#name``.
        ts: The message's time stamp.
        choice: Which element, and what was picked.

    Raises:
        MistakeError: No such person, message, element or option.
    """
    who, room = find_person(sandbox, user), find_channel(sandbox, channel)
    payload = clicks.in_message(sandbox, who, room, ts, choice)
    act = sandbox.acts.begin(sandbox, who, "click", choice.action_id, channel=room.id, message_ts=ts)
    reply = await to_bot.send_interaction(sandbox, payload)
    return act.end(sandbox, acks.of_click(sandbox, reply, who.id, room.id))


async def click_in_view(
    sandbox: Sandbox, user: str, view_id: str, choice: Choice, values: Mapping[str, Json] | None = None
) -> Seen:
    """Click a button or pick from a menu of an open modal or the App Home.

    Args:
        sandbox: The running practice world.
        user: User id.
        view_id: The view.
        choice: Which element, and what was picked.
        values: What is typed in the other fields at that moment, see :func:`submit_view`.

    Raises:
        MistakeError: No such person, view, element or option.
    """
    who, view = find_person(sandbox, user), find_view(sandbox, user, view_id)
    view.values = inputs.entered_values(view.payload["blocks"], view.values, values or {})
    payload = clicks.in_view(sandbox, who, view, choice)
    act = sandbox.acts.begin(sandbox, who, "click", choice.action_id)
    reply = await to_bot.send_interaction(sandbox, payload)
    return act.end(sandbox, acks.of_click(sandbox, reply, who.id, None))


async def submit_view(sandbox: Sandbox, user: str, view_id: str, values: Mapping[str, Json]) -> Seen:
    """Press a modal's submit button.

    Args:
        sandbox: The running practice world.
        user: User id.
        view_id: The modal.
        values: Plain values: block id → action id → value, or simply action id (or block id) → value.

    Raises:
        MistakeError: No such person or open modal, or a value fits no field.
    """
    who, view = find_person(sandbox, user), find_view(sandbox, user, view_id)
    blocks = view.payload["blocks"]
    view.values = inputs.entered_values(blocks, view.values, values)
    view.errors, view.trouble = inputs.refusals(blocks, view.values), ""
    sandbox.world.touch_view(view)
    if view.errors:  # Slack's client does not bother the bot with these.
        return Seen(200, view=sandbox.world.top_modal(who.id))
    payload = clicks.submission(sandbox, who, view)
    act = sandbox.acts.begin(sandbox, who, "submission", str(view.payload.get("callback_id", "")))
    return act.end(sandbox, acks.of_submission(sandbox, await to_bot.send_interaction(sandbox, payload), view))


async def close_view(sandbox: Sandbox, user: str, view_id: str) -> Seen:
    """Close a modal by its close button; the bot hears of it when it asked to.

    Raises:
        MistakeError: No such person or open modal.
    """
    who, view = find_person(sandbox, user), find_view(sandbox, user, view_id)
    if view.payload.get("clear_on_close"):
        sandbox.world.close_modals(who.id)
    else:
        sandbox.world.close_modal(view)
    seen = Seen(200, view=sandbox.world.top_modal(who.id))
    if view.payload.get("notify_on_close"):
        reply = await to_bot.send_interaction(sandbox, clicks.closing(who, view))
        seen.status, seen.failure = reply.status, reply.failure
    return seen


async def run_shortcut(
    sandbox: Sandbox, user: str, callback_id: str, channel: str | None = None, ts: str | None = None
) -> Seen:
    """Use a shortcut: a global one, or with channel and time stamp one of a message.

    Raises:
        MistakeError: No such person, channel or message.
    """
    who = find_person(sandbox, user)
    room = find_channel(sandbox, channel) if channel else None
    payload = clicks.shortcut(sandbox, who, callback_id, room, ts)
    act = sandbox.acts.begin(sandbox, who, "shortcut", callback_id, channel=room.id if room else "")
    reply = await to_bot.send_interaction(sandbox, payload)
    at = room.id if room else f"D0{who.id.removeprefix('U0')}"
    return act.end(sandbox, acks.of_click(sandbox, reply, who.id, at))


def open_home(sandbox: Sandbox, user: str) -> None:
    """Open the bot's App Home; the bot is told by an event.

    Raises:
        MistakeError: No such person.
    """
    who = find_person(sandbox, user)
    room = find_channel(sandbox, who.id)
    event: JsonDict = {
        "type": "app_home_opened",
        "user": who.id,
        "channel": room.id,
        "tab": "home",
        "event_ts": sandbox.world.next_ts(),
    }
    if home := sandbox.world.homes.get(who.id):
        event["view"] = resources.view(home)
    to_bot.emit_event(sandbox, event)


def post_message_as_user(sandbox: Sandbox, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
    """Write a message as a person; the bot is told by an event.

    Raises:
        MistakeError: No such person or channel.
    """
    who, room = find_person(sandbox, user), find_channel(sandbox, channel)
    message = sandbox.world.post(room.id, who.id, Content(text, thread_ts=thread_ts or None))
    event = resources.message(message) | {
        "channel": room.id,
        "channel_type": "im" if room.im_user else "channel",
        "event_ts": message.ts,
    }
    to_bot.emit_event(sandbox, event)
    if f"<@{BOT_USER_ID}>" in text:
        to_bot.emit_event(sandbox, {**event, "type": "app_mention", "team": TEAM_ID})
    return message


async def text_from_phone(sandbox: Sandbox, phone: str, body: str) -> Text:
    """Text our number from a person's phone; returns once the bot's webhook has answered.

    Args:
        sandbox: The running practice world.
        phone: E.164; an unknown phone appears by itself.
        body: The text.

    Raises:
        MistakeError: The number is no phone number.
    """
    if not carrier.is_phone_number(phone):
        message = f"{phone!r} is not a phone number such as +14165550199"
        raise MistakeError(message)
    return await carrier.receive(sandbox, phone, body)


def set_clock(sandbox: Sandbox, *, at: str = "", advance_seconds: float = 0.0, real: bool = False) -> datetime:
    """Move the world clock: back to real time, to an instant, or onward.

    Args:
        sandbox: The running practice world.
        at: ISO 8601 with an offset, e.g. ``2026-11-24T09:05:00-05:00``.
        advance_seconds: Onward by this much; negative goes back.
        real: Back to real time; comes first.

    Returns:
        The world's time afterwards.

    Raises:
        MistakeError: The instant cannot be read or has no offset.
    """
    if real:
        sandbox.clock.set_offset(0.0)
    if at:
        sandbox.clock.set_time(_instant(at))
    if advance_seconds:
        sandbox.clock.set_offset(sandbox.clock.offset_seconds + timedelta(seconds=advance_seconds).total_seconds())
    return sandbox.clock.now()


def _instant(text: str) -> datetime:
    """Return an aware instant from ISO 8601 text."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is not an ISO 8601 time"
        raise MistakeError(message) from error
    if at.tzinfo is None:
        message = f"{text!r} needs an offset such as Z or -05:00"
        raise MistakeError(message)
    return at


def find_person(sandbox: Sandbox, user: str) -> Person:
    """Return a person by id or name.

    Raises:
        MistakeError: There is none.
    """
    people = sandbox.world.people
    who = people.get(user) or next((person for person in people.values() if person.name == user), None)
    if who is None or who.is_bot:
        message = f"there is no person {user!r}"
        raise MistakeError(message)
    return who


def find_channel(sandbox: Sandbox, channel: str) -> Channel:
    """Return a channel by id, ``#name`` or the id of the person the bot talks to there.

    Raises:
        MistakeError: There is none.
    """
    room = sandbox.world.find_channel(channel)
    if room is None:
        message = f"there is no channel {channel!r}"
        raise MistakeError(message)
    return room


def find_view(sandbox: Sandbox, user: str, view_id: str) -> View:
    """Return a person's open modal or Home.

    Raises:
        MistakeError: It is not open, or somebody else's.
    """
    view = sandbox.world.find_view(view_id)
    if view is None or view.user != find_person(sandbox, user).id:
        message = f"{user} has no open view {view_id!r}"
        raise MistakeError(message)
    return view
