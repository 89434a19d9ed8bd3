"""The words for states, outcomes, sources and grounds on cards; each state also has a symbol, and never a colour alone.

Why the gate holds something is said by ``domain.reasons``, what the provider's codes mean by
``domain.delivery_errors``.
"""

from collections.abc import Mapping
from typing import Final

from bot.views.text import person
from domain import delivery_errors
from domain.keywords import InboundKind
from domain.model import (
    CallOutcome,
    Channel,
    ConsentBasis,
    Language,
    LeadSource,
    MessageState,
    SuppressionReason,
)
from domain.property_types import PropertyType
from domain.verdicts import Reason

DONE: Final = "✓"
NEXT: Final = "→"
LATER: Final = "○"
HELD: Final = "‖"
ENDED: Final = "✕"
DOUBT: Final = "?"
ALERT: Final = "!"

STEPS: Final[Mapping[Channel, str]] = {Channel.SMS: "Text", Channel.CALL: "Call", Channel.EMAIL: "E-mail"}

MESSAGES: Final[Mapping[MessageState, tuple[str, str]]] = {
    MessageState.HELD: (HELD, "held"),
    MessageState.READY: (NEXT, "leaves now"),
    MessageState.DISPATCHING: (NEXT, "being handed over"),
    MessageState.UNKNOWN: (DOUBT, "unclear whether it left; checking, never sent twice"),
    MessageState.NEEDS_PERSON: (ALERT, "unclear whether it left; a person must look"),
    MessageState.ACCEPTED: (DONE, "handed over"),
    MessageState.SENT: (DONE, "sent"),
    MessageState.DELIVERED: (DONE, "delivered"),
    MessageState.UNDELIVERED: (ENDED, "not delivered"),
    MessageState.FAILED: (ENDED, "failed"),
    MessageState.REFUSED: (ENDED, "not sent"),
    MessageState.EXPIRED: (ENDED, "dropped: its time had passed"),
    MessageState.CANCELLED: (ENDED, "taken back"),
    MessageState.DEAD: (ALERT, "could not be prepared; a person must decide"),
}
"""Symbol and words for where one text stands."""

TALLY: Final[Mapping[MessageState, str]] = {
    MessageState.HELD: "held",
    MessageState.READY: "about to leave",
    MessageState.DISPATCHING: "being handed over",
    MessageState.UNKNOWN: "unclear",
    MessageState.NEEDS_PERSON: "need a person",
    MessageState.ACCEPTED: "handed over",
    MessageState.SENT: "sent",
    MessageState.DELIVERED: "delivered",
    MessageState.UNDELIVERED: "not delivered",
    MessageState.FAILED: "failed",
    MessageState.REFUSED: "not allowed",
    MessageState.EXPIRED: "too late",
    MessageState.CANCELLED: "taken back",
    MessageState.DEAD: "stuck",
}
"""Words behind a number of texts."""

_HOLDS: Final[Mapping[str, str]] = {
    "gate_error": "missing a fact",
    "paused": "while sending is paused",
    "ladder_not_running": "on ladders that do not run",
    "clock_untrusted": "for wrong time-zone tables",
    "national_list_stale": "for an old do-not-call list",
    "national_list_unchecked": "not looked up in the do-not-call list",
    "place_unknown": "without a province",
    "stop_unread": "until somebody reads what may be a stop",
    "legal_holiday": "for a holiday",
    "legal_window": "outside lawful hours",
    "team_closed_day": "on a day the team rests",
    "team_window": "outside the team's hours",
    "called_recently": "called within 30 days",
    "day_cap": "at the day's limit",
    "month_cap": "at the 30-day limit",
    "team_cap": "at the team's hourly limit",
    "in_flight": "behind another text",
    "window_closing": "too close to closing time",
}

CHANNELS: Final[Mapping[Channel, str]] = {Channel.SMS: "texts", Channel.CALL: "calls", Channel.EMAIL: "e-mails"}

UNCOVERED: Final[Mapping[Reason, str]] = {
    Reason.NO_CONSENT: "skipped: no consent on record",
    Reason.CONSENT_NEEDS_YES: "skipped unless they answer YES",
    Reason.CONSENT_USED: "skipped unless they answer YES",
    Reason.CONSENT_ENDED: "skipped: consent ends before",
    Reason.CONSENT_DOES_NOT_FIT: "skipped unless they answer YES",
}
"""What becomes of a coming step that no consent on record covers."""

OUTCOMES: Final[Mapping[CallOutcome, str]] = {
    CallOutcome.REACHED: "reached",
    CallOutcome.NO_ANSWER: "no answer",
    CallOutcome.VOICEMAIL: "voicemail left",
    CallOutcome.WRONG_NUMBER: "wrong number",
    CallOutcome.DO_NOT_CALL: "asked not to be called",
}

SOURCES: Final[Mapping[LeadSource, str]] = {
    LeadSource.SLACK: "Slack",
    LeadSource.WEB: "Web form",
    LeadSource.REFERRAL: "Referral",
    LeadSource.DIRECT_MAIL: "Direct mail",
    LeadSource.DRIVING: "Driving for dollars",
    LeadSource.INBOUND_CALL: "They called us",
    LeadSource.OTHER: "Other",
}

GROUNDS: Final[Mapping[ConsentBasis, str]] = {
    ConsentBasis.REPLY: "They asked us: one text answers and asks for a YES",
    ConsentBasis.EXPRESS: "They said yes to texts (express consent)",
    ConsentBasis.INQUIRY: "They inquired within the last six months",
    ConsentBasis.QUOTE: "They asked for a price",
    ConsentBasis.REFERRAL: "Referred by somebody who knows both of us",
    ConsentBasis.PURCHASE: "They bought from us within two years",
    ConsentBasis.OPPORTUNITY: "They accepted an opportunity within two years",
    ConsentBasis.CONTRACT: "Written contract with us",
    ConsentBasis.PUBLISHED: "Business address they published",
    ConsentBasis.DISCLOSED: "Business address they gave us",
}
"""Choices of the form, the usual ones first."""

LANGUAGES: Final[Mapping[Language, str]] = {Language.EN: "English", Language.FR: "French"}

PROPERTIES: Final[Mapping[PropertyType, str]] = {
    PropertyType.DETACHED: "Detached house",
    PropertyType.SEMI: "Semi-detached",
    PropertyType.TOWNHOUSE: "Townhouse",
    PropertyType.CONDO: "Condo",
    PropertyType.DUPLEX: "Duplex",
    PropertyType.MULTIPLEX: "Multiplex",
    PropertyType.MOBILE: "Mobile home",
    PropertyType.LAND: "Land",
    PropertyType.COMMERCIAL: "Commercial",
}

SUPPRESSIONS: Final[Mapping[SuppressionReason, str]] = {
    SuppressionReason.STOP: "STOP received",
    SuppressionReason.INTERNAL_DO_NOT_CALL: "Asked not to be called",
    SuppressionReason.CARRIER_BLOCK: "Their carrier blocks our texts",
    SuppressionReason.WRONG_NUMBER: "Wrong number",
    SuppressionReason.NATIONAL_DO_NOT_CALL: "On the National Do Not Call List",
}

REPLIES: Final[Mapping[InboundKind, str]] = {
    InboundKind.STOP: "Read as STOP: nothing more will be sent to this number.",
    InboundKind.START: "Read as START: the carrier lets texts through again, and one text asks whether we may write. "
    "Only their own YES to it opens the number.",
    InboundKind.HELP: "Read as a question who we are. The ladder waits for you.",
    InboundKind.YES: "Read as yes. No question of ours for consent came just before, so none is recorded. "
    "The ladder waits for you.",
    InboundKind.NO: "Read as no. The ladder waits for you.",
    InboundKind.SMELLS_OF_STOP: "This may ask us to stop. Nothing leaves for this number until somebody decides.",
    InboundKind.AUTO_REPLY: "Looks automatic: no answer and no consent. The ladder goes on.",
    InboundKind.TEXT: "The ladder waits for you.",
}
"""What was done about a text that came in."""

_LADDER_REASONS: Final[Mapping[str, str]] = {
    "seller_replied": "they wrote back",
    "asks_to_stop": "they may have asked us to stop",
    "stop": "they asked us to stop",
    "wrong_number": "wrong number",
    "do_not_call": "they asked not to be called",
    "ladder_paused": "the ladder was paused",
    "ladder_stopped": "the ladder was stopped",
    "suppressed": "they asked to be left alone",
}


def ladder_reason(code: str | None) -> str:
    """Return why a ladder does not run, as ``mrkdwn``; unknown codes read as they are, without underscores.

    Args:
        code: what the flow stored, such as ``seller_replied``, ``paused_by:U0RILEY`` or ``provider_21610``.
    """
    head, _, tail = (code or "").partition(":")
    if head in {"paused_by", "stopped_by"} and tail:
        return f"by {person(tail)}"
    if head.startswith("provider_") and head.removeprefix("provider_").isdecimal():
        return provider(int(head.removeprefix("provider_")))
    return _LADDER_REASONS.get(head) or person(head.replace("_", " "))


def hold(code: str) -> str:
    """Return why some texts are held, behind their number: ``2 outside lawful hours``."""
    return _HOLDS.get(code) or (f"for another reason ({code.replace('_', ' ')})" if code else "for an unknown reason")


def provider(code: int) -> str:
    """Return what an error code of the phone provider means, without its final full stop."""
    return delivery_errors.rule_for(code).sentence.rstrip(".")


def kind_of_property(value: str) -> str:
    """Return a kind of property for people."""
    return PROPERTIES[PropertyType(value)] if value in set(PropertyType) else value.replace("_", " ").capitalize()


def count(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun: ``1 text``, ``3 texts``, ``0 replies``."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
