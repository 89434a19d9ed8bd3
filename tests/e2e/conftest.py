"""One running demo for each file of stories."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk import Desk
from tests.support.practice import Practice, running_demo


@pytest.fixture(scope="module")
def world() -> Iterator[Practice]:
    """Run the demo; its clock stands on a Tuesday noon when a story begins with ``noon``."""
    with running_demo() as (practice, _child):
        yield practice


@pytest.fixture
def noon(world: Practice) -> Practice:
    """Return the running demo at an hour when every province may be texted and called."""
    world.reset_clock()
    return world


@pytest.fixture
def desk(page: Page, world: Practice) -> Iterator[Desk]:
    """Return a tab on the running demo at a Tuesday noon; the page's console must stay silent."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    world.reset_clock()
    yield Desk(page, world)
    assert complaints == []
