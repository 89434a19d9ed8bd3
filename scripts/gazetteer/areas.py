"""Make the rows of the area-code table: which provinces a number may have been issued in, and their clocks.

Which area codes are in use is read off phonenumbers; its zones are not used, since they name one zone where several
are possible and the wrong one for 474 and 807. A number shows where it was issued, not where the person is.
"""

from dataclasses import dataclass

import phonenumbers

from domain.geo.zones import PREFIX, PROVINCE_ZONES
from domain.provinces import Province

_NO_MARKET = ""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    code: str
    provinces: tuple[Province, ...]
    market: str
    zones: frozenset[str]


@dataclass(frozen=True)
class _Complex:
    """Area codes laid over one another, and where they are issued.

    Attributes:
        zones: zone names without prefix, or empty for every zone of the provinces.
        market: market code when all of the area lies in it.
    """

    codes: str
    provinces: tuple[Province, ...]
    zones: frozenset[str] = frozenset()
    market: str = _NO_MARKET


_TORONTO_CLOCK = frozenset({"Toronto"})

# Source: Canadian Numbering Administrator, NPA relief plans, read against the regions of phonenumbers 9.0.43.
_COMPLEXES = (
    _Complex("403 780 587 825 368", (Province.AB,)),
    _Complex("604", (Province.BC,), frozenset({"Vancouver"})),
    _Complex("250 236 672 778 257", (Province.BC,)),
    _Complex("204 431 584", (Province.MB,)),
    _Complex("506 428", (Province.NB,)),
    _Complex("709 879", (Province.NL,)),
    _Complex("902 782", (Province.NS, Province.PE)),
    _Complex("867", (Province.YT, Province.NT, Province.NU)),
    _Complex("416 437 647 942", (Province.ON,), _TORONTO_CLOCK, "535"),
    _Complex("905 289 365 742", (Province.ON,), _TORONTO_CLOCK),
    _Complex("519 226 548 382", (Province.ON,), _TORONTO_CLOCK),
    _Complex("613 343 753", (Province.ON,), _TORONTO_CLOCK),
    _Complex("705 249 683", (Province.ON,), _TORONTO_CLOCK),
    _Complex("807", (Province.ON,)),
    _Complex("514 438 263", (Province.QC,), _TORONTO_CLOCK, "462"),
    _Complex("450 579 354", (Province.QC,), _TORONTO_CLOCK),
    _Complex("819 873 468", (Province.QC,), _TORONTO_CLOCK),
    _Complex("418 581 367 273", (Province.QC,)),
    _Complex("306 639 474", (Province.SK,)),
)
# Non-geographic codes, issued anywhere in Canada.
_NOWHERE = frozenset({"600", "622", "633", "644", "655", "677", "688"})


def rows() -> list[Row]:
    """Return all rows, sorted; refuse when the package knows other area codes than the table."""
    found = [
        Row(code, area.provinces, area.market, area.zones or _all_zones(area.provinces))
        for area in _COMPLEXES
        for code in area.codes.split()
    ]
    in_use = {code for code in map(str, range(200, 1000)) if _is_canadian(code)} - _NOWHERE
    if in_use != {row.code for row in found}:
        message = f"area codes differ from phonenumbers: {sorted(in_use ^ {row.code for row in found})}"
        raise ValueError(message)
    return sorted(found, key=lambda row: row.code)


def _is_canadian(code: str) -> bool:
    """Tell whether numbers of an area code belong to Canada."""
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{code}5550123"))
    return bool(phonenumbers.region_code_for_number(number) == "CA")


def _all_zones(provinces: tuple[Province, ...]) -> frozenset[str]:
    """Return every zone of some provinces."""
    return frozenset(zone.removeprefix(PREFIX) for province in provinces for zone in PROVINCE_ZONES[province])
