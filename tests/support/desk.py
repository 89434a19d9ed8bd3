"""One browser tab on the practice world, as one of its people."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.support.practice import LEADS, RILEY, Practice

JANE = "+14165550199"


class Desk:
    """One browser tab, as one person."""

    def __init__(self, page: Page, world: Practice) -> None:
        """Open #leads as Riley."""
        self.page, self.world = page, world
        self.sit(RILEY, LEADS)

    def sit(self, person: str, channel: str) -> None:
        """Act as somebody in a channel."""
        with self.page.expect_response(lambda answer: "/_events" in answer.url):
            self.page.goto(f"{self.world.url}/?as={person}&in={channel}")

    def type(self, line: str) -> None:
        """Type a line and send it, by keyboard alone."""
        self.page.keyboard.press("/")
        field = self.page.get_by_test_id("composer-input")
        field.fill(line)
        field.press("Enter")

    def message(self, *words: str) -> Locator:
        """Return the newest message, private ones included, that shows these words."""
        found = self.page.locator("[data-testid=message], [data-testid=ephemeral]")
        for each in words:
            found = found.filter(has_text=each)
        return found.last

    def phone(self, number: str = JANE) -> Locator:
        """Return a phone on the right."""
        return self.page.locator(f"[data-testid=phone][data-phone='{number}']")

    def press(self, message: Locator, action_id: str) -> None:
        """Press a button of a message, and confirm where it asks."""
        message.locator(f"[data-action-id='{action_id}']").first.click()
        confirm = message.get_by_test_id("confirm-ok").locator("visible=true")
        if confirm.count():
            confirm.first.click()

    def put_away(self, words: str) -> None:
        """Read the window that shows these words, and close it."""
        modal = self.page.get_by_test_id("modal")
        expect(modal).to_contain_text(words)
        self.page.keyboard.press("Escape")
        expect(modal).to_have_count(0)

    def picture(self, name: str) -> None:
        """Keep a screenshot for the docs, when asked for."""
        folder = os.environ.get("HEIMDALL_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png")
