"""What a text says about where something is: the verdict, and the evidence behind it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.provinces import Province

ALL_MARKETS: Final = "ALL"
"""Market of a place in no census metropolitan area, or in none that is certain."""


class EvidenceKind(StrEnum):
    """What sort of statement decided."""

    POSTAL = "postal"
    FSA = "fsa"
    PROVINCE = "province"
    CITY = "city"
    ALIAS = "alias"
    REGION = "region"
    AIRPORT = "airport"
    AREA_CODE = "area_code"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement found in the input.

    Attributes:
        text: the words of the input that carry it.
        says: what they mean, as a short sentence for a person.
    """

    kind: EvidenceKind
    text: str
    says: str


@dataclass(frozen=True, slots=True)
class Place:
    """The verdict on a text.

    Attributes:
        province: the province, or None when unknown, abroad, ambiguous or contradicted.
        market: name of the census metropolitan area as Statistics Canada writes it, or ALL_MARKETS.
        zones: every IANA zone the place may keep; empty exactly when the province is None.
        evidence: what decided, strongest first.
        conflicts: plain sentences that say why nothing was decided; a person should be asked.
    """

    province: Province | None
    market: str
    zones: frozenset[str]
    evidence: tuple[Evidence, ...]
    conflicts: tuple[str, ...]
