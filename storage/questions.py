"""Which of our texts a person's answer answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from domain.model import Channel, MessageState, Purpose
from storage.tables import messages, rungs
from storage.unit import Tx

_IN_DOUBT = (MessageState.DISPATCHING.value, MessageState.UNKNOWN.value, MessageState.NEEDS_PERSON.value)


@dataclass(frozen=True, slots=True)
class Question:
    """The newest text of ours that a number has, or may have.

    Attributes:
        left_at: when it was handed over; for one in doubt, since when it is.
        template: of its ladder step; None for other messages.
    """

    message_id: int
    contact_id: int
    lead_id: int | None
    purpose: Purpose
    body: str
    left_at: datetime
    template: str | None

    @property
    def ref(self) -> str:
        """Return the name people use, such as ``M-12``."""
        return f"M-{self.message_id}"


def newest_to(tx: Tx, address: str) -> Question | None:
    """Return the newest text that left for a number, or may have; None when none ever did.

    What is in doubt counts: a person's answer is the best proof that it arrived.
    """
    left_at = func.coalesce(messages.c.handed_over_at, messages.c.state_at)
    query = (
        select(messages, left_at.label("left_at"), rungs.c.template)
        .outerjoin(rungs, rungs.c.id == messages.c.rung_id)
        .where(messages.c.to_address == address, messages.c.channel == Channel.SMS.value)
        .where(or_(messages.c.handed_over_at.is_not(None), messages.c.state.in_(_IN_DOUBT)))
        .order_by(left_at.desc(), messages.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    return Question(
        message_id=row.id,
        contact_id=row.contact_id,
        lead_id=row.lead_id,
        purpose=Purpose(row.purpose),
        body=row.body,
        left_at=row.left_at,
        template=row.template,
    )
