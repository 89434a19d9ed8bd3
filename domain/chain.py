"""The hash chain over the audit: what one line's hash covers, and where a chain is broken.

Every line carries a hash over its own number, its content and the hash of the line before it. Whoever changes, removes
or inserts one must write every later one anew, and the newest hash is in a Slack channel since the last briefing.
No line carries personal data: where it must vouch for some it carries a digest salted with a secret of that person, so
that destroying the person's data and salt leaves the chain as it is and the digest meaning nothing.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

GENESIS: Final = "0" * 64
"""What stands in for the hash before the first line."""

SHORT: Final = 16
"""Hexadecimal digits of a hash that people are shown: 64 bits, too many to look for another history that fits."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain.

    Attributes:
        position: number of the newest line; 0 when nothing was written yet.
        hash: its hash.
    """

    position: int = 0
    hash: str = GENESIS

    @property
    def short(self) -> str:
        """Return what people are shown, such as ``4711:9f3c2a1b7d4e5f60``."""
        return f"{self.position}:{self.hash[:SHORT]}"


Known = Mapping[int, Collection[str]]
"""Beginnings of hashes that somebody wrote down elsewhere, by number of the line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was found: its number, the hash it carries and its content in canonical form."""

    position: int
    hash: str
    content: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold.

    Attributes:
        position: number of the line.
        problem: what is wrong with it, a clause for people.
        expected: what should be there.
        found: what is there.
    """

    position: int
    problem: str
    expected: str
    found: str


def canonical(content: Mapping[str, Any]) -> str:
    """Return the one spelling of a line's content: JSON, keys sorted, no spaces, ASCII, instants in UTC.

    Raises:
        TypeError: a value is a float or no JSON; two databases may spell the same float differently.
    """
    _refuse_floats(content)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=_instant)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; a line of the audit carries integers and texts")
    if isinstance(value, Mapping):
        for each in value.values():
            _refuse_floats(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_floats(each)


def _instant(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{value!r} has no place in a line of the audit")


def link(previous: str, position: int, content: str) -> str:
    """Return the hash of one line: SHA-256 over the hash before it, its number and its canonical content."""
    return hashlib.sha256(f"{previous}\n{position}\n{content}".encode()).hexdigest()


def digest(salt: str | None, text: str | None) -> str | None:
    """Return what vouches for a text without telling it; None without a text or when the salt was destroyed."""
    if salt is None or text is None:
        return None
    return hmac.new(salt.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def first_break(lines: Iterable[Line], head: Head, known: Known) -> Break | None:
    """Follow a chain once, keeping one line in memory.

    Args:
        lines: every line, by number.
        head: the end that the database remembers.
        known: what was posted while the chain grew.

    Returns:
        The first line that does not hold, or None when the chain is whole.
    """
    last = Head()
    for line in lines:
        broken = _broken(line, last, known)
        if broken is not None:
            return broken
        last = Head(line.position, line.hash)
    return _broken_end(last, head, known)


def _broken(line: Line, last: Head, known: Known) -> Break | None:
    due = last.position + 1
    if line.position > due:
        return Break(due, "is missing", f"line {due}", f"line {line.position}")
    if line.position < due:
        return Break(line.position, "was inserted", f"line {due}", f"line {line.position} out of turn")
    hashed = link(last.hash, line.position, line.content)
    if line.hash != hashed:
        return Break(line.position, "was changed", hashed, line.hash)
    return _rewritten(line.position, line.hash, known)


def _rewritten(position: int, found: str, known: Known) -> Break | None:
    seen = next((each for each in known.get(position, ()) if not found.startswith(each)), None)
    return None if seen is None else Break(position, "was rewritten since its hash was posted", seen, found)


def _broken_end(last: Head, head: Head, known: Known) -> Break | None:
    if last.position < head.position:
        return Break(last.position + 1, "is missing", f"{head.position} lines", f"{last.position} lines")
    if last.position > head.position:
        return Break(head.position + 1, "was inserted", f"{head.position} lines", f"{last.position} lines")
    if last.hash != head.hash:
        return Break(last.position, "differs from the remembered end", head.hash, last.hash)
    beyond = min((position for position in known if position > last.position), default=None)
    return None if beyond is None else Break(beyond, "is missing", ", ".join(known[beyond]), "no such line")
