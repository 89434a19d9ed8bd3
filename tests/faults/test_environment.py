"""Faults of what a deployment is given: a key that stops working, an output nobody reads any more.

Nothing of ours calls Sentry or an OTLP collector, so a black hole there cannot exist; the log goes to standard output.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults import people
from tests.faults.conftest import Settle
from tests.faults.deployment import Deployment
from tests.support.practice import AVERY, BRIEFINGS, shows


def _alerts(deployment: Deployment) -> int:
    return sum("Sending has stopped" in shows(each) for each in people.roots(deployment, BRIEFINGS))


def test_47_a_refused_account_stops_every_send_and_says_so_once(deployment: Deployment, settle: Settle) -> None:
    """Four texts at once meet 401: one alert, nothing lost; mended and resumed, each leaves once."""
    people.open_lead(deployment, first := people.fresh_number())
    deployment.world.texts_reach(first, 1)
    deployment.world.post("faults", twilio_401=True)
    numbers = [people.fresh_number() for _ in range(4)]
    typing = [lambda world, n=number: world.command(people.line(n)) for number in numbers]
    people.all_at_once(deployment.page_url, typing)

    deployment.until("the switch", lambda: deployment.value("SELECT 1 FROM switches WHERE scope = 'all'"))
    deployment.until("the alert", lambda: _alerts(deployment))
    # Whoever comes later is held by the switch: the provider is not asked again.
    people.open_lead(deployment, late := people.fresh_number())
    deployment.until("the hold", lambda: _held(deployment) == 5)
    settle(deployment, "47 phone token revoked", runs=5)
    assert [number for number in (*numbers, late) if deployment.world.received(number)] == []
    assert deployment.value("SELECT count(*) FROM audit WHERE action = 'sending_stopped'") == 1

    deployment.world.post("faults", twilio_401=False)
    deployment.world.command("/heimdall resume", user=AVERY)
    deployment.world.advance(minutes=6)
    for number in (*numbers, late):
        deployment.world.texts_reach(number, 1)
    settle(deployment, "47 phone token revoked", runs=5)
    assert deployment.value("SELECT count(*) FROM cards WHERE kind = 'alert'") == 1


def test_47_while_slack_refuses_our_token_cards_wait(deployment: Deployment, settle: Settle) -> None:
    """Texts leave all the same; the cards come by themselves once the token works again, each once."""
    deployment.world.post("faults", slack_token_revoked=True)
    numbers = [people.fresh_number() for _ in range(3)]
    for number in numbers:
        people.open_lead(deployment, number)
    for number in numbers:
        deployment.world.texts_reach(number, 1)
    deployment.until("the log", lambda: "token_revoked" in deployment.log())
    assert people.roots(deployment) == []

    deployment.world.post("faults", slack_token_revoked=False)
    deployment.change("DELETE FROM channel_pace WHERE channel = 'auth.test'")  # the minute between two looks is over
    deployment.until("the cards", lambda: len(people.roots(deployment)) == len(numbers))
    settle(deployment, "47 Slack token revoked", runs=len(numbers))
    assert len(people.roots(deployment)) == len(numbers)


def _held(deployment: Deployment) -> int:
    held: int = deployment.value("SELECT count(*) FROM messages WHERE state = 'held'")
    return held


@contextmanager
def _unheard(deployment: Deployment, *words: str, closed: bool) -> Iterator[None]:
    """Run a command of Heimdall's whose output nobody reads: the pipe is broken, or there never was one."""
    read, write = subprocess.PIPE, subprocess.PIPE
    command = [sys.executable, "-m", "heimdall", *words]
    if closed:
        command = ["/bin/sh", "-c", 'exec "$@" >&- 2>&-', "sh", *command]
    child = subprocess.Popen(command, env=deployment.environment, stdout=read, stderr=write)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    child.stderr.close()
    try:
        yield
        assert child.poll() is None, "it ended although only its output was gone"
    finally:
        child.terminate()
        # Python's own word for an output that could not be written at the very end.
        assert child.wait(30) in {0, 120}


@pytest.mark.parametrize("closed", [False, True], ids=["broken pipe", "closed"])
def test_48_a_process_that_cannot_log_goes_on_sending(
    without_jobs: Deployment, settle: Settle, *, closed: bool
) -> None:
    """EPIPE or EBADF at every line: texts leave, results are written, SIGTERM is obeyed."""
    numbers = [people.fresh_number() for _ in range(3)]
    with _unheard(without_jobs, "jobs", closed=closed):
        for number in numbers:
            people.open_lead(without_jobs, number)
        for number in numbers:
            without_jobs.world.texts_reach(number, 1)
        without_jobs.world.post("faults", twilio_500_after_store=1)
        people.open_lead(without_jobs, doubtful := people.fresh_number())
        without_jobs.world.texts_reach(doubtful, 1)
        settle(without_jobs, "48 stdout gone", runs=4)


@pytest.mark.parametrize("closed", [False, True], ids=["broken pipe", "closed"])
def test_48_a_door_that_cannot_log_goes_on_answering(deployment: Deployment, settle: Settle, *, closed: bool) -> None:
    """The web door too: commands are answered, and what it would log of a refusal is nobody's trouble."""
    deployment.kill(deployment.webs[0])
    with _unheard(deployment, "web", closed=closed):
        number = people.fresh_number()
        deployment.until("the door", lambda: "L-" in deployment.world.command(people.line(number)))
        deployment.world.texts_reach(number, 1)
        settle(deployment, "48 stdout gone")
