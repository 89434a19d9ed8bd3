"""The numbers a monitoring system reads, over the real door and on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from bot.web import health
from bot.web.metrics import AWAY
from domain.model import MessageState
from storage import messages, standing, tables
from tests.bot import doors as kit
from tests.support import builders

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.doors import Doors, SlackApi, Stage

NAMES = {
    "heimdall_messages",
    "heimdall_ready",
    "heimdall_held",
    "heimdall_dispatching",
    "heimdall_unknown",
    "heimdall_needs_person",
    "heimdall_dead",
    "heimdall_steps_dead",
    "heimdall_oldest_ready_seconds",
    "heimdall_oldest_unknown_seconds",
    "heimdall_cards_stale",
    "heimdall_cards_dead",
    "heimdall_handed_over_last_day",
    "heimdall_out_of_window_total",
    "heimdall_worker_beat_age_seconds",
}


def numbers(doors: Doors) -> dict[str, float]:
    """Return every sample as a monitoring system reads it, by name and label."""
    answer = doors.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        sample.name + "".join(f":{value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def plan(doors: Doors, number: int, **values: object) -> None:
    """Store a text of another person in any state."""
    with doors.deps.db.write() as tx:
        lead = builders.lead(tx, phone=f"+1416555{number:04}")
        message_id = messages.plan(tx, builders.new_message(lead, intent=f"test:{number}"), kit.NOON)
        tx.execute(update(tables.messages).where(tables.messages.c.id == message_id).values(**values))


def test_a_quiet_deployment_has_every_number_at_zero(each_doors: Doors) -> None:
    """A missing series would look like a healthy one to an alert."""
    text = each_doors.http.get("/metrics").text
    found = numbers(each_doors)

    assert {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")} == NAMES
    assert {name for name, value in found.items() if value} == {"heimdall_worker_beat_age_seconds"}
    assert found["heimdall_worker_beat_age_seconds"] == float("inf")
    assert {f"heimdall_messages:{state}" for state in standing.OPEN} <= set(found)


def test_every_state_is_counted_where_it_belongs(each_doors: Doors) -> None:
    """With the age of the oldest that waits and of the oldest in doubt."""
    hour = timedelta(hours=1)
    plan(each_doors, 1, state=MessageState.READY, available_at=kit.NOON - hour)
    plan(each_doors, 2, state=MessageState.HELD, reason="legal_window", available_at=kit.NOON + hour)
    plan(each_doors, 3, state=MessageState.HELD, reason="legal_window", available_at=kit.NOON + hour)
    plan(each_doors, 4, state=MessageState.HELD, reason="place_unknown", available_at=kit.NOON + hour)
    plan(each_doors, 5, state=MessageState.DISPATCHING, attempt_began_at=kit.NOON - 3 * hour)
    plan(each_doors, 6, state=MessageState.UNKNOWN, attempt_began_at=kit.NOON - 2 * hour)
    plan(each_doors, 7, state=MessageState.NEEDS_PERSON)
    plan(each_doors, 8, state=MessageState.DEAD)
    plan(each_doors, 9, state=MessageState.DELIVERED, handed_over_at=kit.NOON - hour)
    plan(each_doors, 10, state=MessageState.DELIVERED, handed_over_at=kit.NOON - 25 * hour)
    plan(each_doors, 11, state=MessageState.REFUSED)

    found = numbers(each_doors)

    assert found["heimdall_ready"] == found["heimdall_messages:ready"] == 1
    assert (found["heimdall_held:legal_window"], found["heimdall_held:place_unknown"]) == (2, 1)
    assert found["heimdall_messages:held"] == 3
    for state in ("dispatching", "unknown", "needs_person", "dead"):
        assert found[f"heimdall_{state}"] == found[f"heimdall_messages:{state}"] == 1
    assert found["heimdall_oldest_ready_seconds"] == 3_600
    assert found["heimdall_oldest_unknown_seconds"] == 7_200
    assert found["heimdall_handed_over_last_day:delivered"] == 1


def test_cards_that_wait_are_counted(doors: Doors) -> None:
    """A lead's card is stale until it is shown."""
    doors.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe consent=express")

    assert numbers(doors)["heimdall_cards_stale"] == 1


def test_nobody_is_named(doors: Doors) -> None:
    """Anybody may read it."""
    doors.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe consent=express")
    text = doors.http.get("/metrics").text

    assert not [word for word in ("555", "Jane", "King", "Hamilton", "U0", "C0") if word in text]


def test_without_a_database_there_are_no_numbers(stage: Stage, slack_api: SlackApi, tmp_path: Path) -> None:
    """503 and a sentence; no zeros that would look well."""
    with kit.doors(stage, slack_api, f"sqlite:///{tmp_path}/lost.sqlite3") as doors:
        answer = doors.http.get("/metrics")

    assert (answer.status_code, answer.text) == (503, AWAY)


# --- the process that sends ---


def test_a_heartbeat_has_an_age(each_doors: Doors) -> None:
    """In real time."""
    kit.beat(each_doors, age=timedelta(seconds=40))

    assert 40 <= numbers(each_doors)["heimdall_worker_beat_age_seconds"] < 60
    assert each_doors.http.get("/readyz").status_code == 200


@pytest.mark.parametrize("was_heard", [True, False], ids=["silent for long", "never heard"])
def test_silence_is_a_reason_not_to_be_ready(
    stage: Stage,
    slack_api: SlackApi,
    sqlite_url: str,
    was_heard: bool,  # noqa: FBT001 - a table
) -> None:
    """Counted from the start of this process at the earliest: a restart of the other has its minute."""
    ahead = kit.Ahead()
    with kit.doors(stage, slack_api, sqlite_url, wall=ahead) as doors:
        if was_heard:
            kit.beat(doors, age=timedelta(hours=1))
        assert doors.http.get("/readyz").status_code == 200

        ahead.by = timedelta(seconds=90)
        answer = doors.http.get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["reasons"][0].startswith("jobs: no worker has beaten for 9")
        assert health.DATABASE_DOWN not in answer.json()["reasons"]

        kit.beat(doors, age=-ahead.by)
        assert doors.http.get("/readyz").status_code == 200
