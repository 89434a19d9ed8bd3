"""Faults of clocks: two of them, one that was away, one that jumps, the days that are longer or shorter, old tables.

The hours themselves are walked minute by minute in tests/domain/test_windows_oracle.py; here whole processes are asked.
"""

import json
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tests.domain import clock_oracle
from tests.faults import people
from tests.faults.conftest import Settle
from tests.faults.deployment import Deployment
from tests.support.practice import AVERY, BRIEFINGS, shows

TORONTO = "America/Toronto"
TORONTO_0905 = "2026-11-25T14:05:00+00:00"

FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
"""Moves the clock under one process; Debian's package libfaketime."""


def _briefed(deployment: Deployment) -> list[str]:
    """Return the days that have a scheduled briefing, in order."""
    rows = deployment.rows("SELECT tick_key FROM briefings WHERE requested_by = 'system' ORDER BY id")
    return [row["tick_key"].rpartition(":")[2] for row in rows]


def _is_briefed(deployment: Deployment, day: str) -> bool:
    return _briefed(deployment)[-1] == day


def _posted(deployment: Deployment) -> int:
    return len(people.roots(deployment, BRIEFINGS))


def test_16_two_clocks_write_one_briefing_a_day(deployment: Deployment, settle: Settle) -> None:
    """Two jobs processes, three mornings: the key of a day is taken once."""
    deployment.start_jobs()
    people.open_lead(deployment, number := people.fresh_number())
    deployment.world.texts_reach(number, 1)
    deployment.until("the briefing of the start", lambda: _briefed(deployment))

    for day in range(25, 28):
        deployment.world.reset_clock(f"2026-11-{day}T13:31:00+00:00")
        deployment.until(f"the briefing of the {day}th", partial(_is_briefed, deployment, f"2026-11-{day}"))
    settle(deployment, "16 two clocks", runs=3)

    assert _briefed(deployment) == [f"2026-11-{day}" for day in range(24, 28)]
    # The first may have been written before there was anything to post.
    cards = deployment.value("SELECT count(*) FROM cards WHERE kind = 'briefing'")
    deployment.until("the posts", lambda: _posted(deployment) >= cards >= 3)
    assert _posted(deployment) == cards


def test_17_what_fell_due_while_the_clock_was_away(deployment: Deployment, settle: Settle) -> None:
    """The briefing says that it is late; a step that fell due at night asks the gate and waits for the morning."""
    number = people.fresh_number()
    people.open_lead(deployment, number)
    deployment.world.texts_reach(number, 1)
    deployment.until(
        "the call task", lambda: deployment.value("SELECT 1 FROM rungs WHERE step = 2 AND state = 'armed'")
    )
    deployment.stop(deployment.jobs[0])

    deployment.world.reset_clock("2026-11-26T04:00:00+00:00")  # 23:00 on Wednesday
    deployment.start_jobs()

    deployment.until("the briefing", lambda: _briefed(deployment)[-1:] == ["2026-11-25"])
    late = deployment.value("SELECT figures FROM briefings ORDER BY id DESC LIMIT 1")
    assert _json(late)["late"] is True
    deployment.until(
        "a late briefing", lambda: any("late" in shows(each) for each in people.roots(deployment, BRIEFINGS))
    )
    settle(deployment, "17 clock down across due time")
    assert len(deployment.world.received(number)) == 1
    deployment.world.reset_clock("2026-11-26T14:05:00+00:00")
    deployment.until(
        "the call task of the morning", lambda: deployment.value("SELECT 1 FROM cards WHERE kind = 'call'")
    )
    settle(deployment, "17 clock down across due time")


@contextmanager
def _jobs_with_a_clock_of_their_own(deployment: Deployment) -> Iterator[Path]:
    """Run a jobs process whose machine's clock is ahead by what the returned file says."""
    offset = deployment.folder / "faketime"
    offset.write_text("+0s\n", encoding="utf-8")
    environment = deployment.environment | {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with (deployment.folder / "heimdall.log").open("ab") as log:
        command = [sys.executable, "-m", "heimdall", "jobs"]
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            deployment.until("the jobs process", lambda: "jobs_started" in deployment.log())
            yield offset
        finally:
            child.terminate()
            child.wait(30)


@pytest.mark.skipif(FAKETIME is None, reason="needs libfaketime (Debian: apt-get install libfaketime)")
@pytest.mark.parametrize(
    ("at", "jump", "later"),
    [("2026-11-24T13:20:00+00:00", "+3600s", 0), ("2026-11-25T02:10:00+00:00", "-3600s", 61)],
    ids=["ahead, before nine", "back, at night"],
)
def test_18_a_clock_that_jumps_by_an_hour_opens_no_window(
    without_jobs: Deployment, settle: Settle, at: str, jump: str, later: int
) -> None:
    """Closed by the true clock, open by the one that jumped: nothing leaves, one alert, and a person resumes."""
    deployment = without_jobs
    deployment.world.reset_clock(at)
    number = people.fresh_number()
    with _jobs_with_a_clock_of_their_own(deployment) as offset:
        offset.write_text(f"{jump}\n", encoding="utf-8")
        people.open_lead(deployment, number)
        deployment.world.advance(minutes=later)

        reason = "SELECT reason FROM switches WHERE scope = 'all'"
        said = deployment.until("the alarm", lambda: deployment.value(reason))
        deployment.until("the hold", lambda: deployment.value("SELECT 1 FROM messages WHERE state = 'held'"))
        deployment.until("the alert", lambda: _posted(deployment))
        offset.write_text("+0s\n", encoding="utf-8")
        deployment.until("a second look", lambda: deployment.log().count("clock_jumped") == 2)
        settle(deployment, "18 clock jumps by an hour")
        assert deployment.world.received(number) == []
        assert "of this machine jumped" in said

        deployment.world.command("/heimdall resume", user=AVERY)
        deployment.world.reset_clock(TORONTO_0905)
        deployment.world.texts_reach(number, 1)
        settle(deployment, "18 clock jumps by an hour")
    assert deployment.value("SELECT count(*) FROM cards WHERE kind = 'alert'") == 1
    assert deployment.value("SELECT count(*) FROM audit WHERE action = 'sending_stopped'") == 1


@pytest.mark.parametrize("sunday", ["2026-11-01", "2027-03-14"], ids=["25 hours", "23 hours"])
def test_19_one_briefing_a_day_over_a_change_of_clocks(without_jobs: Deployment, settle: Settle, sunday: str) -> None:
    """At 03:00, the first hour that every day has once: due to the minute, not late, not twice."""
    deployment = without_jobs
    middle = (datetime.fromisoformat(f"{sunday}T00:00:00+00:00") - clock_oracle.EPOCH).days
    days = [middle + each for each in (-1, 0, 1)]
    deployment.world.reset_clock((_due(days[0]) - timedelta(hours=2)).isoformat())
    people.open_lead(deployment, people.fresh_number())
    deployment.start_jobs(HEIMDALL_BRIEFING_AT="03:00", HEIMDALL_TICK_SECONDS="0.05")
    deployment.until("the briefing of the day before", lambda: len(_briefed(deployment)) == 1)

    for before, day in enumerate(days, start=1):
        for minutes, expected in ((-61, before), (-1, before), (1, before + 1)):
            deployment.world.reset_clock((_due(day) + timedelta(minutes=minutes)).isoformat())
            _looked(deployment)
            assert len(_briefed(deployment)) == expected, (day, minutes)

    assert _briefed(deployment) == [_date(day) for day in [days[0] - 1, *days]]
    figures = [row["figures"] for row in deployment.rows("SELECT figures FROM briefings ORDER BY id")]
    assert [_json(each)["late"] for each in figures] == [True, False, False, False]
    settle(deployment, "19 clocks change", runs=len(days))


def _due(day: int) -> datetime:
    """Return when Toronto's clock shows 03:00 on a day, by the oracle; day 0 is 2026-01-01."""
    shown = day * clock_oracle.MINUTES_A_DAY + 3 * 60
    noon = shown + 12 * 60
    return clock_oracle.instant(next(m for m in range(shown, noon) if clock_oracle.wall(TORONTO, m) == shown))


def _date(day: int) -> str:
    return str((clock_oracle.EPOCH + timedelta(days=day)).date())


def _looked(deployment: Deployment) -> None:
    """Wait until the slow ticks have looked at the time as it is now, twice: one of them leaves a mark a day."""
    mark = "SELECT 1 FROM inbox WHERE key LIKE 'consents:%'"
    for _ in range(2):
        deployment.change("DELETE FROM inbox WHERE key LIKE 'consents:%'")
        deployment.until("a look at the clock", lambda: deployment.value(mark))


def _json(stored: Any) -> Any:  # noqa: ANN401 - a JSON column: text on SQLite, a value on PostgreSQL
    return json.loads(stored) if isinstance(stored, str) else stored


def test_20_a_stale_table_of_the_machine_is_overruled(without_jobs: Deployment) -> None:
    """What the environment or the machine names is not read at all: the pinned tables are."""
    said = _doctor(without_jobs, PYTHONTZPATH=str(_stale_table(without_jobs.folder / "old")))

    assert said.returncode == 0, said.stdout
    assert "time zones" in said.stdout


def test_20_with_stale_pinned_tables_nothing_leaves(without_jobs: Deployment, settle: Settle) -> None:
    """An old wheel: doctor says so and how to mend it, every text is held, and the right wheel lets them go."""
    deployment = without_jobs
    old = _stale_wheel(deployment.folder / "old")
    said = _doctor(deployment, PYTHONPATH=str(old))
    assert said.returncode == 1, said.stdout
    assert "America/Vancouver" in said.stdout
    assert "pip install" in said.stdout

    number = people.fresh_number("604")
    people.open_lead(deployment, number, "800 Robson St, Vancouver BC")
    child = subprocess.Popen(
        [sys.executable, "-m", "heimdall", "jobs"],
        env=deployment.environment | {"PYTHONPATH": str(old)},
        stdout=subprocess.DEVNULL,
    )
    try:
        held = "SELECT 1 FROM messages WHERE state = 'held' AND reason = 'clock_untrusted'"
        deployment.until("the hold", lambda: deployment.value(held))
        settle(deployment, "20 stale zone tables")
        assert deployment.world.received(number) == []
    finally:
        child.terminate()
        child.wait(30)

    deployment.start_jobs()
    deployment.world.advance(hours=1)
    deployment.world.texts_reach(number, 1)
    settle(deployment, "20 stale zone tables")


def _doctor(deployment: Deployment, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "heimdall", "doctor"],
        env=deployment.environment | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _stale_table(folder: Path) -> Path:
    """Write a table in which Vancouver still goes back to UTC-8 in November, as every table of 2025 has it."""
    kind = struct.pack(">lbb", -8 * 3600, 0, 0) + b"PST\0"
    block = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + kind
    path = folder / "America" / "Vancouver"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(block + block + b"\nPST8PDT,M3.2.0,M11.1.0\n")
    return folder


def _stale_wheel(folder: Path) -> Path:
    """Copy the pinned tables and make Vancouver's old; whoever has the folder on its path reads these."""
    pinned = resources.files("tzdata")
    with resources.as_file(pinned) as source:
        shutil.copytree(source, folder / "tzdata")
    _stale_table(folder / "tzdata" / "zoneinfo")
    return folder
