"""One running demo for each file of stories."""

from collections.abc import Iterator

import pytest

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
