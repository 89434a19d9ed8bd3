"""Draws what an offer rests on: the four steps from opening to ceiling, the sum, and how readily buyers take deals.

Reads the stored evidence of ``domain.offers``; an older offer may lack an entry, so each is shown only if it is there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views import blocks
from bot.views.blocks import Block
from bot.views.lead import dollars
from domain import liquidity

SMALL_PRINT = 1_000

STEPS = ("opening", "target", "stretch", "ceiling")


def ladder_of(cents: Mapping[str, int]) -> Block:
    """Return the four amounts of an offer on one line.

    Args:
        cents: amount by step, ``opening`` to ``ceiling``.
    """
    opening, target, stretch, ceiling = (dollars(cents[step]) for step in STEPS)
    return blocks.section(f"Opening *{opening}* · target {target} · stretch {stretch} · ceiling *{ceiling}*")


def of_offer(stored: Mapping[str, Any]) -> Block | None:
    """Return how the ceiling came about, and what speaks about it, as small print; None where nothing was kept."""
    parts = [part for part in (_sum(stored), *_reasons(stored), _market(stored)) if part]
    return blocks.small(" ".join(parts), SMALL_PRINT) if parts else None


def _sum(stored: Mapping[str, Any]) -> str:
    terms: Sequence[Mapping[str, Any]] = stored.get("terms") or ()
    shown = [term for term in terms if term["cents"]]
    if not shown or "mao_cents" not in stored:
        return ""
    added = [f"{'−' if term['cents'] < 0 else '+'} {_term(term)}" for term in shown]
    return f"Maximum {dollars(stored['mao_cents'])} = {' '.join(added).removeprefix('+ ')}."


def _term(term: Mapping[str, Any]) -> str:
    label = str(term["label"])
    return f"{dollars(abs(term['cents']))} ({label if label.startswith('ARV') else label.lower()})"


def _reasons(stored: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(reason) for reason in stored.get("reasons") or ())


def _market(stored: Mapping[str, Any]) -> str:
    policy = f"Rules: {stored['policy_version']}." if stored.get("policy_version") else ""
    score, low, high, n = (stored.get(f"liquidity_{key}") for key in ("score", "low", "high", "n"))
    if score is None or low is None or high is None or n is None:
        return policy
    measured = liquidity.Liquidity(score, low, high, n, thin=bool(stored.get("liquidity_thin")))
    return f"Buyer liquidity {liquidity.describe(measured)}. {policy}".rstrip()
