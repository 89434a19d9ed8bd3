"""The left side of the page, a team's Slack: rooms, messages, App Home and modals. Reads the world, changes nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from markupsafe import Markup

from sandbox.model import Channel, JsonDict, Message, View, Whisper
from sandbox.page import pieces
from sandbox.page.pieces import HOME, Face, Item, Tab
from sandbox.page.render import block_kit, dates, mrkdwn
from sandbox.runtime import Sandbox
from sandbox.world import BOT_USER_ID, TEAM_NAME, World

_SHOWN_REPLIES = 8
# A room is drawn anew at every change, on the loop that also answers the bot: a long history would slow both down.
_SHOWN_ROOTS = 60
_TOPICS = {
    "leads": "New sellers, their ladders and what they answer",
    "deals": "Offers, buyers and approvals",
    "heimdall": "Briefings and alerts",
}
_APP_TOPIC = "What waits for you, what is held and why"


@dataclass(frozen=True, slots=True)
class _Line:
    """A message as the template wants it."""

    author: Face
    at_short: str
    at_long: str
    body: Markup
    channel: str
    ts: str
    edited: bool
    private: bool
    at: Any


def rail(world: World, tab: Tab) -> Markup:
    """Return the list of rooms and people."""
    visible = pieces.visible_rooms(world, tab.person)
    rooms = [_room_link(tab, c.id, c.name, "#") for c in visible if c.im_user is None]
    direct = [_room_link(tab, c.id, "Messages", "✉", "direct-messages") for c in visible if c.im_user == tab.person.id]
    home = _room_link(tab, HOME, "Heimdall Home", "⌂", "app-home")
    people = [
        {
            **_as_dict(pieces.face_of(world, person.id)),
            "id": person.id,
            "role": person.role,
            "href": tab.href(person=person.id),
            "current": person.id == tab.person.id,
        }
        for person in world.people.values()
        if not person.is_bot
    ]
    return pieces.page("rail.html", team=TEAM_NAME, rooms=rooms, apps=[home, *direct], people=people)


def room(world: World, tab: Tab) -> Markup:
    """Return the head of the open room, with who is looking at it."""
    channel = world.channels.get(tab.room)
    if channel is None:
        title, topic = "Heimdall Home", _APP_TOPIC
    elif channel.im_user:
        title, topic = "Heimdall", "Only the two of you"
    else:
        title, topic = f"#{channel.name}", _TOPICS.get(channel.name, "")
    person = {"name": tab.person.real_name, "role": tab.person.role}
    return pieces.page("room.html", title=title, topic=topic, person=person)


def messages(sandbox: Sandbox, tab: Tab) -> Markup:
    """Return what the open room shows to the acting person, oldest first, threads under their root."""
    channel = sandbox.world.channels.get(tab.room)
    return pieces.keyed(_home(sandbox, tab) if channel is None else _conversation(sandbox, tab, channel))


def modal(sandbox: Sandbox, tab: Tab) -> Markup:
    """Return the modal the acting person is looking at, or nothing."""
    view = sandbox.world.top_modal(tab.person.id)
    if view is None:
        return Markup()
    facts = {
        "view_id": view.id,
        "title": _words(view.payload.get("title")),
        "trouble": view.trouble,
        "submit": _words(view.payload.get("submit")) or ("Submit" if _has_inputs(view) else ""),
        "close": _words(view.payload.get("close")) or "Cancel",
        "body": _blocks(view.payload.get("blocks", []), _view_scope(sandbox, tab, view)),
    }
    attributes = {"data-testid": "modal", "data-view-id": view.id, "aria-labelledby": f"title-{view.id}"}
    body = pieces.macro("items.html", "modal", facts)
    return pieces.keyed([Item(f"modal-{view.id}", body, "modal", attributes, "dialog")])


def scope(sandbox: Sandbox, tab: Tab, key: str) -> block_kit.Scope:
    """Return what blocks shown in this tab know of the world."""
    people = sandbox.world.people.values()
    return block_kit.Scope(
        people={person.id: person.real_name for person in people},
        channels={channel.id: channel.name for channel in sandbox.world.channels.values()},
        selectable=tuple(person.id for person in people if not person.is_bot),
        now=sandbox.clock.now(),
        zone=tab.zone,
        key=key,
    )


def _room_link(tab: Tab, room_id: str, name: str, sign: str, testid: str = "") -> dict[str, object]:
    shown = {"id": room_id, "name": name, "sign": sign, "testid": testid}
    return {**shown, "href": tab.href(room=room_id), "current": room_id == tab.room}


def _as_dict(shown: Face) -> dict[str, object]:
    return {"name": shown.name, "initials": shown.initials, "tint": shown.tint}


def _conversation(sandbox: Sandbox, tab: Tab, channel: Channel) -> list[Item]:
    """Return a channel's items: day breaks, roots, and each root's replies right below it."""
    whispers = [whisper for whisper in channel.whispers if whisper.user == tab.person.id]
    everything: list[Message | Whisper] = sorted([*channel.messages, *whispers], key=lambda m: float(m.ts))
    known = {message.ts for message in channel.messages}
    roots = [m for m in everything if m.thread_ts in {None, m.ts} or m.thread_ts not in known]
    if not roots:
        hint = "Type / in the field below to see what Heimdall can do."
        return [Item("empty", pieces.macro("items.html", "empty", "Nothing here yet", hint), "empty")]
    hidden, shown = len(roots[:-_SHOWN_ROOTS]), roots[-_SHOWN_ROOTS:]
    items: list[Item] = []
    if hidden:
        items.append(Item("older", Markup("{} earlier messages are not shown.").format(hidden), "older muted"))
    for _, group in groupby(shown, key=lambda m: m.at.astimezone(tab.zone).date()):
        day = list(group)
        items.append(pieces.day_break(day[0].at, tab.zone, sandbox.clock.now(), channel.id))
        for root in day:
            items.append(_message(sandbox, tab, root))
            replies = [m for m in everything if m.thread_ts == root.ts and m.ts != root.ts]
            items.extend(_thread(root.ts, [_message(sandbox, tab, m, reply=True) for m in replies]))
    return items


def _thread(root_ts: str, replies: list[Item]) -> list[Item]:
    """Return the replies below a root; of a long thread all but the newest are folded away."""
    earlier, shown = replies[:-_SHOWN_REPLIES], replies[-_SHOWN_REPLIES:]
    if not earlier:
        return shown
    words = f"Show {len(earlier)} earlier repl{'y' if len(earlier) == 1 else 'ies'}"
    body = Markup("<summary>{}</summary>{}").format(words, pieces.keyed(earlier))
    return [Item(f"earlier-{root_ts}", body, "earlier", {"data-testid": "earlier"}, "details"), *shown]


def _message(sandbox: Sandbox, tab: Tab, message: Message | Whisper, *, reply: bool = False) -> Item:
    is_private = isinstance(message, Whisper)
    key = f"m-{message.channel}-{message.ts}"
    inside = replace(scope(sandbox, tab, key), values=message.state.get(tab.person.id, {}))
    author = message.user if isinstance(message, Message) else _WHISPERER.get(message.source, BOT_USER_ID)
    at = message.at.astimezone(tab.zone)
    line = _Line(
        author=pieces.face_of(sandbox.world, author),
        at_short=pieces.time_text(at, tab.zone),
        at_long=f"{dates.day_text(at.date(), style='date_long')} {dates.clock_text(at, seconds=True)}",
        body=_blocks(message.blocks, inside) if message.blocks else _text(message.text, inside),
        channel=message.channel,
        ts=message.ts,
        edited=isinstance(message, Message) and message.edited_ts is not None,
        private=is_private,
        at=message.at,
    )
    css = "message" + (" reply" if reply else "") + (" private" if is_private else "")
    attributes = {
        "data-testid": "ephemeral" if is_private else "message",
        "data-ts": message.ts,
        "data-thread": message.thread_ts or "",
    }
    return Item(key, pieces.macro("items.html", "message", line), css, attributes, "article")


# Slack's own errors come from Slackbot, everything else private from the bot.
_WHISPERER = {"slack": "Slackbot"}


def _home(sandbox: Sandbox, tab: Tab) -> list[Item]:
    view = sandbox.world.homes.get(tab.person.id)
    if view is None:
        hint = "Heimdall publishes it when you open this page."
        return [Item("empty", pieces.macro("items.html", "empty", "No Home yet", hint), "empty")]
    blocks = _blocks(view.payload.get("blocks", []), _view_scope(sandbox, tab, view))
    body = pieces.macro("items.html", "home", view.id, blocks)
    return [Item(f"home-{view.id}", body, "home", {"data-testid": "home", "data-view-id": view.id}, "article")]


def _view_scope(sandbox: Sandbox, tab: Tab, view: View) -> block_kit.Scope:
    return replace(scope(sandbox, tab, view.id), errors=view.errors, values=view.values)


def _has_inputs(view: View) -> bool:
    return any(block.get("type") == "input" for block in view.payload.get("blocks", []))


def _words(value: Mapping[str, Any] | None) -> str:
    return str(value.get("text", "")) if value else ""


def _text(text: str, inside: block_kit.Scope) -> Markup:
    return Markup('<div class="mrkdwn" data-testid="text">{}</div>').format(mrkdwn.mrkdwn(text, inside))


def _blocks(blocks: list[JsonDict], inside: block_kit.Scope) -> Markup:
    """Return blocks as HTML; what cannot be drawn becomes a red box nobody can overlook."""
    return Markup("\n").join(_block(block, inside) for block in blocks)


def _block(block: JsonDict, inside: block_kit.Scope) -> Markup:
    try:
        return block_kit.render_block(block, inside)
    except block_kit.UnknownBlock as problem:
        shown = json.dumps(block, indent=2, ensure_ascii=False)
        return pieces.macro("items.html", "unknown_block", str(problem), shown)
