"""The inbound tick: ask the provider what came in, so that no STOP is lost with a webhook."""

from datetime import timedelta

import structlog

from domain import kpi
from flows import take_reply
from jobs import reconcile
from jobs.deps import JobDeps
from storage import inbox, records
from storage.unit import StorageUnavailableError

LOOK_BACK = timedelta(hours=26)
"""Longer than any trouble with webhooks we would let pass unnoticed for a day, while we run; copies are told apart by
the provider's name. After a start it is ``reconcile.START_LOOK_BACK``.
"""

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
        since = deps.clock() - (LOOK_BACK if self.heard else reconcile.START_LOOK_BACK)
        listed = {text.provider_sid: text for text in deps.sms.inbound_since(since)}
        with deps.db.read() as tx:
            missed = inbox.unknown(tx, [f"sms:{sid}" for sid in listed])
        for key in sorted(missed):
            self._take(key, listed[key.removeprefix("sms:")])
        if not self.heard:
            reconcile.learn(deps)
        self.heard = True
        return len(missed)

    def _take(self, key: str, inbound: take_reply.Inbound) -> None:
        """Take in one text; whatever breaks, the others are taken in all the same, and this one at every poll."""
        deps = self._deps
        try:
            take_reply.take(deps.db, deps.team, inbound, deps.clock())
        except StorageUnavailableError:
            raise  # no text's fault: until all are known, nothing leaves
        except Exception as error:
            log.exception("inbound_failed", sid=key)
            with deps.db.write() as tx:
                records.add_kpis(tx, [kpi.flow_error("take_reply", type(error).__name__, key, deps.clock())])
        else:
            log.warning("webhook_missed", sid=key)
