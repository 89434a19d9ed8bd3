"""The two answers to a keyword that may pass a standing order: STOP is confirmed, START is asked back.

Part of ``domain.gate``, which has applied switches, clock trust and staleness by then. Each is the answer to what the
person wrote a moment ago, so hours, limits and consent do not bind it; being late, doubtful or repeated does.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from domain import reason_texts
from domain.delivery import VALIDITY_FLOOR_SECONDS
from domain.gate_facts import Facts
from domain.model import Channel, SuppressionReason
from domain.verdicts import Allow, Hold, Reason, Refuse, Verdict

ANSWER_WITHIN: Final = timedelta(minutes=15)
"""How long after the person's own keyword its answer may leave. STOP at 23:50: until 00:05."""

MIN_REMAINING: Final = timedelta(seconds=VALIDITY_FLOOR_SECONDS)
"""With less time left than this nothing is handed over: the provider could queue it past the end."""

_THEIR_OWN: Final = frozenset({SuppressionReason.STOP, SuppressionReason.INTERNAL_DO_NOT_CALL})


def confirm_opt_out(facts: Facts) -> Verdict:
    """Let one confirmation of the person's own STOP through, at any hour: it is what they asked for."""
    refusal = Refuse(Reason.NO_OPT_OUT_TO_CONFIRM, "stop.confirmation")
    asked = any(order.reason in _THEIR_OWN and order.stands(facts.at) for order in facts.suppressions)
    if not asked or facts.channel is Channel.CALL:
        return refusal
    return _once(facts, facts.last_inbound_at, refusal, "stop.once", reason_texts.ANSWER_TO_STOP)


def ask_after_start(facts: Facts) -> Verdict:
    """Let one question for consent through after the person's own START, past the STOP it may end.

    Only a STOP older than the START gives way, and only for this question. A wrong number, a carrier's block or a wish
    not to be called is nothing that START speaks about.

    Source: SOR/2013-221 s. 3(b), a message sent in response to a request needs no consent.
    """
    refusal = Refuse(Reason.NO_START_TO_ANSWER, "start.answer")
    started = facts.last_start_at
    if started is None or facts.channel is not Channel.SMS:
        return refusal
    for order in facts.suppressions:
        gives_way = order.reason is SuppressionReason.STOP and order.since < started
        calls_only = order.reason is SuppressionReason.NATIONAL_DO_NOT_CALL
        if order.stands(facts.at) and not (gives_way or calls_only):
            return refusal
    return _once(facts, started, refusal, "start.once", reason_texts.ANSWER_TO_START)


def _once(facts: Facts, asked_at: datetime | None, refusal: Refuse, once: str, ground: str) -> Verdict:
    """Allow one answer within its quarter of an hour."""
    if asked_at is None or not asked_at <= facts.at <= asked_at + ANSWER_WITHIN - MIN_REMAINING:
        return refusal
    if facts.same_body_within_24h:
        return Refuse(Reason.SAME_BODY, once)
    if facts.in_flight:
        return Hold(Reason.IN_FLIGHT, None, "message.in_flight")
    until = asked_at + ANSWER_WITHIN
    ends = until if facts.send_before is None else min(until, facts.send_before)
    return Allow(ends.astimezone(UTC), ground, ())
