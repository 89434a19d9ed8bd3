"""Slack in a real browser: what a visitor sees and does there, by mouse and by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.sandbox.blocks import actions, button, section, text_input
from tests.sandbox.page import kit
from tests.sandbox.page.visiting import answer_with_modal, messages, visiting
from tests.sandbox.practice import AVERY, DEALS, LEADS, RILEY, Practice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(page: Page, practice: Practice) -> Iterator[Page]:
    """Return the page, open in a browser."""
    with visiting(page, practice) as opened:
        yield opened


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
