"""Versions of team policies: what is in force, what is on its way, what was; rules never change once written."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update

from domain import policies as rules_of
from domain.law import TeamPolicy
from domain.model import Channel
from domain.policies import Policy, PolicyState, Scope
from domain.windows import Span, Week
from storage.dialect import insert_or_ignore
from storage.tables import IN_FORCE, policies
from storage.unit import Tx

_OPEN = (PolicyState.PROPOSED.value, PolicyState.SCHEDULED.value)


def in_force(tx: Tx, now: datetime, scopes: Collection[str] | None = None) -> dict[str, Policy]:
    """Return what is in force, by the key of its scope, in one statement.

    A version whose time has come counts from that moment, whether or not a tick has noted it.

    Args:
        scopes: keys to look for, or None for all there are.
    """
    due = or_(policies.c.state == PolicyState.ACTIVE.value, policies.c.effective_at <= now)
    query = select(policies).where(IN_FORCE, due)
    if scopes is not None:
        query = query.where(policies.c.scope.in_(scopes))
    found = [_policy_from(row) for row in tx.execute(query)]
    # At most one of each state a scope; the one whose time has come takes the place of the active one.
    ordered = sorted(found, key=lambda policy: policy.state is PolicyState.SCHEDULED)
    return {policy.scope.key: policy for policy in ordered}


def lock(tx: Tx, scope: Scope) -> None:
    """Let no other process change this scope until the transaction ends."""
    query = select(policies.c.id).where(policies.c.scope == scope.key).order_by(policies.c.id)
    tx.execute(query if tx.dialect.name == "sqlite" else query.with_for_update())


def next_version(tx: Tx, scope: Scope) -> int:
    """Return the number the scope's next version gets; numbers are never used twice."""
    newest: int | None = tx.execute(select(func.max(policies.c.version)).where(_of(scope))).scalar_one()
    return (newest or 0) + 1


def open_of(tx: Tx, scope: Scope) -> Policy | None:
    """Return the version of a scope that is proposed or waits for its time, or None."""
    row = tx.execute(select(policies).where(_of(scope), policies.c.state.in_(_OPEN))).one_or_none()
    return None if row is None else _policy_from(row)


def propose(  # noqa: PLR0913 - a proposal is what it is
    tx: Tx,
    scope: Scope,
    rules: TeamPolicy,
    *,
    reason: str,
    by: str,
    base_id: int,
    asked_from: datetime | None,
    replay: Mapping[str, Any],
    now: datetime,
) -> int | None:
    """Store a proposed version.

    Returns:
        Its id, or None when somebody else proposed one for this scope at the same moment.
    """
    values = {
        "scope": scope.key,
        "version": rules.version,
        "state": PolicyState.PROPOSED,
        "rules": _rules_json(rules),
        "reason": reason,
        "proposed_by": by,
        "proposed_at": now,
        "base_id": base_id,
        "asked_from": asked_from,
        "replay": dict(replay),
    }
    if not insert_or_ignore(tx, policies, values):
        return None
    query = select(policies.c.id).where(_of(scope), policies.c.version == rules.version)
    policy_id: int = tx.execute(query).scalar_one()
    return policy_id


def find(tx: Tx, policy_id: int) -> Policy | None:
    """Return one version, or None."""
    row = tx.execute(select(policies).where(policies.c.id == policy_id)).one_or_none()
    return None if row is None else _policy_from(row)


def replacement_of(tx: Tx, policy_id: int) -> int | None:
    """Return the number of the version that took a version's place, or None while it stands or stood to its end."""
    query = select(func.max(policies.c.version)).where(policies.c.replaced_id == policy_id)
    number: int | None = tx.execute(query).scalar_one()
    return number


def history(tx: Tx, scope: Scope, limit: int) -> tuple[Policy, ...]:
    """Return the versions of a scope, newest first."""
    query = select(policies).where(_of(scope)).order_by(policies.c.version.desc()).limit(limit)
    return tuple(_policy_from(row) for row in tx.execute(query))


def proposed(tx: Tx) -> tuple[Policy, ...]:
    """Return every version that waits for a decision; at most one a scope."""
    query = select(policies).where(policies.c.state == PolicyState.PROPOSED.value).order_by(policies.c.id)
    return tuple(_policy_from(row) for row in tx.execute(query))


def due(tx: Tx, now: datetime) -> tuple[Policy, ...]:
    """Return approved versions whose time has come and which nobody has put in force yet."""
    ripe = and_(policies.c.state == PolicyState.SCHEDULED.value, policies.c.effective_at <= now)
    return tuple(_policy_from(row) for row in tx.execute(select(policies).where(ripe).order_by(policies.c.id)))


def schedule(tx: Tx, policy_id: int, *, by: str, effective_at: datetime) -> None:
    """Note that a version is approved and comes into force later."""
    values = {"state": PolicyState.SCHEDULED, "decided_by": by, "effective_at": effective_at}
    tx.execute(update(policies).where(policies.c.id == policy_id).values(values))


def supersede(tx: Tx, scope: Scope, now: datetime) -> int | None:
    """End what is active in a scope, because another version takes its place, and return its id."""
    active = _of(scope) & (policies.c.state == PolicyState.ACTIVE.value)
    values = {"state": PolicyState.SUPERSEDED, "ended_at": now}
    ended: int | None = tx.execute(
        update(policies).where(active).values(values).returning(policies.c.id)
    ).scalar_one_or_none()
    return ended


def activate(
    tx: Tx, policy_id: int, *, effective_at: datetime, decided_by: str | None, replaced_id: int | None
) -> None:
    """Put a version in force; whatever was has been ended before."""
    values = {
        "state": PolicyState.ACTIVE,
        "effective_at": effective_at,
        "decided_by": decided_by,
        "replaced_id": replaced_id,
    }
    tx.execute(update(policies).where(policies.c.id == policy_id).values(values))


def restore(tx: Tx, policy_id: int) -> None:
    """Put a superseded version in force again."""
    values = {"state": PolicyState.ACTIVE, "ended_at": None}
    tx.execute(update(policies).where(policies.c.id == policy_id).values(values))


def end(
    tx: Tx, policy_ids: Collection[int], state: PolicyState, *, by: str | None, now: datetime, note: str | None = None
) -> None:
    """End versions that were proposed, scheduled or active."""
    if policy_ids:
        values = {"state": state, "ended_by": by, "ended_at": now, "note": note}
        tx.execute(update(policies).where(policies.c.id.in_(policy_ids)).values(values))


def _of(scope: Scope) -> Any:  # noqa: ANN401 - a SQL condition
    return policies.c.scope == scope.key


def _policy_from(row: Row[Any]) -> Policy:
    return Policy(
        policy_id=row.id,
        scope=rules_of.from_key(row.scope),
        state=PolicyState(row.state),
        rules=_rules_from(row.rules, row.version, row.scope),
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        base_id=row.base_id,
        replaced_id=row.replaced_id,
        asked_from=row.asked_from,
        effective_at=row.effective_at,
        decided_by=row.decided_by,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        note=row.note,
        replay=row.replay,
    )


def _rules_json(rules: TeamPolicy) -> dict[str, Any]:
    return {
        "windows": {channel.value: _week_json(week) for channel, week in rules.windows.items()},
        "channels": sorted(rules.channels),
        "max_per_day": rules.max_per_day,
        "max_per_30_days": rules.max_per_30_days,
        "max_team_per_hour": rules.max_team_per_hour,
        "inquiry_is_implied_consent": rules.inquiry_is_implied_consent,
        "closed_on_holidays": sorted(rules.closed_on_holidays),
        "closed_on": sorted(day.isoformat() for day in rules.closed_on),
    }


def _week_json(week: Week) -> list[list[list[str]]]:
    return [[[f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"] for span in day] for day in week.days]


def _rules_from(stored: Mapping[str, Any], version: int, scope: str) -> TeamPolicy:
    return TeamPolicy(
        version=version,
        windows={Channel(channel): _week_from(days) for channel, days in stored["windows"].items()},
        channels=frozenset(Channel(each) for each in stored["channels"]),
        max_per_day=stored["max_per_day"],
        max_per_30_days=stored["max_per_30_days"],
        max_team_per_hour=stored["max_team_per_hour"],
        inquiry_is_implied_consent=stored["inquiry_is_implied_consent"],
        closed_on_holidays=frozenset(Channel(each) for each in stored["closed_on_holidays"]),
        closed_on=frozenset(date.fromisoformat(each) for each in stored["closed_on"]),
        scope=scope,
    )


def _week_from(days: list[list[list[str]]]) -> Week:
    return Week(tuple(tuple(Span(time.fromisoformat(a), time.fromisoformat(b)) for a, b in day) for day in days))
