"""Which buyers a property suits, how well, and why.

Decides fit only. Whether a buyer may be written to is decided in ``domain.gate``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain import money
from domain.model import ALL_MARKETS, Buyer, Language
from domain.provinces import Province

REGION_POINTS = 25
TYPE_POINTS = 25
PRICE_POINTS = 30
BEDS_POINTS = 10
BATHS_POINTS = 10
"""Points out of 100: price weighs most, a room more or less the least."""

KEEP_POINTS = 60
"""A match from here on: the price and either region or type, and a room besides; or region, type and a room."""

NEAR_POINTS = 40
"""A near miss from here on: worth a look when nobody matches."""

LIMIT = 10
"""Buyers shown; more are noise, and each one written to costs a text and a consent."""


@dataclass(frozen=True, slots=True)
class Property:
    """What is for sale.

    Attributes:
        market: market name, or ALL outside of every market.
        price_cents: what a buyer would pay.
        beds: None when not known.
        baths: None when not known.
    """

    province: Province
    market: str
    property_type: str
    price_cents: int
    beds: int | None
    baths: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """How well a property fits one buy box.

    Attributes:
        score: 0 to 1.
        reasons: what fits, for people.
        misses: what does not, for people.
    """

    score: float
    reasons: tuple[str, ...]
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A buyer with their match."""

    buyer: Buyer
    match: Match


def score(buyer: Buyer, wanted: Property) -> Match:
    """Return how well a property fits a buyer; what the buy box does not say earns no points.

    Args:
        buyer: the buyer and their buy box.
        wanted: the property on offer.
    """
    if not buyer.active:
        return Match(0.0, (), ("not active",))
    checks = (
        _region(buyer, wanted),
        _type(buyer, wanted),
        _price(buyer, wanted),
        _rooms(wanted.beds, buyer.min_beds, "bed", BEDS_POINTS),
        _rooms(wanted.baths, buyer.min_baths, "bath", BATHS_POINTS),
    )
    points = sum(gained for gained, _ in checks)
    reasons = tuple(text for gained, text in checks if gained)
    return Match(points / 100, reasons, tuple(text for gained, text in checks if not gained))


def rank(buyers: Iterable[Buyer], wanted: Property, limit: int = LIMIT) -> tuple[Ranked, ...]:
    """Return the buyers a property suits, best first, equal ones in the order of their numbers.

    Args:
        buyers: everybody who might.
        wanted: the property on offer.
        limit: most buyers returned.
    """
    return _between(buyers, wanted, KEEP_POINTS, 100, limit)


def near_misses(buyers: Iterable[Buyer], wanted: Property, limit: int = LIMIT) -> tuple[Ranked, ...]:
    """Return the buyers a property just does not suit, best first; their ``misses`` say why.

    Args:
        buyers: everybody who might.
        wanted: the property on offer.
        limit: most buyers returned.
    """
    return _between(buyers, wanted, NEAR_POINTS, KEEP_POINTS - 1, limit)


def _between(buyers: Iterable[Buyer], wanted: Property, low: int, high: int, limit: int) -> tuple[Ranked, ...]:
    scored = (Ranked(buyer, score(buyer, wanted)) for buyer in buyers)
    kept = (ranked for ranked in scored if low <= round(ranked.match.score * 100) <= high)
    return tuple(sorted(kept, key=lambda ranked: (-ranked.match.score, ranked.buyer.buyer_id))[:limit])


def _region(buyer: Buyer, wanted: Property) -> tuple[int, str]:
    """Match the province and, where the buyer names markets, the market: Ottawa-Gatineau lies in two provinces."""
    place = wanted.province.value if wanted.market == ALL_MARKETS else f"{wanted.market}, {wanted.province.value}"
    in_province = not buyer.provinces or wanted.province in buyer.provinces
    anywhere = not buyer.markets or ALL_MARKETS in buyer.markets
    if not buyer.provinces and anywhere:
        return 0, "no region in the buy box"
    if in_province and (anywhere or wanted.market in buyer.markets):
        return REGION_POINTS, f"buys in {place}"
    return 0, f"doesn't buy in {place}"


def _type(buyer: Buyer, wanted: Property) -> tuple[int, str]:
    if not buyer.property_types:
        return 0, "no property type in the buy box"
    if wanted.property_type in buyer.property_types:
        return TYPE_POINTS, f"buys {wanted.property_type}"
    return 0, f"doesn't buy {wanted.property_type}"


def _price(buyer: Buyer, wanted: Property) -> tuple[int, str]:
    price, low, high = (_show(c) for c in (wanted.price_cents, buyer.min_price_cents, buyer.max_price_cents))
    if buyer.max_price_cents <= 0:
        return 0, "no price range in the buy box"
    if buyer.min_price_cents <= wanted.price_cents <= buyer.max_price_cents:
        return PRICE_POINTS, f"{price} is within {low}–{high}"
    return 0, f"{price} is outside {low}–{high}"


def _rooms(has: int | None, needs: int, noun: str, points: int) -> tuple[int, str]:
    if has is None:
        return 0, f"{noun}s not known"
    counted = f"{has} {noun}" if has == 1 else f"{has} {noun}s"
    return (points, f"{counted}, needs {needs}") if has >= needs else (0, f"only {counted}, needs {needs}")


def _show(cents: int) -> str:
    return money.show(cents, Language.EN)
