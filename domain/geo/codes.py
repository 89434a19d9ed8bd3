"""Postal codes and phone numbers in a text: found by their grammar and looked up.

Decides what is a Canadian postal code, an FSA or a number, and what each tells by itself.
"""

import re
from typing import Final, NamedTuple

from domain.geo import tables
from domain.geo.reading import Reading, Span
from domain.geo.tables import UNDECIDED, CodeRow
from domain.geo.zones import PROVINCE_ZONES
from domain.provinces import Province

# Canada Post: letters D, F, I, O, Q, U are never used, W and Z never come first.
_LETTER: Final = "[ABCEGHJ-NPRSTV-Z]"
_FIRST: Final = "[ABCEGHJ-NPRSTVXY]"
_FULL_CODE: Final = re.compile(
    rf"(?<![A-Z0-9])({_FIRST}\d{_LETTER})[ \-]{{0,2}}(\d{_LETTER}\d)(?![A-Z0-9])",
    re.IGNORECASE,
)
_FSA: Final = re.compile(rf"{_FIRST}\d{_LETTER}", re.IGNORECASE)
_BRITISH_INWARD: Final = re.compile(r"\d[a-z]{2}")
_NUMBER: Final = re.compile(
    r"(?<![\dA-Za-z])(?:\+?1[ .\-]*)?\(?([2-9]\d{2})\)?[ .\-/]*[2-9]\d{2}[ .\-]*\d{4}(?!\d)",
)
_AREA_CODE: Final = re.compile(r"\barea code:? ?\(?([2-9]\d{2})\b", re.IGNORECASE)

# Letters that name one province each; X is shared by NT and NU and needs the whole FSA. Source: Canada Post.
_PROVINCE_BY_LETTER: Final = {
    letter: province
    for province, letters in {
        Province.NL: "A",
        Province.NS: "B",
        Province.PE: "C",
        Province.NB: "E",
        Province.QC: "GHJ",
        Province.ON: "KLMNP",
        Province.MB: "R",
        Province.SK: "S",
        Province.AB: "T",
        Province.BC: "V",
        Province.YT: "Y",
    }.items()
    for letter in letters
}
_SANTA: Final = "H0H"

# Words before three characters that say they are an FSA, and words that say they are something else.
_POSTAL_CUES: Final = frozenset({"postal", "code", "pc", "fsa", "postalcode", "cp", "zip", "is"})
_OTHER_CUES: Final = frozenset(
    {"zoned", "zoning", "zone", "unit", "apt", "suite", "lot", "floor", "model", "type", "form", "plan", "room", "bus"},
)


class Code(NamedTuple):
    """A postal code or FSA in a text, and what it tells.

    Attributes:
        fsa: in capitals.
        text: as typed.
        full: True for all six characters.
        row: provinces, market and zones; no province when the code tells none.
    """

    fsa: str
    text: str
    full: bool
    row: CodeRow


class Number(NamedTuple):
    """A phone number's area code, and what it tells, or None for a code outside Canada."""

    area_code: str
    row: CodeRow | None


def look_up(fsa: str) -> CodeRow:
    """Return what an FSA tells; an unknown one tells the province by its first letter only."""
    known = tables.fsas().get(fsa)
    if known is not None:
        return known
    province = _PROVINCE_BY_LETTER.get(fsa[0])
    if province is None or fsa == _SANTA:
        return CodeRow((), UNDECIDED, frozenset())
    return CodeRow((province,), UNDECIDED, PROVINCE_ZONES[province])


def cut_postal_codes(tidied: str, folded: str) -> tuple[str, list[Code]]:
    """Return the text with full postal codes blanked out as breaks, and the codes.

    Args:
        tidied: the text as typed.
        folded: the same without accents.
    """
    found: list[Code] = []
    for match in _FULL_CODE.finditer(folded):
        fsa = match.group(1).upper()
        found.append(Code(fsa, tidied[match.start() : match.end()], full=True, row=look_up(fsa)))
    return (_FULL_CODE.sub(_blank, folded), found) if found else (folded, found)


def cut_numbers(folded: str) -> tuple[str, list[Number]]:
    """Return the text with phone numbers blanked out as breaks, and their area codes."""
    found = [number(match.group(1)) for match in _NUMBER.finditer(folded)]
    found.extend(number(match.group(1)) for match in _AREA_CODE.finditer(folded))
    return (_AREA_CODE.sub(_blank, _NUMBER.sub(_blank, folded)), found) if found else (folded, found)


def _blank(match: re.Match[str]) -> str:
    """Return a break of the same length, so that offsets stay true."""
    return "|" * len(match.group())


def number(area_code: str) -> Number:
    """Return what an area code tells."""
    return Number(area_code, tables.area_codes().get(area_code))


def of_phone(phone: str) -> Number | None:
    """Return what a phone number tells, or None when it has no North American form."""
    match = _NUMBER.search(phone.strip())
    return number(match.group(1)) if match else None


def bare_fsas(reading: Reading) -> list[Code]:
    """Return the FSAs that stand alone in a text, such as ``K8B area`` or ``postal code: h1s``."""
    return [
        Code(token.raw.upper(), reading.quote(Span(index, index + 1)), full=False, row=look_up(token.raw.upper()))
        for index, token in enumerate(reading.words)
        if len(token.raw) == _FSA_LENGTH and _FSA.fullmatch(token.raw) and _is_fsa(reading, index)
    ]


_FSA_LENGTH: Final = 3


def _is_fsa(reading: Reading, index: int) -> bool:
    """Tell whether three characters of the right form are meant as an FSA."""
    if _BRITISH_INWARD.fullmatch(reading.after(index + 1)):
        return False
    before = reading.before(index)
    if before in _POSTAL_CUES:
        return True
    known = reading.words[index].raw.upper() in tables.fsas()
    return known and before not in _OTHER_CUES and reading.ends_statement(index + 1)
