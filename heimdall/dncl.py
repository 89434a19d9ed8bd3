"""``heimdall dncl``: bring in a new version of the National Do Not Call List, and say where the copies stand."""

from datetime import UTC, date, datetime
from pathlib import Path

from domain.errors import DomainError
from flows import do_not_call
from flows.do_not_call import ListState
from heimdall.compose import Parts

NO_KEY = "Set HEIMDALL_HASH_KEY first: the list is stored as hashes under it. Make one with: openssl rand -hex 32"

MOST_NAMED = 12


def take_in(parts: Parts, file: Path, area: str, version_on: date, *, skip_bad: bool) -> do_not_call.Imported:
    """Import one file for one area code.

    Raises:
        DomainError: no key is set, or the file or its version cannot be used; the older copy stays.
    """
    key = parts.hash_key
    if key is None:
        raise DomainError("hash_key_missing", NO_KEY)
    # Whatever is no UTF-8 becomes a bad line with its number, instead of an error without one.
    with file.open(encoding="utf-8-sig", errors="replace", newline=None) as lines:
        return do_not_call.take_in(parts.db, key, area, version_on, lines, parts.now(), skip_bad=skip_bad)


def state(parts: Parts) -> ListState:
    """Return where the copies stand now."""
    with parts.db.read() as tx:
        return do_not_call.state(tx, parts.hash_key, parts.now())


def lines(found: ListState, at: datetime) -> list[str]:
    """Return the state for a terminal."""
    today = at.astimezone(UTC).date()
    told = [
        f"{copy.area}  of {copy.version_on}, {(today - copy.version_on).days} days old, {copy.numbers:,} numbers"
        + ("  too old to call by: import it again" if copy.area in found.stale else "")
        for copy in found.copies
    ]
    if found.without_copy:
        told.append(f"no copy for {_named(found.without_copy)}: numbers there are not looked up before a call")
    if found.key_problem:
        told.append(f"{found.key_problem}: calls to the areas above are held")
    return told or ["no copy of the National Do Not Call List, and no seller to call"]


def finding(found: ListState) -> tuple[str, str | None, str | None]:
    """Return what the doctor says: the thing, its problem and the mend."""
    what = "National Do Not Call List"
    if found.key_problem:
        return what, f"{found.key_problem}; calls are held", "set HEIMDALL_HASH_KEY to the key used before"
    if found.stale:
        mend = f"heimdall dncl import FILE --area {found.stale[0]} --version-date YYYY-MM-DD"
        return what, f"the copy for {_named(found.stale)} is more than 31 days old; calls there are held", mend
    if found.without_copy:
        what += f" (no copy for {_named(found.without_copy)}: numbers there are not looked up)"
    return what, None, None


def _named(areas: tuple[str, ...]) -> str:
    more = len(areas) - MOST_NAMED
    return ", ".join(areas[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
