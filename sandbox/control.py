"""The control API: what the page can do, for tests and tools, as JSON.

``POST /_control/reset | clock | faults | settle | command | click | submit | close | home | shortcut | post | text |
verify`` and ``GET /_control/state | traffic | changes``.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict

from sandbox import actions, runtime, snapshot
from sandbox.model import JsonDict
from sandbox.slack import to_bot
from sandbox.slack.clicks import Choice

router = APIRouter(prefix="/_control")


class _Order(BaseModel):
    """A JSON body whose misspelt fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ClockOrder(_Order):
    """Where to move the clock; see :func:`sandbox.actions.set_clock`."""

    at: str = ""
    advance_seconds: float = 0.0
    real: bool = False


class CommandOrder(_Order):
    """A slash command; ``text`` is the whole line."""

    user: str
    channel: str
    text: str


class ClickOrder(_Order):
    """A click in a message (``channel``, ``ts``) or a view (``view_id``); see :class:`sandbox.slack.clicks.Choice`."""

    user: str
    action_id: str
    channel: str = ""
    ts: str = ""
    view_id: str = ""
    block_id: str | None = None
    value: str | None = None
    selected: Any = None
    values: dict[str, Any] = {}


class SubmitOrder(_Order):
    """A submitted modal with plain values; see :func:`sandbox.actions.submit_view`."""

    user: str
    view_id: str
    values: dict[str, Any] = {}


class CloseOrder(_Order):
    """A modal to close."""

    user: str
    view_id: str


class ShortcutOrder(_Order):
    """A shortcut, global or of the message at ``channel`` and ``ts``."""

    user: str
    callback_id: str
    channel: str | None = None
    ts: str | None = None


class PostOrder(_Order):
    """A message a person writes."""

    user: str
    channel: str
    text: str
    thread_ts: str | None = None


class TextOrder(_Order):
    """A text a person sends to our number."""

    phone: str
    body: str


@router.post("/reset")
async def reset(request: Request) -> JsonDict:
    """Restore the start of the world."""
    await runtime.of(request).reset()
    return {"ok": True}


@router.post("/clock")
async def clock(order: ClockOrder, request: Request) -> JsonDict:
    """Move the world clock."""
    sandbox = runtime.of(request)
    now = actions.set_clock(sandbox, at=order.at, advance_seconds=order.advance_seconds, real=order.real)
    return {"ok": True, "now": now.isoformat(), "offset_seconds": sandbox.clock.offset_seconds}


@router.post("/faults")
async def faults(request: Request, order: JsonDict = Body()) -> JsonDict:  # noqa: FAST002 - FastAPI's way
    """Switch faults on or off."""
    sandbox = runtime.of(request)
    sandbox.faults.update(order)
    return {"ok": True, "faults": sandbox.faults.values}


@router.get("/state")
async def state(request: Request) -> JsonDict:
    """Show the whole world."""
    return snapshot.state(runtime.of(request))


@router.get("/traffic")
async def traffic(request: Request, since: int = 0) -> JsonDict:
    """Show the raw traffic after a running number."""
    inspector = runtime.of(request).inspector
    return {"last": inspector.count, "exchanges": [exchange.as_json() for exchange in inspector.since(since)]}


@router.get("/changes")
async def changes(request: Request, beyond: int = 0, timeout_seconds: float = 10.0) -> JsonDict:
    """Wait until something changes after a running number (the ``changes`` of the state)."""
    return {"changes": await runtime.of(request).feed.wait_beyond(beyond, timeout_seconds)}


@router.post("/settle")
async def settle(request: Request, timeout_seconds: float = 10.0) -> JsonDict:
    """Wait until no delivery, callback or event is under way."""
    sandbox = runtime.of(request)
    settled = await sandbox.settle(timeout_seconds)
    return {"ok": settled, "busy": sandbox.busy}


@router.post("/command")
async def command(order: CommandOrder, request: Request) -> JsonDict:
    """Type a slash command."""
    return snapshot.seen(await actions.run_command(runtime.of(request), order.user, order.channel, order.text))


@router.post("/click")
async def click(order: ClickOrder, request: Request) -> JsonDict:
    """Use an element of a message or view."""
    sandbox = runtime.of(request)
    choice = Choice(order.action_id, order.block_id, order.value, order.selected)
    if order.view_id:
        return snapshot.seen(await actions.click_in_view(sandbox, order.user, order.view_id, choice, order.values))
    return snapshot.seen(await actions.click(sandbox, order.user, order.channel, order.ts, choice))


@router.post("/submit")
async def submit(order: SubmitOrder, request: Request) -> JsonDict:
    """Submit a modal."""
    return snapshot.seen(await actions.submit_view(runtime.of(request), order.user, order.view_id, order.values))


@router.post("/close")
async def close(order: CloseOrder, request: Request) -> JsonDict:
    """Close a modal."""
    return snapshot.seen(await actions.close_view(runtime.of(request), order.user, order.view_id))


@router.post("/shortcut")
async def shortcut(order: ShortcutOrder, request: Request) -> JsonDict:
    """Use a shortcut."""
    sandbox = runtime.of(request)
    seen = await actions.run_shortcut(sandbox, order.user, order.callback_id, order.channel, order.ts)
    return snapshot.seen(seen)


@router.post("/home")
async def home(request: Request, user: str = Body(embed=True)) -> JsonDict:  # noqa: FAST002 - FastAPI's way
    """Open the App Home."""
    actions.open_home(runtime.of(request), user)
    return {"ok": True}


@router.post("/post")
async def post(order: PostOrder, request: Request) -> JsonDict:
    """Write a message as a person."""
    sandbox = runtime.of(request)
    message = actions.post_message_as_user(sandbox, order.user, order.channel, order.text, order.thread_ts)
    return {"ok": True, "message": snapshot.message(message)}


@router.post("/text")
async def text(order: TextOrder, request: Request) -> JsonDict:
    """Text our number from a phone."""
    received = await actions.text_from_phone(runtime.of(request), order.phone, order.body)
    return {"ok": True, "message": snapshot.text(received)}


@router.post("/verify")
async def verify(request: Request) -> JsonDict:
    """Ask the bot to prove its Slack address."""
    return {"ok": await to_bot.verify_address(runtime.of(request))}
