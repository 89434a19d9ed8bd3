"""The dispatch tick: hand over what may leave, many at once, each under one deadline; report every outcome."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from time import monotonic

import structlog

from domain import claims, delivery
from flows import dispatch, settle_delivery
from flows.dispatch import Handover
from flows.settle_delivery import NotSent, Result, Unclear
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

AT_ONCE = timedelta(0)

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
        self._overdue: list[Future[Result]] = []

    def tick(self) -> int:
        """Hand over everything that is due and return how many messages that were."""
        deps, total = self._deps, 0
        self._results.write()  # Before anybody doubts them for their age.
        settle_delivery.doubt_expired(deps.db, deps.clock(), deps.wall())
        while not deps.stopping():
            begun_at = deps.wall()
            batch = dispatch.begin(deps.db, deps.team, deps.clock(), begun_at, owner=deps.owner, limit=BATCH)
            if not batch:
                break
            total += len(batch)
            self._hand_over(batch, begun_at)
        return total

    def halt(self) -> None:
        """Begin no further call; those waiting for a free thread are reported as not sent. Does not wait."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def write_rest(self) -> None:
        """Write the results that still wait for the database; only while no tick runs."""
        try:
            self._results.write(patience_seconds=LAST_PATIENCE_SECONDS)
        except StorageUnavailableError as error:
            log.error("results_left", detail=str(error))  # noqa: TRY400 - each is looked up once its lease has run out

    @property
    def hangs(self) -> bool:
        """Tell whether a call that was given up on still holds its thread."""
        return any(call.running() for call in self._overdue)

    def _hand_over(self, batch: tuple[Handover, ...], begun_at: datetime) -> None:
        # A call may also wait for a free thread; that wait is not the provider's and gets its own deadline each.
        deadline = monotonic() + (1 + len(batch) // SENDERS) * DEADLINE_SECONDS
        calls = {self._submit(each, begun_at): each for each in batch}
        returned: SimpleQueue[Future[Result]] = SimpleQueue()
        for call in calls:
            call.add_done_callback(returned.put)
        # As they come back, not in order: one that hangs must not keep the results of the others unwritten.
        while calls and (back := _next(returned, deadline)) is not None:
            self._results.add(calls.pop(back), _result_of(back))
        self._overdue = [call for call in self._overdue if call.running()]
        for call, handover in calls.items():
            if call.cancel():
                self._results.add(handover, NotSent(None, "no_free_sender", NEXT_TRY))
            else:
                self._overdue.append(call)
                self._results.add(handover, Unclear("deadline"))
        self._results.write()  # Nothing more is begun while a result waits.

    def _submit(self, handover: Handover, begun_at: datetime) -> "Future[Result]":
        try:
            return self._pool.submit(self._send, handover, begun_at)
        except RuntimeError:  # the pool was shut down between the commit and here
            unsent: Future[Result] = Future()
            unsent.set_result(NotSent(None, "stopping", AT_ONCE))
            return unsent

    def _send(self, handover: Handover, begun_at: datetime) -> Result:
        """Call the provider, unless the machine slept so long since the commit that the permission may be void."""
        late = self._deps.wall() - begun_at
        seconds = delivery.validity_left(handover.validity_seconds, late)
        if late >= claims.LEASE or seconds is None:
            return NotSent(None, "begun_too_late", NEXT_TRY)
        return self._deps.sms.send(replace(handover, validity_seconds=seconds))


def _next(returned: "SimpleQueue[Future[Result]]", deadline: float) -> "Future[Result] | None":
    """Return the next call that came back, or None when none does in time."""
    try:
        return returned.get(timeout=max(0.0, deadline - monotonic()))
    except Empty:
        return None


def _result_of(call: "Future[Result]") -> Result:
    if call.cancelled():
        return NotSent(None, "stopping", AT_ONCE)
    try:
        return call.result()
    except Exception as error:
        # Whatever broke in there may have broken after the provider had accepted.
        log.exception("sender_broke")
        return Unclear(type(error).__name__)
