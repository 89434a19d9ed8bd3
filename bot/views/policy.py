"""Draws the policies of a team: the card of a change with its replay, what applies in a place, and what was.

Buttons: policy.approve (asks again), policy.reject with ``<approval_id>:<revision>``; policy.rollback (asks again)
with the policy's id. They vanish when there is nothing left to decide.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.views import blocks, times, words
from bot.views.blocks import Block, Rendered, bold, foreign, said, who
from bot.views.text import escape, person
from domain import clocks, hours_text, policies, replay
from domain.law import TeamPolicy
from domain.model import Approval, ApprovalState, Channel
from domain.policies import Policy, PolicyState, Scope
from domain.sheets import PolicySheet

REASON_LIMIT = 500
LINE = 600

_LIMITS = "{day} a day and {month} in 30 days to one person; {team} an hour for the team"


def card(sheet: PolicySheet) -> Rendered:
    """Draw one version: a proposal with what it changes and would have changed, or what became of it."""
    policy = sheet.policy
    return blocks.message(
        blocks.header(f"Policy · {policy.ref}"),
        blocks.section(_state(sheet)),
        blocks.lines((bold("What changes"),), *_rows(policies.diff(sheet.before, policy.rules))),
        _floor(policy.rules, policy.scope),
        blocks.lines((bold("Why"),), (foreign(policy.reason, REASON_LIMIT),)),
        blocks.lines((bold("On the last 30 days"),), *_rows(replay.sentences(replay.from_json(policy.replay)))),
        blocks.context(_asked(sheet)),
        _buttons(sheet),
    )


def open_request(sheet: PolicySheet) -> Approval | None:
    """Return the request somebody can still decide, or None."""
    approval = sheet.approval
    if approval is None or sheet.policy.state is not PolicyState.PROPOSED:
        return None
    return approval if approval.state is ApprovalState.PENDING and sheet.at < approval.expires_at else None


def _rows(sentences: Sequence[str]) -> list[tuple[blocks.Piece, ...]]:
    return [(foreign(f"• {sentence}", LINE),) for sentence in sentences]


def _floor(rules: TeamPolicy, scope: Scope) -> Block | None:
    notes = policies.floor_notes(rules, scope)
    return blocks.lines((bold("What really applies"),), *_rows(notes)) if notes else None


def _state(sheet: PolicySheet) -> str:
    policy = sheet.policy
    by = f" by {person(policy.decided_by)}" if policy.decided_by else ""
    match policy.state:
        case PolicyState.PROPOSED:
            return _waiting(sheet)
        case PolicyState.SCHEDULED:
            return f"*{words.LATER} Approved*{by}. Comes into force {_begins(policy, policy.effective_at)}."
        case PolicyState.ACTIVE:
            return f"*{words.DONE} In force*{_since(policy.effective_at)}, approved{by}."
        case PolicyState.SUPERSEDED:
            newer = f" by version {sheet.replaced_by}" if sheet.replaced_by else ""
            return f"*{words.ENDED} Superseded*{newer}{_since(policy.ended_at)}."
        case PolicyState.REJECTED:
            return f"*{words.ENDED} {_refused(policy)} Nothing was changed."
        case PolicyState.ROLLED_BACK:
            undone = f" by {person(policy.ended_by)}" if policy.ended_by else ""
            return f"*{words.ENDED} Rolled back*{undone}{_since(policy.ended_at)}. What applied before applies again."


def _waiting(sheet: PolicySheet) -> str:
    if open_request(sheet) is None:
        return f"*{words.ENDED} Expired:* nobody decided within a day. Nothing was changed."
    begins = f" It would come into force {_begins(sheet.policy, sheet.policy.asked_from)}." if _later(sheet) else ""
    return f"*{words.NEXT} Waits for a second admin.* Nothing has changed yet.{begins}"


def _later(sheet: PolicySheet) -> bool:
    asked = sheet.policy.asked_from
    return asked is not None and asked > sheet.at


def _refused(policy: Policy) -> str:
    if policy.ended_by:
        return f"Rejected* by {person(policy.ended_by)}{_since(policy.ended_at)}."
    return f"Withdrawn:* {escape(policy.note or 'it was not decided.')}"


def _begins(policy: Policy, at: datetime | None) -> str:
    if at is None:
        return "at once"
    zone = policy.scope.zone
    return f"{times.stamp(at)} (there: {clocks.local(at, zone):%Y-%m-%d %H:%M}, {clocks.offset_label(at, zone)})"


def _since(at: datetime | None) -> str:
    return f" ({times.stamp(at)})" if at else ""


def _asked(sheet: PolicySheet) -> str:
    asked = f"Proposed by {person(sheet.policy.proposed_by)} ({times.stamp(sheet.policy.proposed_at)})"
    approval = open_request(sheet)
    return asked if approval is None else f"{asked} · open until: {times.stamp(approval.expires_at)}"


def _buttons(sheet: PolicySheet) -> Block | None:
    policy, approval = sheet.policy, open_request(sheet)
    if approval is not None:
        return _decide(policy, approval)
    if policy.state not in {PolicyState.ACTIVE, PolicyState.SCHEDULED}:
        return None
    sure = blocks.confirm("Roll back?", f"{policy.ref}: what applied before applies again at once.", "Roll back")
    return blocks.actions(blocks.button("Roll back", "policy.rollback", policy.policy_id, style="danger", ask=sure))


def _decide(policy: Policy, approval: Approval) -> Block:
    about = f"{approval.approval_id}:{approval.revision}"
    sure = blocks.confirm("Approve this policy?", approval.preview, "Approve", style="primary")
    return blocks.actions(
        blocks.button("Approve", "policy.approve", about, style="primary", ask=sure, spoken=f"Approve {policy.ref}"),
        blocks.button("Reject", "policy.reject", about, spoken=f"Reject {policy.ref}"),
    )


def proposed(policy: Policy) -> Rendered:
    """Answer the person who proposed: what was asked, what it would have done, and who decides next."""
    tried = replay.sentences(replay.from_json(policy.replay))
    return blocks.message(
        blocks.line(bold(f"{policy.ref} is proposed. "), said("Nothing has changed yet.")),
        _floor(policy.rules, policy.scope),
        blocks.lines((bold("On the last 30 days"),), *_rows(tried)),
        blocks.context("Next: another admin decides on the card in the briefing channel, within a day."),
    )


def shown(scope: Scope, rules: TeamPolicy, waiting: Policy | None, at: datetime) -> Rendered:
    """Answer ``/policy show``: what applies in a place, and whose rules these are."""
    today = clocks.local(at, scope.zone).date()
    closed = [day.isoformat() for day in sorted(rules.closed_on) if day >= today]
    resting = [policies.NAMES[channel].lower() for channel in Channel if channel in rules.closed_on_holidays]
    pairs = [
        *((policies.NAMES[channel], _really(rules, channel, scope)) for channel in Channel),
        ("Limits", _limits(rules)),
        ("Rest on provincial holidays", ", ".join(resting) or "nothing, beyond what the law closes"),
        ("Closed on", ", ".join(closed) or "no further day"),
        ("An inquiry counts as consent", "yes, for six months" if rules.inquiry_is_implied_consent else "no"),
    ]
    return blocks.message(
        blocks.line(bold(f"What applies in {scope.name}")),
        blocks.facts(*pairs),
        _floor(rules, scope),
        blocks.line(bold(f"{waiting.ref}: "), said(_coming(waiting))) if waiting else None,
        blocks.context(f"{_whose(scope, rules)} Change it: `/policy edit {escape(scope.typed)}`"),
    )


def _really(rules: TeamPolicy, channel: Channel, scope: Scope) -> str:
    week = policies.applied(rules, channel, scope)
    return "not used" if week is None else escape(hours_text.show(week))


def _limits(rules: TeamPolicy) -> str:
    return _LIMITS.format(day=rules.max_per_day, month=rules.max_per_30_days, team=rules.max_team_per_hour)


def _whose(scope: Scope, rules: TeamPolicy) -> str:
    if rules.version == 0:
        return "These are the built-in rules: the team has none of its own here."
    of = policies.from_key(rules.scope)
    inherited = "" if of == scope else f"; {escape(scope.name)} has none of its own"
    return f"These are the rules of {escape(of.name)}, version {rules.version}{inherited}."


def _coming(waiting: Policy) -> str:
    return "approved, waits for its time." if waiting.state is PolicyState.SCHEDULED else "waits for a second admin."


def listing(in_force: Sequence[Policy]) -> Rendered:
    """Answer ``/policy`` without a place: every place with rules of its own."""
    if not in_force:
        return blocks.message(
            blocks.section("The team has no policy of its own yet; the built-in rules apply everywhere."),
            blocks.context(
                "See them: `/policy show ON` · change them: `/policy edit ON Toronto`, or for all: `Canada`"
            ),
        )
    rows = [(bold(f"{policy.ref}: "), foreign(_texts(policy))) for policy in in_force]
    return blocks.message(
        blocks.lines((bold("Policies in force"),), *rows),
        blocks.context(
            "The nearest applies: market, then province, then Canada. `/policy show ON Toronto` says which."
        ),
    )


def _texts(policy: Policy) -> str:
    return f"texts {policies.hours(policy.rules, Channel.SMS)}; calls {policies.hours(policy.rules, Channel.CALL)}"


def history(scope: Scope, versions: Sequence[Policy]) -> Rendered:
    """Answer ``/policy history``: the versions of one place, newest first."""
    if not versions:
        return blocks.message(
            blocks.section(f"{escape(scope.name)} never had a policy of its own."),
            blocks.context(f"See what applies there: `/policy show {escape(scope.typed)}`"),
        )
    return blocks.message(
        blocks.line(bold(f"Versions of {scope.name}, newest first")),
        *(blocks.lines(*_version(policy)) for policy in versions),
        blocks.context("Roll back the one in force on its card in the briefing channel."),
    )


def _version(policy: Policy) -> Iterator[tuple[blocks.Piece, ...]]:
    day = clocks.local(policy.proposed_at, policy.scope.zone).date().isoformat()
    yield (
        bold(f"{policy.rules.version} · {policy.state.value.replace('_', ' ')} · "),
        said(f"{day} by "),
        who(policy.proposed_by),
        *((said(", decided by "), who(policy.decided_by)) if policy.decided_by else ()),
        *((said(", ended by "), who(policy.ended_by)) if policy.ended_by else ()),
    )
    yield (foreign(policy.reason, REASON_LIMIT),)
