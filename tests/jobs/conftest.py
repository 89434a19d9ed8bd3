"""A practice world for the senders, and the cards tick of one or more processes on one database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from time import monotonic

import pytest

from domain.model import Sender
from flows.team import Team
from flows.write_briefing import Schedule
from jobs import cards as cards_tick
from jobs.deps import JobDeps
from jobs.senders.slack import SlackPoster
from jobs.senders.sms import SmsSender, TwilioAccount
from storage import cards
from storage.unit import Database
from tests.sandbox.practice import DEALS, LEADS, Practice, serving

PATIENCE_SECONDS = 30
"""How long a test waits for what normally takes a second."""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Serve a practice world for the whole session."""
    with serving(tmp_path_factory.mktemp("clock") / "clock.json", step_seconds=0.01) as practice:
        yield practice


@pytest.fixture
def practice(served: Practice) -> Practice:
    """Return the practice world at its start."""
    served.control("reset")
    return served


@dataclass
class Poster:
    """The cards tick of one process, whose real time the test moves; the practice world keeps the true one."""

    db: Database
    slack: SlackPoster
    ahead: timedelta = field(default_factory=timedelta)

    def tick(self, *, after: float = 0, owner: str = "w1") -> int:
        """Move real time on by seconds and run the tick once."""
        self.ahead += timedelta(seconds=after)
        return cards_tick.tick(self.deps(owner))

    def show_all(self) -> None:
        """Tick until Slack shows everything; the practice world paces posts by true time, so a few come too soon."""
        deadline = monotonic() + PATIENCE_SECONDS
        while self.waiting():
            self.tick(after=2)
            assert monotonic() < deadline, f"{self.waiting()} cards still wait"

    def wall(self) -> datetime:
        """Return real time, as far as the test has moved it."""
        return datetime.now(UTC) + self.ahead

    def deps(self, owner: str = "w1") -> JobDeps:
        """Return what a process's ticks are given."""
        return JobDeps(
            db=self.db,
            team=Team(
                Sender("Northern Doors", "Toronto ON", "https://doors.example", "+13435550100"), LEADS, DEALS, LEADS
            ),
            schedule=Schedule(at=time(8, 0), zone="America/Toronto"),
            clock=lambda: datetime.now(UTC),
            wall=self.wall,
            sms=SmsSender(TwilioAccount("AC1", "token", "+13435550100", "http://127.0.0.1:9", "http://127.0.0.1:9")),
            slack=self.slack,
            owner=owner,
        )

    def mark(self, subject: object, channel: str = LEADS, *, kind: str = "alert", parent: object = None) -> None:
        """Have a card shown, or redrawn."""
        above = None if parent is None else (kind, parent)
        with self.db.write() as tx:
            cards.mark(tx, kind, subject, datetime.now(UTC), channel=channel, parent=above)

    def waiting(self) -> int:
        """Return how many cards Slack does not show as they are."""
        with self.db.read() as tx:
            return cards.waiting(tx)

    def refused(self) -> int:
        """Return how many cards Slack would not take."""
        with self.db.read() as tx:
            return cards.refused(tx)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    database = Database.open(database_url)
    yield database
    database.close()


@pytest.fixture
def poster(db: Database, practice: Practice) -> Poster:
    """Return the cards tick in front of the practice world."""
    token = practice.settings.slack_bot_token.get_secret_value()
    return Poster(db, SlackPoster(token, f"{practice.url}/api/"))


@pytest.fixture
def poster_at(db: Database) -> Callable[[str], Poster]:
    """Return a maker of cards ticks in front of any other Slack."""
    return lambda url: Poster(db, SlackPoster("xoxb-1", f"{url}/api/"))
