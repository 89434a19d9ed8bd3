"""People outside the team and their consents; whom nobody may contact is in ``storage.suppressions``."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, insert, select, update

from domain.model import Channel, Consent, ConsentBasis, Contact, ContactKind, Language
from storage.tables import consents, contacts, leads
from storage.unit import Tx


def add(
    tx: Tx, *, kind: ContactKind, name: str, phone_e164: str, email: str | None, language: Language, now: datetime
) -> Contact:
    """Store a new contact and return it."""
    values = {"kind": kind, "name": name, "phone_e164": phone_e164, "email": email, "language": language}
    contact_id = tx.execute(insert(contacts).values(**values, created_at=now).returning(contacts.c.id)).scalar_one()
    return Contact(contact_id, kind, name, phone_e164, email, language)


def contact_from(row: Row[tuple[object, ...]]) -> Contact:
    """Map a row that carries every column of ``contacts`` (its id as ``contact_id`` or ``id``)."""
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return Contact(
        contact_id=fields["contact_id"] if "contact_id" in fields else fields["id"],
        kind=ContactKind(fields["kind"]),
        name=fields["name"],
        phone_e164=fields["phone_e164"],
        email=fields["email"],
        language=Language(fields["language"]),
    )


def get(tx: Tx, contact_id: int) -> Contact:
    """Return one contact; the id comes from another row, so a miss is a programming error."""
    return contact_from(tx.execute(select(contacts).where(contacts.c.id == contact_id)).one())


def with_phone(tx: Tx, phone_e164: str) -> tuple[Contact, ...]:
    """Return every contact that carries this number, newest first."""
    query = select(contacts).where(contacts.c.phone_e164 == phone_e164).order_by(contacts.c.id.desc())
    return tuple(contact_from(row) for row in tx.execute(query))


def salts_of(tx: Tx, contact_ids: Collection[int]) -> dict[int, str | None]:
    """Return the secret of each contact that makes its digests in the audit; None once it was destroyed."""
    query = select(contacts.c.id, contacts.c.salt).where(contacts.c.id.in_(contact_ids))
    return {row.id: row.salt for row in tx.execute(query)}


def lock(tx: Tx, addresses: Collection[str]) -> None:
    """Wait for, and then keep, the sole right to decide about these numbers until the transaction ends.

    On SQLite BEGIN IMMEDIATE has given it already. Rows are locked by id, so that two callers cannot deadlock.
    """
    if tx.dialect.name != "sqlite":
        tx.execute(_rows_of(addresses).with_for_update())


def lock_free(tx: Tx, addresses: Collection[str]) -> frozenset[str]:
    """Take the sole right to decide about those numbers nobody else is deciding about; never waits.

    A hand-over holds messages already: if it waited here for a STOP that waits for those messages, neither would end.

    Returns:
        The numbers it got; the others belong to somebody else for the moment.
    """
    if tx.dialect.name == "sqlite":
        return frozenset(addresses)
    taken = tx.execute(_rows_of(addresses).with_for_update(skip_locked=True)).all()
    wanted = tx.execute(_rows_of(addresses)).all()
    return frozenset(addresses) - {row.phone_e164 for row in wanted if row not in taken}


def _rows_of(addresses: Collection[str]) -> Select[tuple[int, str]]:
    rows = select(contacts.c.id, contacts.c.phone_e164).where(contacts.c.phone_e164.in_(addresses))
    return rows.order_by(contacts.c.id)


def add_consent(  # noqa: PLR0913 - one column each
    tx: Tx,
    *,
    contact_id: int,
    basis: ConsentBasis,
    channels: Collection[Channel],
    proof: str,
    recorded_by: str,
    started_at: datetime,
    expires_at: datetime | None,
    shown: str | None = None,
    recorded_at: datetime | None = None,
    reply_id: int | None = None,
) -> int:
    """Store one ground for writing to a contact and return its id.

    Args:
        proof: where the evidence is.
        shown: what the person had before them when they agreed, word for word.
        recorded_at: when it is written down; without it, the moment it begins.
        reply_id: text of theirs that it rests on.
    """
    new = insert(consents).values(
        contact_id=contact_id,
        basis=basis,
        channels=sorted(channels),
        proof=proof,
        recorded_by=recorded_by,
        started_at=started_at,
        expires_at=expires_at,
        shown=shown,
        recorded_at=recorded_at or started_at,
        reply_id=reply_id,
    )
    consent_id: int = tx.execute(new.returning(consents.c.id)).scalar_one()
    return consent_id


def use_consents(tx: Tx, consent_ids: Sequence[int]) -> None:
    """Count one message against each of these grounds (some cover a single message)."""
    if consent_ids:
        tx.execute(update(consents).where(consents.c.id.in_(consent_ids)).values(used=consents.c.used + 1))


def return_consent(tx: Tx, consent_id: int) -> None:
    """Give back a use whose message provably never left."""
    spent = (consents.c.id == consent_id) & (consents.c.used > 0)
    tx.execute(update(consents).where(spent).values(used=consents.c.used - 1))


def with_ending_consents(tx: Tx, after: datetime, before: datetime) -> frozenset[int]:
    """Return the leads of contacts one of whose grounds ends between two instants."""
    soon = (consents.c.expires_at > after) & (consents.c.expires_at <= before)
    query = select(leads.c.id).join(consents, consents.c.contact_id == leads.c.contact_id).where(soon)
    return frozenset(tx.execute(query).scalars())


def end_consents(tx: Tx, contact_ids: Sequence[int], now: datetime) -> None:
    """Withdraw every ground of these contacts from ``now`` on; the proof stays."""
    alive = consents.c.expires_at.is_(None) | (consents.c.expires_at > now)
    tx.execute(update(consents).where(consents.c.contact_id.in_(contact_ids), alive).values(expires_at=now))


def consents_of(tx: Tx, contact_ids: Collection[int]) -> dict[int, tuple[Consent, ...]]:
    """Return the recorded grounds of each contact, oldest first; a contact without any is absent."""
    found: dict[int, list[Consent]] = {}
    query = select(consents).where(consents.c.contact_id.in_(contact_ids)).order_by(consents.c.id)
    for row in tx.execute(query):
        found.setdefault(row.contact_id, []).append(
            Consent(
                consent_id=row.id,
                basis=ConsentBasis(row.basis),
                channels=frozenset(Channel(channel) for channel in row.channels),
                proof=row.proof,
                started_at=row.started_at,
                expires_at=row.expires_at,
                used=row.used,
                shown=row.shown,
                recorded_by=row.recorded_by,
                recorded_at=row.recorded_at,
                reply_id=row.reply_id,
            )
        )
    return {contact_id: tuple(grounds) for contact_id, grounds in found.items()}
