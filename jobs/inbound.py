"""The inbound tick: ask the provider what came in, so that no STOP is lost with a webhook."""

from datetime import timedelta

import structlog

from flows import take_reply
from jobs import reconcile
from jobs.deps import JobDeps
from storage import inbox

LOOK_BACK = timedelta(hours=26)
"""Longer than any outage we would let pass unnoticed for a day; copies are told apart by the provider's name."""

log = structlog.get_logger(__name__)


class Listener:
    """Remember whether the provider has been heard since this process started."""

    def __init__(self, deps: JobDeps) -> None:
        """Nothing heard yet."""
        self._deps = deps
        self.heard = False

    def tick(self) -> int:
        """Take in every text whose webhook did not reach us and return how many."""
        deps = self._deps
        listed = {text.provider_sid: text for text in deps.sms.inbound_since(deps.clock() - LOOK_BACK)}
        with deps.db.read() as tx:
            missed = inbox.unknown(tx, [f"sms:{sid}" for sid in listed])
        for key in sorted(missed):
            take_reply.take(deps.db, deps.team, listed[key.removeprefix("sms:")], deps.clock())
            log.warning("webhook_missed", sid=key)
        if not self.heard:
            reconcile.learn(deps)
        self.heard = True
        return len(missed)
