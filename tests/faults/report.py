"""What a campaign found, one line a fault: runs, broken laws by kind, time to recover."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from tests.faults.laws import Verdict

HEADINGS = (
    "fault",
    "on",
    "runs",
    "lost",
    "doubled",
    "out of window",
    "after STOP",
    "unanswered",
    "recovery p50 s",
    "p95 s",
)


@dataclass
class Line:
    """The runs of one fault on one database.

    Attributes:
        seconds: of each run, from the end of the fault until nothing was on its way any more; real time.
    """

    fault: str
    dialect: str
    runs: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_window: int = 0
    after_stop: int = 0
    unanswered: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, verdict: Verdict, seconds: Iterable[float], runs: int) -> None:
        """Count one more judgement."""
        self.runs += runs
        self.lost += len(verdict.lost)
        self.doubled += len(verdict.doubled)
        self.out_of_window += len(verdict.out_of_window)
        self.after_stop += len(verdict.after_stop)
        self.unanswered += len(verdict.unanswered)
        self.seconds.extend(seconds)

    def cells(self) -> tuple[str, ...]:
        """Return the line as text."""
        counts = (self.runs, self.lost, self.doubled, self.out_of_window, self.after_stop, self.unanswered)
        return (self.fault, self.dialect, *map(str, counts), *_percentiles(self.seconds))


class Report:
    """Everything a run of the tests found."""

    def __init__(self) -> None:
        """Nothing found yet."""
        self._lines: dict[tuple[str, str], Line] = {}

    def note(self, fault: str, dialect: str, verdict: Verdict, seconds: Iterable[float] = (), runs: int = 1) -> None:
        """Write down a judgement before it is checked, so that a broken law stands in the table too."""
        self._lines.setdefault((fault, dialect), Line(fault, dialect)).add(verdict, seconds, runs)

    def table(self) -> list[str]:
        """Return the lines to print, none when nothing ran."""
        rows = [HEADINGS, *(self._lines[key].cells() for key in sorted(self._lines, key=_in_order))]
        return _aligned(rows) if self._lines else []


def _in_order(key: tuple[str, str]) -> tuple[int, str, str]:
    number = key[0].partition(" ")[0]
    return (int(number) if number.isdigit() else 1_000, *key)


def _percentiles(seconds: Sequence[float]) -> tuple[str, str]:
    if not seconds:
        return "–", "–"
    cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else list(seconds) * 19
    return f"{cuts[9]:.1f}", f"{cuts[18]:.1f}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
