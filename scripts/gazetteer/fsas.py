"""Make the rows of the FSA table: the first three characters of a postal code, and what they tell."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from domain.geo import text
from domain.provinces import Province
from gazetteer import facts
from gazetteer.membership import Membership
from gazetteer.places import UNDECIDED, possible_zones
from gazetteer.sources import PostalPoint, ZoneAt

_MARKET_SHARE = 0.9
"""Share of an FSA's points that must lie in one market before the FSA tells the market."""
_STRAY_PROVINCE_SHARE = 0.02
_STRAY_ZONE_SHARE = 0.01
"""A smaller share of points in another zone is misplaced, not a village: Listuguj is 1 of the 77 points of G0C."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        provinces: provinces it serves, most points first.
        market: market code, empty for none, UNDECIDED.
        zones: zone names without prefix.
    """

    fsa: str
    provinces: tuple[Province, ...]
    market: str
    zones: frozenset[str]


def rows(points: list[PostalPoint], membership: Membership, zone_at: ZoneAt) -> list[Row]:
    """Return all rows, sorted."""
    by_fsa: dict[str, list[PostalPoint]] = defaultdict(list)
    for point in points:
        by_fsa[point.fsa].append(point)
    return [_row(fsa, inside, membership, zone_at) for fsa, inside in sorted(by_fsa.items())]


def _row(fsa: str, points: list[PostalPoint], membership: Membership, zone_at: ZoneAt) -> Row:
    """Return the row of one FSA."""
    provinces = Counter(point.province for point in points)
    served = tuple(
        province for province, count in provinces.most_common() if count >= _STRAY_PROVINCE_SHARE * len(points)
    )
    markets = Counter(membership.of_point(point) for point in points)
    code, count = markets.most_common(1)[0]
    market = code if count >= _MARKET_SHARE * len(points) else UNDECIDED
    return Row(fsa, served, market, _zones(served[0], points, zone_at))


def _zones(province: Province, points: list[PostalPoint], zone_at: ZoneAt) -> frozenset[str]:
    """Return every zone somebody behind the FSA may live in."""
    votes = Counter(zone_at(point.latitude, point.longitude) for point in points)
    seen = {zone for zone, count in votes.items() if count >= _STRAY_ZONE_SHARE * len(points)}
    two_clocks = facts.manitoba_time_in_saskatchewan()
    mixed = any((text.key(point.name), point.province) in two_clocks for point in points)
    return possible_zones(province, seen, by_law_and_habit=mixed)
