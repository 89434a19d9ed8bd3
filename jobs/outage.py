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

QUIET = timedelta(minutes=1)
"""How long nothing may be refused before it counts as over: on a full disk a small write goes well now and then."""

AGAIN_AFTER = timedelta(seconds=30)
"""When a message is tried again that Slack did not take."""

log = structlog.get_logger(__name__)


class Outage:
    """Hear of every tick that was refused, and of every heartbeat that was written; from any thread."""

    def __init__(self, deps: JobDeps) -> None:
        """Begin with a database that works."""
        self._deps = deps
        self._lock = Lock()
        self._posting = Lock()
        self._began_at: datetime | None = None
        self._refused_at = deps.wall()
        self._detail = ""
        self._lasted = timedelta()
        self._alerted = False
        self._not_before: datetime | None = None

    def refused(self, tick: str, error: Exception) -> None:
        """Hear that the database refused a tick."""
        with self._lock:
            self._refused_at = self._deps.wall()
            if self._began_at is None:
                self._began_at, self._detail = self._refused_at, str(error)
                log.warning("storage_away", tick=tick, detail=self._detail)
            self._lasted = self._refused_at - self._began_at
        self._tell()

    def wrote(self) -> None:
        """Hear that a heartbeat was written; what only reads proves nothing."""
        with self._lock:
            if self._began_at is not None and self._deps.wall() - self._refused_at >= QUIET:
                self._began_at = None
                log.warning("storage_back", seconds=round(self._lasted.total_seconds()))
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
        if self._began_at is not None and not self._alerted and self._lasted >= ALERT_AFTER:
            return notice.storage_away(self._detail)
        if self._began_at is None and self._alerted:
            return notice.storage_back(self._lasted.total_seconds())
        return None

    def _post(self, news: Rendered) -> None:
        outcome = self._deps.slack.say(self._deps.team.briefing_channel, news)
        if isinstance(outcome, slack.Posted):
            self._alerted, self._not_before = not self._alerted, None
        else:
            self._not_before = self._deps.wall() + AGAIN_AFTER
            log.warning("alert_not_posted", outcome=repr(outcome))
