"""What a house may cost us: the bounded offer, line by line, with the evidence it rests on.

Integer cents throughout. Who may approve an offer is decided in ``domain.approvals``.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TypeAlias

from domain import money
from domain.errors import DomainError
from domain.liquidity import THIN_BELOW, Liquidity
from domain.model import Language
from domain.provinces import Province

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

FACTOR_MIN = 0.55
FACTOR_MAX = 0.80
"""Guard around the share of ARV: 0.55 in slow markets with heavy rehab, 0.80 for rentals in hot ones.

Source: range of trade practice, 60-65 % slow, 70 % usual, 75-80 % hot (fool.com/terms/a/arv-formula,
hardmoneyman.com), one step wider at the low end.
"""

REPAIRS_MAX_RATE = 0.60
"""Repairs above this share of ARV are a tear-down or a typing error, no rehab."""

THIN_EVIDENCE_STEP = 0.025
"""What the factor gives up when too few buyers stand behind the exit: 0.70 becomes 0.675.

Half the distance from the usual factor (0.70) to a slow market's (0.65): thin evidence is not yet bad evidence.
"""

BUFFER_CENTS = 250_000
"""Closing and holding costs that nobody itemised: $2,500."""

OPENING_BP = 9_200
"""First offer in basis points of the ceiling: 92 %."""

OPENING_BELOW_ASKING_BP = 9_500
"""First offer when the seller asks less than our maximum: 95 % of the asking price, there is little left to gain."""

_BP = 10_000
_DOLLAR = money.CENTS_PER_DOLLAR


@dataclass(frozen=True, slots=True)
class OfferPolicy:
    """How a province or market computes offers.

    Attributes:
        version: name of this version of the rules, kept with every offer.
        factor: share of ARV, 0-1.
        buffer_cents: unforeseen costs.
        fee_cents: assignment fee kept back from the seller's price. 0 by default: the usual 10,000 fee is earned
            from the buyer's side unless a team decides to keep it back.
        enabled: False refuses every offer.
        factor_min: lower bound of the factor, not below ``FACTOR_MIN``.
        factor_max: upper bound, not above ``FACTOR_MAX``.
        repairs_max_rate: highest repairs as a share of ARV.
        thin_evidence_step: what the factor gives up on thin evidence.
    """

    version: str
    factor: float
    buffer_cents: int = BUFFER_CENTS
    fee_cents: int = 0
    enabled: bool = True
    factor_min: float = FACTOR_MIN
    factor_max: float = FACTOR_MAX
    repairs_max_rate: float = REPAIRS_MAX_RATE
    thin_evidence_step: float = THIN_EVIDENCE_STEP


@dataclass(frozen=True, slots=True)
class Brief:
    """The numbers of a deal.

    Attributes:
        asking_cents: what the seller asks, or None when not known.
    """

    arv_cents: int
    repairs_cents: int
    asking_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One line of the computation; what is taken off is negative."""

    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be offered, from the first word to the last.

    Attributes:
        terms: the lines that add up to ``mao_cents``.
        mao_cents: maximum allowable offer.
        ceiling_cents: the maximum, or the asking price when that is lower; nobody goes above it.
        factor: share of ARV that was used.
        reasons: why it differs from the policy's figures, as sentences; often empty.
        evidence: every input and result, JSON types only.
    """

    terms: tuple[Term, ...]
    mao_cents: int
    opening_cents: int
    target_cents: int
    stretch_cents: int
    ceiling_cents: int
    factor: float
    reasons: tuple[str, ...]
    evidence: dict[str, Json]


def compute(brief: Brief, policy: OfferPolicy, liquidity: Liquidity | None, province: Province | None) -> Offer:
    """Return the offer ladder for one deal.

    The maximum is ARV x factor - repairs - buffer - fee, rounded down to the cent. The ceiling is the maximum, or the
    asking price when lower. From the opening (92 % of the ceiling, 95 % when the seller asks less than the maximum)
    each raise gives half of what is left: target half way to the ceiling, stretch three quarters of the way, each
    rounded down to the dollar. Nothing exceeds the maximum.

    Args:
        brief: the deal's numbers.
        policy: rules of its province and market.
        liquidity: how readily buyers take such deals; None leaves it out of account.
        province: where the house stands, for the evidence and the sentences.

    Returns:
        The offer. Example: 450,000 x 0.70 - 50,000 - 2,500 = 262,500, opening 241,500.

    Raises:
        DomainError: switched off, a number out of bounds, or nothing left to offer.
    """
    check_policy(policy, province)
    check_brief(brief, policy)
    factor, reasons = _factor(policy, liquidity)
    terms = _terms(brief, policy, factor)
    mao = sum(term.cents for term in terms)
    if mao <= 0:
        raise DomainError("no_offer", _nothing_left(mao, factor), field="repairs")
    ceiling = mao if brief.asking_cents is None else min(mao, brief.asking_cents)
    opening = _share(ceiling, OPENING_BP if ceiling == mao else OPENING_BELOW_ASKING_BP)
    target, stretch = _towards(opening, ceiling, 2), _towards(opening, ceiling, 4)
    evidence = _evidence(brief, policy, liquidity, province)
    evidence |= {
        "factor": float(factor),
        "terms": [{"label": term.label, "cents": term.cents} for term in terms],
        "mao_cents": mao,
        "opening_cents": opening,
        "target_cents": target,
        "stretch_cents": stretch,
        "ceiling_cents": ceiling,
        "reasons": list[Json](reasons),
    }
    return Offer(terms, mao, opening, target, stretch, ceiling, float(factor), reasons, evidence)


def check_policy(policy: OfferPolicy, province: Province | None = None) -> None:
    """Refuse a policy that is switched off or outside the guard.

    Raises:
        DomainError: with what an admin should change.
    """
    if not policy.enabled:
        where = f" for {province.value}" if province else ""
        sentence = f"Offers are switched off{where}. An admin can switch them on with /policy edit"
        raise DomainError("offers_off", sentence)
    if not FACTOR_MIN <= policy.factor_min <= policy.factor <= policy.factor_max <= FACTOR_MAX:
        low, high = max(FACTOR_MIN, policy.factor_min), min(FACTOR_MAX, policy.factor_max)
        raise DomainError("factor_out_of_bounds", f"Factor must be {low:.2f}–{high:.2f}", field="factor")
    if not 0 <= policy.repairs_max_rate <= REPAIRS_MAX_RATE:
        sentence = f"Highest repairs must be 0–{REPAIRS_MAX_RATE:.0%} of ARV"
        raise DomainError("repairs_rate_out_of_bounds", sentence, field="repairs_max_rate")
    if policy.buffer_cents < 0 or policy.fee_cents < 0 or not 0 <= policy.thin_evidence_step <= FACTOR_MAX - FACTOR_MIN:
        raise DomainError("policy_negative", "Buffer, fee and evidence step can't raise the offer", field="buffer")


def check_brief(brief: Brief, policy: OfferPolicy) -> None:
    """Refuse numbers no offer can rest on.

    Raises:
        DomainError: with the bound that was passed.
    """
    if not money.ARV_MIN_CENTS <= brief.arv_cents <= money.ARV_MAX_CENTS:
        span = f"{_show(money.ARV_MIN_CENTS)}–{_show(money.ARV_MAX_CENTS)}"
        raise DomainError("arv_out_of_bounds", f"ARV must be {span}", field="arv")
    most = int(_exact(policy.repairs_max_rate) * brief.arv_cents)
    if not 0 <= brief.repairs_cents <= most:
        sentence = f"Repairs must be $0–{_show(most)} ({policy.repairs_max_rate:.0%} of ARV)"
        raise DomainError("repairs_out_of_bounds", sentence, field="repairs")
    if brief.asking_cents is not None and brief.asking_cents <= 0:
        raise DomainError("asking_out_of_bounds", "Asking must be above $0", field="asking")


def _factor(policy: OfferPolicy, liquidity: Liquidity | None) -> tuple[Decimal, tuple[str, ...]]:
    """Return the factor to use and why it is not the policy's, if it is not."""
    usual = _exact(policy.factor)
    if liquidity is None or not liquidity.thin:
        return usual, ()
    narrowed = max(_exact(policy.factor_min), usual - _exact(policy.thin_evidence_step))
    cause = f"Thin buyer evidence ({liquidity.n:.0f} of {THIN_BELOW:.0f} buyers needed)"
    if narrowed == usual:
        return usual, (f"{cause}; the factor is at its floor already.",)
    return narrowed, (f"{cause}: factor {_rate(usual)} lowered to {_rate(narrowed)}.",)


def _terms(brief: Brief, policy: OfferPolicy, factor: Decimal) -> tuple[Term, ...]:
    value = int((factor * brief.arv_cents).to_integral_value(ROUND_FLOOR))
    return (
        Term(f"ARV × {_rate(factor)}", value),
        Term("Repairs", -brief.repairs_cents),
        Term("Buffer", -policy.buffer_cents),
        Term("Assignment fee", -policy.fee_cents),
    )


def _share(ceiling: int, basis_points: int) -> int:
    return _whole_dollars(ceiling * basis_points // _BP)


def _towards(opening: int, ceiling: int, parts: int) -> int:
    """Return the point one part short of the ceiling, when the way from the opening is cut in equal parts."""
    return _whole_dollars(ceiling - -(-(ceiling - opening) // parts))


def _whole_dollars(cents: int) -> int:
    """Round down to the dollar; one cent at least, so that a tiny ceiling still has an offer below it."""
    return max(1, cents // _DOLLAR * _DOLLAR)


def _evidence(
    brief: Brief, policy: OfferPolicy, liquidity: Liquidity | None, province: Province | None
) -> dict[str, Json]:
    """Return every input, so that the offer can be computed again later."""
    return {
        "formula": "arv x factor - repairs - buffer - fee",
        "province": province.value if province else None,
        "policy_version": policy.version,
        "policy_factor": policy.factor,
        "arv_cents": brief.arv_cents,
        "repairs_cents": brief.repairs_cents,
        "asking_cents": brief.asking_cents,
        "buffer_cents": policy.buffer_cents,
        "fee_cents": policy.fee_cents,
        "liquidity_score": liquidity.score if liquidity else None,
        "liquidity_low": liquidity.low if liquidity else None,
        "liquidity_high": liquidity.high if liquidity else None,
        "liquidity_n": liquidity.n if liquidity else None,
        "liquidity_thin": liquidity.thin if liquidity else None,
    }


def _nothing_left(mao: int, factor: Decimal) -> str:
    rest = f"ARV × {_rate(factor)} less repairs and costs leaves {_show(mao)}"
    return f"No offer: {rest}. Check repairs, or pass on the deal"


def _exact(number: float) -> Decimal:
    """Return the decimal a person typed, not its binary neighbour: 0.7 is 7/10."""
    return Decimal(str(number))


def _rate(factor: Decimal) -> str:
    """Return a factor with two decimals, 0.70, or with all it has, 0.675."""
    short = factor.quantize(Decimal("0.01"))
    return str(short if short == factor else factor)


def _show(cents: int) -> str:
    return money.show(cents, Language.EN)
