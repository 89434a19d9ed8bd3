"""Measure the gate: decisions a second on one core, as the dispatch tick asks them.

    python benchmarks/gate.py [--seconds 0.5]

Times are CPU time, so that a busy machine does not change them much; the best of five rounds counts. Every question
is asked at a new minute, so windows are looked up and not remembered. The last line is one JSON object.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from domain import clocks, gate, law
from domain.model import Channel, Consent, ConsentBasis, LadderState, Purpose
from domain.provinces import Province

GOAL_PER_SECOND = 50_000
ROUNDS = 5
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
CONSENT = Consent(
    consent_id=1,
    basis=ConsentBasis.EXPRESS,
    channels=frozenset(Channel),
    proof="web form",
    started_at=NOON - timedelta(days=9),
    expires_at=None,
    used=0,
)
TEXT = gate.Facts(
    at=NOON,
    channel=Channel.SMS,
    purpose=Purpose.LADDER,
    province=Province.ON,
    market="Toronto",
    zones=frozenset({"America/Toronto"}),
    conflicts=(),
    consents=(CONSENT,),
    suppressions=(),
    paused=frozenset(),
    clock_faults=clocks.faults(),
    policy=law.BUILT_IN_POLICY,
    ladder=LadderState.RUNNING,
    sent_today=0,
    sent_30_days=0,
    calls_30_days=0,
    team_sent_last_hour=0,
    same_body_within_24h=False,
    in_flight=False,
    last_inbound_at=None,
    send_before=NOON + timedelta(days=7),
)
KOOTENAY = replace(TEXT, province=Province.BC, zones=frozenset({"America/Vancouver", "America/Edmonton"}))
QUESTIONS = {
    "text allowed, one clock": TEXT,
    "text allowed, two clocks": KOOTENAY,
    "call allowed, British Columbia": replace(KOOTENAY, channel=Channel.CALL, zones=frozenset({"America/Vancouver"})),
    "text held, window closed": replace(TEXT, at=NIGHT),
    "text held, limit reached": replace(TEXT, sent_today=9),
    "text refused, no consent": replace(TEXT, consents=()),
}


def _at_new_minutes(facts: gate.Facts) -> tuple[gate.Facts, ...]:
    """Return the question at 120 different moments of the same stretch."""
    return tuple(replace(facts, at=facts.at + timedelta(minutes=minute, seconds=minute)) for minute in range(120))


def _per_second(seconds: float, ask: Callable[[gate.Facts], object], questions: Sequence[gate.Facts]) -> float:
    """Return how many questions a second are answered, in the best of ROUNDS rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        begun = process_time()
        for asked, facts in enumerate(cycle(questions), start=1):
            ask(facts)
            if asked % 256 == 0 and (taken := process_time() - begun) > seconds:
                best = max(best, asked / taken)
                break
    return best


def main() -> None:
    """Measure every question, print a table and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5, help="CPU seconds a round")
    seconds = parser.parse_args().seconds
    begun = process_time()
    gate.decide(TEXT)
    first_ms = (process_time() - begun) * 1000
    results = {}
    for name, facts in QUESTIONS.items():
        results[name] = round(_per_second(seconds, gate.decide, _at_new_minutes(facts)))
        print(f"{name:<32} {results[name]:>9,} decisions/s   {type(gate.decide(facts)).__name__.lower()}")
    gathered = round(_per_second(seconds, lambda facts: gate.decide(replace(facts)), _at_new_minutes(TEXT)))
    print(f"{'facts built and decided':<32} {gathered:>9,} decisions/s")
    print(f"{'first decision of a process':<32} {first_ms:>9.1f} ms")
    print(
        json.dumps(
            {
                "bench": "gate",
                "python": sys.version.split()[0],
                "goal_per_second": GOAL_PER_SECOND,
                "decisions_per_second": results,
                "facts_and_decision_per_second": gathered,
                "first_decision_ms": round(first_ms, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
