"""The phone provider's door: texts that come in, and what became of texts that went out."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.deps import Deps
from bot.web import guard, shapes, signatures
from bot.web.guard import Limits, RefusedError
from bot.web.notes import Notebook
from domain import keywords
from flows import settle_delivery, take_reply
from storage.unit import TransactionLostError

INBOUND_PATH = "/phone/inbound"
STATUS_PATH = "/phone/status/{attempt_token}"

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML without an instruction: answers to people go through the outbox like every other text.

Source: https://www.twilio.com/docs/messaging/twiml
"""

MAX_ADDRESS_CHARACTERS = 64
"""Longest sender kept: a number has 15 digits, an alphanumeric sender 11 letters, a channel address some more."""

_SID = re.compile(r"\A[A-Za-z0-9]{2,64}\Z")
_STATUS = re.compile(r"\A[A-Za-z_-]{1,40}\Z")
_CODE = re.compile(r"\A[0-9]{1,6}\Z")

log = logging.getLogger(__name__)

Fields = Mapping[str, str]
T = TypeVar("T")


def router(deps: Deps, notebook: Notebook, limits: Limits) -> APIRouter:
    """Return the routes the phone provider posts to."""
    routes = APIRouter()

    async def signed(request: Request) -> Fields:
        text = await guard.read_text(request, limits, {guard.FORM})
        fields = shapes.form_fields(text)
        try:
            return signatures.check_phone(deps.phone, request.headers, _target(request), fields)
        except signatures.ForgedError as error:
            await run_in_threadpool(notebook.leave, error.action, door="phone")
            raise

    @routes.post(INBOUND_PATH)
    def inbound(form: Annotated[Fields, Depends(signed)]) -> Response:
        said = _inbound_from(form)
        kind = _twice_if_dropped(lambda: take_reply.take(deps.db, deps.team, said, deps.clock()))
        if kind is not None:
            deps.wake()
        return _twiml()

    @routes.post(STATUS_PATH)
    def status(attempt_token: str, form: Annotated[Fields, Depends(signed)]) -> Response:
        report = _report_from(attempt_token, form)
        key = f"status:{report.attempt_token}:{report.provider_sid}:{report.status}"
        if not _twice_if_dropped(lambda: settle_delivery.report(deps.db, key, report, deps.clock())):
            log.warning("a status report names an attempt that was never made: %s", report.provider_sid)
        return _twiml()

    return routes


def _twice_if_dropped(work: Callable[[], T]) -> T:
    """Do one transaction of a keyed request, and once more when the database dropped it.

    The provider repeats no webhook that got an answer, and nothing else would tell us of a status. The inbox makes the
    second time harmless, be it that the first was kept after all; neither time talks to anybody.
    """
    try:
        return work()
    except TransactionLostError:
        log.warning("the database dropped a transaction; it is done once more", exc_info=True)
        return work()


def _target(request: Request) -> str:
    """Return path and query as they were asked for; the signature covers them letter by letter."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return path.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")


def _inbound_from(form: Fields) -> take_reply.Inbound:
    media = form.get("NumMedia", "")
    return take_reply.Inbound(
        provider_sid=_required(_SID, form, "MessageSid", "SmsMessageSid", "SmsSid"),
        from_address=keywords.clean(form.get("From", ""), MAX_ADDRESS_CHARACTERS),
        body=form.get("Body", ""),
        media_count=int(media) if _CODE.match(media) else 0,
        opt_out_type=form.get("OptOutType") or None,
    )


def _report_from(attempt_token: str, form: Fields) -> settle_delivery.StatusReport:
    code = form.get("ErrorCode", "")
    return settle_delivery.StatusReport(
        attempt_token=keywords.clean(attempt_token),
        provider_sid=_required(_SID, form, "MessageSid", "SmsSid", "CallSid"),
        status=_required(_STATUS, form, "MessageStatus", "SmsStatus", "CallStatus").lower(),
        error_code=int(code) if _CODE.match(code) else None,
    )


def _required(pattern: re.Pattern[str], form: Fields, *names: str) -> str:
    value = next((form[name] for name in names if form.get(name)), "")
    if not pattern.match(value):
        raise RefusedError(400, f"unexpected shape at {names[0]}")
    return value


def _twiml() -> Response:
    return Response(NOTHING_TO_SAY, media_type="text/xml")
