"""Provinces named in a text: full names, abbreviations and two-letter codes.

Decides when two letters are a province and when they are prose: ``on``, ``me``, ``pe`` and ``ab`` are words too.
"""

from typing import Final, NamedTuple

from domain.geo import near
from domain.geo.hits import Hit
from domain.geo.reading import TRAILING_WORDS, Reading, Span
from domain.provinces import SHORT_NAMES, Province


class Mention(NamedTuple):
    """A province named in the text."""

    span: Span
    province: Province


_CODE_LENGTH: Final = 2
_SHORTEST_GUESS: Final = 5
"""``Yukon`` is the shortest name worth correcting; shorter words are too near to each other."""
_LONGEST_GUESS_WORDS: Final = 5

# Abbreviations that are also words (French que and ont, English man and nun) or other abbreviations.
_ALSO_WORDS: Final = frozenset({"que", "man", "nun", "alb", "ont", "ipe"})
# Abbreviations that mean something else unless they are typed with their dots: C.-B., N.-E., T.-N.
_DOTTED_ONLY: Final = frozenset({"cb", "ne", "tn", "lb"})
# Codes that are words nowhere, so that they count in small letters as the whole message.
_NEVER_WORDS: Final = frozenset({"qc", "sk", "nl", "yt"})
_LOCATIVE: Final = frozenset({"in", "en", "au", "near", "from", "du", "de"})
# Words one error away from a province that are given names.
_NOT_A_TYPO: Final = frozenset({"alberto", "alberte", "albert", "alberts"})
_DOG: Final = "labrador"


class _Context(NamedTuple):
    """Where names begin and end in a reading."""

    reading: Reading
    starts: frozenset[int]
    ends: set[int]


def find(reading: Reading, hits: list[Hit]) -> list[Mention]:
    """Return the provinces a text names, in order of their place in it."""
    taken = {index for hit in hits for index in range(*hit.span)}
    context = _Context(reading, frozenset(hit.span.start for hit in hits), {hit.span.end for hit in hits})
    short = [mention for mention in _short_names(context) if mention.span.start not in taken]
    following = {mention.span.start: mention.province for mention in short}
    following |= {hit.span.start: hit.province for hit in hits if hit.province}
    named = [
        Mention(hit.span, hit.province)
        for hit in hits
        if hit.province and not is_town(hit, following) and not _is_dog(reading, hit)
    ]
    return sorted(named + short) if short and named else named or short


def is_town(hit: Hit, following: dict[int, Province]) -> bool:
    """Tell whether a province's name stands for the city of the same name, as in ``Québec QC``.

    Args:
        following: provinces by the word they start at.
    """
    return bool(hit.rows) and following.get(hit.span.end) is hit.province


def _is_dog(reading: Reading, hit: Hit) -> bool:
    """Tell whether ``labrador`` is an animal: small letters in a cased text, or in the midst of a statement."""
    token = reading.words[hit.span.start]
    if token.word != _DOG or token.raw[0].isupper():
        return False
    place = reading.ends_statement(hit.span.end) and reading.before(hit.span.start) in {"", *_LOCATIVE}
    return reading.cased or not place


def _short_names(context: _Context) -> list[Mention]:
    """Return the abbreviations and codes that are meant as provinces."""
    found = []
    for index, token in enumerate(context.reading.words):
        word = "nu" if token.raw == "Nt" else token.word
        province = SHORT_NAMES.get(word)
        if province is None or (word in _DOTTED_ONLY and not token.dotted):
            continue
        if token.dotted or _is_meant(context, index):
            found.append(Mention(Span(index, index + 1), province))
            context.ends.add(index + 1)
    return found


def _follows_place(context: _Context, index: int) -> bool:
    """Tell whether a place or province ends right before a word, words like ``area`` between them aside."""
    while index not in context.ends:
        index -= 1
        if index < 0 or context.reading.words[index].word not in TRAILING_WORDS:
            return False
    return True


def _is_meant(context: _Context, index: int) -> bool:
    """Tell whether an undotted abbreviation or code is meant as a province."""
    reading = context.reading
    token = reading.words[index]
    if len(token.word) > _CODE_LENGTH and token.word not in _ALSO_WORDS:
        return True
    if len(reading.words) == 1:
        return _is_whole_message(reading, index)
    last = reading.ends_statement(index + 1)
    if index == 0 and last and index + 1 in context.starts:
        return True
    opens = token.broken
    after_place = _follows_place(context, index)
    if len(token.word) > _CODE_LENGTH:
        return last and (opens or after_place or _has_full_stop(reading, index))
    if reading.cased and token.raw.isupper():
        return (last and index > 0) or after_place or reading.before(index) in _LOCATIVE
    return last and (opens or after_place)


def _is_whole_message(reading: Reading, index: int) -> bool:
    """Tell whether one word alone is a province: in capitals, or a code that is no word, or with its full stop."""
    token = reading.words[index]
    if token.raw.isupper() or token.raw in {"Nt", "Yn"} or token.word in _NEVER_WORDS:
        return True
    return len(token.word) > _CODE_LENGTH and _has_full_stop(reading, index)


def _has_full_stop(reading: Reading, index: int) -> bool:
    """Tell whether a full stop marks a word as an abbreviation."""
    return reading.folded.startswith(".", reading.words[index].end)


def guess(reading: Reading) -> Mention | None:
    """Return the province whose full name the text spells with one error; only asked when nothing else was found."""
    for start in range(len(reading.words)):
        key = ""
        end = min(reading.statement(start).end, start + _LONGEST_GUESS_WORDS)
        for index in range(start, end):
            key += reading.words[index].word
            province = near.province_near(key) if len(key) >= _SHORTEST_GUESS and key not in _NOT_A_TYPO else None
            if province is not None:
                return Mention(Span(start, index + 1), province)
    return None
