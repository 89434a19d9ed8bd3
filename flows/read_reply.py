"""Decide, once, whether a text that might ask us to stop does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import consent
from domain.errors import DomainError, NotFoundError
from domain.keywords import InboundKind
from domain.model import Actor, Channel, ConsentBasis, Reply, StopReading
from flows import ladder_moves, opt_out
from storage import cards, contacts, inbox, ladders, leads, messages, records, replies
from storage.unit import Database, Tx


@dataclass(frozen=True, slots=True)
class Reading:
    """Who read which text, and what they read in it; ``key`` is the identity of the click."""

    key: str
    reply_id: int
    reading: StopReading
    actor: Actor


def record(db: Database, click: Reading, now: datetime) -> None:
    """Record the reading and do what it says: stop for good, or let go what was held.

    Raises:
        NotFoundError: there is no such text.
        DomainError: somebody read it before, says who and what; or it asked nobody to read it.
    """
    with db.write() as tx:
        found = replies.find(tx, click.reply_id)
        if found is None:
            raise NotFoundError("That reply")
        contacts.lock(tx, [found.from_address])
        if not inbox.accept(tx, click.key, now):
            return
        if not replies.read(tx, found.reply_id, click.reading, by=click.actor.slack_id, now=now):
            raise DomainError("reply_read", _settled(replies.find(tx, click.reply_id) or found))
        _follow(tx, found, click, now)


def _settled(reply: Reply) -> str:
    if reply.kind != InboundKind.SMELLS_OF_STOP or reply.read_by is None:
        return "This text was understood without anybody. Nothing was changed."
    who = "the contact, who wrote STOP" if reply.read_by == opt_out.CONTACT else f"<@{reply.read_by}>"
    what = "stop for good" if reply.reading is StopReading.STOP else "not a stop"
    return f"Already read by {who}: {what}. Nothing was changed."


def _follow(tx: Tx, reply: Reply, click: Reading, now: datetime) -> None:
    by, address = click.actor.slack_id, reply.from_address
    subject = "unknown number" if reply.lead_id is None else f"L-{reply.lead_id}"
    records.note(
        tx, now, action="reply_read", actor=by, subject=subject, reply_id=reply.reply_id, reading=click.reading.value
    )
    if click.reading is StopReading.STOP:
        source = f"reply {reply.reply_id} read by {by}"
        opt_out.apply(tx, address, source=source, by=by, reply_id=reply.reply_id, now=now)
    else:
        _let_go(tx, reply, by, now)
    cards.mark(tx, "reply", reply.reply_id, now)


def _let_go(tx: Tx, reply: Reply, by: str, now: datetime) -> None:
    """Lift the hold, keep the ladders paused for a person, and let the text be answered like any other."""
    found = leads.with_phone(tx, reply.from_address)
    ladder_moves.rename_pause(tx, found, known="asks_to_stop", reason="seller_replied")
    messages.look_again_to(tx, reply.from_address, now)
    for lead in found:
        ladders.look_again(tx, lead.lead_id, now)
        cards.mark(tx, "lead", lead.lead_id, now)
    record_answerable(tx, reply, by=by, now=now)


def record_answerable(tx: Tx, reply: Reply, *, by: str, now: datetime) -> None:
    """Record that one answer may follow a person's text, while it still is an answer (SOR/2013-221 s. 3(b))."""
    if reply.contact_id is None:
        return
    contacts.add_consent(
        tx,
        contact_id=reply.contact_id,
        basis=ConsentBasis.REPLY,
        channels=[Channel.SMS],
        proof=f"Their text R-{reply.reply_id}",
        recorded_by=by,
        started_at=reply.received_at,
        expires_at=reply.received_at + timedelta(days=consent.ANSWER_DAYS),
        recorded_at=now,
        reply_id=reply.reply_id,
    )
