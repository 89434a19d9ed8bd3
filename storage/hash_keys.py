"""Which key the stored fingerprints were made with, so that another one is noticed before it finds nobody."""

from typing import Final

from sqlalchemy import select

from domain import fingerprints
from domain.errors import DomainError
from storage.dialect import insert_or_ignore
from storage.tables import hash_keys
from storage.unit import Tx

MISSING: Final = "HEIMDALL_HASH_KEY is not set, and numbers are stored that only it can find"
CHANGED: Final = "HEIMDALL_HASH_KEY is not the key the stored numbers were hashed with"

_KNOWN_WORD: Final = "heimdall"


def adopt(tx: Tx, key: bytes) -> None:
    """Note the key of the first fingerprint, or check that this is still the one.

    Raises:
        DomainError: it is another one.
    """
    insert_or_ignore(tx, hash_keys, {"id": 1, "fingerprint": fingerprints.of(key, _KNOWN_WORD)})
    wrong = problem(tx, key)
    if wrong is not None:
        raise DomainError("hash_key_changed", f"{wrong}. Set the old key again; nothing was changed.")


def problem(tx: Tx, key: bytes | None) -> str | None:
    """Return what is wrong with a key for the fingerprints that are stored, or None."""
    stored = tx.execute(select(hash_keys.c.fingerprint)).scalar_one_or_none()
    if stored is None:
        return None
    if key is None:
        return MISSING
    return None if bytes(stored) == fingerprints.of(key, _KNOWN_WORD) else CHANGED
