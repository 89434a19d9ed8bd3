"""The reconcile tick: look up texts in doubt at the provider, one listing a text, and conclude."""

from datetime import timedelta

import structlog
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException

from domain.doubt import Finding
from flows import reconcile
from jobs.deps import JobDeps
from storage.unit import StorageUnavailableError

LOOK_BACK = timedelta(hours=36)
"""How long before a doubt began the texts to its number are listed."""

START_LOOK_BACK = timedelta(days=14)
"""After a start: how far back the provider's lists are compared with our books, against a backup that old, or an outage
of that length; longer than any holiday. A process cannot know how long none was running.
"""

log = structlog.get_logger(__name__)


def tick(deps: JobDeps) -> int:
    """Look up what is due and return how many doubts ended."""
    ended = 0
    for message_id in reconcile.due(deps.db, deps.clock()):
        if deps.stopping():
            break
        try:
            ended += _look(deps, message_id)
        except StorageUnavailableError:
            raise  # no text's fault
        except Exception:
            log.exception("look_failed", message_id=message_id)
            reconcile.postpone(deps.db, message_id, deps.clock())
    return ended


def _look(deps: JobDeps, message_id: int) -> bool:
    """Look one text up and tell whether its doubt ended."""
    known = reconcile.find(deps.db, message_id)
    if known is None:
        return False
    message = known.message
    try:
        listed = deps.sms.sent_to(message.to_address, known.doubt.began_at - LOOK_BACK)
    except (RequestException, TwilioException) as error:
        # No list proves nothing: the doubt stays, and is looked at again at the next tick.
        log.warning("listing_failed", message=message.ref, error=type(error).__name__)
        return False
    finding = reconcile.look(deps.db, deps.team, message_id, listed, deps.clock())
    log.info("looked_up", message=message.ref, finding=finding)
    return finding is not Finding.WAIT


def learn(deps: JobDeps) -> int:
    """Before the first send after a start: take into our books what the provider sent and they do not know."""
    return reconcile.learn(deps.db, deps.sms.sent_since(deps.clock() - START_LOOK_BACK), deps.clock())
