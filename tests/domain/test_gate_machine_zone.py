"""The zone of the machine plays no part: dates are those of UTC or of the person, and verdicts speak UTC."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import gate
from domain.gate import Allow, DnclStatus
from domain.model import Channel, Purpose
from tests.domain.gate_builders import NOON, facts, suppression

AFTER_MIDNIGHT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""21:00 in Toronto, still the 24th there."""
IN_TORONTO = datetime.fromisoformat("2026-11-24T13:00-05:00")


@pytest.fixture(params=["EST5", "JST-9"], ids=["west", "east"])
def _machine_elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """Move the machine five hours west or nine hours east of UTC, written as POSIX does, without a table."""
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = request.param
        time.tzset()
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


@pytest.mark.usefixtures("_machine_elsewhere")
def test_what_may_leave_may_leave_until_an_instant_in_utc() -> None:
    """However the facts wrote it."""
    verdicts = [
        gate.decide(facts(send_before=IN_TORONTO)),
        gate.decide(
            facts(
                purpose=Purpose.OPT_OUT_CONFIRMATION,
                last_inbound_at=IN_TORONTO - timedelta(hours=1),
                suppressions=(suppression(),),
            )
        ),
    ]

    assert [verdict.valid_until.isoformat() for verdict in verdicts if isinstance(verdict, Allow)] == [
        "2026-11-24T18:00:00+00:00",
        "2026-11-24T17:15:00+00:00",
    ]


@pytest.mark.usefixtures("_machine_elsewhere")
@pytest.mark.parametrize(
    ("at", "checked_on", "fresh"),
    [
        (AFTER_MIDNIGHT, date(2026, 11, 25), True),
        (AFTER_MIDNIGHT, date(2026, 10, 25), True),
        (AFTER_MIDNIGHT, date(2026, 10, 24), False),
        (NOON, date(2026, 10, 24), True),
        (NOON, date(2026, 10, 23), False),
    ],
)
def test_the_age_of_the_national_list_is_counted_in_utc(at: datetime, checked_on: date, fresh: bool) -> None:  # noqa: FBT001 - a table
    """From the date of its check to the date of the call, at most 31 days."""
    asked = facts(at=at, channel=Channel.CALL, consents=(), dncl=DnclStatus.CLEAR, national_list_checked_on=checked_on)

    assert isinstance(gate.decide(asked), Allow) is fresh
