"""The thirteen provinces and territories and every name people write them by.

Decides what one field that should hold a province means. Free text is read by ``domain.geo``.
"""

import unicodedata
from enum import StrEnum
from typing import Final


class Province(StrEnum):
    """A province or territory by its two-letter postal code."""

    AB = "AB"
    BC = "BC"
    MB = "MB"
    NB = "NB"
    NL = "NL"
    NS = "NS"
    NT = "NT"
    NU = "NU"
    ON = "ON"
    PE = "PE"
    QC = "QC"
    SK = "SK"
    YT = "YT"

    @property
    def english(self) -> str:
        """Return the official English name, such as ``Quebec``."""
        return _OFFICIAL_NAMES[self][0]

    @property
    def french(self) -> str:
        """Return the official French name, such as ``Québec``."""
        return _OFFICIAL_NAMES[self][1]


# Source: Canadian Guidelines for Place Names; English first, French second.
_OFFICIAL_NAMES: Final[dict[Province, tuple[str, str]]] = {
    Province.AB: ("Alberta", "Alberta"),
    Province.BC: ("British Columbia", "Colombie-Britannique"),
    Province.MB: ("Manitoba", "Manitoba"),
    Province.NB: ("New Brunswick", "Nouveau-Brunswick"),
    Province.NL: ("Newfoundland and Labrador", "Terre-Neuve-et-Labrador"),
    Province.NS: ("Nova Scotia", "Nouvelle-Écosse"),
    Province.NT: ("Northwest Territories", "Territoires du Nord-Ouest"),
    Province.NU: ("Nunavut", "Nunavut"),
    Province.ON: ("Ontario", "Ontario"),
    Province.PE: ("Prince Edward Island", "Île-du-Prince-Édouard"),
    Province.QC: ("Quebec", "Québec"),
    Province.SK: ("Saskatchewan", "Saskatchewan"),
    Province.YT: ("Yukon", "Yukon"),
}

# Further full names in common or former use, and one misspelling that is too far off to be corrected.
_OTHER_NAMES: Final[dict[Province, tuple[str, ...]]] = {
    Province.NL: (
        "Newfoundland",
        "Newfoundland & Labrador",
        "Newfoundland Labrador",
        "Labrador",
        "Terre-Neuve",
        "Newfinland",
    ),
    Province.NT: ("North West Territories", "Northwest Territory", "North-West Territories"),
    Province.NU: ("Nunavut Territory",),
    Province.PE: ("PE Island", "Île du Prince Édouard"),
    Province.QC: ("Province of Quebec", "Province de Québec"),
    Province.YT: ("Yukon Territory", "Territoire du Yukon"),
}

# Abbreviations, old and new, English and French. Source: Canada Post Addressing Guidelines; Translation Bureau
# TERMIUM for the French ones. "Nt" in French means Nunavut and is told apart from NT by its case (see parse).
_ABBREVIATIONS: Final[dict[Province, tuple[str, ...]]] = {
    Province.AB: ("Alta.", "Alb."),
    Province.BC: ("B.C.", "C.-B."),
    Province.MB: ("Man.",),
    Province.NB: ("N.B.", "N.-B."),
    Province.NL: ("N.L.", "Nfld.", "Nfld & Lab", "Nfld. and Lab.", "NF", "LB", "T.-N.-L.", "T.-N."),
    Province.NS: ("N.S.", "N.-É."),
    Province.NT: ("N.W.T.", "T.N.-O.", "T.N.O."),
    Province.NU: ("Nvt.", "Nun."),
    Province.ON: ("Ont.",),
    Province.PE: ("P.E.I.", "Î.-P.-É.", "I.P.E."),
    Province.QC: ("Que.", "Qué.", "PQ", "P.Q."),
    Province.SK: ("Sask.",),
    Province.YT: ("Y.T.", "Yn", "Yuk."),
}


def fold(text: str) -> str:
    """Return text reduced to lower-case letters and digits, accents and punctuation dropped.

    Args:
        text: any text.

    Returns:
        For example ``ileduprinceedouard`` for ``Île-du-Prince-Édouard``; empty when nothing is left.
    """
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).lower()
    return "".join(character for character in plain if character.isascii() and character.isalnum())


def _full_names() -> dict[str, Province]:
    """Return every full name, folded, with its province."""
    names = {fold(name): province for province, pair in _OFFICIAL_NAMES.items() for name in pair}
    return names | {fold(name): province for province, others in _OTHER_NAMES.items() for name in others}


def _short_names() -> dict[str, Province]:
    """Return every abbreviation and two-letter code, folded, with its province."""
    short = {fold(name): province for province, names in _ABBREVIATIONS.items() for name in names}
    return short | {province.value.lower(): province for province in Province}


FULL_NAMES: Final[dict[str, Province]] = _full_names()
"""Folded full name to province, for example ``nouvelleecosse`` to NS."""

SHORT_NAMES: Final[dict[str, Province]] = _short_names()
"""Folded abbreviation or code to province, for example ``alta`` to AB."""


def parse(text: str) -> Province | None:
    """Return the province one field names, by code, abbreviation or full name in either language.

    Case, accents, dots, hyphens and spaces do not matter, except that ``Nt`` in exactly this case is the French
    abbreviation of Nunavut.

    Args:
        text: the whole field, such as ``Québec``, ``qc`` or ``T.-N.-L.``; ``CA-ON`` (ISO 3166-2) is read too.

    Returns:
        The province, or None when the field names none; a guess is never made.
    """
    if text.strip().rstrip(".") == "Nt":
        return Province.NU
    key = fold(text)
    known = FULL_NAMES.get(key) or SHORT_NAMES.get(key)
    if known is None and text.strip().upper().startswith("CA-"):
        return SHORT_NAMES.get(key[2:]) if len(key) == _ISO_KEY_LENGTH else None
    return known


_ISO_KEY_LENGTH: Final = 4
"""Letters of a folded ISO 3166-2 code such as ``caon``."""
