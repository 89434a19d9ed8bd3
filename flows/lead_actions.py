"""Small things people do with a lead: claim it, see its number, pause, resume or stop its ladder.

``key`` is the identity of the request, where it came over the wire: the same request again changes nothing.
"""

from datetime import datetime

from domain import geo, ladder
from domain.errors import DomainError
from domain.model import Actor, Lead
from domain.provinces import Province
from flows import ladder_moves
from storage import cards, inbox, ladders, leads, messages, records, replies
from storage.unit import Database, Tx


def claim(db: Database, lead_id: int, actor: Actor, now: datetime) -> Lead:
    """Make the actor the lead's owner.

    Raises:
        DomainError: somebody owns it already; says who.
    """
    with db.write() as tx:
        if not leads.claim(tx, lead_id, actor.slack_id, now):
            lead = leads.get(tx, lead_id)
            owner = "you" if lead.owner == actor.slack_id else f"<@{lead.owner}>"
            raise DomainError("already_claimed", f"{lead.ref} is already claimed by {owner}.")
        cards.mark(tx, "lead", lead_id, now)
        return leads.get(tx, lead_id)


def reveal(db: Database, lead_id: int, actor: Actor, now: datetime) -> Lead:
    """Return the lead with its number for the actor's eyes, and log that they looked."""
    with db.write() as tx:
        lead = leads.get(tx, lead_id)
        records.note(tx, now, action="number_revealed", actor=actor.slack_id, subject=lead.ref)
    return lead


def place(db: Database, lead_id: int, address: str, actor: Actor, now: datetime, *, key: str | None = None) -> Lead:
    """Correct where a lead's property stands; what is held for want of a place is looked at again at once.

    Raises:
        DomainError: the words name no place in Canada, or name two; says which.
    """
    found = geo.locate(address)
    if found.province is None:
        conflict = f" {'; '.join(found.conflicts)}." if found.conflicts else ""
        codes = ", ".join(Province)
        raise DomainError("no_place", f"No province found in '{address}'.{conflict} Add a city or one of: {codes}.")
    with db.write() as tx:
        lead = leads.get(tx, lead_id)
        if _repeated(tx, key, now):
            return lead
        leads.set_place(tx, lead_id, address=address, place=found)
        messages.look_again(tx, lead_id, now)
        ladders.look_again(tx, lead_id, now)
        records.note(tx, now, action="lead_placed", actor=actor.slack_id, subject=lead.ref, province=found.province)
        cards.mark(tx, "lead", lead_id, now)
        return leads.get(tx, lead_id)


def pause(db: Database, lead_id: int, actor: Actor, now: datetime, *, key: str | None = None) -> Lead:
    """Pause the lead's ladder.

    Raises:
        DomainError: it does not run.
    """
    with db.write() as tx:
        lead = leads.get(tx, lead_id)
        if _repeated(tx, key, now):
            return lead
        ladder.can_pause(lead.ladder)
        ladder_moves.pause(tx, [lead], f"paused_by:{actor.slack_id}", now)
        return leads.get(tx, lead_id)


def resume(db: Database, lead_id: int, actor: Actor, now: datetime, *, key: str | None = None) -> Lead:
    """Let the lead's ladder climb on.

    Raises:
        DomainError: it is not paused, or a text that may ask us to stop waits to be read.
    """
    with db.write() as tx:
        lead = leads.get(tx, lead_id)
        if _repeated(tx, key, now):
            return lead
        ladder.can_resume(lead.ladder)
        if replies.has_unread_stop(tx, lead.contact.phone_e164):
            sentence = f"{lead.ref} may have asked us to stop. Read their text in its thread first: Stop or Not a stop."
            raise DomainError("stop_unread", sentence)
        ladder_moves.resume(tx, lead, now)
        records.note(tx, now, action="ladder_resumed", actor=actor.slack_id, subject=lead.ref)
        return leads.get(tx, lead_id)


def stop(db: Database, lead_id: int, actor: Actor, now: datetime, *, key: str | None = None) -> Lead:
    """End the lead's ladder for good.

    Raises:
        DomainError: it has ended already.
    """
    with db.write() as tx:
        lead = leads.get(tx, lead_id)
        if _repeated(tx, key, now):
            return lead
        ladder.can_stop(lead.ladder)
        ladder_moves.stop(tx, [lead], f"stopped_by:{actor.slack_id}", now)
        records.note(tx, now, action="ladder_stopped", actor=actor.slack_id, subject=lead.ref)
        return leads.get(tx, lead_id)


def _repeated(tx: Tx, key: str | None, now: datetime) -> bool:
    return key is not None and not inbox.accept(tx, f"{key}:lead", now)
