"""Have the cards of leads whose consent ends soon drawn anew once a day, so that they count down truthfully."""

from datetime import datetime, timedelta

from domain import consent_outlook
from storage import cards, contacts, inbox
from storage.unit import Database

_JUST_ENDED = timedelta(days=2)
"""How long after its end a consent's card is still drawn anew: a day may have passed without a tick."""


def watch(db: Database, now: datetime) -> int:
    """Mark the cards, once a day in UTC like the periods themselves, and return how many leads are concerned."""
    with db.write() as tx:
        if not inbox.accept(tx, f"consents:{now.date()}", now):
            return 0
        concerned = contacts.with_ending_consents(tx, now - _JUST_ENDED, now + consent_outlook.NEAR)
        cards.mark_all(tx, "lead", concerned, now)
    return len(concerned)
