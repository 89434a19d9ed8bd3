"""The sandbox as its own process: the ready line, the port, and the end with its parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Process = subprocess.Popen[str]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """Start the sandbox with a pipe to this test as its parent."""
    environment = os.environ | {"SANDBOX_PARENT_PIPE": "1", "SANDBOX_CLOCK_FILE": str(tmp_path / "clock.json")}
    command = [sys.executable, "-m", "sandbox", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment) as started:
        yield started
        started.kill()


def line_from(process: Process) -> str:
    """Return the next line the process prints."""
    assert process.stdout
    return process.stdout.readline()


def test_it_says_once_where_it_listens_and_ends_with_its_parent(process: Process, tmp_path: Path) -> None:
    """One JSON line, a world at the start, and no orphan."""
    ready = json.loads(line_from(process))
    state = requests.get(f"{ready['url']}/_control/state", timeout=30).json()

    assert ready == {"ready": True, "url": ready["url"]}
    assert ready["url"].startswith("http://127.0.0.1:")
    assert sorted(state["channels"]) == ["C0DEALS", "C0HEIMDALL", "C0LEADS", "D0AVERY", "D0DANA", "D0GUS", "D0RILEY"]
    assert json.loads((tmp_path / "clock.json").read_text(encoding="utf-8")) == {"offset_seconds": 0.0}

    out, err = process.communicate(timeout=30)  # Closes the pipe, as a dying parent does.

    assert (out, err, process.returncode) == ("", "", 0)


def test_it_ends_with_its_parent_though_somebody_is_listening(process: Process) -> None:
    """An open event stream does not hold it."""
    url = json.loads(line_from(process))["url"]

    with requests.get(f"{url}/_events", stream=True, timeout=30) as stream:
        assert stream.status_code == 200
        _, err = process.communicate(timeout=30)

    assert (err, process.returncode) == ("", 0)
