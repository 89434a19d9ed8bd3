"""How long a seller waits: from the signed `/lead` request to the text in the provider's hands.

Runs a real demo (SQLite) and posts signed slash commands one after another, as a busy team would. Usage:
``python -m benchmarks.end_to_end [--leads 200]``.
"""

import argparse
import json
import statistics
import time
from datetime import datetime

from tests.support.practice import LEADS, RILEY, Practice, running_demo

GOAL_TEXT_P95_SECONDS = 2.0
GOAL_ACK_P99_SECONDS = 0.1


def main() -> None:
    """Measure and print a table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=200)
    arguments = parser.parse_args()
    with running_demo() as (world, _child):
        world.reset_clock()
        _report(*_measure(world, arguments.leads), leads=arguments.leads)


def _measure(world: Practice, leads: int) -> tuple[list[float], list[float]]:
    """Return seconds from request to text, and from request to ack, of each lead."""
    asked: dict[str, datetime] = {}
    acks = []
    for number in range(leads):
        phone = f"+1{('416', '647', '905')[number % 3]}5550{100 + number // 3:03d}"
        asked[phone] = datetime.fromisoformat(world.state["now"])
        begun = time.perf_counter()
        line = f"/lead {phone} 12 King St W, Hamilton ON — Seller {number}"
        world.post("command", user=RILEY, channel=LEADS, text=line)
        acks.append(time.perf_counter() - begun)
    world.until("every text", lambda: all(world.received(phone) for phone in asked), patience=120)
    return [(_arrived_at(world, phone) - at).total_seconds() for phone, at in asked.items()], acks


def _arrived_at(world: Practice, phone: str) -> datetime:
    first = next(text for text in world.phone(phone) if text["source"] == "api")
    return datetime.fromisoformat(first["created_at"])


def _report(texts: list[float], acks: list[float], *, leads: int) -> None:
    text_p50, text_p95 = statistics.median(texts), statistics.quantiles(texts, n=100)[94]
    ack_p50, ack_p99 = statistics.median(acks), statistics.quantiles(acks, n=100)[98]
    print(f"{leads} leads      p50      tail")
    print(f"request → text  {text_p50:7.3f} s {text_p95:7.3f} s (p95, goal {GOAL_TEXT_P95_SECONDS} s)")
    print(f"request → ack   {ack_p50:7.3f} s {ack_p99:7.3f} s (p99, goal {GOAL_ACK_P99_SECONDS} s)")
    figures = {"text_p50_s": text_p50, "text_p95_s": text_p95, "ack_p50_s": ack_p50, "ack_p99_s": ack_p99}
    reached = text_p95 < GOAL_TEXT_P95_SECONDS and ack_p99 < GOAL_ACK_P99_SECONDS
    print(json.dumps({"bench": "end_to_end", "leads": leads, **figures, "ok": reached}))


if __name__ == "__main__":
    main()
