"""Whether this process lives, and whether it may serve."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from bot.deps import Deps
from storage import migrate
from storage.unit import StorageUnavailableError

DATABASE_DOWN = "database: it does not answer"
MIGRATIONS_MISSING = "migrations: the schema is not the one this version expects; run `heimdall migrate`"


def router(deps: Deps) -> APIRouter:
    """Return the two routes a host asks."""
    routes = APIRouter()

    # On the event loop on purpose: it must answer while every worker thread waits for something.
    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        reasons = _reasons(deps)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    return routes


def _reasons(deps: Deps) -> list[str]:
    """Return why requests should go elsewhere; none when they may come."""
    clocks = [f"clock: {fault}" for fault in deps.team.clock_faults]
    try:
        return [*([MIGRATIONS_MISSING] if migrate.missing(deps.db) else []), *clocks]
    except StorageUnavailableError:
        return [DATABASE_DOWN, *clocks]
