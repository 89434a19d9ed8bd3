"""The story a newcomer is shown, in a real browser: type, watch the phone, answer, move the clock, read the briefing.

The screenshots of the docs are taken here, when ``HEIMDALL_SCREENSHOTS`` names a folder.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.support.desk import Desk
from tests.support.practice import AVERY, BRIEFINGS, DANA, DEALS, GUS, LEADS, RILEY

pytestmark = pytest.mark.browser

LINE = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe consent=express"


def test_the_whole_job_in_one_sitting(desk: Desk) -> None:
    """Lead, text, call task, reply, offer, approval, briefing, STOP: every step by hand, in one tab."""
    ref = _a_lead_is_opened_and_its_text_arrives(desk)
    _a_call_task_is_worked(desk)
    _the_seller_answers(desk)
    _an_offer_is_made_and_approved(desk, ref)
    _a_briefing_is_read(desk)
    _stop_is_honoured(desk)


def _a_lead_is_opened_and_its_text_arrives(desk: Desk) -> str:
    desk.type(LINE)
    card = desk.message("· Jane Doe", "Hamilton", "there it is 12:00")
    expect(card).to_be_visible()
    expect(desk.phone().locator("[data-status=delivered]").last).to_contain_text("Northern Doors")
    expect(desk.message("· Jane Doe", "delivered")).to_be_visible()
    desk.press(card, "lead.claim")
    expect(desk.message("· Jane Doe", "@Riley Chen")).to_be_visible()
    expect(card).to_contain_text("6 Call")
    ref = re.search(r"L-\d+", card.inner_text())
    assert ref is not None
    return ref[0]


def _a_call_task_is_worked(desk: Desk) -> None:
    desk.world.advance(minutes=31)
    task = desk.message("Call Jane Doe", "step 2 of 6")
    desk.press(task, "call.reveal")
    desk.put_away("555-0199")
    desk.press(task, "call.no_answer")
    expect(task.locator("[data-action-id='call.no_answer']")).to_have_count(0)


def _the_seller_answers(desk: Desk) -> None:
    phone = desk.phone()
    phone.get_by_test_id("phone-input").fill("What would you pay?")
    phone.get_by_test_id("phone-send").click()
    expect(desk.message("What would you pay?")).to_be_visible()
    expect(desk.message("· Jane Doe").locator("[data-action-id='lead.resume']")).to_be_visible()
    desk.picture("sandbox")


def _an_offer_is_made_and_approved(desk: Desk, ref: str) -> None:
    desk.sit(RILEY, DEALS)
    desk.type("/buyer add Priya Nair phone=403-555-0123 province=ON market=Hamilton type=house min=200k max=600k")
    desk.type(f"/deal {ref} arv=500k repairs=40k asking=320k")
    card = desk.message(ref, "Priya Nair", "ARV")
    expect(card).to_contain_text("$")
    desk.picture("approval")
    desk.press(card, "approval.approve")
    desk.put_away("Only approvers")
    desk.sit(AVERY, DEALS)
    desk.press(desk.message(ref, "Priya Nair", "ARV"), "approval.approve")
    expect(desk.message(ref, "Priya Nair", "Avery Tremblay")).to_be_visible()
    expect(desk.message(ref, "Priya Nair").locator("[data-action-id='approval.approve']")).to_have_count(0)
    expect(desk.phone().locator("[data-direction=outbound]").last).to_contain_text("$")


def _a_briefing_is_read(desk: Desk) -> None:
    desk.sit(DANA, BRIEFINGS)
    desk.type("/heimdall now")
    expect(desk.page.get_by_test_id("chart").last).to_be_visible()
    desk.picture("briefing")


def _stop_is_honoured(desk: Desk) -> None:
    desk.sit(RILEY, LEADS)
    desk.phone().get_by_role("button", name="STOP").click()
    expect(desk.message("STOP received")).to_be_visible()
    received = desk.phone().locator("[data-direction=outbound]")
    expect(received).to_have_count(3)  # the first text, the offer, and the carrier's own confirmation
    for _day in range(3):
        desk.page.get_by_test_id("clock").get_by_role("button", name="+1 day").click()
    desk.type("/lead 416-555-0177 9 Main St E, Hamilton ON — Joan Roe")
    expect(desk.message("Joan Roe", "Hamilton")).to_be_visible()
    expect(received).to_have_count(3)


def test_the_form_opens_a_lead_in_french_by_keyboard_alone(desk: Desk) -> None:
    """Tab, type, Enter: a refused field is said at the field, then the French text arrives."""
    desk.type("/lead")
    modal = desk.page.get_by_test_id("modal")
    expect(modal).to_be_visible()
    for block, value in (
        ("name", "Marc Gagnon"),
        ("phone", "911"),
        ("address", "1200 rue Sainte-Catherine, Montréal QC"),
    ):
        modal.locator(f"[data-block-id='{block}'] input, [data-block-id='{block}'] textarea").first.fill(value)
    modal.locator("[data-block-id='language'] select, [data-block-id='language'] input[value='fr']").first.evaluate(
        "field => { if (field.tagName === 'SELECT') { field.value = 'fr'; } else { field.checked = true; } }"
    )
    desk.picture("form")
    modal.get_by_test_id("modal-submit").press("Enter")
    expect(desk.page.get_by_test_id("field-error")).to_be_visible()
    modal.locator("[data-block-id='phone'] input").fill("514-555-0142")
    modal.get_by_test_id("modal-submit").press("Enter")
    expect(desk.phone("+15145550142").locator("[data-direction=outbound]").last).to_contain_text("ARR")
    desk.put_away("Lead opened")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_the_bot_posts_breaks_the_page(desk: Desk, width: int) -> None:
    """At desk and phone width nothing is wider than the screen, and no block is unknown."""
    desk.page.set_viewport_size({"width": width, "height": 844})
    for channel in (LEADS, DEALS, BRIEFINGS):
        desk.sit(RILEY, channel)
        assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        expect(desk.page.get_by_test_id("unknown-block")).to_have_count(0)
    desk.picture(f"width-{width}")


def test_a_guest_is_told_why_not(desk: Desk) -> None:
    """Gus may look, not act."""
    desk.sit(GUS, LEADS)
    desk.type("/heimdall pause")
    expect(desk.message("team")).to_be_visible()


def test_calgary_sleeps_under_the_clock_of_2026(desk: Desk) -> None:
    """04:15 UTC is 22:15 in Calgary since November 2026; tables of 2025 would read 21:15 and send."""
    desk.world.reset_clock("2026-11-25T04:15:00+00:00")
    desk.type("/lead 403-555-0123 400 4 Ave SW, Calgary AB — Priya Nair consent=express")

    card = desk.message("· Priya Nair", "there it is 22:15")
    expect(card).to_contain_text("Alberta texts open 09:00 tomorrow")
    expect(desk.phone("+14035550123").locator("[data-direction=outbound]")).to_have_count(0)


@pytest.mark.parametrize(
    ("phone", "name", "says", "shows"),
    [
        ("905-555-0171", "Ann Roy", "ARRÊT", "STOP received"),
        ("905-555-0172", "Bea Roy", "take me off your list", "STOP received"),
    ],
)
def test_a_wish_to_be_left_alone_is_honoured_in_any_words(
    desk: Desk, phone: str, name: str, says: str, shows: str
) -> None:
    """The keyword acts by itself; the grey words wait for one press of a person, and nothing leaves meanwhile."""
    number = "+1" + phone.replace("-", "")
    desk.type(f"/lead {phone} 12 King St W, Hamilton ON — {name} consent=express")
    expect(desk.phone(number).locator("[data-status=delivered]").last).to_contain_text("Northern Doors")

    desk.world.text(number, says)
    if says != "ARRÊT":
        desk.press(desk.message(name, says), "reply.stop")

    expect(desk.message(f"· {name}", shows)).to_be_visible()
