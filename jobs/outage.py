"""The database is away: one line in the log when it begins, one when it ends, and one alert to the team if it lasts.

The alert cannot be a card, for cards are rows: it is posted straight to the briefing channel. Each process that runs
ticks posts its own, so a team with one of them, the usual case, is told once that it began and once that it ended.
"""

from datetime import datetime, timedelta
from threading import Lock

import structlog

from bot.views import notice
from bot.views.blocks import Rendered
from jobs.deps import JobDeps
from jobs.senders import slack

ALERT_AFTER = timedelta(minutes=1)
"""How long it must last before people are told: a restart of the server is over by then."""

AGAIN_AFTER = timedelta(seconds=30)
"""When the alert is tried again that Slack did not take."""

log = structlog.get_logger(__name__)


class Outage:
    """Hear of every tick how it ended; may be told from any thread.

    It is over when every tick that failed has gone well since: one that had nothing to write proves nothing.
    """

    def __init__(self, deps: JobDeps) -> None:
        """Begin with a database that works."""
        self._deps = deps
        self._lock = Lock()
        self._posting = Lock()
        self._failing: set[str] = set()
        self._began_at: datetime | None = None
        self._ended_at: datetime | None = None
        self._detail = ""
        self._alerted = False
        self._not_before: datetime | None = None

    def failed(self, tick: str, error: Exception) -> None:
        """Hear that the database refused a tick."""
        with self._lock:
            if not self._failing:
                self._began_at, self._detail = self._deps.wall(), str(error)
                log.warning("storage_away", tick=tick, detail=self._detail)
            self._failing.add(tick)
        self._tell()

    def worked(self, tick: str) -> None:
        """Hear that a tick went well."""
        with self._lock:
            was_away = bool(self._failing)
            self._failing.discard(tick)
            if was_away and not self._failing:
                self._ended_at = self._deps.wall()
                log.warning("storage_back", seconds=round(self._lasted(self._ended_at).total_seconds()))
        self._tell()

    def _tell(self) -> None:
        """Post what the team does not know yet; one thread at a time, and nobody waits for Slack behind it."""
        if not self._posting.acquire(blocking=False):
            return
        try:
            with self._lock:
                news = self._news(self._deps.wall())
            if news is not None:
                self._post(news)
        finally:
            self._posting.release()

    def _news(self, wall: datetime) -> Rendered | None:
        if self._not_before is not None and wall < self._not_before:
            return None
        if self._failing and not self._alerted and self._lasted(wall) >= ALERT_AFTER:
            return notice.storage_away(self._detail)
        if not self._failing and self._alerted:
            return notice.storage_back(self._lasted(self._ended_at or wall).total_seconds())
        return None

    def _post(self, news: Rendered) -> None:
        outcome = self._deps.slack.say(self._deps.team.briefing_channel, news)
        if isinstance(outcome, slack.Posted):
            self._alerted, self._not_before = not self._alerted, None
        else:
            self._not_before = self._deps.wall() + AGAIN_AFTER
            log.warning("alert_not_posted", outcome=repr(outcome))

    def _lasted(self, until: datetime) -> timedelta:
        return until - (self._began_at or until)
