"""App Home: drawn anew whenever somebody opens it, so a repeated event does no harm and is not written down.

Slack brings an event that was not taken again, at once, after a minute and after five: that is how a Home that could
not be published is tried again. While Slack asks for patience nothing is published meanwhile.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt import App, BoltRequest
from slack_sdk.errors import SlackApiError

from bot.deps import Deps
from bot.slack import answers, asking
from bot.views import blocks
from bot.views import home as view
from domain import approvals as rules
from domain.errors import DomainError
from domain.model import Actor, Approval, ApprovalKind
from flows import change_policy, draw_sheets
from storage import approvals, leads
from storage.unit import Tx

MINE_LIMIT = 5
WAITING_LIMIT = 25

NOT_NOW = "Slack did not take the Home; it is drawn when the event comes again."

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


def register(app: App, deps: Deps) -> None:
    """Attach the event."""
    patience = Patience()

    @app.event("app_home_opened")
    def listener(request: BoltRequest) -> None:
        if request.body.get("event", {}).get("tab", "home") == "home":
            _publish(deps, asking.of(deps, request), patience)


@dataclass
class Patience:
    """Until when, in real time, Slack wants no Home from this process."""

    until: datetime = _LONG_AGO


def _publish(deps: Deps, asked: asking.Asked, patience: Patience) -> None:
    if deps.wall() < patience.until:
        raise DomainError("busy", NOT_NOW)
    drawn = _outside() if asked.actor is None else _of(deps, asked.actor)
    try:
        asked.client.views_publish(user_id=asked.slack_id, view=drawn)
    except answers.SLACK_ERRORS as error:
        log.warning("a Home could not be published: %s", answers.what_slack_said(error))
        patience.until = deps.wall() + _wanted_pause(error)
        if answers.may_come_right(error):
            raise DomainError("busy", NOT_NOW) from error


def _wanted_pause(error: Exception) -> timedelta:
    headers = error.response.headers if isinstance(error, SlackApiError) else {}
    seconds = str(headers.get("Retry-After", "0"))
    return timedelta(seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else 0)


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
