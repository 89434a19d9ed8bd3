"""The Beta distribution against exact values."""

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import beta

SHAPES = st.integers(1, 30)
SHARES = st.floats(0.001, 0.999)


def exact(x: float, a: int, b: int) -> float:
    """Return the share below x for whole shapes: at least a successes in a + b - 1 trials."""
    n = a + b - 1
    return sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))


@settings(max_examples=50)
@given(SHARES, SHAPES, SHAPES)
def test_shares_below_a_point_are_exact_for_whole_shapes(x: float, a: int, b: int) -> None:
    """The binomial identity is an independent way to the same number."""
    assert beta.cdf(x, a, b) == pytest.approx(exact(x, a, b), abs=1e-10)


@pytest.mark.parametrize(
    ("p", "a", "b", "expected"),
    [
        (0.3, 1, 1, 0.3),
        (0.25, 2, 1, 0.5),
        (0.75, 1, 2, 0.5),
        (0.5, 7, 7, 0.5),
        (0.05, 2, 3, 0.0976115),
        (0.95, 2, 3, 0.7513954),
        (0.5, 0.5, 0.5, 0.5),
        (0.25, 0.5, 0.5, 0.1464466),
    ],
    ids=["uniform", "square", "mirror", "symmetric", "low 5 %", "high 5 %", "arcsine", "arcsine quarter"],
)
def test_points_match_known_tables(p: float, a: float, b: float, expected: float) -> None:
    """Closed forms and printed tables."""
    assert beta.quantile(p, a, b) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=50)
@given(SHARES, st.floats(0.5, 200), st.floats(0.5, 200))
def test_a_point_gives_back_its_share(p: float, a: float, b: float) -> None:
    """One function undoes the other."""
    assert beta.cdf(beta.quantile(p, a, b), a, b) == pytest.approx(p, abs=1e-9)


@settings(max_examples=50)
@given(st.floats(0.5, 200), st.floats(0.5, 200), SHARES, SHARES)
def test_more_share_is_never_a_lower_point(a: float, b: float, p: float, q: float) -> None:
    """Intervals cannot cross."""
    low, high = sorted((p, q))

    assert beta.quantile(low, a, b) <= beta.quantile(high, a, b)


@pytest.mark.parametrize(("x", "share"), [(-1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (2.0, 1.0)])
def test_nothing_lies_outside_zero_to_one(x: float, share: float) -> None:
    """The edges are exact."""
    assert beta.cdf(x, 2, 3) == share


@pytest.mark.parametrize(("a", "b"), [(0.2, 9.8), (9.8, 0.2), (50_000.0, 0.2), (0.2, 50_000.0), (1e9, 0.1)])
@pytest.mark.parametrize("p", [0.0, 0.05, 0.95, 1.0])
def test_extreme_shapes_still_have_points(p: float, a: float, b: float) -> None:
    """A market where nobody or everybody buys breaks nothing."""
    assert 0.0 <= beta.quantile(p, a, b) <= 1.0
