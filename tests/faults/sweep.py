"""Kill -9 at random instants, as dense as it goes where a text leaves, while leads keep coming in; then count.

``python -m tests.faults.sweep --kills 500 --dialect sqlite`` prints what it found and ends with 1 when a law broke.
"""

import argparse
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TypeVar

from tests.faults import laws
from tests.faults.databases import DIALECTS, opened
from tests.faults.deployment import Deployment, deployed
from tests.faults.relay import Exchange
from tests.faults.report import Report
from tests.support import scratch

WORKERS = 2
KILLS_A_DAY = 125
"""After so many kills the world moves on to the next day, when later steps are due and doubts of the day before end."""

LIFE_SECONDS = 0.8
"""Longest life of a worker before a kill that looks at nothing: the first half goes by until its first hand-over."""

ALERT_SECONDS = 1.0
"""How long a kill waits for its moment; after that it strikes as it is."""

CRITICAL_SECONDS = 0.03
"""A hand-over takes about this long, from `dispatching` to its result."""

ANSWERED = 0.5
"""Share of the kills after the provider's answer in which the worker still gets to read it."""

KILLS_A_DOOR = 20
"""One kill in so many hits the web door."""

REST_SECONDS = 240.0

T = TypeVar("T")


@dataclass
class Sweep:
    """One run.

    Attributes:
        intents: how many leads come in.
        kills: how often each kind struck.
    """

    deployment: Deployment
    dice: random.Random
    intents: int
    kills: Counter[str] = field(default_factory=Counter)
    _leads_due: int = 0
    _opened: int = 0

    def kill(self, kills: int) -> None:
        """Kill so many times."""
        for number in range(kills):
            if number and number % KILLS_A_DAY == 0:
                self._next_day()
            self._keep_running()
            self._strike(number, kills)
        self.deployment.relay.calm()
        self._keep_running()

    def recover(self) -> None:
        """Let workers that nobody kills finish, over the days that takes."""
        running = self.deployment
        for _ in range(2):
            running.come_to_rest(lambda: laws.at_rest(running), patience=REST_SECONDS)
            running.move_to(10)
        running.come_to_rest(lambda: laws.at_rest(running), patience=REST_SECONDS)

    def _next_day(self) -> None:
        """Move the clock while no worker lives: none may find that its hour has closed with a call under way."""
        for child in list(self.deployment.jobs):
            self.deployment.kill(child)
        self.deployment.until("the provider's quiet", lambda: self.deployment.world.state["busy"] == 0)
        self.deployment.move_to(10)

    def _keep_running(self) -> None:
        self.deployment.bury()
        if not self.deployment.webs:
            self.deployment.start_web()
        while len(self.deployment.jobs) < WORKERS:
            self.deployment.start_jobs()

    def _strike(self, number: int, kills: int) -> None:
        """Kill once: where a text leaves when one is about to, at any time otherwise."""
        if number % KILLS_A_DOOR == KILLS_A_DOOR - 1:
            self._kill_door()
            return
        # Leads come in at such a pace that they last until the last kill.
        due = (self.intents - self._opened) / (kills - number)
        self._leads_due = int(due) + (self.dice.random() < due % 1)
        moments = [self._while_dispatching, self._before_the_provider, self._after_the_provider]
        if not self._leads_due:
            moments += [self._at_any_time] * len(moments)
        moment = self.dice.choice(moments)
        name = moment.__name__.strip("_")
        if moment():
            self.kills[name] += 1
        else:
            self.deployment.kill(self.dice.choice(self.deployment.jobs))
            self.kills[f"{name}, missed"] += 1

    def _kill_door(self) -> None:
        """Kill the web door as callbacks come in."""
        time.sleep(self.dice.uniform(0, 0.1))
        self.deployment.kill(self.deployment.webs[0])
        self.kills["web_door"] += 1

    def _at_any_time(self) -> bool:
        time.sleep(self.dice.uniform(0, LIFE_SECONDS))
        self.deployment.kill(self.dice.choice(self.deployment.jobs))
        return True

    def _while_dispatching(self) -> bool:
        """Kill the owner of a text that has just become `dispatching`, some milliseconds into it."""
        owner = self._watch_for(self._owner_at_work)
        if owner is None:
            return False
        time.sleep(self.dice.uniform(0, CRITICAL_SECONDS))
        self.deployment.kill(owner)
        return True

    def _before_the_provider(self) -> bool:
        return self._at_the_provider(stored=False)

    def _after_the_provider(self) -> bool:
        return self._at_the_provider(stored=True)

    def _at_the_provider(self, *, stored: bool) -> bool:
        """Kill whoever creates the next text, before or after the provider has stored it."""
        struck: list[ForkServerProcess] = []
        self.deployment.relay.strike(partial(self._kill_caller, stored=stored, struck=struck))
        self._watch_for(lambda: struck)
        self.deployment.relay.calm()
        for child in struck:
            self.deployment.kill(child)
        return bool(struck)

    def _kill_caller(self, exchange: Exchange, *, stored: bool, struck: list[ForkServerProcess]) -> None:
        answer = exchange.forward() if stored else b""
        with suppress(LookupError):  # it may have died on the way
            caller = self.deployment.caller(exchange.caller_port)
            if answer and self.dice.random() < ANSWERED:
                exchange.answer(answer)
                time.sleep(self.dice.uniform(0, CRITICAL_SECONDS))
            caller.kill()
            struck.append(caller)
        exchange.reset()

    def _owner_at_work(self) -> ForkServerProcess | None:
        rows = self.deployment.rows("SELECT lease_owner FROM messages WHERE state = 'dispatching'")
        at_work = {int(row["lease_owner"].split(":")[1]) for row in rows}
        return next((child for child in self.deployment.jobs if child.pid in at_work), None)

    def _watch_for(self, look: Callable[[], T | None]) -> T | None:
        """Let leads come in, and look without a pause that would miss the moment until something is seen."""
        for _ in range(self._leads_due):
            self.deployment.lead(self.deployment.new_number())
            self._opened += 1
        deadline = time.monotonic() + ALERT_SECONDS
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(0.001)
        return None


def judge(sweep: Sweep, report: Report, fault: str, seconds: float) -> laws.Verdict:
    """Judge what a sweep left behind and write it down."""
    verdict = laws.judge(sweep.deployment)
    report.note(fault, sweep.deployment.dialect, verdict, [seconds], runs=sum(sweep.kills.values()))
    return verdict


def main() -> int:
    """Run one sweep and print what it found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.sweep", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--intents", type=int, default=200, help="how many leads come in")
    parser.add_argument("--dialect", choices=DIALECTS, default="sqlite")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    words = parser.parse_args()
    print(f"seed {words.seed}", flush=True)
    report, began = Report(), time.monotonic()
    with opened() as databases, _folder() as folder, deployed(folder, databases.fresh(words.dialect)) as running:
        sweep = Sweep(running, random.Random(words.seed), words.intents)
        sweep.kill(words.kills)
        sweep.recover()
        verdict = judge(sweep, report, "11 kill -9 sweep", time.monotonic() - began)
        laws.verified(running)
        states = running.rows("SELECT state, count(*) AS texts FROM messages GROUP BY state ORDER BY state")
    print(*report.table(), sep="\n")
    print("kills:", ", ".join(f"{kind} {count}" for kind, count in sorted(sweep.kills.items())))
    print("texts:", ", ".join(f"{row['state']} {row['texts']}" for row in states))
    print(f"{time.monotonic() - began:.0f} s")
    verdict.check()
    return 0


@contextmanager
def _folder() -> Iterator[Path]:
    folder = scratch.make_folder("heimdall-faults-")
    yield folder
    shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
