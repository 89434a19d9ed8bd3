"""Tell which census metropolitan area a point or a place lies in.

A postal point lies where its community is a member by the hand-kept table, and near enough to the area's core that
it is not a namesake elsewhere in the province. A neighbourhood that is in no table lies where the postal points
around it lie. What is undecided is in no market.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from domain.geo import text
from gazetteer.facts import Market, PlaceKey
from gazetteer.geometry import Grid, distance_km
from gazetteer.sources import PostalPoint, Settlement

OUTSIDE = ""
"""Market code of a place in no census metropolitan area."""

_REACH_KM = 130.0
"""Farthest member from its core: Moser River lies 126 km from Halifax; namesakes lie farther off."""
_NEAREST = 15
_NEAR_KM = 4.0
_CLEAR_SHARE = 0.8
"""Share of the nearest points that must agree before a neighbourhood follows them."""


class Membership:
    """Markets by name and by neighbourhood."""

    def __init__(self, markets: Iterable[Market], points: list[PostalPoint], settlements: list[Settlement]) -> None:
        """Find the cores and index the points."""
        self._markets = list(markets)
        self._cores = _cores(self._markets, points, settlements)
        self._inside: dict[PlaceKey, list[Market]] = defaultdict(list)
        self._known: set[PlaceKey] = set()
        for market in self._markets:
            for member in sorted(market.members):
                self._inside[member].append(market)
            self._known |= market.members | market.neighbours
        self._grid = Grid([(point.latitude, point.longitude, self.of_point(point)) for point in points])

    def of_point(self, point: PostalPoint) -> str:
        """Return the market code of a postal point."""
        return self._by_name((text.key(point.name), point.province), point.latitude, point.longitude) or OUTSIDE

    def of_settlement(self, place: Settlement) -> str:
        """Return the market code of a populated place.

        The hand-kept table decides, except where the postal points around clearly lie in another market: then the
        place is a namesake of the member, such as a neighbourhood of Waterloo called Lincoln.
        """
        known = self._by_name((text.key(place.name), place.province), place.latitude, place.longitude)
        if known == OUTSIDE:
            return OUTSIDE
        return self._by_surroundings(place.latitude, place.longitude) or known or OUTSIDE

    def by_name_alone(self, key: PlaceKey) -> str | None:
        """Return what the hand-kept table says of a name wherever it lies, or None when it is silent."""
        if members := self._inside.get(key):
            return members[0].code
        return OUTSIDE if key in self._known else None

    def _by_name(self, key: PlaceKey, latitude: float, longitude: float) -> str | None:
        """Return what the hand-kept table says, or None when it is silent."""
        for market in self._inside.get(key, ()):
            if distance_km((latitude, longitude), self._cores[market.code]) <= _REACH_KM:
                return market.code
        return OUTSIDE if key in self._known and key not in self._inside else None

    def _by_surroundings(self, latitude: float, longitude: float) -> str:
        """Return the market most of the nearest postal points lie in."""
        votes = Counter(self._grid.nearest(latitude, longitude, _NEAREST, _NEAR_KM))
        if not votes:
            return OUTSIDE
        code, count = votes.most_common(1)[0]
        return code if count >= _CLEAR_SHARE * votes.total() else OUTSIDE


def _cores(
    markets: list[Market],
    points: list[PostalPoint],
    settlements: list[Settlement],
) -> dict[str, tuple[float, float]]:
    """Return the centre of each market: its core city in GeoNames, or else the middle of its postal points."""
    wanted = {market.core: market.code for market in markets}
    cores: dict[str, tuple[float, float]] = {}
    by_size = sorted(settlements, key=lambda place: place.population)
    for place in by_size:
        if code := wanted.get((text.key(place.name), place.province)):
            cores[code] = (place.latitude, place.longitude)
    for core, code in wanted.items():
        if code not in cores:
            cores[code] = _middle([point for point in points if (text.key(point.name), point.province) == core])
    return cores


def _middle(points: list[PostalPoint]) -> tuple[float, float]:
    """Return the median of some points; stray ones do not move it."""
    half = len(points) // 2
    return sorted(point.latitude for point in points)[half], sorted(point.longitude for point in points)[half]
