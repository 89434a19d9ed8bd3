"""One story that somebody may have to answer for: held at night, sent in the morning, answered with STOP."""

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.model import Lead
from flows import dispatch, open_lead, take_reply
from flows.team import Team
from storage.unit import Database
from tests.flows import steps
from tests.flows.steps import HOUR, SELLER

NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""22:00 in Toronto."""

MORNING = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
"""09:00 in Toronto."""


@dataclass(frozen=True, slots=True)
class Story:
    """What the story is about."""

    lead: Lead
    message_id: int


def held_sent_and_stopped(db: Database, team: Team, *, name: str = "Jane Doe") -> Story:
    """Open a lead at night, send its text in the morning, and have the seller write STOP."""
    asked = steps.request(name=name)
    lead = open_lead.open_lead(db, team, asked, NIGHT).lead
    assert steps.handed_over(db, team, NIGHT) == ()
    (handover,) = dispatch.begin(db, team, MORNING, MORNING, owner="w1")
    steps.accept(db, team, handover, MORNING)
    take_reply.take(db, team, take_reply.Inbound("SMin1", SELLER, "STOP", 0), MORNING + HOUR)
    return Story(lead, handover.message.message_id)
