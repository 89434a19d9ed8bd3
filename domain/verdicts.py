"""What the gate may answer, and why: values only.

How an answer is said to people is in ``domain.reasons``; which answer is due is decided in ``domain.gate``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model import Consent


class Reason(StrEnum):
    """Why something is held or refused; stable codes for receipts, reports and tests, in the order of the gate."""

    GATE_ERROR = "gate_error"
    PAUSED = "paused"
    LADDER_NOT_RUNNING = "ladder_not_running"
    CLOCK_UNTRUSTED = "clock_untrusted"
    EXPIRED = "expired"
    NO_CONSENT = "no_consent"
    CONSENT_NEEDS_YES = "consent_needs_yes"
    CONSENT_USED = "consent_used"
    CONSENT_ENDED = "consent_ended"
    CONSENT_DOES_NOT_FIT = "consent_does_not_fit"
    NO_OPT_OUT_TO_CONFIRM = "no_opt_out_to_confirm"
    NO_START_TO_ANSWER = "no_start_to_answer"
    SUPPRESSED = "suppressed"
    STOP_UNREAD = "stop_unread"
    NATIONAL_LIST = "national_list"
    NATIONAL_LIST_STALE = "national_list_stale"
    NATIONAL_LIST_UNCHECKED = "national_list_unchecked"
    CHANNEL_OFF = "channel_off"
    PLACE_UNKNOWN = "place_unknown"
    LEGAL_HOLIDAY = "legal_holiday"
    LEGAL_WINDOW = "legal_window"
    CALLED_RECENTLY = "called_recently"
    TEAM_CLOSED_DAY = "team_closed_day"
    TEAM_WINDOW = "team_window"
    DAY_CAP = "day_cap"
    MONTH_CAP = "month_cap"
    SAME_BODY = "same_body"
    TEAM_CAP = "team_cap"
    IN_FLIGHT = "in_flight"
    WINDOW_CLOSING = "window_closing"


class Note(StrEnum):
    """What a receipt must say about something that was allowed."""

    COMPANY_HOURS = "company_hours"
    NO_NATIONAL_LIST = "no_national_list"
    EXEMPT_FROM_NATIONAL_LIST = "exempt_from_national_list"
    SEVERAL_CLOCKS = "several_clocks"
    PLACE_IN_DOUBT = "place_in_doubt"


@dataclass(frozen=True, slots=True)
class Allow:
    """It may be handed over now.

    Attributes:
        valid_until: first instant at which this answer no longer holds, aware UTC.
        ground: the legal ground in one English line, for the receipt.
        notes: codes of ``Note`` that belong on the receipt.
        consent_id: the consent whose use must be counted at hand-over; None when there is none to count.
        consent: the consent it rests on, or None when it rests on none.
    """

    valid_until: datetime
    ground: str
    notes: tuple[str, ...]
    consent_id: int | None = None
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now; ask again.

    Attributes:
        until: next moment worth asking, aware UTC; None when only a change of the facts can help.
        rule: id of the rule that holds it, with its detail after the first dot.
    """

    reason: Reason
    until: datetime | None
    rule: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never, as things are; waiting does not help.

    Attributes:
        rule: id of the rule that refuses it, with its detail after the first dot.
    """

    reason: Reason
    rule: str


Verdict = Allow | Hold | Refuse
