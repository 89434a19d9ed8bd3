"""The Beta distribution: how much of it lies below a point, and the point below which a share of it lies.

Pure arithmetic, written out because a credible interval alone does not justify a statistics library.
"""

from math import exp, lgamma, log, log1p

_TINY = 1e-300
_BELOW_ONE = 1.0 - 2.0**-53
"""Largest number below 1: at 1 itself the density has no logarithm."""

_TOLERANCE = 1e-12
_MAX_TERMS = 10_000
_MAX_STEPS = 200


def cdf(x: float, a: float, b: float) -> float:
    """Return the share of Beta(a, b) that lies below x, the regularised incomplete beta function.

    Args:
        x: point, from 0 to 1.
        a: first shape, above 0.
        b: second shape, above 0.

    Source: NIST Digital Library of Mathematical Functions, 8.17.22 (continued fraction) and 8.17.4 (symmetry).
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):  # Here the fraction converges fast; on the other side its mirror image does.
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def quantile(p: float, a: float, b: float) -> float:
    """Return the point below which a share p of Beta(a, b) lies.

    Newton's method inside a bracket that every step narrows; where a step would leave the bracket, near 0 and 1, it is
    halved instead. So it always arrives, mostly in under ten steps.

    Args:
        p: share, from 0 to 1.
        a: first shape, above 0.
        b: second shape, above 0.

    Returns:
        The point, to about 1e-12.
    """
    low, high, x = 0.0, 1.0, min(a / (a + b), _BELOW_ONE)
    for _ in range(_MAX_STEPS):
        error = cdf(x, a, b) - p
        low, high = (x, high) if error < 0.0 else (low, x)
        stepped = x - error / max(_density(x, a, b), _TINY)
        following = stepped if low < stepped < high else (low + high) / 2.0
        if abs(following - x) <= _TOLERANCE * x:
            return following
        x = min(following, _BELOW_ONE)
    return x


def _density(x: float, a: float, b: float) -> float:
    return exp(lgamma(a + b) - lgamma(a) - lgamma(b) + (a - 1.0) * log(x) + (b - 1.0) * log1p(-x))


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            d = 1.0 / _not_zero(1.0 + term * d)
            c = _not_zero(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < _TOLERANCE:
            break
    return value


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
