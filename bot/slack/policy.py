"""``/policy``, the form behind it and the buttons on a policy's card."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from bot.deps import Deps
from bot.slack import answers, clicks, commands
from bot.slack.asking import Asked
from bot.slack.commands import Root, Verb
from bot.views import policy as view
from bot.views import policy_form
from bot.views.blocks import Rendered
from domain import clocks, policies, policy_fields
from domain.approvals import Verb as Decision
from domain.errors import NotFoundError
from domain.model import Actor, Role
from flows import change_policy
from storage import policies as rows

HISTORY_LIMIT = 10

_VALUE = re.compile(r"\A([A-Za-z0-9_-]{1,64}):[0-9]{1,9}\Z")


def register(app: App, deps: Deps) -> None:
    """Attach the command, the form and the buttons; the flow itself keeps the audit trail of refused clicks."""
    commands.attach(app, deps, ROOT)
    clicks.attach_form(app, deps, policy_form.FORM, _propose)
    clicks.attach(app, deps, "policy.form", _form_by_button)
    clicks.attach(app, deps, "policy.approve", _approve, audit_missing=False)
    clicks.attach(app, deps, "policy.reject", _reject, audit_missing=False)
    clicks.attach(app, deps, "policy.rollback", _roll_back)


def _show(deps: Deps, asked: Asked, words: str) -> Rendered:
    if not words:
        return _list(deps, asked, words)
    scope, now = policies.scope_of(words), deps.clock()
    with deps.db.read() as tx:
        _id, rules = change_policy.base(tx, scope, now)
        return view.shown(scope, rules, rows.open_of(tx, scope), now)


def _list(deps: Deps, _asked: Asked, _words: str) -> Rendered:
    with deps.db.read() as tx:
        in_force = rows.in_force(tx, deps.clock())
    return view.listing([in_force[key] for key in sorted(in_force)])


def _history(deps: Deps, _asked: Asked, words: str) -> Rendered:
    scope = policies.scope_of(words)
    with deps.db.read() as tx:
        return view.history(scope, rows.history(tx, scope, HISTORY_LIMIT))


def _edit(deps: Deps, asked: Asked, words: str) -> Rendered | None:
    scope = policies.scope_of(words)
    button = answers.again("Open the form", "policy.form", scope.key)
    return answers.open_form(asked, _form(deps, scope), button)


def _form_by_button(deps: Deps, asked: Asked, value: str) -> Mapping[str, Any]:
    asked.member(Role.ADMIN)
    return _form(deps, policies.from_key(value))


def _form(deps: Deps, scope: policies.Scope) -> Mapping[str, Any]:
    now = deps.clock()
    with deps.db.read() as tx:
        _id, rules = change_policy.base(tx, scope, now)
    return policy_form.modal(scope, policy_fields.written(rules, clocks.local(now, scope.zone).date()))


def _propose(deps: Deps, asked: Asked, fields: Mapping[str, str]) -> Mapping[str, Any]:
    actor = asked.member(Role.ADMIN)
    scope = policies.from_key(clicks.metadata(asked))
    request = change_policy.Proposal(asked.key, actor, scope, dict(fields))
    policy = change_policy.propose(deps.db, deps.team, request, deps.clock())
    return answers.as_modal("Proposed", view.proposed(policy))


def _approve(deps: Deps, asked: Asked, value: str) -> None:
    _decide(deps, asked, value, Decision.APPROVE)


def _reject(deps: Deps, asked: Asked, value: str) -> None:
    _decide(deps, asked, value, Decision.REJECT)


def _decide(deps: Deps, asked: Asked, value: str, verb: Decision) -> None:
    match = _VALUE.match(value)
    if match is None:
        raise NotFoundError("That proposal")
    # Whoever is not on the team is looked at as a mere viewer, refused, and noted.
    actor = asked.actor or Actor(asked.slack_id, Role.VIEWER)
    change_policy.decide(deps.db, deps.team, change_policy.Click(match[1], verb, actor), deps.clock())


def _roll_back(deps: Deps, asked: Asked, value: str) -> None:
    actor = asked.member(Role.ADMIN)
    change_policy.roll_back(deps.db, clicks.number(value, "That policy"), actor, deps.clock())


ROOT = Root(
    name="policy",
    verbs={
        "show": Verb(_show, Role.VIEWER),
        "edit": Verb(_edit, Role.ADMIN),
        "history": Verb(_history, Role.VIEWER),
    },
    bare=Verb(_list, Role.VIEWER),
)
