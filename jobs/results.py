"""What became of hand-overs, on its way into the books: kept here while the database is away, written afterwards."""

import structlog

from flows import settle_delivery
from flows.dispatch import Handover
from flows.settle_delivery import Result
from jobs.deps import JobDeps
from storage.unit import Database, StorageUnavailableError

log = structlog.get_logger(__name__)


class Results:
    """Write results in the order they came; used by one thread at a time.

    One that cannot be written now stays, and every result after it. If this process dies before, the lease of its
    message runs out and the provider's list tells what became of it.
    """

    def __init__(self, deps: JobDeps) -> None:
        """Start with nothing to write."""
        self._deps = deps
        self._unwritten: list[tuple[Handover, Result]] = []

    def add(self, handover: Handover, result: Result) -> None:
        """Write a result, or keep it while the database is away; never raises for that."""
        self._unwritten.append((handover, result))
        if len(self._unwritten) > 1:
            return  # The database is away already; the others of a batch need not each wait to hear it.
        try:
            self.write()
        except StorageUnavailableError as error:
            log.warning("results_wait", message=handover.message.ref, detail=str(error))

    def write(self, *, patience_seconds: float | None = None) -> None:
        """Write what waits.

        Args:
            patience_seconds: how long to stand in line for it; None for as long as any tick.

        Raises:
            StorageUnavailableError: the database is away; what is not written yet is kept.
        """
        db = self._deps.db if patience_seconds is None else self._deps.db.with_patience(patience_seconds)
        while self._unwritten:
            self._write_one(db, *self._unwritten[0])
            del self._unwritten[0]

    def _write_one(self, db: Database, handover: Handover, result: Result) -> None:
        message = handover.message
        try:
            settle_delivery.record(db, self._deps.team, handover, result, self._deps.clock())
        except StorageUnavailableError:
            raise
        except Exception:
            # No second try would end better, and the results behind it must be written: this one is looked up.
            log.exception("result_not_written", message=message.ref, attempt=handover.attempt)
            return
        log.info(
            "handed_over",
            message=message.ref,
            attempt=handover.attempt,
            result=type(result).__name__,
            correlation_id=message.correlation_id,
        )
