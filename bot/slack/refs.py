"""The names people use for leads and deals: ``L-12``, ``l12``, ``D-3``."""

import re

from domain import options
from domain.errors import DomainError

_REF = re.compile(r"\A#?(?:([LDBM])[-\s]?)?([0-9]{1,9})\Z", re.IGNORECASE)
_KINDS = {"L": "lead", "D": "deal"}


def of_lead(text: str) -> int:
    """Return the id of the lead a word names; a bare number is a lead's.

    Raises:
        DomainError: it names none.
    """
    return _id(text, "L")


def lead_or_deal(text: str) -> tuple[int | None, int | None]:
    """Return the id of the lead, or of the deal, a word names; the other one is None.

    Raises:
        DomainError: it names neither, or leaves open which.
    """
    match = _REF.match(text.strip())
    if match and match[1] and match[1].upper() in _KINDS:
        number = int(match[2])
        return (number, None) if match[1].upper() == "L" else (None, number)
    ask = f"L-{match[2]} or D-{match[2]}? Say which." if match and not match[1] else _unreadable(text, "L-12 or D-12")
    raise DomainError("reference", ask)


def _id(text: str, letter: str) -> int:
    match = _REF.match(text.strip())
    if match is None or (match[1] or letter).upper() != letter:
        raise DomainError("reference", _unreadable(text, f"{letter}-12"))
    return int(match[2])


def _unreadable(text: str, example: str) -> str:
    return f"Can't tell which one '{options.echo(text)}' is. Write it like {example}."
