"""The team's copy of the National Do Not Call List: look numbers up, take in a new version, say what is missing."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from domain import law
from domain.errors import DomainError
from domain.gate import DnclStatus
from flows.team import Team
from storage import dncl, hash_keys, records
from storage.unit import Database, Tx

MOST_BAD_LINES: Final = 20
"""Bad lines that are named; the others are counted."""

_AREA: Final = re.compile(r"\A[2-9]\d{2}\Z", re.ASCII)
_LOCAL_DIGITS: Final = 7
_NOISE: Final = re.compile(r"[\s\"'().,;+\-\ufeff]")
_LONGEST_LINE: Final = 60


@dataclass(frozen=True, slots=True)
class LookUp:
    """What the copy says about one number, and of which day the copy is; None when its area code has no copy."""

    status: DnclStatus
    version_on: date | None


NO_COPY: Final = LookUp(DnclStatus.UNKNOWN, None)


def look_up(tx: Tx, team: Team, numbers: Collection[str]) -> dict[str, LookUp]:
    """Look numbers up in the copies of their area codes, in a fixed number of statements; without a copy, absent.

    Without the right key nothing can be looked up: such numbers are unknown in a copy that exists, which the gate
    holds.
    """
    if not numbers:
        return {}
    copies = dncl.areas(tx, {_area_of(number) for number in numbers})
    covered = [(_area_of(number), number) for number in numbers if _area_of(number) in copies]
    if not covered:
        return {}
    key = team.hash_key
    if key is None or hash_keys.problem(tx, key) is not None:
        return {number: LookUp(DnclStatus.UNKNOWN, copies[area].version_on) for area, number in covered}
    hits = dncl.listed(tx, covered, key)
    return {
        number: LookUp(DnclStatus.LISTED if number in hits else DnclStatus.CLEAR, copies[area].version_on)
        for area, number in covered
    }


def _area_of(number: str) -> str:
    """Return the area code of a North American number, and nothing that has a copy for any other."""
    return number[2:5] if number.startswith("+1") else ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a list that is no number of its area code."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one file.

    Attributes:
        numbers: how many numbers the copy holds now.
        bad_count: how many lines were left out.
        bad: the first of them.
    """

    numbers: int
    bad_count: int
    bad: tuple[BadLine, ...]


class BadLinesError(DomainError):
    """A list with lines nobody can read: nothing was changed."""

    def __init__(self, bad_count: int, bad: tuple[BadLine, ...]) -> None:
        """Keep the lines."""
        noun = "line is" if bad_count == 1 else "lines are"
        super().__init__("bad_lines", f"{bad_count:,} {noun} no number of this area code. Nothing was changed.")
        self.bad = bad


def take_in(
    db: Database,
    key: bytes,
    area: str,
    version_on: date,
    lines: Iterable[str],
    now: datetime,
    *,
    skip_bad: bool = False,
) -> Imported:
    """Replace the copy of one area code, in one transaction; the same file twice is the same copy.

    Args:
        lines: one number each, read once; a first line without a digit is a heading.
        skip_bad: leave out what cannot be read, instead of changing nothing.

    Raises:
        BadLinesError: a line is no number of the area code; the older copy stays.
        DomainError: no area code, a date ahead, an older list than the copy, an empty one, or another key.
    """
    if not _AREA.match(area):
        raise DomainError("area", f"'{area[:20]}' is no area code: three digits, such as 416.", field="area")
    if version_on > now.date():
        raise DomainError("version_ahead", f"{version_on} is still ahead: use the date of the list.", field="version")
    reader = _Reader(area)
    with db.write() as tx:
        known = dncl.areas(tx, [area]).get(area)
        if known is not None and known.version_on > version_on:
            sentence = f"The copy for {area} is of {known.version_on}, newer than {version_on}. Nothing was changed."
            raise DomainError("version_older", sentence, field="version")
        count = dncl.replace(tx, area, version_on, reader.numbers(lines), key, now)
        if reader.bad and not skip_bad:
            raise BadLinesError(reader.bad_count, tuple(reader.bad))
        if not count:
            raise DomainError("empty_list", "The file holds no number. Nothing was changed.")
        records.note(tx, now, action="dncl_imported", actor="cli", subject=area, version=str(version_on), numbers=count)
    return Imported(count, reader.bad_count, tuple(reader.bad))


@dataclass(slots=True)
class _Reader:
    """Reads a list line by line and remembers what it could not read."""

    area: str
    bad_count: int = 0
    bad: list[BadLine] = field(default_factory=list)

    def numbers(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield the numbers in E.164."""
        for number, line in enumerate(lines, start=1):
            digits = _NOISE.sub("", line[:_LONGEST_LINE])
            if not digits or (number == 1 and not any(character.isdigit() for character in digits)):
                continue
            why = None if len(line.rstrip()) <= _LONGEST_LINE else "too long"
            digits = self.area + digits if len(digits) == _LOCAL_DIGITS else digits.removeprefix("1")
            why = why or self._wrong(digits)
            if why is None:
                yield f"+1{digits}"
                continue
            self.bad_count += 1
            if len(self.bad) < MOST_BAD_LINES:
                self.bad.append(BadLine(number, why))

    def _wrong(self, digits: str) -> str | None:
        if not (digits.isascii() and digits.isdigit()):
            return "no number"
        if len(digits) != len(self.area) + _LOCAL_DIGITS:
            return f"{len(digits)} digits instead of 10"
        return None if digits.startswith(self.area) else f"not in area {self.area}"


@dataclass(frozen=True, slots=True)
class ListState:
    """Where the copies stand.

    Attributes:
        copies: every copy, by area code.
        stale: area codes whose copy is too old to call by.
        without_copy: area codes of sellers that have none.
        key_problem: why nothing can be looked up, or None.
    """

    copies: tuple[dncl.Area, ...]
    stale: tuple[str, ...]
    without_copy: tuple[str, ...]
    key_problem: str | None


def state(tx: Tx, key: bytes | None, now: datetime) -> ListState:
    """Return where the copies stand at an instant."""
    copies = dncl.areas(tx)
    oldest = law.NATIONAL_LIST_MAX_AGE_DAYS
    return ListState(
        copies=tuple(copies.values()),
        stale=tuple(area for area, copy in copies.items() if (now.date() - copy.version_on).days > oldest),
        without_copy=tuple(sorted(dncl.areas_of_sellers(tx) - copies.keys())),
        key_problem=hash_keys.problem(tx, key),
    )
