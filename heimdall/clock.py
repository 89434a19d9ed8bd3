"""The two clocks: real time, and business time, which a practice world may move through a file."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def wall() -> datetime:
    """Return real time, aware UTC."""
    return datetime.now(UTC)


def movable(path: Path) -> Clock:
    """Return a clock that is ahead of real time by the file's ``offset_seconds``; no file means not at all.

    The file is written whole and renamed into place by the practice world, so a read never sees half of it.
    """

    def now() -> datetime:
        return wall() + timedelta(seconds=_offset_seconds(path))

    return now


def _offset_seconds(path: Path) -> float:
    try:
        return float(json.loads(path.read_text(encoding="utf-8"))["offset_seconds"])
    except FileNotFoundError:
        return 0.0
