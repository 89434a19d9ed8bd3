"""The web door put together: Slack, the phone provider, health, numbers and the identity page."""

import logging

from fastapi import FastAPI
from slack_bolt import App
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.deps import Deps
from bot.incident import Incident
from bot.web import about, guard, health, metrics, phone, slack
from bot.web.guard import Limits, RefusedError
from bot.web.notes import Notebook
from storage.unit import StorageUnavailableError

Door = FastAPI
"""What a server runs; named here, so that whoever starts it needs to know no more."""

BUSY = "The database is busy. Nothing was done; try again in a minute."

log = logging.getLogger(__name__)


def build(deps: Deps, bolt: App, *, limits: Limits | None = None) -> Door:
    """Return the application that a server runs.

    Args:
        deps: what the doors need.
        bolt: the listeners, from ``bot.slack.app.build``.
        limits: size and time of a body; the defaults are for the open internet.
    """
    # No generated documentation: nothing here is for a browser but the identity page.
    app = FastAPI(title="Heimdall", docs_url=None, redoc_url=None, openapi_url=None)
    notebook = Notebook(deps)
    bounds = limits or Limits()
    app.include_router(slack.router(deps, bolt, notebook, bounds))
    app.include_router(phone.router(deps, notebook, bounds))
    app.include_router(health.router(deps))
    app.include_router(metrics.router(deps))
    app.include_router(about.router(deps.team.sender))
    app.add_exception_handler(RefusedError, guard.refuse)
    app.add_exception_handler(StorageUnavailableError, _busy)
    app.add_exception_handler(Exception, _broken)
    return app


def _busy(_request: Request, error: Exception) -> Response:
    log.warning("the database refused a request", exc_info=error)
    return PlainTextResponse(BUSY, 503, {"retry-after": "60"})


def _broken(_request: Request, error: Exception) -> Response:
    return PlainTextResponse(Incident.note(error).sentence, 500)
