"""Steps several stories share."""

from datetime import datetime, timedelta

from domain.model import Actor, ConsentBasis, Lead, Message, MessageState, Role
from flows import climb_ladder, dispatch, open_lead, settle_delivery
from flows.dispatch import Handover
from flows.team import Team
from storage import ladders, leads, messages
from storage.unit import Database
from tests.support.builders import NOON

RILEY = Actor("U0RILEY", Role.AGENT)
AVERY = Actor("U0AVERY", Role.APPROVER)
SELLER = "+14165550199"


def request(
    key: str = "r1",
    *,
    name: str = "Jane Doe",
    phone: str = "416-555-0199",
    address: str = "12 King St W, Hamilton ON",
    basis: ConsentBasis = ConsentBasis.EXPRESS,
) -> open_lead.LeadRequest:
    """Describe a lead in Hamilton with express consent."""
    return open_lead.LeadRequest(
        key=key, name=name, phone=phone, address=address, actor=RILEY, basis=basis, proof="signed card"
    )


def opened(
    db: Database,
    team: Team,
    now: datetime = NOON,
    *,
    key: str = "r1",
    phone: str = "416-555-0199",
    basis: ConsentBasis = ConsentBasis.EXPRESS,
) -> Lead:
    """Open a lead."""
    return open_lead.open_lead(db, team, request(key, phone=phone, basis=basis), now).lead


def handed_over(db: Database, team: Team, now: datetime = NOON) -> tuple[Handover, ...]:
    """Plan what is due and take the right to send it."""
    climb_ladder.climb(db, team, now, now, owner="w1")
    return dispatch.begin(db, team, now, now, owner="w1")


def accept(db: Database, team: Team, handover: Handover, now: datetime = NOON, sid: str = "SM1") -> None:
    """Report that the provider took a message."""
    settle_delivery.record(db, team, handover, settle_delivery.Accepted(sid), now)


def message(db: Database, message_id: int) -> Message:
    """Return one message."""
    with db.read() as tx:
        found = messages.find(tx, message_id)
    assert found is not None
    return found


def states(db: Database, lead: Lead) -> dict[int, str]:
    """Return the state of each step of a lead's ladder."""
    with db.read() as tx:
        return {rung.step: rung.state.value for rung in ladders.of_leads(tx, [lead.lead_id])[lead.lead_id]}


def again(db: Database, lead: Lead) -> Lead:
    """Return the lead as it is now."""
    with db.read() as tx:
        return leads.get(tx, lead.lead_id)


def counts(db: Database) -> dict[MessageState, int]:
    """Return messages by state."""
    with db.read() as tx:
        return messages.counts(tx)


MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
