"""What tests of the doors share: one web server and one Slack for the session, fresh doors for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot import doors as kit

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def slack_api() -> Iterator[kit.SlackApi]:
    """Serve Slack's Web API for the whole session."""
    with kit.slack_api() as api:
        yield api


@pytest.fixture(scope="session")
def stage() -> Iterator[kit.Stage]:
    """Serve one port for the whole session."""
    with kit.stage() as empty:
        yield empty


@pytest.fixture
def doors(stage: kit.Stage, slack_api: kit.SlackApi, sqlite_url: str) -> Iterator[kit.Doors]:
    """Open the real doors on a fresh SQLite database."""
    with kit.doors(stage, slack_api, sqlite_url) as opened:
        yield opened


@pytest.fixture
def each_doors(stage: kit.Stage, slack_api: kit.SlackApi, database_url: str) -> Iterator[kit.Doors]:
    """Open the real doors on a fresh database of each engine."""
    with kit.doors(stage, slack_api, database_url) as opened:
        yield opened
