"""Whether this process lives, and whether the deployment it belongs to can do its work."""

from datetime import datetime
from threading import Lock

from fastapi import APIRouter
from starlette.responses import JSONResponse

from bot.deps import Deps
from storage import migrate, standing, workers
from storage.unit import Database, StorageUnavailableError

DATABASE_DOWN = "database: it does not answer"
MIGRATIONS_MISSING = "migrations: the schema is not the one this version expects; run `heimdall migrate`"


def router(deps: Deps) -> APIRouter:
    """Return the two routes a host asks."""
    routes = APIRouter()
    jobs = _Jobs(deps.wall())

    # On the event loop on purpose: it must answer while every worker thread waits for something.
    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        reasons = _reasons(deps, jobs)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    return routes


class _Jobs:
    """Remember when a process that runs the ticks was last heard.

    One that ends in good order leaves no heartbeat behind; the next one has as long to be heard as this process, at its
    start, gives the first.
    """

    def __init__(self, started_at: datetime) -> None:
        self._lock = Lock()
        self._heard_at = started_at

    def silent_seconds(self, db: Database, wall: datetime) -> float | None:
        """Return for how long nobody was heard, or None while that is no reason to worry."""
        with db.read() as tx:
            beat = workers.newest_beat(tx)
        with self._lock:
            self._heard_at = max(self._heard_at, beat or self._heard_at)
            silence = wall - self._heard_at
        return silence.total_seconds() if silence > standing.SILENT_AFTER else None


def _reasons(deps: Deps, jobs: _Jobs) -> list[str]:
    """Return why this deployment cannot do its work; none when it can."""
    clocks = [f"clock: {fault}" for fault in deps.team.clock_faults]
    try:
        if migrate.missing(deps.db):
            return [MIGRATIONS_MISSING, *clocks]
        silent = jobs.silent_seconds(deps.db, deps.wall())
    except StorageUnavailableError:
        return [DATABASE_DOWN, *clocks]
    return [*clocks, *([] if silent is None else [f"jobs: no worker has beaten for {silent:.0f} s"])]
