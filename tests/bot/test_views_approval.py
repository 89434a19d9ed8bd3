"""A request for approval: everything a decision needs while it is open, and afterwards only what became of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.views import approval, deal
from domain import liquidity, offers
from domain.model import ApprovalState, MessageState
from domain.provinces import Province
from domain.sheets import ApprovalSheet
from tests.bot import view_samples as samples
from tests.bot.test_views_lead import buttons
from tests.bot.view_samples import NIGHT, NOON, OPENS

CASES = samples.approvals_of(samples.a_lead())


def lines(sheet: ApprovalSheet) -> list[str]:
    """Return the card in words, line by line."""
    return approval.card(sheet).text.split("\n")


def test_an_open_request_shows_the_amounts_the_sum_and_the_exact_text() -> None:
    """Nobody has to look anything up to decide."""
    card = lines(CASES["pending"])

    assert card[0] == "D-3 · Offer $282,900 to Jane Doe"
    assert "ARV $500,000, repairs $40,000, they ask $320,000" in card
    assert "Opening $282,900 · target $295,200 · stretch $301,350 · ceiling $307,500" in card
    assert any(
        line.startswith("Maximum $307,500 = $350,000 (ARV × 0.70) − $40,000 (repairs) − $2,500 (buffer).")
        for line in card
    )
    assert samples.an_approval().preview in card


def test_the_buttons_carry_the_request_and_the_revision_that_was_shown() -> None:
    """A click decides about what was on the card, not about what is there by then."""
    found = buttons(approval.card(CASES["pending"]))

    assert set(found) == {"approval.approve", "approval.counter", "approval.reject"}
    assert {each["value"] for each in found.values()} == {"ap_Zx8:1"}


def test_approving_asks_again_with_the_text() -> None:
    """What will be sent stands in the question."""
    asked = buttons(approval.card(CASES["pending"]))["approval.approve"]["confirm"]

    assert asked["text"]["text"] == samples.an_approval().preview


@pytest.mark.parametrize("name", sorted(set(CASES) - {"pending", "nobody fits"}))
def test_a_request_that_is_over_has_no_buttons(name: str) -> None:
    """Nothing can be clicked that must be refused."""
    assert buttons(approval.card(CASES[name])) == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("approved", "✓ Approved by <@U0AVERY> ("),
        ("rejected", "✕ Rejected by <@U0AVERY> ("),
        ("countered", "→ Countered by <@U0AVERY> ("),
        ("withdrawn", "✕ Withdrawn: the numbers changed"),
        ("expired", "✕ Expired: nobody decided within a day. Nothing was sent. Ask again with `/deal L-12`."),
        ("changed", "✕ Withdrawn: the numbers changed"),
    ],
)
def test_the_outcome_comes_right_after_the_headline(name: str, words: str) -> None:
    """With who and when, symbol and words."""
    assert lines(CASES[name])[1].startswith(words)


def test_a_counter_names_its_amount() -> None:
    """The new request has its own card."""
    assert "with $310,000. Nothing was sent" in lines(CASES["countered"])[1]


def test_an_approved_text_that_is_held_says_when_it_goes() -> None:
    """Approved after closing time: by which rule, and the next lawful minute."""
    assert lines(CASES["approved"])[2] == (
        "Text M-40 · Held: Ontario texts open 09:00 tomorrow, UTC−5 (Toronto): company hours, the same as for calls."
    )


@pytest.mark.parametrize(
    ("state", "change", "words"),
    [
        (MessageState.DELIVERED, {}, "Text M-40 · ✓ delivered today 12:02."),
        (MessageState.UNKNOWN, {"reason": "read time-out"}, "Text M-40 · ? unclear whether it left"),
        (MessageState.REFUSED, {"reason": "no_consent"}, "Text M-40 · Not sent: no consent on record for texts."),
        (
            MessageState.REFUSED,
            {"reason": "provider_refused", "error_code": 21614},
            "Text M-40 · This number can't receive texts. Call instead.",
        ),
        (MessageState.CANCELLED, {"reason": "suppressed"}, "Text M-40 · Not sent: they asked to stop."),
    ],
)
def test_an_approved_text_says_where_it_stands(state: MessageState, change: dict[str, Any], words: str) -> None:
    """The card follows its text to the end."""
    message = samples.a_message(state, message_id=40, rung_id=None, **change)
    approved = samples.an_approval_sheet(samples.an_approval(ApprovalState.APPROVED), message=message)

    assert lines(approved)[2].startswith(words)


def test_an_approved_request_whose_text_is_not_planned_yet_says_so() -> None:
    """The card may be drawn between the decision and its text."""
    approved = samples.an_approval_sheet(samples.an_approval(ApprovalState.APPROVED))

    assert lines(approved)[2] == "The text is being prepared."


def test_a_request_ends_at_the_minute_it_expires() -> None:
    """The buttons go with the right to decide."""
    at = samples.an_approval().expires_at
    before = samples.an_approval_sheet(at=at - timedelta(seconds=1))

    assert approval.is_open(before)
    assert not approval.is_open(replace(before, at=at))


def test_buyers_are_ranked_with_their_reasons() -> None:
    """Who would take it, how well it fits, and why."""
    card = lines(CASES["pending"])

    assert "2 buyers fit" in card
    assert "90% B-4 Sam Roy: buys in Hamilton, ON; buys detached; $307,500 is within $200,000–$600,000" in card


def test_more_buyers_than_fit_on_a_card_are_counted() -> None:
    """The best three are named, the others not forgotten."""
    many = tuple((samples.a_buyer(buyer_id=n), 0.9, ("buys detached",)) for n in range(5))

    assert "5 buyers fit · best 3 shown" in lines(samples.an_approval_sheet(matches=many))


def test_no_buyer_is_said_and_not_left_out() -> None:
    """An empty list looks like a fault."""
    assert "Buyers: no buy box fits. Add buyers with /buyer add." in lines(CASES["nobody fits"])


def test_thin_evidence_is_named_with_what_it_cost() -> None:
    """No number that nobody can stand behind."""
    text = approval.card(CASES["nobody fits"]).text

    assert "factor 0.70 lowered to 0.675" in text
    assert "not enough data (3 buyers)" in text


def test_evidence_of_an_older_offer_is_shown_as_far_as_it_goes() -> None:
    """Offers stay as they were stored."""
    assert "Maximum" not in approval.card(samples.an_approval_sheet(evidence={})).text


def test_a_fee_that_is_kept_back_is_part_of_the_sum() -> None:
    """Terms that are zero are left out, others are not."""
    policy = offers.OfferPolicy("fee-1", 0.70, fee_cents=1_000_000)
    offer = offers.compute(offers.Brief(50_000_000, 4_000_000), policy, None, Province.ON)

    assert "− $10,000 (assignment fee)" in deal.what_if(offer).text


def test_liquidity_is_said_with_its_width() -> None:
    """A score without an interval is a claim."""
    measured = liquidity.Liquidity(0.42, 0.31, 0.54, 25.0, thin=False)

    assert "Buyer liquidity 0.42 (0.31–0.54, 25 buyers)." in deal.what_if(samples.an_offer(measured)).text


def test_the_counter_form_knows_the_request_and_the_ceiling() -> None:
    """What comes back names the request and the revision it was opened for."""
    form = approval.counter_modal(samples.an_approval(), 30_750_000)

    assert form["callback_id"] == "approval.counter"
    assert form["private_metadata"] == "ap_Zx8:1"
    assert [block["block_id"] for block in form["blocks"] if block["type"] == "input"] == ["amount"]
    assert "at most $307,500" in str(form)


def test_briefing_a_deal_answers_what_happens_next() -> None:
    """Who decides, and that nothing was sent."""
    answer = deal.briefed(samples.a_deal(), samples.a_lead(), samples.an_offer(), samples.an_approval(), 1).text

    assert answer.startswith("D-3 for Jane Doe: opening $282,900, ceiling $307,500 · 1 buyer fits")
    assert "Nothing is sent before." in answer


def test_a_held_text_of_the_night_is_drawn_for_the_night() -> None:
    """The sentence depends on when it is read: tomorrow at night is today in the morning."""
    held = samples.a_message(MessageState.HELD, message_id=40, rung_id=None, reason="legal_window", opens_at=OPENS)
    request = samples.an_approval(ApprovalState.APPROVED)
    at_night = samples.an_approval_sheet(request, message=held, at=NIGHT)
    in_the_morning = replace(at_night, at=OPENS - timedelta(hours=1))

    assert "open 09:00 tomorrow" in lines(at_night)[2]
    assert "open 09:00 today" in lines(in_the_morning)[2]
    assert NOON < NIGHT < OPENS


def test_the_request_says_what_its_text_costs() -> None:
    """By the Canadian limits; one ê doubles it and is named."""
    plain = samples.an_approval_sheet()
    dear = samples.an_approval_sheet(samples.an_approval(preview="Jane Doe, hôtel. " + "x" * 60))

    assert " · billed as 2 texts of 136" in approval.card(plain).text
    assert "77 characters · billed as 2 texts of 70, because of ô: 1 without" in approval.card(dear).text
