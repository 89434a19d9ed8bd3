"""Which typed numbers can be texted or called: Canadian, by switch American, and never anything that costs or alarms.

Decides by country and type of number. Whose number it is, and whether it may be contacted, is decided elsewhere.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberType

from domain.errors import DomainError

FIELD = "phone"
"""Form field every refusal of this module points at."""

NANP_DIGITS = 10
"""Digits of a North American number without its country code."""

MAX_CHARACTERS = 40
"""Longest text read as a number; the longest honest one, "+1 (416) 555-0199", has 17 characters."""

SHORT_DIGITS = 6
"""Numbers up to this length are service, emergency or short-code numbers: 911, 211, 12345."""

PREMIUM_EXCHANGE = "976"
"""Pay-per-call exchange of every area code, older than 900 numbers: 416-976-0000. The tables do not mark it."""

OTHER_NANP = {
    "AG": "Antigua and Barbuda",
    "AI": "Anguilla",
    "AS": "American Samoa",
    "BB": "Barbados",
    "BM": "Bermuda",
    "BS": "The Bahamas",
    "DM": "Dominica",
    "DO": "Dominican Republic",
    "GD": "Grenada",
    "GU": "Guam",
    "JM": "Jamaica",
    "KN": "Saint Kitts and Nevis",
    "KY": "Cayman Islands",
    "LC": "Saint Lucia",
    "MP": "Northern Mariana Islands",
    "MS": "Montserrat",
    "PR": "Puerto Rico",
    "SX": "Sint Maarten",
    "TC": "Turks and Caicos",
    "TT": "Trinidad and Tobago",
    "VC": "Saint Vincent and the Grenadines",
    "VG": "British Virgin Islands",
    "VI": "US Virgin Islands",
}
"""Places that share country code 1 with Canada and the US; a text there costs many times as much (toll fraud).

Source: ISO 3166 codes of calling code 1 in libphonenumber (``phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]``).
"""

_COSTLY = {
    PhoneNumberType.PREMIUM_RATE: ("premium", "Premium-rate, blocked"),
    PhoneNumberType.TOLL_FREE: ("toll_free", "Toll-free: can't be texted"),
    PhoneNumberType.PERSONAL_NUMBER: ("personal", "Follow-me number without a place: can't be texted"),
    PhoneNumberType.SHARED_COST: ("shared_cost", "Shared-cost number, blocked"),
    PhoneNumberType.VOIP: ("no_place", "Number without a place: can't be texted"),
    PhoneNumberType.PAGER: ("pager", "Pager number: can't be texted"),
    PhoneNumberType.UAN: ("company", "Company-wide number: can't be texted"),
}
"""Types of number nobody sells a house from: code and sentence."""

_COUNT = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SLACK_LINK = re.compile(r"\A<tel:[^|>]*\|([^>]*)>\Z")
_EXTENSION = re.compile(r"(?:(?:ext|poste|x)\.?\s*\d+\s*\Z|[;#])", re.IGNORECASE)
_PHONE_CHARACTERS = re.compile(r"\A\+?[\d\s().\-/]*\Z", re.ASCII)
_PROBES = ("2345678", "5552345")
"""Seven digits put behind an area code to ask where it belongs: 555-01xx itself is not in every table."""


def parse(text: str, *, allow_us: bool = True) -> str:
    """Return a number as E.164.

    The area code decides the country, not full validity: 555-01xx is reserved for fiction, real enough for a
    practice run, and some editions of the numbering tables call it invalid.

    Args:
        text: as typed, with or without country code; Slack's ``<tel:…|…>`` links too.
        allow_us: whether numbers of the United States are taken.

    Raises:
        DomainError: it cannot be texted or called; the sentence says why.
    """
    national = _ten_digits(_readable(text))
    number = phonenumbers.parse(f"+1{national}", None)
    kind = phonenumbers.number_type(number)
    if kind in _COSTLY:
        raise DomainError(f"phone_{_COSTLY[kind][0]}", _COSTLY[kind][1], field=FIELD)
    _check_exchange(national)
    _check_region(_region(national), allow_us=allow_us)
    return f"+1{national}"


def pretty(e164: str) -> str:
    """Return a number as people write it, ``+1 416-555-1234``; anything but a North American one unchanged."""
    if not _is_nanp(e164):
        return e164
    return f"+1 {e164[2:5]}-{e164[5:8]}-{e164[8:]}"


def mask(e164: str) -> str:
    """Return a number fit for a channel, ``+1 416-•••-1234``: enough to recognise, too little to dial."""
    if not _is_nanp(e164):
        hidden_from = 4  # Short codes and foreign senders: the last two characters are enough to tell two apart.
        return f"•••{e164[-2:]}" if len(e164) > hidden_from else "•••"
    return f"+1 {e164[2:5]}-•••-{e164[8:]}"


def area_code(e164: str) -> str:
    """Return the three digits that hint at a place, such as ``416``.

    Raises:
        DomainError: not a North American number.
    """
    if not _is_nanp(e164):
        raise DomainError("phone_outside", "Outside Canada/US", field=FIELD)
    return e164[2:5]


def _readable(text: str) -> str:
    """Return what was typed without link, controls and look-alike digits; refuse what is no number at all."""
    plain = unicodedata.normalize("NFKC", text).strip()
    link = _SLACK_LINK.match(plain)
    visible = "".join(c for c in (link[1] if link else plain) if unicodedata.category(c) != "Cf").strip()
    if not visible:
        raise _missing()
    if len(visible) > MAX_CHARACTERS:
        raise DomainError("phone_unreadable", "That's too long for a phone number", field=FIELD)
    if _EXTENSION.search(visible):
        raise DomainError("phone_extension", "Extensions can't be texted: give the direct number", field=FIELD)
    dashed = re.sub(r"[\u2010-\u2015\u2212]", "-", visible)
    if not _PHONE_CHARACTERS.match(dashed):
        raise DomainError("phone_unreadable", "A phone number has digits only, for example 416-555-0199", field=FIELD)
    return dashed


def _ten_digits(typed: str) -> str:
    """Return the ten national digits; refuse other countries and wrong lengths."""
    digits = re.sub(r"\D", "", typed)
    if not digits:
        raise _missing()
    abroad = _after_international_prefix(typed, digits)
    if abroad is not None and not abroad.startswith("1"):
        raise DomainError("phone_outside", "Outside Canada/US", field=FIELD)
    if abroad is None and len(digits) <= SHORT_DIGITS:
        raise DomainError("phone_short_code", "Short/emergency number", field=FIELD)
    national = (abroad or digits).removeprefix("1")  # No area code begins with 1, so this is the country code.
    if len(national) != NANP_DIGITS:
        raise DomainError("phone_length", _length_sentence(len(national)), field=FIELD)
    return national


def _after_international_prefix(typed: str, digits: str) -> str | None:
    """Return the digits from the country code on, or None when the number is written nationally."""
    if typed.startswith("+"):
        return digits
    for prefix in ("011", "00"):
        if digits.startswith(prefix) and len(digits) > NANP_DIGITS:
            return digits.removeprefix(prefix)
    return None


def _missing() -> DomainError:
    return DomainError("phone_missing", "Phone number missing, for example 416-555-0199", field=FIELD)


def _length_sentence(count: int) -> str:
    """Return "One digit short", "Two digits too many" and the like."""
    off = abs(NANP_DIGITS - count)
    number = _COUNT[off] if off < len(_COUNT) else str(off)
    noun = "digit" if off == 1 else "digits"
    return f"{number.capitalize()} {noun} {'short' if count < NANP_DIGITS else 'too many'}"


def _check_exchange(national: str) -> None:
    """Refuse what the North American plan never gives out, and the local premium exchange.

    Source: https://nationalnanpa.com/number_resource_info/co_codes.html (NXX, N11 not assignable).
    """
    exchange = national[3:6]
    if exchange == PREMIUM_EXCHANGE:
        raise DomainError("phone_premium", _COSTLY[PhoneNumberType.PREMIUM_RATE][1], field=FIELD)
    if national[0] in "01" or exchange[0] in "01" or exchange.endswith("11"):
        sentence = f"Not a working number: {national[:3]}-{exchange} is never given out"
        raise DomainError("phone_invalid", sentence, field=FIELD)


def _region(national: str) -> str | None:
    """Return the ISO code of the country an area code belongs to, or None when it is not in use."""
    for local in (national[3:], *_PROBES):
        number = phonenumbers.parse(f"+1{national[:3]}{local}", None)
        region = phonenumbers.region_code_for_number(number)
        if region is not None:
            return region
    return None


def _check_region(region: str | None, *, allow_us: bool) -> None:
    """Refuse every country but Canada and, by switch, the United States."""
    if region == "CA" or (region == "US" and allow_us):
        return
    if region == "US":
        raise DomainError("phone_us", "US number: switched off here, only Canadian numbers are taken", field=FIELD)
    if region is None:
        raise DomainError("phone_invalid", "No such area code", field=FIELD)
    place = OTHER_NANP.get(region, region)
    raise DomainError("phone_outside", f"{place}: outside Canada/US, blocked", field=FIELD)


def _is_nanp(e164: str) -> bool:
    return len(e164) == len("+1") + NANP_DIGITS and e164.startswith("+1") and e164[1:].isdigit()
