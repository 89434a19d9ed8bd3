"""Street names: a place name that is part of one says nothing about where the street is."""

from typing import Final

from domain.geo.reading import Reading, Span

# Words that follow the name of an English street.
STREET_TYPES: Final = frozenset(
    {
        "st", "street", "ave", "av", "avenue", "road", "rd", "drive", "dr", "blvd", "boulevard", "cres", "crescent",
        "court", "ct", "crt", "lane", "ln", "way", "place", "pl", "terr", "terrace", "trail", "trl", "parkway", "pkwy",
        "highway", "hwy", "circle", "cir", "square", "sq", "line", "sideroad", "concession", "mews", "gdns",
        "expressway", "cresc", "bypass", "rte", "route", "tpk", "esplanade", "wynd", "bd",
    },
)  # fmt: skip

# Words that come before the name of a French street; the second kind also follows English ones, so it needs "de".
_FRENCH_TYPES: Final = frozenset(
    {"rue", "boul", "ch", "chemin", "rang", "montee", "cote", "allee", "croissant", "ruelle", "impasse", "promenade"},
)
_FRENCH_OR_ENGLISH_TYPES: Final = frozenset({"av", "ave", "avenue", "boulevard", "blvd", "place", "route", "rte", "pl"})
_FRENCH_LINKS: Final = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "st", "ste"})

_DIRECTIONS: Final = frozenset(
    {"n", "s", "e", "w", "o", "ne", "nw", "se", "sw", "north", "south", "east", "west", "nord", "sud", "est", "ouest"},
)


def is_street(reading: Reading, span: Span) -> bool:
    """Tell whether words are the name of a street, as in ``Ontario Street`` or ``boul. des Laurentides``.

    Args:
        span: words that would otherwise be a place name.
    """
    if reading.after(span.end) in STREET_TYPES:
        return not _is_saint(reading, span.end)
    return _after_french_type(reading, span.start)


def _is_saint(reading: Reading, index: int) -> bool:
    """Tell whether ``st`` was typed in full, so that it begins a name and is no street."""
    token = reading.words[index]
    return token.word == "st" and token.raw.lower() == "saint"


def _after_french_type(reading: Reading, index: int) -> bool:
    """Tell whether a French street type stands before a word, with or without articles between."""
    linked = False
    while (word := reading.before(index)) in _FRENCH_LINKS and word:
        linked = True
        index -= 1
    return word in _FRENCH_TYPES or (linked and word in _FRENCH_OR_ENGLISH_TYPES)


def end_of_street(reading: Reading, statement: Span) -> int:
    """Return where the town begins in a statement such as ``539 2nd Ave W Kirkland Lake``.

    Returns:
        The first word after house number, street name, type and direction; the start when there is no such street.
    """
    if not reading.words[statement.start].raw[0].isdigit():
        return statement.start
    for index in range(statement.end - 1, statement.start, -1):
        if reading.words[index].word in STREET_TYPES and not _is_saint(reading, index):
            return _skip_directions(reading, index + 1, statement.end)
    return statement.start


def _skip_directions(reading: Reading, index: int, end: int) -> int:
    """Return the first word that is neither a compass direction nor a road number."""
    while index < end and (reading.words[index].word in _DIRECTIONS or reading.words[index].word.isdigit()):
        index += 1
    return index
