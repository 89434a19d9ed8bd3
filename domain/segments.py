"""How many text messages a text is, and how to keep an accidental quote or space from doubling them.

Counts and folds only. What a text must contain is decided in ``domain.templates``.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain import keywords
from domain.errors import DomainError


class Encoding(StrEnum):
    """How the network carries a text."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


PER_SEGMENT: Mapping[Encoding, int] = MappingProxyType({Encoding.GSM7: 136, Encoding.UCS2: 70})
"""Characters in one segment to a Canadian long code: 137 plain characters are two segments, and so are 71 others.

Source: https://www.twilio.com/en/guidelines/ca/sms (message length, outbound long code)
"""

MAX_SEGMENTS = 10
"""Longest text sent, in segments; more is an e-mail, and every segment is billed."""

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""GSM 7-bit default alphabet: one character each. Of the French letters, ê â î ô û ë ï ç œ are missing.

Source: 3GPP TS 23.038 section 6.2.1
"""

_GSM_EXTENSION = frozenset("^{}\\[~]|€")
"""GSM 7-bit extension table: two characters each. Source: 3GPP TS 23.038 section 6.2.1.1"""

_FOLDED = str.maketrans(
    {
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "
        ),
        "\u3000": " ",
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2026": "...",
        "\u2022": "-",
        "\u0153": "oe",
        "\u0152": "OE",
    }
)


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs.

    Attributes:
        characters: as the network counts: some plain characters and every emoji count double.
        segments: billed parts; 0 for an empty text.
    """

    encoding: Encoding
    characters: int
    segments: int


def count(text: str) -> Segments:
    """Return encoding, length and number of billed parts of a text.

    Args:
        text: exactly what would be sent.
    """
    if all(c in _GSM_BASIC or c in _GSM_EXTENSION for c in text):
        encoding, characters = Encoding.GSM7, sum(2 if c in _GSM_EXTENSION else 1 for c in text)
    else:
        encoding, characters = Encoding.UCS2, len(text.encode("utf-16-le", "surrogatepass")) // 2
    return Segments(encoding, characters, -(-characters // PER_SEGMENT[encoding]))


def describe(text: str) -> str:
    """Say in one line what a text costs, and which characters make it dearer.

    Args:
        text: exactly what would be sent.

    Returns:
        ``201 characters · billed as 2 texts of 136``, or ``… of 70, because of ê: 1 without it``.
    """
    counted = count(text)
    size = f"{counted.characters:,} character{'' if counted.characters == 1 else 's'}"
    bill = f"{counted.segments} text{'' if counted.segments == 1 else 's'} of {PER_SEGMENT[counted.encoding]}"
    dear = sorted({c for c in text if c not in _GSM_BASIC and c not in _GSM_EXTENSION})
    without = count("".join(c for c in text if c not in dear))
    if not dear or without.segments == counted.segments:
        return f"{size} · billed as {bill}"
    return f"{size} · billed as {bill}, because of {' '.join(dear[:_NAMED])}: {without.segments} without"


_NAMED = 5
"""Dear characters named at most; whoever sees five knows what to do."""


def fold(text: str) -> str:
    """Return a text with typographic quotes, dashes and spaces made plain, and without hidden characters.

    Letters and emoji stay: they carry meaning, and who types one sees what it costs.

    Args:
        text: as typed or pasted.
    """
    return keywords.clean(unicodedata.normalize("NFC", text).translate(_FOLDED), 2 * len(text) + 1)


def check(text: str) -> Segments:
    """Return what a text costs.

    Raises:
        DomainError: there is nothing to send, or it is too long.
    """
    if not text.strip():
        raise DomainError("text_empty", "Nothing to send", field="text")
    counted = count(text)
    if counted.segments > MAX_SEGMENTS:
        sentence = f"{counted.characters:,} characters = {counted.segments} texts (max {MAX_SEGMENTS})"
        raise DomainError("text_too_long", sentence, field="text")
    return counted
