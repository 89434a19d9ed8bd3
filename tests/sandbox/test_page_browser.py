"""The page in a real browser: what a visitor sees and does, by mouse and by keyboard alone, wide and narrow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.sandbox import kit
from tests.sandbox.practice import (
    AVERY,
    DEALS,
    JANE,
    LEADS,
    RILEY,
    Answer,
    Heard,
    Practice,
    actions,
    button,
    modal,
    section,
    text_input,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Locator, Page

pytestmark = pytest.mark.browser

PHONE = f"[data-testid=phone][data-phone='{JANE}']"


@pytest.fixture
def visit(page: Page, practice: Practice) -> Iterator[Page]:
    """Open #leads as Riley with the event stream running; the console must stay silent."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # The browser reports a refused post by itself; the page explains it to the visitor.
        if message.type in {"error", "warning"} and "400 (Bad Request)" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(10_000)
    with page.expect_response(lambda answer: "/_events" in answer.url):
        page.goto(f"{practice.url}/?as={RILEY}&in={LEADS}")
    yield page
    assert complaints == []


def messages(page: Page) -> Locator:
    """Return the messages on the page."""
    return page.get_by_test_id("message")


def answer_with_modal(practice: Practice, *blocks: kit.Block) -> None:
    """Have the bot open a modal when it hears /lead."""

    def answer(heard: Heard) -> Answer:
        practice.slack.views_open(trigger_id=heard.form["trigger_id"], view=modal(*blocks))
        return Answer()

    practice.bot.answers["/lead"] = answer


def test_a_message_appears_by_itself_and_is_announced(visit: Page, practice: Practice) -> None:
    """The list is a live log, so a screen reader says what arrives."""
    expect(visit.get_by_role("log", name="Messages")).to_have_attribute("aria-live", "polite")

    practice.slack.chat_postMessage(channel=LEADS, text="hello from the bot")

    expect(messages(visit)).to_contain_text("hello from the bot")


def test_news_in_another_room_is_marked_until_it_is_opened(visit: Page, practice: Practice) -> None:
    """And opening it needs no reload."""
    practice.slack.chat_postMessage(channel=DEALS, text="a deal")
    link = visit.get_by_test_id("channel-deals")
    expect(link).to_have_class("unread")
    visit.get_by_test_id("channel-heimdall").click()
    expect(visit.get_by_test_id("room-name")).to_have_text("#heimdall")
    expect(link).to_have_class("unread")

    link.click()

    expect(messages(visit)).to_contain_text("a deal")
    expect(visit.get_by_test_id("room-name")).to_have_text("#deals")
    expect(link).not_to_have_class("unread")
    visit.go_back()
    expect(visit.get_by_test_id("room-name")).to_have_text("#heimdall")


def test_the_acting_person_belongs_to_the_tab(visit: Page, practice: Practice) -> None:
    """Switching here changes nothing in another tab."""
    other = visit.context.new_page()
    other.goto(f"{practice.url}/?as={RILEY}&in={LEADS}")

    visit.locator(f"[data-testid=act-as][data-user={AVERY}]").click()

    expect(visit.get_by_test_id("acting")).to_have_text("You are Avery Tremblay, approver")
    practice.slack.chat_postEphemeral(channel=LEADS, user=AVERY, text="for Avery alone")
    expect(visit.get_by_test_id("ephemeral")).to_contain_text("Only visible to you")
    expect(other.get_by_test_id("acting")).to_have_text("You are Riley Chen, rep")
    expect(other.get_by_test_id("ephemeral")).to_have_count(0)
    other.close()


def test_a_slash_lists_the_commands_and_enter_sends(visit: Page, practice: Practice) -> None:
    """By keyboard alone: slash, arrow into the list, Enter to take one, Enter to send."""
    practice.bot.say("/heimdall", "All is well", content_type="text/plain")
    visit.keyboard.press("/")
    expect(visit.get_by_test_id("composer-input")).to_be_focused()
    visit.keyboard.type("/heimdall no")
    expect(visit.locator("[data-testid=hint]:visible")).to_have_count(1)

    for key in ("ArrowDown", "Enter", "Enter"):
        visit.keyboard.press(key)

    expect(visit.get_by_test_id("ephemeral")).to_contain_text("All is well")
    assert practice.bot.of("/heimdall")[0].form["text"] == "now"
    expect(visit.get_by_test_id("composer-input")).to_have_value("")
    expect(visit.get_by_test_id("hints")).to_be_hidden()


def test_what_could_not_be_sent_is_explained_and_stays_in_the_field(visit: Page) -> None:
    """A slash alone is no command."""
    visit.get_by_test_id("composer-input").fill("/")
    visit.keyboard.press("Enter")

    expect(visit.get_by_test_id("toast")).to_contain_text("not a slash command")
    expect(visit.get_by_test_id("composer-input")).to_have_value("/")


def test_a_button_is_clicked_and_the_card_changes_in_place(visit: Page, practice: Practice) -> None:
    """The neighbour's half-made choice and the scroll position survive."""
    picks = {**kit.ACTION_ELEMENTS["radio_buttons"], "action_id": "other"}
    first = practice.slack.chat_postMessage(channel=LEADS, text="card", blocks=[actions(button("claim", "Claim"))])
    practice.slack.chat_postMessage(channel=LEADS, text="form", blocks=[kit.field(picks)])
    visit.get_by_label("Yes").check()

    visit.locator("[data-testid=button][data-action-id=claim]").click()
    practice.bot.wait_for("block_actions")
    practice.slack.chat_update(channel=LEADS, ts=first["ts"], text="card", blocks=[section("Claimed by <@U0RILEY>")])

    expect(messages(visit).first).to_contain_text("Claimed by @Riley Chen")
    expect(visit.get_by_test_id("edited")).to_have_count(1)
    expect(visit.get_by_label("Yes")).to_be_checked()


def test_a_menu_asks_the_bot_as_soon_as_something_is_picked(visit: Page, practice: Practice) -> None:
    """No extra button is needed."""
    practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[actions(kit.ACTION_ELEMENTS["static_select"])])

    visit.locator("select[data-action-id=go]").select_option("reached")

    (heard,) = practice.bot.wait_for("block_actions")
    assert heard.payload["actions"][0]["selected_option"]["value"] == "reached"


def test_an_overflow_menu_opens_picks_and_closes(visit: Page, practice: Practice) -> None:
    """Escape closes it too."""
    practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[actions(kit.ACTION_ELEMENTS["overflow"])])
    more = visit.get_by_label("More actions")
    more.click()
    visit.keyboard.press("Escape")
    expect(visit.get_by_role("button", name="Edit")).to_be_hidden()

    more.click()
    visit.get_by_role("button", name="Edit").click()

    assert practice.bot.wait_for("block_actions")[0].payload["actions"][0]["selected_option"]["value"] == "edit"
    expect(visit.get_by_role("button", name="Edit")).to_be_hidden()


def test_a_dangerous_button_asks_before_it_acts(visit: Page, practice: Practice) -> None:
    """Keeping going sends nothing; confirming sends it once."""
    stop = button("stop", "Stop ladder", confirm=kit.CONFIRM)
    practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[actions(stop)])
    asks = visit.get_by_role("dialog", name="Stop the ladder?")

    visit.get_by_role("button", name="Stop ladder").click()
    visit.get_by_test_id("confirm-deny").click()
    expect(asks).to_be_hidden()
    assert practice.bot.of("block_actions") == []

    visit.get_by_role("button", name="Stop ladder").click()
    visit.get_by_test_id("confirm-ok").click()
    assert len(practice.bot.wait_for("block_actions")) == 1
    expect(asks).to_be_hidden()


def test_a_modal_is_worked_by_keyboard_alone(visit: Page, practice: Practice) -> None:
    """Focus starts in the first field, a refusal brings it to the wrong one, Enter submits, focus comes back."""
    answer_with_modal(practice, text_input("seller"), text_input("number"))
    practice.bot.say("view_submission", {"response_action": "errors", "errors": {"number": "No such number."}})
    visit.keyboard.press("/")
    visit.keyboard.type("/lead")
    visit.keyboard.press("Enter")
    expect(visit.get_by_role("dialog", name="New lead")).to_be_visible()
    expect(visit.get_by_label("seller", exact=True)).to_be_focused()

    for text in ("Jane", "Tab", "12", "Enter"):
        visit.keyboard.press(text) if text in {"Tab", "Enter"} else visit.keyboard.type(text)
    expect(visit.get_by_test_id("field-error")).to_have_text("No such number.")
    expect(visit.get_by_label("number", exact=True)).to_be_focused()
    expect(visit.get_by_label("seller", exact=True)).to_have_value("Jane")

    practice.bot.answers.clear()
    visit.keyboard.press("Enter")
    expect(visit.get_by_test_id("modal")).to_have_count(0)
    expect(visit.get_by_test_id("composer-input")).to_be_focused()


def test_escape_closes_a_modal_and_the_world_knows(visit: Page, practice: Practice) -> None:
    """Nothing stays open behind the visitor's back."""
    answer_with_modal(practice, text_input("number"))
    visit.get_by_test_id("composer-input").fill("/lead")
    visit.keyboard.press("Enter")
    expect(visit.get_by_test_id("modal")).to_be_visible()

    visit.keyboard.press("Escape")

    expect(visit.get_by_test_id("modal")).to_have_count(0)
    assert practice.state()["views"].get(RILEY, []) == []


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
