"""The browser fixtures: a real Chromium draws a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.browser
def test_the_browser_of_this_machine_draws_a_page(page: Page) -> None:
    """Text is laid out: it has a width, which only an engine that draws can tell."""
    page.set_content("<span id=word>Heimdall</span>")

    box = page.locator("#word").bounding_box()

    assert box is not None
    assert box["width"] > 0
