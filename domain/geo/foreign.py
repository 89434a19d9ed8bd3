"""Places outside Canada: US states with or without ZIP code, countries, British postcodes.

Decides when a text speaks of another country. Such a word beats a Canadian city of the same name, so a false alarm
costs a question and never a wrong province.
"""

import re
from typing import Final, NamedTuple

from domain.geo.hits import Hit
from domain.geo.mentions import Mention
from domain.geo.reading import Reading, Span
from domain.geo.streets import STREET_TYPES
from domain.provinces import Province

_STATES: Final = {
    "al": "Alabama", "ak": "Alaska", "az": "Arizona", "ar": "Arkansas", "ca": "California", "co": "Colorado",
    "ct": "Connecticut", "de": "Delaware", "dc": "District of Columbia", "fl": "Florida", "ga": "Georgia",
    "hi": "Hawaii", "id": "Idaho", "il": "Illinois", "in": "Indiana", "ia": "Iowa", "ks": "Kansas", "ky": "Kentucky",
    "la": "Louisiana", "me": "Maine", "md": "Maryland", "ma": "Massachusetts", "mi": "Michigan", "mn": "Minnesota",
    "ms": "Mississippi", "mo": "Missouri", "mt": "Montana", "ne": "Nebraska", "nv": "Nevada", "nh": "New Hampshire",
    "nj": "New Jersey", "nm": "New Mexico", "ny": "New York", "nc": "North Carolina", "nd": "North Dakota",
    "oh": "Ohio", "ok": "Oklahoma", "or": "Oregon", "pa": "Pennsylvania", "ri": "Rhode Island",
    "sc": "South Carolina", "sd": "South Dakota", "tn": "Tennessee", "tx": "Texas", "ut": "Utah", "vt": "Vermont",
    "va": "Virginia", "wa": "Washington", "wv": "West Virginia", "wi": "Wisconsin", "wy": "Wyoming",
}  # fmt: skip
_STATE_BY_NAME: Final = {name.lower().replace(" ", ""): name for name in _STATES.values()}
_COUNTRIES: Final = {
    "usa": "the United States", "us": "the United States", "unitedstates": "the United States",
    "unitedstatesofamerica": "the United States", "etatsunis": "the United States", "america": "the United States",
    "uk": "the United Kingdom", "unitedkingdom": "the United Kingdom", "england": "the United Kingdom",
    "angleterre": "the United Kingdom", "scotland": "the United Kingdom", "wales": "the United Kingdom",
    "greatbritain": "the United Kingdom", "ireland": "Ireland", "australia": "Australia", "nsw": "Australia",
    "newzealand": "New Zealand", "jamaica": "Jamaica", "france": "France", "germany": "Germany", "mexico": "Mexico",
    "india": "India", "china": "China", "philippines": "the Philippines", "southafrica": "South Africa",
    "italy": "Italy", "spain": "Spain", "portugal": "Portugal", "hongkong": "Hong Kong", "brazil": "Brazil",
    "belgium": "Belgium", "belgique": "Belgium", "bermuda": "Bermuda", "barbados": "Barbados", "japan": "Japan",
    "puertorico": "Puerto Rico",
}  # fmt: skip

_LONG_NAMES: Final = (
    "united", "great", "new", "south", "hong", "puerto", "etats",
    *(name.lower().split()[0] for name in _STATES.values()),
)  # fmt: skip
# First words of all names, so that most words of a text cost one look-up.
_FIRST_WORDS: Final = frozenset(_LONG_NAMES) | frozenset(_COUNTRIES)
# States that are words in capitals too; they count only after a place, a comma or before a ZIP code.
_SHOUTED_WORDS: Final = frozenset({"ok", "or", "in", "hi", "me", "oh", "id", "pa", "ma", "la", "de", "al", "co", "ct"})

_ZIP: Final = re.compile(r"\d{5}")
_BRITISH_POSTCODE: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}(?![A-Z0-9])")
_BEDROOMS: Final = ("BR", "BD", "BA")
_COURT: Final = "ct"
_CALIFORNIA_OR_CANADA: Final = "ca"
_LOCATIVE: Final = frozenset({"in", "near", "from", "to", "of"})
_LONGEST_NAME_WORDS: Final = 4


class Abroad(NamedTuple):
    """Words that place something outside Canada."""

    text: str
    country: str


def find(reading: Reading, hits: list[Hit], mentions: list[Mention], *, postal: bool) -> Abroad | None:
    """Return the first statement that something lies abroad, or None.

    Args:
        hits: names in the text, to see what a state follows.
        mentions: provinces in the text; ``CA`` after one of them, or with a postal code, means Canada.
        postal: True when the text holds a Canadian postal code.
    """
    match = _BRITISH_POSTCODE.search(reading.folded)
    if match and not match.group().endswith(_BEDROOMS):
        return Abroad(match.group(), "the United Kingdom")
    ends = {hit.span.end for hit in hits}
    starts = {mention.span.start for mention in mentions}
    for index in range(len(reading.words)):
        found = None if index in starts or index + 1 in starts else _at(reading, index, ends)
        if found is not None and not _is_canada(reading, index, mentions, postal=postal):
            return found
    return None


def _at(reading: Reading, index: int, ends: set[int]) -> Abroad | None:
    """Return the state, country or ZIP code that begins at a word, if it is meant as one."""
    word = reading.words[index].word
    follows = index in ends
    if _ZIP.fullmatch(word):
        return Abroad(reading.quote(Span(index, index + 1)), "the United States") if follows else None
    if word in _STATES and _is_code(reading, index, follows=follows):
        return Abroad(reading.quote(Span(index, index + 1)), _STATES[word])
    return _named(reading, index, follows=follows) if word in _FIRST_WORDS else None


def _is_code(reading: Reading, index: int, *, follows: bool) -> bool:
    """Tell whether two letters are meant as a state."""
    if _is_zip(reading, index + 1):
        return index > 0
    token = reading.words[index]
    if not reading.ends_statement(index + 1) or index == 0:
        return False
    if token.word == _COURT and reading.words[reading.statement(index).start].raw[0].isdigit():
        return False
    return follows or token.broken or (reading.cased and token.raw.isupper() and token.word not in _SHOUTED_WORDS)


def _is_zip(reading: Reading, index: int) -> bool:
    """Tell whether a word is a ZIP code."""
    return index < len(reading.words) and bool(_ZIP.fullmatch(reading.words[index].word))


def _named(reading: Reading, start: int, *, follows: bool) -> Abroad | None:
    """Return the state or country whose name begins at a word, if it ends its statement."""
    key = ""
    for index in range(start, min(reading.statement(start).end, start + _LONGEST_NAME_WORDS)):
        key += reading.words[index].word
        country = _STATE_BY_NAME.get(key) or _COUNTRIES.get(key)
        if country is None or reading.after(index + 1) in STREET_TYPES:
            continue
        if key == "us" and not (reading.words[start].dotted or reading.words[start].raw == "US"):
            continue
        ends = reading.ends_statement(index + 1) or _is_zip(reading, index + 1)
        if ends and (follows or reading.words[start].broken or start == 0 or reading.before(start) in _LOCATIVE):
            return Abroad(reading.quote(Span(start, index + 1)), country)
    return None


def _is_canada(reading: Reading, index: int, mentions: list[Mention], *, postal: bool) -> bool:
    """Tell whether ``CA`` is the country: after ``ON`` or a postal code yes, after ``Ontario`` or a city no."""
    if reading.words[index].word != _CALIFORNIA_OR_CANADA or _is_zip(reading, index + 1):
        return False
    if postal:
        return True
    before = next((mention.province for mention in mentions if mention.span.end == index), None)
    return before is not None and not (before is Province.ON and reading.words[index - 1].word == "ontario")
