"""The state of the practice world, held in memory, and the changes one may make to it.

Every change is published on the feed. One event loop owns the world: everything here runs on that loop and never
waits, so no lock is needed. It knows nothing of HTTP and does not talk to the bot.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox import seed
from sandbox.model import Call, Channel, Content, Message, Person, Phone, Text, UserGroup, View, Whisper

if TYPE_CHECKING:
    from sandbox.clock import WorldClock
    from sandbox.feed import Feed

TEAM_ID = "T0HEIMDALL"
TEAM_NAME = "Northern Doors"
TEAM_DOMAIN = "northern-doors"
APP_ID = "A0HEIMDALL"
BOT_ID = "B0HEIMDALL"
BOT_USER_ID = "U0HEIMDALL"


class World:
    """People, channels, views and phones, and what they hold at this moment."""

    people: dict[str, Person]
    groups: dict[str, UserGroup]
    channels: dict[str, Channel]
    modals: dict[str, list[View]]
    homes: dict[str, View]
    phones: dict[str, Phone]
    texts: list[Text]
    calls: list[Call]

    def __init__(self, clock: WorldClock, feed: Feed) -> None:
        """Start with the seed story's people, channels and phones.

        Args:
            clock: The world clock.
            feed: Told about every change.
        """
        self.clock = clock
        self.feed = feed
        self._last_ts = 0.0
        self._restore()

    def reset(self) -> None:
        """Forget everything that happened and restore the start; the clock is not touched."""
        self._restore()
        self.feed.publish("reset")

    def _restore(self) -> None:
        """Fill the state with fresh copies of the start."""
        self.people = {person.id: person for person in seed.people()}
        self.groups = {group.id: group for group in seed.groups()}
        self.channels = {channel.id: channel for channel in seed.channels()}
        self.phones = {phone.number: phone for phone in seed.phones()}
        self.modals = {}
        self.homes = {}
        self.texts = []
        self.calls = []

    # Messages ---------------------------------------------------------------------------------------------------

    def next_ts(self) -> str:
        """Return a fresh Slack time stamp: the world's time, but always later than the last one given out."""
        self._last_ts = max(self.clock.now().timestamp(), self._last_ts + 0.000_01)
        return f"{self._last_ts:.6f}"

    def find_message(self, channel_id: str, ts: str) -> Message | None:
        """Return the message with this time stamp, or None."""
        channel = self.channels.get(channel_id)
        return next((message for message in channel.messages if message.ts == ts), None) if channel else None

    def find_whisper(self, channel_id: str, ts: str) -> Whisper | None:
        """Return the private message with this time stamp, or None."""
        channel = self.channels.get(channel_id)
        return next((whisper for whisper in channel.whispers if whisper.ts == ts), None) if channel else None

    def post(self, channel_id: str, user_id: str, content: Content) -> Message:
        """Put a message into a channel.

        Args:
            channel_id: A channel that exists.
            user_id: The author; the bot's user id makes it the bot's message.
            content: What it says.

        Returns:
            The stored message.
        """
        message = Message(
            channel=channel_id,
            ts=self.next_ts(),
            user=user_id,
            text=content.text,
            at=self.clock.now(),
            blocks=content.blocks,
            thread_ts=content.thread_ts,
            metadata=content.metadata,
            is_bot=user_id == BOT_USER_ID,
        )
        self.channels[channel_id].messages.append(message)
        self.feed.publish("channel", channel_id)
        return message

    def touch(self, message: Message | Whisper) -> None:
        """Publish that a message was edited in place."""
        if isinstance(message, Whisper):
            self.feed.publish("whisper", message.user)
        else:
            self.feed.publish("channel", message.channel)

    def remove(self, message: Message | Whisper) -> None:
        """Take a message out of its channel."""
        channel = self.channels[message.channel]
        if isinstance(message, Whisper):
            channel.whispers.remove(message)
        else:
            channel.messages.remove(message)
        self.touch(message)

    def whisper(self, channel_id: str, user_id: str, content: Content, source: str) -> Whisper:
        """Show one person a message nobody else sees.

        Args:
            channel_id: Where it appears.
            user_id: Who sees it.
            content: What it says; metadata is not kept.
            source: See :class:`~sandbox.model.Whisper`.

        Returns:
            The stored message.
        """
        whisper = Whisper(
            ts=self.next_ts(),
            channel=channel_id,
            user=user_id,
            text=content.text,
            at=self.clock.now(),
            source=source,
            blocks=content.blocks,
            thread_ts=content.thread_ts,
        )
        self.channels[channel_id].whispers.append(whisper)
        self.feed.publish("whisper", user_id)
        return whisper

    def find_channel(self, reference: str) -> Channel | None:
        """Return the channel meant by an id, a ``#name`` or a person's id (their direct conversation), or None.

        Args:
            reference: As given to the bot's API calls.
        """
        name = reference.removeprefix("#")
        return self.channels.get(reference) or next(
            (c for c in self.channels.values() if c.im_user == reference or (c.name == name and c.name)), None
        )

    # Views ------------------------------------------------------------------------------------------------------

    def top_modal(self, user_id: str) -> View | None:
        """Return the modal the person is looking at, or None."""
        stack = self.modals.get(user_id)
        return stack[-1] if stack else None

    def find_view(self, view_id: str) -> View | None:
        """Return an open modal or a published Home by its id, or None when it is closed."""
        views = [*self.homes.values(), *(view for stack in self.modals.values() for view in stack)]
        return next((view for view in views if view.id == view_id), None)

    def open_modal(self, view: View) -> None:
        """Put a modal on top of the person's stack (an empty stack when it is a root view)."""
        stack = self.modals.setdefault(view.user, [])
        if view.id == view.root_id:
            stack.clear()
        stack.append(view)
        self.feed.publish("view", view.user)

    def close_modal(self, view: View) -> None:
        """Close one modal, wherever it is in its person's stack; nothing happens when it is closed already."""
        stack = self.modals.get(view.user, [])
        if view in stack:
            stack.remove(view)
        self.feed.publish("view", view.user)

    def close_modals(self, user_id: str) -> None:
        """Close all modals of a person."""
        self.modals.pop(user_id, None)
        self.feed.publish("view", user_id)

    def publish_home(self, view: View) -> None:
        """Replace the person's App Home."""
        self.homes[view.user] = view
        self.feed.publish("home", view.user)

    def touch_view(self, view: View) -> None:
        """Publish that a view, or what the person sees around it, changed."""
        self.feed.publish("home" if view.payload.get("type") == "home" else "view", view.user)

    # Phones -----------------------------------------------------------------------------------------------------

    def phone(self, number: str) -> Phone:
        """Return the phone with this number; an unknown one appears by itself."""
        if number not in self.phones:
            self.phones[number] = Phone(number=number, name="Unknown phone")
        return self.phones[number]

    def add_text(self, text: Text) -> None:
        """Keep a text and show it on its phone."""
        text.history.append((text.status, text.created_at))
        self.texts.append(text)
        self.touch_text(text)

    def touch_text(self, text: Text) -> None:
        """Publish that a text changed, under the number of the person's phone."""
        self.feed.publish("phone", text.sender if text.direction == "inbound" else text.recipient)

    def add_call(self, call: Call) -> None:
        """Keep a call and show it on its phone."""
        call.history.append((call.status, call.created_at))
        self.calls.append(call)
        self.feed.publish("call", call.recipient)


def new_id(prefix: str) -> str:
    """Return a fresh Slack-like id: the prefix and ten capital characters."""
    return prefix + secrets.token_hex(5).upper()


def new_hash(at_seconds: float) -> str:
    """Return a fresh view hash in Slack's form, ``seconds.random``."""
    return f"{int(at_seconds)}.{secrets.token_hex(4)}"
