"""The dispatch tick: hand over what may leave, many at once, each under one deadline; report every outcome."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from queue import Empty, SimpleQueue
from time import monotonic

import structlog

from flows import dispatch, settle_delivery
from flows.dispatch import Handover
from flows.settle_delivery import NotSent, Result, Unclear
from jobs.deps import JobDeps

BATCH = 50
SENDERS = 16
"""Calls to the provider at the same time; more only queue at a long code's one segment a second."""

DEADLINE_SECONDS = 15.0
"""On one whole call: a server that drips one byte a second never trips a read time-out."""

NEXT_TRY = timedelta(seconds=5)
"""When a message is tried again that found no free sender in time."""

AT_ONCE = timedelta(0)

log = structlog.get_logger(__name__)


class Dispatcher:
    """Keep the sender threads between ticks."""

    def __init__(self, deps: JobDeps) -> None:
        """Start no thread yet."""
        self._deps = deps
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="sms")
        self._overdue: list[Future[Result]] = []

    def tick(self) -> int:
        """Hand over everything that is due and return how many messages that were."""
        deps, total = self._deps, 0
        settle_delivery.doubt_expired(deps.db, deps.clock(), deps.wall())
        while not deps.stopping():
            batch = dispatch.begin(deps.db, deps.team, deps.clock(), deps.wall(), owner=deps.owner, limit=BATCH)
            if not batch:
                break
            total += len(batch)
            self._hand_over(batch)
        return total

    def halt(self) -> None:
        """Begin no further call; those waiting for a free thread are reported as not sent. Does not wait."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def hangs(self) -> bool:
        """Tell whether a call that was given up on still holds its thread."""
        return any(call.running() for call in self._overdue)

    def _hand_over(self, batch: tuple[Handover, ...]) -> None:
        # A call may also wait for a free thread; that wait is not the provider's and gets its own deadline each.
        deadline = monotonic() + (1 + len(batch) // SENDERS) * DEADLINE_SECONDS
        calls = {self._submit(each): each for each in batch}
        returned: SimpleQueue[Future[Result]] = SimpleQueue()
        for call in calls:
            call.add_done_callback(returned.put)
        # As they come back, not in order: one that hangs must not keep the results of the others unwritten.
        while calls and (back := _next(returned, deadline)) is not None:
            self._record(calls.pop(back), _result_of(back))
        self._overdue = [call for call in self._overdue if call.running()]
        for call, handover in calls.items():
            if call.cancel():
                self._record(handover, NotSent(None, "no_free_sender", NEXT_TRY))
            else:
                self._overdue.append(call)
                self._record(handover, Unclear("deadline"))

    def _submit(self, handover: Handover) -> "Future[Result]":
        try:
            return self._pool.submit(self._deps.sms.send, handover)
        except RuntimeError:  # the pool was shut down between the commit and here
            unsent: Future[Result] = Future()
            unsent.set_result(NotSent(None, "stopping", AT_ONCE))
            return unsent

    def _record(self, handover: Handover, result: Result) -> None:
        message = handover.message
        try:
            settle_delivery.record(self._deps.db, self._deps.team, handover, result, self._deps.clock())
        except Exception:
            # Its lease runs out and the provider's list tells; the results of the others are written all the same.
            log.exception("result_not_written", message=message.ref, attempt=handover.attempt)
            return
        log.info(
            "handed_over",
            message=message.ref,
            attempt=handover.attempt,
            result=type(result).__name__,
            correlation_id=message.correlation_id,
        )


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
