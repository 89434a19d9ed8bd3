"""How readily buyers take deals of a kind in a market, as a number with an honest width.

The score is an estimated share from 0 to 1: half of it for buyers who answer, a quarter for those who offer, a quarter
for those who buy. Little evidence is pulled towards the province, and the province towards Canada.
Which events count, and one per buyer and deal, is decided where they are recorded.
"""

from dataclasses import dataclass
from datetime import timedelta

from domain import beta

RESPONDED_WEIGHT = 0.5
OFFERED_WEIGHT = 0.25
BOUGHT_WEIGHT = 0.25
"""What the steps of a buyer add up to: answered 0.5, answered and offered 0.75, bought 1.

The half for answers is the ladder's own tradition (answers and closings weigh the same); offers take part of the
other half because closings alone are too few to learn from.
"""

PRIOR_STRENGTH = 10.0
"""Weight of what is known from above, in buyers: ten buyers of its own weigh as much as the province."""

THIN_BELOW = PRIOR_STRENGTH
"""With fewer buyers than this the prior speaks louder than the market: no number is shown."""

CREDIBLE_MASS = 0.90
"""Share of belief between low and high."""

HALF_LIFE = timedelta(days=90)
"""An event counts half after 90 days: buyers' money and taste change with the season.

Design choice within the 60-120 days in use; there is no study.
"""

ANSWER_AFTER = timedelta(days=7)
"""A deal sent to a buyer counts as sent only once it was answered or is this old: no answer yet is not a no."""

_MEAN_FLOOR = 0.02
"""A prior never says nearly never or nearly always: its interval would no longer hold its own mean."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Distinct buyers by how far they went, each counted once per deal; fractions after decay.

    Attributes:
        sent: buyers a deal was really put to, see ``ANSWER_AFTER``.
        responded: of these, who answered anything, a pass included.
        offered: of these, who made an offer.
        bought: of these, who bought.
    """

    sent: float = 0.0
    responded: float = 0.0
    offered: float = 0.0
    bought: float = 0.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before looking, as the two shapes of a Beta distribution."""

    alpha: float
    beta: float


@dataclass(frozen=True, slots=True)
class Liquidity:
    """What a market's buyers are worth.

    Attributes:
        score: best estimate, 0 to 1.
        low: lower end of the 90 % credible interval; rank by this one.
        high: upper end.
        n: effective number of buyers behind it.
        thin: True when there are too few to show a number.
    """

    score: float
    low: float
    high: float
    n: float
    thin: bool


CANADA_PRIOR = Prior(alpha=2.0, beta=8.0)
"""Before any event of our own: 0.2, with the weight of ten buyers.

A guess on the low side (three in ten answer, one in ten offers, one in thirty buys gives 0.18); a month of events
outweighs it.
"""


def score(counts: Counts, prior: Prior = CANADA_PRIOR) -> Liquidity:
    """Return the score of one market by Beta-binomial shrinkage.

    Partial successes enter as fractions. They vary less than the yes-or-no the formula assumes, so the interval
    is rather too wide than too narrow.

    Args:
        counts: buyers of this market alone.
        prior: what the province, or Canada, says; see ``prior_from``.

    Source: posterior of a Beta prior after binomial evidence, (a + x) / (a + b + n);
    http://varianceexplained.org/r/empirical_bayes_baseball/
    """
    sent, successes = _evidence(counts)
    a, b = prior.alpha + successes, prior.beta + sent - successes
    tail = (1.0 - CREDIBLE_MASS) / 2.0
    return Liquidity(
        score=a / (a + b),
        low=beta.quantile(tail, a, b),
        high=beta.quantile(1.0 - tail, a, b),
        n=sent,
        thin=sent < THIN_BELOW,
    )


def prior_from(canada: Counts, province: Counts) -> Prior:
    """Return the prior of a market: its province's estimate, itself pulled towards Canada's.

    Args:
        canada: all buyers outside the province.
        province: the province's buyers outside the market; leave the market out, or it would count twice.
    """
    return _centred(_mean(province, _centred(_mean(canada, CANADA_PRIOR))))


def nested(market: Counts, province: Counts, canada: Counts) -> Liquidity:
    """Return the score of a market from three running totals, each containing the one before.

    Args:
        market: totals of the market.
        province: totals of its province, the market included.
        canada: totals of the country, the province included.
    """
    return score(market, prior_from(_minus(canada, province), _minus(province, market)))


def decayed(counts: Counts, elapsed: timedelta) -> Counts:
    """Return running totals as they weigh after some time, so that a total can be kept instead of its events.

    Args:
        counts: totals as of their last update.
        elapsed: time since then; negative counts as none.
    """
    factor = 0.5 ** (max(elapsed, timedelta(0)) / HALF_LIFE)
    return Counts(counts.sent * factor, counts.responded * factor, counts.offered * factor, counts.bought * factor)


def describe(liquidity: Liquidity) -> str:
    """Return the score for people: "0.42 (0.31–0.54, 25 buyers)", or "not enough data (3 buyers)"."""
    n = round(liquidity.n)
    buyers = f"{n} buyer" if n == 1 else f"{n} buyers"
    if liquidity.thin:
        return f"not enough data ({buyers})"
    return f"{liquidity.score:.2f} ({liquidity.low:.2f}–{liquidity.high:.2f}, {buyers})"


def _evidence(counts: Counts) -> tuple[float, float]:
    """Return buyers and their weighted successes; who went further has also done the steps before."""
    bought = max(0.0, counts.bought)
    offered = max(bought, counts.offered)
    responded = max(offered, counts.responded)
    sent = max(responded, counts.sent)
    return sent, RESPONDED_WEIGHT * responded + OFFERED_WEIGHT * offered + BOUGHT_WEIGHT * bought


def _mean(counts: Counts, prior: Prior) -> float:
    sent, successes = _evidence(counts)
    return (prior.alpha + successes) / (prior.alpha + prior.beta + sent)


def _centred(mean: float) -> Prior:
    bounded = min(max(mean, _MEAN_FLOOR), 1.0 - _MEAN_FLOOR)
    return Prior(alpha=PRIOR_STRENGTH * bounded, beta=PRIOR_STRENGTH * (1.0 - bounded))


def _minus(whole: Counts, part: Counts) -> Counts:
    """Return the rest of a total; totals decayed at different moments may differ by a hair, never below zero."""
    return Counts(
        max(0.0, whole.sent - part.sent),
        max(0.0, whole.responded - part.responded),
        max(0.0, whole.offered - part.offered),
        max(0.0, whole.bought - part.bought),
    )
