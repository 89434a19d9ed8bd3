"""Workers killed or stopped in the middle of a hand-over: nothing is lost, nothing is sent twice.

A worker that vanished is noticed when its lease of a minute has run out, in real time. So both databases' workers are
killed first, and the leases run out side by side.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest

from tests.faults.conftest import Settle
from tests.faults.databases import DIALECTS, Databases
from tests.faults.deployment import Deployment, deployed
from tests.faults.relay import Exchange
from tests.faults.sweep import Sweep
from tests.support import scratch

MORNING = (9, 30)
GRACE_SECONDS = 25.0
"""Within this a process has to end after SIGTERM; hosts kill after 30 s."""

HELD_SECONDS = 10.0
"""How long the provider keeps its answer to itself while the worker is asked to end."""


@dataclass(frozen=True)
class Killed:
    """A deployment whose workers were killed in two moments.

    Attributes:
        before: numbers of texts that were `dispatching` when their worker died; the provider never had them.
        after: numbers of texts that the provider had taken, with nobody left to write it down.
        swept: kills at random moments.
    """

    deployment: Deployment
    before: str
    after: str
    swept: Sweep


@pytest.fixture(scope="module")
def all_killed(databases: Databases, *, full: bool) -> Iterator[dict[str, Killed]]:
    """Kill workers on each database, and start others that find what was left."""
    with ExitStack() as stack:
        broken = {}
        for dialect in DIALECTS:
            folder = scratch.make_folder("heimdall-faults-")
            stack.callback(shutil.rmtree, folder)
            running = stack.enter_context(deployed(folder, databases.fresh(dialect)))
            broken[dialect] = _break(running, kills=100 if full else 15)
        yield broken


def _break(running: Deployment, kills: int) -> Killed:
    running.move_to(*MORNING)
    before, after = running.new_number(), running.new_number()
    running.world.post("faults", drop_callbacks=True)
    _kill_at(running, before, stored=False)
    _kill_at(running, after, stored=True)
    running.world.texts_reach(after, 1)
    running.world.post("settle")  # its callbacks are due while they are still dropped
    running.world.post("faults", drop_callbacks=False)
    sweep = Sweep(running, random.Random(11), intents=kills // 2)
    sweep.kill(kills)
    return Killed(running, before, after, sweep)


def _kill_at(running: Deployment, number: str, *, stored: bool) -> None:
    killed = threading.Event()

    def kill(exchange: Exchange) -> None:
        if stored:
            exchange.forward()
        running.caller(exchange.caller_port).kill()
        killed.set()

    running.relay.strike(kill, number=number)
    running.lead(number)
    assert killed.wait(30)
    running.until("its death", lambda: not running.jobs[0].is_alive())
    running.bury()
    running.start_jobs()


@pytest.fixture(params=DIALECTS)
def killed(request: pytest.FixtureRequest, all_killed: dict[str, Killed]) -> Killed:
    """Return the broken deployment on each database."""
    return all_killed[request.param]


def test_9_10_and_11_a_worker_killed_with_a_text_in_its_hands_loses_and_doubles_nothing(
    killed: Killed, settle: Settle
) -> None:
    """Not stored: two empty lists, back through the gate, one text. Stored: found in the list, no second text."""
    running = killed.deployment
    in_doubt = {"dispatching", "unknown"}  # the second, once a worker of the sweep has met the lease of the dead
    assert {running.state_of(killed.before), running.state_of(killed.after)} <= in_doubt

    killed.swept.recover()
    settle(running, "9, 10 and 11 kill -9", runs=2 + sum(killed.swept.kills.values()))

    first = "SELECT state, resent FROM messages WHERE to_address = :number ORDER BY id LIMIT 1"
    (before,), (after,) = running.rows(first, number=killed.before), running.rows(first, number=killed.after)
    assert before["resent"]
    assert before["state"] == "delivered"
    assert not after["resent"]
    assert after["state"] == "accepted", "its callbacks were lost: the list alone proved it"


def test_12_a_worker_asked_to_end_mid_send_writes_down_what_became_of_it(
    deployment: Deployment, settle: Settle
) -> None:
    """It begins nothing new, waits for the answer, and is gone before its host loses patience."""
    asked, number = threading.Event(), deployment.new_number()
    over = threading.Timer(HELD_SECONDS, asked.set)
    in_hand = threading.Event()
    deployment.relay.strike(partial(_answer_late, in_hand=in_hand, over=asked), number=number)
    deployment.lead(number)
    assert in_hand.wait(30)
    deployment.lead(deployment.new_number())
    over.start()

    seconds = deployment.stop(deployment.jobs[0])

    assert seconds < GRACE_SECONDS
    assert deployment.state_of(number) in {"accepted", "sent", "delivered"}
    deployment.start_jobs()
    settle(deployment, "12 SIGTERM mid-send")


def _answer_late(exchange: Exchange, *, in_hand: threading.Event, over: threading.Event) -> None:
    answer = exchange.forward()
    in_hand.set()
    over.wait(60)
    exchange.answer(answer)
