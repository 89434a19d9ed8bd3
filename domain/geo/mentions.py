"""Provinces named in a text: full names, abbreviations and two-letter codes.

Decides when two letters are a province and when they are prose: ``on``, ``me``, ``pe`` and ``ab`` are words too.
"""

from typing import Final, NamedTuple

from domain.geo import frames, near
from domain.geo.hits import Hit
from domain.geo.reading import TRAILING_WORDS, Reading, Span
from domain.geo.streets import is_street
from domain.provinces import FULL_NAMES, SHORT_NAMES, Province


class Mention(NamedTuple):
    """A province named in the text."""

    span: Span
    province: Province


_CODE_LENGTH: Final = 2
_SHORTEST_GUESS: Final = 5
"""``Yukon`` is the shortest name worth correcting in a text; as the whole text it may lack a letter."""
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
# Codes that often end a statement as words: hold on, gym and pe.
_PROSE: Final = frozenset({"on", "pe"})
_SHORTEST_TYPO: Final = 6
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
    if token.word != _DOG or hit.span.end - hit.span.start > 1:
        return False
    if reading.cased:
        return token.raw.islower()
    return not (reading.ends_statement(hit.span.end) and reading.before(hit.span.start) in {"", *_LOCATIVE})


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
    word = reading.words[index].word
    if len(word) > _CODE_LENGTH and word not in _ALSO_WORDS:
        return True
    if len(reading.words) == 1:
        return _is_whole_message(reading, index)
    last = reading.ends_statement(index + 1)
    if index == 0 and last and index + 1 in context.starts:
        return True
    at_its_place = reading.words[index].broken or _follows_place(context, index)
    if len(word) > _CODE_LENGTH:
        return last and (at_its_place or _has_full_stop(reading, index))
    return _is_code(reading, index, last=last, after_place=_follows_place(context, index))


def _is_code(reading: Reading, index: int, *, last: bool, after_place: bool) -> bool:
    """Tell whether two letters are meant as a province; ``CA-ON`` is the form of ISO 3166-2.

    Args:
        last: True when nothing but words like ``area`` follows in the statement.
        after_place: True when a place ends right before.
    """
    token = reading.words[index]
    located = reading.before(index) in _LOCATIVE
    if reading.cased and token.raw.isupper():
        return (last and index > 0) or after_place or located
    if not last:
        return False
    if token.broken or after_place or reading.before(index) == "ca" or (located and token.word not in _PROSE):
        return True
    return _follows_typo(reading, index, SHORT_NAMES[token.word])


def _follows_typo(reading: Reading, index: int, province: Province) -> bool:
    """Tell whether the statement before a code is a place of that province with one typing error."""
    statement = Span(reading.statement(index).start, index)
    for span in frames.names(reading, statement):
        typed = frames.spellings(reading, span)
        if len(typed[0]) >= _SHORTEST_TYPO and any(row.province is province for row in near.places(typed)):
            return True
    return False


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
    shortest = _SHORTEST_GUESS if len(reading.words) > 1 else _SHORTEST_GUESS - 1
    for start in range(len(reading.words)):
        key = ""
        end = min(reading.statement(start).end, start + _LONGEST_GUESS_WORDS)
        for index in range(start, end):
            key += reading.words[index].word
            if len(key) < shortest or key in _NOT_A_TYPO or key in FULL_NAMES:
                continue
            province, span = near.province_near(key), Span(start, index + 1)
            if province is not None and not is_street(reading, span):
                return Mention(span, province)
    return None
