"""No command, button or form of anybody here lifts a person's STOP: all of them are tried, by an admin."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from bot.slack import buyer, deal, heimdall, lead
from domain.model import LadderState, SuppressionReason
from flows import climb_ladder, dispatch
from storage import suppressions
from tests.bot import doors as kit
from tests.bot import view_samples as samples

if TYPE_CHECKING:
    from tests.bot.doors import Doors

NUMBER = "+14165550199"
LINE = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe consent=express"
WORDS = ("", "L-1", "L-1 express proof=x", "L-1 Toronto ON", "L-1 arv=500k repairs=0", "ON", "all", "START", "Jane")
VALUES = ("1", "L-1", "1:1")


@pytest.fixture
def stopped(doors: Doors) -> Doors:
    """Open a lead whose text waits, put numbers on it, and have the seller write STOP."""
    doors.command(LINE)
    doors.command("/deal L-1 arv=500k repairs=40k", channel=kit.DEALS)
    doors.text("leave me alone")
    doors.text("STOP", sid="SM2")
    return doors


def _nothing_may_leave(doors: Doors) -> None:
    """Look an hour, a day, a week and a year later, with every tick that sends."""
    db, team = doors.deps.db, doors.deps.team
    for hours in (1, 24, 168, 8_760):
        doors.clock.move(hours=hours)
        climb_ladder.climb(db, team, doors.clock(), doors.clock(), owner="w1")
        assert dispatch.begin(db, team, doors.clock(), kit.NOON, owner="w1") == ()
    with db.read() as tx:
        (order,) = suppressions.standing(tx, NUMBER, doors.clock(), None)
    assert (order.reason, order.until) == (SuppressionReason.STOP, None)
    assert doors.lead().ladder is LadderState.STOPPED


def test_no_command_lifts_a_stop(stopped: Doors) -> None:
    """Every verb of every root, with every kind of words."""
    for root in (lead.ROOT, deal.ROOT, buyer.ROOT, heimdall.ROOT):
        for verb in root.verbs:
            for words in WORDS:
                stopped.command(f"/{root.name} {verb} {words}", by=kit.SAM, channel=kit.DEALS)
    stopped.command("/heimdall resume", by=kit.SAM)
    stopped.command(LINE, by=kit.SAM)

    _nothing_may_leave(stopped)


def _actions() -> list[str]:
    """Return every button that any card, answer or form of ours can show, in whatever state."""
    drawn = [each.blocks for each in samples.messages_of(samples.a_lead()).values()]
    drawn += [each["blocks"] for each in samples.views_of(samples.a_lead()).values()]
    return sorted(set(re.findall(r'"action_id": "([a-z]+\.[a-z_]+)"', json.dumps(drawn))))


def test_no_button_lifts_a_stop(stopped: Doors) -> None:
    """Every button there is, on this lead, its texts and its deal."""
    approval = stopped.approval()
    actions = _actions()
    assert {"lead.resume", "reply.not_stop", "approval.approve", "call.reached"} <= set(actions)
    for action in actions:
        for value in (*VALUES, f"{approval.approval_id}:{approval.revision}"):
            stopped.click(action, value, by=kit.SAM)
            stopped.click(action, value, by=kit.AVERY)
    stopped.command("/heimdall resume", by=kit.SAM)

    _nothing_may_leave(stopped)


def test_no_form_lifts_a_stop(stopped: Doors) -> None:
    """Opening the lead anew, new numbers, a counter."""
    approval = stopped.approval()
    fields = {"name": "Jane", "phone": "416-555-0199", "address": "12 King St W, Hamilton ON", "basis": "casl.express"}
    stopped.submit("lead.new", fields, by=kit.SAM)
    stopped.submit("deal.new", {"arv": "500k", "repairs": "0"}, by=kit.SAM, metadata="1")
    metadata = f"{approval.approval_id}:{approval.revision}"
    stopped.submit("approval.counter", {"amount": "200k"}, by=kit.SAM, metadata=metadata)

    _nothing_may_leave(stopped)
