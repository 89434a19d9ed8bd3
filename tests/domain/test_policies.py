"""Which policy applies where, what a change says, and what the floor leaves of it."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import hours_text, law, policies, windows
from domain.errors import DomainError
from domain.law import BUILT_IN_POLICY, TeamPolicy
from domain.model import Channel
from domain.policies import EVERYWHERE, Scope
from domain.provinces import Province
from domain.windows import Span, week
from tests.domain.policy_builders import ONTARIO, TORONTO, scopes, team_policies


@pytest.mark.parametrize(
    ("text", "scope", "key"),
    [
        ("ON Toronto", TORONTO, "ON/Toronto"),
        ("on", ONTARIO, "ON/ALL"),
        ("Québec", Scope(Province.QC), "QC/ALL"),
        ("Prince Edward Island", Scope(Province.PE), "PE/ALL"),
        ("British Columbia Vancouver", Scope(Province.BC, "Vancouver"), "BC/Vancouver"),
        ("Ontario ALL", ONTARIO, "ON/ALL"),
        ("Canada", EVERYWHERE, "CA/ALL"),
        ("all", EVERYWHERE, "CA/ALL"),
        ("Toronto", TORONTO, "ON/Toronto"),
    ],
)
def test_a_place_is_named_the_way_people_name_it(text: str, scope: Scope, key: str) -> None:
    """And its key names it again."""
    assert policies.scope_of(text) == scope
    assert scope.key == key
    assert policies.from_key(key) == scope


@pytest.mark.parametrize("text", ["", "Atlantis", "ON Calgary", "ON Gotham", "Springfield"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    """With an example."""
    with pytest.raises(DomainError, match="Example: ON Toronto"):
        policies.scope_of(text)


@pytest.mark.parametrize("key", ["", "ON", "XX/ALL", "CA/Toronto", "ON/"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    """A form's metadata comes back from outside."""
    with pytest.raises(DomainError):
        policies.from_key(key)


@given(scopes)
def test_every_scope_survives_being_typed(scope: Scope) -> None:
    """What an answer tells people to type names the same place."""
    assert policies.scope_of(scope.typed) == scope
    assert policies.from_key(scope.key) == scope


@given(st.frozensets(st.sampled_from(["ON/Toronto", "ON/ALL", "CA/ALL", "BC/ALL", "ON/Hamilton"])))
def test_the_nearest_policy_in_force_applies(keys: frozenset[str]) -> None:
    """Market, then province, then Canada, then what is built in."""
    in_force = {key: replace(BUILT_IN_POLICY, version=1, scope=key) for key in keys}

    nearest = next((key for key in ("ON/Toronto", "ON/ALL", "CA/ALL") if key in keys), "built-in")
    assert policies.choose(in_force, Province.ON, "Toronto").scope == nearest
    wide = next((key for key in ("ON/ALL", "CA/ALL") if key in keys), "built-in")
    assert policies.choose(in_force, Province.ON, "ALL").scope == wide
    assert policies.choose(in_force, None, "ALL").scope == ("CA/ALL" if "CA/ALL" in keys else "built-in")


@given(team_policies())
def test_the_same_rules_differ_in_nothing(rules: TeamPolicy) -> None:
    """Whatever they are called."""
    assert policies.diff(rules, replace(rules, version=rules.version + 1, scope="ON/ALL")) == ()


@given(team_policies(), team_policies())
def test_a_change_of_any_rule_is_said(old: TeamPolicy, new: TeamPolicy) -> None:
    """No change goes by silently: the diff is empty only for equal rules."""
    same = replace(new, version=old.version, scope=old.scope) == old

    assert (policies.diff(old, new) == ()) is same


def test_a_change_names_the_new_and_the_present() -> None:
    """In sentences."""
    short = week(weekdays=[Span(time(9), time(17))], saturday=[], sunday=[])
    new = replace(
        BUILT_IN_POLICY,
        windows={Channel.SMS: short, Channel.CALL: law.CALL_HOURS},
        channels=frozenset({Channel.SMS, Channel.CALL}),
        max_per_day=2,
        closed_on_holidays=frozenset({Channel.SMS}),
        closed_on=frozenset({date(2026, 12, 24)}),
        inquiry_is_implied_consent=True,
    )

    now = hours_text.show(law.CALL_HOURS)
    assert policies.diff(BUILT_IN_POLICY, new) == (
        f"Texts: Mon–Fri 09:00–17:00 (now {now})",
        f"E-mails: off (now {now})",
        "Messages to one person a day: at most 2 (now 3)",
        "Texts rest on provincial holidays",
        "Closed on 2026-12-24",
        "A seller's inquiry counts as consent for six months (CASL s. 10(10)(e); have counsel agree)",
    )


@given(team_policies(), scopes)
def test_a_policy_never_opens_what_the_floor_closes(rules: TeamPolicy, scope: Scope) -> None:
    """What really applies lies inside the team's hours and inside the floor, and a cut is always said."""
    notes = " ".join(policies.floor_notes(rules, scope))
    for channel in Channel:
        really = policies.applied(rules, channel, scope)
        if really is None:
            assert channel not in rules.channels
            continue
        assert windows.intersect(really, law.CALL_HOURS) == really
        assert windows.intersect(really, rules.windows[channel]) == really
        assert (f"{policies.NAMES[channel]}: " in notes) is (really != rules.windows[channel])


def test_hours_wider_than_the_floor_are_taken_and_cut_in_sight() -> None:
    """The asked hours, whose floor it is, and what it leaves."""
    wide = hours_text.parse("daily 08:00-22:00")
    assert wide is not None
    asked = replace(BUILT_IN_POLICY, windows=dict.fromkeys(Channel, wide))

    texts, calls, _mails = policies.floor_notes(asked, TORONTO)
    floor = hours_text.show(law.CALL_HOURS)
    assert texts == (
        f"Texts: Mon–Sun 08:00–22:00 asked; the company floor (the hours for calls) leaves {floor}, "
        "and only that applies"
    )
    assert "the law leaves" in calls


def test_hours_of_which_the_floor_leaves_nothing_are_refused() -> None:
    """Nobody turns a channel off by mistake."""
    dawn = hours_text.parse("daily 05:00-07:00")
    assert dawn is not None

    with pytest.raises(DomainError, match="Calls could never leave") as refused:
        policies.check(replace(BUILT_IN_POLICY, windows={**BUILT_IN_POLICY.windows, Channel.CALL: dawn}), TORONTO)
    assert refused.value.field == "call"
