"""Bolt itself: the other way in, Slack being slow, and what a request costs."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt import App, BoltRequest

from bot.slack import answers
from bot.slack import app as slack_app
from tests.bot import doors as kit
from tests.bot.slack_reading import said

if TYPE_CHECKING:
    from tests.bot.doors import Doors

LEAD = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe"


@pytest.fixture
def bolt(doors: Doors) -> App:
    """Return the listeners as Slack's own connection reaches them."""
    return slack_app.build(doors.deps)


def over_connection(bolt: App, payload: dict[str, Any]) -> dict[str, Any]:
    """Hand a payload over as it comes over Slack's own connection: parsed, unsigned."""
    response = bolt.dispatch(BoltRequest(mode="socket_mode", body=payload))
    assert response.status == 200
    return dict(json.loads(response.body)) if response.body else {}


def test_the_same_listeners_serve_slacks_own_connection(doors: Doors, bolt: App) -> None:
    """One code path for both ways in."""
    body = over_connection(bolt, dict(kit.command_fields(LEAD)))

    assert "Opened L-1" in body["text"]
    assert doors.lead().contact.name == "Jane Doe"


def test_over_the_connection_a_copy_is_known_by_its_trigger(doors: Doors, bolt: App) -> None:
    """Nothing is signed there; a trigger is used once."""
    fields = dict(kit.command_fields(LEAD))

    assert over_connection(bolt, fields) == over_connection(bolt, dict(fields))
    assert doors.lead_count() == 1


def test_over_the_connection_other_workspaces_are_told_too(doors: Doors, bolt: App) -> None:
    """The check of the workspace does not hang on HTTP."""
    body = over_connection(bolt, kit.command_fields(LEAD) | {"team_id": "T0OTHER"})

    assert "isn't set up" in body["text"]
    assert doors.lead_count() == 0


def test_a_command_costs_no_call_to_slack(doors: Doors) -> None:
    """Who we are is known; asking at each request would eat the three seconds."""
    for line in (LEAD, "/lead show L-1", "/deal L-1 arv=500k repairs=40k", "/heimdall status"):
        said(doors.command(line))
    doors.click("lead.claim", 1)

    assert doors.slack.calls == []


def test_what_slack_is_asked_carries_the_bots_token(doors: Doors) -> None:
    """Each call is made as the bot."""
    doors.command("/lead")

    assert doors.slack.tokens == ["Bearer xoxb-of-tests"]


@pytest.mark.slow
def test_a_slow_slack_does_not_make_us_slow(doors: Doors) -> None:
    """A window that does not open within two seconds becomes a note; the click is answered in time for Slack."""
    said(doors.command(LEAD))
    doors.slack.hold = threading.Event()
    began = time.monotonic()
    answer = doors.click("lead.reveal", 1)
    took_seconds = time.monotonic() - began
    doors.slack.hold.set()

    assert answer.status_code == 200
    assert took_seconds < 2.9
    assert doors.notes() == [answers.TOO_LATE]


def test_a_slack_that_cannot_be_reached_is_no_error(doors: Doors) -> None:
    """The same when nobody listens there."""
    said(doors.command(LEAD))
    doors.slack.drop = True

    assert doors.click("lead.reveal", 1).status_code == 200
    assert doors.notes() == [answers.TOO_LATE]


def test_a_window_is_asked_for_once(doors: Doors) -> None:
    """A dropped answer is not tried again by the SDK: the window might open twice."""
    said(doors.command(LEAD))
    doors.slack.drop = True
    doors.click("lead.reveal", 1)

    assert len(doors.slack.calls) == 1


def test_no_secret_shows_in_what_is_printed(doors: Doors) -> None:
    """A log line or an error may carry the dependencies; never the keys."""
    printed = repr(doors.deps)

    for secret in ("xoxb-of-tests", kit.SECRET, kit.OLD_SECRET, kit.AUTH_TOKEN):
        assert secret not in printed
