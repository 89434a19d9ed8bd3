"""Says why one text or call waits or was not sent, in the words of ``domain.reasons``, from what is stored of it.

A message keeps its reason code and the next lawful minute, not the rule's name, so the rule is looked up again here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.views import words
from domain import law, reasons
from domain.model import Channel, Lead, Suppression
from domain.provinces import Province
from domain.verdicts import Hold, Reason, Refuse

_HELD: Final = "Held: "

# The first two name a detail that is on the receipt and not on the message.
_OTHER_REASONS: Final = {
    Reason.PAUSED.value: "Held: sending is paused; /heimdall status says for whom",
    Reason.GATE_ERROR.value: "Held: a fact was missing or a rule failed, so nothing was sent",
    "provider_account": "Held: the phone provider refuses our account, so all texts wait for an admin",
    "worker_vanished": "Unclear: the process that sent it stopped, so it may have left",
    "provider_refused": "Not sent: the phone provider refused it",
    "ladder_paused": "Taken back: the ladder was paused",
    "ladder_stopped": "Taken back: the ladder was stopped",
}

_REFUSING: Final = frozenset(
    {
        Reason.EXPIRED,
        Reason.NO_CONSENT,
        Reason.CONSENT_NEEDS_YES,
        Reason.CONSENT_USED,
        Reason.CONSENT_ENDED,
        Reason.CONSENT_DOES_NOT_FIT,
        Reason.NO_OPT_OUT_TO_CONFIRM,
        Reason.SUPPRESSED,
        Reason.NATIONAL_LIST,
        Reason.CHANNEL_OFF,
        Reason.SAME_BODY,
    }
)


_NEEDS_PLACE: Final = frozenset(
    {Reason.LEGAL_HOLIDAY, Reason.LEGAL_WINDOW, Reason.TEAM_CLOSED_DAY, Reason.TEAM_WINDOW, Reason.WINDOW_CLOSING}
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a sentence must know about the question."""

    at: datetime
    channel: Channel
    province: Province | None
    zones: frozenset[str]


def sentence(
    code: str,
    lead: Lead,
    channel: Channel,
    at: datetime,
    *,
    until: datetime | None = None,
    suppressions: tuple[Suppression, ...] = (),
    error_code: int | None = None,
) -> str:
    """Say a stored reason.

    Args:
        code: reason code of a message, or note of a rung.
        until: next lawful minute, if it is known.
        suppressions: standing orders on the number; the first one names why nothing may be sent.
        error_code: the provider's, where it refused.

    Returns:
        For example ``Held: Ontario texts open 09:00 tomorrow, UTC−5 (Toronto): company hours``.
    """
    if error_code is not None and code not in set(Reason):
        return words.provider(error_code)
    if code in _OTHER_REASONS or code not in set(Reason):
        return _OTHER_REASONS.get(code) or words.ladder_reason(code)
    # Without a province no hours can be named, whatever closed them when the place was still known.
    reason = Reason.PLACE_UNKNOWN if lead.province is None and code in _NEEDS_PLACE else Reason(code)
    asked = _Asked(at, channel, lead.province, lead.zones)
    rule = _rule(reason, lead.province, channel, suppressions)
    verdict = Refuse(reason, rule) if reason in _REFUSING else Hold(reason, until, rule)
    said = reasons.sentence(verdict, asked).replace(" ()", "")  # A holiday that has passed has no name today.
    return said if isinstance(verdict, Refuse) or said.startswith(_HELD) else _HELD + said


def _rule(reason: Reason, province: Province | None, channel: Channel, suppressions: tuple[Suppression, ...]) -> str:
    if reason is Reason.SUPPRESSED:
        return f"suppression.{suppressions[0].reason if suppressions else 'stop'}"
    if reason is Reason.LEGAL_WINDOW and province is not None:
        return law.hours_rule(channel, province).rule
    return "team.hours" if reason is Reason.TEAM_WINDOW else f"rule.{reason}"
