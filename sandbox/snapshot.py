"""The whole practice world as JSON, for tests and tools (``GET /_control/state``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import resources

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.model import Call, Channel, JsonDict, Message, Phone, Text, View, Whisper
    from sandbox.runtime import Sandbox
    from sandbox.slack.acks import Seen
    from sandbox.slack.acts import Act


def state(sandbox: Sandbox) -> JsonDict:
    """Return everything there is at this moment."""
    world = sandbox.world
    return {
        "now": sandbox.clock.now().isoformat(),
        "offset_seconds": sandbox.clock.offset_seconds,
        "changes": sandbox.feed.number,
        "busy": sandbox.busy,
        "faults": sandbox.faults.values,
        "traffic": sandbox.inspector.counts(),
        "people": [{"id": who.id, "name": who.name, "real_name": who.real_name, "role": who.role}
                   for who in world.people.values()],
        "acts": [_act(one) for one in sandbox.acts.all],
        "channels": {channel.id: _channel(channel) for channel in world.channels.values()},
        "views": {user: [view(one) for one in stack] for user, stack in world.modals.items() if stack},
        "homes": {user: view(home) for user, home in world.homes.items()},
        "phones": {phone.number: _phone(sandbox, phone) for phone in world.phones.values()},
    }  # fmt: skip


def seen(what: Seen) -> JsonDict:
    """Return what a person saw."""
    return {
        "ok": what.ok,
        "status": what.status,
        "failure": what.failure,
        "shown": message(what.shown) if what.shown else None,
        "view": view(what.view) if what.view else None,
    }


def _act(what: Act) -> JsonDict:
    """Return something a person did, with what they saw at once."""
    names = ("ts", "user", "kind", "what", "channel", "message_ts", "done", "status", "failure", "shown", "view")
    return {name: getattr(what, name) for name in names}


def message(what: Message | Whisper) -> JsonDict:
    """Return a message; a private one names who sees it as ``user`` and has a ``source``."""
    common: JsonDict = {
        "ts": what.ts,
        "channel": what.channel,
        "user": what.user,
        "text": what.text,
        "blocks": what.blocks,
        "thread_ts": what.thread_ts,
        "at": what.at.isoformat(),
    }
    if hasattr(what, "source"):
        return common | {"source": what.source}
    return common | {"edited_ts": what.edited_ts, "metadata": what.metadata, "is_bot": what.is_bot}


def view(what: View) -> JsonDict:
    """Return a view with what the person sees besides the bot's blocks."""
    return resources.view(what) | {"user": what.user, "errors": what.errors, "trouble": what.trouble}


def text(what: Text) -> JsonDict:
    """Return a text message."""
    return {
        "sid": what.sid,
        "direction": what.direction,
        "source": what.source,
        "from": what.sender,
        "to": what.recipient,
        "body": what.body,
        "status": what.status,
        "segments": what.segments,
        "price": what.price,
        "error_code": what.error_code,
        "status_callback": what.status_callback,
        "validity_seconds": what.validity_seconds,
        "created_at": what.created_at.isoformat(),
        "sent_at": what.sent_at.isoformat() if what.sent_at else None,
        "history": _history(what.history),
    }


def _channel(channel: Channel) -> JsonDict:
    """Return a channel with its messages, and the private ones apart."""
    return {
        "name": channel.name,
        "im_user": channel.im_user,
        "messages": [message(one) for one in channel.messages],
        "ephemerals": [message(one) for one in channel.whispers],
    }


def _phone(sandbox: Sandbox, phone: Phone) -> JsonDict:
    """Return a phone with its texts and calls."""
    return {
        "name": phone.name,
        "city": phone.city,
        "province": phone.province,
        "stopped": phone.stopped,
        "messages": [text(one) for one in sandbox.world.texts if phone.number in (one.sender, one.recipient)],
        "calls": [_call(one) for one in sandbox.world.calls if one.recipient == phone.number],
    }


def _call(what: Call) -> JsonDict:
    """Return a phone call."""
    return {
        "sid": what.sid,
        "from": what.sender,
        "to": what.recipient,
        "status": what.status,
        "twiml": what.twiml,
        "url": what.url,
        "created_at": what.created_at.isoformat(),
        "history": _history(what.history),
    }


def _history(entries: list[tuple[str, datetime]]) -> list[JsonDict]:
    """Return the states something went through."""
    return [{"status": status, "at": at.isoformat()} for status, at in entries]
