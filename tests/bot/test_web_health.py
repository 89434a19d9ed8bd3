"""Whether the process lives and may serve, and the page that says who writes to people."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from bot.slack import failures
from bot.web import health
from tests.bot import doors as kit
from tests.bot.slack_reading import said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from tests.bot.doors import Doors, SlackApi, Stage

LEAD = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe"


def test_a_living_process_says_so(doors: Doors) -> None:
    """Whatever else is wrong."""
    answer = doors.http.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_a_ready_process_says_so(each_doors: Doors) -> None:
    """Database, schema and clocks are right."""
    answer = each_doors.http.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


def test_wrong_clocks_are_a_reason_not_to_serve(stage: Stage, slack_api: SlackApi, sqlite_url: str) -> None:
    """An hour off is a text outside of its window."""
    wrong = kit.team(clock_faults=("America/Vancouver is an hour off",))
    with kit.doors(stage, slack_api, sqlite_url, team=wrong) as doors:
        answer = doors.http.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["clock: America/Vancouver is an hour off"]


def test_a_missing_schema_is_a_reason_not_to_serve(stage: Stage, slack_api: SlackApi, tmp_path: Path) -> None:
    """It says what to run."""
    (tmp_path / "empty.sqlite3").touch()
    with kit.doors(stage, slack_api, f"sqlite:///{tmp_path}/empty.sqlite3") as doors:
        answer = doors.http.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == [health.MIGRATIONS_MISSING]


@pytest.fixture
def no_database(stage: Stage, slack_api: SlackApi, tmp_path: Path) -> Iterator[Doors]:
    """Open the doors on a database that cannot be opened."""
    with kit.doors(stage, slack_api, f"sqlite:///{tmp_path}/no/such/folder/db.sqlite3") as doors:
        yield doors


def test_a_database_that_is_gone_is_a_reason_not_to_serve(no_database: Doors) -> None:
    """The process itself still lives."""
    answer = no_database.http.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == [health.DATABASE_DOWN]
    assert no_database.http.get("/healthz").status_code == 200


def test_without_a_database_commands_say_busy(no_database: Doors) -> None:
    """In words, not as Slack's own error."""
    assert said(no_database.command(LEAD)) == failures.BUSY


def test_without_a_database_forms_say_busy_and_stay_open(no_database: Doors) -> None:
    """Nothing typed is lost."""
    body = no_database.submit("lead.new", {"name": "Jane", "phone": "416-555-0199", "address": "Hamilton ON"}).json()

    assert body == {"response_action": "errors", "errors": {"name": failures.BUSY}}


def test_without_a_database_clicks_say_busy(no_database: Doors) -> None:
    """In a window; where that fails too Slack puts its own warning beside the button."""
    assert no_database.click("lead.claim", 1).status_code == 200
    assert failures.BUSY in str(no_database.windows())

    no_database.slack.refusals["views.open"] = "expired_trigger_id"
    assert no_database.click("lead.claim", 1).status_code == 503


def test_without_a_database_events_and_texts_are_asked_to_come_again(no_database: Doors) -> None:
    """503: Slack and the phone provider try again."""
    home = {"type": "app_home_opened", "user": kit.RILEY, "channel": kit.DIRECT, "tab": "home"}

    assert no_database.event(home).status_code == 503
    assert no_database.text("STOP").status_code == 503


def test_without_a_database_forgers_are_refused_as_ever(no_database: Doors) -> None:
    """The line about them cannot be written; they learn nothing of that."""
    assert no_database.signed("command=%2Flead", "application/x-www-form-urlencoded", secret="other").status_code == 401


def test_an_unforeseen_error_has_a_name_for_the_person_and_the_log(
    stage: Stage, slack_api: SlackApi, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Four digits, the same in both; and never the error itself."""

    def broken() -> None:
        raise ZeroDivisionError("secret detail")

    with kit.doors(stage, slack_api, sqlite_url, wake=broken) as doors:
        text = said(doors.command(LEAD))
        doors.click("lead.pause", 1)
        window = str(doors.windows())
        answer = doors.text("hello")

    refs = {part.split(")")[0] for part in text.split("(ref ")[1:]}
    assert text == f"Something broke on our side (ref {refs.copy().pop()}). Nothing was sent."
    assert all(f"incident {ref}" in caplog.text for ref in refs)
    assert "Something broke on our side" in window
    assert answer.status_code == 500
    assert "secret detail" not in text + window + answer.text


# --- the event loop ---


POOL_THREADS = 40
"""Worker threads of the web server (anyio's default); more listeners than this wait for a free one."""


class Announced:
    """A clock that tells when a listener has asked it the time, which each does just before it takes the database."""

    def __init__(self) -> None:
        """Start with nobody heard."""
        self._heard = threading.Semaphore(0)

    def __call__(self) -> datetime:
        """Return the business now."""
        self._heard.release()
        return kit.NOON

    def wait_for(self, listeners: int) -> None:
        """Wait until so many listeners have asked."""
        for _ in range(listeners):
            assert self._heard.acquire(timeout=kit.ANSWER_SECONDS)


@pytest.mark.parametrize("listeners", [1, POOL_THREADS], ids=["one", "every thread"])
def test_health_is_answered_while_listeners_wait_for_the_database(
    stage: Stage, slack_api: SlackApi, sqlite_url: str, listeners: int
) -> None:
    """Listeners run beside the event loop: those that are held up hold up nobody else, be it all there are."""
    clock = Announced()
    with kit.doors(stage, slack_api, sqlite_url, clock=clock) as doors:
        numbers = [f"/lead pause L-{number}" for number in range(1, listeners + 1)]
        threads = [threading.Thread(target=doors.command, args=(line,)) for line in numbers]
        with doors.deps.db.write():
            for thread in threads:
                thread.start()
            clock.wait_for(listeners)
            answers = [doors.http.get("/healthz").status_code for _ in range(5)]
            waiting = sum(thread.is_alive() for thread in threads)
        for thread in threads:
            thread.join(kit.ANSWER_SECONDS)

    assert answers == [200] * 5
    assert waiting == listeners
    assert not any(thread.is_alive() for thread in threads)


# --- the identity page ---


def test_the_identity_page_says_who_and_how_to_stop(doors: Doors) -> None:
    """What the law wants behind the link in every text, in both languages, with foreign text escaped."""
    answer = doors.http.get("/about")

    assert answer.status_code == 200
    assert "Northern Doors &lt;Buyers&gt;" in answer.text
    assert "12 King St W<br>Hamilton ON  L8P 1A1" in answer.text
    assert "tel:+16475550100" in answer.text
    assert "STOP" in answer.text
    assert "ARRÊT" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/redoc", "/slack", "/phone", "/about/../etc/passwd"])
def test_everything_else_is_not_here(doors: Doors, path: str) -> None:
    """Nothing is shown that nobody asked us to show."""
    assert doors.http.get(path).status_code == 404
