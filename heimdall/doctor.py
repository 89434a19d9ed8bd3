"""Examine an installation: each problem with the command or step that mends it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import requests

from domain import clocks
from heimdall import dncl
from heimdall.compose import Parts
from heimdall.settings import Settings, SettingsError, load
from storage import migrate
from storage.unit import StorageUnavailableError

TIMEOUT_SECONDS = 10
OK, BROKEN, MISCONFIGURED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: the thing, in a few words.
        problem: what is wrong with it, or None when it is well.
        fix: what to do about it, or None.
    """

    what: str
    problem: str | None = None
    fix: str | None = None

    def line(self) -> str:
        """Return it for a terminal."""
        if self.problem is None:
            return f"[green]ok[/]    {self.what}"
        return f"[red]wrong[/] {self.what}: {self.problem}" + (f"\n      → {self.fix}" if self.fix else "")

    def as_dict(self) -> dict[str, Any]:
        """Return it for other programs."""
        return asdict(self)


def examine() -> tuple[Finding, ...]:
    """Look at everything this deployment rests on, in the order it is needed."""
    zones = tuple(Finding("time zones", fault, "pip install --upgrade 'tzdata>=2026.6'") for fault in clocks.faults())
    first = zones or (Finding(f"time zones ({clocks.zone_data_version()})"),)
    try:
        settings = load()
    except SettingsError as error:
        wrong = (Finding("settings", problem, "mend it in .env or the environment") for problem in error.problems)
        return (*first, *wrong)
    return (*first, Finding("settings"), *_outside(settings))


def exit_status(findings: tuple[Finding, ...]) -> int:
    """Return 0 when all is well, 2 when settings are wrong, 1 for anything else."""
    wrong = [finding for finding in findings if finding.problem is not None]
    if any(finding.what == "settings" for finding in wrong):
        return MISCONFIGURED
    return BROKEN if wrong else OK


def _outside(settings: Settings) -> Iterator[Finding]:
    for look in (_database, do_not_call_list, _slack, _phone):
        yield look(settings)


def _database(settings: Settings) -> Finding:
    what = "database"
    parts = Parts(settings)
    try:
        behind = migrate.missing(parts.db)
        if not behind:
            migrate.check_writable(parts.db)
    except StorageUnavailableError as error:
        return Finding(what, str(error), "check HEIMDALL_DATABASE_URL, its volume and its server")
    finally:
        parts.db.close()
    return Finding(what, "migrations are missing", "python -m heimdall migrate") if behind else Finding(what)


def do_not_call_list(settings: Settings) -> Finding:
    """Look at the copy of the National Do Not Call List and at the key it was made with."""
    parts = Parts(settings)
    try:
        if migrate.missing(parts.db):
            return Finding("National Do Not Call List", "cannot be looked at before the migrations", "see database")
        return Finding(*dncl.finding(dncl.state(parts)))
    except StorageUnavailableError:
        return Finding("National Do Not Call List", "cannot be looked at without the database", "see database")
    finally:
        parts.db.close()


def _slack(settings: Settings) -> Finding:
    what = "Slack token"
    token = settings.slack_bot_token.get_secret_value()

    def ask() -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(f"{settings.slack_api_url}auth.test", headers=headers, timeout=TIMEOUT_SECONDS)

    answer = _json_or_problem(ask)
    if isinstance(answer, str):
        return Finding(what, answer, "check the network and SLACK_API_URL")
    if not answer.get("ok"):
        return Finding(what, str(answer.get("error")), "copy the Bot User OAuth Token into SLACK_BOT_TOKEN")
    if answer.get("team_id") != settings.slack_team_id:
        return Finding(
            what, f"it belongs to team {answer.get('team_id')}", f"set SLACK_TEAM_ID={answer.get('team_id')}"
        )
    return Finding(what)


def _phone(settings: Settings) -> Finding:
    what = "phone provider"
    account = settings.twilio_account_sid
    url = f"{settings.twilio_api_url}/2010-04-01/Accounts/{account}/Messages.json"

    def ask() -> requests.Response:
        login = (account, settings.twilio_auth_token.get_secret_value())
        return requests.get(url, params={"PageSize": 1}, auth=login, timeout=TIMEOUT_SECONDS)

    answer = _json_or_problem(ask)
    if isinstance(answer, str):
        return Finding(what, answer, "check the network and TWILIO_API_URL")
    if "messages" not in answer:
        return Finding(what, str(answer.get("message")), "copy Account SID and Auth Token from the Twilio console")
    return Finding(what)


def _json_or_problem(ask: Callable[[], requests.Response]) -> dict[str, Any] | str:
    try:
        answer: dict[str, Any] = ask().json()
    except requests.RequestException as error:
        return f"cannot be reached ({type(error).__name__})"
    return answer
