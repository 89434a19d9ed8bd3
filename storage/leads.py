"""Leads: the sellers somebody wants to talk to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, or_, select, update

from domain.errors import NotFoundError
from domain.geo import Place
from domain.model import Contact, LadderState, Lead, LeadSource
from domain.provinces import Province
from storage.contacts import contact_from
from storage.tables import contacts, leads
from storage.unit import Tx


@dataclass(frozen=True, slots=True)
class NewLead:
    """What a lead is before it has a number."""

    contact: Contact
    source: LeadSource
    address: str
    province: Province | None
    market: str
    zones: frozenset[str]
    conflicts: tuple[str, ...]
    evidence: tuple[str, ...]
    notes: str
    created_by: str
    plan_version: str
    correlation_id: str
    intake_key: str


def add(tx: Tx, new: NewLead, now: datetime) -> int:
    """Store a lead with a running ladder and return its id."""
    values = {
        "contact_id": new.contact.contact_id,
        "source": new.source,
        "address": new.address,
        "province": new.province,
        "market": new.market,
        "zones": sorted(new.zones),
        "conflicts": list(new.conflicts),
        "evidence": list(new.evidence),
        "notes": new.notes,
        "created_at": now,
        "created_by": new.created_by,
        "ladder": LadderState.RUNNING,
        "plan_version": new.plan_version,
        "correlation_id": new.correlation_id,
        "intake_key": new.intake_key,
    }
    new_id: int = tx.execute(insert(leads).values(values).returning(leads.c.id)).scalar_one()
    return new_id


def find_by_intake_key(tx: Tx, intake_key: str) -> Lead | None:
    """Return the lead an earlier copy of the same request made, or None."""
    return _one_or_none(tx, _query().where(leads.c.intake_key == intake_key))


def get(tx: Tx, lead_id: int) -> Lead:
    """Return one lead.

    Raises:
        NotFoundError: there is none with this number.
    """
    found = _one_or_none(tx, _query().where(leads.c.id == lead_id))
    if found is None:
        raise NotFoundError(f"Lead L-{lead_id}")
    return found


def get_many(tx: Tx, lead_ids: Collection[int]) -> dict[int, Lead]:
    """Return these leads by id."""
    return {lead.lead_id: lead for lead in _all(tx, _query().where(leads.c.id.in_(lead_ids)))}


def with_phone(tx: Tx, phone_e164: str) -> tuple[Lead, ...]:
    """Return every lead whose contact carries this number, newest first."""
    return _all(tx, _query().where(contacts.c.phone_e164 == phone_e164).order_by(leads.c.id.desc()))


def newest(tx: Tx, limit: int, *, owner: str | None = None) -> tuple[Lead, ...]:
    """Return the newest leads, of everybody or of one owner."""
    query = _query().order_by(leads.c.id.desc()).limit(limit)
    return _all(tx, query if owner is None else query.where(leads.c.owner == owner))


def search(tx: Tx, words: str, limit: int) -> tuple[Lead, ...]:
    """Return the newest leads whose name, address or number contains ``words``."""
    pattern = "%" + words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (contacts.c.name, leads.c.address, contacts.c.phone_e164)
    hit = or_(*(func.lower(column).like(pattern, escape="\\") for column in columns))
    return _all(tx, _query().where(hit).order_by(leads.c.id.desc()).limit(limit))


def claim(tx: Tx, lead_id: int, slack_id: str, now: datetime) -> bool:
    """Make ``slack_id`` the owner of an unowned lead.

    Returns:
        False when somebody owns it already.
    """
    free = (leads.c.id == lead_id) & leads.c.owner.is_(None)
    return tx.execute(update(leads).where(free).values(owner=slack_id, claimed_at=now)).rowcount == 1


def set_place(tx: Tx, lead_id: int, *, address: str, place: Place) -> None:
    """Correct where a lead's property stands."""
    values = {
        "address": address,
        "province": place.province,
        "market": place.market,
        "zones": sorted(place.zones),
        "conflicts": list(place.conflicts),
        "evidence": [f"{piece.kind}: {piece.text}" for piece in place.evidence],
    }
    tx.execute(update(leads).where(leads.c.id == lead_id).values(values))


def set_ladder(tx: Tx, lead_ids: Sequence[int], state: LadderState, reason: str | None) -> None:
    """Pause, resume, stop or finish the ladders of these leads; a stopped ladder stays stopped."""
    if lead_ids:
        open_ones = leads.c.id.in_(lead_ids) & (leads.c.ladder != LadderState.STOPPED)
        tx.execute(update(leads).where(open_ones).values(ladder=state, ladder_reason=reason))


def _query() -> Select[Any]:
    contact_columns = [column for column in contacts.c if column.name not in {"id", "created_at", "salt"}]
    return select(leads, *contact_columns).join(contacts, contacts.c.id == leads.c.contact_id)


def _all(tx: Tx, query: Select[Any]) -> tuple[Lead, ...]:
    return tuple(_lead_from(row) for row in tx.execute(query))


def _one_or_none(tx: Tx, query: Select[Any]) -> Lead | None:
    row = tx.execute(query).one_or_none()
    return None if row is None else _lead_from(row)


def _lead_from(row: Row[Any]) -> Lead:
    return Lead(
        lead_id=row.id,
        contact=contact_from(row),
        source=LeadSource(row.source),
        address=row.address,
        province=Province(row.province) if row.province else None,
        market=row.market,
        zones=frozenset(row.zones),
        conflicts=tuple(row.conflicts),
        evidence=tuple(row.evidence),
        notes=row.notes,
        created_at=row.created_at,
        created_by=row.created_by,
        owner=row.owner,
        claimed_at=row.claimed_at,
        ladder=LadderState(row.ladder),
        ladder_reason=row.ladder_reason,
        correlation_id=row.correlation_id,
    )
