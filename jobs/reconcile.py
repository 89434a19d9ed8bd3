"""The reconcile tick: look up texts in doubt at the provider, one listing a text, and conclude."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException

from domain.doubt import Finding
from domain.model import Message
from flows import reconcile
from flows.reconcile import Listed
from jobs.deps import JobDeps
from storage.unit import StorageUnavailableError

LOOK_BACK = timedelta(hours=36)
"""After a start: how far back the provider's list is compared with our books, against a backup of yesterday."""

log = structlog.get_logger(__name__)


def tick(deps: JobDeps) -> int:
    """Look up what is due and return how many doubts ended."""
    ended = 0
    for known in reconcile.due(deps.db, deps.clock()):
        if deps.stopping():
            break
        message = known.message
        try:
            listed = deps.sms.sent_to(message.to_address, known.doubt.began_at - LOOK_BACK)
        except (RequestException, TwilioException) as error:
            # No list proves nothing: the doubt stays, and is looked at again at the next tick.
            log.warning("listing_failed", message=message.ref, error=type(error).__name__)
            continue
        ended += _look(deps, message, listed)
    return ended


def _look(deps: JobDeps, message: Message, listed: Sequence[Listed]) -> bool:
    """Conclude about one text; whatever breaks, the others are looked up all the same."""
    try:
        finding = reconcile.look(deps.db, deps.team, message.message_id, listed, deps.clock())
    except StorageUnavailableError:
        raise  # no text's fault
    except Exception:
        log.exception("look_failed", message=message.ref)
        reconcile.postpone(deps.db, message.message_id, deps.clock())
        return False
    log.info("looked_up", message=message.ref, finding=finding)
    return finding is not Finding.WAIT


def learn(deps: JobDeps) -> int:
    """Before the first send after a start: take into our books what the provider sent and they do not know."""
    return reconcile.learn(deps.db, deps.sms.sent_since(deps.clock() - LOOK_BACK), deps.clock())
