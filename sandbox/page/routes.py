"""The practice world's page: the whole page, its fragments and the events that say what changed.

Acting person and open room belong to the browser tab: they are the ``as`` and ``in`` of its address, and every request
repeats them. What people do is in :mod:`sandbox.page.posts`.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Cookie, HTTPException
from fastapi.responses import FileResponse, HTMLResponse
from markupsafe import Markup
from sse_starlette import EventSourceResponse, ServerSentEvent

from sandbox import actions
from sandbox.feed import Change
from sandbox.page import desk, phones, pieces, posts, team
from sandbox.page.commands import COMMANDS
from sandbox.page.pieces import HOME, Tab
from sandbox.page.request import Here, Walking, World
from sandbox.page.walk import Walk
from sandbox.runtime import Sandbox

router = APIRouter(include_in_schema=False)
router.include_router(posts.router)

_STATIC: Final = Path(__file__).parent / "static"
_STATIC_TYPES: Final = {
    "sandbox.css": "text/css",
    "sandbox.js": "text/javascript",
    "heimdall.svg": "image/svg+xml",
}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
        "img-src 'self' data: http://127.0.0.1:* http://localhost:*; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# The start of another world at this address takes a moment; browsers wait three seconds unless told.
_RECONNECT_MILLISECONDS: Final = 500
_THEMES: Final = frozenset({"light", "dark"})


_FRAGMENTS: Final[dict[str, Callable[[Sandbox, Tab, Walk], Markup]]] = {
    "clock": lambda sandbox, _tab, walk: desk.clock(sandbox, walk.day),
    "rail": lambda sandbox, tab, _walk: team.rail(sandbox.world, tab),
    "room": lambda sandbox, tab, _walk: team.room(sandbox.world, tab),
    "messages": lambda sandbox, tab, _walk: team.messages(sandbox, tab),
    "modal": lambda sandbox, tab, _walk: team.modal(sandbox, tab),
    "phones": lambda sandbox, _tab, _walk: phones.phones(sandbox),
    "traffic": lambda sandbox, _tab, _walk: desk.traffic(sandbox),
    "faults": lambda sandbox, _tab, _walk: desk.faults(sandbox),
}


@router.get("/")
async def whole_page(
    sandbox: World, tab: Here, walk: Walking, theme: Annotated[str, Cookie()] = "", story: Annotated[str, Cookie()] = ""
) -> HTMLResponse:
    """Return the page with every fragment already in place."""
    parts = {name: draw(sandbox, tab, walk) for name, draw in _FRAGMENTS.items()}
    body = pieces.page(
        "page.html",
        world=sandbox.id,
        resets_bot=sandbox.start_anew is not None,
        theme=theme if theme in _THEMES else "auto",
        show_story=story != "off",
        commands=COMMANDS,
        **parts,
    )
    return HTMLResponse(body, headers=_HEADERS)


@router.get("/fragments/{name}")
async def fragment(name: str, sandbox: World, tab: Here, walk: Walking) -> HTMLResponse:
    """Return one fragment as this tab sees it."""
    if name not in _FRAGMENTS:
        raise HTTPException(404, "There is no such part of the page.")
    return HTMLResponse(_FRAGMENTS[name](sandbox, tab, walk), headers=_HEADERS)


@router.get("/static/{name}")
async def static_file(name: str) -> FileResponse:
    """Return the style sheet, the script or the sign."""
    if name not in _STATIC_TYPES:
        raise HTTPException(404, "There is no such file.")
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return FileResponse(_STATIC / name, media_type=_STATIC_TYPES[name], headers=headers)


@router.get("/_events")
async def events(sandbox: World, tab: Here) -> EventSourceResponse:
    """Tell this tab for ever which of its fragments changed; looking at the Home opens it for the bot."""
    if tab.room == HOME:
        actions.open_home(sandbox, tab.person.id)
    return EventSourceResponse(_told(sandbox, tab), ping=15)


async def _told(sandbox: Sandbox, tab: Tab) -> AsyncIterator[ServerSentEvent]:
    async for change in sandbox.feed.listen():
        if change.topic == "hello":
            yield ServerSentEvent(event="world", data=sandbox.id, retry=_RECONNECT_MILLISECONDS)
        for event, data in concerns(change, tab):
            yield ServerSentEvent(event=event, data=data)


def concerns(change: Change, tab: Tab) -> list[tuple[str, str]]:
    """Return what a change means for a tab: ``("swap", fragment)`` to fetch again, ``("news", room)`` to mark."""
    if change.topic == "channel" and change.key != tab.room:
        return [("news", change.key)]
    if change.topic in _PERSONAL and change.key != tab.person.id:
        return []
    if change.topic == "home" and tab.room != HOME:
        return []
    return [("swap", name) for name in _DRAWN_BY_TOPIC.get(change.topic, ())]


_PERSONAL: Final = frozenset({"whisper", "view", "home"})
_DRAWN_BY_TOPIC: Final[dict[str, tuple[str, ...]]] = {
    "channel": ("messages",),
    "whisper": ("messages",),
    "view": ("modal",),
    "home": ("messages",),
    "phone": ("phones",),
    "call": ("phones",),
    "clock": ("clock", "messages", "phones"),
    "faults": ("faults",),
    "traffic": ("traffic",),
    "reset": tuple(_FRAGMENTS),
}
