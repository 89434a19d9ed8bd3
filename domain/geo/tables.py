"""The built tables, read once each from the package when first asked for.

Decides nothing: it finds rows. ``scripts/build_gazetteer.py`` makes the tables.
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from domain.geo import text
from domain.geo.zones import PROVINCE_ZONES, full
from domain.provinces import Province

NO_MARKET: Final = "-"
"""Market cell of what lies in no census metropolitan area."""

UNDECIDED: Final = "?"
"""Market cell of what lies in several markets, or in one and outside of it."""


class PlaceRow(NamedTuple):
    """One name in one province.

    Attributes:
        market: market code, NO_MARKET or UNDECIDED.
        zones: possible IANA zones, never empty.
        people: population, 0 when unknown.
        alone: True when the name without a province decides the province.
        everyday: True when the name is also a word of prose.
        personal: True when the name is also a given name or a word.
        surname: True when the name is also a family name.
        name: as printed.
    """

    province: Province
    market: str
    zones: frozenset[str]
    people: int
    alone: bool
    everyday: bool
    personal: bool
    surname: bool
    name: str


class CodeRow(NamedTuple):
    """What an FSA or an area code tells; provinces with most points first."""

    provinces: tuple[Province, ...]
    market: str
    zones: frozenset[str]


class AliasRow(NamedTuple):
    """A nickname, region or airport code; province None for a region that spans several."""

    phrase: str
    kind: str
    province: Province | None
    market: str
    zones: frozenset[str]


def _lines(name: str) -> Iterator[str]:
    """Yield the rows of a table."""
    content = (resources.files("domain.data") / name).read_text(encoding="utf-8")
    return (line for line in content.splitlines() if not line.startswith("#"))


def words(name: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def market_names() -> dict[str, str]:
    """Return the name of every market by its code."""
    return {code: name for code, name, _ in (line.split("\t") for line in _lines("markets.tsv"))}


@cache
def market_provinces() -> dict[str, frozenset[Province]]:
    """Return the provinces of every market by its name."""
    rows = (line.split("\t") for line in _lines("markets.tsv"))
    return {name: frozenset(map(Province, provinces.split(","))) for _, name, provinces in rows}


@cache
def place_lines() -> dict[str, str]:
    """Return the unparsed rows of every key, one after another; parsing 9,000 rows at once would cost the start."""
    found: dict[str, str] = {}
    for line in _lines("places.tsv"):
        key, _, rest = line.partition("\t")
        found[key] = f"{found[key]}\n{rest}" if key in found else rest
    return found


def places(key: str) -> tuple[PlaceRow, ...]:
    """Return every bearer of a folded name, one per province; empty when there is none."""
    lines = place_lines().get(key)
    return tuple(map(_place, lines.split("\n"))) if lines else ()


def _place(line: str) -> PlaceRow:
    """Parse one row."""
    province, market, zones, people, flags, name = line.split("\t")
    return PlaceRow(
        Province(province),
        market,
        _zones(zones),
        int(people),
        "a" in flags,
        "e" in flags,
        "p" in flags,
        "s" in flags,
        name,
    )


@cache
def _zones(names: str) -> frozenset[str]:
    """Return the zones of a cell; cells repeat, so the sets are shared."""
    return full(names)


@cache
def fsas() -> dict[str, CodeRow]:
    """Return what every known FSA tells."""
    return dict(_code_rows("fsas.tsv"))


@cache
def area_codes() -> dict[str, CodeRow]:
    """Return what every geographic Canadian area code tells."""
    return dict(_code_rows("area_codes.tsv"))


def _code_rows(name: str) -> Iterator[tuple[str, CodeRow]]:
    """Parse a table of codes."""
    for line in _lines(name):
        code, provinces, market, zones = line.split("\t")
        yield code, CodeRow(_provinces(provinces), market, _zones(zones))


@cache
def _provinces(names: str) -> tuple[Province, ...]:
    """Return the provinces of a cell."""
    return tuple(map(Province, names.split(",")))


@cache
def aliases() -> dict[str, AliasRow]:
    """Return every nickname, region and airport code by folded phrase."""
    return {row_key: row for line in _lines("aliases.tsv") for row_key, row in [_alias(line)]}


def _alias(line: str) -> tuple[str, AliasRow]:
    """Parse one row."""
    phrase, kind, code, market, zones = (line + "\t" * 4).split("\t")[:5]
    province = Province(code) if code else None
    everywhere = PROVINCE_ZONES[province] if province else frozenset()
    return text.key(phrase), AliasRow(phrase, kind, province, market or UNDECIDED, full(zones) or everywhere)
