"""The gate: each rule by itself, which of two rules speaks first, and what lets a message through."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from domain import gate
from domain.gate import Allow, DnclStatus, Facts, Hold, Reason, Refuse
from domain.model import Channel, ConsentBasis, LadderState, Purpose, SuppressionReason
from domain.provinces import Province
from domain.windows import Span, week
from tests.domain.gate_builders import NOON, consent, facts, policy, suppression

NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
"""Tuesday, 23:00 in Toronto; calls open Wednesday 09:00, which is 14:00 UTC."""
NINE_TOMORROW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
NOON_TOMORROW = NOON + timedelta(days=1)
CLOSE = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
"""21:30 in Toronto, the end of NOON's window."""
AFTERNOON = week(weekdays=(Span(time(15), time(16)),), saturday=(), sunday=())
AT_THREE = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)

Spoil = Callable[[Facts], Facts]


def _bc_call(spoilt: Facts) -> Facts:
    """Turn facts into those of a call to Vancouver, where 09:00 is 16:00 UTC."""
    return replace(spoilt, channel=Channel.CALL, province=Province.BC, zones=frozenset({"America/Vancouver"}))


# In the order of the gate: what spoils a message, and the verdict that follows.
TEXT_RULES: dict[str, tuple[Spoil, Hold | Refuse]] = {
    "kill switch": (
        lambda f: replace(f, paused=frozenset({"province:ON", "all"})),
        Hold(Reason.PAUSED, None, "switch.all"),
    ),
    "ladder": (
        lambda f: replace(f, ladder=LadderState.PAUSED),
        Hold(Reason.LADDER_NOT_RUNNING, None, "ladder.paused"),
    ),
    "clock trust": (
        lambda f: replace(f, clock_faults=("The clock of America/Vancouver says UTC-8.",)),
        Hold(Reason.CLOCK_UNTRUSTED, None, "clock.tables"),
    ),
    "stale": (lambda f: replace(f, send_before=f.at), Refuse(Reason.EXPIRED, "message.send_before")),
    "consent": (lambda f: replace(f, consents=()), Refuse(Reason.NO_CONSENT, "casl.consent")),
    "suppression": (
        lambda f: replace(f, suppressions=(suppression(),)),
        Refuse(Reason.SUPPRESSED, "suppression.stop"),
    ),
    "channel": (
        lambda f: replace(f, policy=replace(f.policy, channels=frozenset({Channel.EMAIL}))),
        Refuse(Reason.CHANNEL_OFF, "team.channels"),
    ),
    "place": (lambda f: replace(f, province=None), Hold(Reason.PLACE_UNKNOWN, None, "place.province")),
    "legal window": (lambda f: replace(f, at=NIGHT), Hold(Reason.LEGAL_WINDOW, NINE_TOMORROW, "company.hours")),
    "team window": (
        lambda f: replace(f, policy=replace(f.policy, windows=dict.fromkeys(Channel, AFTERNOON))),
        Hold(Reason.TEAM_WINDOW, AT_THREE, "team.hours"),
    ),
    "day": (lambda f: replace(f, sent_today=3), Hold(Reason.DAY_CAP, NOON_TOMORROW, "team.max_per_day")),
    "30 days": (
        lambda f: replace(f, sent_30_days=12),
        Hold(Reason.MONTH_CAP, NOON_TOMORROW, "team.max_per_30_days"),
    ),
    "same body": (lambda f: replace(f, same_body_within_24h=True), Refuse(Reason.SAME_BODY, "team.same_body")),
    "team": (
        lambda f: replace(f, team_sent_last_hour=200),
        Hold(Reason.TEAM_CAP, NOON + timedelta(minutes=5), "team.max_team_per_hour"),
    ),
    "in flight": (lambda f: replace(f, in_flight=True), Hold(Reason.IN_FLIGHT, None, "message.in_flight")),
    "time left": (
        lambda f: replace(f, at=CLOSE - timedelta(seconds=59)),
        Hold(Reason.WINDOW_CLOSING, NINE_TOMORROW, "window.remaining"),
    ),
}


@pytest.mark.parametrize("name", TEXT_RULES)
def test_each_rule_alone_stops_a_text(name: str) -> None:
    """Everything else is in order, and the verdict names this rule and the next moment worth asking."""
    spoil, verdict = TEXT_RULES[name]

    assert isinstance(gate.decide(facts()), Allow)
    assert gate.decide(spoil(facts())) == verdict


@pytest.mark.parametrize("first", TEXT_RULES)
def test_of_two_rules_for_texts_the_earlier_speaks(first: str) -> None:
    """The order of the gate ranks the reasons."""
    spoil_first, verdict = TEXT_RULES[first]
    for second in _after(first, TEXT_RULES):
        spoil_second, _ = TEXT_RULES[second]

        found = gate.decide(spoil_first(spoil_second(facts())))

        assert isinstance(found, (Hold, Refuse)), second
        assert (found.reason, found.rule) == (verdict.reason, verdict.rule), second


def _after(first: str, rules: Iterable[str]) -> list[str]:
    order = list(rules)
    return order[order.index(first) + 1 :]


CALL_RULES: dict[str, tuple[Spoil, Reason]] = {
    "kill switch": (TEXT_RULES["kill switch"][0], Reason.PAUSED),
    "clock trust": (TEXT_RULES["clock trust"][0], Reason.CLOCK_UNTRUSTED),
    "suppression": (TEXT_RULES["suppression"][0], Reason.SUPPRESSED),
    "national list": (lambda f: replace(f, dncl=DnclStatus.LISTED), Reason.NATIONAL_LIST),
    "channel": (TEXT_RULES["channel"][0], Reason.CHANNEL_OFF),
    "place": (lambda f: replace(f, zones=frozenset()), Reason.PLACE_UNKNOWN),
    "holiday": (lambda f: replace(f, at=datetime(2026, 12, 25, 19, 0, tzinfo=UTC)), Reason.LEGAL_HOLIDAY),
    "legal window": (lambda f: replace(f, at=datetime(2026, 11, 24, 15, 59, tzinfo=UTC)), Reason.LEGAL_WINDOW),
    "team's closed day": (
        lambda f: replace(f, policy=replace(f.policy, closed_on=frozenset({f.at.date()}))),
        Reason.TEAM_CLOSED_DAY,
    ),
    "team window": (
        lambda f: replace(f, policy=replace(f.policy, windows=dict.fromkeys(Channel, AFTERNOON))),
        Reason.TEAM_WINDOW,
    ),
    "called recently": (lambda f: replace(f, calls_30_days=1), Reason.CALLED_RECENTLY),
    "day": (TEXT_RULES["day"][0], Reason.DAY_CAP),
    "in flight": (TEXT_RULES["in flight"][0], Reason.IN_FLIGHT),
}


@pytest.mark.parametrize("first", CALL_RULES)
def test_of_two_rules_for_calls_the_earlier_speaks(first: str) -> None:
    """The National List comes after standing orders, the call before within 30 days after the hours."""
    spoil_first, reason = CALL_RULES[first]
    call = _bc_call(facts(consents=()))
    assert isinstance(gate.decide(call), Allow)
    assert getattr(gate.decide(spoil_first(call)), "reason", None) is reason
    for second in _after(first, CALL_RULES):
        spoil_second, _ = CALL_RULES[second]

        assert getattr(gate.decide(spoil_first(spoil_second(call))), "reason", None) is reason, second


def test_an_allowed_text_names_its_ground_its_notes_and_how_long_it_holds() -> None:
    """Until 21:30 in Toronto; no law sets these hours, and the use of the consent must be counted."""
    assert gate.decide(facts()) == Allow(
        valid_until=CLOSE,
        ground="Express consent (oral), no expiry",
        notes=("company_hours",),
        consent_id=7,
        consent=consent(),
    )


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({"send_before": NOON + timedelta(minutes=5)}, NOON + timedelta(minutes=5)),
        ({"send_before": CLOSE + timedelta(days=1)}, CLOSE),
        ({"consents": (consent(expires_at=NOON + timedelta(hours=1)),)}, NOON + timedelta(hours=1)),
        ({"zones": frozenset({"America/Toronto", "America/Winnipeg"})}, CLOSE),
        ({"zones": frozenset({"America/Toronto", "America/Halifax"})}, CLOSE - timedelta(hours=1)),
    ],
    ids=["send before", "stale tomorrow", "consent ends", "two names, one clock", "two clocks"],
)
def test_an_answer_holds_no_longer_than_any_of_its_reasons(changes: dict[str, object], until: datetime) -> None:
    """The window, the consent and the message's own deadline, whichever ends first."""
    verdict = gate.decide(facts(**changes))

    assert isinstance(verdict, Allow)
    assert verdict.valid_until == until


def test_exactly_a_minute_of_the_window_is_enough() -> None:
    """60 seconds before the close, yes; see "time left" for 59."""
    assert isinstance(gate.decide(facts(at=CLOSE - timedelta(seconds=60))), Allow)
    assert gate.decide(facts(send_before=NOON + timedelta(seconds=59))) == Refuse(Reason.EXPIRED, "message.send_before")
    assert isinstance(gate.decide(facts(send_before=NOON + timedelta(seconds=60))), Allow)


def test_a_consent_that_ends_within_the_minute_is_asked_about_again_when_it_has_ended() -> None:
    """Then the true reason comes out."""
    ends = NOON + timedelta(seconds=30)
    spoilt = facts(consents=(consent(expires_at=ends),))

    assert gate.decide(spoilt) == Hold(Reason.WINDOW_CLOSING, ends, "window.remaining")
    assert gate.decide(replace(spoilt, at=ends)) == Refuse(Reason.CONSENT_ENDED, "casl.consent")


@pytest.mark.parametrize("state", [LadderState.PAUSED, LadderState.STOPPED, LadderState.FINISHED])
def test_only_texts_of_the_ladder_wait_for_the_ladder(state: LadderState) -> None:
    """A reply by hand goes out while the ladder rests."""
    assert gate.decide(facts(ladder=state)) == Hold(Reason.LADDER_NOT_RUNNING, None, f"ladder.{state}")
    assert isinstance(gate.decide(facts(ladder=state, purpose=Purpose.MANUAL)), Allow)
    assert isinstance(gate.decide(facts(ladder=None, purpose=Purpose.OFFER)), Allow)


@pytest.mark.parametrize("reason", sorted(set(SuppressionReason) - {SuppressionReason.NATIONAL_DO_NOT_CALL}))
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("purpose", [Purpose.MANUAL, Purpose.OFFER, Purpose.BUYER])
def test_a_standing_order_binds_every_channel_and_purpose(
    reason: SuppressionReason, channel: Channel, purpose: Purpose
) -> None:
    """Whoever said STOP to a text gets no call and no e-mail either."""
    spoilt = facts(suppressions=(suppression(reason),), channel=channel, purpose=purpose)

    assert gate.decide(spoilt) == Refuse(Reason.SUPPRESSED, f"suppression.{reason}")


def test_a_standing_order_ends_when_it_says_so() -> None:
    """An internal do-not-call request is kept for three years and fourteen days."""
    order = suppression(SuppressionReason.INTERNAL_DO_NOT_CALL, until=NOON)

    assert isinstance(gate.decide(facts(suppressions=(order,))), Allow)
    assert gate.decide(facts(suppressions=(order,), at=NOON - timedelta(seconds=1))) == Refuse(
        Reason.SUPPRESSED, "suppression.internal_do_not_call"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sent_today": 2, "sent_30_days": 11, "team_sent_last_hour": 199}, None),
        ({"sent_today": 3}, Reason.DAY_CAP),
        ({"sent_30_days": 12}, Reason.MONTH_CAP),
        ({"team_sent_last_hour": 200}, Reason.TEAM_CAP),
        ({"policy": policy(max_per_day=0)}, Reason.DAY_CAP),
    ],
)
def test_limits_are_reached_at_their_number(changes: dict[str, object], expected: Reason | None) -> None:
    """Three a day means that the third leaves and the fourth waits."""
    verdict = gate.decide(facts(**changes))

    assert getattr(verdict, "reason", None) is expected


def test_an_answer_to_their_own_message_is_not_cut_off_by_the_limits_on_writing_unasked() -> None:
    """A conversation goes on; the team's hourly limit and every legal rule stay."""
    asked = facts(
        purpose=Purpose.MANUAL,
        consents=(consent(), consent(ConsentBasis.REPLY, consent_id=8)),
        sent_today=9,
        sent_30_days=99,
    )
    verdict = gate.decide(asked)

    assert isinstance(verdict, Allow)
    assert verdict.consent_id == 8
    answered = replace(asked, consents=(consent(), consent(ConsentBasis.REPLY, used=1)))
    assert gate.decide(answered) == Hold(Reason.DAY_CAP, NOON_TOMORROW, "team.max_per_day")
    assert gate.decide(replace(asked, at=NIGHT)) == Hold(Reason.LEGAL_WINDOW, NINE_TOMORROW, "company.hours")
    assert gate.decide(replace(asked, team_sent_last_hour=200)) == Hold(
        Reason.TEAM_CAP, NOON + timedelta(minutes=5), "team.max_team_per_hour"
    )


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        # Handed over at 12:30 yesterday, so at 12:30 today there is room.
        ({"sent_today": 3, "oldest_today_at": NOON - timedelta(hours=23, minutes=30)}, NOON + timedelta(minutes=30)),
        # At 11:00 today: at 11:00 tomorrow.
        ({"sent_today": 3, "oldest_today_at": NOON - timedelta(hours=1)}, NOON + timedelta(hours=23)),
        # 25 October 22:00 in Toronto (UTC-4) + 30 days is 24 November 21:00 (UTC-5), still open.
        (
            {"sent_30_days": 12, "oldest_30_days_at": datetime(2026, 10, 26, 2, 0, tzinfo=UTC)},
            CLOSE - timedelta(minutes=30),
        ),
        # An hour later is 22:00, which waits for the morning.
        ({"sent_30_days": 12, "oldest_30_days_at": datetime(2026, 10, 26, 3, 0, tzinfo=UTC)}, NINE_TOMORROW),
        # More than the limit, because it was lowered: asked again soon, not at once for ever.
        ({"sent_today": 9, "oldest_today_at": NOON - timedelta(days=2)}, NOON + timedelta(minutes=5)),
    ],
    ids=["today", "tomorrow", "30 days", "30 days, at night", "stale count"],
)
def test_a_limit_frees_when_the_oldest_message_counts_no_more(changes: dict[str, object], until: datetime) -> None:
    """To the minute where the gatherer knows it; otherwise a day later."""
    verdict = gate.decide(facts(**changes))

    assert isinstance(verdict, Hold)
    assert verdict.until == until


def test_the_teams_hourly_limit_waits_for_the_next_opening_when_the_window_closes_first() -> None:
    """At 21:27 five minutes later is too late."""
    late = facts(at=CLOSE - timedelta(minutes=3), team_sent_last_hour=200)

    assert gate.decide(late) == Hold(Reason.TEAM_CAP, NINE_TOMORROW, "team.max_team_per_hour")


def test_a_window_that_never_opens_has_no_next_minute() -> None:
    """A team that rests every day is told so; nothing is promised."""
    never = week(weekdays=(), saturday=(), sunday=())
    closed = facts(policy=policy(windows=dict.fromkeys(Channel, never)))

    assert gate.decide(closed) == Hold(Reason.TEAM_WINDOW, None, "team.hours")


def test_a_team_that_rests_on_holidays_texts_nobody_then() -> None:
    """Labour Day 2027 in Ontario; texts go on Tuesday 09:00, which is 13:00 UTC in September."""
    labour_day = datetime(2027, 9, 6, 17, 0, tzinfo=UTC)
    resting = facts(at=labour_day, policy=policy(closed_on_holidays=frozenset({Channel.SMS})))

    assert gate.decide(resting) == Hold(
        Reason.TEAM_CLOSED_DAY, datetime(2027, 9, 7, 13, 0, tzinfo=UTC), "team.closed_day"
    )
    assert isinstance(gate.decide(facts(at=labour_day)), Allow)


@pytest.mark.parametrize(
    ("conflicts", "zones", "notes"),
    [
        ((), {"America/Toronto"}, ("company_hours",)),
        ((), {"America/Toronto", "America/Iqaluit"}, ("company_hours",)),
        ((), {"America/Toronto", "America/Halifax"}, ("company_hours", "several_clocks")),
        (("the number is from BC",), {"America/Toronto"}, ("company_hours", "place_in_doubt")),
    ],
)
def test_the_receipt_says_what_the_place_leaves_open(
    conflicts: tuple[str, ...], zones: set[str], notes: tuple[str, ...]
) -> None:
    """Several clocks, or evidence that disagrees."""
    verdict = gate.decide(facts(conflicts=conflicts, zones=frozenset(zones)))

    assert isinstance(verdict, Allow)
    assert verdict.notes == notes


def test_the_same_facts_give_the_same_verdict() -> None:
    """Planning and hand-over ask the same question; nothing is remembered in between."""
    assert [gate.decide(spoil(facts())) for spoil, _ in TEXT_RULES.values()] == [
        verdict for _, verdict in TEXT_RULES.values()
    ]
