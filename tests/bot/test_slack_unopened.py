"""When Slack does not open a window: a button that does, with a fresh trigger, and nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.slack import answers
from domain.model import LadderState
from tests.bot import doors as kit
from tests.bot.slack_reading import opened, parts

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.bot.doors import Doors

ERRORS = [
    "expired_trigger_id",
    "exchanged_trigger_id",
    "view_too_large",
    "hash_conflict",
    "not_found",
    "ratelimited",
    "internal_error",
    "reset",
]


def refuse(doors: Doors, error: str) -> None:
    """Have Slack open nothing."""
    if error == "reset":
        doors.slack.drop = True
    for method in ("views.open", "views.push"):
        doors.slack.refusals[method] = error


def button_of(answer: httpx.Response) -> dict[str, Any]:
    """Return the one button under an answer that only the person sees."""
    body = answer.json()
    assert body["response_type"] == "ephemeral"
    (button,) = [each for each in parts(body["blocks"]) if each.get("type") == "button"]
    return button


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(
    ("line", "by", "form", "metadata"),
    [
        ("/lead", kit.RILEY, "lead.new", ""),
        ("/deal L-1", kit.RILEY, "deal.new", "1"),
        ("/policy edit Toronto", kit.SAM, "policy.edit", "ON/Toronto"),
    ],
)
def test_a_command_whose_form_does_not_open_is_answered_with_a_button(
    doors: Doors, line: str, by: str, form: str, metadata: str, error: str
) -> None:
    """It opens the very form the command asked for."""
    opened(doors)
    refuse(doors, error)
    button = button_of(doors.command(line, by=by))
    doors.slack.reset()
    doors.click(button["action_id"], button["value"], by=by)

    (view,) = doors.windows()
    assert (view["callback_id"], view.get("private_metadata") or "") == (form, metadata)
    assert doors.notes() == []


def test_the_button_asks_for_the_same_role_as_the_command(doors: Doors) -> None:
    """Whoever finds the button in somebody's screenshot gains nothing."""
    doors.click("policy.form", "ON", by=kit.RILEY)
    doors.click("lead.form", "new", by=kit.VIC)

    assert all("callback_id" not in view for view in doors.windows())
    assert len(doors.windows()) == 2


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("action", ["lead.deal", "lead.reveal", "lead.show", "call.reveal"])
def test_a_click_whose_window_does_not_open_leaves_a_note_with_the_same_button(
    doors: Doors, action: str, error: str
) -> None:
    """Pressed again it brings what was asked for."""
    opened(doors)
    refuse(doors, error)
    assert doors.click(action, 1).status_code == 200
    (note,) = doors.note_payloads()
    doors.slack.reset()
    button = note["button"]
    doors.click(button["action_id"], button["value"])

    assert note["text"] == answers.TOO_LATE
    assert (button["action_id"], button["value"]) == (action, "1")
    assert len(doors.windows()) == 1


@pytest.mark.parametrize("where", [{"type": "modal", "id": "V1"}, {"type": "home", "id": "V2"}])
def test_a_click_in_no_channel_is_answered_among_the_leads(doors: Doors, where: dict[str, str]) -> None:
    """A window or a Home has no place for a private note."""
    opened(doors)
    refuse(doors, "expired_trigger_id")
    pressed = kit.click_payload("lead.show", 1)
    del pressed["channel"]
    doors.payload(pressed | {"view": where, "container": {"type": "view", "view_id": where["id"]}})

    assert doors.notes(kit.LEADS) == [answers.TOO_LATE]


def _press(action: str) -> Callable[[Doors], httpx.Response]:
    return lambda doors: doors.click(action, 1)


@pytest.mark.parametrize(
    ("do", "undo", "state"),
    [
        (_press("lead.pause"), _press("lead.resume"), LadderState.RUNNING),
        (lambda doors: doors.command("/lead pause L-1"), _press("lead.resume"), LadderState.RUNNING),
    ],
    ids=["click", "command"],
)
def test_a_replay_does_not_undo_what_was_done_since(
    each_doors: Doors,
    do: Callable[[Doors], httpx.Response],
    undo: Callable[[Doors], httpx.Response],
    state: LadderState,
) -> None:
    """The same signed bytes have their effect once, whatever has happened meanwhile."""
    opened(each_doors)
    first = do(each_doors)
    undo(each_doors)
    again = each_doors.post(first.request.content, first.request.headers)

    assert again.status_code == 200
    assert each_doors.lead().ladder is state


def test_a_replayed_correction_does_not_move_the_lead_back(doors: Doors) -> None:
    """The later address stays."""
    opened(doors)
    first = doors.command("/lead place L-1 100 Queen St W, Toronto ON")
    doors.command("/lead place L-1 12 King St W, Hamilton ON")
    doors.post(first.request.content, first.request.headers)

    assert "Hamilton" in doors.lead().address


def test_a_replayed_switch_is_told_that_it_was_handled(doors: Doors) -> None:
    """A pause of this morning does not stop the afternoon."""
    first = doors.command("/heimdall pause", by=kit.AVERY)
    doors.command("/heimdall resume", by=kit.AVERY)
    again = doors.post(first.request.content, first.request.headers)

    assert "handled already" in again.text
    assert "paused" not in doors.command("/heimdall status").text.lower()
