"""What the provider's error codes mean: whether anything left, what to tell people, whether to stop writing for good.

A table and its lookup, nothing else; how a message moves is in ``domain.delivery``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.model import MessageState, SuppressionReason


class ErrorClass(StrEnum):
    """What to do about an error."""

    NOT_SENT = "not_sent"
    """Provably nothing left: back off, ask the gate again, try again."""
    REFUSED = "refused"
    """Final for this message: the same text to the same number would fail again."""
    CONFIG = "config"
    """Our account is set up wrongly: stop every send, alert once, keep the messages."""
    UNKNOWN = "unknown"
    """It may or may not have left: reconcile, never send again blindly."""


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """One row of the table.

    Attributes:
        kind: what to do.
        sentence: what happened and what to do about it, for people.
        ends_in: state of the message when this code arrives.
        suppress: order to put on the number, or None.
        source: the provider's page.
    """

    code: int
    kind: ErrorClass
    sentence: str
    ends_in: MessageState
    suppress: SuppressionReason | None
    source: str


_PAGE = "https://www.twilio.com/docs/api/errors/{code}"


def _not_sent(code: int, sentence: str, ends_in: MessageState = MessageState.READY) -> ErrorRule:
    return ErrorRule(code, ErrorClass.NOT_SENT, sentence, ends_in, None, _PAGE.format(code=code))


def _refused(
    code: int,
    sentence: str,
    *,
    ends_in: MessageState = MessageState.REFUSED,
    suppress: SuppressionReason | None = None,
) -> ErrorRule:
    return ErrorRule(code, ErrorClass.REFUSED, sentence, ends_in, suppress, _PAGE.format(code=code))


def _config(code: int, sentence: str) -> ErrorRule:
    return ErrorRule(code, ErrorClass.CONFIG, sentence, MessageState.READY, None, _PAGE.format(code=code))


def _unknown(code: int, sentence: str) -> ErrorRule:
    return ErrorRule(code, ErrorClass.UNKNOWN, sentence, MessageState.UNKNOWN, None, _PAGE.format(code=code))


_HTTP_AUTH = frozenset({401, 403})
_HTTP_TOO_MANY_REQUESTS = 429
_HTTP_CLIENT_ERRORS = range(400, 500)

_BAD_SCHEDULE = "The scheduled time is outside 5 minutes to 35 days. This is a fault in Heimdall: tell an admin."

_RULES: tuple[ErrorRule, ...] = (
    _config(20003, "The phone provider refuses our credentials. All texts wait until an admin fixes them."),
    _not_sent(20429, "Too many requests at once; the provider took nothing. It is tried again shortly."),
    _unknown(20500, "The provider had an internal error and may or may not have taken the text. Checking with it."),
    _refused(21211, "This is not a valid phone number. Correct it on the lead."),
    _config(21408, "Texting this country is switched off at the provider. An admin can allow it there."),
    _config(21606, "Our sending number can't send texts. An admin must choose another number."),
    _config(
        21608, "Our account may text verified numbers only (trial or incomplete profile). An admin must upgrade it."
    ),
    _refused(
        21610,
        "This person texted STOP to our number. They are on the do-not-contact list now.",
        suppress=SuppressionReason.STOP,
    ),
    _not_sent(21611, "Our number's queue is full (10 hours of texts). It is tried again later, if a window is open."),
    _refused(21612, "The provider has no route from our number to this one. Call instead."),
    _refused(21614, "This number can't receive texts. Call instead."),
    _refused(21617, "The text is longer than 1,600 characters. Shorten it and send again."),
    _not_sent(
        30001,
        "The provider's queue overflowed and dropped the text. Send it again if it still matters.",
        MessageState.FAILED,
    ),
    _refused(
        30003,
        "The phone was off or out of reach. Try a call.",
        ends_in=MessageState.UNDELIVERED,
    ),
    _refused(
        30004,
        "The carrier or the owner blocks texts to this number. It is on the do-not-contact list now.",
        ends_in=MessageState.UNDELIVERED,
        suppress=SuppressionReason.CARRIER_BLOCK,
    ),
    _refused(
        30005,
        "This number does not exist or is out of service. Check it on the lead.",
        ends_in=MessageState.UNDELIVERED,
    ),
    _refused(
        30006,
        "This is a landline, or its carrier can't be reached by text. Call instead.",
        ends_in=MessageState.UNDELIVERED,
    ),
    _refused(
        30007,
        "The carrier filtered the text as unwanted. Reword it, without links, before you send again.",
        ends_in=MessageState.UNDELIVERED,
    ),
    _refused(
        30008,
        "The carrier gave no reason why the text did not arrive. Try a call.",
        ends_in=MessageState.UNDELIVERED,
    ),
    _refused(
        30036,
        "The text waited too long at the provider and was dropped before the window closed.",
        ends_in=MessageState.EXPIRED,
    ),
    *(_refused(code, _BAD_SCHEDULE) for code in (35114, 35115, 35116, 35117)),
)

ERRORS: Mapping[int, ErrorRule] = MappingProxyType({rule.code: rule for rule in _RULES})
"""The codes we know, by number."""


_ENDINGS = frozenset({MessageState.UNDELIVERED, MessageState.FAILED, MessageState.EXPIRED})
"""What the provider calls undelivered or failed, and we by its reason."""


def ending(reported: MessageState, code: int | None) -> MessageState:
    """Return the state a report with an error code leaves a message in: one dropped unsent has expired.

    Args:
        reported: the provider's status in our words.
        code: its error code, None when it gave none.
    """
    rule = None if code is None else ERRORS.get(code)
    return rule.ends_in if rule is not None and {reported, rule.ends_in} <= _ENDINGS else reported


def rule_for(code: int, *, http_status: int | None = None) -> ErrorRule:
    """Return what a code means; one we do not know is read by its HTTP status, and else as unknown.

    Args:
        code: the provider's error code.
        http_status: status of the answer to the hand-over; None when the code came in a status report.
    """
    known = ERRORS.get(code)
    if known is not None:
        return known
    if http_status in _HTTP_AUTH:
        return _config(code, f"The phone provider refuses our account (error {code}). All texts wait for an admin.")
    if http_status == _HTTP_TOO_MANY_REQUESTS:
        return _not_sent(code, ERRORS[20429].sentence)
    if http_status in _HTTP_CLIENT_ERRORS:
        return _refused(code, f"The provider refused the text (error {code}). Look the number up before trying again.")
    return _unknown(code, f"The provider reported error {code}, which is not in our table. Checking with it.")
