"""``/deal``: what one line, the form and each verb compute, say and refuse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from domain.model import ApprovalState
from storage import messages
from tests.bot.slack_reading import parts, said

if TYPE_CHECKING:
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


def offers(doors: Doors) -> list[Message]:
    """Return the seller's texts that approvals queued."""
    with doors.deps.db.read() as tx:
        every = messages.of_leads(tx, [1]).get(1, ())
    return [message for message in every if message.deal_id is not None]


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
