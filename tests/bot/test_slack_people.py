"""Who may do what: people on no list, viewers, visitors of a shared channel, other workspaces."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from bot.slack import asking
from domain.model import LadderState
from tests.bot import doors as kit
from tests.bot.slack_reading import LINE, opened, said

if TYPE_CHECKING:
    from tests.bot.doors import Doors


@pytest.mark.parametrize(
    "line", [LINE, "/lead", "/lead find jane", "/lead help", "/deal", "/buyer list", "/heimdall status"]
)
def test_outsiders_are_sent_to_an_admin(doors: Doors, line: str) -> None:
    """Guests, bots and strangers are on no list."""
    assert said(doors.command(line, by=kit.STRANGER)) == asking.OUTSIDE
    assert doors.slack.calls == []
    assert doors.lead_count() == 0


@pytest.mark.parametrize(
    "line",
    [
        "/lead find jane",
        "/lead show L-1",
        "/deal show L-1",
        "/buyer list",
        "/heimdall status",
        "/heimdall",
        "/lead help",
        "/policy",
        "/policy show ON",
        "/policy history ON",
    ],
)
def test_a_viewer_may_look(doors: Doors, line: str) -> None:
    """Looking takes no role but being there."""
    opened(doors)

    assert "takes the role" not in said(doors.command(line, by=kit.VIC))


@pytest.mark.parametrize(
    "line",
    [
        *(
            "/lead",
            LINE,
            "/lead mine",
            "/lead pause L-1",
            "/lead place L-1 Toronto ON",
            "/deal",
            "/deal L-1 arv=500k repairs=0",
        ),
        *("/deal offer L-1 arv=500k repairs=0", "/buyer add Sam phone=416-555-0123", "/heimdall now"),
    ],
)
def test_a_viewer_may_not_do(doors: Doors, line: str) -> None:
    """Every verb that changes something, or computes for somebody, says which role it takes."""
    opened(doors)
    before = len(doors.wakes)

    assert "takes the role of agent" in said(doors.command(line, by=kit.VIC))
    assert len(doors.wakes) == before
    assert doors.slack.calls == []


@pytest.mark.parametrize(
    "action", ["lead.claim", "lead.reveal", "call.reveal", "lead.pause", "lead.stop", "lead.deal", "call.reached"]
)
def test_a_viewer_may_not_press(doors: Doors, action: str) -> None:
    """The same for buttons; the window says so and nothing is changed."""
    opened(doors)
    doors.click(action, 1, by=kit.VIC)

    assert "takes the role of agent" in json.dumps(doors.windows())
    assert doors.lead().owner is None
    assert doors.lead().ladder is LadderState.RUNNING
    assert doors.audit("number_revealed") == []


def test_a_visitor_of_a_shared_channel_is_an_outsider(doors: Doors) -> None:
    """The id alone is not enough when the person belongs to another workspace."""
    opened(doors)
    payload = kit.click_payload("lead.claim", 1)
    payload["user"]["team_id"] = "T0OTHER"
    doors.payload(payload)

    assert doors.lead().owner is None
    assert "ask an admin" in json.dumps(doors.windows())


def test_a18_another_workspace_is_told_and_noted(doors: Doors) -> None:
    """A signed request for a workspace we do not serve: 200, a sentence, and a line."""
    answer = doors.command(LINE, team_id="T0OTHER")

    assert "This workspace isn't set up; ask an admin to run `init`" in said(answer)
    (line,) = doors.audit("unknown_workspace")
    assert line["detail"] == {"team_id": "T0OTHER"}
    assert doors.lead_count() == 0


@pytest.mark.parametrize("team", [{"team": {"id": "T0OTHER"}}, {"team": None, "user": "U0RILEY"}])
def test_a18_clicks_of_another_workspace_do_nothing(doors: Doors, team: dict[str, object]) -> None:
    """The same for buttons, and for payloads that name no workspace at all."""
    opened(doors)
    answer = doors.payload(kit.click_payload("lead.claim", 1) | team)

    assert answer.status_code == 200
    assert "isn't set up" in answer.text
    assert doors.lead().owner is None


def test_slacks_certificate_check_is_answered(doors: Doors) -> None:
    """Slack knocks now and then only to look at the certificate."""
    answer = doors.signed(urlencode({"ssl_check": "1", "token": "x"}), "application/x-www-form-urlencoded")

    assert answer.status_code == 200
