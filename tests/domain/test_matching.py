"""Which buyers a property suits, and why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import matching
from domain.matching import Property
from domain.model import ALL_MARKETS, Buyer, Contact, ContactKind, Language
from domain.provinces import Province

HOUSE = Property(Province.ON, "Hamilton", "detached", 26_250_000, beds=3, baths=1)


def buyer(buyer_id: int = 1) -> Buyer:
    """Return a buyer whose box the house fits in every point."""
    return Buyer(
        buyer_id=buyer_id,
        contact=Contact(buyer_id, ContactKind.BUYER, "Bo", "+14165550100", None, Language.EN),
        active=True,
        provinces=frozenset({Province.ON}),
        markets=frozenset({"Hamilton"}),
        property_types=frozenset({"detached"}),
        min_price_cents=20_000_000,
        max_price_cents=30_000_000,
        min_beds=2,
        min_baths=1,
    )


def test_a_box_that_fits_in_every_point_scores_one() -> None:
    """And says each reason."""
    match = matching.score(buyer(), HOUSE)

    assert (match.score, match.misses) == (1.0, ())
    assert match.reasons == (
        "buys in Hamilton, ON",
        "buys detached",
        "$262,500 is within $200,000–$300,000",
        "3 beds, needs 2",
        "1 bath, needs 1",
    )


@pytest.mark.parametrize(
    ("changed", "score", "miss"),
    [
        (replace(buyer(), markets=frozenset({"Toronto"})), 0.75, "doesn't buy in Hamilton, ON"),
        (replace(buyer(), provinces=frozenset({Province.QC})), 0.75, "doesn't buy in Hamilton, ON"),
        (replace(buyer(), provinces=frozenset(), markets=frozenset()), 0.75, "no region in the buy box"),
        (replace(buyer(), property_types=frozenset({"condo"})), 0.75, "doesn't buy detached"),
        (replace(buyer(), property_types=frozenset()), 0.75, "no property type in the buy box"),
        (replace(buyer(), max_price_cents=26_249_999), 0.70, "$262,500 is outside $200,000–$262,499.99"),
        (replace(buyer(), max_price_cents=0), 0.70, "no price range in the buy box"),
        (replace(buyer(), min_beds=4), 0.90, "only 3 beds, needs 4"),
        (replace(buyer(), min_baths=2), 0.90, "only 1 bath, needs 2"),
        (replace(buyer(), active=False), 0.0, "not active"),
    ],
)
def test_each_point_that_misses_costs_its_weight_and_says_so(changed: Buyer, score: float, miss: str) -> None:
    """Region and type 0.25, price 0.30, rooms 0.10 each."""
    match = matching.score(changed, HOUSE)

    assert (match.score, match.misses) == (score, (miss,))


@pytest.mark.parametrize(
    ("markets", "market", "fits"),
    [
        (frozenset[str](), "Hamilton", True),
        (frozenset({ALL_MARKETS}), "Hamilton", True),
        (frozenset({"Hamilton"}), ALL_MARKETS, False),
        (frozenset[str](), ALL_MARKETS, True),
    ],
    ids=["whole province", "all markets", "country house for a city buyer", "country house"],
)
def test_a_buyer_of_a_whole_province_buys_in_all_its_markets(
    markets: frozenset[str], market: str, *, fits: bool
) -> None:
    """Naming no market means every market of the named provinces."""
    match = matching.score(replace(buyer(), markets=markets), replace(HOUSE, market=market))

    assert (match.score == 1.0) is fits


def test_unknown_rooms_earn_nothing_and_say_so() -> None:
    """What is not known is not assumed."""
    match = matching.score(buyer(), replace(HOUSE, beds=None, baths=None))

    assert (match.score, match.misses) == (0.8, ("beds not known", "baths not known"))


def test_buyers_are_ranked_best_first_and_equal_ones_by_number() -> None:
    """The same list on every screen."""
    worse = replace(buyer(1), min_beds=4)
    ranked = matching.rank([buyer(3), worse, buyer(2)], HOUSE)

    assert [r.buyer.buyer_id for r in ranked] == [2, 3, 1]


def test_a_match_needs_six_tenths() -> None:
    """Region, type and one room are exactly enough; price and two rooms are a near miss."""
    just = replace(buyer(1), max_price_cents=0, min_beds=4)
    near = replace(buyer(2), property_types=frozenset(), markets=frozenset({"Toronto"}))
    far = replace(near, buyer_id=3, max_price_cents=0)

    assert [r.buyer.buyer_id for r in matching.rank([just, near, far], HOUSE)] == [1]
    assert [r.buyer.buyer_id for r in matching.near_misses([just, near, far], HOUSE)] == [2]
    assert "doesn't buy in Hamilton, ON" in matching.near_misses([near], HOUSE)[0].match.misses


def test_no_more_buyers_than_asked_for() -> None:
    """Ten by default."""
    many = [buyer(n) for n in range(30)]

    assert len(matching.rank(many, HOUSE)) == matching.LIMIT
    assert len(matching.rank(many, HOUSE, limit=3)) == 3


@settings(max_examples=50)
@given(st.permutations(range(8)), st.data())
def test_the_order_of_the_question_does_not_change_the_answer(order: list[int], data: st.DataObject) -> None:
    """Ranking is deterministic, and no score leaves 0 to 1."""
    pool = [
        replace(buyer(n), min_beds=data.draw(st.integers(0, 6)), max_price_cents=data.draw(st.integers(0, 40_000_000)))
        for n in range(8)
    ]
    ranked = matching.rank([pool[n] for n in order], HOUSE)

    assert ranked == matching.rank(pool, HOUSE)
    assert all(0.6 <= r.match.score <= 1.0 for r in ranked)
