"""The audit trail of the doors: who knocked with a wrong key. Bounded, because anybody on the internet can knock."""

import logging
from datetime import timedelta
from threading import Lock

from bot.deps import Deps
from storage import records
from storage.unit import StorageUnavailableError

BURST = 30
"""Lines written at once before the rate below applies."""

EVERY = timedelta(seconds=6)
"""One further line each: at most 14,400 a day, however many forged requests come in."""

log = logging.getLogger(__name__)


class Notebook:
    """Write lines about refused requests, and count those there was no room for.

    Shared by all requests of a process; ``leave`` may be called from any thread.
    """

    def __init__(self, deps: Deps) -> None:
        """Start with a full allowance."""
        self._deps = deps
        self._lock = Lock()
        self._free = float(BURST)
        self._filled_at = deps.wall()
        self._left_out = 0

    def leave(self, action: str, *, door: str, team_id: str | None = None) -> None:
        """Append one line, unless too many were appended lately; the next line then says how many were left out.

        Args:
            action: code of what was refused.
            door: ``slack`` or ``phone``.
            team_id: workspace the request came from, or None.
        """
        log.warning("refused at the %s door: %s", door, action)
        left_out = self._take_turn()
        if left_out is None:
            return
        detail: dict[str, str | int] = {} if team_id is None else {"team_id": team_id}
        if left_out:
            detail["left_out"] = left_out
        try:
            with self._deps.db.write() as tx:
                records.note(tx, self._deps.clock(), action=action, actor="unknown", subject=door, **detail)
        except StorageUnavailableError:
            # The request is refused either way; a sender without a key must not learn how the database feels.
            log.warning("the audit line about it could not be written", exc_info=True)

    def _take_turn(self) -> int | None:
        """Return how many lines were left out before this one, or None when this one is left out as well."""
        with self._lock:
            now = self._deps.wall()
            self._free = min(BURST, self._free + max(timedelta(), now - self._filled_at) / EVERY)
            self._filled_at = now
            if self._free < 1:
                self._left_out += 1
                return None
            self._free -= 1
            left_out, self._left_out = self._left_out, 0
            return left_out
