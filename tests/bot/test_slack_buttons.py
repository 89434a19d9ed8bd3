"""The buttons on a lead's card: what they do, how a refusal reaches the one who clicked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.slack import answers
from domain.model import LadderState, MessageState, RungState
from storage import ladders, messages
from storage.tables import rungs as rung_table
from tests.bot import doors as kit
from tests.bot.slack_reading import opened, parts
from tests.support import builders

if TYPE_CHECKING:
    from tests.bot.doors import Doors


def test_claim_once(doors: Doors) -> None:
    """The first claim wins; the second person is told who, in a window of their own."""
    opened(doors)

    assert doors.click("lead.claim", 1).text == ""
    assert doors.lead().owner == kit.RILEY
    doors.click("lead.claim", 1, by=kit.AVERY)

    assert doors.lead().owner == kit.RILEY
    (view,) = doors.windows()
    assert "already claimed by" in json.dumps(view)
    assert {"type": "user", "user_id": kit.RILEY} in parts(view["blocks"])


def test_a_refused_click_falls_back_to_a_private_note(doors: Doors) -> None:
    """When the trigger has expired, the reason still reaches the person, in the channel, for them alone."""
    opened(doors)
    doors.click("lead.claim", 1)
    doors.slack.refusals["views.open"] = "expired_trigger_id"
    answer = doors.click("lead.claim", 1, by=kit.AVERY)

    assert answer.status_code == 200
    (note,) = doors.notes()
    assert "already claimed by somebody else" in note


def test_reveal_shows_the_number_to_one_person_and_logs_it(doors: Doors) -> None:
    """Looking is allowed and leaves a trace."""
    opened(doors)

    for number, action in enumerate(("lead.reveal", "call.reveal"), start=1):
        doors.click(action, 1)
        assert "+1 416-555-0199" in json.dumps(doors.windows()[-1])
        assert len(doors.audit("number_revealed")) == number


def test_reveal_that_cannot_be_shown_leaves_no_number_behind(doors: Doors) -> None:
    """The private note that stands in says to click again, and nothing else."""
    opened(doors)
    doors.slack.refusals["views.open"] = "expired_trigger_id"
    doors.click("lead.reveal", 1)

    assert doors.notes() == [answers.TOO_LATE]


def test_pause_resume_and_stop_by_button(doors: Doors) -> None:
    """The card shows the rest; no window gets in the way."""
    opened(doors)

    for action, state in (
        ("lead.pause", LadderState.PAUSED),
        ("lead.resume", LadderState.RUNNING),
        ("lead.stop", LadderState.STOPPED),
    ):
        assert doors.click(action, 1).status_code == 200
        assert doors.lead().ladder is state
    assert doors.windows() == []


def test_show_by_button_puts_the_card_into_a_window(doors: Doors) -> None:
    """From a list to the lead in one click."""
    opened(doors)
    doors.click("lead.show", 1)

    (view,) = doors.windows()
    assert view["title"]["text"] == "Lead L-1"
    assert "Jane Doe" in json.dumps(view)


def test_a_click_inside_a_window_opens_the_next_one_on_top(doors: Doors) -> None:
    """A modal cannot be opened over a modal; it is pushed."""
    opened(doors)
    doors.click("lead.reveal", 1, view={"id": "V1", "type": "modal", "callback_id": ""}, channel=kit.LEADS)

    assert [method for method, _said in doors.slack.calls] == ["views.push"]


@pytest.mark.parametrize(
    "action", ["lead.claim", "lead.reveal", "lead.pause", "lead.deal", "call.reached", "lead.show"]
)
@pytest.mark.parametrize(
    "value", ["77", "", "x", "-1", "1.5", "99999999999999999999", "1;DROP TABLE leads", "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_e68_a_button_about_something_not_here(doors: Doors, action: str, value: str) -> None:
    """An id of another workspace, or of nothing, is not found; the person is told and the audit trail knows."""
    doors.click(action, value)

    (view,) = doors.windows()
    assert "not found" in json.dumps(view)
    (line,) = doors.audit("click_not_found")
    assert (line["actor"], line["subject"]) == (kit.RILEY, action)


def test_a_button_of_an_earlier_version_says_so(doors: Doors) -> None:
    """A click never does nothing visible."""
    doors.click("lead.frobnicate", 1)

    assert "earlier version" in json.dumps(doors.windows())


def test_a_link_button_needs_no_answer(doors: Doors) -> None:
    """Slack reports clicks on links as well."""
    payload = kit.click_payload("docs", 1)
    payload["actions"][0]["url"] = "https://heimdall.example/about"

    assert doors.payload(payload).status_code == 200
    assert doors.windows() == []


def test_a_form_of_an_earlier_version_says_so(doors: Doors) -> None:
    """It stays open, so that nothing typed is lost."""
    body = doors.submit("lead.old", {"name": "Jane"}).json()

    assert "earlier version" in body["errors"]["name"]


def test_a_dead_step_is_tried_again_by_one_click_of_an_agent(doors: Doors) -> None:
    """Somebody outside the team changes nothing; the second answer is told how it stands."""
    opened(doors)
    with doors.deps.db.write() as tx:
        tx.execute(rung_table.update().where(rung_table.c.step == 1).values(state=RungState.DEAD.value))

    doors.click("dead_rung.drop", 1, by=kit.STRANGER)
    with doors.deps.db.read() as tx:
        assert ladders.count_dead(tx) == 1
    doors.click("dead_rung.again", 1)
    doors.click("dead_rung.drop", 1, by=kit.AVERY)

    with doors.deps.db.read() as tx:
        rung = ladders.get(tx, 1)
    assert rung is not None
    assert rung.state is RungState.ARMED
    assert [line["actor"] for line in doors.audit("dead_again")] == [kit.RILEY]
    assert "Already settled: step 1 of L-1 is armed now." in json.dumps(doors.windows()[-1])


def test_a_dead_text_is_dropped_by_one_click(doors: Doors) -> None:
    """It ends as taken back, with who did it in the audit."""
    opened(doors)
    with doors.deps.db.write() as tx:
        dead = builders.new_message(doors.lead(), intent="dead", state=MessageState.DEAD)
        message_id = messages.plan(tx, dead, kit.NOON) or 0

    doors.click("dead_message.drop", message_id)

    with doors.deps.db.read() as tx:
        found = messages.find(tx, message_id)
    assert found is not None
    assert (found.state, found.reason) == (MessageState.CANCELLED, "dropped_by_a_person")
    assert [line["subject"] for line in doors.audit("dead_drop")] == [found.ref]
