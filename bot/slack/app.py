"""Bolt put together: who may talk to it, what it listens to, and what is said when something goes wrong."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web import WebClient

from bot.deps import Deps
from bot.slack import approval, buyer, call, dead, deal, doubt, failures, heimdall, home, lead, policy, reply
from domain.errors import DomainError
from storage import records

WINDOW_SECONDS = 2
"""How long Slack may take to open a window: the click must be answered within three seconds, and so must a trigger.

Source: https://docs.slack.dev/interactivity/handling-user-interaction
"""

NOT_SET_UP = "This workspace isn't set up; ask an admin to run `init`."

_EVERYTHING = re.compile(".*", re.DOTALL)
_UNSIGNED_KINDS = frozenset({"url_verification"})


def build(deps: Deps) -> App:
    """Return the Bolt application with every listener attached.

    Listeners run in the caller's thread before the answer leaves: they write a row and answer, they do not wait.
    """
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=deps.slack.team_id,
        bot_token=deps.slack.bot_token,
        bot_user_id=deps.slack.bot_user_id,
    )
    app = App(
        name="heimdall",
        # Bolt writes whole requests to this one at its lower levels; the front desk keeps it at warnings.
        logger=logging.getLogger("slack_bolt"),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        # The web door has checked the signature on the raw bytes, and Slack's own connection needs none.
        request_verification_enabled=False,
        # A stored answer: asking Slack who we are at each request would cost one more call within three seconds.
        authorize=lambda: known,
        before_authorize=_only_our_workspace(deps),
        # Without retries: the SDK would open a window, or post, twice when an answer is lost.
        client=WebClient(base_url=deps.slack.api_url, timeout=WINDOW_SECONDS, retry_handlers=[]),
    )
    app.error(failures.handler(deps))
    for subject in (lead, call, doubt, dead, reply, deal, buyer, approval, policy, heimdall, home):
        subject.register(app, deps)
    _catch_the_rest(app)
    return app


def _only_our_workspace(deps: Deps) -> Callable[..., BoltResponse | None]:
    def check(
        context: BoltContext,
        body: Mapping[str, Any],
        next: Callable[[], None],  # noqa: A002 - Bolt's name for it
    ) -> BoltResponse | None:
        if context.team_id == deps.slack.team_id or body.get("type") in _UNSIGNED_KINDS or "ssl_check" in body:
            next()
            return None
        with deps.db.write() as tx:
            records.note(
                tx, deps.clock(), action="unknown_workspace", actor="unknown", subject="slack", team_id=context.team_id
            )
        return failures.respond(body, DomainError("unknown_workspace", NOT_SET_UP))

    return check


def _catch_the_rest(app: App) -> None:
    """Answer what nothing above listens to: an old card may carry an old button, and a link counts as a button too."""

    @app.action(_EVERYTHING)
    def old_button(ack: Ack, action: Mapping[str, Any]) -> None:
        if "url" not in action:
            raise DomainError("old_button", "This button is of an earlier version. Nothing was done.")
        ack()

    @app.view(_EVERYTHING)
    def old_form() -> None:
        raise DomainError("old_form", "This form is of an earlier version. Close it and open it again.")

    @app.view_closed(_EVERYTHING)
    def closed(ack: Ack) -> None:
        ack()

    @app.command(_EVERYTHING)
    def unknown_command() -> None:
        raise DomainError("unknown_command", "Heimdall does not know this command. Start with /heimdall help.")

    @app.event(_EVERYTHING)
    def other_event() -> None:
        """Take every event we did not ask for, so that Slack does not bring it again."""
