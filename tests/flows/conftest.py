"""A fresh database on each engine, and a team whose rules are the built-in ones."""

from collections.abc import Iterator

import pytest

from domain.model import Sender
from flows.team import Team
from storage.unit import Database


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return a database on a fresh schema."""
    database = Database.open(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def team() -> Team:
    """Return a team in Toronto."""
    return Team(
        sender=Sender(
            business_name="Northern Doors",
            mailing_address="100 Queen St W, Toronto ON M5H 2N2",
            identity_url="https://doors.example/about",
            phone_e164="+13435550100",
        ),
        leads_channel="C0LEADS",
        deals_channel="C0DEALS",
        briefing_channel="C0HEIMDALL",
    )
