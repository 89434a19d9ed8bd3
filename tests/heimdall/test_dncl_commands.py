"""``heimdall dncl`` and what the doctor says of the list, on the command line as an operator types it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from domain.model import ContactKind, Language
from heimdall import cli, doctor
from heimdall.settings import load
from storage import contacts
from storage.unit import Database

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 32
SETTINGS = {
    "HEIMDALL_PUBLIC_URL": "https://heimdall.example",
    "HEIMDALL_BUSINESS_NAME": "Northern Doors",
    "HEIMDALL_MAILING_ADDRESS": "100 Queen St W, Toronto ON M5H 2N2",
    "HEIMDALL_LEADS_CHANNEL": "C0LEADS",
    "HEIMDALL_DEALS_CHANNEL": "C0DEALS",
    "HEIMDALL_BRIEFING_CHANNEL": "C0HEIMDALL",
    "HEIMDALL_HASH_KEY": KEY,
    "SLACK_BOT_TOKEN": "xoxb-of-tests",
    "SLACK_SIGNING_SECRET": "secret",
    "SLACK_TEAM_ID": "T0HEIMDALL",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_FROM_NUMBER": "+13435550100",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> pytest.MonkeyPatch:
    """Set the environment of an installation on a fresh database, in a folder without a .env file."""
    monkeypatch.chdir(tmp_path)
    for name, value in (SETTINGS | {"HEIMDALL_DATABASE_URL": sqlite_url}).items():
        monkeypatch.setenv(name, value)
    database = Database.open(sqlite_url)
    with database.write() as tx:
        for phone in ("+14165550199", "+15145550142"):
            contacts.add(
                tx,
                kind=ContactKind.SELLER,
                name="Jane",
                phone_e164=phone,
                email=None,
                language=Language.EN,
                now=datetime.now(UTC),
            )
    database.close()
    return monkeypatch


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


def _run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(cli.app, ["dncl", *words])


def _import(folder: Path, text: str, *more: str, days: int = 3) -> Result:
    path = folder / "list.csv"
    path.write_bytes(text.encode("utf-8"))
    return _run("import", str(path), "--area", "416", "--version-date", _days_ago(days), *more)


@pytest.mark.usefixtures("desk")
def test_an_operator_brings_a_list_in_and_sees_where_it_stands(tmp_path: Path) -> None:
    """The number of numbers, the age, and the areas that have none."""
    imported = _import(tmp_path, "Number\n4165550199\n4165550100\n")
    status = _run("status")

    assert (imported.exit_code, status.exit_code) == (0, 0)
    assert f"416: 2 numbers of {_days_ago(3)}." in imported.stdout
    assert f"416  of {_days_ago(3)}, 3 days old, 2 numbers" in status.stdout
    assert "no copy for 514" in status.stdout


@pytest.mark.usefixtures("desk")
def test_bad_lines_are_named_with_their_numbers(tmp_path: Path) -> None:
    """Nothing is changed until the operator says so."""
    refused = _import(tmp_path, "4165550199\noops\n9055550100\n")
    forced = _import(tmp_path, "4165550199\noops\n9055550100\n", "--skip-bad-lines")

    assert refused.exit_code == 2
    assert "line 2: no number" in refused.stderr
    assert "line 3: not in area 416" in refused.stderr
    assert forced.exit_code == 0
    assert "416: 1 numbers" in forced.stdout
    assert "2 lines left out" in forced.stdout


def test_without_a_key_nothing_is_stored(desk: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The sentence says how to make one."""
    desk.delenv("HEIMDALL_HASH_KEY")
    refused = _import(tmp_path, "4165550199\n")

    assert refused.exit_code == 2
    assert "openssl rand -hex 32" in refused.stderr


def test_a_short_key_is_refused(desk: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A guessable key hides no number."""
    desk.setenv("HEIMDALL_HASH_KEY", "short")

    assert "HEIMDALL_HASH_KEY" in _import(tmp_path, "4165550199\n").stderr


def test_with_another_key_nothing_starts(desk: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It would find nobody who asked to be left alone."""
    _import(tmp_path, "4165550199\n")
    desk.setenv("HEIMDALL_HASH_KEY", "another key, as long as the first")
    started = CliRunner().invoke(cli.app, ["jobs"])

    assert started.exit_code == 2
    assert "not the key" in started.stderr


def _finding() -> doctor.Finding:
    return doctor.do_not_call_list(load())


@pytest.mark.usefixtures("desk")
def test_the_doctor_finds_an_old_copy_and_names_areas_without_one(tmp_path: Path) -> None:
    """Old is wrong, none is a fact: the team may rely on consent."""
    _import(tmp_path, "4165550199\n", days=32)
    old = _finding()
    _import(tmp_path, "4165550199\n")
    fresh = _finding()

    assert old.problem is not None
    assert "416 is more than 31 days old" in old.problem
    assert fresh.problem is None
    assert "no copy for 514" in fresh.what


def test_the_doctor_asks_for_the_key_once_a_list_is_used(desk: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Before that none is needed."""
    desk.delenv("HEIMDALL_HASH_KEY")
    unused = _finding()
    desk.setenv("HEIMDALL_HASH_KEY", KEY)
    _import(tmp_path, "4165550199\n")
    desk.delenv("HEIMDALL_HASH_KEY")

    assert unused.problem is None
    assert "HEIMDALL_HASH_KEY is not set" in (_finding().problem or "")
