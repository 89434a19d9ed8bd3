"""Draws what an offer rests on: the four steps from opening to ceiling, the sum, and how readily buyers take deals.

Reads the stored evidence of ``domain.offers``; an older offer may lack an entry, so each is shown only if it is there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views import blocks
from bot.views.blocks import Block
from bot.views.lead import dollars
from domain import liquidity

STEPS = ("opening", "target", "stretch", "ceiling")


def ladder_of(cents: Mapping[str, int]) -> Block:
    """Return the four amounts of an offer side by side.

    Args:
        cents: amount by step, ``opening`` to ``ceiling``.
    """
    return blocks.fields(*[(step.capitalize(), dollars(cents[step])) for step in STEPS])


def of_offer(stored: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return how the ceiling came about, and what speaks about it, as small print."""
    lines = [_sum(stored), _asking(stored), *_reasons(stored), _market(stored)]
    return tuple(blocks.small(line) for line in (" ".join(part for part in lines if part),) if line)


def _sum(stored: Mapping[str, Any]) -> str:
    terms: Sequence[Mapping[str, Any]] = stored.get("terms") or ()
    shown = [term for term in terms if term["cents"]]
    if not shown or "mao_cents" not in stored:
        return ""
    parts = [f"{term['label']} {dollars(abs(term['cents']))}" for term in shown]
    signs = ["−" if term["cents"] < 0 else "+" for term in shown[1:]]
    added = "".join(f" {sign} {part}" for sign, part in zip(signs, parts[1:], strict=True))
    return f"Maximum {dollars(stored['mao_cents'])} = {parts[0]}{added}."


def _asking(stored: Mapping[str, Any]) -> str:
    asking = stored.get("asking_cents")
    return "" if asking is None else f"They ask {dollars(asking)}."


def _reasons(stored: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(reason) for reason in stored.get("reasons") or ())


def _market(stored: Mapping[str, Any]) -> str:
    policy = f"Rules: {stored['policy_version']}." if stored.get("policy_version") else ""
    score, low, high, n = (stored.get(f"liquidity_{key}") for key in ("score", "low", "high", "n"))
    if score is None or low is None or high is None or n is None:
        return policy
    measured = liquidity.Liquidity(score, low, high, n, thin=bool(stored.get("liquidity_thin")))
    return f"Buyer liquidity {liquidity.describe(measured)}. {policy}".rstrip()
