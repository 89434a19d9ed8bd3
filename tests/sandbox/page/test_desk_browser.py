"""Phones, clock and desk in a real browser, wide and narrow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.sandbox.blocks import modal, section, text_input
from tests.sandbox.page import kit
from tests.sandbox.page.visiting import PHONE, answer_with_modal, messages, visiting
from tests.sandbox.practice import JANE, LEADS, RILEY, Practice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(page: Page, practice: Practice) -> Iterator[Page]:
    """Return the page, open in a browser."""
    with visiting(page, practice) as opened:
        yield opened


def test_half_typed_text_survives_what_arrives_meanwhile(visit: Page, practice: Practice) -> None:
    """In the composer, on a phone and in a modal that the bot redraws."""
    answer_with_modal(practice, text_input("number"))
    phone = visit.locator(PHONE)
    phone.get_by_test_id("phone-input").fill("half an answ")
    practice.send_text(JANE, "Hello Jane")
    expect(phone.locator("[data-status=delivered]")).to_contain_text("Hello Jane")
    expect(phone.get_by_test_id("phone-input")).to_have_value("half an answ")

    visit.get_by_test_id("composer-input").fill("/lead")
    visit.keyboard.press("Enter")
    visit.get_by_label("number", exact=True).fill("416-55")
    view_id = practice.state()["views"][RILEY][-1]["id"]
    practice.slack.views_update(view_id=view_id, view=modal(text_input("number"), section("Checking …")))
    expect(visit.get_by_test_id("modal")).to_contain_text("Checking …")
    expect(visit.get_by_label("number", exact=True)).to_have_value("416-55")
    expect(visit.get_by_label("number", exact=True)).to_be_focused()


def test_a_seller_answers_stop_with_one_press(visit: Page, practice: Practice) -> None:
    """The bubble appears on the right, the carrier's block above."""
    phone = visit.locator(PHONE)

    phone.get_by_role("button", name="STOP").click()

    expect(phone.locator("[data-direction=inbound]")).to_contain_text("STOP")
    expect(phone.get_by_test_id("phone-stopped")).to_be_visible()
    assert practice.bot.wait_for("/phone/inbound")[0].form["Body"] == "STOP"


def test_enter_sends_an_answer_from_a_phone(visit: Page, practice: Practice) -> None:
    """And empties the field."""
    field = visit.locator(PHONE).get_by_test_id("phone-input")
    field.fill("Yes please")
    field.press("Enter")

    expect(visit.locator(PHONE).locator("[data-direction=inbound]")).to_contain_text("Yes please")
    expect(field).to_have_value("")
    assert practice.texts()[-1]["body"] == "Yes please"


def test_the_clock_moves_on_and_back(visit: Page) -> None:
    """The bar and every face follow."""
    visit.get_by_test_id("clock-day").click()
    expect(visit.get_by_test_id("clock-offset")).to_have_text("1 d ahead of real time")

    visit.get_by_test_id("clock-window").click()
    toronto = visit.locator("[data-testid=face][data-province=ON]")
    expect(toronto).to_contain_text(re.compile(r"(9|10):0[56] AM"))

    visit.get_by_test_id("clock-real").click()
    expect(visit.get_by_test_id("clock-offset")).to_have_text("Real time")


def test_a_week_is_walked_a_day_at_a_time(visit: Page, practice: Practice) -> None:
    """The bar counts the days; returning to real time stops the walk where it is."""
    visit.get_by_test_id("clock-week").click()
    expect(visit.get_by_test_id("clock-walking")).to_have_text("Day 1 of 7 …")
    expect(visit.get_by_test_id("clock-walking")).to_have_text("Day 2 of 7 …")

    visit.get_by_test_id("clock-real").click()

    expect(visit.get_by_test_id("clock-walking")).to_have_count(0)
    expect(visit.get_by_test_id("clock-offset")).to_have_text("Real time")
    practice.settle()
    assert practice.state()["offset_seconds"] == 0


def test_the_inspector_follows_and_filters_the_traffic(visit: Page, practice: Practice) -> None:
    """What was unfolded stays so while more arrives."""
    visit.get_by_test_id("open-inspector").click()
    practice.slack.auth_test()
    rows = visit.get_by_test_id("exchange")
    expect(rows).to_have_count(1)
    rows.first.locator("summary").click()

    practice.slack.chat_postMessage(channel=LEADS, text="x")

    expect(rows).to_have_count(2)
    expect(rows.last.get_by_text("Request", exact=True)).to_be_visible()
    visit.get_by_test_id("traffic-filter").fill("postMessage")
    expect(rows.locator("visible=true").locator("summary")).to_have_count(1)


def test_a_ticked_fault_strikes_until_reset(visit: Page, practice: Practice) -> None:
    """Reset mends everything."""
    visit.get_by_test_id("open-faults").click()
    visit.get_by_test_id("fault-slack_500").check()
    practice.until(lambda state: bool(state["faults"]))

    visit.get_by_test_id("reset").click()

    expect(visit.get_by_test_id("fault-slack_500")).not_to_be_checked()
    assert practice.state()["faults"] == {}


def test_the_story_and_the_colours_are_remembered(visit: Page) -> None:
    """A second visit needs no first steps, and keeps the scheme that was chosen."""
    visit.emulate_media(color_scheme="light")
    expect(visit.get_by_test_id("story")).to_be_visible()
    visit.get_by_test_id("story-close").click()
    visit.get_by_test_id("theme").click()

    visit.reload()

    expect(visit.get_by_test_id("story")).to_have_count(0)
    expect(visit.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_first_tab_stop_skips_to_the_messages(visit: Page) -> None:
    """Nobody has to tab through rail and clock."""
    visit.keyboard.press("Tab")
    expect(visit.get_by_text("Skip to the messages")).to_be_focused()

    visit.keyboard.press("Enter")

    expect(visit.get_by_test_id("messages")).to_be_focused()


@pytest.mark.parametrize("width", [360, 390, 800, 1180, 1440])
def test_nothing_is_wider_than_the_screen(visit: Page, practice: Practice, width: int) -> None:
    """The page never scrolls sideways, whatever a card holds."""
    blocks = [block for name, block in kit.BLOCKS.items() if name != "alert"]
    practice.slack.chat_postMessage(channel=LEADS, text="everything", blocks=blocks)
    visit.set_viewport_size({"width": width, "height": 844})
    expect(messages(visit)).to_have_count(1)

    assert visit.evaluate("document.documentElement.scrollWidth") <= width
    box = messages(visit).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width


def test_a_narrow_screen_shows_one_part_at_a_time(visit: Page) -> None:
    """Slack, phones or clock, chosen below; the warning stays in sight."""
    visit.set_viewport_size({"width": 390, "height": 844})
    parts = {"slack": "composer", "phones": "phones", "clock": "clock"}
    for chosen in parts:
        visit.get_by_test_id(f"pane-{chosen}").click()
        for part, testid in parts.items():
            expect(visit.get_by_test_id(testid)).to_be_visible(visible=part == chosen)
        expect(visit.get_by_test_id("simulation")).to_be_visible()
