"""Change a team's rules for a place: one admin proposes, another one decides, any admin takes it back.

A change is tried on the sends of the last thirty days before anybody decides. Whatever comes into force or is taken
back counts from the next hand-over on, and what it holds or held is brought before the gate again.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import approvals, clocks, policies, policy_fields, replay
from domain.errors import DomainError, NotFoundError
from domain.law import BUILT_IN_POLICY, TeamPolicy
from domain.model import Actor, Approval, ApprovalKind, ApprovalState, Role
from domain.policies import Policy, PolicyState, Scope
from domain.verdicts import Reason
from flows.team import Team
from storage import approvals as approval_rows
from storage import cards, inbox, ladders, messages, records
from storage import policies as rows
from storage.unit import Database, Tx

DECIDERS = frozenset({Role.ADMIN})
"""Rules bind the whole team and everybody it writes to: two admins change them."""

LOOKED_AT_AGAIN = frozenset(
    replay.TEAM_REASONS | {Reason.LEGAL_WINDOW, Reason.LEGAL_HOLIDAY, Reason.WINDOW_CLOSING, Reason.CALLED_RECENTLY}
)
"""Holds whose end depends on the team's hours too: what the law holds opens when both are open."""

_CHANGED = "What is in force there changed since this was asked."


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rules somebody wants for a place.

    Attributes:
        key: identity of the request.
        fields: as typed; see ``domain.policy_fields``.
    """

    key: str
    actor: Actor
    scope: Scope
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Click:
    """One click on the card of a proposal."""

    approval_id: str
    verb: approvals.Verb
    actor: Actor


def propose(db: Database, team: Team, request: Proposal, now: datetime) -> Policy:
    """Store a proposal with its replay, and ask a second admin.

    Raises:
        DomainError: not an admin, a field cannot be used, nothing would change, or another change is on its way.
    """
    _require_admin(request.actor, "propose")
    scope = request.scope
    with db.read() as tx:
        in_force = _rules(rows.in_force(tx, now))
        before = policies.choose(in_force, scope.province, scope.market)
        asked = policy_fields.read(request.fields, scope, before, now)
        past = records.verdicts_since(tx, now - timedelta(days=replay.DAYS), replay.TEAM_REASONS, replay.MOST + 1)
    # Thousands of decisions are made anew here, while nobody waits for this transaction.
    samples = [replay.Sample(each.subject, each.at, each.facts, each.left) for each in past]
    tried = replay.run(samples, asked.rules, scope, in_force)
    with db.write() as tx:
        return _store(tx, team, request, asked, tried, now)


def _store(
    tx: Tx, team: Team, request: Proposal, asked: policy_fields.Asked, tried: replay.Replay, now: datetime
) -> Policy:
    scope, by = request.scope, request.actor.slack_id
    rows.lock(tx, scope)
    _come_into_force(tx, now)
    base_id, before = base(tx, scope, now)
    _require_room(rows.open_of(tx, scope), policies.diff(before, asked.rules))
    if not inbox.accept(tx, request.key, now):
        raise DomainError("repeated", "This was handled already. Nothing new was done.")
    rules = policy_fields.numbered(asked.rules, rows.next_version(tx, scope))
    policy_id = rows.propose(
        tx,
        scope,
        rules,
        reason=asked.reason,
        by=by,
        base_id=base_id,
        asked_from=asked.starts_at,
        replay=replay.as_json(tried),
        now=now,
    )
    if policy_id is None:
        raise DomainError("policy_open", f"Somebody proposed a change for {scope.name} a moment ago. Look at its card.")
    policy = get(tx, policy_id)
    _ask(tx, policy, before, now)
    cards.mark(tx, "policy", policy_id, now, channel=team.briefing_channel)
    _note(tx, policy, "policy_proposed", by, now)
    return policy


def _require_room(waiting: Policy | None, changes: tuple[str, ...]) -> None:
    if waiting is not None and waiting.state is PolicyState.SCHEDULED:
        sentence = f"{waiting.ref} is approved and waits for its time. Roll it back on its card first."
        raise DomainError("policy_open", sentence)
    if waiting is not None:
        sentence = f"{waiting.ref} waits for a decision. Decide on its card first; its author may reject it too."
        raise DomainError("policy_open", sentence)
    if not changes:
        raise DomainError("no_change", "Nothing would change: these are the rules in force.")


def _ask(tx: Tx, policy: Policy, before: TeamPolicy, now: datetime) -> None:
    preview = "\n".join([policy.ref, *policies.diff(before, policy.rules)])
    approval = Approval(
        approval_id=secrets.token_urlsafe(18),
        kind=ApprovalKind.POLICY,
        subject_id=policy.policy_id,
        revision=policy.base_id,
        state=ApprovalState.PENDING,
        amount_cents=0,
        preview=preview,
        requested_by=policy.proposed_by,
        requested_at=now,
        expires_at=approvals.expires_at(now),
        decided_by=None,
        decided_at=None,
        decision_note=None,
    )
    approval_rows.add(tx, approval, approvals.preview_hash(preview))


def decide(db: Database, team: Team, click: Click, now: datetime) -> Policy:
    """Approve or reject a proposal, once; an approved one comes into force at once or at its time.

    Raises:
        DomainError: the click does not count; nothing was changed.
    """
    with db.write() as tx:
        approval = approval_rows.find(tx, click.approval_id)
        if approval is not None and approval.kind is ApprovalKind.POLICY:
            decided = _decide(tx, team, approval, click, now)
        else:
            records.note(tx, now, action="approval_not_found", actor=click.actor.slack_id, subject="policy")
            decided = NotFoundError("That proposal")
    if isinstance(decided, DomainError):
        raise decided
    return decided


def _decide(tx: Tx, team: Team, approval: Approval, click: Click, now: datetime) -> Policy | DomainError:
    policy = get(tx, approval.subject_id)
    rows.lock(tx, policy.scope)
    # Somebody may have decided while we waited in line.
    approval = approval_rows.find(tx, approval.approval_id) or approval
    _come_into_force(tx, now)
    revision_now, _rules_now = base(tx, policy.scope, now)
    by = click.actor.slack_id
    answer = approvals.decide(
        approval, click.actor, revision_now, now, click.verb, deciders=DECIDERS, zone=clocks.zone_of(team.zone)
    )
    cards.mark(tx, "policy", policy.policy_id, now)
    if isinstance(answer, approvals.Refusal):
        _note(tx, policy, "policy_click_refused", by, now, code=answer.code)
        _withdraw_stale(tx, now)
        if answer.code is approvals.RefusalCode.CHANGED:
            return DomainError(answer.code, f"{_CHANGED} Ask again: /policy edit {policy.scope.typed}")
        return DomainError(answer.code, answer.sentence)
    if not approval_rows.decide(tx, approval.approval_id, answer.state, by=by, now=now, note=None):
        return DomainError("decided", "Somebody decided this a moment ago. Nothing was changed.")
    _note(tx, policy, f"policy_{answer.state.value}", by, now, preview_hash=approvals.preview_hash(approval.preview))
    if answer.state is ApprovalState.APPROVED:
        _approve(tx, policy, by, now)
    else:
        rows.end(tx, [policy.policy_id], PolicyState.REJECTED, by=by, now=now)
    return get(tx, policy.policy_id)


def _approve(tx: Tx, policy: Policy, by: str, now: datetime) -> None:
    if policy.asked_from is not None and policy.asked_from > now:
        rows.schedule(tx, policy.policy_id, by=by, effective_at=policy.asked_from)
    else:
        _activate(tx, policy, by, now, now)


def _activate(tx: Tx, policy: Policy, by: str | None, effective_at: datetime, now: datetime) -> None:
    replaced_id = rows.supersede(tx, policy.scope, now)
    rows.activate(tx, policy.policy_id, effective_at=effective_at, decided_by=by, replaced_id=replaced_id)
    _follow(tx, policy, replaced_id, now)


def _follow(tx: Tx, policy: Policy, other_id: int | None, now: datetime) -> None:
    """Let a change of what is in force reach everything that depends on it."""
    for policy_id in (policy.policy_id, other_id):
        if policy_id is not None:
            cards.mark(tx, "policy", policy_id, now)
    messages.look_again_in(tx, policy.scope, LOOKED_AT_AGAIN, now)
    ladders.look_again_in(tx, policy.scope, LOOKED_AT_AGAIN, now)
    _withdraw_stale(tx, now)


def _withdraw_stale(tx: Tx, now: datetime) -> None:
    """Withdraw every proposal that compares with rules which are no longer in force."""
    in_force = rows.in_force(tx, now)
    for waiting in rows.proposed(tx):
        if waiting.base_id != _base(in_force, waiting.scope):
            approval_rows.void_pending(tx, ApprovalKind.POLICY, waiting.policy_id, now, _CHANGED)
            rows.end(tx, [waiting.policy_id], PolicyState.REJECTED, by=None, now=now, note=_CHANGED)
            cards.mark(tx, "policy", waiting.policy_id, now)


def roll_back(db: Database, policy_id: int, actor: Actor, now: datetime) -> Policy:
    """Take a version back: the one before it in its scope applies again, else what applied without any.

    One admin is enough, since two have approved what comes back. Only consent is never widened by one click.

    Raises:
        DomainError: not an admin, it is not in force, or an inquiry would count as consent again.
    """
    _require_admin(actor, "roll back")
    with db.write() as tx:
        scope = get(tx, policy_id).scope
        rows.lock(tx, scope)
        _come_into_force(tx, now)
        policy = get(tx, policy_id)
        if policy.state not in {PolicyState.ACTIVE, PolicyState.SCHEDULED}:
            raise DomainError("not_in_force", f"{policy.ref} is not in force (any more). Nothing was changed.")
        _take_back(tx, policy, actor, now)
        return get(tx, policy_id)


def _take_back(tx: Tx, policy: Policy, actor: Actor, now: datetime) -> None:
    rows.end(tx, [policy.policy_id], PolicyState.ROLLED_BACK, by=actor.slack_id, now=now)
    restored_id = policy.replaced_id if policy.state is PolicyState.ACTIVE else None
    if restored_id is not None:
        rows.restore(tx, restored_id)
    after_id, after = base(tx, policy.scope, now)
    was_in_force = policy.state is PolicyState.ACTIVE
    if was_in_force and after.inquiry_is_implied_consent and not policy.rules.inquiry_is_implied_consent:
        sentence = (
            "Rolling back would let inquiries count as consent again, which takes two people. "
            f"Propose it: /policy edit {policy.scope.typed}. Nothing was changed."
        )
        raise DomainError("consent_needs_two", sentence)
    _note(tx, policy, "policy_rolled_back", actor.slack_id, now, in_force_now=f"{after.scope} v{after.version}")
    _follow(tx, policy, after_id or None, now)


def come_into_force(db: Database, now: datetime) -> int:
    """Put approved versions in force whose time has come, and return how many; the gate has followed them already."""
    with db.read() as tx:
        if not rows.due(tx, now):
            return 0
    with db.write() as tx:
        return _come_into_force(tx, now)


def _come_into_force(tx: Tx, now: datetime) -> int:
    ripe = rows.due(tx, now)
    for policy in ripe:
        rows.lock(tx, policy.scope)
        fresh = get(tx, policy.policy_id)
        if fresh.state is PolicyState.SCHEDULED:
            _activate(tx, fresh, fresh.decided_by, fresh.effective_at or now, now)
            _note(tx, fresh, "policy_in_force", "system", now)
    return len(ripe)


def expire(tx: Tx, policy_id: int, now: datetime) -> None:
    """End a proposal nobody decided in time."""
    rows.end(tx, [policy_id], PolicyState.REJECTED, by=None, now=now, note="Nobody decided within a day.")
    cards.mark(tx, "policy", policy_id, now)


def base(tx: Tx, scope: Scope, now: datetime) -> tuple[int, TeamPolicy]:
    """Return id and rules of the policy that applies to a scope now; 0 and the built-in one where there is none."""
    in_force = rows.in_force(tx, now, [each.key for each in policies.lookup(scope.province, scope.market)])
    return _base(in_force, scope), policies.choose(_rules(in_force), scope.province, scope.market)


def _base(in_force: dict[str, Policy], scope: Scope) -> int:
    found = (in_force.get(each.key) for each in policies.lookup(scope.province, scope.market))
    return next((policy.policy_id for policy in found if policy is not None), 0)


def rules_of(tx: Tx, policy_id: int) -> TeamPolicy:
    """Return the rules of a version; of 0, the built-in ones."""
    return BUILT_IN_POLICY if policy_id == 0 else get(tx, policy_id).rules


def get(tx: Tx, policy_id: int) -> Policy:
    """Return one version.

    Raises:
        NotFoundError: there is none.
    """
    policy = rows.find(tx, policy_id)
    if policy is None:
        raise NotFoundError("That policy")
    return policy


def _rules(in_force: dict[str, Policy]) -> dict[str, TeamPolicy]:
    return {key: policy.rules for key, policy in in_force.items()}


def _note(tx: Tx, policy: Policy, action: str, by: str, now: datetime, **detail: str) -> None:
    records.note(tx, now, action=action, actor=by, subject=policy.scope.key, version=policy.rules.version, **detail)


def _require_admin(actor: Actor, what: str) -> None:
    if actor.role is not Role.ADMIN:
        raise DomainError("role", f"Only admins can {what} a policy. Nothing was changed.")
