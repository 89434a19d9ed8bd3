"""Text as geography reads it: accents folded, words cut out, breaks between statements kept.

Decides what counts as one word and where one statement ends. It knows no place names.
"""

import re
import unicodedata
from typing import Final, NamedTuple

MAX_CHARACTERS: Final = 2000
"""Longer input is cut: an address is never longer, and the work per verdict stays bounded."""


class Token(NamedTuple):
    """One word of a text.

    Attributes:
        word: folded and canonical, as table keys spell it (``st`` for ``Saint``).
        raw: the same letters without accents, in the case they were typed in.
        start: offset of the first character in the text.
        end: offset after the last character.
        broken: True when a comma, bracket or the like stands between the word before and this one.
        dotted: True when it was typed as letters with dots, such as ``N.-B.``.
    """

    word: str
    raw: str
    start: int
    end: int
    broken: bool
    dotted: bool


# Spellings of one and the same word in place names; the short one is the key.
_CANONICAL: Final = {
    "saint": "st",
    "sainte": "ste",
    "mount": "mt",
    "ft": "fort",
    "twp": "township",
    "hts": "heights",
}

_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_HARD_BREAK: Final = re.compile(r"[,;:()\[\]/|?!\n\t\"]|\s-+\s|\s-+$|^-+\s")
_DOTS_BETWEEN_INITIALS: Final = frozenset({".", ".-", ". -"})
_LONGEST_ABBREVIATION: Final = 4
"""A full stop after at most so many letters ends an abbreviation (``Sask.``), after more a sentence."""


def _base_letter(codepoint: int) -> int:
    """Return the ASCII letter, digit or mark a character stands for, or a space."""
    for character in unicodedata.normalize("NFKD", chr(codepoint)):
        if character.isascii():
            return ord(character)
    return ord(" ")


class _Folding(dict[int, int]):
    """Character table for str.translate: one character in, one out, so offsets stay true."""

    def __missing__(self, codepoint: int) -> int:
        """Fold a character that is in none of the Latin blocks."""
        return codepoint if codepoint < 128 else _base_letter(codepoint)  # noqa: PLR2004


_FOLDING: Final = _Folding(
    {codepoint: _base_letter(codepoint) for codepoint in (*range(0x80, 0x250), *range(0x1E00, 0x1F00))}
    | {ord(dash): ord("-") for dash in "‐‑‒–—―"}  # noqa: RUF001
    | {ord(quote): ord("'") for quote in "‘’‛′`´ʼ"}  # noqa: RUF001
    | {ord("\t"): ord(" "), ord("\r"): ord("\n")},
)


def tidy(text: str) -> str:
    """Return text composed, ligatures spelled out and cut to MAX_CHARACTERS; offsets refer to this form."""
    if text.isascii():
        return text[:MAX_CHARACTERS]
    composed = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
    return composed.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")


def plain(tidied: str) -> str:
    """Return the text of tidy() without accents: same length, same offsets, ASCII only."""
    return tidied if tidied.isascii() else tidied.translate(_FOLDING)


def _breaks(gap: str, before: str) -> bool:
    """Tell whether what stands between two words ends a statement."""
    if _HARD_BREAK.search(gap):
        return True
    return ". " in gap and len(before) > _LONGEST_ABBREVIATION


def tokens(folded: str) -> list[Token]:
    """Return the words of a folded text in order; initials with dots are joined into one word.

    Args:
        folded: the text of plain().

    Returns:
        Words; empty when there is no letter or digit.
    """
    found: list[Token] = []
    position = 0
    previous = ""
    for match in _WORD.finditer(folded):
        raw = match.group()
        start, end = match.span()
        gap = folded[position:start]
        position = end
        if len(raw) == 1 and gap in _DOTS_BETWEEN_INITIALS and found and _is_initials(found[-1]):
            last = found[-1]
            found[-1] = Token(last.word + raw.lower(), last.raw + raw, last.start, end, last.broken, dotted=True)
            continue
        broken = bool(found) and gap not in {" ", "-", "'"} and _breaks(gap, previous)
        lower = raw.lower()
        found.append(Token(_CANONICAL.get(lower, lower), raw, start, end, broken, dotted=False))
        previous = raw
    return found


def _is_initials(token: Token) -> bool:
    """Tell whether a word is one letter or letters already joined by dots."""
    return token.dotted or len(token.raw) == 1


def key(name: str) -> str:
    """Return the table key of a place name: canonical words without spaces.

    Args:
        name: for example ``St. John's`` or ``Saint-Jean-sur-Richelieu``.

    Returns:
        For example ``stjohns`` or ``stjeansurrichelieu``.
    """
    return "".join(token.word for token in tokens(plain(tidy(name))))


def spelled_out(name: str) -> str:
    """Return a key with ``Saint``, ``Sainte`` and ``Mount`` written in full, as typing errors inside them need."""
    return "".join(in_full(token.word) for token in tokens(plain(tidy(name))))


_IN_FULL: Final = {"st": "saint", "ste": "sainte", "mt": "mount"}


def in_full(word: str) -> str:
    """Return a canonical word in its long spelling."""
    return _IN_FULL.get(word, word)
