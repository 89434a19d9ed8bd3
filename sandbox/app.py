"""The application: puts the doors, the control API and the page together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from sandbox import control
from sandbox.errors import MistakeError
from sandbox.faults import UnknownFaultError
from sandbox.guard import LoopbackOnly, Recorder
from sandbox.page import routes
from sandbox.phone import api as phone_api
from sandbox.runtime import Sandbox
from sandbox.slack import api as slack_api
from sandbox.slack import responses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sandbox.settings import SandboxSettings


def create_app(settings: SandboxSettings, start_anew: Callable[[], None] | None = None) -> FastAPI:
    """Return the practice world as an application, to be served by one event loop.

    Args:
        settings: Where the bot is, and the secrets both share.
        start_anew: Asks whoever started us to start everything anew, the bot too, when the page is reset.
    """
    sandbox = Sandbox(settings, start_anew)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        await sandbox.close()

    app = FastAPI(title="Heimdall's practice world", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.sandbox = sandbox
    app.add_exception_handler(MistakeError, _explain)
    app.add_exception_handler(UnknownFaultError, _explain)
    for router in (slack_api.router, responses.router, phone_api.router, control.router, routes.router):
        app.include_router(router)
    app.add_middleware(Recorder, sandbox=sandbox)
    app.add_middleware(LoopbackOnly, sandbox=sandbox)
    return app


async def _explain(request: Request, mistake: Exception) -> Response:
    """Answer a visitor's mistake with a sentence."""
    del request
    return JSONResponse({"ok": False, "error": str(mistake)}, 400)
