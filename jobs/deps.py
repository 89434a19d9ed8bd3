"""What every tick needs; put together once at the front desk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flows.team import Team
from flows.write_briefing import Schedule
from jobs.senders.slack import SlackPoster
from jobs.senders.sms import SmsSender
from jobs.stopwatch import Stopwatch
from storage.unit import Database


@dataclass(frozen=True, slots=True)
class JobDeps:
    """The database, the team, both clocks and the senders.

    Attributes:
        clock: business now, aware UTC; a practice world may move it.
        wall: real time, aware UTC, for leases and pacing.
        owner: name of this process among all that work on the same database.
        stopwatch: whether real time has jumped since this process started.
        stopping: whether the process was asked to stop: then nothing more is claimed.
    """

    db: Database
    team: Team
    schedule: Schedule
    clock: Callable[[], datetime]
    wall: Callable[[], datetime]
    sms: SmsSender
    slack: SlackPoster
    owner: str
    stopping: Callable[[], bool] = lambda: False
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
