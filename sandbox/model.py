"""The things the practice world is made of, as plain data without behaviour.

Times are aware UTC datetimes of the world clock; ``ts`` is Slack's message time stamp, which is also its id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

Json = Any
"""Any JSON value as it travels over the wire; nothing is known of its shape yet."""
JsonDict = dict[str, Any]
"""A JSON object as it travels over the wire."""


@dataclass(slots=True)
class Person:
    """A member of the practice workspace; ``role`` is only a label for the page."""

    id: str
    name: str
    real_name: str
    role: str
    email: str = ""
    zone: str = "America/Toronto"
    is_admin: bool = False
    is_restricted: bool = False
    is_bot: bool = False


@dataclass(slots=True)
class UserGroup:
    """A Slack user group, as the bot reads roles from it."""

    id: str
    handle: str
    name: str
    users: list[str]


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: the top-level text, Block Kit with ids filled in, its parent in a thread, its metadata."""

    text: str
    blocks: list[JsonDict] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: JsonDict | None = None


@dataclass(slots=True)
class Message:
    """One visible message of a channel.

    Args:
        metadata: Slack message metadata (``event_type``, ``event_payload``) or None.
        state: What each person has picked in the message's inputs: user id → ``state.values``.
    """

    channel: str
    ts: str
    user: str
    text: str
    at: datetime
    blocks: list[JsonDict] = field(default_factory=list)
    thread_ts: str | None = None
    edited_ts: str | None = None
    metadata: JsonDict | None = None
    is_bot: bool = False
    state: dict[str, JsonDict] = field(default_factory=dict)


@dataclass(slots=True)
class Whisper:
    """A message only one person sees (Slack calls it ephemeral).

    Args:
        source: ``ack`` (answer to a command), ``response_url``, ``postEphemeral`` or ``slack`` (Slack's own error).
    """

    ts: str
    channel: str
    user: str
    text: str
    at: datetime
    source: str
    blocks: list[JsonDict] = field(default_factory=list)
    thread_ts: str | None = None
    state: dict[str, JsonDict] = field(default_factory=dict)


@dataclass(slots=True)
class Channel:
    """A channel or, with ``im_user`` set, the direct conversation of the bot with that person."""

    id: str
    name: str
    members: list[str]
    im_user: str | None = None
    messages: list[Message] = field(default_factory=list)
    whispers: list[Whisper] = field(default_factory=list)


@dataclass(slots=True)
class View:
    """An open modal or a published App Home.

    Args:
        payload: The view as the bot gave it, with block and action ids filled in.
        values: ``state.values``: current content of every input, block id → action id → state.
        hash: Changes with every update; ``views.update`` may insist on it.
        errors: block id → text the bot refused the last submission with.
        trouble: What Slack itself tells the person at the top of the modal, empty when all is well.
    """

    id: str
    user: str
    payload: JsonDict
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, JsonDict] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""


@dataclass(slots=True)
class Phone:
    """A seller's or buyer's phone; ``stopped`` means the carrier blocks texts of ours to it."""

    number: str
    name: str
    city: str = ""
    province: str = ""
    stopped: bool = False


@dataclass(slots=True)
class Text:
    """One text message, in Twilio's vocabulary.

    Args:
        direction: ``inbound``, ``outbound-api`` or ``outbound-reply``.
        source: ``api`` (our account's request), ``phone`` (a person), ``reply`` (TwiML answer) or ``carrier``
            (confirmations of STOP, START and HELP).
        validity_seconds: How long it may wait in the carrier's queue, world seconds.
        price: Positive amount in US dollars, None until sent.
        history: Every state it has been in, with the world time of entering.
    """

    sid: str
    direction: str
    source: str
    sender: str
    recipient: str
    body: str
    status: str
    segments: int
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    price: str | None = None
    error_code: int | None = None
    error_message: str | None = None
    status_callback: str | None = None
    validity_seconds: int = 36_000
    history: list[tuple[str, datetime]] = field(default_factory=list)


@dataclass(slots=True)
class Call:
    """One phone call, in Twilio's vocabulary; ``twiml`` is what the bot said to do once it was answered."""

    sid: str
    sender: str
    recipient: str
    status: str
    created_at: datetime
    updated_at: datetime
    twiml: str = ""
    url: str | None = None
    status_callback: str | None = None
    status_events: tuple[str, ...] = ("completed",)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    history: list[tuple[str, datetime]] = field(default_factory=list)
