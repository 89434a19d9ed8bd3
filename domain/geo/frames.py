"""The words around a place name: prepositions, streets and the like.

Decides when a name is all that a statement says about a place, so that it may be read without further proof.
"""

from collections.abc import Iterator
from typing import Final

from domain.geo.reading import TRAILING_WORDS, Reading, Span
from domain.geo.streets import end_of_street
from domain.geo.text import in_full

# Words that may stand before a place and add nothing to it.
_LEADING_WORDS: Final = frozenset(
    {
        "a", "about", "address", "adresse", "area", "around", "at", "au", "aux", "bungalow", "by", "central", "city",
        "close", "code", "condo", "d", "dans", "de", "deal", "des", "downtown", "drive", "du", "duplex", "east", "en",
        "est", "from", "greater", "home", "hour", "hours", "house", "in", "just", "km", "lead", "loc", "located",
        "location", "maison", "market", "min", "mins", "minutes", "municipalite", "municipality", "near", "nord",
        "north", "of", "old", "ouest", "outside", "pc", "postal", "pres", "property", "quartier", "region", "secteur",
        "situated", "somewhere", "south", "sud", "sur", "the", "to", "town", "townhouse", "vers", "village", "ville",
        "west",
    },
)  # fmt: skip
_PREPOSITIONS: Final = frozenset(
    {
        "in", "near", "at", "by", "from", "around", "outside", "of", "a", "au", "aux", "pres", "dans", "secteur",
        "region", "de",
    },
)  # fmt: skip
# Prepositions that also stand in prose; a name after one must end its statement.
_LOOSE_PREPOSITIONS: Final = frozenset({"a", "of", "de", "at", "by"})

LONGEST_NAME_WORDS: Final = 5
"""Names with a typing error are looked for among so many words."""


def key(reading: Reading, span: Span) -> str:
    """Return the words of a span joined as table keys are."""
    return "".join(token.word for token in reading.words[span.start : span.end])


def spellings(reading: Reading, span: Span) -> tuple[str, ...]:
    """Return the words of a span joined as table keys are, and again with ``Saint`` and ``Mount`` in full."""
    short = key(reading, span)
    full = "".join(in_full(token.word) for token in reading.words[span.start : span.end])
    return (short,) if full == short else (short, full)


def stands_alone(reading: Reading, span: Span) -> bool:
    """Tell whether a name is all its statement says, apart from a street before it and words like ``near``."""
    if not reading.ends_statement(span.end):
        return False
    statement = reading.statement(span.start)
    start = end_of_street(reading, Span(statement.start, span.start))
    return all(map(_adds_nothing, (token.word for token in reading.words[start : span.start])))


def is_introduced(reading: Reading, span: Span) -> bool:
    """Tell whether a word like ``in`` or ``near`` says that a place follows."""
    before = reading.before(span.start)
    if before not in _PREPOSITIONS:
        return False
    return before not in _LOOSE_PREPOSITIONS or reading.ends_statement(span.end)


def ends_address(reading: Reading, span: Span) -> bool:
    """Tell whether a name is the town of an address or the whole text: only statements with a house number precede.

    What follows the name's statement does not matter after an address; otherwise nothing may follow.
    """
    statement = reading.statement(span.start)
    if statement.start == 0:
        return statement.end == len(reading.words) or reading.words[0].raw[0].isdigit()
    before = reading.statement(statement.start - 1)
    return reading.words[before.start].raw[0].isdigit()


def _adds_nothing(word: str) -> bool:
    """Tell whether a word before a place is a preposition, a distance or the like."""
    return word in _LEADING_WORDS or word.isdigit()


def names(reading: Reading, statement: Span) -> Iterator[Span]:
    """Yield the spans of a statement that may be a name with a typing error, longest first.

    Args:
        statement: for example the words ``12 King St near Halifx area``, of which ``near Halifx`` and ``Halifx`` are
            yielded.
    """
    start, end = end_of_street(reading, statement), statement.end
    while end > start and reading.words[end - 1].word in TRAILING_WORDS:
        end -= 1
    while start < end:
        if end - start <= LONGEST_NAME_WORDS:
            yield Span(start, end)
        if not _adds_nothing(reading.words[start].word):
            return
        start += 1
