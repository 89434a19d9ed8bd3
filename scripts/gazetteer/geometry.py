"""Distances on the map, exact enough for neighbourhoods."""

import math
from collections import defaultdict

_KM_PER_DEGREE = 111.2
_CELL_DEGREES = 0.05


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two (latitude, longitude) points in km, on a plane; good to 1 % within 200 km."""
    north = one[0] - other[0]
    east = (one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(north, east) * _KM_PER_DEGREE


class Grid:
    """Labelled points, found by nearness."""

    def __init__(self, points: list[tuple[float, float, str]]) -> None:
        """Sort the points into cells."""
        self._cells: dict[tuple[int, int], list[tuple[float, float, str]]] = defaultdict(list)
        for point in points:
            self._cells[_cell(point[0], point[1])].append(point)

    def nearest(self, latitude: float, longitude: float, count: int, within_km: float) -> list[str]:
        """Return the labels of the nearest points, at most count of them and none farther than within_km."""
        row, column = _cell(latitude, longitude)
        around = [
            (distance_km((latitude, longitude), point[:2]), point)
            for line in (row - 1, row, row + 1)
            for place in range(column - 2, column + 3)
            for point in self._cells.get((line, place), ())
        ]
        return [point[2] for km, point in sorted(around)[:count] if km <= within_km]


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    """Return the cell of a point."""
    return math.floor(latitude / _CELL_DEGREES), math.floor(longitude / _CELL_DEGREES)
