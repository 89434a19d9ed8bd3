"""The practice world the tests of this room share: served once, restored before each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.practice import Practice, RecordingBot, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Serve a practice world for the whole session."""
    with serving(tmp_path_factory.mktemp("clock") / "clock.json", step_seconds=0.01) as practice:
        yield practice


@pytest.fixture
def practice(served: Practice) -> Practice:
    """Return the practice world at its start."""
    served.control("reset")
    served.bot.clear()
    return served


@pytest.fixture
def bot(practice: Practice) -> RecordingBot:
    """Return the bot that listens to the practice world."""
    return practice.bot
