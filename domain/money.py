"""Amounts of money as people type and read them, in both languages; whole cents inside.

Decides what a typed amount means. Which amounts make a sound offer is decided in ``domain.offers``.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from domain.errors import DomainError
from domain.model import Language

CENTS_PER_DOLLAR = 100

ARV_MIN_CENTS = 10_000 * CENTS_PER_DOLLAR
ARV_MAX_CENTS = 50_000_000 * CENTS_PER_DOLLAR
"""An after-repair value is $10,000-$50,000,000: below it is a typing error (450 for 450k), above it another trade."""

AMOUNT_MAX_CENTS = ARV_MAX_CENTS
"""No other amount of a deal can be larger than the largest value."""

MAX_CHARACTERS = 40
"""Longest text read as an amount; keeps the number small enough to calculate with."""

_FACTORS = {
    "": 1,
    "k": 1_000,
    "thousand": 1_000,
    "mille": 1_000,
    "m": 1_000_000,
    "mil": 1_000_000,
    "million": 1_000_000,
    "millions": 1_000_000,
}

_CURRENCY = re.compile(r"\$|\b(?:cad|ca|dollars?)\b|\bc(?=\$)", re.IGNORECASE)
_AMOUNT = re.compile(r"\A(?P<number>[0-9][0-9.,' ]*)\s*(?P<factor>[a-z]*)\Z", re.IGNORECASE)
_NOT_A_PRICE = re.compile(
    r"\A(?:[-+]?(?:nan|inf(?:inity)?|[0-9.]+e[-+]?[0-9]+)|[-+][0-9][0-9., ]*[a-z]*)\Z", re.IGNORECASE
)
"""Numbers that no price can be: negative, not finite, in powers of ten. They are out of range, not unreadable."""

_GROUPED_BY_COMMA = re.compile(r"\A\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?\Z")
_GROUPED_BY_SPACE = re.compile(r"\A\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,2})?\Z")
_GROUPED_BY_POINT = re.compile(r"\A\d{1,3}(?:\.\d{3}){2,}(?:,\d{1,2})?\Z")
_PLAIN = re.compile(r"\A\d+(?:[.,]\d+)?\Z")
_POINT_AND_THREE = re.compile(r"\A\d{1,3}[.]\d{3}\Z")


def parse_cents(text: str, *, field: str, minimum_cents: int, maximum_cents: int) -> int:
    """Return a typed amount in cents: ``$450k``, ``450,000``, ``450 000 $``, ``0.45M``, ``1,2 million``.

    A point before exactly three digits (``450.000``) is refused unless ``k`` or ``m`` follows: it is half a million
    to one reader and 450 dollars to another.

    Args:
        text: as typed.
        field: name of the amount for people, such as ``ARV``.
        minimum_cents: smallest amount taken.
        maximum_cents: largest amount taken.

    Raises:
        DomainError: unreadable, finer than a cent, or out of range; the sentence names the range.
    """
    rule = f"{field} must be {show(minimum_cents, Language.EN)}–{show(maximum_cents, Language.EN)}"
    plain = _plain(text)
    cents = _cents(plain) if len(plain) <= MAX_CHARACTERS else None
    if cents is None:
        if _NOT_A_PRICE.match(plain):
            raise DomainError("amount_out_of_range", rule, field=_form_field(field))
        raise DomainError("amount_unreadable", f"{rule}, for example 450k or 450,000", field=_form_field(field))
    if not minimum_cents <= cents <= maximum_cents:
        raise DomainError("amount_out_of_range", rule, field=_form_field(field))
    return cents


def show(cents: int, language: Language) -> str:
    """Return an amount for people: ``$450,000`` or ``450 000 $``, with cents only where there are some.

    The spaces are ordinary ones: a no-break space would turn a text message into Unicode and double its price.

    Args:
        cents: whole cents, may be negative.
        language: language of the reader.
    """
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), CENTS_PER_DOLLAR)
    grouped = f"{dollars:,}"
    if language is Language.FR:
        fraction = f",{rest:02d}" if rest else ""
        return f"{sign}{grouped.replace(',', ' ')}{fraction} $"
    fraction = f".{rest:02d}" if rest else ""
    return f"{sign}${grouped}{fraction}"


def _plain(text: str) -> str:
    """Return the text without currency, hidden characters and exotic spaces, digits and minus signs made ordinary."""
    normal = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2019", "'")
    visible = "".join(c for c in normal if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return " ".join(_CURRENCY.sub(" ", visible).split())


def _cents(plain: str) -> int | None:
    """Return the cents an amount means, or None when it means none."""
    match = _AMOUNT.match(plain)
    if match is None or match["factor"].lower() not in _FACTORS:
        return None
    factor = _FACTORS[match["factor"].lower()]
    number = _decimal(match["number"].strip(), scaled=factor > 1)
    if number is None:
        return None
    cents = number * factor * CENTS_PER_DOLLAR
    return int(cents) if cents == cents.to_integral_value() else None


def _decimal(digits: str, *, scaled: bool) -> Decimal | None:
    """Return the number that grouped or plain digits mean; a comma before one or two digits is a decimal comma."""
    if _GROUPED_BY_COMMA.match(digits):
        return _number(digits.replace(",", ""))
    if _GROUPED_BY_SPACE.match(digits):
        return _number(digits.replace(" ", "").replace("'", "").replace(",", "."))
    if _GROUPED_BY_POINT.match(digits):
        return _number(digits.replace(".", "").replace(",", "."))
    if not _PLAIN.match(digits) or (_POINT_AND_THREE.match(digits) and not scaled):
        return None
    return _number(digits.replace(",", "."))


def _number(digits: str) -> Decimal | None:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _form_field(field: str) -> str:
    return field.lower().replace(" ", "_")
