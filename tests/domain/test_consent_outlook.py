"""What the card says in advance is what the gate will say then."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import consent, gate, ladder
from domain.consent_outlook import NEAR, Planned, ends_soon, uncovered
from domain.model import Channel, ConsentBasis, Purpose
from domain.verdicts import Allow, Reason
from tests.domain.gate_builders import NOON, facts, policy
from tests.domain.gate_builders import consent as ground

PLANNED = tuple(Planned(step.step, step.channel, NOON + step.after) for step in ladder.PLAN)


def test_an_inquiry_covers_the_first_text_and_says_so_of_the_others() -> None:
    """Texts 3 and 5 need a YES; calls need nothing."""
    found = uncovered([ground(ConsentBasis.REPLY)], PLANNED, policy())

    assert found == {3: Reason.CONSENT_USED, 5: Reason.CONSENT_USED}


def test_express_consent_covers_everything() -> None:
    """Nothing to announce."""
    assert uncovered([ground(ConsentBasis.REPLY), ground()], PLANNED, policy()) == {}


def test_a_step_behind_the_end_is_announced() -> None:
    """A purchase that ends in two days covers no text of day three."""
    ending = ground(ConsentBasis.PURCHASE, started_at=NOON - timedelta(days=728))

    assert uncovered([ending], PLANNED, policy()) == {5: Reason.CONSENT_ENDED}


def test_counsels_switch_lets_an_inquiry_last() -> None:
    """Off, it is one answer; on, it is six months."""
    inquiry = [ground(ConsentBasis.INQUIRY)]

    assert uncovered(inquiry, PLANNED, policy()) == {3: Reason.CONSENT_NEEDS_YES, 5: Reason.CONSENT_NEEDS_YES}
    assert uncovered(inquiry, PLANNED, policy(inquiry_is_implied_consent=True)) == {}


def test_a_persons_own_text_covers_no_step_of_a_ladder() -> None:
    """What they wrote is answered by hand."""
    theirs = ground(ConsentBasis.REPLY, reply_id=3)

    assert uncovered([theirs], PLANNED, policy()) == dict.fromkeys((1, 3, 5), Reason.CONSENT_DOES_NOT_FIT)
    assert consent.ground_for([theirs], Channel.SMS, Purpose.MANUAL, NOON, policy=policy()) is theirs


@given(
    drawn=st.lists(st.tuples(st.sampled_from(ConsentBasis), st.integers(0, 900), st.integers(0, 1)), max_size=4),
    switch=st.booleans(),
)
def test_the_forecast_is_what_the_gate_says_when_each_step_comes(
    drawn: list[tuple[ConsentBasis, int, int]], *, switch: bool
) -> None:
    """Step by step, with each use counted as the hand-over counts it."""
    rules = policy(inquiry_is_implied_consent=switch)
    grounds = [
        ground(basis, consent_id=number, started_at=NOON - timedelta(days=days), used=used)
        for number, (basis, days, used) in enumerate(drawn)
    ]
    forecast, left = uncovered(grounds, PLANNED, rules), list(grounds)
    for each in PLANNED:
        if each.channel is Channel.CALL:
            continue
        verdict = gate.decide(facts(at=each.at, consents=tuple(left), policy=rules))
        if isinstance(verdict, Allow):
            left = [replace(one, used=one.used + (one.consent_id == verdict.consent_id)) for one in left]
            assert each.step not in forecast
        else:
            assert forecast[each.step] is verdict.reason


@pytest.mark.parametrize(
    ("days_left", "shown"), [(NEAR.days + 1, False), (NEAR.days, True), (1, True), (0, False)], ids=str
)
def test_an_end_is_counted_down_from_thirty_days_on(days_left: int, *, shown: bool) -> None:
    """Before that it stands in the small print, after it there is nothing to count."""
    start = datetime(2026, 11, 24, 17, tzinfo=NOON.tzinfo)
    purchase = ground(ConsentBasis.PURCHASE, started_at=start)
    at = start.replace(year=2028) - timedelta(days=days_left)

    assert ends_soon([purchase], at, policy()) == (start.replace(year=2028) if shown else None)


def test_no_end_is_near_while_something_endless_or_later_holds() -> None:
    """The last one counts, and a YES has no end."""
    soon = ground(ConsentBasis.PURCHASE, started_at=NOON - timedelta(days=725))
    later = ground(ConsentBasis.CONTRACT, started_at=NOON - timedelta(days=5))

    assert ends_soon([soon, ground()], NOON, policy()) is None
    assert ends_soon([soon, later], NOON, policy()) is None
    assert ends_soon([ground(ConsentBasis.REPLY, expires_at=NOON + timedelta(days=3))], NOON, policy()) is None


def test_the_clock_of_messages_and_the_clock_of_calls_differ() -> None:
    """A purchase is consent for 24 months and exempts calls for 18."""
    purchase = ground(ConsentBasis.PURCHASE, started_at=NOON)

    assert consent.ends_at(purchase) == NOON.replace(year=2028)
    assert consent.exempt_until(purchase) == NOON.replace(year=2028, month=5)
    assert consent.exempt_until(ground()) is None
