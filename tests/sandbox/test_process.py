"""The sandbox as its own process: the ready line, the port, and the end with its parent."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import requests

from sandbox import server

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


def test_a_reset_is_left_to_a_parent_that_wants_it(tmp_path: Path) -> None:
    """A line asks for it, the world stays as it is, and the page learns that it will come back."""
    with server.bind(0) as listening, _heir(listening, tmp_path) as process:
        url = json.loads(line_from(process))["url"]
        requests.post(f"{url}/_control/post", json={"user": "riley", "channel": "#leads", "text": "hi"}, timeout=30)

        answer = requests.post(f"{url}/_ui/reset", timeout=30)

        assert url == server.address(listening)
        assert (answer.status_code, "starts anew" in answer.json()["notice"]) == (202, True)
        assert json.loads(line_from(process)) == {"reset": True}
        state = requests.get(f"{url}/_control/state", timeout=30).json()
        assert [one["text"] for one in state["channels"]["C0LEADS"]["messages"]] == ["hi"]
        process.communicate(timeout=30)


def test_a_visitor_between_two_worlds_waits_for_the_next(tmp_path: Path) -> None:
    """The parent holds the socket: nobody is refused while one process ends and another starts."""
    with server.bind(0) as listening:
        with _heir(listening, tmp_path) as first:
            line_from(first)
            worlds = [_world_at(listening)]
            first.communicate(timeout=30)
        with socket.create_connection(listening.getsockname(), timeout=30) as early:
            early.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            with _heir(listening, tmp_path) as second:
                line_from(second)
                answer = b"".join(iter(lambda: early.recv(65_536), b"")).decode()
                worlds.append(_world_at(listening))
                second.communicate(timeout=30)

    assert answer.startswith("HTTP/1.1 200")
    assert f'data-world="{worlds[1]}"' in answer
    assert worlds[0] != worlds[1]


def _heir(listening: socket.socket, folder: Path) -> Process:
    """Start a sandbox that serves an inherited socket and leaves Reset to us."""
    asked = {"SANDBOX_PARENT_PIPE": "1", "SANDBOX_PARENT_RESETS": "1", "SANDBOX_CLOCK_FILE": str(folder / "clock.json")}
    command = [sys.executable, "-m", "sandbox", "--fd", str(listening.fileno())]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, env=os.environ | asked, pass_fds=[listening.fileno()]
    )


def _world_at(listening: socket.socket) -> str:
    """Return the id of the world whose page is served."""
    found = re.search(r'data-world="(\w+)"', requests.get(server.address(listening), timeout=30).text)
    assert found
    return found[1]
