"""Pause and resume sending for everything, a province, a channel or the ladder: effective before the next hand-over."""

from datetime import datetime

from domain import provinces
from domain.errors import DomainError
from domain.gate import Reason
from domain.model import ALL_MARKETS, Actor, Channel, Role
from domain.policies import Scope
from flows.team import Team
from storage import cards, inbox, ladders, messages, records
from storage.unit import Database, Tx

HELD_BY_A_SWITCH = (Reason.PAUSED.value, Reason.CLOCK_UNTRUSTED.value)
"""What a person ends who switches sending on again: a clock that jumped switches it off."""


def scope_of(text: str) -> str:
    """Return the switch a word means: nothing or ``all``, a province, a channel, or ``ladder``.

    Raises:
        DomainError: it means none of them.
    """
    word = text.strip().lower()
    if word in {"", "all"}:
        return "all"
    if word in {"ladder", "ladders"}:
        return "ladder"
    if word in set(Channel):
        return f"channel:{word}"
    province = provinces.parse(text)
    if province is None:
        codes = ", ".join(provinces.Province)
        raise DomainError("scope", f"Pause what? Use all, ladder, sms, call, email or a province: {codes}.")
    return f"province:{province.value}"


def pause(db: Database, scope: str, actor: Actor, now: datetime, *, key: str | None = None) -> bool:
    """Stop sending for a scope; returns False when it was stopped already.

    Raises:
        DomainError: the actor may not, or the request called ``key`` was handled before.
    """
    _require_approver(actor)
    with db.write() as tx:
        _only_once(tx, key, now)
        new = records.pause(tx, scope, reason="paused in Slack", by=actor.slack_id, now=now)
        records.note(tx, now, action="sending_paused", actor=actor.slack_id, subject=scope, changed=new)
    return new


def resume(db: Database, scope: str, actor: Actor, now: datetime, *, key: str | None = None) -> bool:
    """Allow sending for a scope again, and look at what it held at once; returns False when it was not stopped.

    Raises:
        DomainError: the actor may not, or the request called ``key`` was handled before.
    """
    _require_approver(actor)
    with db.write() as tx:
        _only_once(tx, key, now)
        changed = records.resume(tx, scope)
        _look_again(tx, scope, now)
        records.note(tx, now, action="sending_resumed", actor=actor.slack_id, subject=scope, changed=changed)
    return changed


def stop_all(tx: Tx, team: Team, reason: str, *, subject: str, now: datetime, **detail: int) -> bool:
    """Stop all sending because something is broken, and tell the team once; a person resumes.

    Args:
        reason: a sentence for the alert card.
        subject: what is broken, for the audit, with ``detail``.

    Returns:
        False when everything was stopped already.
    """
    new = records.pause(tx, "all", reason=reason, by="system", now=now)
    if new:
        records.note(tx, now, action="sending_stopped", actor="system", subject=subject, **detail)
        cards.mark(tx, "alert", f"{subject}:{now.isoformat()}", now, channel=team.briefing_channel)
    return new


def _look_again(tx: Tx, scope: str, now: datetime) -> None:
    """Bring before the gate what waits for the switch, or for a clock that somebody has just put right."""
    kind, _, code = scope.partition(":")
    place = Scope(provinces.Province(code) if kind == "province" else None, ALL_MARKETS)
    messages.look_again_in(tx, place, HELD_BY_A_SWITCH, now)
    ladders.look_again_in(tx, place, HELD_BY_A_SWITCH, now)


def _only_once(tx: Tx, key: str | None, now: datetime) -> None:
    if key is not None and not inbox.accept(tx, key, now):
        raise DomainError("repeated", "This was handled already. Nothing new was done.")


def _require_approver(actor: Actor) -> None:
    if actor.role not in {Role.APPROVER, Role.ADMIN}:
        raise DomainError("role", "Only approvers and admins can pause or resume sending. Nothing was changed.")
