"""Chooses round numbers for a chart's axis and writes numbers as people read them."""

import math
from typing import Final

_WANTED_STEPS: Final = 4
_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice_ticks(low: float, high: float, *, with_zero: bool, whole: bool = False) -> tuple[float, ...]:
    """Return rising round values that enclose ``low`` and ``high``.

    Args:
        low: The smallest value shown.
        high: The largest value shown, at least ``low``.
        with_zero: True when bars or areas stand on zero, so that their lengths can be compared.
        whole: True when things are counted: there is no quarter of a lead, so no tick between whole numbers either.

    Returns:
        At least two values, e.g. ``(0, 10000, 20000, 30000, 40000)`` for 3,000 to 38,500.

    """
    if with_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = low - abs(low) / 2, high + (abs(high) / 2 or 1.0)
    step = _round_step((high - low) / _WANTED_STEPS, whole=whole)
    first, last = math.floor(low / step), math.ceil(high / step)
    return tuple(round(step * index, 10) for index in range(first, last + 1))


def short_number(value: float) -> str:
    """Return a number for an axis: ``32k``, ``1.5M``, ``0.25``."""
    for size, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return written_number(value / size) + suffix
    return written_number(value)


def written_number(value: float) -> str:
    """Return a number with thousands separators and no more decimals than it needs, at most four."""
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def _round_step(raw: float, *, whole: bool) -> float:
    magnitude = math.pow(10, math.floor(math.log10(raw)))
    steps = [factor * magnitude for factor in _ROUND if factor * magnitude >= raw * (1 - 1e-9)]
    return next((step for step in steps if not whole or step.is_integer()), 1.0)
