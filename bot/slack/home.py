"""App Home: drawn anew whenever somebody opens it, so a repeated event does no harm and is not written down."""

import logging
from typing import Any

from slack_bolt import App, BoltRequest

from bot.deps import Deps
from bot.slack import answers, asking
from bot.views import blocks
from bot.views import home as view
from domain import approvals as rules
from domain.model import Actor, Approval, ApprovalKind
from flows import change_policy, draw_sheets
from storage import approvals, leads
from storage.unit import Tx

MINE_LIMIT = 5
WAITING_LIMIT = 25

log = logging.getLogger(__name__)


def register(app: App, deps: Deps) -> None:
    """Attach the event."""

    @app.event("app_home_opened")
    def listener(request: BoltRequest) -> None:
        if request.body.get("event", {}).get("tab", "home") == "home":
            _publish(deps, asking.of(deps, request))


def _publish(deps: Deps, asked: asking.Asked) -> None:
    drawn = _outside() if asked.actor is None else _of(deps, asked.actor)
    try:
        asked.client.views_publish(user_id=asked.slack_id, view=drawn)
    except answers.SLACK_ERRORS as error:
        # The person sees the Home of last time and may open it again; Slack's own retry would draw the same.
        log.warning("a Home could not be published: %s", answers.what_slack_said(error))


def _of(deps: Deps, actor: Actor) -> dict[str, Any]:
    with deps.db.read() as tx:
        sheet = draw_sheets.status_sheet(tx, deps.team, deps.clock(), deps.wall())
        mine = leads.newest(tx, MINE_LIMIT, owner=actor.slack_id)
        waiting = _waiting_for(tx, actor)
        in_force = draw_sheets.rules_by_province(tx, deps.clock())
    return view.view(sheet, mine, waiting, in_force)


def _waiting_for(tx: Tx, actor: Actor) -> list[Approval]:
    """Return the requests this person may decide: open ones that somebody else asked for."""
    deciders = {ApprovalKind.OFFER: rules.DECIDERS, ApprovalKind.POLICY: change_policy.DECIDERS}
    return [
        each
        for each in approvals.pending(tx, WAITING_LIMIT)
        if each.requested_by != actor.slack_id and actor.role in deciders[each.kind]
    ]


def _outside() -> dict[str, Any]:
    return blocks.home([blocks.header("Heimdall"), blocks.section(asking.OUTSIDE)])
