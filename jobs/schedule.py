"""APScheduler as the alarm clock: a handful of fixed ticks, memory store. What is due lies in our own rows.

Every tick may be repeated and may run in several processes at once; one that fails is logged and comes again.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Condition
from time import monotonic

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from flows import change_policy, climb_ladder, expire_approvals, watch_consents, write_briefing
from jobs import cards, reconcile
from jobs.clock_watch import ClockWatch
from jobs.deps import JobDeps
from jobs.dispatch import Dispatcher
from jobs.inbound import Listener
from jobs.outage import Outage
from storage import claims, workers
from storage.unit import StorageUnavailableError

BATCH = 50
FINISH_SECONDS = 15.0
"""How long what is under way may take once a stop was asked for; hosts kill 30 s after SIGTERM."""

RELEASE_SECONDS = 5.0
"""How long the end waits for its turn to write; what it cannot give back runs out by itself."""
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
        self._stop_by: float | None = None
        self._deps = deps = replace(deps, stopping=lambda: self._stop_by is not None)
        self._started_at = deps.wall()
        self._busy: list[str] = []
        self._changed = Condition()
        self._outage = Outage(deps)
        self._dispatcher = Dispatcher(deps)
        self._listener = Listener(deps)
        self._watch = ClockWatch(deps, on_jump=self._tick_now)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # The heartbeat has a thread of its own: it must beat while all others wait for a slow provider.
            executors={"default": ThreadPoolExecutor(8), "heart": ThreadPoolExecutor(1)},
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
            self._scheduler.add_job(self._guarded(name, work), "interval", seconds=every.total_seconds(), id=name)
        beat, every = self._guarded("beat", self._beat), workers.BEAT_EVERY
        self._scheduler.add_job(beat, "interval", seconds=every.total_seconds(), id="beat", executor="heart")

    def start(self) -> None:
        """Let the ticks begin, the first at once."""
        self._watch.start()
        self._scheduler.start()
        self._tick_now()

    def wake(self, *names: str) -> None:
        """Run the quick ticks now instead of at their next turn; called after a commit that gave them work."""
        if self._scheduler.running and not self._deps.stopping():
            for name in names or ("ladder", "dispatch", "cards"):
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def halt(self) -> None:
        """Claim nothing from now on; what is under way goes on. The time it has is counted from here."""
        if self._stop_by is None:
            self._stop_by = monotonic() + FINISH_SECONDS

    def stop(self) -> bool:
        """Begin nothing new, finish what can be finished in time, give back what was not begun.

        Returns:
            Whether everything came to its end. If not, a thread still waits for a provider; its message stays
            ``dispatching``, and once its lease runs out it is looked up like any other of unknown outcome.
        """
        self.halt()
        self._watch.stop()
        self._scheduler.shutdown(wait=False)
        self._dispatcher.halt()
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, timeout=max(0.0, (self._stop_by or 0.0) - monotonic()))
            left = tuple(self._busy)
        if "dispatch" not in left:
            self._dispatcher.write_rest()
        self._release()
        if left:
            log.warning("left_running", ticks=left)
        return not left and not self._dispatcher.hangs

    def _release(self) -> None:
        deps = self._deps
        try:
            with deps.db.with_patience(RELEASE_SECONDS).write() as tx:
                for queue in (claims.RUNGS, claims.MESSAGES):
                    claims.give_all_back(tx, queue, deps.owner)
                workers.leave(tx, deps.owner)
        except StorageUnavailableError as error:
            log.warning("leases_kept", detail=str(error))

    def _beat(self) -> int:
        """Say that this process lives, and keep what it holds."""
        deps, wall = self._deps, self._deps.wall()
        worker = workers.Worker(deps.owner, workers.Kind.JOBS, self._started_at, wall, deps.clock())
        with deps.db.write() as tx:
            workers.beat(tx, worker)
            claims.extend(tx, deps.owner, wall)
        self._outage.wrote()
        return 0

    def _tick_now(self) -> None:
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def _climb(self) -> int:
        deps, total = self._deps, 0
        while not deps.stopping():
            seen = climb_ladder.climb(deps.db, deps.team, deps.clock(), deps.wall(), owner=deps.owner, limit=BATCH)
            if not seen:
                break
            total += seen
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

    def _guarded(self, name: str, work: Callable[[], int]) -> Callable[[], None]:
        """Keep a failing tick from ending silently: APScheduler would only log it under its own name."""

        def run() -> None:
            with self._changed:
                if self._deps.stopping():
                    return
                self._busy.append(name)
            try:
                done = work()
            except StorageUnavailableError as error:
                self._outage.refused(name, error)
            except Exception:
                log.exception("tick_failed", tick=name, ref=secrets.token_hex(4))
            else:
                if done:
                    log.debug("tick", tick=name, done=done)
            finally:
                with self._changed:
                    self._busy.remove(name)
                    self._changed.notify_all()

        return run
