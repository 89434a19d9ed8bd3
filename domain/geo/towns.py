"""Towns: which named place a text means, with a province known or by its name alone.

Decides when a name is a place and not a word, a street or a person, and which of several bearers it is. A name that
several provinces share is never decided here without a province.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Final, NamedTuple

from domain.geo import frames, near, tables
from domain.geo.hits import Hit
from domain.geo.mentions import Mention
from domain.geo.reading import TRAILING_WORDS, Reading, Span
from domain.geo.streets import is_street
from domain.geo.tables import UNDECIDED, PlaceRow
from domain.provinces import SHORT_NAMES, Province

KNOWN_PEOPLE: Final = 20_000
"""A name of so many people is read as the place anywhere in a text, and contradicts another province."""

_ADJACENT, _ALONE, _MENTIONED = 3, 2, 1
_SHORTEST_TYPO: Final = 5
_SHORTEST_BARE_TYPO: Final = 6
_SHORTEST_EVERYDAY_TYPO: Final = 7
_TYPO_PEOPLE: Final = 5_000
"""Smallest place that is looked for behind a typing error in a text of several statements."""


class Town(NamedTuple):
    """A place a text means.

    Attributes:
        rows: its possible bearers; one when the province is settled.
        provinces: every province that has a place of this name.
        typed: the words as typed.
        corrected: True when one typing error was forgiven.
        certain: True when the rows are what people mean who leave the province out.
        clear: True when the words stand where an address has its town.
    """

    rows: tuple[PlaceRow, ...]
    provinces: frozenset[Province]
    typed: str
    corrected: bool
    clear: bool
    certain: bool


def _town(
    rows: tuple[PlaceRow, ...],
    reading: Reading,
    span: Span,
    *,
    corrected: bool = False,
    clear: bool = False,
) -> Town:
    """Return a town with its words quoted."""
    provinces = frozenset(row.province for row in rows)
    return Town(rows, provinces, reading.quote(span), corrected=corrected, clear=clear, certain=True)


def in_province(reading: Reading, hits: list[Hit], mentions: list[Mention], province: Province) -> Town | None:
    """Return the town of a text whose province is known, or None.

    The name next to the province wins, then one that is a statement of its own, then the largest.
    """
    ranked = [
        (rank, row.people, hit.span, row)
        for hit in hits
        for row in hit.rows
        if row.province is province and not any(mention.span == hit.span for mention in mentions)
        for rank in [_rank(reading, hit.span, mentions)]
        if rank > _MENTIONED or not row.everyday
    ]
    rank, _, span, row = max(ranked, key=lambda each: each[:2], default=(0, 0, None, None))
    exact = _town((row,), reading, span, clear=rank > _MENTIONED) if span and row else None
    if exact is not None and exact.clear:
        return exact
    return _corrected_in_province(reading, mentions, province) or exact


def _rank(reading: Reading, span: Span, mentions: list[Mention]) -> int:
    """Return how much a name looks like the town of the address."""
    for mention in mentions:
        if _meets(reading, span.end, mention.span.start) or _meets(reading, mention.span.end, span.start):
            return _ADJACENT
    return _ALONE if frames.stands_alone(reading, span) else _MENTIONED


def _meets(reading: Reading, end: int, start: int) -> bool:
    """Tell whether nothing but words like ``area`` stands between two spans."""
    return end <= start and all(reading.words[index].word in TRAILING_WORDS for index in range(end, start))


def _corrected_in_province(reading: Reading, mentions: list[Mention], province: Province) -> Town | None:
    """Return the town whose name stands beside the province with one typing error.

    A name that is right for another province is not corrected: ``St. John's, NB`` is a contradiction, not a typo.
    """
    for mention in mentions:
        for span in _neighbours(reading, mention.span):
            typed = frames.spellings(reading, span)
            if len(typed[0]) < _SHORTEST_TYPO or tables.places(typed[0]) or is_street(reading, span):
                continue
            rows = tuple(row for row in near.places(typed) if row.province is province)
            if len(rows) == 1 and (len(typed[0]) >= _SHORTEST_EVERYDAY_TYPO or not rows[0].everyday):
                return _town(rows, reading, span, corrected=True, clear=True)
    return None


def _neighbours(reading: Reading, mention: Span) -> Iterator[Span]:
    """Yield the spans that end before a province, longest first, then those that begin after it."""
    end = mention.start
    while end > 0:
        first = max(reading.statement(end - 1).start, end - frames.LONGEST_NAME_WORDS)
        yield from (Span(start, end) for start in range(first, end))
        if reading.words[end - 1].word not in TRAILING_WORDS:
            break
        end -= 1
    if mention.end < len(reading.words):
        last = min(reading.statement(mention.end).end, mention.end + frames.LONGEST_NAME_WORDS)
        yield from (Span(mention.end, stop) for stop in range(last, mention.end, -1))


def by_name(reading: Reading, hits: list[Hit]) -> list[Town]:
    """Return the towns a text without a province means; one whose name several provinces share keeps all bearers."""
    found = []
    for hit in hits:
        if hit.rows and not hit.province and _is_meant(reading, hit):
            alone = tuple(row for row in hit.rows if row.alone)
            clear = frames.stands_alone(reading, hit.span)
            if alone or clear:
                town = _town(hit.rows, reading, hit.span, clear=clear)
                found.append(town._replace(rows=alone or hit.rows, certain=bool(alone)))
    return found


def _is_meant(reading: Reading, hit: Hit) -> bool:
    """Tell whether a name without a province is meant as a place.

    A word of prose never is. A given name must be introduced or be what an address ends with or be the whole text,
    and so must a hamlet whose name is one word. Any other name may be a statement of its own, or stand anywhere when
    everybody knows it.
    """
    if any(row.everyday for row in hit.rows):
        return False
    if frames.is_introduced(reading, hit.span):
        return True
    people = max(row.people for row in hit.rows)
    if any(row.personal for row in hit.rows) or not (people or hit.span.end - hit.span.start > 1):
        return frames.stands_alone(reading, hit.span) and frames.ends_address(reading, hit.span)
    known = people >= KNOWN_PEOPLE and not any(row.surname for row in hit.rows)
    return known or frames.stands_alone(reading, hit.span)


def corrected(reading: Reading) -> Town | None:
    """Return the town a text ends with or is, apart from words like ``near`` and one typing error; None when unsure."""
    index = 0
    while index < len(reading.words):
        statement = reading.statement(index)
        for span in frames.names(reading, statement):
            if (town := _corrected_name(reading, span)) is not None:
                return town
        index = statement.end
    return None


def _corrected_name(reading: Reading, span: Span) -> Town | None:
    """Return the town a span names with one typing error, when all near names lie in one province.

    Hamlets whose name is one word are left out. Beside other statements, as in ``needs roof, heating``, a small place
    is no likelier than a word of prose.
    """
    typed = frames.spellings(reading, span)
    if len(typed[0]) < _SHORTEST_BARE_TYPO or _is_no_typo(reading, span, typed[0]):
        return None
    rows = sorted(near.places(typed), key=lambda row: (-row.people, row.name))
    if len({row.province for row in rows}) != 1 or not any(row.alone and not row.everyday for row in rows):
        return None
    smallest = 0 if span.end - span.start > 1 else 1
    if rows[0].people < (smallest if frames.ends_address(reading, span) else _TYPO_PEOPLE):
        return None
    return _town((merged(rows),), reading, span, corrected=True, clear=True)


def _is_no_typo(reading: Reading, span: Span, key: str) -> bool:
    """Tell whether words are right as they are: a word of prose, a place, a street, or a name with a province code."""
    coded = span.end - span.start > 1 and reading.words[span.end - 1].word in SHORT_NAMES
    return coded or key in near.words() or bool(tables.places(key)) or is_street(reading, span)


def merged(rows: list[PlaceRow]) -> PlaceRow:
    """Return the first of some places of one province, with the market all share and every clock any of them keeps."""
    markets = {row.market for row in rows}
    zones = reduce(frozenset.union, (row.zones for row in rows))
    return rows[0]._replace(market=markets.pop() if len(markets) == 1 else UNDECIDED, zones=zones)
