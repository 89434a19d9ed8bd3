"""Slack's response addresses: how a bot answers an interaction later, five times within half an hour.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from sandbox import runtime
from sandbox.errors import SlackRefusalError
from sandbox.model import Content, Message, Whisper
from sandbox.slack import arguments, limits
from sandbox.world import BOT_USER_ID

if TYPE_CHECKING:
    from sandbox.runtime import Sandbox
    from sandbox.slack.arguments import Args
    from sandbox.slack.tickets import ResponseAddress

router = APIRouter()

_GONE = frozenset({"invalid_url", "used_url", "expired_url"})


@router.post("/response/{token}")
async def respond(token: str, request: Request) -> Response:
    """Take one answer to an interaction."""
    sandbox = runtime.of(request)
    try:
        args = await arguments.read(request)
        answer(sandbox, sandbox.tickets.spend_address(token), args)
    except SlackRefusalError as refusal:
        status = 404 if refusal.code in _GONE else 400
        return JSONResponse({"ok": False, "error": refusal.code, **refusal.extra}, status)
    return PlainTextResponse("ok")


def answer(sandbox: Sandbox, address: ResponseAddress, args: Args) -> Message | Whisper | None:
    """Show, replace or delete what an answer asks for.

    Args:
        sandbox: The running practice world.
        address: Where the interaction happened.
        args: ``text``, ``blocks``, ``response_type``, ``replace_original``, ``delete_original``, ``thread_ts``.

    Returns:
        The message that now shows the answer; None when it deleted one.

    Raises:
        SlackRefusalError: Nothing to show, or blocks beyond the limits.
    """
    original = _original(sandbox, address)
    if args.flag("delete_original"):
        if original:
            sandbox.world.remove(original)
        return None
    content = read_content(args, address.thread_ts)
    if args.flag("replace_original") and original:
        return _replace(sandbox, original, content)
    if args.text("response_type") == "in_channel":
        return sandbox.world.post(address.channel, BOT_USER_ID, content)
    return sandbox.world.whisper(address.channel, address.user, content, "response_url")


def read_content(args: Args, thread_ts: str | None) -> Content:
    """Return what an answer says.

    Raises:
        SlackRefusalError: It has neither text nor blocks, or blocks beyond the limits.
    """
    blocks = limits.accept_response(args.structure("blocks", "invalid_blocks_format"))
    if not args.text("text").strip() and not blocks:
        raise SlackRefusalError(code="no_text")
    return Content(args.text("text"), blocks, args.text("thread_ts") or thread_ts)


def _original(sandbox: Sandbox, address: ResponseAddress) -> Message | Whisper | None:
    """Return the message an interaction came from, if it is still there."""
    if address.ts is None:
        return None
    world = sandbox.world
    return world.find_message(address.channel, address.ts) or world.find_whisper(address.channel, address.ts)


def _replace(sandbox: Sandbox, original: Message | Whisper, content: Content) -> Message | Whisper:
    """Put an answer in the place of the message the interaction came from."""
    original.text, original.blocks = content.text, content.blocks
    original.state.clear()
    if isinstance(original, Message):
        original.edited_ts = sandbox.world.next_ts()
    sandbox.world.touch(original)
    return original
