"""What a person is told when a listener raised: a refusal in its own words, "busy", or a short name for what broke."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from bot.deps import Deps
from bot.incident import Incident
from bot.slack import answers, asking
from domain.errors import DomainError
from storage.unit import StorageUnavailableError

BUSY = "The database is busy. Nothing was sent; try again in a minute."

log = logging.getLogger(__name__)


def handler(deps: Deps) -> Callable[..., BoltResponse]:
    """Return Bolt's one error listener."""

    def failed(error: Exception, request: BoltRequest) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            log.warning("a request of kind %s is for nobody here", request.body.get("type"))
            return BoltResponse(status=HTTPStatus.NOT_FOUND)
        refusal = _in_words(error)
        if request.body.get("type") == "block_actions":
            return _after_click(deps, request, refusal)
        return respond(request.body, refusal)

    return failed


def respond(body: Mapping[str, Any], refusal: DomainError) -> BoltResponse:
    """Return the response that shows a refusal: under a command, in a form, or to nobody."""
    if "command" in body:
        return BoltResponse(status=HTTPStatus.OK, body=answers.ephemeral(answers.refusal(refusal)))
    if body.get("type") == "view_submission":
        return BoltResponse(status=HTTPStatus.OK, body=answers.at_field(body, refusal))
    if "event" in body and refusal.code in {"busy", "incident"}:
        # Slack brings an event again, three times, when the first answer is no success.
        return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, body=refusal.sentence)
    return BoltResponse(status=HTTPStatus.OK, body=refusal.sentence)


def _in_words(error: Exception) -> DomainError:
    match error:
        case DomainError():
            return error
        case StorageUnavailableError():
            log.warning("the database refused a request", exc_info=error)
            return DomainError("busy", BUSY)
    return DomainError("incident", Incident.note(error).sentence)


def _after_click(deps: Deps, request: BoltRequest, refusal: DomainError) -> BoltResponse:
    try:
        answers.refuse_click(deps, asking.of(deps, request), refusal)
    except StorageUnavailableError as error:
        log.warning("a refused click could not be answered", exc_info=error)
        # Slack then puts its own warning beside the button: better than a click that does nothing visible.
        return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    return BoltResponse(status=HTTPStatus.OK)
