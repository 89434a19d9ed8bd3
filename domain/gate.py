"""The one gate: whether one message or call may leave now, must wait, or must never leave.

Pure: it reads nothing but its facts, so the same facts give the same verdict, at planning and again at hand-over.
It fails closed: a missing fact, an unknown zone or a rule that breaks is a hold. Gathering the facts belongs to
``flows``, words for people to ``domain.reasons``.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from domain import clocks, consent, gate_answers, law, reason_texts, windows
from domain.gate_answers import MIN_REMAINING
from domain.gate_facts import DnclStatus, Facts, first_missing
from domain.model import Channel, Consent, ConsentBasis, LadderState, Purpose, SuppressionReason
from domain.provinces import Province
from domain.verdicts import Allow, Hold, Note, Reason, Refuse, Verdict

__all__ = ["Allow", "DnclStatus", "Facts", "Hold", "Reason", "Refuse", "Verdict", "decide"]

_Hours = tuple[windows.Week, frozenset[date]]
"""Hours that apply, and the local dates on which they do not."""

_DAY: Final = timedelta(days=1)

PAUSE: Final = timedelta(minutes=5)
"""Shortest time after which a limit is asked about again; the team's hourly one frees a little every few minutes."""


def decide(facts: Facts) -> Verdict:
    """Decide whether one message or call may leave at ``facts.at``.

    The order, which also ranks the reasons: kill switch, ladder, clock trust, staleness, consent, standing orders,
    National Do Not Call List (calls), channel, place, legal window, team window, limits, time left in the window.

    Returns:
        Allow, Hold or Refuse; a fact that is missing or a rule that breaks is a Hold, never an exception.
    """
    try:
        missing = first_missing(facts)
        return Hold(Reason.GATE_ERROR, None, f"gate.{missing}") if missing else _decide(facts)
    except Exception as fault:  # noqa: BLE001 - whatever breaks in here must keep the message in, not let it out
        return Hold(Reason.GATE_ERROR, None, f"gate.{type(fault).__name__}")


def _decide(facts: Facts) -> Verdict:
    stopped = _standing_still(facts)
    if stopped is not None:
        return stopped
    if facts.purpose is Purpose.OPT_OUT_CONFIRMATION:
        return gate_answers.confirm_opt_out(facts)
    if facts.purpose is Purpose.CONSENT_QUESTION:
        return gate_answers.ask_after_start(facts)
    ground = _ground(facts)
    if isinstance(ground, Reason):
        return Refuse(ground, "casl.consent")
    return (
        _suppressed(facts)
        or _on_national_list(facts)
        or _channel_off(facts)
        or _place_unknown(facts)
        or _decide_in_place(facts, ground, _hours(facts))
    )


def _decide_in_place(facts: Facts, ground: Consent | None, hours: _Hours) -> Verdict:
    """Decide what depends on where the person is: hours, limits that reopen with them, and the time left."""
    return (
        _outside_hours(facts, hours)
        or _called_recently(facts, hours)
        or _over_limits(facts, ground, hours)
        or _allow(facts, ground, hours)
    )


def _standing_still(facts: Facts) -> Verdict | None:
    """Apply what holds everything: switches, the ladder's own state, clocks that lie, and staleness."""
    if facts.paused:
        return Hold(Reason.PAUSED, None, f"switch.{min(facts.paused)}")
    if facts.purpose is Purpose.LADDER and facts.ladder is not LadderState.RUNNING:
        return Hold(Reason.LADDER_NOT_RUNNING, None, f"ladder.{facts.ladder}")
    if facts.clock_faults:
        return Hold(Reason.CLOCK_UNTRUSTED, None, "clock.tables")
    # Less than the least time a provider needs is as good as past.
    if facts.send_before is not None and facts.send_before - facts.at < MIN_REMAINING:
        return Refuse(Reason.EXPIRED, "message.send_before")
    return None


def _ground(facts: Facts) -> Consent | Reason | None:
    """Find what the message rests on; None for a live call, which needs no consent (CASL s. 6(8))."""
    if facts.channel is not Channel.CALL:
        return consent.ground_for(facts.consents, facts.channel, facts.purpose, facts.at, policy=facts.policy)
    return consent.call_permission(facts.consents, facts.at) or _exemption(facts)


def _exemption(facts: Facts) -> Consent | None:
    return consent.do_not_call_exemption(facts.consents, facts.at)


def _suppressed(facts: Facts) -> Verdict | None:
    # The National List speaks about calls alone and knows exemptions, so it has a rule of its own below.
    for order in facts.suppressions:
        if order.reason is not SuppressionReason.NATIONAL_DO_NOT_CALL and order.stands(facts.at):
            return Refuse(Reason.SUPPRESSED, f"suppression.{order.reason}")
    # Nobody has read yet whether they asked us to stop: until then it counts as if they had.
    return Hold(Reason.STOP_UNREAD, None, "stop.unread") if facts.stop_unread else None


def _on_national_list(facts: Facts) -> Verdict | None:
    if facts.channel is not Channel.CALL or _exemption(facts) is not None:
        return None
    if _is_listed(facts):
        return Refuse(Reason.NATIONAL_LIST, "dncl.register")
    if facts.national_list_checked_on is None:
        # Without a copy nothing is known about any number. The team calls at its own risk; the receipt says so.
        return None if facts.dncl is DnclStatus.UNKNOWN else Hold(Reason.NATIONAL_LIST_STALE, None, "dncl.fresh")
    if facts.dncl is DnclStatus.UNKNOWN:
        return Hold(Reason.NATIONAL_LIST_UNCHECKED, None, "dncl.register")
    age_days = (facts.at.astimezone(UTC).date() - facts.national_list_checked_on).days
    fresh = 0 <= age_days <= law.NATIONAL_LIST_MAX_AGE_DAYS
    return None if fresh else Hold(Reason.NATIONAL_LIST_STALE, None, "dncl.fresh")


def _is_listed(facts: Facts) -> bool:
    national = SuppressionReason.NATIONAL_DO_NOT_CALL
    return facts.dncl is DnclStatus.LISTED or any(
        order.reason is national and order.stands(facts.at) for order in facts.suppressions
    )


def _channel_off(facts: Facts) -> Verdict | None:
    return None if facts.channel in facts.policy.channels else Refuse(Reason.CHANNEL_OFF, "team.channels")


def _place_unknown(facts: Facts) -> Verdict | None:
    known = facts.province is not None and bool(facts.zones)
    return None if known else Hold(Reason.PLACE_UNKNOWN, None, "place.province")


def _province(facts: Facts) -> Province:
    if facts.province is None:
        raise ValueError("hours were asked for a place without a province")
    return facts.province


def _hours(facts: Facts) -> _Hours:
    """Return the hours and closed days that really apply: the legal floor and the team's own together."""
    province, channel, policy = _province(facts), facts.channel, facts.policy
    closed = law.team_closed_days(channel, province, _years(facts), policy)
    return law.effective_window(channel, province, policy), closed


def _years(facts: Facts) -> tuple[int, ...]:
    return facts.at.year - 1, facts.at.year, facts.at.year + 1


def _next_open(facts: Facts, hours: _Hours, after: datetime) -> datetime | None:
    week, closed = hours
    return windows.next_open(week, facts.zones, after, closed)


def _outside_hours(facts: Facts, hours: _Hours) -> Verdict | None:
    week, closed = hours
    if windows.is_open(week, facts.zones, facts.at, closed):
        return None
    reason, rule = _closed_by(facts)
    return Hold(reason, _next_open(facts, hours, facts.at), rule)


def _closed_by(facts: Facts) -> tuple[Reason, str]:
    """Name the rule that closes the hours: the law before the team, a closed day before closed hours."""
    province, channel, policy = _province(facts), facts.channel, facts.policy
    today = {clocks.local(facts.at, zone).date() for zone in facts.zones}
    legal = law.legal_window(channel, province)
    holidays = law.closed_days(channel, province, _years(facts))
    if today & holidays:
        return Reason.LEGAL_HOLIDAY, law.HOLIDAY_RULES[channel, province]
    if not windows.is_open(legal, facts.zones, facts.at):
        return Reason.LEGAL_WINDOW, law.hours_rule(channel, province).rule
    if today & law.team_closed_days(channel, province, _years(facts), policy):
        return Reason.TEAM_CLOSED_DAY, "team.closed_day"
    return Reason.TEAM_WINDOW, "team.hours"


def _called_recently(facts: Facts, hours: _Hours) -> Verdict | None:
    bound = facts.channel is Channel.CALL and facts.province is Province.BC
    if not bound or facts.calls_30_days < law.BC_REPEAT_CALLS:
        return None
    if consent.call_permission(facts.consents, facts.at) is not None:
        return None
    again = _frees_at(facts, hours, facts.last_call_at, timedelta(days=law.BC_REPEAT_DAYS))
    return Hold(Reason.CALLED_RECENTLY, again, "bc.repeat")


def _over_limits(facts: Facts, ground: Consent | None, hours: _Hours) -> Verdict | None:
    """Apply the team's limits, the strictest wait first."""
    policy = facts.policy
    # Whoever wrote to us wants an answer: a conversation is not cut off by the limits on writing to people unasked.
    asked = facts.purpose is Purpose.MANUAL and ground is not None and ground.basis is ConsentBasis.REPLY
    if facts.sent_today >= policy.max_per_day and not asked:
        again = _frees_at(facts, hours, facts.oldest_today_at, _DAY)
        return Hold(Reason.DAY_CAP, again, "team.max_per_day")
    if facts.sent_30_days >= policy.max_per_30_days and not asked:
        again = _frees_at(facts, hours, facts.oldest_30_days_at, timedelta(days=30))
        return Hold(Reason.MONTH_CAP, again, "team.max_per_30_days")
    if facts.same_body_within_24h:
        return Refuse(Reason.SAME_BODY, "team.same_body")
    if facts.team_sent_last_hour >= policy.max_team_per_hour:
        return Hold(Reason.TEAM_CAP, _next_open(facts, hours, facts.at + PAUSE), "team.max_team_per_hour")
    return Hold(Reason.IN_FLIGHT, None, "message.in_flight") if facts.in_flight else None


def _frees_at(facts: Facts, hours: _Hours, counted_at: datetime | None, period: timedelta) -> datetime | None:
    """Return the first open instant at which what was counted last counts no more; unknown, a day from now."""
    frees = facts.at + _DAY if counted_at is None else max(facts.at + PAUSE, counted_at + period)
    return _next_open(facts, hours, frees)


def _allow(facts: Facts, ground: Consent | None, hours: _Hours) -> Verdict:
    week, closed = hours
    closes = windows.closes_at(week, facts.zones, facts.at, closed)
    ends = [closes, facts.send_before, None if ground is None else consent.ends_at(ground)]
    valid_until = min(end for end in ends if end is not None)
    if valid_until - facts.at < MIN_REMAINING:
        again = _next_open(facts, hours, valid_until)
        return Hold(Reason.WINDOW_CLOSING, again, "window.remaining")
    return Allow(
        valid_until=valid_until.astimezone(UTC),
        ground=reason_texts.LIVE_CALL if ground is None else consent.describe(ground),
        notes=_notes(facts),
        consent_id=_counted(facts, ground),
        consent=ground,
    )


def _counted(facts: Facts, ground: Consent | None) -> int | None:
    """Return the consent whose use counts; a call uses none up."""
    return None if ground is None or facts.channel is Channel.CALL else ground.consent_id


def _notes(facts: Facts) -> tuple[str, ...]:
    notes = [] if law.hours_rule(facts.channel, _province(facts)).statutory else [Note.COMPANY_HOURS.value]
    if facts.channel is Channel.CALL and _is_listed(facts):
        notes.append(Note.EXEMPT_FROM_NATIONAL_LIST.value)
    elif facts.channel is Channel.CALL and facts.national_list_checked_on is None:
        notes.append(Note.NO_NATIONAL_LIST.value)
    if _keeps_several_clocks(facts):
        notes.append(Note.SEVERAL_CLOCKS.value)
    if facts.conflicts:
        notes.append(Note.PLACE_IN_DOUBT.value)
    return tuple(notes)


def _keeps_several_clocks(facts: Facts) -> bool:
    return len(facts.zones) > 1 and len({clocks.local(facts.at, zone).utcoffset() for zone in facts.zones}) > 1
