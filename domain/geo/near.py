"""Names that differ from a typed one by one error: a letter too many, missing, wrong, or two swapped."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from domain.geo import tables, text
from domain.geo.tables import PlaceRow
from domain.provinces import FULL_NAMES, Province


def within_one_edit(one: str, other: str) -> bool:
    """Tell whether two words are equal or one insertion, deletion, substitution or swap of neighbours apart."""
    if one == other:
        return True
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    first = next((index for index, letter in enumerate(one) if letter != other[index]), len(one))
    if len(one) < len(other):
        return one[first:] == other[first + 1 :]
    if one[first + 1 :] == other[first + 1 :]:
        return True
    return one[first : first + 2] == other[first : first + 2][::-1] and one[first + 2 :] == other[first + 2 :]


class Index:
    """Words findable by everything within one error of them.

    One error lies in the front or in the back of a word, so the other half is intact: words are filed under their
    length with their front half, and under their length with their back half.
    """

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        """File (spelling, key) pairs."""
        self._fronts: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
        self._backs: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
        for spelling, key in words:
            length, half = len(spelling), (len(spelling) - 1) // 2
            self._fronts[length, spelling[:half]].append((spelling, key))
            self._backs[length, spelling[length - half :]].append((spelling, key))

    def near(self, typed: str) -> frozenset[str]:
        """Return the keys whose spelling is within one error of what was typed."""
        found: set[str] = set()
        size = len(typed)
        for length in (size - 1, size, size + 1):
            half = (length - 1) // 2
            candidates = (
                self._fronts.get((length, typed[:half]), ()),
                self._backs.get((length, typed[size - half :]), ()),
            )
            for filed in candidates:
                found.update(key for spelling, key in filed if within_one_edit(typed, spelling))
        return frozenset(found)


@cache
def place_index() -> Index:
    """Return the index of every place name, in the short and the spelled-out form of Saint and Mount."""
    return Index(_spellings())


def _spellings() -> Iterable[tuple[str, str]]:
    """Yield (spelling, key) of every place name."""
    for key, lines in tables.place_lines().items():
        yield key, key
        name = lines.partition("\n")[0].rpartition("\t")[2]
        if "aint" in name or "St" in name or "Mount" in name:
            yield text.spelled_out(name), key


@cache
def words() -> frozenset[str]:
    """Return the English and French words that are one error away from a place and are never corrected to it."""
    return tables.words("never_corrected.txt")


def places(spellings: Iterable[str]) -> frozenset[PlaceRow]:
    """Return every place whose name is within one error of what was typed, in any of its spellings."""
    index = place_index()
    return frozenset(row for typed in spellings for key in index.near(typed) for row in tables.places(key))


@cache
def province_index() -> Index:
    """Return the index of the full names of the provinces."""
    return Index((name, name) for name in FULL_NAMES)


def province_near(typed: str) -> Province | None:
    """Return the province whose full name is within one error, None when there is none or more than one."""
    found = {FULL_NAMES[name] for name in province_index().near(typed)}
    return found.pop() if len(found) == 1 else None
