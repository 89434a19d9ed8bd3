"""While Slack refuses our token, nothing is posted: said once in the log and in the status, tried again slowly.

An alert cannot be posted where nothing can be posted. Every process looks at the same row, so one of them asks Slack
once a minute, and all go on when the token works again.
"""

from datetime import timedelta

import structlog

from domain.sheets import SLACK
from jobs.deps import JobDeps
from storage import posts, records

PROBE = timedelta(minutes=1)
PROBE_TURN = "auth.test"
"""Stands among the channels' turns, so that several processes together ask once a minute."""

log = structlog.get_logger(__name__)


def may_post(deps: JobDeps) -> bool:
    """Tell whether Slack takes posts from us, asking it again when it is time to."""
    with deps.db.read() as tx:
        if records.pause_of(tx, SLACK) is None:
            return True
    with deps.db.write() as tx:
        my_turn = posts.take_turn(tx, PROBE_TURN, deps.wall(), PROBE)
    if not my_turn or deps.slack.refusal() is not None:
        return False
    with deps.db.write() as tx:
        records.resume(tx, SLACK)
        records.note(tx, deps.clock(), action="slack_accepted", actor="system", subject=SLACK)
    log.info("slack_accepted")
    return True


def rest(deps: JobDeps, error: str) -> None:
    """Have all posting wait, because Slack refuses our token."""
    now = deps.clock()
    with deps.db.write() as tx:
        new = records.pause(tx, SLACK, reason=f"Slack refuses our token ({error})", by="system", now=now)
        posts.take_turn(tx, PROBE_TURN, deps.wall(), PROBE)
        if new:
            records.note(tx, now, action="slack_refused", actor="system", subject=SLACK, error=error)
    if new:
        log.error("slack_refused", error=error, mend="copy the Bot User OAuth Token into SLACK_BOT_TOKEN")
