"""The fields a policy is typed in."""

from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import policies, policy_fields
from domain.errors import DomainError
from domain.law import BUILT_IN_POLICY, TeamPolicy
from domain.model import Channel
from domain.policies import Scope
from domain.provinces import Province
from tests.domain.policy_builders import scopes, team_policies

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
ONTARIO = Scope(Province.ON)
FIELDS = {**policy_fields.written(BUILT_IN_POLICY, TODAY), "reason": "Complaints in the evening"}


@given(team_policies(), scopes)
def test_a_form_filled_with_a_policy_proposes_that_policy(rules: TeamPolicy, scope: Scope) -> None:
    """Unless the floor leaves nothing of it: then it is refused at the channel's field."""
    fields = {**policy_fields.written(rules, TODAY), "reason": "as it is"}
    possible = all(any(week.days) for each in Channel if (week := policies.applied(rules, each, scope)) is not None)
    with nullcontext() if possible else pytest.raises(DomainError, match="could never leave"):
        asked = policy_fields.read(fields, scope, rules, NOW)
        assert policies.diff(rules, asked.rules) == ()
        assert asked.rules.scope == scope.key


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("sms", "Mon-Fri 25:00-26:00", "No such time"),
        ("call", "", "Which hours"),
        ("per_day", "many", "whole number, 0–20"),
        ("per_day", "-1", "whole number"),
        ("per_day", "21", "whole number"),
        ("per_day", "\N{ARABIC-INDIC DIGIT THREE}", "whole number"),
        ("per_hour", "99999999999999999999", "whole number, 0–5,000"),
        ("holidays", "christmas", "Choose"),
        ("closed_on", "30 Feb", "No such date"),
        ("closed_on", "2026-11-23", "Already past"),
        (
            "closed_on",
            ", ".join(f"{1 + n % 28} {'Jan' if n < 28 else 'Feb' if n < 56 else 'Mar'}" for n in range(61)),
            "60",
        ),
        ("from", "2027-03-14 02:30", "doesn't exist that day"),
        ("from", "2026-11-24 11:00", "Already past"),
        ("reason", "…", "Say why"),
        ("reason", "x" * 501, "Too long"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(field: str, text: str, says: str) -> None:
    """With a sentence for the person who typed it."""
    with pytest.raises(DomainError, match=says) as refused:
        policy_fields.read(FIELDS | {field: text}, ONTARIO, BUILT_IN_POLICY, NOW)

    assert refused.value.field == field


def test_what_is_typed_becomes_rules() -> None:
    """Every field, once."""
    typed = {
        "sms": "Mon-Fri 9-17",
        "call": "off",
        "per_day": "1",
        "per_30_days": "5",
        "per_hour": "50",
        "holidays": "all",
        "closed_on": "24 Dec",
        "inquiry": "yes",
        "from": "2026-12-01 09:00",
    }
    asked = policy_fields.read(FIELDS | typed, ONTARIO, BUILT_IN_POLICY, NOW)

    rules = asked.rules
    assert policies.hours(rules, Channel.SMS) == "Mon–Fri 09:00–17:00"
    assert rules.channels == {Channel.SMS, Channel.EMAIL}
    assert (rules.max_per_day, rules.max_per_30_days, rules.max_team_per_hour) == (1, 5, 50)
    assert rules.closed_on_holidays == frozenset(Channel)
    assert rules.closed_on == {date(2026, 12, 24)}
    assert rules.inquiry_is_implied_consent
    assert asked.starts_at == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    assert asked.reason == "Complaints in the evening"


def test_a_closed_day_that_has_passed_is_neither_asked_again_nor_dropped() -> None:
    """It is history, and no change."""
    before = replace(BUILT_IN_POLICY, closed_on=frozenset({date(2026, 7, 1), date(2026, 12, 24)}))
    fields = {**policy_fields.written(before, TODAY), "reason": "as it is"}

    assert fields["closed_on"] == "2026-12-24"
    assert policy_fields.read(fields, ONTARIO, before, NOW).rules.closed_on == before.closed_on


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=30)))
def test_any_fields_are_a_policy_or_a_refusal(typed: dict[str, str]) -> None:
    """Nothing else escapes."""
    with suppress(DomainError):
        asked = policy_fields.read(FIELDS | typed, ONTARIO, BUILT_IN_POLICY, NOW)
        assert asked.rules.channels <= asked.rules.windows.keys()
