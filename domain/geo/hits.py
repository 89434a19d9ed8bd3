"""Names in a text: the longest known ones, left to right, street names left out.

Decides which words name something. What follows from it is decided in ``towns`` and ``verdict``.
"""

from typing import Final, NamedTuple

from domain.geo import tables
from domain.geo.reading import Reading, Span
from domain.geo.streets import is_street
from domain.geo.tables import AliasRow, PlaceRow
from domain.provinces import FULL_NAMES, Province

_LONGEST_NAME_WORDS: Final = 8
"""``Saint-Roch-de-l'Achigan`` is 5 words, ``Sainte-Catherine-de-la-Jacques-Cartier`` is 7."""


class Hit(NamedTuple):
    """Words that name a place, a region or a province.

    Attributes:
        province: set when the words are the full name of one.
        alias: set when they are a nickname, a region or an airport code.
        rows: bearers of the name; empty when it is no town, or better known as a nickname or region.
    """

    span: Span
    province: Province | None
    alias: AliasRow | None
    rows: tuple[PlaceRow, ...]


class _Vocabulary(NamedTuple):
    """The three dictionaries a name may stand in."""

    aliases: dict[str, AliasRow]
    places: dict[str, str]


def find(reading: Reading) -> list[Hit]:
    """Return the names of a reading in order; they never overlap."""
    vocabulary = _Vocabulary(tables.aliases(), tables.place_lines())
    found: list[Hit] = []
    index = 0
    size = len(reading.words)
    while index < size:
        longest = _longest_at(reading, index, vocabulary)
        if longest is None:
            index += 1
            continue
        span, key = longest
        if not is_street(reading, span):
            alias = vocabulary.aliases.get(key)
            found.append(Hit(span, FULL_NAMES.get(key), alias, () if alias else tables.places(key)))
        index = span.end
    return found


def _longest_at(reading: Reading, start: int, vocabulary: _Vocabulary) -> tuple[Span, str] | None:
    """Return the longest known name that begins at a word."""
    words = reading.words
    end = min(reading.statement(start).end, start + _LONGEST_NAME_WORDS)
    key = ""
    longest = None
    for index in range(start, end):
        key += words[index].word
        if key in vocabulary.places or key in FULL_NAMES or (key in vocabulary.aliases and _meant(reading, start, key)):
            longest = Span(start, index + 1), key
    return longest


# Nicknames that are also words or units: they need dots, or no number before them.
_DOTTED_ONLY: Final = frozenset({"to"})
_UNITS: Final = frozenset({"kw"})


def _meant(reading: Reading, start: int, key: str) -> bool:
    """Tell whether a nickname that is also an everyday word is meant as the nickname."""
    if key in _DOTTED_ONLY:
        return reading.words[start].dotted
    return key not in _UNITS or not reading.before(start).isdigit()
