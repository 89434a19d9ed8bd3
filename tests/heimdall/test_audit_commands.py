"""The audit on the command line, through real processes on both engines."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from domain.errors import DomainError
from domain.model import Sender
from flows.team import Team
from heimdall import audit as audits
from heimdall.compose import Parts
from heimdall.settings import Settings
from storage import records
from storage.unit import Database
from tests.flows import histories
from tests.flows.steps import SELLER

ROOT = Path(__file__).parents[2]
TRICK = '=HYPERLINK("http://x")'
STORY = ["consent", "verdict", "audit", "verdict", "text", "reply", "do_not_contact", "audit"]
SETTINGS = {
    "HEIMDALL_PUBLIC_URL": "http://127.0.0.1:1",
    "HEIMDALL_BUSINESS_NAME": "Northern Doors",
    "HEIMDALL_MAILING_ADDRESS": "100 Queen St W, Toronto ON",
    "HEIMDALL_LEADS_CHANNEL": "C0LEADS",
    "HEIMDALL_DEALS_CHANNEL": "C0DEALS",
    "HEIMDALL_BRIEFING_CHANNEL": "C0HEIMDALL",
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s",
    "SLACK_TEAM_ID": "T0HEIMDALL",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "t",
    "TWILIO_FROM_NUMBER": "+13435550100",
}
TEAM = Team(
    sender=Sender("Northern Doors", "100 Queen St W, Toronto ON", "https://doors.example/about", "+13435550100"),
    leads_channel="C0LEADS",
    deals_channel="C0DEALS",
    briefing_channel="C0HEIMDALL",
)


class Desk:
    """A deployment's database, and its command line."""

    def __init__(self, url: str, folder: Path) -> None:
        """Keep where it is; commands run in a folder without a .env file."""
        self.db = Database.open(url)
        self._url = url
        self._folder = folder

    def run(self, *words: str, status: int = 0) -> str:
        """Run one command in a process of its own and return what it printed."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        done = subprocess.run(
            [sys.executable, "-m", "heimdall", *words],
            env={**kept, **SETTINGS, "HEIMDALL_DATABASE_URL": self._url, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout + (done.stderr if status else "")

    def ask(self, form: audits.Format = "json", **question: str) -> str:
        """Export in this process and return what was written."""
        settings = Settings.model_validate({**SETTINGS, "HEIMDALL_DATABASE_URL": self._url})
        parts = Parts(settings)
        out = io.StringIO()
        audits.export(parts, audits.Question(**question), form, out)
        parts.db.close()
        return out.getvalue()


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """Return a deployment in which one story has happened to somebody with a treacherous name."""
    made = Desk(database_url, tmp_path)
    histories.held_sent_and_stopped(made.db, TEAM, name=TRICK)
    yield made
    made.db.close()


@pytest.mark.slow
def test_a_whole_audit_is_verified_exported_and_explained(desk: Desk) -> None:
    """Three commands in processes of their own: the chain is whole, the story is told, a receipt names its line."""
    said = desk.run("audit", "verify")
    told = json.loads(desk.run("audit", "export", "--lead", "L-1"))
    receipts = json.loads(desk.run("receipt", "M-1", "--json"))["receipts"]

    assert re.fullmatch(r"The audit is whole: 4 lines, 0 posted ends agree\. End: 4:[0-9a-f]{16}\n", said)
    assert told["intact"]
    assert told["head"]["position"] == 4
    assert [each["event"] for each in told["events"]] == STORY
    assert [(each["line"], each["actor"]) for each in receipts] == [(2, "system"), (3, "system")]


@pytest.mark.slow
def test_a_forged_audit_is_said_to_be_broken_and_where(desk: Desk) -> None:
    """Exit status 1, the line, what is expected and what is found, and what to do; an export warns too."""
    with desk.db.engine.begin() as tx:
        if desk.db.dialect == "postgresql":
            tx.execute(text("ALTER TABLE receipts DISABLE TRIGGER USER"))
        else:
            tx.execute(text("DROP TRIGGER receipts_keep_update"))
        tx.execute(text("UPDATE receipts SET verdict = 'allow' WHERE id = 2"))

    said = desk.run("audit", "verify", status=1)
    warned = desk.run("audit", "export", "--lead", "L-1", status=1)

    assert said.startswith("The audit is broken: line 2 was changed.\n  expected: ")
    assert "backup" in said
    assert "line 2 was changed" in warned


@pytest.mark.slow
def test_an_end_read_in_slack_that_differs_is_told_as_json(desk: Desk) -> None:
    """What a channel has read is stronger than what the database says."""
    told = json.loads(desk.run("audit", "verify", "--json", "--posted", "3:0123456789abcdef", status=1))

    assert not told["intact"]
    assert told["posted_heads_compared"] == 1
    assert (told["broken"]["position"], told["broken"]["expected"]) == (3, "0123456789abcdef")
    assert re.fullmatch("[0-9a-f]{64}", told["broken"]["found"])


def test_an_export_answers_every_kind_of_question_and_leaves_a_line(desk: Desk) -> None:
    """By number, lead, text and period; that somebody exported is itself on record, without the number."""
    by_number = json.loads(desk.ask(contact="416-555-0199"))
    by_lead = json.loads(desk.ask(lead="L-1", since="2026-11-25", until="2026-11-25"))
    by_text = json.loads(desk.ask(message="m-1", since="2026-11-25T03:00+00:00"))
    before = json.loads(desk.ask(since="2026-11-01", until="2026-11-23"))

    assert by_number["about"] == {"contact": "416-555-0199"}
    assert [each["event"] for each in by_number["events"]] == STORY
    # The night of the 24th is over; the consent it all rests on is told all the same.
    assert [each["event"] for each in by_lead["events"]] == ["consent", *STORY[3:]]
    assert [each["event"] for each in by_text["events"]] == STORY
    assert before["events"] == []
    lines = json.loads(desk.ask(since="2026-01-01"))["events"]
    exports = [each for each in lines if each.get("reason") == "evidence_exported"]
    assert [each["ref"] for each in exports] == ["contact", "L-1", "M-1", "period"]
    assert "5550199" not in str(exports).replace("-", "")


def test_a_spreadsheet_runs_no_cell_of_an_export(desk: Desk) -> None:
    """A name that is a formula, and a number that begins with a plus, are shown and not computed."""
    rows = list(csv.DictReader(io.StringIO(desk.ask("csv", lead="L-1"))))

    assert [row["event"] for row in rows] == STORY
    assert {row["person"] for row in rows if row["person"]} == {f"'{TRICK}"}
    assert {row["number"] for row in rows if row["number"]} == {f"'{SELLER}"}
    sent = [row for row in rows if row["event"] == "verdict"][-1]
    assert sent["local"] == "2026-11-25T09:00:00-05:00 America/Toronto"
    assert (sent["verdict"], sent["by"], sent["matches"], sent["line"]) == ("allow", "system", "True", "3")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({}, "Ask for --contact"),
        ({"lead": "L-1", "message": "M-1"}, "Ask for one thing"),
        ({"lead": "L-99"}, "Lead L-99"),
        ({"lead": "house"}, "Example: L-12"),
        ({"message": "M-99"}, "Message M-99"),
        ({"contact": "911"}, "emergency"),
        ({"since": "yesterday"}, "Example: 2026-11-01"),
    ],
)
def test_a_question_that_cannot_be_answered_says_how_to_ask(
    sqlite_url: str, tmp_path: Path, question: dict[str, Any], sentence: str
) -> None:
    """One sentence, and no line about an export that did not happen."""
    desk = Desk(sqlite_url, tmp_path)

    with pytest.raises(DomainError, match=sentence):
        desk.ask(**question)

    with desk.db.read() as tx:
        assert records.audit_lines(tx) == ()
    desk.db.close()
