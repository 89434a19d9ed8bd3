"""Read the hand-kept fact tables that lie beside this file.

Only reading and checking their form; what follows from a fact is decided in ``membership`` and ``places``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from domain.geo import text
from domain.provinces import Province

_HERE = Path(__file__).parent
_MARKET_HEADER = re.compile(r"\[(\d{3})\] (.+)")

PlaceKey = tuple[str, Province]
"""Folded name and province: what a row of the places table is found by."""


@dataclass(frozen=True)
class Market:
    """One census metropolitan area.

    Attributes:
        code: Statistics Canada's three digits.
        name: as Statistics Canada writes it.
        core: place whose coordinates stand for the centre.
        members: places inside.
        neighbours: places near by that are outside.
    """

    code: str
    name: str
    core: PlaceKey
    members: frozenset[PlaceKey]
    neighbours: frozenset[PlaceKey]


@dataclass
class _Draft:
    """A market while its lines are read."""

    code: str
    name: str
    members: list[PlaceKey] = field(default_factory=list)
    neighbours: list[PlaceKey] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Add the names of one ``ON: …`` or ``not ON: …`` line."""
        head, _, names = line.partition(": ")
        province = Province(head.removeprefix("not "))
        target = self.neighbours if head.startswith("not ") else self.members
        target.extend((text.key(name), province) for name in names.split("; "))

    def done(self) -> Market:
        """Return the finished market."""
        members = frozenset(self.members)
        return Market(self.code, self.name, self.members[0], members, frozenset(self.neighbours))


def _lines(name: str) -> Iterator[str]:
    """Yield the lines of a fact table without comments and blank ones."""
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.rstrip()


def markets() -> list[Market]:
    """Return the 41 markets in table order."""
    drafts: list[_Draft] = []
    for line in _lines("cma_members.txt"):
        if header := _MARKET_HEADER.fullmatch(line):
            drafts.append(_Draft(header[1], header[2]))
        else:
            drafts[-1].take(line)
    return [draft.done() for draft in drafts]


def _pairs(name: str, separator: str) -> list[tuple[Province, str, str]]:
    """Return (province, left, right) of a table of ``AB: left SEP right; …`` lines."""
    found = []
    for line in _lines(name):
        province, _, entries = line.partition(": ")
        for entry in entries.split("; "):
            left, _, right = entry.partition(separator)
            found.append((Province(province), left, right))
    return found


def municipalities() -> list[tuple[Province, str, str]]:
    """Return (province, municipality, community whose clock and market it shares)."""
    return _pairs("municipalities.txt", " ~ ")


def other_names() -> list[tuple[Province, str, str]]:
    """Return (province, other name, name in the tables)."""
    return _pairs("other_names.txt", " = ")


# Two communities that keep Manitoba time in practice, against Saskatchewan law. Source: tz database, northamerica.
_MANITOBA_TIME = ("Creighton", "Denare Beach")

# Bare names that mean this place although the population rule does not say so: every Canadian reads them this way.
_DOMINANT = (("Sydney", Province.NS),)


def manitoba_time_in_saskatchewan() -> frozenset[PlaceKey]:
    """Return the Saskatchewan communities where two clocks are in use."""
    return frozenset((text.key(name), Province.SK) for name in _MANITOBA_TIME)


def dominant_names() -> frozenset[PlaceKey]:
    """Return the places whose bare name is read one way although namesakes are not much smaller."""
    return frozenset((text.key(name), province) for name, province in _DOMINANT)


def words(name: str) -> frozenset[str]:
    """Return a list of folded names from a file of words separated by spaces or lines."""
    return frozenset(text.key(word.replace("_", " ")) for line in _lines(name) for word in line.split())
