"""A text cut into words and statements, as every reader of this package gets it."""

from typing import Final, NamedTuple

from domain.geo.text import Token, tokens


class Span(NamedTuple):
    """Words start to end (exclusive) of a reading."""

    start: int
    end: int


class Reading:
    """The words of a text and where statements begin and end.

    Attributes:
        tidied: the text as typed, composed; evidence quotes it.
        folded: the same without accents, postal codes and phone numbers blanked out as breaks.
        words: the words in order.
        cased: True when case carries meaning, that is, when small and capital letters both occur.
    """

    __slots__ = ("_ends", "_starts", "cased", "folded", "tidied", "words")

    def __init__(self, tidied: str, folded: str) -> None:
        """Cut the folded text into words and statements."""
        self.tidied = tidied
        self.folded = folded
        self.words: list[Token] = tokens(folded)
        self.cased = any(map(str.islower, tidied)) and any(map(str.isupper, tidied))
        self._starts, self._ends = _statements(self.words)

    def statement(self, index: int) -> Span:
        """Return the statement a word belongs to."""
        return Span(self._starts[index], self._ends[index])

    def quote(self, span: Span) -> str:
        """Return the words of a span as they were typed."""
        return self.tidied[self.words[span.start].start : self.words[span.end - 1].end]

    def before(self, index: int) -> str:
        """Return the word before, or an empty string at the start of a statement."""
        return "" if index <= 0 or self.words[index].broken else self.words[index - 1].word

    def after(self, end: int) -> str:
        """Return the word at an exclusive end, or an empty string at the end of a statement."""
        return "" if end >= len(self.words) or self.words[end].broken else self.words[end].word

    def ends_statement(self, end: int) -> bool:
        """Tell whether nothing but words that only point at an area follows in the statement."""
        while (word := self.after(end)) in TRAILING_WORDS:
            end += 1
        return not word


# Words that may follow a place without adding to it.
TRAILING_WORDS: Final = frozenset(
    {"area", "areas", "region", "vicinity", "canada", "side", "proper", "city", "secteur", "surroundings", "environs"},
)


def _statements(words: list[Token]) -> tuple[list[int], list[int]]:
    """Return for every word where its statement starts and ends."""
    starts: list[int] = []
    for index, word in enumerate(words):
        starts.append(index if word.broken or not starts else starts[-1])
    ends = [0] * len(words)
    end = len(words)
    for index in range(len(words) - 1, -1, -1):
        ends[index] = end
        if words[index].broken:
            end = index
    return starts, ends
