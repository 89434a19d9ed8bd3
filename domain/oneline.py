"""A lead or a deal typed in one line, for people who do not want a form.

Decides which part of the line is what. Whether the number can be texted is decided in ``domain.phones``, where the
address lies in ``domain.geo``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from domain import money, options, property_types
from domain.errors import DomainError
from domain.model import ConsentBasis, Language, LeadSource
from domain.options import suggest, unknown
from domain.property_types import PropertyType

__all__ = ["DealLine", "LeadLine", "parse_deal", "parse_email", "parse_lead", "suggest", "unknown"]

LEAD_EXAMPLE = "416-555-0199 12 King St W, Hamilton ON — Jane Doe"
DEAL_EXAMPLE = "L-12 arv=500k repairs=40k asking=320k"

MAX_ROOMS = 20
"""More bedrooms or bathrooms than any house this trade buys; beyond it is a typing error."""

LEAD_KEYS = ("consent", "email", "lang", "notes", "proof", "shown", "since", "source")
DEAL_KEYS = ("arv", "asking", "baths", "beds", "fee", "repairs", "type")

_KEY_ALIASES = {
    "language": "lang",
    "langue": "lang",
    "note": "notes",
    "mail": "email",
    "ask": "asking",
    "price": "asking",
    "rehab": "repairs",
    "repair": "repairs",
    "bed": "beds",
    "bath": "baths",
    "property": "type",
}
_LANGUAGES = {
    **{language.value: language for language in Language},
    "english": Language.EN,
    "anglais": Language.EN,
    "french": Language.FR,
    "francais": Language.FR,
    "français": Language.FR,
}
_SOURCES = {
    **{source.value: source for source in LeadSource},
    "driving": LeadSource.DRIVING,
    "dfd": LeadSource.DRIVING,
    "mail": LeadSource.DIRECT_MAIL,
    "letter": LeadSource.DIRECT_MAIL,
    "call": LeadSource.INBOUND_CALL,
}
_CONSENTS = {basis.value.rpartition(".")[2]: basis for basis in ConsentBasis}

_NORTH_AMERICAN = re.compile(r"\A(?:\+?1[\s.-]*)?\(?\d{3}\)?[\s.-]*\d{3}[\s.-]*\d{4}(?!\d)", re.ASCII)
_LINKED_NUMBER = re.compile(r"\A<tel:[^>]*>")
_FIRST_WORD = re.compile(r"\A[+(]*\d[\d().+-]*(?=\s|\Z)", re.ASCII)
_LONG_DASH = re.compile(r"\s*(?:—|\s–\s|\s--\s)\s*")
_HYPHEN = re.compile(r"\s+-\s+")
_REF = re.compile(r"\A([LD])[-\s]?(\d{1,9})\b", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\A#?(\d{1,9})(?=\s|\Z)")
_EMAIL = re.compile(r"\A[^\s@<>,;\"()]{1,64}@[^\s@<>,;\"()]+\.[^\s@<>,;\"().]{2,}\Z")
_MAX_EMAIL_CHARACTERS = 254  # RFC 5321 section 4.5.3.1.3, a path of 256 with its angle brackets.

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class LeadLine:
    """One typed lead, split into its parts.

    Attributes:
        phone_text: the number as typed; read it with ``phones.parse``.
        address: at least a place; province and market come from it.
        name: None when the line has no dash.
        proof: where the evidence of consent is, empty when not said.
        shown: what they had before them when they agreed, empty when not said.
        since: day the ground arose, as typed; None when not said.
        hints: what the person might want to know, as sentences.
    """

    phone_text: str
    address: str
    name: str | None
    consent: ConsentBasis | None
    proof: str
    source: LeadSource | None
    language: Language | None
    email: str | None
    notes: str
    hints: tuple[str, ...]
    shown: str = ""
    since: str | None = None


@dataclass(frozen=True, slots=True)
class DealLine:
    """One typed deal: the lead it is made for or the deal it changes, and the numbers given.

    Attributes:
        ref: ``L-12`` or ``D-12``; one of ``lead_id`` and ``deal_id`` holds the number.
    """

    ref: str
    lead_id: int | None
    deal_id: int | None
    arv_cents: int | None
    repairs_cents: int | None
    asking_cents: int | None
    fee_cents: int | None
    property_type: PropertyType | None
    beds: int | None
    baths: int | None


def parse_lead(text: str) -> LeadLine:
    """Split ``416-555-0199 12 King St W, Hamilton ON — Jane Doe source=web notes="call after six"``.

    Args:
        text: the line as typed.

    Raises:
        DomainError: something is missing or not understood; the sentence shows how to write it.
    """
    head, raw = options.split(text)
    given = _known(raw, LEAD_KEYS)
    phone_text, rest = _leading_number(head)
    address, name = _address_and_name(rest)
    hints = () if name else ("No name given: texts will greet without one. Put it after a dash: … — Jane Doe",)
    return LeadLine(
        phone_text=phone_text,
        address=address,
        name=name,
        consent=_choice(given, "consent", _CONSENTS),
        proof=given.get("proof", ""),
        source=_choice(given, "source", _SOURCES),
        language=_choice(given, "lang", _LANGUAGES),
        email=parse_email(given["email"]) if "email" in given else None,
        notes=given.get("notes", ""),
        hints=hints,
        shown=given.get("shown", ""),
        since=given.get("since"),
    )


def parse_deal(text: str) -> DealLine:
    """Split ``L-12 arv=500k repairs=40k asking=320k fee=10k type=detached beds=3 baths=1``.

    Args:
        text: the line as typed.

    Raises:
        DomainError: no reference, an unknown key, or an amount out of range.
    """
    head, raw = options.split(text)
    given = _known(raw, DEAL_KEYS)
    letter, number = _reference(head)
    line = DealLine(
        ref=f"{letter}-{number}",
        lead_id=number if letter == "L" else None,
        deal_id=number if letter == "D" else None,
        arv_cents=_cents(given, "arv", "ARV", money.ARV_MIN_CENTS),
        repairs_cents=_cents(given, "repairs", "Repairs", 0),
        asking_cents=_cents(given, "asking", "Asking", money.CENTS_PER_DOLLAR),
        fee_cents=_cents(given, "fee", "Fee", 0),
        property_type=_property_type(given),
        beds=_rooms(given, "beds"),
        baths=_rooms(given, "baths"),
    )
    has_numbers = {"repairs", "asking", "fee"} & given.keys()
    if line.lead_id is not None and line.arv_cents is None and has_numbers:
        raise DomainError("arv_missing", "Need ARV to compute", field="arv")
    return line


def parse_email(text: str) -> str:
    """Return one e-mail address.

    Raises:
        DomainError: none, several, or not an address.
    """
    address = text.strip().removeprefix("<mailto:").partition("|")[0].removesuffix(">")
    if address.count("@") > 1 or re.search(r"[,;\s]", address):
        raise DomainError("email_several", "One address only", field="email")
    if not _EMAIL.match(address) or len(address) > _MAX_EMAIL_CHARACTERS:
        raise DomainError("email_unreadable", "Not an e-mail address, for example jane@example.ca", field="email")
    return address


def _known(raw: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, str]:
    """Return the options under their proper keys; refuse a key nobody understands and one given twice."""
    given: dict[str, str] = {}
    for key, value in raw.items():
        proper = key if key in keys else _KEY_ALIASES.get(key, key)
        if proper not in keys:
            raise unknown(key, keys)
        if proper in given:
            raise DomainError("given_twice", f"'{proper}' is given twice: keep one", field=proper)
        if not value:
            raise DomainError("value_missing", f"Nothing stands after '{proper}='", field=proper)
        given[proper] = value
    return given


def _leading_number(head: str) -> tuple[str, str]:
    """Return the phone number a line starts with, and the rest."""
    for pattern in (_LINKED_NUMBER, _NORTH_AMERICAN, _FIRST_WORD):
        match = pattern.match(head)
        if match:
            return match[0].strip(), head[match.end() :].strip(" ,;:")
    raise DomainError("phone_missing", f"Start with the phone number: {LEAD_EXAMPLE}", field="phone")


def _address_and_name(rest: str) -> tuple[str, str | None]:
    """Return address and name around the last dash; a long dash beats a hyphen, which addresses use too."""
    dash = _last(_LONG_DASH, rest) or _last(_HYPHEN, rest)
    address = (rest[: dash.start()] if dash else rest).strip(" ,;—–-")
    name = (rest[dash.end() :] if dash else "").strip(" ,—–-")
    if not any(character.isalnum() for character in address):
        sentence = f"Address missing: it decides the lawful hours. For example {LEAD_EXAMPLE}"
        raise DomainError("address_missing", sentence, field="address")
    return address, name or None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def _choice(given: Mapping[str, str], key: str, choices: Mapping[str, Choice]) -> Choice | None:
    """Return what one option chose, or None when it was not given."""
    if key not in given:
        return None
    return _chosen(given[key], choices, key)


def basis_of(word: str) -> ConsentBasis:
    """Return the ground a word names, such as ``purchase`` or ``casl.express``.

    Raises:
        DomainError: it names none.
    """
    return _chosen(word, _CONSENTS, "basis")


def _chosen(text: str, choices: Mapping[str, Choice], key: str) -> Choice:
    word = text.lower().removeprefix("casl.").removeprefix("ebr.").replace(" ", "_").replace("-", "_")
    if word not in choices:
        raise unknown(text, choices, field=key)
    return choices[word]


def _reference(head: str) -> tuple[str, int]:
    """Return letter and number of ``L-12`` or ``D-12``; refuse anything else before the options."""
    match = _REF.match(head)
    if match is None:
        bare = _BARE_NUMBER.match(head)
        sentence = f"L-{bare[1]} or D-{bare[1]}? Say which" if bare else f"Start with the lead or deal: {DEAL_EXAMPLE}"
        raise DomainError("reference_missing", sentence)
    rest = head[match.end() :].strip(" ,;")
    if rest:
        raise DomainError("stray_words", f"Can't place '{options.echo(rest)}'. Write it like {DEAL_EXAMPLE}")
    return match[1].upper(), int(match[2])


def _cents(given: Mapping[str, str], key: str, name: str, minimum_cents: int) -> int | None:
    if key not in given:
        return None
    maximum = money.AMOUNT_MAX_CENTS
    return money.parse_cents(given[key], field=name, minimum_cents=minimum_cents, maximum_cents=maximum)


def _property_type(given: Mapping[str, str]) -> PropertyType | None:
    if "type" not in given:
        return None
    kind = property_types.parse(given["type"])
    if kind is None:
        raise unknown(given["type"], list(PropertyType), field="type")
    return kind


def _rooms(given: Mapping[str, str], key: str) -> int | None:
    if key not in given:
        return None
    digits = given[key]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_ROOMS)) and int(digits) <= MAX_ROOMS):
        raise DomainError("rooms_unreadable", f"{key.capitalize()} must be a whole number 0–{MAX_ROOMS}", field=key)
    return int(digits)
