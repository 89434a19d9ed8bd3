"""APScheduler as the alarm clock: a handful of fixed ticks, memory store. What is due lies in our own rows.

Every tick may be repeated and may run in several processes at once; one that fails is logged and comes again.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from flows import change_policy, climb_ladder, expire_approvals, watch_consents, write_briefing
from jobs import cards, reconcile
from jobs.clock_watch import ClockWatch
from jobs.deps import JobDeps
from jobs.dispatch import Dispatcher
from jobs.inbound import Listener

BATCH = 50
MISFIRE_GRACE_SECONDS = 3_600
"""APScheduler drops a tick that comes a second late by default; ours are late when the machine slept, and welcome."""

log = structlog.get_logger(__name__)


class Clockwork:
    """Run the ticks of one process until it is stopped."""

    def __init__(self, deps: JobDeps, *, tick: timedelta, listen: timedelta) -> None:
        """Plan the ticks; none runs before ``start``.

        Args:
            tick: distance of the quick ticks (ladder, dispatch, cards).
            listen: distance of the polls of the provider's inbox.
        """
        self._deps = deps
        self._dispatcher = Dispatcher(deps)
        self._listener = Listener(deps)
        self._watch = ClockWatch(deps, on_jump=self._tick_now)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(8)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_GRACE_SECONDS},
        )
        minute = timedelta(minutes=1)
        for name, work, every in (
            ("ladder", self._climb, tick),
            ("dispatch", self._dispatch, tick),
            ("cards", lambda: cards.tick(deps), tick),
            ("inbound", self._listener.tick, listen),
            ("reconcile", lambda: reconcile.tick(deps), max(tick, min(minute, 10 * tick))),
            ("briefing", self._brief, max(tick, min(minute, 10 * tick))),
            ("consents", lambda: watch_consents.watch(deps.db, deps.clock()), max(tick, min(minute, 10 * tick))),
            ("policies", self._follow_policies, tick),
            ("approvals", lambda: expire_approvals.expire(deps.db, deps.clock()), max(tick, min(minute, 10 * tick))),
        ):
            self._scheduler.add_job(_guarded(name, work), "interval", seconds=every.total_seconds(), id=name)

    def start(self) -> None:
        """Let the ticks begin, the first at once."""
        self._watch.start()
        self._scheduler.start()
        self._tick_now()

    def wake(self, *names: str) -> None:
        """Run the quick ticks now instead of at their next turn; called after a commit that gave them work."""
        if self._scheduler.running:
            for name in names or ("ladder", "dispatch", "cards"):
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        """Begin nothing new, finish what is under way."""
        self._watch.stop()
        self._scheduler.shutdown(wait=True)
        self._dispatcher.close()

    def _tick_now(self) -> None:
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def _climb(self) -> int:
        total = 0
        while climbed := climb_ladder.climb(self._deps.db, self._deps.team, self._deps.clock(), limit=BATCH):
            total += climbed
        if total:
            self.wake("dispatch", "cards")
        return total

    def _dispatch(self) -> int:
        if not self._listener.heard:
            self._listener.tick()  # A STOP that came while we were down must be known before anything leaves.
        sent = self._dispatcher.tick()
        if sent:
            self.wake("cards")
        return sent

    def _follow_policies(self) -> int:
        begun = change_policy.come_into_force(self._deps.db, self._deps.clock())
        if begun:
            self.wake()
        return begun

    def _brief(self) -> int:
        written = write_briefing.write_scheduled(
            self._deps.db, self._deps.team, self._deps.schedule, self._deps.clock()
        )
        return int(written is not None)


def _guarded(name: str, work: Callable[[], int]) -> Callable[[], None]:
    """Keep a failing tick from ending silently: APScheduler would only log it under its own name."""

    def run() -> None:
        try:
            done = work()
        except Exception:
            log.exception("tick_failed", tick=name, ref=secrets.token_hex(4))
        else:
            if done:
                log.debug("tick", tick=name, done=done)

    return run
