"""Where tests keep what lives for a moment: in memory where offered, since disks are slow at many small files."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - only as the parent of a private folder with a random name
_ROOM_BYTES = 2**30
"""A migrated PostgreSQL cluster with a few copies of its template takes about 150 MB; containers often offer 64."""


def make_folder(prefix: str) -> Path:
    """Make a private folder and return it; removing it is up to the caller."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if _has_room() else None))


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database by SQLite itself: part of it may still lie in its write-ahead log."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)


def _has_room() -> bool:
    return os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
