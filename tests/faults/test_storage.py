"""Faults of the database: full, locked, restarted, cut off, read-only, lost. No send starts that could not be kept."""

import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from tests.faults import people
from tests.faults.conftest import Settle
from tests.faults.deployment import Deployment, deployed
from tests.support import postgres
from tests.support.practice import said

BEFORE_NINE = "2026-11-24T13:50:00+00:00"
AFTER_NINE = "2026-11-24T14:05:00+00:00"
"""08:50 and 09:05 in Toronto: texts open in between."""

BUSY = "Nothing was sent"

ACK_SECONDS = 3.0
"""Slack gives a command this long for its answer."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")


@contextmanager
def _mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount something at a folder for a while."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, str(folder)], check=True)  # noqa: S607 - the system's own
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607


@pytest.fixture
def small_disk(folder: Path, sqlite_url: str) -> Iterator[Deployment]:
    """Run a deployment whose database lies on a disk of its own, of four megabytes."""
    disk = folder / "disk"
    with _mounted(disk, "-t", "tmpfs", "-o", "size=4m", "tmpfs"):
        shutil.copy(_file(sqlite_url), disk / "heimdall.sqlite3")
        with deployed(folder, f"sqlite:///{disk}/heimdall.sqlite3") as running:
            yield running


@pytest.fixture
def on_sqlite(folder: Path, sqlite_url: str) -> Iterator[Deployment]:
    """Run a deployment on SQLite."""
    with deployed(folder, sqlite_url) as running:
        yield running


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _fill(disk: Path) -> None:
    """Leave nothing of a disk, the part of the write-ahead log included that could be used again."""
    filler = disk / "filler"
    with closing(sqlite3.connect(disk / "heimdall.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with filler.open("ab", buffering=0) as file:
        while shutil.disk_usage(disk).free:
            file.write(bytes(4096))


def _held_until_nine(deployment: Deployment) -> str:
    """Open a lead whose first text waits for the morning, and return the number."""
    deployment.world.reset_clock(BEFORE_NINE)
    people.open_lead(deployment, number := people.fresh_number())
    held = "SELECT 1 FROM messages WHERE state = 'held' AND to_address = :number"
    deployment.until("the hold", lambda: deployment.value(held, number=number))
    return number


def _refused(deployment: Deployment, number: str) -> bool:
    """Tell whether a command is answered in time with the sentence that it did nothing."""
    began = time.monotonic()
    seen = deployment.world.post("command", user="U0RILEY", channel="C0LEADS", text=people.line(number))
    assert time.monotonic() - began < ACK_SECONDS + 1
    return BUSY in said(seen)


def _no_send_starts(deployment: Deployment, settle: Settle, fault: str, break_it: Callable[[], None],
                    mend_it: Callable[[], None]) -> None:  # fmt: skip
    """Break storage, let a text fall due, see that nothing leaves, mend it, see everything leave once."""
    waiting, new = _held_until_nine(deployment), people.fresh_number()
    break_it()
    try:
        deployment.until("busy", lambda: _refused(deployment, new), patience=20)
        deployment.world.reset_clock(AFTER_NINE)
        door = requests.get(f"{deployment.url}/healthz", timeout=5)
        assert _refused(deployment, new)
        assert door.ok
        assert deployment.world.received(waiting) == []
    finally:
        mend_it()
    deployment.until("the lead", lambda: "L-" in deployment.world.command(people.line(new)))
    for number in (waiting, new):
        deployment.world.texts_reach(number, 1)
    settle(deployment, fault)
    assert [len(deployment.world.received(number)) for number in (waiting, new)] == [1, 1]


@as_root
def test_37_a_full_disk_lets_no_send_begin(small_disk: Deployment, settle: Settle) -> None:
    """ENOSPC at every commit: refused in words, nothing leaves; room again, everything goes on by itself."""
    disk = _file(small_disk.database_url).parent
    _no_send_starts(small_disk, settle, "37 disk full", lambda: _fill(disk), (disk / "filler").unlink)


def test_37_a_file_that_may_not_grow_lets_no_send_begin(on_sqlite: Deployment, settle: Settle) -> None:
    """The same by a limit on what the processes may write; they cannot even write their logs."""

    def limit(size: int) -> None:
        for child in (*on_sqlite.webs, *on_sqlite.jobs):
            assert child.pid is not None
            resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    _no_send_starts(on_sqlite, settle, "37 file may not grow", lambda: limit(0), lambda: limit(resource.RLIM_INFINITY))


def test_38_a_file_locked_for_ten_seconds(on_sqlite: Deployment, settle: Settle) -> None:
    """A second writer holds the lock: whoever types is told in time that nothing was sent, texts wait."""
    locker = sqlite3.connect(_file(on_sqlite.database_url), isolation_level=None, timeout=30)

    def unlock() -> None:
        locker.execute("ROLLBACK")
        locker.close()

    began = time.monotonic()

    def lock() -> None:
        locker.execute("BEGIN IMMEDIATE")

    def unlock_after_ten_seconds() -> None:
        on_sqlite.until("ten seconds", lambda: time.monotonic() - began > 10)
        unlock()

    _no_send_starts(on_sqlite, settle, "38 database locked", lock, unlock_after_ten_seconds)


@pytest.fixture(scope="module")
def crashing() -> Iterator[postgres.Cluster]:
    """Run a PostgreSQL server that these tests may crash."""
    with postgres.running_cluster(crash_safe=True) as cluster:
        yield cluster


@pytest.fixture
def on_crashing(folder: Path, crashing: postgres.Cluster, migrate: Callable[[str], None]) -> Iterator[Deployment]:
    """Run a deployment on it."""
    name = crashing.create()
    migrate(crashing.url(name))
    with deployed(folder, crashing.url(name)) as running:
        yield running
    crashing.drop(name)


def _type_until_taken(deployment: Deployment, numbers: list[str], answers: list[Any]) -> None:
    """Retype what was refused or not answered, as people do, until everybody has a lead, and a text."""
    for number, answer in zip(numbers, answers, strict=True):
        if "L-" not in str(answer):
            deployment.until("the lead", partial(_taken, deployment, number))
    for number in numbers:
        deployment.until(f"the text to {number}", partial(deployment.world.received, number), patience=90)


def _taken(deployment: Deployment, number: str) -> bool:
    return "L-" in deployment.world.command(people.line(number))


def test_39_a_server_that_crashes_again_and_again_under_load(
    on_crashing: Deployment, crashing: postgres.Cluster, settle: Settle, *, full: bool
) -> None:
    """Immediate restarts while people type and texts leave: nothing lost, nothing twice."""
    # Until the worker is at work: one that starts while the server is away is refused, and is for its host to restart.
    people.open_lead(on_crashing, first := people.fresh_number())
    on_crashing.world.texts_reach(first, 1)
    for _ in range(20 if full else 3):
        numbers = [people.fresh_number() for _ in range(6)]
        answers: list[Any] = []

        def load(numbers: list[str] = numbers, answers: list[Any] = answers) -> None:
            typing = [lambda world, n=number: world.command(people.line(n)) for number in numbers]
            answers.extend(people.all_at_once(on_crashing.page_url, typing))

        typing = Thread(target=load)
        typing.start()
        crashing.restart()
        typing.join()
        _type_until_taken(on_crashing, numbers, answers)
        settle(on_crashing, "39 server crashes")


def test_40_connections_cut_in_a_loop(on_crashing: Deployment, crashing: postgres.Cluster, settle: Settle) -> None:
    """Idle connections are tried before use, so nobody notices; those cut at work cost a "busy" at most."""
    name = on_crashing.value("SELECT current_database()")
    first = people.fresh_number()
    people.open_lead(on_crashing, first)
    on_crashing.world.texts_reach(first, 1)
    settle(on_crashing, "40 connections cut")
    crashing.disconnect(name)
    people.open_lead(on_crashing, second := people.fresh_number())

    numbers = [people.fresh_number() for _ in range(12)]
    cutting = Thread(target=lambda: [crashing.disconnect(name) for _ in range(60)])
    cutting.start()
    answers = [on_crashing.world.command(people.line(number)) for number in numbers]
    cutting.join()
    assert all("L-" in answer or BUSY in answer for answer in answers), answers
    _type_until_taken(on_crashing, [second, *numbers], ["", *answers])
    settle(on_crashing, "40 connections cut", runs=len(numbers))


def _refused_at_the_start(folder: Path, volume: Path, word: str) -> None:
    with closing(Deployment(folder, f"sqlite:///{volume}/heimdall.sqlite3")) as deployment:
        for words in ("web", "jobs"):
            said = deployment.command_line(words)
            assert said.returncode == 2
            assert word in said.stderr
            assert "Traceback" not in said.stderr


@as_root
def test_42_a_read_only_volume_is_refused_at_the_start(folder: Path, sqlite_url: str) -> None:
    """In one plain line, and no traceback."""
    original = _file(sqlite_url).parent
    with _mounted(folder / "volume", "--bind", str(original)):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder / "volume")], check=True)  # noqa: S607
        _refused_at_the_start(folder, folder / "volume", "read-only")


@pytest.mark.parametrize("what", ["no folder", "no file", "a fresh file"])
def test_42_a_volume_that_is_not_the_one_it_was_is_refused_at_the_start(folder: Path, what: str) -> None:
    """An unmounted volume must not become a second, empty life: every STOP would be forgotten."""
    volume = folder / "volume"
    if what != "no folder":
        volume.mkdir()
    if what == "a fresh file":
        (volume / "heimdall.sqlite3").touch()
    _refused_at_the_start(folder, volume, "volume")
    assert what == "a fresh file" or not (volume / "heimdall.sqlite3").exists()


def test_42_a_volume_lost_under_a_running_process(folder: Path, sqlite_url: str, settle: Settle) -> None:
    """What is written into a file taken away is lost: nothing is, and everything goes on when it is back."""
    volume, away = folder / "volume", folder / "away"
    volume.mkdir()
    shutil.copy(_file(sqlite_url), volume / "heimdall.sqlite3")
    with deployed(folder, f"sqlite:///{volume}/heimdall.sqlite3") as deployment:
        lose, put_back = partial(os.rename, volume, away), partial(os.rename, away, volume)
        _no_send_starts(deployment, settle, "42 volume lost", lose, put_back)
