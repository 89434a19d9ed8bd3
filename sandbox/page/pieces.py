"""Small pieces every part of the page is made of: keyed items, faces, times and the acting person's tab.

An item carries a fingerprint of its HTML, so the browser replaces only what changed and keeps focus, scroll and
half-typed text everywhere else.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from sandbox.model import Channel, Person
from sandbox.page import clocks
from sandbox.page.render import block_kit, dates
from sandbox.world import BOT_USER_ID, World

HOME = "home"
_TINTS = 5


@dataclass(frozen=True, slots=True)
class Tab:
    """What one browser tab looks at: who acts there and which room is open.

    Attributes:
        person: The acting person.
        room: A channel id, or ``home`` for the App Home.

    """

    person: Person
    room: str

    def href(self, *, person: str | None = None, room: str | None = None) -> str:
        """Return the address of this tab with another person or room; a direct conversation never changes hands."""
        keep = room or (self.room if person is None or not self.room.startswith("D") else HOME)
        return "/?" + urlencode({"as": person or self.person.id, "in": keep})

    @property
    def zone(self) -> tzinfo:
        """Return the acting person's time zone."""
        return ZoneInfo(self.person.zone)


def open_tab(world: World, person_id: str, room: str) -> Tab:
    """Return the tab that was asked for, or the nearest one that exists.

    Args:
        world: The practice world.
        person_id: A member's id; anything else means the first member.
        room: A channel id or ``home``; anything the person may not see means the first channel.

    """
    members = [person for person in world.people.values() if not person.is_bot]
    person = next((one for one in members if one.id == person_id), members[0])
    rooms = [channel.id for channel in visible_rooms(world, person)]
    return Tab(person, room if room == HOME or room in rooms else rooms[0])


def visible_rooms(world: World, person: Person) -> list[Channel]:
    """Return the channels and direct conversations a person is a member of."""
    return [channel for channel in world.channels.values() if person.id in channel.members]


@dataclass(frozen=True, slots=True)
class Item:
    """One keyed piece of a fragment.

    Attributes:
        id: HTML id, stable as long as it is the same thing.
        body: Its HTML.
        css: Class names.
        attributes: Further attributes, such as ``data-testid``.
        tag: ``div`` by default.
        is_deep: The body consists of keyed items itself, to be compared one by one.

    """

    id: str
    body: Markup
    css: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    tag: str = "div"
    is_deep: bool = False

    @property
    def version(self) -> str:
        """Return a fingerprint of everything that is drawn."""
        return block_kit.digest(f"{self.body}{self.css}{sorted(self.attributes.items())}")


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody's name and the coloured square that stands for a portrait."""

    name: str
    initials: str
    tint: int
    is_bot: bool = False


def face(name: str, *, key: str = "", is_bot: bool = False) -> Face:
    """Return the face of a person or phone.

    Args:
        name: Shown name.
        key: What decides the colour, the name when empty.
        is_bot: True for Heimdall, whose colour nobody else has.

    """
    letters = "".join(word[0] for word in name.split()[:2] if word[0].isalpha()).upper()
    tint = 0 if is_bot else 1 + zlib.crc32((key or name).encode()) % _TINTS
    return Face(name, letters or "?", tint, is_bot)


def face_of(world: World, user_id: str) -> Face:
    """Return the face of a member by id; an unknown id stands for itself."""
    person = world.people.get(user_id)
    return face(person.real_name if person else user_id, key=user_id, is_bot=user_id == BOT_USER_ID)


def keyed(items: Iterable[Item]) -> Markup:
    """Return the HTML of a list of items."""
    return macro("items.html", "keyed", list(items))


def macro(template: str, name: str, *arguments: object) -> Markup:
    """Return what a template's macro makes of the arguments."""
    made: Markup = getattr(block_kit.environment().get_template(template).module, name)(*arguments)
    return made


def page(template: str, **facts: object) -> Markup:
    """Return a whole template's HTML."""
    return Markup(block_kit.environment().get_template(template).render(**facts))  # noqa: S704 - autoescaped


def day_break(at: datetime, zone: tzinfo, now: datetime, prefix: str) -> Item:
    """Return the line that begins a new local day."""
    day = at.astimezone(zone).date()
    words = dates.day_text(day, style="date_long", today=now.astimezone(zone).date())
    body = macro("items.html", "day_break", words[:1].upper() + words[1:])
    return Item(f"day-{prefix}-{day.isoformat()}", body, "day-break", {"role": "presentation"})


def time_text(at: datetime, zone: tzinfo) -> str:
    """Return a local time of day, e.g. ``9:05 AM``."""
    return dates.clock_text(at.astimezone(zone))


def zone_of_province(province: str) -> tzinfo:
    """Return the time zone a phone of this province shows; Toronto when it is unknown."""
    return clocks.PROVINCE_ZONES.get(province, clocks.TORONTO)
