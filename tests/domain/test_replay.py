"""The past under other rules: counted honestly, by the one gate."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import gate, gate_record, hours_text, replay
from domain.gate import Facts
from domain.law import BUILT_IN_POLICY, TeamPolicy
from domain.model import Channel, Purpose
from domain.policies import EVERYWHERE, Scope
from domain.provinces import Province
from domain.replay import Replay, Sample
from tests.domain.gate_builders import NOON, facts, policy
from tests.domain.policy_builders import ONTARIO, TORONTO, team_policies

EVENING = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
"""Tuesday 18:30 in Toronto."""


def hours(text: str, **changes: Any) -> TeamPolicy:  # noqa: ANN401 - fields of the policy
    """Return rules with these hours on every channel."""
    week = hours_text.parse(text)
    assert week is not None
    return policy(windows=dict.fromkeys(Channel, week), **changes)


def sample(asked: Facts, *, left: bool = True, subject: int = 1) -> Sample:
    """Return the receipt of one verdict, through JSON as the database keeps it."""
    return Sample(subject, asked.at, json.loads(json.dumps(gate_record.kept(asked))), left)


def run(samples: list[Sample], rules: TeamPolicy, scope: Scope = ONTARIO, **in_force: TeamPolicy) -> Replay:
    """Try rules on some samples."""
    return replay.run(samples, rules, scope, in_force)


def test_what_would_have_waited_is_counted_with_how_long() -> None:
    """A first text at 18:30 waits until nine under hours that end at five: 14 h 30 min."""
    first, later = facts(at=EVENING), facts(at=EVENING, sent_30_days=1, purpose=Purpose.MANUAL)

    found = run([sample(first), sample(later, subject=2), sample(facts(), subject=3)], hours("Mon-Fri 9-17"))

    wait = int(timedelta(hours=14, minutes=30).total_seconds())
    assert found == Replay(sends=3, held=2, first_texts=1, longest_wait_seconds=wait, late=2)
    assert replay.sentences(found) == (
        "Of 3 texts and calls of the last 30 days, 2 would have waited.",
        "1 is a first text to a seller; the longest would have waited 14 h 30 min.",
        "2 would miss the service level of 2 hours.",
    )


def test_what_would_not_have_left_is_told_apart() -> None:
    """A channel that is off refuses; nobody waits for it."""
    calls_only = policy(channels=frozenset({Channel.CALL}))

    found = run([sample(facts())], calls_only)
    assert (found.held, found.refused) == (0, 1)
    assert "1 would not have left at all" in replay.sentences(found)[0]


def test_what_the_teams_rules_held_and_new_ones_would_not_is_counted_once() -> None:
    """Two receipts of one held message are one message."""
    held = [sample(facts(at=EVENING), left=False), sample(facts(at=EVENING + timedelta(minutes=5)), left=False)]

    found = run(held, hours("Mon-Fri 9-21"))
    assert found == Replay(freed=1)
    assert replay.sentences(found) == ("1 that was held by the team's rules would have left at once.",)


def test_sends_that_another_policy_decides_are_left_out() -> None:
    """Toronto's own rules are not touched by a change of Ontario's, nor Alberta by either."""
    of_toronto, of_barrie = sample(facts(at=EVENING)), sample(facts(at=EVENING, market="Barrie"), subject=2)
    of_calgary = sample(facts(at=EVENING, province=Province.AB, market="Calgary"), subject=3)
    everything, short = [of_toronto, of_barrie, of_calgary], hours("Mon-Fri 9-17")

    assert run(everything, short, ONTARIO, **{"ON/Toronto": BUILT_IN_POLICY}).sends == 1
    assert run(everything, short, ONTARIO).sends == 2
    assert run(everything, short, TORONTO).sends == 1
    assert run(everything, short, EVERYWHERE).sends == 3


def test_without_sends_nothing_is_claimed() -> None:
    """Honest about an empty past, about old receipts and about the bound."""
    assert replay.sentences(run([], hours("Mon-Fri 9-17"))) == (
        "No sends to compare: nothing left under these rules' reach in the last 30 days.",
    )
    old = Sample(1, NOON, {"province": "ON", "market": "Toronto"}, left=True)
    assert "1 older receipt keeps too little" in replay.sentences(run([old], hours("Mon-Fri 9-17")))[-1]


def test_more_than_the_bound_is_cut_and_said() -> None:
    """The newest count."""
    old = Sample(1, NOON, {"province": "ON", "market": "Toronto"}, left=True)
    found = run([old] * (replay.MOST + 1), hours("Mon-Fri 9-17"))

    assert (found.unreadable, found.cut) == (replay.MOST, True)
    assert replay.sentences(found)[-1] == "Only the newest 5,000 receipts were looked at."


@pytest.mark.parametrize(
    ("seconds", "words"), [(40, "1 min"), (2_700, "45 min"), (7_200, "2 h"), (52_200, "14 h 30 min")]
)
def test_a_wait_is_said_in_its_own_unit(seconds: int, words: str) -> None:
    """Nobody counts seconds of a night."""
    found = Replay(sends=1, held=1, first_texts=1, longest_wait_seconds=seconds)

    assert words in " ".join(replay.sentences(found))


@settings(max_examples=60)
@given(
    rules=team_policies(),
    steps=st.lists(st.tuples(st.integers(0, 30 * 24 * 12), st.sampled_from(Channel)), max_size=12),
)
def test_a_replay_agrees_with_the_gate_send_by_send(rules: TeamPolicy, steps: list[tuple[int, Channel]]) -> None:
    """Counting by hand: nothing is lost, nothing counts twice."""
    asked = [facts(at=NOON - timedelta(minutes=5 * step), channel=channel) for step, channel in steps]
    found = run([sample(each, subject=number) for number, each in enumerate(asked)], rules, EVERYWHERE)

    verdicts: list[Mapping[str, Any] | gate.Verdict] = [gate.decide(replace(each, policy=rules)) for each in asked]
    assert found.sends == len(asked)
    assert found.held == sum(isinstance(verdict, gate.Hold) for verdict in verdicts)
    assert found.refused == sum(isinstance(verdict, gate.Refuse) for verdict in verdicts)
    assert found.late + found.first_texts <= 2 * (found.held + found.refused)
    assert replay.from_json(json.loads(json.dumps(replay.as_json(found)))) == found


@given(st.lists(st.integers(0, 30 * 24 * 12), max_size=10))
def test_the_rules_that_were_in_force_change_nothing(steps: list[int]) -> None:
    """What left under the built-in rules leaves under them again."""
    past = [facts(at=NOON - timedelta(minutes=5 * step)) for step in steps]
    left = [sample(each) for each in past if isinstance(gate.decide(each), gate.Allow)]

    found = run(left, replace(BUILT_IN_POLICY, version=1), EVERYWHERE)
    assert (found.sends, found.held, found.refused) == (len(left), 0, 0)
