"""Towns: which named place a text means, with a province known or by its name alone.

Decides when a name is a place and not a word, a street or a person, and which of several bearers it is. A name that
several provinces share is never decided here without a province.
"""

from typing import Final, NamedTuple

from domain.geo import near, tables
from domain.geo.hits import Hit
from domain.geo.mentions import Mention
from domain.geo.reading import TRAILING_WORDS, Reading, Span
from domain.geo.streets import end_of_street, is_street
from domain.geo.tables import PlaceRow
from domain.provinces import Province

KNOWN_PEOPLE: Final = 20_000
"""A name of so many people is read as the place anywhere in a text, and contradicts another province."""

# Words that say a place follows.
_LOCATIVE: Final = frozenset(
    {
        "in", "near", "at", "by", "from", "around", "outside", "of", "to", "the", "greater", "downtown", "central", "a",
        "au", "aux", "de", "du", "des", "d", "pres", "dans", "vers", "region", "secteur", "ville", "area", "city", "town",
        "village", "north", "south", "east", "west", "nord", "sud", "est", "ouest", "close", "somewhere", "about", "just",
        "house", "home", "property", "maison", "located", "situated", "address", "deal", "lead", "en", "sur",
        "min", "mins", "minutes", "km", "hour", "hours", "drive", "quartier", "municipalite", "municipality", "code",
        "postal", "pc", "location", "adresse", "condo", "duplex", "townhouse", "bungalow", "loc", "market", "old",
    },
)  # fmt: skip
_PREPOSITIONS: Final = frozenset(
    {"in", "near", "at", "by", "from", "around", "outside", "of", "a", "au", "aux", "pres", "dans", "secteur", "region", "de"},
)
_LOOSE_PREPOSITIONS: Final = frozenset({"a", "of", "de", "at", "by"})
"""Prepositions that also stand in prose; a name after one must end its statement."""

_ADJACENT, _ALONE, _MENTIONED = 3, 2, 1
_SHORTEST_TYPO: Final = 5
_SHORTEST_BARE_TYPO: Final = 6
_LONGEST_TYPO_WORDS: Final = 5


class Town(NamedTuple):
    """A place a text means.

    Attributes:
        rows: its possible bearers; one when the province is settled.
        typed: the words as typed.
        corrected: True when one typing error was forgiven.
        clear: True when the words stand where an address has its town.
    """

    rows: tuple[PlaceRow, ...]
    typed: str
    corrected: bool
    clear: bool


def in_province(reading: Reading, hits: list[Hit], mentions: list[Mention], province: Province) -> Town | None:
    """Return the town of a text whose province is known, or None.

    The name next to the province wins, then one that is a statement of its own, then the largest.
    """
    best: tuple[int, int, Hit, PlaceRow] | None = None
    for hit in hits:
        row = next((row for row in hit.rows if row.province is province), None)
        if row is None or any(mention.span == hit.span for mention in mentions):
            continue
        rank = _rank(reading, hit.span, mentions)
        if row.everyday and rank == _MENTIONED:
            continue
        if best is None or (rank, row.people) > (best[0], best[1]):
            best = rank, row.people, hit, row
    if best is not None:
        return Town((best[3],), reading.quote(best[2].span), corrected=False, clear=best[0] > _MENTIONED)
    return _corrected_in_province(reading, mentions, province)


def _rank(reading: Reading, span: Span, mentions: list[Mention]) -> int:
    """Return how much a name looks like the town of the address."""
    for mention in mentions:
        if _meets(reading, span.end, mention.span.start) or _meets(reading, mention.span.end, span.start):
            return _ADJACENT
    return _ALONE if stands_alone(reading, span) else _MENTIONED


def _meets(reading: Reading, end: int, start: int) -> bool:
    """Tell whether nothing but words like ``area`` stands between two spans."""
    return end <= start and all(reading.words[index].word in TRAILING_WORDS for index in range(end, start))


def stands_alone(reading: Reading, span: Span) -> bool:
    """Tell whether a name is all its statement says, apart from a street before it and words like ``near``."""
    if not reading.ends_statement(span.end):
        return False
    statement = reading.statement(span.start)
    start = end_of_street(reading, Span(statement.start, span.start))
    words = reading.words[start : span.start]
    return all(token.word in _LOCATIVE or token.word.isdigit() for token in words)


def _corrected_in_province(reading: Reading, mentions: list[Mention], province: Province) -> Town | None:
    """Return the town whose name stands beside the province with one typing error."""
    for mention in mentions:
        for span in _neighbours(reading, mention.span):
            key = _key(reading, span)
            if len(key) < _SHORTEST_TYPO or is_street(reading, span):
                continue
            found = {row for near_key in near.place_index().near(key) for row in tables.places(near_key)}
            rows = tuple(row for row in found if row.province is province and not row.everyday)
            if len(rows) == 1:
                return Town(rows, reading.quote(span), corrected=True, clear=True)
    return None


def _neighbours(reading: Reading, mention: Span) -> list[Span]:
    """Return the spans that end before a province, longest first, then those that begin after it."""
    end = mention.start
    while end > 0 and reading.words[end - 1].word in TRAILING_WORDS:
        end -= 1
    before = []
    if end > 0:
        first = max(reading.statement(end - 1).start, end - _LONGEST_TYPO_WORDS)
        before = [Span(start, end) for start in range(first, end)]
    after = []
    if mention.end < len(reading.words):
        last = min(reading.statement(mention.end).end, mention.end + _LONGEST_TYPO_WORDS)
        after = [Span(mention.end, stop) for stop in range(last, mention.end, -1)]
    return before + after


def _key(reading: Reading, span: Span) -> str:
    """Return the words of a span joined as table keys are."""
    return "".join(token.word for token in reading.words[span.start : span.end])


def by_name(reading: Reading, hits: list[Hit]) -> list[Town]:
    """Return the towns a text without a province means; one whose name several provinces share keeps all bearers."""
    found = []
    for hit in hits:
        if hit.rows and not hit.province and _is_meant(reading, hit):
            alone = tuple(row for row in hit.rows if row.alone)
            clear = stands_alone(reading, hit.span)
            if alone or clear:
                found.append(Town(alone or hit.rows, reading.quote(hit.span), corrected=False, clear=clear))
    return found


def _is_meant(reading: Reading, hit: Hit) -> bool:
    """Tell whether a name without a province is meant as a place."""
    if any(row.everyday for row in hit.rows):
        return False
    if stands_alone(reading, hit.span):
        return True
    before = reading.before(hit.span.start)
    if before in _PREPOSITIONS:
        return before not in _LOOSE_PREPOSITIONS or reading.ends_statement(hit.span.end)
    largest = max(hit.rows, key=lambda row: row.people)
    return largest.people >= KNOWN_PEOPLE and not largest.personal


def corrected(reading: Reading) -> Town | None:
    """Return the town a statement is, apart from words like ``near`` and one typing error; None when unsure."""
    index = 0
    while index < len(reading.words):
        statement = reading.statement(index)
        town = _corrected_statement(reading, statement)
        if town is not None:
            return town
        index = statement.end
    return None


def _corrected_statement(reading: Reading, statement: Span) -> Town | None:
    """Return the town one statement is, with one typing error."""
    span = _without_fillers(reading, Span(end_of_street(reading, statement), statement.end))
    if not 0 < span.end - span.start <= _LONGEST_TYPO_WORDS:
        return None
    key = _key(reading, span)
    if len(key) < _SHORTEST_BARE_TYPO:
        return None
    rows = {row for near_key in near.place_index().near(key) for row in tables.places(near_key)}
    if not rows or len({row.province for row in rows}) > 1 or not any(row.alone for row in rows):
        return None
    largest = max(rows, key=lambda row: (row.people, row.name))
    return Town((largest,), reading.quote(span), corrected=True, clear=True)


def _without_fillers(reading: Reading, span: Span) -> Span:
    """Return a span without words like ``near`` before and ``area`` after the name."""
    start, end = span
    while start < end and (reading.words[start].word in _LOCATIVE or reading.words[start].word.isdigit()):
        start += 1
    while end > start and reading.words[end - 1].word in TRAILING_WORDS:
        end -= 1
    return Span(start, end)
