"""What a policy would have done to the sends of the past: their receipts decided anew, by the one gate.

Each send is judged by itself, with the counts of what had really been sent before it. What was held by the team's
rules and would have left is counted too. Reading the receipts is up to the flow.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from domain import gate, gate_record, policies
from domain.law import TeamPolicy
from domain.model import Channel, Purpose
from domain.policies import Scope
from domain.provinces import Province
from domain.verdicts import Allow, Hold, Reason, Verdict

DAYS: Final = 30
"""How far back is looked."""

MOST: Final = 5_000
"""Newest receipts looked at; deciding as many takes well under a second, and a person waits for the answer."""

SERVICE_LEVEL: Final = timedelta(hours=2)
"""A step done later than this after its time misses the service level: nine in ten are to be done within two hours."""

TEAM_REASONS: Final = frozenset(
    {Reason.TEAM_WINDOW, Reason.TEAM_CLOSED_DAY, Reason.DAY_CAP, Reason.MONTH_CAP, Reason.TEAM_CAP}
)
"""Reasons by which a team's own rules hold something, and another policy might not."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One verdict of the past.

    Attributes:
        subject: the message or the rung it was about; one that was held several times counts once.
        facts: what the receipt kept.
        left: whether it was allowed.
    """

    subject: Hashable
    at: datetime
    facts: Mapping[str, Any]
    left: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """What would have been different.

    Attributes:
        sends: what left and could be compared.
        held: of these, would have waited.
        refused: of these, would not have left at all.
        first_texts: of those that would have waited or not left, the first text to a person.
        longest_wait_seconds: longest time one of those first texts would have waited.
        late: would have come later than the service level.
        freed: held by the team's rules then, and would have left at once.
        unreadable: receipts that keep too little to be compared.
        cut: whether there were more than could be looked at.
    """

    sends: int = 0
    held: int = 0
    refused: int = 0
    first_texts: int = 0
    longest_wait_seconds: int = 0
    late: int = 0
    freed: int = 0
    unreadable: int = 0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Judged:
    sample: Sample
    facts: gate.Facts
    verdict: Verdict

    @property
    def wait(self) -> timedelta | None:
        """Return how long it would have waited; None when nobody can say, or for ever."""
        until = self.verdict.until if isinstance(self.verdict, Hold) else None
        return None if until is None else until - self.facts.at


def run(samples: Iterable[Sample], rules: TeamPolicy, scope: Scope, in_force: Mapping[str, TeamPolicy]) -> Replay:
    """Decide the sends of the past again, as if a policy had been in force.

    Args:
        samples: newest first; at most ``MOST`` are looked at.
        rules: the policy that is proposed.
        scope: where it would apply; sends that another policy would still decide are left out.
        in_force: what is in force now, by the key of its scope.
    """
    taken, cut = _bounded(samples)
    changed = {**in_force, scope.key: rules}
    applies = [sample for sample in taken if _place(sample, lambda *at: policies.choose(changed, *at) is rules)]
    judged = list(_judge(applies, rules))
    left = [each for each in judged if each.sample.left]
    stayed = [each for each in left if not isinstance(each.verdict, Allow)]
    first = [each for each in stayed if _is_first_text(each.facts)]
    waits = [each.wait for each in first if each.wait is not None]
    return Replay(
        sends=len(left),
        held=sum(isinstance(each.verdict, Hold) for each in stayed),
        refused=sum(not isinstance(each.verdict, Hold) for each in stayed),
        first_texts=len(first),
        longest_wait_seconds=int(max(waits, default=timedelta()).total_seconds()),
        late=sum(each.wait is None or each.wait > SERVICE_LEVEL for each in stayed),
        freed=len({each.sample.subject for each in judged if not each.sample.left and _leaves(each)}),
        unreadable=len(applies) - len(judged),
        cut=cut,
    )


def _bounded(samples: Iterable[Sample]) -> tuple[list[Sample], bool]:
    taken = list(samples)
    return taken[:MOST], len(taken) > MOST


def _place(sample: Sample, applies: Callable[[Province | None, str], bool]) -> bool:
    code, market = sample.facts.get("province"), sample.facts.get("market")
    known = Province(code) if code in set(Province) else None
    return applies(known, str(market))


def _judge(samples: Iterable[Sample], rules: TeamPolicy) -> Iterator[_Judged]:
    for sample in samples:
        facts = gate_record.facts_of(sample.at, sample.facts, rules)
        if facts is not None:
            yield _Judged(sample, facts, gate.decide(facts))


def _leaves(each: _Judged) -> bool:
    return isinstance(each.verdict, Allow)


def _is_first_text(facts: gate.Facts) -> bool:
    return facts.channel is Channel.SMS and facts.purpose is Purpose.LADDER and facts.sent_30_days == 0


def sentences(replay: Replay) -> tuple[str, ...]:
    """Say a replay to people, the most important first.

    Returns:
        For example ``Of 120 texts and calls of the last 30 days, 37 would have waited.``; never empty.
    """
    return tuple(_sentences(replay))


def _sentences(replay: Replay) -> Iterator[str]:
    if replay.sends == 0 and replay.freed == 0:
        yield f"No sends to compare: nothing left under these rules' reach in the last {DAYS} days."
    if replay.sends:
        yield _outcome(replay)
    if replay.first_texts:
        first = _times(replay.first_texts, "is a first text", "are first texts")
        longest = f"; the longest would have waited {_span(replay.longest_wait_seconds)}"
        yield f"{first} to a seller{longest if replay.longest_wait_seconds else ''}."
    if replay.late:
        hours = SERVICE_LEVEL // timedelta(hours=1)
        yield f"{_times(replay.late, 'would miss', 'would miss')} the service level of {hours} hours."
    if replay.freed:
        yield f"{_times(replay.freed, 'that was held', 'that were held')} by the team's rules would have left at once."
    if replay.unreadable:
        kept = _times(replay.unreadable, "older receipt keeps", "older receipts keep")
        yield f"{kept} too little to be compared: left out."
    if replay.cut:
        yield f"Only the newest {MOST:,} receipts were looked at."


def _outcome(replay: Replay) -> str:
    of = f"{_times(replay.sends, 'text or call', 'texts and calls')} of the last {DAYS} days"
    parts = [f"{replay.held:,} would have waited"] if replay.held else []
    parts += [f"{replay.refused:,} would not have left at all"] if replay.refused else []
    return f"Of {of}, {' and '.join(parts)}." if parts else f"Of {of}, all would have left just the same."


def _times(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _span(seconds: int) -> str:
    minutes = max(1, seconds // 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{minutes} min"


def as_json(replay: Replay) -> dict[str, Any]:
    """Return a replay as JSON types, to be kept with the proposal: people decide on what they saw."""
    return asdict(replay)


def from_json(stored: Mapping[str, Any]) -> Replay:
    """Return a replay that was kept."""
    return Replay(**{name: stored[name] for name in Replay.__slots__ if name in stored})
