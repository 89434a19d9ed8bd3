"""A visitor in a real browser, and the parts of the page that tests look at."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.sandbox.blocks import modal
from tests.sandbox.practice import JANE, LEADS, RILEY, Practice
from tests.sandbox.recording_bot import Answer, Heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Locator, Page

PHONE = f"[data-testid=phone][data-phone='{JANE}']"


@contextmanager
def visiting(page: Page, practice: Practice) -> Iterator[Page]:
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


def answer_with_modal(practice: Practice, *blocks: dict[str, Any]) -> None:
    """Have the bot open a modal when it hears /lead."""

    def answer(heard: Heard) -> Answer:
        practice.slack.views_open(trigger_id=heard.form["trigger_id"], view=modal(*blocks))
        return Answer()

    practice.bot.answers["/lead"] = answer
