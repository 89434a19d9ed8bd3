"""The approval an offer asks for: who decides, once, and what everybody else who clicks is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from domain.model import ApprovalState, MessageState
from storage import messages
from tests.bot import doors as kit
from tests.bot.slack_reading import parts, said

if TYPE_CHECKING:
    import httpx

    from domain.model import Message
    from tests.bot.doors import Doors

LEAD = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe consent=express"
DEAL = "/deal L-1 arv=500k repairs=40k asking=400k"


@pytest.fixture
def lead(doors: Doors) -> Doors:
    """Open the lead that deals are made of."""
    said(doors.command(LEAD))
    return doors


@pytest.fixture
def asked(lead: Doors) -> Doors:
    """Ask for the approval of an offer."""
    said(lead.command(DEAL))
    return lead


def about(doors: Doors) -> str:
    """Return what the buttons of the newest approval carry."""
    approval = doors.approval()
    return f"{approval.approval_id}:{approval.revision}"


def window(doors: Doors) -> str:
    """Return the words of the window opened last."""
    return "\n".join(
        str(part["text"]) for part in parts(doors.windows()[-1]["blocks"]) if isinstance(part.get("text"), str)
    )


def offers(doors: Doors) -> list[Message]:
    """Return the seller's texts that approvals queued."""
    with doors.deps.db.read() as tx:
        every = messages.of_leads(tx, [1]).get(1, ())
    return [message for message in every if message.deal_id is not None]


def test_approving_queues_exactly_the_previewed_text(asked: Doors) -> None:
    """One text, the one on the card."""
    answer = asked.click("approval.approve", about(asked), by=kit.AVERY)

    assert answer.status_code == 200
    assert asked.approval().state is ApprovalState.APPROVED
    (text,) = offers(asked)
    assert text.body == asked.approval().preview
    assert asked.wakes


def test_f70_a_double_click_is_told_it_is_done(asked: Doors) -> None:
    """Already approved by you; one text all the same."""
    asked.click("approval.approve", about(asked), by=kit.AVERY)
    asked.click("approval.approve", about(asked), by=kit.AVERY)

    assert "Already approved by you" in window(asked)
    assert len(offers(asked)) == 1


def test_f71_the_second_approver_is_told_who_was_first(asked: Doors) -> None:
    """As a mention, not as a code."""
    value = about(asked)
    asked.click("approval.approve", value, by=kit.AVERY)
    asked.click("approval.reject", value, by=kit.SAM)

    assert "Already decided by" in window(asked)
    assert {"type": "user", "user_id": kit.AVERY} in parts(asked.windows()[-1]["blocks"])
    assert asked.approval().state is ApprovalState.APPROVED


def test_f72_nobody_approves_their_own(lead: Doors) -> None:
    """Needs someone else, and a line in the audit trail."""
    said(lead.command(DEAL, by=kit.AVERY))
    lead.click("approval.approve", about(lead), by=kit.AVERY)

    assert "Needs someone else" in window(lead)
    assert lead.approval().state is ApprovalState.PENDING
    assert len(lead.audit("approval_refused")) == 1


@pytest.mark.parametrize("who", [kit.STRANGER, kit.RILEY, "U0BOT", "W0GUEST"])
@pytest.mark.parametrize("action", ["approval.approve", "approval.reject", "approval.counter"])
def test_f73_only_approvers_decide(asked: Doors, who: str, action: str) -> None:
    """Guests, visitors, bots and agents: told, noted, nothing done, and no form opened for nothing."""
    asked.click(action, about(asked), by=who)

    assert window(asked) == "Only approvers can decide"
    assert asked.approval().state is ApprovalState.PENDING
    (line,) = asked.audit("approval_refused")
    assert line["actor"] == who


def test_f73_a_visitor_with_an_approvers_id_decides_nothing(asked: Doors) -> None:
    """A person of another workspace is nobody here, whatever their id."""
    payload = kit.click_payload("approval.approve", about(asked), by=kit.AVERY)
    payload["user"]["team_id"] = "T0OTHER"
    asked.payload(payload)

    assert asked.approval().state is ApprovalState.PENDING


def test_f75_a_day_later_it_has_expired(asked: Doors) -> None:
    """Yesterday's facts are not approved today."""
    asked.clock.move(hours=24, seconds=1)
    asked.click("approval.approve", about(asked), by=kit.AVERY)

    assert "Expired; renew" in window(asked)
    assert offers(asked) == []


def test_f76_numbers_changed_since(asked: Doors) -> None:
    """The old card's button decides nothing; the new request is named."""
    old = about(asked)
    asked.clock.move(minutes=5)
    said(asked.command("/deal L-1 arv=480k"))
    asked.click("approval.approve", old, by=kit.AVERY)

    assert "Changed since; here is the new one: D-1 at $" in window(asked)
    assert asked.approval().state is ApprovalState.PENDING
    assert offers(asked) == []


def test_f78_approved_after_hours_says_when_it_goes(asked: Doors) -> None:
    """Approved, and held until the window opens."""
    asked.clock.move(hours=12)
    asked.click("approval.approve", about(asked), by=kit.AVERY)

    assert "Approved. It does not leave now: " in window(asked)
    (text,) = offers(asked)
    assert text.state is MessageState.HELD


def test_an_approval_whose_window_does_not_open_is_confirmed_in_a_note(asked: Doors) -> None:
    """It is done, so there is nothing to press again: the note says what the window would have said."""
    asked.clock.move(hours=12)
    asked.slack.refusals["views.open"] = "expired_trigger_id"
    asked.click("approval.approve", about(asked), by=kit.AVERY)

    (note,) = asked.note_payloads(kit.LEADS)
    assert "Approved. It does not leave now: " in str(note["text"])
    assert "button" not in note


def test_f79_the_first_decision_wins(asked: Doors) -> None:
    """Reject, then approve: rejected, and the second person knows."""
    value = about(asked)
    asked.click("approval.reject", value, by=kit.SAM)
    asked.click("approval.approve", value, by=kit.AVERY)

    assert "Already decided by" in window(asked)
    assert asked.approval().state is ApprovalState.REJECTED
    assert offers(asked) == []


@pytest.mark.parametrize("value", ["", "x", "x:1", "x:x", ":", "a" * 200 + ":1", "x:99999999999", "\N{SNOWMAN}:1"])
@pytest.mark.parametrize("action", ["approval.approve", "approval.reject", "approval.counter"])
def test_e68_an_approval_of_nowhere(asked: Doors, action: str, value: str) -> None:
    """Not found, and nothing decided."""
    asked.click(action, value, by=kit.AVERY)

    assert "not found" in window(asked)
    assert asked.approval().state is ApprovalState.PENDING


def test_countering_asks_somebody_else(asked: Doors) -> None:
    """The amount makes a new request of the one who countered; they cannot approve it themselves."""
    asked.click("approval.counter", about(asked), by=kit.AVERY)
    form = asked.windows()[-1]
    asked.clock.move(minutes=5)
    body = counter(asked, "280k", form["private_metadata"]).json()

    assert form["callback_id"] == "approval.counter"
    assert body["response_action"] == "update"
    assert "$280,000" in json.dumps(body["view"])
    assert asked.approval().amount_cents == 280_000_00
    asked.click("approval.approve", about(asked), by=kit.AVERY)
    assert "Needs someone else" in window(asked)


@pytest.mark.parametrize("amount", ["", "0", "-5", "x", "40m", "1e309"])
def test_a_counter_that_is_no_amount_is_refused_at_its_field(asked: Doors, amount: str) -> None:
    """Above the ceiling counts as well."""
    body = counter(asked, amount, about(asked)).json()

    assert list(body["errors"]) == ["amount"]
    assert asked.approval().state is ApprovalState.PENDING


def counter(doors: Doors, amount: str, metadata: str) -> httpx.Response:
    """Send the counter form off."""
    return doors.submit("approval.counter", {"amount": amount}, by=kit.AVERY, metadata=metadata)
