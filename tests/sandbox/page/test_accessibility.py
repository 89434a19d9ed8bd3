"""What axe, a checker that knows nothing of this page, finds on it: nothing serious, in any state, size or colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.sandbox.page import kit
from tests.sandbox.page.visiting import answer_with_modal, messages, visiting
from tests.sandbox.practice import JANE, LEADS, Practice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GRAVE = {"serious", "critical"}


@pytest.fixture
def visit(page: Page, practice: Practice) -> Iterator[Page]:
    """Return the page, open in a browser."""
    with visiting(page, practice) as opened:
        yield opened


def _findings(page: Page) -> list[str]:
    """Return what axe finds grave, each with where it is and why."""
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious_wherever_one_looks(visit: Page, practice: Practice, width: int, scheme: str) -> None:
    """A card of every block, the phones, the clock, both drawers, the list of commands, a modal with its errors."""
    visit.set_viewport_size({"width": width, "height": 844})
    visit.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    cards = [block for name, block in kit.BLOCKS.items() if name != "alert"]
    practice.slack.chat_postMessage(channel=LEADS, text="everything", blocks=cards)
    practice.send_text(JANE, "Hello Jane")
    expect(messages(visit)).to_have_count(1)
    found = {}

    for pane in ("phones", "clock", "slack") if width < 600 else ():
        visit.get_by_test_id(f"pane-{pane}").click()
        found[pane] = _findings(visit)
    found["page"] = _findings(visit)
    visit.get_by_test_id("open-inspector").click()
    visit.get_by_test_id("exchange").first.locator("summary").click()
    found["inspector"] = _findings(visit)
    visit.get_by_role("button", name="Close the inspector").click()
    visit.get_by_test_id("open-faults").click()
    expect(visit.get_by_test_id("fault-slack_500")).to_be_visible()
    found["faults"] = _findings(visit)
    visit.get_by_role("button", name="Close the faults").click()
    visit.get_by_test_id("composer-input").fill("/")
    expect(visit.get_by_test_id("hints")).to_be_visible()
    found["hints"] = _findings(visit)
    answer_with_modal(practice, *(kit.field(one, name, block_id=name) for name, one in kit.INPUT_ELEMENTS.items()))
    visit.get_by_test_id("composer-input").fill("/lead")
    visit.keyboard.press("Enter")
    expect(visit.get_by_test_id("modal")).to_be_visible()
    found["modal"] = _findings(visit)
    visit.get_by_test_id("modal-submit").click()
    expect(visit.get_by_test_id("field-error").first).to_be_visible()
    found["modal with errors"] = _findings(visit)

    assert {state: findings for state, findings in found.items() if findings} == {}
