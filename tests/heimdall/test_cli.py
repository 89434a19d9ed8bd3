"""The command line as a process: exit status, plain words, JSON for other programs."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from heimdall.settings import FAMILIES
from tests.heimdall.test_settings import GOOD
from tests.support.disks import small_disk

MISCONFIGURED = 2


def _run(folder: Path, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run ``heimdall`` in a folder of its own, with the good settings and some changes."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(FAMILIES)}
    root = Path(__file__).parents[2]
    database = {"HEIMDALL_DATABASE_URL": f"sqlite:///{folder / 'heimdall.sqlite3'}"}
    environment = inherited | GOOD | database | {"PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "200"} | changes
    return subprocess.run(
        [sys.executable, "-m", "heimdall", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_lists_every_command(tmp_path: Path) -> None:
    """A newcomer sees the demo first."""
    done = _run(tmp_path, "--help")

    assert done.returncode == 0
    commands = ("demo", "run", "web", "jobs", "migrate", "doctor", "manifest", "receipt")
    assert all(name in done.stdout for name in commands)


def test_the_manifest_names_every_command_and_its_address(tmp_path: Path) -> None:
    """What Slack is told is made from the code's own commands."""
    done = _run(tmp_path, "manifest")
    manifest = json.loads(done.stdout)

    commands = {each["command"]: each["url"] for each in manifest["features"]["slash_commands"]}
    assert {"/lead", "/deal", "/buyer", "/heimdall"} <= set(commands)
    assert set(commands.values()) == {"https://heimdall.example.com/slack/events"}
    assert manifest["oauth_config"]["scopes"]["bot"] == ["commands", "chat:write"]


def test_misspelt_settings_end_with_status_2_and_a_suggestion(tmp_path: Path) -> None:
    """No traceback, one line a problem."""
    done = _run(tmp_path, "migrate", TWILIO_ACOUNT_SID="AC1")

    assert done.returncode == MISCONFIGURED
    assert "Did you mean TWILIO_ACCOUNT_SID?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["web", "jobs"])
def test_an_unmigrated_database_is_refused_with_what_to_do(tmp_path: Path, command: str) -> None:
    """Neither door nor ticks start on a schema they do not know."""
    done = _run(tmp_path, command)

    assert done.returncode == MISCONFIGURED
    assert "python -m heimdall migrate" in done.stderr


STARTS = ("jobs", "run")
"""``web`` starts as ``jobs`` does."""


def _refused(done: subprocess.CompletedProcess[str], words: str) -> bool:
    return done.returncode == MISCONFIGURED and words in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("command", STARTS)
def test_a_lost_volume_is_refused(tmp_path: Path, command: str) -> None:
    """A file that is not there is never made anew by a start: what it held would seem never to have been."""
    folder = f"sqlite:///{tmp_path}/no/such/folder/heimdall.sqlite3"

    assert _refused(_run(tmp_path, command), "heimdall.sqlite3 is not there")
    assert _refused(_run(tmp_path, command, HEIMDALL_DATABASE_URL=folder), "no/such/folder is not there")
    assert not (tmp_path / "heimdall.sqlite3").exists()


@pytest.mark.parametrize("command", STARTS)
def test_an_empty_database_is_refused(tmp_path: Path, command: str) -> None:
    """A fresh file where another one used to be."""
    (tmp_path / "heimdall.sqlite3").touch()

    assert _refused(_run(tmp_path, command), "The database is empty.")


@pytest.mark.parametrize("command", STARTS)
def test_a_newer_schema_is_refused(tmp_path: Path, command: str) -> None:
    """The old program after a roll-back."""
    _run(tmp_path, "migrate")
    with closing(sqlite3.connect(tmp_path / "heimdall.sqlite3", isolation_level=None)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")

    assert _refused(_run(tmp_path, command), "made by a newer version")


@pytest.mark.parametrize("command", STARTS)
def test_a_read_only_volume_is_refused(tmp_path: Path, command: str) -> None:
    """Nothing could be sent and no answer kept."""
    with small_disk(tmp_path) as remount:
        _run(tmp_path, "migrate")
        remount("ro")

        assert _refused(_run(tmp_path, command), "The database cannot be used")


def test_the_doctor_names_what_is_wrong_and_its_mend(tmp_path: Path) -> None:
    """Nothing answers here: the database lacks its schema, Slack and the provider cannot be reached."""
    nowhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/", "TWILIO_API_URL": "http://127.0.0.1:9"}

    sick = _run(tmp_path, "doctor", "--json", **nowhere)
    _run(tmp_path, "migrate")
    better = _run(tmp_path, "doctor", "--json", **nowhere)

    findings = {each["what"]: each for each in json.loads(sick.stdout)}
    assert "python -m heimdall migrate" in findings["database"]["problem"]
    assert findings["Slack token"]["problem"].startswith("cannot be reached")
    assert sick.returncode == better.returncode == 1
    assert {each["what"]: each["problem"] for each in json.loads(better.stdout)}["database"] is None


def test_the_doctor_tells_wrong_settings_from_a_sick_world(tmp_path: Path) -> None:
    """Exit status 2 is for what the person must mend in the settings."""
    done = _run(tmp_path, "doctor", SLACK_BOT_TOKEN="xoxp-1")

    assert done.returncode == MISCONFIGURED
    assert "user token" in done.stdout


@pytest.mark.parametrize(("ref", "words"), [("M-1", "was not found"), ("one", "no message number")])
def test_a_receipt_of_nothing_is_a_sentence(tmp_path: Path, ref: str, words: str) -> None:
    """Asked for what is not there, it says so."""
    _run(tmp_path, "migrate")

    done = _run(tmp_path, "receipt", ref)

    assert done.returncode == MISCONFIGURED
    assert words in done.stderr
