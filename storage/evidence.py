"""What happened to whom, for whoever may ask: every row that bears on a person, a lead, a message or a period.

Each function yields rows oldest first, a page in memory at a time; ``flows.tell_history`` makes one story of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, or_, select, true
from sqlalchemy.sql.elements import KeyedColumnElement

from domain.errors import NotFoundError
from storage.dialect import stream
from storage.tables import (
    audit,
    buyers,
    consents,
    contacts,
    deals,
    leads,
    messages,
    receipts,
    replies,
    rungs,
    suppressions,
)
from storage.unit import Tx

Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose history, and of when.

    Attributes:
        contact_ids: these people; None for everybody.
        lead_ids: their leads.
        message_ids: the texts asked about.
        addresses: their numbers.
        since: first instant, or None for the beginning.
        until: first instant no longer asked about, or None for now.
    """

    contact_ids: frozenset[int] | None = None
    lead_ids: frozenset[int] = frozenset()
    message_ids: frozenset[int] = frozenset()
    addresses: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def within(self, since: datetime | None, until: datetime | None) -> "Scope":
        """Return the same scope of a period."""
        return replace(self, since=since, until=until)


def of_number(tx: Tx, phone_e164: str) -> Scope:
    """Return the scope of everybody who carries a number; the number counts even if it is nobody's."""
    people = _ids(tx, select(contacts.c.id).where(contacts.c.phone_e164 == phone_e164))
    texts = or_(messages.c.to_address == phone_e164, messages.c.contact_id.in_(people))
    return Scope(
        contact_ids=people,
        lead_ids=_ids(tx, select(leads.c.id).where(leads.c.contact_id.in_(people))),
        message_ids=_ids(tx, select(messages.c.id).where(texts)),
        addresses=frozenset({phone_e164}),
    )


def of_lead(tx: Tx, lead_id: int) -> Scope:
    """Return the scope of one lead and its seller.

    Raises:
        NotFoundError: there is none with this number.
    """
    query = select(contacts.c.id, contacts.c.phone_e164).join(leads, leads.c.contact_id == contacts.c.id)
    person = tx.execute(query.where(leads.c.id == lead_id)).one_or_none()
    if person is None:
        raise NotFoundError(f"Lead L-{lead_id}")
    texts = _ids(tx, select(messages.c.id).where(messages.c.lead_id == lead_id))
    return Scope(frozenset({person.id}), frozenset({lead_id}), texts, frozenset({person.phone_e164}))


def of_message(tx: Tx, message_id: int) -> Scope:
    """Return the scope of one text and what bears on it: the person's consents, words and orders.

    Raises:
        NotFoundError: there is none with this number.
    """
    query = select(messages.c.contact_id, messages.c.lead_id, messages.c.to_address)
    row = tx.execute(query.where(messages.c.id == message_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"Message M-{message_id}")
    whose = Scope(frozenset({row.contact_id}), addresses=frozenset({row.to_address}))
    lead_ids = frozenset() if row.lead_id is None else frozenset({row.lead_id})
    return replace(whose, lead_ids=lead_ids, message_ids=frozenset({message_id}))


def _ids(tx: Tx, query: Select[Any]) -> frozenset[int]:
    return frozenset(tx.execute(query).scalars())


# Somebody may have several leads; their clock is read from the newest.
_newest = select(leads.c.contact_id, func.max(leads.c.id).label("lead_id")).group_by(leads.c.contact_id).subquery()
_person = (contacts.c.name.label("person"), contacts.c.phone_e164.label("number"), contacts.c.salt)
_ground = receipts.c.facts["consent_id"].as_integer()
_lead = (leads.c.id.label("lead_id"), leads.c.zones)


def consent_rows(tx: Tx, scope: Scope) -> Rows:
    """Yield every ground on which these people were, or in this period somebody was, written to."""
    at = consents.c.started_at
    query = (
        select(
            at.label("at"), *_columns(consents, "id", "basis", "proof", "shown", "recorded_by", "expires_at", "used")
        )
        .add_columns(*_person, *_lead)
        .join(contacts, contacts.c.id == consents.c.contact_id)
        .outerjoin(_newest, _newest.c.contact_id == contacts.c.id)
        .outerjoin(leads, leads.c.id == _newest.c.lead_id)
    )
    if scope.contact_ids is not None:
        return _stream(tx, query.where(consents.c.contact_id.in_(scope.contact_ids)), at)
    written_to = select(messages.c.contact_id).where(_within(_moment_of_text(), scope))
    return _stream(tx, query.where(or_(consents.c.contact_id.in_(written_to), _within(at, scope))), at)


def text_rows(tx: Tx, scope: Scope) -> Rows:
    """Yield every text with what became of it; its moment is the hand-over, or the end of what never left."""
    at = _moment_of_text()
    names = ("id", "handed_over_at", "state", "reason", "channel", "purpose", "body", "requested_by", "provider_sid")
    query = (
        select(at.label("at"), *_columns(messages, *names), messages.c.to_address.label("number"))
        .add_columns(contacts.c.name.label("person"), *_lead)
        .add_columns(consents.c.id.label("consent_id"), consents.c.basis, consents.c.proof)
        .add_columns(consents.c.started_at, consents.c.expires_at)
        .join(contacts, contacts.c.id == messages.c.contact_id)
        .outerjoin(leads, leads.c.id == messages.c.lead_id)
        .outerjoin(consents, consents.c.id == messages.c.consent_id)
    )
    return _stream(tx, query.where(_among(scope, messages.c.id.in_(scope.message_ids)), _within(at, scope)), at)


def text_receipts(tx: Tx, scope: Scope) -> Rows:
    """Yield every verdict on these texts, with the text and number as they are stored now."""
    query = (
        select(receipts, messages.c.body, *_person, *_lead, messages.c.to_address, consents.c.proof)
        .join(messages, messages.c.id == receipts.c.message_id)
        .join(contacts, contacts.c.id == messages.c.contact_id)
        .outerjoin(leads, leads.c.id == messages.c.lead_id)
        .outerjoin(consents, consents.c.id == _ground)
        .where(_among(scope, receipts.c.message_id.in_(scope.message_ids)), _within(receipts.c.at, scope))
    )
    return _stream(tx, query, receipts.c.at, receipts.c.id)


def call_receipts(tx: Tx, scope: Scope) -> Rows:
    """Yield every verdict on the calls of these leads."""
    query = (
        select(receipts, *_person, *_lead, contacts.c.phone_e164.label("to_address"), consents.c.proof)
        .join(rungs, rungs.c.id == receipts.c.rung_id)
        .join(leads, leads.c.id == rungs.c.lead_id)
        .join(contacts, contacts.c.id == leads.c.contact_id)
        .outerjoin(consents, consents.c.id == _ground)
        .where(receipts.c.message_id.is_(None), _within(receipts.c.at, scope))
        .where(_among(scope, leads.c.id.in_(scope.lead_ids)))
    )
    return _stream(tx, query, receipts.c.at, receipts.c.id)


def call_rows(tx: Tx, scope: Scope) -> Rows:
    """Yield every call somebody made and what came of it."""
    at = rungs.c.settled_at
    query = (
        select(at.label("at"), rungs.c.outcome, rungs.c.outcome_by, *_person, *_lead)
        .join(leads, leads.c.id == rungs.c.lead_id)
        .join(contacts, contacts.c.id == leads.c.contact_id)
        .where(rungs.c.outcome.is_not(None), _within(at, scope), _among(scope, leads.c.id.in_(scope.lead_ids)))
    )
    return _stream(tx, query, at)


def reply_rows(tx: Tx, scope: Scope) -> Rows:
    """Yield every text these people, or anybody in this period, wrote to us."""
    at = replies.c.received_at
    query = (
        select(at.label("at"), *_columns(replies, "id", "body", "kind"), replies.c.from_address.label("number"))
        .add_columns(contacts.c.name.label("person"), *_lead)
        .outerjoin(contacts, contacts.c.id == replies.c.contact_id)
        .outerjoin(leads, leads.c.id == replies.c.lead_id)
    )
    return _stream(tx, query.where(_among(scope, replies.c.from_address.in_(scope.addresses)), _within(at, scope)), at)


def order_rows(tx: Tx, scope: Scope) -> Rows:
    """Yield every standing order not to contact these numbers, or that began in this period."""
    at = suppressions.c.since
    query = select(at.label("at"), *_columns(suppressions, "reason", "source", "until"))
    query = query.add_columns(suppressions.c.address.label("number"))
    mine = _among(scope, suppressions.c.address.in_(scope.addresses))
    return _stream(tx, query.where(mine, _within(at, scope) if scope.contact_ids is None else true()), at)


def audit_rows(tx: Tx, scope: Scope) -> Rows:
    """Yield the audit lines about these leads, their deals and texts, these buyers, or of this period."""
    subject = _among(scope, _about(scope))
    return _stream(tx, select(audit).where(subject, _within(audit.c.at, scope)), audit.c.at, audit.c.id)


def _about(scope: Scope) -> ColumnElement[bool]:
    refs = [*(f"L-{each}" for each in scope.lead_ids), *(f"M-{each}" for each in scope.message_ids)]
    of_deals = select(_ref("D-", deals.c.id)).where(deals.c.lead_id.in_(scope.lead_ids))
    of_buyers = select(_ref("B-", buyers.c.id)).where(buyers.c.contact_id.in_(scope.contact_ids or ()))
    return or_(audit.c.subject.in_(refs), audit.c.subject.in_(of_deals), audit.c.subject.in_(of_buyers))


def _ref(prefix: str, column: ColumnElement[int]) -> ColumnElement[str]:
    return literal(prefix, Text) + cast(column, Text)


def _moment_of_text() -> ColumnElement[datetime]:
    return func.coalesce(messages.c.handed_over_at, messages.c.state_at, type_=messages.c.state_at.type)


def _columns(table: Any, *names: str) -> tuple[KeyedColumnElement[Any], ...]:  # noqa: ANN401 - a table
    return tuple(table.c[name] for name in names)


def _among(scope: Scope, mine: ColumnElement[bool]) -> ColumnElement[bool]:
    return true() if scope.contact_ids is None else mine


def _within(at: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    since = true() if scope.since is None else at >= scope.since
    return and_(since, true() if scope.until is None else at < scope.until)


def _stream(tx: Tx, query: Select[Any], *order: ColumnElement[Any]) -> Rows:
    return stream(tx, query.order_by(*order))
