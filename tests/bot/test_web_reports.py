"""The phone provider's door: reports about texts that went out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from domain.model import LadderState, MessageState, SuppressionReason
from flows import dispatch
from storage import messages, suppressions
from tests.bot import doors as kit

if TYPE_CHECKING:
    from tests.bot.doors import Doors

NUMBER = "+14165550199"


@pytest.fixture
def seller(doors: Doors) -> Doors:
    """Open a lead whose seller writes to us."""
    doors.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe consent=express")
    return doors


def suppressed(doors: Doors, address: str = NUMBER) -> set[SuppressionReason]:
    """Return why an address may not be contacted."""
    with doors.deps.db.read() as tx:
        return {order.reason for order in suppressions.of_addresses(tx, [address], None).get(address, ())}


def test_a_report_about_no_attempt_of_ours_is_taken_and_logged(doors: Doors, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is stored; there is a line in the log."""
    with caplog.at_level(logging.WARNING):
        answer = doors.phone("/phone/status/no-such-token", {"MessageSid": "SM1", "MessageStatus": "delivered"})

    assert answer.status_code == 200
    assert "never made" in caplog.text


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": "SM1"},
        {"MessageStatus": "sent"},
        {"MessageSid": "SM1", "MessageStatus": "sent now"},
        {"MessageSid": "SM1", "MessageStatus": ""},
        {"MessageSid": "\x00", "MessageStatus": "sent"},
    ],
)
def test_a_report_of_another_shape_is_400(doors: Doors, fields: dict[str, str]) -> None:
    """Signed, and still no report."""
    assert doors.phone("/phone/status/token", fields).status_code == 400


@pytest.mark.parametrize("token", ["x" * 5_000, "%00", "%F0%9F%8F%A0", "a%2Fb", "..%2F..", "%ED%A0%80"])
def test_odd_tokens_are_never_a_500(each_doors: Doors, token: str) -> None:
    """The path is a stranger's as much as the body."""
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered", "ErrorCode": "9" * 50}

    assert each_doors.phone(f"/phone/status/{token}", fields).status_code in {200, 404}


@pytest.fixture
def handed_over(seller: Doors) -> dispatch.Handover:
    """Approve an offer and commit its text as being handed over."""
    seller.command("/deal L-1 arv=500k repairs=40k")
    approval = seller.approval()
    seller.click("approval.approve", f"{approval.approval_id}:{approval.revision}", by=kit.AVERY)
    (handover,) = dispatch.begin(seller.deps.db, seller.deps.team, kit.NOON, kit.real_time(), owner="test")
    return handover


def report(doors: Doors, handover: dispatch.Handover, status: str, **fields: str) -> int:
    """Report on an attempt and return the HTTP status."""
    named = {"MessageSid": "SM9", "MessageStatus": status} | fields
    return doors.phone(f"/phone/status/{handover.attempt_token}", named).status_code


def state(doors: Doors, handover: dispatch.Handover) -> MessageState:
    """Return where the message of an attempt stands."""
    with doors.deps.db.read() as tx:
        found = messages.find(tx, handover.message.message_id)
    assert found is not None
    return found.state


def test_reports_move_a_message_and_never_back(seller: Doors, handed_over: dispatch.Handover) -> None:
    """They may come in any order and more than once."""
    for status in ("delivered", "sent", "sending", "delivered"):
        assert report(seller, handed_over, status) == 200

    assert state(seller, handed_over) is MessageState.DELIVERED


def test_b27_an_unknown_status_changes_nothing_and_is_noted(seller: Doors, handed_over: dispatch.Handover) -> None:
    """The provider may invent words; ours stay true."""
    assert report(seller, handed_over, "teleported") == 200

    assert state(seller, handed_over) is MessageState.DISPATCHING
    assert len(seller.audit("status_unknown")) == 1


def test_a_report_that_they_unsubscribed_stops_everything(seller: Doors, handed_over: dispatch.Handover) -> None:
    """21610: the provider knows of a STOP we never saw."""
    assert report(seller, handed_over, "undelivered", ErrorCode="21610") == 200

    assert suppressed(seller)
    assert seller.lead().ladder is LadderState.STOPPED


def test_a_report_needs_the_attempts_own_token(seller: Doors, handed_over: dispatch.Handover) -> None:
    """A right signature over another token moves nothing."""
    changed = handed_over.attempt_token[:-1] + ("A" if handed_over.attempt_token[-1] != "A" else "B")

    assert seller.phone(f"/phone/status/{changed}", {"MessageSid": "SM9", "MessageStatus": "sent"}).status_code == 200
    assert state(seller, handed_over) is MessageState.DISPATCHING
