"""Slack's Web API door: checks the token, the pace and the faults, then calls the method."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from sandbox import connections, runtime
from sandbox.errors import SlackRefusalError
from sandbox.slack import arguments, chat, people, views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.model import JsonDict
    from sandbox.runtime import Sandbox
    from sandbox.slack.arguments import Args

router = APIRouter()

METHODS: Mapping[str, Callable[[Sandbox, Args], JsonDict]] = {
    "api.test": people.test_api,
    "auth.test": people.test_auth,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": people.history,
    "conversations.info": people.conversation,
    "conversations.list": people.conversations,
    "conversations.open": people.open_conversation,
    "conversations.replies": people.replies,
    "usergroups.list": people.groups,
    "usergroups.users.list": people.group_users,
    "users.info": people.user,
    "users.list": people.users,
    "views.open": views.open_view,
    "views.publish": views.publish_home,
    "views.push": views.push_view,
    "views.update": views.update_view,
}
_SCOPES = "commands,chat:write,im:write,users:read,usergroups:read,channels:read,channels:history"


@router.api_route("/api/{method}", methods=["GET", "POST"])
async def call(method: str, request: Request) -> Response:
    """Answer one call of the Web API."""
    sandbox = runtime.of(request)
    faults = sandbox.faults
    await asyncio.sleep(faults.number("slack_hang_seconds"))
    if faults.strike("slack_500"):
        return JSONResponse({"ok": False, "error": "internal_error"}, 500)
    try:
        args = await arguments.read(request)
        _check_token(sandbox, method, request, args)
        if faults.strike("slack_429_times"):
            return _slow_down(int(faults.number("slack_retry_after_seconds")) or 1)
        if wait_seconds := sandbox.pace.wait_seconds(method, _channel_id(sandbox, args)):
            return _slow_down(wait_seconds)
        _check_faults(sandbox, method)
        answer = _method(method)(sandbox, args)
    except SlackRefusalError as refusal:
        return JSONResponse({"ok": False, "error": refusal.code, **refusal.extra})
    if faults.strike("slack_accept_then_reset"):
        connections.reset(request)
    return JSONResponse({"ok": True, **answer}, headers={"x-oauth-scopes": _SCOPES})


def _method(name: str) -> Callable[[Sandbox, Args], JsonDict]:
    """Return the method of this name."""
    if name not in METHODS:
        raise SlackRefusalError(code="unknown_method", req_method=name)
    return METHODS[name]


def _check_token(sandbox: Sandbox, method: str, request: Request, args: Args) -> None:
    """Refuse a call without the bot's token."""
    if method == "api.test":
        return
    token = request.headers.get("authorization", "").removeprefix("Bearer ") or args.text("token")
    if not token:
        raise SlackRefusalError(code="not_authed")
    right = sandbox.settings.slack_bot_token.get_secret_value()
    if not hmac.compare_digest(token.encode(), right.encode()):
        raise SlackRefusalError(code="invalid_auth")
    if sandbox.faults.strike("slack_token_revoked"):
        raise SlackRefusalError(code="token_revoked")


def _check_faults(sandbox: Sandbox, method: str) -> None:
    """Refuse a call whose kind a fault is about."""
    if method in {"conversations.history", "conversations.replies"} and sandbox.faults.strike("slack_no_history"):
        raise SlackRefusalError(code="missing_scope", needed="channels:history", provided="commands,chat:write")
    if method.startswith("views.") and sandbox.faults.strike("slack_view_errors"):
        raise SlackRefusalError(code="internal_error")


def _channel_id(sandbox: Sandbox, args: Args) -> str:
    """Return the id of the channel a call is about, however it was named."""
    channel = sandbox.world.find_channel(args.text("channel"))
    return channel.id if channel else args.text("channel")


def _slow_down(wait_seconds: int) -> Response:
    """Answer that the call comes too soon."""
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(wait_seconds)})
