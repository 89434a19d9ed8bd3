"""The legal floor is data with sources, and a team's own rules can only tighten it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import law, windows
from domain.errors import DomainError
from domain.model import Channel, Language
from domain.provinces import Province
from domain.windows import NO_DAYS, Span, week
from tests.domain.gate_builders import policy

YEARS = (2026, 2027)


@pytest.mark.parametrize("province", Province)
def test_call_hours_are_the_same_in_every_province(province: Province) -> None:
    """Monday to Friday 09:00 to 21:30, at the weekend 10:00 to 18:00; nothing stricter was found anywhere."""
    weekday, weekend = (Span(time(9), time(21, 30)),), (Span(time(10), time(18)),)

    assert law.legal_window(Channel.CALL, province).days == (weekday,) * 5 + (weekend,) * 2


def test_hours_for_calls_are_law_and_hours_for_messages_are_company_policy() -> None:
    """A provincial rule prevails where there is one; a receipt must not call company policy a law."""
    rules = {(c, p): law.hours_rule(c, p) for c in Channel for p in (Province.ON, Province.BC)}

    assert {key: (rule.rule, rule.statutory) for key, rule in rules.items()} == {
        (Channel.CALL, Province.ON): ("utr.hours", True),
        (Channel.CALL, Province.BC): ("bc.hours", True),
        (Channel.SMS, Province.ON): ("company.hours", False),
        (Channel.SMS, Province.BC): ("company.hours", False),
        (Channel.EMAIL, Province.ON): ("company.hours", False),
        (Channel.EMAIL, Province.BC): ("company.hours", False),
    }
    assert all(rule.source for rule in law.HOURS)


def test_the_statutory_holidays_of_british_columbia_are_those_of_the_calendar() -> None:
    """Written from the calendar: what is left of 2026, all of 2027, and the Monday Christmas 2027 is observed on."""
    days = law.closed_days(Channel.CALL, Province.BC, YEARS)

    assert {day for day in days if day >= date(2026, 11, 24)} == {
        date(2026, 12, 25),
        date(2027, 1, 1),
        date(2027, 2, 15),
        date(2027, 3, 26),
        date(2027, 5, 24),
        date(2027, 7, 1),
        date(2027, 8, 2),
        date(2027, 9, 6),
        date(2027, 9, 30),
        date(2027, 10, 11),
        date(2027, 11, 11),
        date(2027, 12, 25),
        date(2027, 12, 27),
    }


def test_the_law_closes_no_day_elsewhere_or_for_messages() -> None:
    """The holiday rule is British Columbia's, and for calls."""
    closing = {(c, p) for c in Channel for p in Province if law.closed_days(c, p, YEARS)}

    assert closing == {(Channel.CALL, Province.BC)}


@pytest.mark.parametrize("province", Province)
def test_every_province_has_its_holidays(province: Province) -> None:
    """Christmas and Labour Day everywhere; days that are not statutory there, nowhere."""
    days = law.provincial_holidays(province, YEARS)

    assert {date(2026, 12, 25), date(2027, 9, 6), date(2027, 1, 1)} <= days
    assert (date(2027, 9, 30) in days) is (province in {"BC", "MB", "NT", "NU", "PE", "YT"})


def test_a_holiday_is_named_in_the_canadian_way_in_both_languages() -> None:
    """Labour Day, not Labor Day."""
    assert law.holiday_name(Province.ON, date(2027, 9, 6)) == "Labour Day"
    assert law.holiday_name(Province.QC, date(2027, 6, 24), Language.FR) == "Fête nationale du Québec"
    assert law.holiday_name(Province.ON, date(2027, 9, 7)) is None


def test_a_team_may_rest_on_holidays_and_on_days_of_its_own() -> None:
    """Ontario texts on Labour Day and on the day of the company's outing."""
    outing = date(2027, 6, 18)
    resting = policy(closed_on_holidays=frozenset({Channel.SMS}), closed_on=frozenset({outing}))

    closed = law.team_closed_days(Channel.SMS, Province.ON, YEARS, resting)

    assert {date(2027, 9, 6), outing} <= closed
    assert law.team_closed_days(Channel.CALL, Province.ON, YEARS, resting) == {outing}
    assert law.team_closed_days(Channel.SMS, Province.ON, YEARS, law.BUILT_IN_POLICY) == NO_DAYS


def test_a_policy_must_give_hours_for_every_channel_it_uses() -> None:
    """Otherwise the gate would have to guess."""
    with pytest.raises(DomainError, match="call has none") as refused:
        policy(windows={Channel.SMS: law.CALL_HOURS, Channel.EMAIL: law.CALL_HOURS})
    assert refused.value.code == "hours_missing"

    texts_only = policy(windows={Channel.SMS: law.CALL_HOURS}, channels=frozenset({Channel.SMS}))
    assert texts_only.channels == {Channel.SMS}


@pytest.mark.parametrize("limit", ["max_per_day", "max_per_30_days", "max_team_per_hour"])
def test_a_limit_below_zero_is_refused(limit: str) -> None:
    """Zero is a limit, minus one a mistake."""
    assert getattr(policy(**{limit: 0}), limit) == 0
    with pytest.raises(DomainError, match="whole number") as refused:
        policy(**{limit: -1})
    assert refused.value.code == "bad_cap"


@given(
    opens=st.integers(0, 1438),
    length=st.integers(1, 1439),
    minute=st.integers(0, 7 * 1440 - 1),
    channel=st.sampled_from(Channel),
    province=st.sampled_from(Province),
)
def test_a_team_can_only_tighten_the_floor(
    opens: int, length: int, minute: int, channel: Channel, province: Province
) -> None:
    """Whatever hours a team writes down, nothing is open outside the legal window."""
    span = Span(time(*divmod(opens, 60)), time(*divmod(min(opens + length, 1439), 60)))
    hours = week(weekdays=(span,), saturday=(span,), sunday=(span,))
    ours = policy(windows=dict.fromkeys(Channel, hours))
    now = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=minute)

    effective = law.effective_window(channel, province, ours)

    utc = frozenset({"UTC"})
    both = windows.is_open(law.legal_window(channel, province), utc, now) and windows.is_open(hours, utc, now)
    assert windows.is_open(effective, utc, now) is both
