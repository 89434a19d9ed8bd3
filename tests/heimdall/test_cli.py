"""The command line as a process: exit status, plain words, JSON for other programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from heimdall.settings import FAMILIES
from tests.heimdall.test_settings import GOOD

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


def test_the_doctor_names_what_is_wrong_and_its_mend(tmp_path: Path) -> None:
    """Nothing answers here: the database lacks its schema, Slack and the provider cannot be reached."""
    nowhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/", "TWILIO_API_URL": "http://127.0.0.1:9"}

    sick = _run(tmp_path, "doctor", "--json", **nowhere)
    _run(tmp_path, "migrate")
    better = _run(tmp_path, "doctor", "--json", **nowhere)

    findings = {each["what"]: each for each in json.loads(sick.stdout)}
    assert findings["database"]["fix"] == "python -m heimdall migrate"
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
