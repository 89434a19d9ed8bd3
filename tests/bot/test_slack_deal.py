"""``/deal``, its form and the buttons on the approval it asks for."""

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

FORM = {"arv": "500k", "repairs": "40,000", "asking": "400 000 $", "type": "detached", "beds": "3", "baths": "1"}


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


# --- the command and the form ---


def test_one_line_computes_an_offer_and_asks_for_approval(lead: Doors) -> None:
    """The answer says what was computed and who decides; nothing is sent."""
    text = said(lead.command(DEAL))

    assert "D-1" in text
    assert "opening $" in text
    assert "Nothing is sent before." in text
    assert lead.approval().state is ApprovalState.PENDING
    assert offers(lead) == []


def test_a14_the_same_signed_bytes_brief_once(lead: Doors) -> None:
    """A replay stores no second revision and asks for no second approval."""
    first = lead.command(DEAL)
    again = lead.post(first.request.content, first.request.headers)

    assert "handled already" in said(again)
    assert lead.approval().revision == 1


def test_bare_deal_offers_the_newest_leads(lead: Doors) -> None:
    """Each with the button that opens the form."""
    body = lead.command("/deal").json()
    buttons = [part for part in parts(body["blocks"]) if part.get("type") == "button"]

    assert [(button["action_id"], button["value"]) for button in buttons] == [("lead.deal", "1")]


def test_the_button_opens_the_form_for_its_lead(lead: Doors) -> None:
    """Filled in with what an earlier brief said."""
    lead.click("lead.deal", 1)
    said(lead.command(DEAL))
    lead.click("lead.deal", 1)

    fresh, known = lead.windows()
    assert (fresh["callback_id"], fresh["private_metadata"]) == ("deal.new", "1")
    assert "500,000" not in json.dumps(fresh)
    assert "500,000" in json.dumps(known)


def test_a_lead_without_numbers_opens_the_form(lead: Doors) -> None:
    """`/deal L-1` alone means: let me type them."""
    answer = lead.command("/deal L-1")

    assert answer.text == ""
    assert lead.windows()[0]["callback_id"] == "deal.new"


def test_a_form_that_cannot_open_points_to_the_one_line(lead: Doors) -> None:
    """The person is not left alone."""
    lead.slack.refusals["views.open"] = "expired_trigger_id"

    assert "arv=" in said(lead.command("/deal L-1"))


def test_the_form_computes_an_offer(lead: Doors) -> None:
    """Its fields are read as the line's are."""
    body = lead.submit("deal.new", FORM, metadata="1").json()

    assert body["response_action"] == "update"
    assert "D-1" in json.dumps(body["view"])
    assert lead.approval().state is ApprovalState.PENDING


@pytest.mark.parametrize("arv", ["-1", "0", "NaN", "Infinity", "1e309", "9999", "50000001", "-450k"])
def test_d44_an_arv_out_of_range_is_refused(lead: Doors, arv: str) -> None:
    """In the line and in the form, with the range."""
    words = "ARV must be $10,000–$50,000,000"

    assert words in said(lead.command(f"/deal L-1 arv={arv} repairs=40k"))
    assert words in lead.submit("deal.new", FORM | {"arv": arv}, metadata="1").json()["errors"]["arv"]
    assert lead.deal_count() == 0


@pytest.mark.parametrize("arv", ["$450k", "450,000", "450 000 $", "0.45M"])
def test_d45_one_amount_written_many_ways(lead: Doors, arv: str) -> None:
    """All mean the same and are echoed the same."""
    said(lead.command(f"/deal L-1 arv={arv} repairs=0"))

    assert "$450,000" in said(lead.command("/lead show L-1"))


def test_d55_repairs_without_arv(lead: Doors) -> None:
    """The one number nothing can be computed without."""
    assert "Need ARV to compute" in said(lead.command("/deal L-1 repairs=40k"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("repairs", "x"), ("asking", "0"), ("beds", "21"), ("baths", "-1"), ("beds", "\N{ARABIC-INDIC DIGIT THREE}")],
)
def test_what_is_wrong_in_the_form_is_said_at_its_field(lead: Doors, field: str, value: str) -> None:
    """And nothing is computed."""
    body = lead.submit("deal.new", FORM | {field: value}, metadata="1").json()

    assert list(body["errors"]) == [field]
    assert lead.deal_count() == 0


@pytest.mark.parametrize("metadata", ["", "x", "77", "1; 2"])
def test_e68_a_form_about_no_lead_of_ours(lead: Doors, metadata: str) -> None:
    """It says so and computes nothing."""
    body = lead.submit("deal.new", FORM, metadata=metadata).json()

    assert "not found" in body["errors"]["arv"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/deal L-77 arv=500k repairs=40k", "Lead L-77 was not found"),
        ("/deal D-77 arv=500k repairs=40k", "Deal D-77 was not found"),
        ("/deal 1 arv=500k", "L-1 or D-1?"),
        ("/deal L-1 arf=500k", "Did you mean 'arv'?"),
        ("/deal L-1 arv=500k repairs=40k fee=10k", "fee"),
        ("/deal L-1 arv=500k arv=400k", "twice"),
        ("/deal show", "Show which deal?"),
        ("/deal show L-1", "not found"),
        ("/deal show 1", "L-1 or D-1?"),
        ("/deal offer", "Offer for which"),
        ("/deal arv=500k", "L-"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(lead: Doors, line: str, words: str) -> None:
    """Nothing is stored."""
    assert words in said(lead.command(line))
    assert lead.deal_count() == 0


def test_offer_stores_nothing(lead: Doors) -> None:
    """A what-if is a what-if."""
    assert "nothing was stored" in said(lead.command("/deal offer L-1 arv=500k repairs=40k"))
    assert lead.deal_count() == 0


def test_show_draws_the_newest_approval(asked: Doors) -> None:
    """By the deal or by its lead."""
    for ref in ("D-1", "d1", "L-1"):
        assert "Offer" in said(asked.command(f"/deal show {ref}"))


# --- the approval ---


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
