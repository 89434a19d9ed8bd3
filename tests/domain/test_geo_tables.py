"""The tables that ship agree with themselves, with the law of clocks, and stay small."""

from importlib import resources

import pytest

from domain import clocks
from domain.geo import ALL_MARKETS, locate, market_provinces, tables
from domain.geo.zones import PROVINCE_ZONES
from domain.provinces import Province

# Postal districts by first letter; X is shared. Source: Canada Post.
DISTRICTS = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON", "L": "ON", "M": "ON",
    "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "Y": "YT",
}  # fmt: skip


def test_every_fsa_lies_in_the_province_of_its_letter() -> None:
    """K1A, which serves both banks of the Ottawa River, is the one that serves a second province."""
    shared = set()
    for fsa, row in tables.fsas().items():
        allowed = {"NT", "NU"} if fsa[0] == "X" else {DISTRICTS[fsa[0]]}
        if set(row.provinces) - allowed:
            shared.add(fsa)

    assert shared == {"K1A"}


def test_every_row_keeps_clocks_of_its_province() -> None:
    """A misplaced point never lends a province a clock it does not have."""
    rows = [row for key in tables.place_lines() for row in tables.places(key)]

    assert all(row.zones and row.zones <= PROVINCE_ZONES[row.province] for row in rows)
    assert all(row.zones and row.zones <= PROVINCE_ZONES[row.provinces[0]] for row in tables.fsas().values())
    assert all(
        row.zones <= frozenset().union(*(PROVINCE_ZONES[province] for province in row.provinces))
        for row in tables.area_codes().values()
    )
    assert all(row.zones <= PROVINCE_ZONES[row.province] for row in tables.aliases().values() if row.province)


def test_every_zone_exists_in_the_pinned_zone_tables() -> None:
    """A zone that cannot be read would hold every message of its province for good."""
    for zone in frozenset().union(*PROVINCE_ZONES.values()):
        assert clocks.zone_of(zone).key == zone


def test_every_market_is_named_and_lies_where_its_places_do() -> None:
    """All 41 census metropolitan areas have places, and no place names a market of another province."""
    codes = tables.market_names()
    seen = set()
    for key in tables.place_lines():
        for row in tables.places(key):
            if row.market not in {tables.NO_MARKET, tables.UNDECIDED}:
                assert row.province in market_provinces()[codes[row.market]]
                seen.add(row.market)

    assert len(codes) == 41
    assert seen == set(codes)


def test_ottawa_gatineau_is_the_one_market_in_two_provinces() -> None:
    """So a market never tells the province by itself."""
    double = {name: provinces for name, provinces in market_provinces().items() if len(provinces) > 1}

    assert double == {"Ottawa - Gatineau": {Province.ON, Province.QC}}


def test_one_bearer_at_most_decides_alone() -> None:
    """Two places cannot both be what a bare name means."""
    for key in tables.place_lines():
        assert sum(row.alone for row in tables.places(key)) <= 1, key


def test_a_word_of_prose_never_decides_alone() -> None:
    """Hope is a town and a word; only its province makes it a town."""
    assert not [key for key in tables.place_lines() for row in tables.places(key) if row.alone and row.everyday]


def test_every_alias_is_understood_as_it_stands_in_the_table() -> None:
    """A row nobody can reach would be dead weight."""
    for alias in tables.aliases().values():
        place = locate(alias.phrase)

        assert place.province is alias.province, alias.phrase
        assert place.market == tables.market_names().get(alias.market, ALL_MARKETS), alias.phrase
        assert place.zones == alias.zones, alias.phrase


@pytest.mark.parametrize(
    "name",
    ["area_codes.tsv", "fsas.tsv", "markets.tsv", "places.tsv", "aliases.tsv", "never_corrected.txt"],
)
def test_every_table_says_where_it_comes_from(name: str) -> None:
    """The first line is a comment; the licences are in the notice beside the tables."""
    assert (resources.files("domain.data") / name).read_text(encoding="utf-8").startswith("# ")
    assert "GeoNames" in (resources.files("domain.data") / "NOTICE.md").read_text(encoding="utf-8")


def test_the_tables_stay_light() -> None:
    """One megabyte is the budget for everything geography ships."""
    files = [file for file in resources.files("domain.data").iterdir() if file.name.endswith((".tsv", ".txt"))]

    assert sum(len(file.read_bytes()) for file in files) < 1_000_000


def test_the_area_codes_in_use_are_all_there() -> None:
    """56 geographic codes, two complexes of them without a single province."""
    codes = tables.area_codes()

    assert len(codes) == 56
    assert {code for code, row in codes.items() if len(row.provinces) > 1} == {"902", "782", "867"}
