"""Slack's chat methods: post, whisper, edit, delete, link (https://docs.slack.dev/reference/methods, ``chat.*``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import SlackRefusalError
from sandbox.model import Content
from sandbox.slack import limits, resources
from sandbox.world import BOT_USER_ID

if TYPE_CHECKING:
    from sandbox.model import Channel, Json, JsonDict, Message
    from sandbox.runtime import Sandbox
    from sandbox.slack.arguments import Args

# https://docs.slack.dev/changelog/2018-truncating-really-long-messages: longer text is cut.
TEXT_CHARACTERS = 40_000


def post_message(sandbox: Sandbox, args: Args) -> JsonDict:
    """Post a message of the bot."""
    channel = _channel(sandbox, args)
    content = _content(sandbox, args, channel)
    message = sandbox.world.post(channel.id, BOT_USER_ID, content)
    return {"channel": channel.id, "ts": message.ts, "message": resources.message(message)}


def post_ephemeral(sandbox: Sandbox, args: Args) -> JsonDict:
    """Show one member of a channel a message nobody else sees."""
    channel = _channel(sandbox, args)
    user = args.required("user")
    if user not in channel.members:
        raise SlackRefusalError(code="user_not_in_channel")
    whisper = sandbox.world.whisper(channel.id, user, _content(sandbox, args, channel), "postEphemeral")
    return {"message_ts": whisper.ts}


def update(sandbox: Sandbox, args: Args) -> JsonDict:
    """Edit a message of the bot in place; what is not given stays, but text without blocks removes the blocks."""
    message = _own_message(sandbox, args, "cant_update_message")
    if "text" not in args and "blocks" not in args:
        raise SlackRefusalError(code="no_text")
    blocks = limits.accept_message(args.structure("blocks", "invalid_blocks_format"))
    if "text" in args or "blocks" in args:
        message.blocks = blocks
    message.text = args.text("text", message.text)[:TEXT_CHARACTERS]
    if "metadata" in args:
        message.metadata = _metadata(args.structure("metadata", "invalid_metadata_format"))
    message.edited_ts = sandbox.world.next_ts()
    message.state.clear()
    sandbox.world.touch(message)
    shown = resources.message(message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(sandbox: Sandbox, args: Args) -> JsonDict:
    """Delete a message of the bot."""
    message = _own_message(sandbox, args, "cant_delete_message")
    sandbox.world.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return the web address of a message."""
    channel = sandbox.world.find_channel(args.required("channel"))
    if channel is None:
        raise SlackRefusalError(code="channel_not_found")
    ts = args.required("message_ts")
    if sandbox.world.find_message(channel.id, ts) is None:
        raise SlackRefusalError(code="message_not_found")
    return {"channel": channel.id, "permalink": resources.permalink(channel.id, ts)}


def _channel(sandbox: Sandbox, args: Args) -> Channel:
    """Return the channel the bot wants to write to."""
    channel = sandbox.world.find_channel(args.required("channel"))
    if channel is None:
        raise SlackRefusalError(code="channel_not_found")
    if BOT_USER_ID not in channel.members:
        raise SlackRefusalError(code="not_in_channel")
    return channel


def _content(sandbox: Sandbox, args: Args, channel: Channel) -> Content:
    """Return what the bot wants to say."""
    blocks = limits.accept_message(args.structure("blocks", "invalid_blocks_format"))
    text = args.text("text")[:TEXT_CHARACTERS]
    if not text.strip() and not blocks:
        raise SlackRefusalError(code="no_text")
    thread_ts = args.text("thread_ts") or None
    if thread_ts and sandbox.world.find_message(channel.id, thread_ts) is None:
        raise SlackRefusalError(code="thread_not_found")
    metadata = _metadata(args.structure("metadata", "invalid_metadata_format"))
    return Content(text, blocks, thread_ts, metadata)


def _metadata(given: Json) -> JsonDict | None:
    """Return message metadata in its stored form (https://docs.slack.dev/messaging/message-metadata)."""
    if not given:
        return None
    if not isinstance(given, dict) or not given.get("event_type") or not isinstance(given.get("event_payload"), dict):
        raise SlackRefusalError(code="invalid_metadata_format")
    return {"event_type": given["event_type"], "event_payload": given["event_payload"]}


def _own_message(sandbox: Sandbox, args: Args, not_own: str) -> Message:
    """Return a message of the bot by channel id and time stamp; names are not accepted here."""
    channel_id, ts = args.required("channel"), args.required("ts")
    if channel_id not in sandbox.world.channels:
        raise SlackRefusalError(code="channel_not_found")
    message = sandbox.world.find_message(channel_id, ts)
    if message is None:
        raise SlackRefusalError(code="message_not_found")
    if not message.is_bot:
        raise SlackRefusalError(code=not_own)
    return message
