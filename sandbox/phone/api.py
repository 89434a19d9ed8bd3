"""Twilio's REST door: checks the account and the faults, then takes orders and shows texts and calls."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from sandbox import connections, runtime
from sandbox.errors import PhoneRefusalError
from sandbox.phone import calls, carrier, lists, orders, resources

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.datastructures import FormData

    from sandbox.model import Call, JsonDict, Text
    from sandbox.runtime import Sandbox

Order = Callable[["Sandbox", "FormData"], tuple["JsonDict", asyncio.Task[None]]]
"""Turns a form into a stored resource and its course; refuses a wrong one."""

router = APIRouter(prefix=f"/{carrier.API_VERSION}/Accounts")


@router.post("/{account}/Messages.json")
async def create_message(account: str, request: Request) -> Response:
    """Take a text on its way."""
    return await _create(account, request, _order_text)


@router.post("/{account}/Calls.json")
async def create_call(account: str, request: Request) -> Response:
    """Ring a phone."""
    return await _create(account, request, _order_call)


@router.get("/{account}.json")
async def show_account(account: str, request: Request) -> Response:
    """Show the account."""
    return _show(account, request, lambda _sandbox: resources.account(account))


@router.get("/{account}/Messages.json")
async def list_messages(account: str, request: Request) -> Response:
    """List texts in both directions, newest first; filters on the sent date miss what is not sent yet."""

    def listed(sandbox: Sandbox) -> JsonDict:
        found = lists.filtered(sandbox.world.texts, request.query_params, "DateSent", _sent_at)
        return lists.page(request, "messages", [resources.message(text, account) for text in found])

    return _show(account, request, listed)


@router.get("/{account}/Calls.json")
async def list_calls(account: str, request: Request) -> Response:
    """List calls, newest first."""

    def listed(sandbox: Sandbox) -> JsonDict:
        found = lists.filtered(sandbox.world.calls, request.query_params, "StartTime", lambda call: call.started_at)
        return lists.page(request, "calls", [resources.call(call, account) for call in found])

    return _show(account, request, listed)


@router.get("/{account}/Messages/{sid}.json")
async def show_message(account: str, sid: str, request: Request) -> Response:
    """Show one text."""
    return _show(
        account,
        request,
        lambda sandbox: resources.message(lists.one(sandbox.world.texts, sid, request), account),
    )


@router.get("/{account}/Calls/{sid}.json")
async def show_call(account: str, sid: str, request: Request) -> Response:
    """Show one call."""
    return _show(
        account, request, lambda sandbox: resources.call(lists.one(sandbox.world.calls, sid, request), account)
    )


async def _create(account: str, request: Request, order: Order) -> Response:
    """Take an order and answer it, unless a fault breaks the connection instead."""
    try:
        resource = await _take(account, request, order)
    except PhoneRefusalError as refusal:
        return JSONResponse(resources.error(refusal), refusal.status)
    if runtime.of(request).faults.strike("twilio_accept_then_reset"):
        connections.reset(request)
    return JSONResponse(resource, 201)


async def _take(account: str, request: Request, order: Order) -> JsonDict:
    """Store an order, with the faults that may strike before and after."""
    sandbox = runtime.of(request)
    faults = sandbox.faults
    _admit(sandbox, account, request)
    if hang_seconds := faults.number("twilio_hang_seconds"):
        await asyncio.sleep(hang_seconds)
        raise PhoneRefusalError(503, 20503, "Service unavailable")
    if faults.strike("twilio_500"):
        raise PhoneRefusalError(500, 20500, "An internal server error has occurred")
    resource, delivery = order(sandbox, await request.form())
    if faults.strike("callbacks_before_reply"):
        await asyncio.wait([delivery])
    await asyncio.sleep(faults.number("twilio_hang_after_store_seconds"))
    if faults.strike("twilio_500_after_store"):
        raise PhoneRefusalError(500, 20500, "An internal server error has occurred")
    return resource


def _order_text(sandbox: Sandbox, form: FormData) -> tuple[JsonDict, asyncio.Task[None]]:
    """Take a text; return it as it stands at this moment, and its delivery."""
    text = orders.text(sandbox, form)
    resource = resources.message(text, sandbox.settings.twilio_account_sid)
    return resource, carrier.send(sandbox, text)


def _order_call(sandbox: Sandbox, form: FormData) -> tuple[JsonDict, asyncio.Task[None]]:
    """Take a call; return it as it stands at this moment, and its course."""
    call = orders.call(sandbox, form)
    resource = resources.call(call, sandbox.settings.twilio_account_sid)
    return resource, calls.place(sandbox, call)


def _sent_at(text: Text) -> datetime | None:
    """Return the time the date filter of texts looks at."""
    return text.sent_at


def _started_at(call: Call) -> datetime | None:
    """Return the time the date filter of calls looks at."""
    return call.started_at


def _show(account: str, request: Request, read: Callable[[Sandbox], JsonDict]) -> Response:
    """Answer a request that changes nothing."""
    sandbox = runtime.of(request)
    try:
        _admit(sandbox, account, request)
        return JSONResponse(read(sandbox))
    except PhoneRefusalError as refusal:
        return JSONResponse(resources.error(refusal), refusal.status)


def _admit(sandbox: Sandbox, account: str, request: Request) -> None:
    """Refuse who is not the account, and strike with the faults of every request."""
    faults, settings = sandbox.faults, sandbox.settings
    if faults.strike("twilio_refuse_connection"):
        raise PhoneRefusalError(503, 20503, "Service unavailable")
    right = f"{settings.twilio_account_sid}:{settings.twilio_auth_token.get_secret_value()}"
    known = hmac.compare_digest(_credentials(request).encode(), right.encode())
    if not known or faults.strike("twilio_401"):
        raise PhoneRefusalError(401, 20003, "Authenticate")
    if account != settings.twilio_account_sid:
        raise lists.not_found(request)
    if faults.strike("twilio_429_times"):
        raise PhoneRefusalError(429, 20429, "Too Many Requests")


def _credentials(request: Request) -> str:
    """Return ``name:password`` of HTTP basic authentication, empty when there is none."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
