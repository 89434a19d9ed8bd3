"""A missing fact, a broken rule or an unknown zone holds the message; the gate never raises and never guesses."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from domain import gate, law
from domain.gate import Allow, Facts, Hold, Reason
from domain.model import Channel, Purpose
from domain.provinces import Province
from domain.windows import Week
from tests.domain.gate_builders import NOON, consent, facts, policy, suppression

MAY_BE_NONE = {
    "last_inbound_at",
    "send_before",
    "national_list_checked_on",
    "last_call_at",
    "oldest_today_at",
    "oldest_30_days_at",
    "last_start_at",
}
"""Facts for which None is an answer. The market is on the receipt only."""


def _error(what: str) -> Hold:
    return Hold(Reason.GATE_ERROR, None, f"gate.{what}")


@pytest.mark.parametrize("name", sorted({each.name for each in fields(Facts)} - MAY_BE_NONE - {"province", "market"}))
def test_a_missing_fact_holds_and_is_named(name: str) -> None:
    """None is not "no": nothing is assumed about what was not gathered."""
    assert gate.decide(facts(**{name: None})) == _error(name)


@pytest.mark.parametrize("name", sorted(MAY_BE_NONE))
def test_none_is_an_answer_where_nothing_happened(name: str) -> None:
    """Nobody wrote, no deadline, no list, no call."""
    assert isinstance(gate.decide(facts(**{name: None})), Allow)


@pytest.mark.parametrize(
    "changes", [{"province": None}, {"zones": frozenset()}, {"province": None, "zones": frozenset()}]
)
@pytest.mark.parametrize("channel", Channel)
def test_an_unknown_place_holds(changes: dict[str, object], channel: Channel) -> None:
    """No province, so no legal window."""
    assert gate.decide(facts(channel=channel, **changes)) == Hold(Reason.PLACE_UNKNOWN, None, "place.province")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"at": NOON.replace(tzinfo=None)}, "at"),
        ({"at": "2026-11-24T17:00Z"}, "at"),
        ({"zones": frozenset({"America/Atlantis"})}, "ZoneInfoNotFoundError"),
        ({"zones": frozenset({"America/Toronto", ""})}, "ValueError"),
        ({"zones": {"America/Toronto"}}, "zones"),
        ({"zones": "America/Toronto"}, "zones"),
        ({"province": "XX"}, "KeyError"),
        ({"sent_today": -1}, "sent"),
        ({"sent_30_days": -1}, "sent"),
        ({"calls_30_days": -1}, "sent"),
        ({"team_sent_last_hour": -1}, "sent"),
        ({"sent_today": 0.5}, "sent_today"),
        ({"in_flight": 0}, "in_flight"),
        ({"same_body_within_24h": ""}, "same_body_within_24h"),
        ({"paused": ()}, "paused"),
        ({"consents": [consent()]}, "consents"),
        ({"consents": (None,)}, "AttributeError"),
        ({"consents": (consent(started_at=NOON.replace(tzinfo=None)),)}, "TypeError"),
        ({"suppressions": (None,)}, "AttributeError"),
        ({"suppressions": (suppression(until=NOON.replace(tzinfo=None)),)}, "TypeError"),
        ({"send_before": NOON.replace(tzinfo=None) + timedelta(days=1)}, "TypeError"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_fact_that_makes_no_sense_holds(changes: dict[str, object], rule: str) -> None:
    """Whatever it breaks on the way is named on the receipt, without personal data."""
    assert gate.decide(facts(**changes)) == _error(rule)


def test_a_ladder_text_without_its_ladder_holds() -> None:
    """Other purposes have no ladder to ask."""
    assert gate.decide(facts(ladder=None)) == _error("ladder")
    assert isinstance(gate.decide(facts(ladder=None, purpose=Purpose.MANUAL)), Allow)


class _BrokenWindows(Mapping[Channel, Week]):
    """Hours as a failing store would give them: listed, but unreadable."""

    def __getitem__(self, key: Channel) -> Week:
        raise ConnectionError(key)

    def __iter__(self) -> Iterator[Channel]:
        return iter(Channel)

    def __contains__(self, key: object) -> bool:
        return True

    def __len__(self) -> int:
        return len(Channel)


def test_a_rule_that_breaks_holds() -> None:
    """An exception inside the gate is a hold, not a text."""
    assert gate.decide(facts(policy=policy(windows=_BrokenWindows()))) == _error("ConnectionError")


def test_hours_of_the_wrong_kind_hold() -> None:
    """A policy that was read badly opens nothing."""
    hours = cast("Week", "09:00-21:30")

    verdict = gate.decide(facts(policy=policy(windows=dict.fromkeys(Channel, hours))))

    assert isinstance(verdict, Hold)
    assert verdict.reason is Reason.GATE_ERROR


def test_no_facts_at_all_hold() -> None:
    """Even the wrong kind of question gets the safe answer."""
    assert gate.decide(cast("Facts", None)) == _error("AttributeError")


def test_a_date_beyond_the_calendar_holds() -> None:
    """The year 9999 has no next year to look for an opening in."""
    verdict = gate.decide(facts(at=datetime(9999, 12, 31, 17, 0, tzinfo=UTC)))

    assert isinstance(verdict, Hold)
    assert verdict.reason is Reason.GATE_ERROR


def test_the_facts_are_not_changed_by_asking() -> None:
    """They go onto the receipt afterwards."""
    asked = facts(province=Province.ON)
    before = replace(asked)
    gate.decide(asked)

    assert asked == before
    assert asked.policy is law.BUILT_IN_POLICY
