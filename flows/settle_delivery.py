"""Write down what became of a handed-over message: the provider's answer, its later reports, or its silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from domain import delivery, delivery_errors, kpi, ladder
from domain.doubt import FIRST_LOOK
from domain.model import Message, MessageState, RungState, SuppressionReason
from flows import ladder_moves, queue_message, switch_sending
from flows.dispatch import Handover
from flows.team import Team
from storage import claims, contacts, inbox, leads, messages, records, suppressions
from storage.unit import Database, StorageUnavailableError, Tx

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message and named it."""

    provider_sid: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Provably nothing left: it may be tried again after a while."""

    code: int | None
    detail: str
    retry_after: timedelta


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take this message."""

    code: int


@dataclass(frozen=True, slots=True)
class Broken:
    """Our account is refused: nothing can be sent until a person mends the settings."""

    code: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may or may not have left; it is never re-sent blindly."""

    detail: str


IN_DOUBT = frozenset({MessageState.DISPATCHING, MessageState.UNKNOWN, MessageState.NEEDS_PERSON})
"""States in which a report with the attempt's token is the first proof that the provider took the message."""

Result = Accepted | NotSent | Refused | Broken | Unclear


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One status callback of the provider.

    Attributes:
        attempt_token: the unguessable part of the callback's URL.
        status: the provider's word, e.g. ``delivered``.
    """

    attempt_token: str
    provider_sid: str
    status: str
    error_code: int | None


def record(db: Database, team: Team, handover: Handover, result: Result, now: datetime) -> None:
    """Write the result of one attempt; a late result of an overtaken attempt is kept as evidence only."""
    with db.write() as tx:
        if not _write(tx, handover, result, now):
            records.note(
                tx,
                now,
                action="late_result",
                actor="system",
                subject=handover.message.ref,
                result=type(result).__name__,
            )
            return
        _follow(tx, team, handover.message, result, now)
        if handover.consent_id is not None and not isinstance(result, Accepted | Unclear):
            contacts.return_consent(tx, handover.consent_id)
        queue_message.show(tx, handover.message, now)


def _write(tx: Tx, handover: Handover, result: Result, now: datetime) -> bool:
    state, changes = _row_of(result, now)
    return messages.record_handover(
        tx,
        handover.message.message_id,
        attempt=handover.attempt,
        owner=handover.owner,
        state=state,
        now=now,
        **changes,
    )


def _row_of(result: Result, now: datetime) -> tuple[MessageState, messages.HandoverChanges]:
    match result:
        case Accepted(provider_sid=sid):
            return MessageState.ACCEPTED, {"provider_sid": sid}
        case NotSent(code=code, detail=detail, retry_after=wait):
            return MessageState.READY, {"error_code": code, "reason": detail, "available_at": now + wait}
        case Refused(code=code):
            return MessageState.REFUSED, {"error_code": code, "reason": "provider_refused"}
        case Broken(code=code):
            return MessageState.READY, {"error_code": code, "reason": "provider_account"}
        case Unclear(detail=detail):
            return MessageState.UNKNOWN, {"reason": detail, "available_at": now + FIRST_LOOK}


def _follow(tx: Tx, team: Team, message: Message, result: Result, now: datetime) -> None:
    match result:
        case Accepted():
            accepted(tx, message, now)
        case Refused(code=code):
            _refused(tx, message, code, now)
        case Broken(code=code):
            _stop_everything(tx, team, code, now)
        case NotSent() | Unclear():
            pass  # The message row says it all; the reconciler or the next dispatch takes it from there.


def accepted(tx: Tx, message: Message, now: datetime) -> None:
    """Do what follows once it is proved that the provider took a message: count it, climb on."""
    lead = leads.get(tx, message.lead_id or 0)
    records.add_kpis(tx, [kpi.message_sent(lead, message, now)])
    ladder_moves.settle_rung(tx, message, RungState.DONE, now)


def _refused(tx: Tx, message: Message, code: int, now: datetime) -> None:
    lead = leads.get(tx, message.lead_id or 0)
    records.add_kpis(tx, [kpi.message_failed(lead, message, code, now)])
    if not _suppress_for(tx, message, code, now):
        ladder_moves.settle_rung(tx, message, RungState.SKIPPED, now, note=f"provider_{code}")


def _stop_everything(tx: Tx, team: Team, code: int, now: datetime) -> None:
    reason = f"The phone provider refuses our account ({code})"
    switch_sending.stop_all(tx, team, reason, subject="provider", now=now, code=code)


def report(db: Database, key: str, status: StatusReport, now: datetime) -> bool:
    """Apply one status callback; repeated and out-of-order ones change nothing backwards.

    Returns:
        False when no attempt carries this token: the caller logs it.
    """
    with db.write() as tx:
        message = messages.find_by_token(tx, status.attempt_token)
        if message is None:
            return False
        if inbox.accept(tx, key, now):
            _apply_report(tx, message, status, now)
    return True


def _apply_report(tx: Tx, message: Message, status: StatusReport, now: datetime) -> None:
    read = delivery.read_report(message.state, status.status)
    if not read.known or read.contradicts:
        action = "status_contradicts" if read.known else "status_unknown"
        records.note(tx, now, action=action, actor="provider", subject=message.ref, status=status.status[:40])
    if read.state is message.state:
        return
    state = delivery_errors.ending(read.state, status.error_code)
    proof = message.state in IN_DOUBT
    changes: dict[str, object] = {"provider_sid": status.provider_sid, "error_code": status.error_code}
    if proof:
        changes |= {"handed_over_at": now, "lease_owner": None, "lease_until": None, "reason": None}
    messages.move(tx, message.message_id, known=message.state, state=state, now=now, **changes)
    if proof:
        accepted(tx, message, now)
    lead = leads.get(tx, message.lead_id or 0)
    if state in delivery.TERMINAL:
        records.add_kpis(tx, [kpi.message_settled(lead, message, state, now)])
    if status.error_code is not None:
        _suppress_for(tx, message, status.error_code, now)
    queue_message.show(tx, message, now)


def _suppress_for(tx: Tx, message: Message, code: int, now: datetime) -> bool:
    reason = delivery_errors.rule_for(code).suppress
    if reason is None:
        return False
    until = ladder.suppressed_until(reason, now)
    suppressions.add(tx, message.to_address, reason, source=f"provider {code}", since=now, until=until)
    if reason is SuppressionReason.STOP:  # They wrote STOP to the carrier alone: that withdraws consent all the same.
        contacts.end_consents(tx, [known.contact_id for known in contacts.with_phone(tx, message.to_address)], now)
    ladder_moves.stop(tx, leads.with_phone(tx, message.to_address), f"provider_{code}", now)
    records.note(tx, now, action="number_suppressed", actor="provider", subject=message.ref, reason=reason, code=code)
    return True


def doubt_expired(db: Database, now: datetime, wall: datetime, *, limit: int = 50) -> int:
    """Move messages whose worker vanished to ``unknown``: a byte may have left. Returns how many."""
    with db.read() as tx:
        late = messages.expired_leases(tx, wall, limit)
    for message_id in late:  # each alone: one that fails keeps no other from being looked up
        try:
            _doubt(db, message_id, now, wall)
        except StorageUnavailableError:
            raise
        except Exception:
            log.exception("row_failed", queue="expired_leases", row=message_id)
    return len(late)


def _doubt(db: Database, message_id: int, now: datetime, wall: datetime) -> None:
    with db.write() as tx:
        message = messages.expired_lease(tx, message_id, wall)
        if message is None:
            return
        messages.move(
            tx,
            message_id,
            known=MessageState.DISPATCHING,
            state=MessageState.UNKNOWN,
            now=now,
            reason="worker_vanished",
            available_at=now + FIRST_LOOK,
            **claims.FREE,
        )
        queue_message.show(tx, message, now)
