"""What kinds of property a deal or a buy box can name, and the words people use for them."""

import unicodedata
from enum import StrEnum

from domain.model import Language


class PropertyType(StrEnum):
    """Kind of property; the value is what deals and buy boxes store."""

    DETACHED = "detached"
    SEMI = "semi"
    TOWNHOUSE = "townhouse"
    CONDO = "condo"
    DUPLEX = "duplex"
    MULTIPLEX = "multiplex"
    MOBILE = "mobile"
    LAND = "land"
    COMMERCIAL = "commercial"


ALIASES = {
    "house": PropertyType.DETACHED,
    "sfh": PropertyType.DETACHED,
    "sfr": PropertyType.DETACHED,
    "single": PropertyType.DETACHED,
    "single family": PropertyType.DETACHED,
    "bungalow": PropertyType.DETACHED,
    "maison": PropertyType.DETACHED,
    "unifamiliale": PropertyType.DETACHED,
    "maison individuelle": PropertyType.DETACHED,
    "maison jumelee": PropertyType.SEMI,
    "immeuble commercial": PropertyType.COMMERCIAL,
    "semi detached": PropertyType.SEMI,
    "jumelee": PropertyType.SEMI,
    "jumele": PropertyType.SEMI,
    "town": PropertyType.TOWNHOUSE,
    "townhome": PropertyType.TOWNHOUSE,
    "row": PropertyType.TOWNHOUSE,
    "rowhouse": PropertyType.TOWNHOUSE,
    "maison en rangee": PropertyType.TOWNHOUSE,
    "apartment": PropertyType.CONDO,
    "condominium": PropertyType.CONDO,
    "appartement": PropertyType.CONDO,
    "triplex": PropertyType.MULTIPLEX,
    "fourplex": PropertyType.MULTIPLEX,
    "quadruplex": PropertyType.MULTIPLEX,
    "multi": PropertyType.MULTIPLEX,
    "multi family": PropertyType.MULTIPLEX,
    "multifamily": PropertyType.MULTIPLEX,
    "plex": PropertyType.MULTIPLEX,
    "trailer": PropertyType.MOBILE,
    "manufactured": PropertyType.MOBILE,
    "mobile home": PropertyType.MOBILE,
    "maison mobile": PropertyType.MOBILE,
    "lot": PropertyType.LAND,
    "vacant": PropertyType.LAND,
    "terrain": PropertyType.LAND,
    "retail": PropertyType.COMMERCIAL,
    "office": PropertyType.COMMERCIAL,
}
"""Words people write, folded, in both languages."""


_LABELS = {
    PropertyType.DETACHED: ("detached house", "maison individuelle"),
    PropertyType.SEMI: ("semi-detached house", "maison jumelée"),
    PropertyType.TOWNHOUSE: ("townhouse", "maison en rangée"),
    PropertyType.CONDO: ("condo", "condo"),
    PropertyType.DUPLEX: ("duplex", "duplex"),
    PropertyType.MULTIPLEX: ("multiplex", "multiplex"),
    PropertyType.MOBILE: ("mobile home", "maison mobile"),
    PropertyType.LAND: ("land", "terrain"),
    PropertyType.COMMERCIAL: ("commercial property", "immeuble commercial"),
}


def label(stored: str, language: Language) -> str:
    """Return the name of a kind for people; a stored word that is no kind is shown as it is.

    Args:
        stored: value as deals and buy boxes keep it.
        language: language of the reader.
    """
    if stored not in set(PropertyType):
        return stored
    english, french = _LABELS[PropertyType(stored)]
    return french if language is Language.FR else english


def parse(text: str) -> PropertyType | None:
    """Return the kind a word names, or None when it names none; a guess is never made.

    Args:
        text: for example ``Semi-detached``, ``condo``, ``maison en rangée``.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    folded = " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())
    known = ALIASES.get(folded)
    if known is not None:
        return known
    return PropertyType(folded) if folded in set(PropertyType) else None
