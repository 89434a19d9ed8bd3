"""Make the rows of the places table: every postal community, populated place and municipality by name and province."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from domain.geo import text
from domain.geo.zones import PREFIX, PROVINCE_ZONES
from domain.provinces import FULL_NAMES, Province
from gazetteer import facts
from gazetteer.facts import PlaceKey
from gazetteer.membership import Membership
from gazetteer.sources import PostalPoint, Settlement, ZoneAt

UNDECIDED = "?"
"""Market code of a name whose bearers lie in different markets."""

_CLEAR_SHARE = 0.8
_STRAY_SHARE = 0.2
"""Zones that fewer of a community's points lie in come from misplaced points."""
_DOMINANT_PEOPLE = 50_000
_DOMINANT_FACTOR = 10
_FOREIGN_FACTOR = 3
_PEOPLE_WHEN_UNKNOWN = 500
"""GeoNames lists places from 500 people, so a community it lacks has fewer."""
_COUNTY = re.compile(r" (?:Albert|Carleton|Gloucester|Kings|Kent|Madawaska|Northumberland|Queens|Sunbury|York) Co$")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        key: folded name.
        market: market code, empty for none, UNDECIDED.
        zones: zone names without prefix.
        population: people, 0 when unknown.
        alone: True when the name without a province decides the province.
        everyday: True when the name is also a word of prose.
        personal: True when the name is also a given name or a word.
        surname: True when the name is also a family name.
    """

    key: str
    province: Province
    name: str
    market: str
    zones: frozenset[str]
    population: int
    alone: bool = False
    everyday: bool = False
    personal: bool = False
    surname: bool = False


@dataclass
class _Bearers:
    """Everything that bears one name in one province."""

    points: list[PostalPoint] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)


def rows(
    points: list[PostalPoint],
    settlements: list[Settlement],
    foreign: dict[str, int],
    membership: Membership,
    zone_at: ZoneAt,
) -> list[Row]:
    """Return all rows, sorted by key and province."""
    found = {key: _row(key, bearers, membership, zone_at) for key, bearers in _by_name(points, settlements).items()}
    _add_municipalities(found, membership)
    _add_other_names(found)
    return _judge_bare_names(found, foreign)


def _by_name(points: list[PostalPoint], settlements: list[Settlement]) -> dict[PlaceKey, _Bearers]:
    """Gather points and populated places by folded name and province."""
    bearers: dict[PlaceKey, _Bearers] = defaultdict(_Bearers)
    keys: dict[str, tuple[str, ...]] = {}
    for point in points:
        for key in keys.setdefault(point.name, _keys(point.name)):
            bearers[key, point.province].points.append(point)
    for place in settlements:
        for key in _keys(place.name):
            bearers[key, place.province].settlements.append(place)
    return bearers


def _keys(name: str) -> tuple[str, ...]:
    """Return the keys of a name: itself, without its county, and both halves of a double name with a slash."""
    names = [name, _COUNTY.sub("", name), *(name.split("/") if "/" in name else [])]
    return tuple(sorted({text.key(each) for each in names if text.key(each)}))


def _row(key: PlaceKey, bearers: _Bearers, membership: Membership, zone_at: ZoneAt) -> Row:
    """Return the row of one name in one province."""
    largest = max(bearers.settlements, key=lambda place: place.population, default=None)
    shown = largest.name if largest else Counter(point.name for point in bearers.points).most_common(1)[0][0]
    name = next((part for part in shown.split("/") if text.key(part) == key[0]), shown)
    return Row(
        key[0],
        key[1],
        name.strip(),
        _market(bearers, membership),
        _zones(key, bearers, zone_at),
        largest.population if largest else 0,
    )


def _market(bearers: _Bearers, membership: Membership) -> str:
    """Return the market all bearers share, or the one the dominant bearer lies in."""
    if not bearers.settlements:
        votes = Counter(membership.of_point(point) for point in bearers.points)
        code, count = votes.most_common(1)[0]
        return code if count >= _CLEAR_SHARE * votes.total() else UNDECIDED
    by_size = sorted(bearers.settlements, key=lambda place: -place.population)
    codes = [membership.of_settlement(place) for place in by_size]
    if len(set(codes)) == 1 or by_size[0].population >= _DOMINANT_FACTOR * by_size[1].population:
        return codes[0]
    return UNDECIDED


def _zones(key: PlaceKey, bearers: _Bearers, zone_at: ZoneAt) -> frozenset[str]:
    """Return every zone a bearer of the name keeps: by the place itself, or else by its postal points."""
    votes = Counter(zone_at(place.latitude, place.longitude) for place in bearers.settlements)
    if not votes:
        votes = Counter(zone_at(point.latitude, point.longitude) for point in bearers.points)
    seen = {zone for zone, count in votes.items() if bearers.settlements or count >= _STRAY_SHARE * votes.total()}
    return possible_zones(key[1], seen, by_law_and_habit=key in facts.manitoba_time_in_saskatchewan())


def possible_zones(province: Province, seen: Iterable[str | None], *, by_law_and_habit: bool = False) -> frozenset[str]:
    """Return the zones of a province among those seen, widened where two clocks are in use; all of them for none.

    Args:
        province: zones of other provinces come from misplaced points and are dropped.
        seen: zone names without prefix.
        by_law_and_habit: True for the Saskatchewan communities that keep Manitoba time against the law.

    Source: tz database 2026f files the East Kootenay under Edmonton (-6); its regional board voted for and then
    against it, so Vancouver's clock (-7) stays possible.
    """
    known = {zone.removeprefix(PREFIX) for zone in PROVINCE_ZONES[province]}
    zones = {zone for zone in seen if zone in known}
    if province is Province.BC and "Edmonton" in zones:
        zones.add("Vancouver")
    if by_law_and_habit:
        zones |= {"Regina", "Winnipeg"}
    return frozenset(zone for zone in zones if zone) or frozenset(known)


def _add_municipalities(found: dict[PlaceKey, Row], membership: Membership) -> None:
    """Add the municipalities that share clock and market with a community."""
    for province, name, community in facts.municipalities():
        key = (text.key(name), province)
        twin = found[text.key(community), province]
        code = membership.by_name_alone(key)
        found.setdefault(key, replace(twin, key=key[0], name=name, market=twin.market if code is None else code))


def _add_other_names(found: dict[PlaceKey, Row]) -> None:
    """Add second names as rows of their own."""
    for province, other, name in facts.other_names():
        found.setdefault((text.key(other), province), replace(found[text.key(name), province], key=text.key(other)))


def _judge_bare_names(found: dict[PlaceKey, Row], foreign: dict[str, int]) -> list[Row]:
    """Return the rows, sorted, with the verdict whether the name alone decides the province."""
    everyday, personal = facts.words("everyday_words.txt"), facts.words("personal_names.txt")
    surnames = facts.words("surnames.txt")
    dominant = facts.dominant_names()
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in found.values():
        by_key[row.key].append(row)
    judged = []
    for key, row in sorted(found.items()):
        alone = key in dominant or _decides_alone(row, by_key[row.key], foreign.get(row.key, 0))
        prose = row.key in everyday or _is_generic(row.name)
        alone = alone and not prose and row.key not in FULL_NAMES
        judged.append(
            replace(
                row,
                alone=alone,
                everyday=prose,
                personal=row.key in personal,
                surname=row.key in surnames,
            ),
        )
    return judged


# Names made of these words alone, such as North End, are parts of any town.
_GENERIC_WORDS = frozenset(
    {
        "north", "south", "east", "west", "upper", "lower", "mid", "old", "new", "the", "end", "side", "shore", "hill",
        "hills", "park", "centre", "center", "downtown", "village", "town", "central", "city", "heights", "gardens",
        "estates", "woods", "meadows", "valley",
    },
)  # fmt: skip


# Names of hamlets made of these and the words above, such as Green Lake, are borne by many places no list has.
_LANDSCAPE_WORDS = frozenset(
    {
        "arm", "bay", "beach", "bear", "beaver", "big", "birch", "black", "blue", "branch", "bridge", "brook",
        "brule", "cedar", "church", "clear", "clearwater", "cold", "corner", "cove", "creek", "crooked", "deep",
        "deer", "duck", "eagle", "elk", "falls", "fish", "fork", "forks", "french", "goose", "grand", "grande",
        "green", "harbour", "head", "indian", "island", "islands", "junction", "lake", "landing", "little", "long",
        "loon", "maple", "mill", "mills", "moose", "mountain", "mt", "mud", "narrows", "oak", "otter", "pine",
        "plains", "pleasant", "point", "pond", "poplar", "portage", "prairie", "rapids", "red", "ridge", "river",
        "road", "rock", "rocky", "round", "salmon", "sand", "sandy", "settlement", "silver", "spring", "springs",
        "spruce", "station", "stony", "sunny", "swan", "three", "trout", "twin", "white", "willow", "wolf",
    },
)  # fmt: skip


def _is_landscape(name: str) -> bool:
    """Tell whether a name only describes its surroundings."""
    return all(token.word in _LANDSCAPE_WORDS | _GENERIC_WORDS for token in text.tokens(text.plain(name)))


def _is_generic(name: str) -> bool:
    """Tell whether a name could be part of any town."""
    return all(token.word in _GENERIC_WORDS for token in text.tokens(text.plain(name)))


def _decides_alone(row: Row, namesakes: list[Row], foreign_people: int) -> bool:
    """Tell whether people who leave the province out mean this place.

    The only bearer in Canada does unless a foreign one is more than three times larger; one with 50,000 people and
    ten times those of the next bearer in Canada does whatever lies abroad.
    """
    if not row.population and _is_landscape(row.name):
        return False
    people = row.population or _PEOPLE_WHEN_UNKNOWN
    if len(namesakes) == 1:
        return people >= _DOMINANT_PEOPLE or foreign_people <= _FOREIGN_FACTOR * people
    next_people = max(other.population or _PEOPLE_WHEN_UNKNOWN for other in namesakes if other is not row)
    return people >= _DOMINANT_PEOPLE and people >= _DOMINANT_FACTOR * next_people
