"""The bounded offer and its evidence."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import offers
from domain.errors import DomainError
from domain.liquidity import Liquidity
from domain.offers import Brief, OfferPolicy
from domain.provinces import Province

POLICY = OfferPolicy(version="ON-1", factor=0.70)
THIN = Liquidity(score=0.3, low=0.1, high=0.5, n=3, thin=True)
SOLID = Liquidity(score=0.3, low=0.25, high=0.35, n=80, thin=False)


def brief(arv: int, repairs: int, asking: int | None = None) -> Brief:
    """Return a brief from whole dollars."""
    return Brief(arv * 100, repairs * 100, None if asking is None else asking * 100)


@pytest.mark.parametrize(
    ("numbers", "mao"),
    [(brief(450_000, 50_000), 262_500), (brief(500_000, 40_000), 307_500), (brief(500_000, 0), 347_500)],
)
def test_the_maximum_follows_the_formula(numbers: Brief, mao: int) -> None:
    """ARV x 0.70 - repairs - 2,500, and the lines add up to it."""
    offer = offers.compute(numbers, POLICY, None, Province.ON)

    assert offer.mao_cents == mao * 100
    assert sum(term.cents for term in offer.terms) == offer.mao_cents


def test_the_ladder_of_an_offer_without_asking_price() -> None:
    """92 % first, then half of the rest each time, never above the maximum."""
    offer = offers.compute(brief(450_000, 50_000), POLICY, None, Province.ON)

    assert (offer.opening_cents, offer.target_cents) == (24_150_000, 25_200_000)
    assert (offer.stretch_cents, offer.ceiling_cents) == (25_725_000, 26_250_000)


def test_a_seller_who_asks_less_than_the_maximum_sets_the_ceiling() -> None:
    """Nobody is offered more than asked; the first offer is 95 % of it."""
    offer = offers.compute(brief(450_000, 50_000, asking=200_000), POLICY, None, Province.ON)

    assert (offer.opening_cents, offer.ceiling_cents, offer.mao_cents) == (19_000_000, 20_000_000, 26_250_000)


def test_a_seller_who_asks_more_changes_nothing() -> None:
    """The maximum is ours."""
    assert offers.compute(brief(450_000, 50_000, 400_000), POLICY, None, None).ceiling_cents == 26_250_000


def test_the_fee_is_a_line_of_its_own() -> None:
    """Kept back only when the policy says so."""
    offer = offers.compute(brief(450_000, 50_000), replace(POLICY, fee_cents=1_000_000), None, None)

    assert offer.mao_cents == 25_250_000
    assert offer.terms[-1] == offers.Term("Assignment fee", -1_000_000)


def test_thin_evidence_lowers_the_factor_and_says_why() -> None:
    """0.70 becomes 0.675, with the number of buyers in the sentence."""
    offer = offers.compute(brief(450_000, 50_000), POLICY, THIN, Province.ON)

    assert (offer.factor, offer.mao_cents) == (0.675, 25_125_000)
    assert offer.reasons == ("Thin buyer evidence (3 of 10 buyers needed): factor 0.70 lowered to 0.675.",)


def test_solid_evidence_leaves_the_factor_alone() -> None:
    """Evidence never raises an offer."""
    assert offers.compute(brief(450_000, 50_000), POLICY, SOLID, Province.ON).factor == 0.70


def test_thin_evidence_stops_at_the_floor() -> None:
    """The factor stays inside its bounds."""
    offer = offers.compute(brief(450_000, 50_000), replace(POLICY, factor=0.56), THIN, None)

    assert offer.factor == 0.55
    assert offers.compute(brief(450_000, 0), replace(POLICY, factor=0.55), THIN, None).reasons[0].endswith("already.")


def test_the_evidence_holds_every_input_as_json() -> None:
    """An offer can be computed again from what was stored."""
    offer = offers.compute(brief(450_000, 50_000, 300_000), POLICY, THIN, Province.ON)
    stored = json.loads(json.dumps(offer.evidence, allow_nan=False))

    assert stored == offer.evidence
    assert (stored["arv_cents"], stored["policy_version"], stored["province"]) == (45_000_000, "ON-1", "ON")
    assert (stored["liquidity_n"], stored["liquidity_low"], stored["liquidity_high"]) == (3, 0.1, 0.5)


@pytest.mark.parametrize(
    ("numbers", "policy", "sentence"),
    [
        (
            brief(450_000, 0),
            replace(POLICY, enabled=False),
            "Offers are switched off for ON. An admin can switch them on with /policy edit",
        ),
        (brief(450_000, 0), replace(POLICY, factor=0.81), "Factor must be 0.55–0.80"),
        (brief(450_000, 0), replace(POLICY, factor=0.5), "Factor must be 0.55–0.80"),
        (brief(450_000, 0), replace(POLICY, factor=float("nan")), "Factor must be 0.55–0.80"),
        (brief(450_000, 0), replace(POLICY, factor=0.75, factor_max=0.72), "Factor must be 0.55–0.72"),
        (brief(450_000, 0), replace(POLICY, buffer_cents=-1), "Buffer, fee and evidence step can't raise the offer"),
        (brief(450_000, 0), replace(POLICY, repairs_max_rate=0.7), "Highest repairs must be 0–60% of ARV"),
        (brief(9_999, 0), POLICY, "ARV must be $10,000–$50,000,000"),
        (brief(450_000, 270_001), POLICY, "Repairs must be $0–$270,000 (60% of ARV)"),
        (brief(450_000, -1), POLICY, "Repairs must be $0–$270,000 (60% of ARV)"),
        (brief(450_000, 0, 0), POLICY, "Asking must be above $0"),
        (
            brief(100_000, 60_000),
            replace(POLICY, factor=0.6),
            "No offer: ARV × 0.60 less repairs and costs leaves -$2,500. Check repairs, or pass on the deal",
        ),
    ],
)
def test_what_cannot_be_offered_is_refused_with_the_bound(numbers: Brief, policy: OfferPolicy, sentence: str) -> None:
    """Each refusal says which number to look at."""
    with pytest.raises(DomainError) as refused:
        offers.compute(numbers, policy, None, Province.ON)

    assert refused.value.sentence == sentence


@given(
    arv=st.integers(1_000_000, 5_000_000_000),
    repairs_rate=st.floats(0, 0.6),
    asking=st.none() | st.integers(1, 6_000_000_000),
    factor=st.floats(0.55, 0.80),
    fee=st.integers(0, 5_000_000),
    evidence=st.sampled_from([None, THIN, SOLID]),
)
def test_offers_rise_to_the_ceiling_and_never_above_the_maximum(
    *, arv: int, repairs_rate: float, asking: int | None, factor: float, fee: int, evidence: Liquidity | None
) -> None:
    """Opening, target, stretch, ceiling, maximum: whole cents in this order, above nothing."""
    numbers = Brief(arv, int(arv * repairs_rate * 0.999), asking)
    policy = OfferPolicy("p", factor, fee_cents=fee)
    try:
        offer = offers.compute(numbers, policy, evidence, Province.AB)
    except DomainError as refused:
        rungs = [0, 0]
        code = refused.code
    else:
        rungs = [offer.opening_cents, offer.target_cents, offer.stretch_cents, offer.ceiling_cents, offer.mao_cents]
        code = "no_offer" if min(rungs) <= 0 else "offered"

    assert (code == "no_offer") == (rungs[0] <= 0)
    assert all(low <= high for low, high in pairwise(rungs))
    assert all(isinstance(rung, int) for rung in rungs)


@settings(max_examples=50)
@given(st.integers(1_000_000, 5_000_000_000), st.floats(0.55, 0.80))
def test_thin_evidence_never_raises_an_offer(arv: int, factor: float) -> None:
    """Knowing less is never worth more."""
    policy = OfferPolicy("p", factor, buffer_cents=0)
    thin = offers.compute(Brief(arv, 0), policy, THIN, None)

    assert thin.mao_cents <= offers.compute(Brief(arv, 0), policy, SOLID, None).mao_cents
