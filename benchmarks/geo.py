"""Measure geography on labelled inputs: right, wrong, asked, clocks, speed, weight.

    python benchmarks/geo.py LABELLED.csv

The file has the columns input, category, expected_province (a code or NONE), expected_market (a market, ALL or blank),
off_dec2026, off_jul2027 (UTC offsets in hours or blank) and scored (0 for rows that are a policy, reported apart).
The last line is one JSON object. Wrong province is the dangerous error: it opens another province's contact window.
"""

import csv
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from domain import clocks
from domain.geo import Place, locate

DECEMBER = datetime(2026, 12, 1, 18, tzinfo=UTC)
JULY = datetime(2027, 7, 1, 18, tzinfo=UTC)
ROUNDS = 5
SHOWN = 60

_WEIGH = """
import time, dataclasses, enum, functools, importlib.resources, re, typing, unicodedata
def memory_mb():
    with open("/proc/self/statm") as lines:
        return int(lines.read().split()[1]) * 4096 / 1e6
marks = [(time.process_time(), memory_mb())]
from domain.geo import locate, near, tables
for load in (tables.place_lines, tables.fsas, tables.area_codes, tables.aliases, tables.market_names):
    load()
marks.append((time.process_time(), memory_mb()))
near.place_index(), near.province_index(), near.words()
marks.append((time.process_time(), memory_mb()))
for before, after in zip(marks, marks[1:]):
    print((after[0] - before[0]) * 1000, after[1] - before[1])
"""


@dataclass(frozen=True)
class Labelled:
    """One labelled input."""

    text: str
    category: str
    province: str
    market: str
    offsets: tuple[float, float] | None
    scored: bool


@dataclass
class Tally:
    """Counts over one set of rows."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def share(self, part: str, whole: str) -> float | None:
        """Return a share, or None of nothing."""
        return round(self.counts[part] / self.counts[whole], 5) if self.counts[whole] else None


def read(path: Path) -> list[Labelled]:
    """Return the labelled inputs of a file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [_labelled(row) for row in csv.DictReader(lines)]


def _labelled(row: dict[str, str]) -> Labelled:
    """Return one labelled input."""
    pair = row["off_dec2026"], row["off_jul2027"]
    offsets = (float(pair[0]), float(pair[1])) if all(pair) else None
    province = row["expected_province"]
    return Labelled(row["input"], row["category"], province, row["expected_market"], offsets, row["scored"] != "0")


@cache
def clock(zone: str) -> tuple[float, float]:
    """Return the UTC offsets of a zone in hours, in December 2026 and July 2027."""
    return _hours(zone, DECEMBER), _hours(zone, JULY)


def _hours(zone: str, at: datetime) -> float:
    """Return the UTC offset of a zone at an instant."""
    return (clocks.local(at, zone).utcoffset() or timedelta()).total_seconds() / 3600


def judge(row: Labelled, place: Place, tally: Tally) -> None:
    """Count one verdict."""
    got = place.province.value if place.province else "NONE"
    faults = [
        *_judge_province(row, got, tally.counts),
        *_judge_market(row, place, tally.counts),
        *_judge_clock(row, place, tally.counts),
    ]
    if faults:
        tally.errors.append(
            f"{', '.join(faults)}: {row.text!r} is {row.province}/{row.market or '-'}, got {got}/{place.market}"
        )


def _judge_province(row: Labelled, got: str, counts: Counter[str]) -> list[str]:
    """Count the province; return what is wrong with it."""
    counts["rows"] += 1
    counts["none"] += row.province == "NONE"
    if got == row.province:
        counts["province_right"] += 1
        counts["none_right"] += got == "NONE"
        return []
    if got == "NONE":
        counts["asked"] += 1
        return ["asked"]
    counts["province_wrong"] += 1
    return ["WRONG PROVINCE"]


def _judge_market(row: Labelled, place: Place, counts: Counter[str]) -> list[str]:
    """Count the market, apart for rows that have one; return what is wrong with it."""
    if not row.market or row.province == "NONE":
        return []
    kind = "no_market" if row.market == "ALL" else "market"
    counts[kind] += 1
    counts[f"{kind}_right"] += place.market == row.market
    return [] if place.market == row.market else ["market"]


def _judge_clock(row: Labelled, place: Place, counts: Counter[str]) -> list[str]:
    """Count the clock: exact when no other is possible, safe when the true one is among the possible ones."""
    if row.offsets is None:
        return []
    counts["clock"] += 1
    pairs = {clock(zone) for zone in place.zones}
    counts["clock_exact"] += pairs == {row.offsets}
    counts["clock_held"] += row.offsets in pairs
    if place.zones and row.offsets not in pairs:
        counts["clock_unsafe"] += 1
        return ["UNSAFE CLOCK"]
    return [] if pairs == {row.offsets} else ["wide clock"]


def nanoseconds_per_verdict(rows: list[Labelled]) -> list[float]:
    """Return the time of every input, the median of some rounds."""
    times: list[float] = []
    for row in rows:
        took = []
        for _ in range(ROUNDS):
            start = perf_counter_ns()
            locate(row.text)
            took.append(perf_counter_ns() - start)
        times.append(median(took))
    return times


def weigh() -> list[float]:
    """Return CPU ms and MB of the package with all tables, then of the index for typing errors, in a fresh process.

    What the standard library takes is left out: every process of the product has loaded it anyway.
    """
    root = Path(__file__).resolve().parent.parent
    run = subprocess.run([sys.executable, "-c", _WEIGH], cwd=root, capture_output=True, text=True, check=True)
    return [round(float(number), 1) for number in run.stdout.split()]


def report(title: str, tally: Tally) -> None:
    """Print one set of rows."""
    counts = tally.counts
    print(
        f"\n{title}: {counts['rows']} rows, {counts['province_right']} provinces right, "
        f"{counts['province_wrong']} wrong, {counts['asked']} asked"
    )
    for error in tally.errors[:SHOWN]:
        print(f"  {error}")


def main() -> int:
    """Print the report; return the exit code."""
    rows = read(Path(sys.argv[1]))
    overall, policy = Tally(), Tally()
    by_category: dict[str, Tally] = {}
    for row in rows:
        place = locate(row.text)
        judge(row, place, overall if row.scored else policy)
        if row.scored:
            judge(row, place, by_category.setdefault(row.category, Tally()))
    for category, tally in sorted(by_category.items()):
        report(category, tally)
    report("policy rows, not scored", policy)
    times = nanoseconds_per_verdict(rows)
    load_ms, load_mb, index_ms, index_mb = weigh()
    figures = {
        "bench": "geo",
        "rows": overall.counts["rows"],
        "province_accuracy": overall.share("province_right", "rows"),
        "wrong_province": overall.share("province_wrong", "rows"),
        "none_recall": overall.share("none_right", "none"),
        "market_accuracy": overall.share("market_right", "market"),
        "no_market_accuracy": overall.share("no_market_right", "no_market"),
        "clock_exact": overall.share("clock_exact", "clock"),
        "clock_held": overall.share("clock_held", "clock"),
        "clock_unsafe": overall.counts["clock_unsafe"],
        "p50_us": round(median(times) / 1000, 1),
        "p99_us": round(quantiles(times, n=100)[98] / 1000, 1),
        "import_ms": load_ms,
        "import_mb": load_mb,
        "index_ms": index_ms,
        "index_mb": index_mb,
    }
    print()
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
