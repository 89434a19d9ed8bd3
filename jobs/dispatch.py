"""The dispatch tick: hand over what may leave, many at once, each under one deadline; report every outcome."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DeadlineError
from datetime import timedelta
from time import monotonic

import structlog

from flows import dispatch, settle_delivery
from jobs.deps import JobDeps
from jobs.results import Results
from storage.unit import StorageUnavailableError

BATCH = 50
SENDERS = 16
"""Calls to the provider at the same time; more only queue at a long code's one segment a second."""

DEADLINE_SECONDS = 15.0
"""On one whole call: a server that drips one byte a second never trips a read time-out."""

NEXT_TRY = timedelta(seconds=5)
"""When a message is tried again that found no free sender in time."""

LAST_PATIENCE_SECONDS = 5.0
"""How long the end of the process waits for its turn to write results."""

log = structlog.get_logger(__name__)


class Dispatcher:
    """Keep the sender threads between ticks."""

    def __init__(self, deps: JobDeps) -> None:
        """Start no thread yet."""
        self._deps = deps
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="sms")
        self._results = Results(deps)

    def tick(self) -> int:
        """Hand over everything that is due and return how many messages that were."""
        deps, total = self._deps, 0
        self._results.write()  # Before anybody doubts them for their age.
        settle_delivery.doubt_expired(deps.db, deps.clock(), deps.wall())
        while batch := dispatch.begin(deps.db, deps.team, deps.clock(), deps.wall(), owner=deps.owner, limit=BATCH):
            total += len(batch)
            self._hand_over(batch)
        return total

    def close(self) -> None:
        """Wait for calls that are under way; their outcome is written before the process ends."""
        self._pool.shutdown(wait=True)
        try:
            self._results.write(patience_seconds=LAST_PATIENCE_SECONDS)
        except StorageUnavailableError as error:
            log.error("results_left", detail=str(error))  # noqa: TRY400 - looked up after their leases; no riddle

    def _hand_over(self, batch: tuple[dispatch.Handover, ...]) -> None:
        started = monotonic()
        calls = [(each, self._pool.submit(self._deps.sms.send, each)) for each in batch]
        for handover, call in calls:
            # A call may also wait for a free thread; that wait is not the provider's and gets its own deadline each.
            rounds = 1 + len(batch) // SENDERS
            result = _result_of(call, started + rounds * DEADLINE_SECONDS - monotonic())
            self._results.add(handover, result)


def _result_of(call: "Future[settle_delivery.Result]", seconds: float) -> settle_delivery.Result:
    try:
        return call.result(timeout=max(0.0, seconds))
    except DeadlineError:
        if call.cancel():
            return settle_delivery.NotSent(None, "no_free_sender", NEXT_TRY)
        return settle_delivery.Unclear("deadline")
    except Exception as error:
        # Whatever broke in there may have broken after the provider had accepted.
        log.exception("sender_broke")
        return settle_delivery.Unclear(type(error).__name__)
