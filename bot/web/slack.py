"""Slack's door: everything Slack sends arrives at one address, is checked here and handed to Bolt.

Bolt's own FastAPI adapter would run its listeners on the event loop; here they run on a worker thread.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.deps import Deps
from bot.slack.asking import SIGNATURE_HEADER
from bot.web import guard, shapes, signatures
from bot.web.guard import Limits, RefusedError
from bot.web.notes import Notebook

PATH = "/slack/events"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Signed:
    """What Slack said, and the signature that makes this saying of it unique."""

    payload: dict[str, Any]
    signature: str


def router(deps: Deps, bolt: App, notebook: Notebook, limits: Limits) -> APIRouter:
    """Return the route Slack posts to."""
    routes = APIRouter()

    async def signed(request: Request) -> Signed:
        text = await guard.read_text(request, limits, {guard.FORM, guard.JSON})
        try:
            signature = signatures.check_slack(deps.slack, request.headers, text, deps.wall())
        except signatures.ForgedError as error:
            await run_in_threadpool(notebook.leave, error.action, door="slack")
            raise
        return Signed(shapes.slack_payload(guard.kind_of(request), text), signature)

    @routes.post(PATH)
    def slack_events(said: Annotated[Signed, Depends(signed)]) -> Response:
        try:
            return to_starlette_response(bolt.dispatch(_for_bolt(said)))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # Listeners answer for their own errors: what escapes is Bolt's surprise at a payload of an unknown shape.
            log.warning("a signed payload has a shape nobody knows", exc_info=True)
            raise RefusedError(400, "unexpected shape") from error

    return routes


def _for_bolt(said: Signed) -> BoltRequest:
    """Wrap a payload for Bolt as one that was checked already.

    The mode is the one whose payloads come parsed: Bolt then neither parses the text a second time, by other rules than
    ours, nor checks the signature again.
    """
    headers: dict[str, str | Sequence[str]] = {SIGNATURE_HEADER: said.signature}
    return BoltRequest(mode="socket_mode", body=said.payload, headers=headers)
