"""How readily buyers take deals, with an honest width."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import liquidity
from domain.liquidity import Counts

AMOUNTS = st.floats(0, 5000)
COUNTS = st.builds(Counts, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)


@settings(max_examples=50)
@given(COUNTS, COUNTS, COUNTS)
def test_the_interval_holds_the_score(market: Counts, province: Counts, canada: Counts) -> None:
    """Whatever the evidence at the three levels."""
    found = liquidity.nested(market, province, canada)

    assert 0.0 <= found.low <= found.score <= found.high <= 1.0


def test_without_any_event_the_score_is_the_prior_and_says_so() -> None:
    """An empty market is not a cold one."""
    found = liquidity.score(Counts())

    assert (found.score, found.n, found.thin) == (0.2, 0, True)
    assert liquidity.describe(found) == "not enough data (0 buyers)"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(40, 20, 10, 5), (2 + 10 + 2.5 + 1.25) / 50),
        (Counts(40, 40, 40, 40), 42 / 50),
        (Counts(40, 0, 0, 0), 2 / 50),
    ],
    ids=["mixed", "everybody buys", "nobody answers"],
)
def test_steps_weigh_half_a_quarter_and_a_quarter(counts: Counts, expected: float) -> None:
    """(a + x) / (a + b + n) with a = 2, b = 8."""
    assert liquidity.score(counts).score == pytest.approx(expected)


def test_who_bought_has_also_answered() -> None:
    """A sale recorded without an answer is not half a sale."""
    assert liquidity.score(Counts(20, 0, 0, 10)) == liquidity.score(Counts(20, 10, 10, 10))


def test_more_evidence_narrows_the_interval() -> None:
    """The same shares from ten times the buyers."""
    few, many = liquidity.score(Counts(20, 10, 4, 2)), liquidity.score(Counts(200, 100, 40, 20))

    assert many.high - many.low < few.high - few.low


def test_a_small_market_follows_its_province() -> None:
    """One buyer who bought does not make the hottest market of Canada."""
    hot = Counts(200, 150, 100, 60)
    cold = Counts(200, 20, 5, 1)
    one = Counts(1, 1, 1, 1)

    in_hot = liquidity.score(one, liquidity.prior_from(Counts(), hot))
    in_cold = liquidity.score(one, liquidity.prior_from(Counts(), cold))

    assert in_cold.score < 0.25 < in_hot.score
    assert in_cold.thin
    assert in_hot.thin


def test_an_empty_province_follows_canada() -> None:
    """The nesting goes all the way up."""
    canada = Counts(2000, 1500, 1000, 600)

    assert liquidity.prior_from(canada, Counts()).alpha == pytest.approx(
        liquidity.PRIOR_STRENGTH * (2 + 750 + 250 + 150) / 2010
    )


def test_a_market_is_not_counted_again_in_its_province() -> None:
    """The only market of a province is shrunk towards Canada, not towards itself."""
    market = Counts(100, 90, 80, 70)

    assert liquidity.nested(market, market, market) == liquidity.score(market, liquidity.prior_from(Counts(), Counts()))


@pytest.mark.parametrize(("n", "thin"), [(9.99, True), (10.0, False)])
def test_ten_buyers_are_enough_to_show_a_number(*, n: float, thin: bool) -> None:
    """Below, the prior speaks louder than the market."""
    assert liquidity.score(Counts(n, 5, 2, 1)).thin is thin


def test_a_score_is_shown_with_interval_and_number() -> None:
    """Never a bare number."""
    assert liquidity.describe(liquidity.score(Counts(40, 20, 10, 5))) == "0.32 (0.21–0.43, 40 buyers)"


def test_events_weigh_half_after_the_half_life() -> None:
    """Old buyers fade, and the future does not count."""
    halved = liquidity.decayed(Counts(8, 4, 2, 1), liquidity.HALF_LIFE)

    assert halved == Counts(4, 2, 1, 0.5)
    assert liquidity.decayed(Counts(8, 4, 2, 1), timedelta(days=-1)) == Counts(8, 4, 2, 1)
