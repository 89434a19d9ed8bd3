"""What a person's wish to be left alone does: on every channel and every record with their number, at once."""

from collections.abc import Sequence
from datetime import datetime

from domain import kpi, ladder
from domain.model import Lead, StopReading, SuppressionReason
from flows import ladder_moves
from storage import cards, contacts, leads, messages, records, replies, suppressions
from storage.unit import Tx

CONTACT = "contact"
"""Who acts in the records when the person outside did."""


def apply(tx: Tx, address: str, *, source: str, by: str, reply_id: int, now: datetime) -> bool:
    """Suppress a number, end its consents, take back what is planned, stop its ladders; in the caller's transaction.

    Args:
        source: where the wish is recorded, such as ``text SM1``.
        reply_id: the text of theirs that says so.
        by: ``contact`` when they wrote a keyword, else who read it in their words.

    Returns:
        True when the number was not suppressed so far.
    """
    found = leads.with_phone(tx, address)
    until = ladder.suppressed_until(SuppressionReason.STOP, now)
    new = suppressions.add(tx, address, SuppressionReason.STOP, source=source, since=now, until=until)
    contacts.end_consents(tx, [contact.contact_id for contact in contacts.with_phone(tx, address)], now)
    cancelled = messages.cancel_open_to(tx, address, "suppressed", now)
    cards.mark_all(tx, "dead_message", [message.message_id for message in cancelled], now)
    ladder_moves.stop(tx, found, "stop", now)
    cards.mark_all(tx, "reply", replies.read_all_of(tx, address, StopReading.STOP, by=by, now=now), now)
    records.note(
        tx,
        now,
        action="opted_out",
        actor=by,
        subject=_subject(found),
        reply_id=reply_id,
        new=new,
        texts_cancelled=len(cancelled),
        ladders_stopped=len(found),
    )
    if new:
        records.add_kpis(tx, [kpi.opted_out(lead, now) for lead in found[:1]])
    return new


def _subject(found: Sequence[Lead]) -> str:
    return found[0].ref if found else "unknown number"
