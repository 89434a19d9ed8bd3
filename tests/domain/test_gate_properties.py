"""What holds whatever the facts: open means lawful on every clock, and a hold names the first lawful minute."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import gate
from domain.gate import Allow, DnclStatus, Facts, Hold, Reason, Refuse
from domain.model import Channel, Consent, ConsentBasis, LadderState, Purpose, SuppressionReason
from domain.provinces import Province
from domain.windows import Span, week
from tests.domain import clock_oracle as oracle
from tests.domain.gate_builders import NOON, consent, facts, policy, suppression

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
instants = st.integers(
    oracle.minute_of(datetime(2026, 3, 1, tzinfo=UTC)), oracle.minute_of(datetime(2028, 12, 1, tzinfo=UTC))
)
places = st.sampled_from(sorted(oracle.PLACES)).map(oracle.PLACES.__getitem__)
spans = st.tuples(st.integers(0, 1438), st.integers(1, 1439)).map(
    lambda pair: Span(time(*divmod(pair[0], 60)), time(*divmod(max(pair[0] + 1, min(pair[1], 1439)), 60)))
)


@settings(max_examples=100)
@given(minute=instants, zones=places, channel=st.sampled_from([Channel.SMS, Channel.EMAIL]), span=spans)
def test_what_the_gate_lets_out_is_lawful_on_every_clock(
    minute: int, zones: frozenset[str], channel: Channel, span: Span
) -> None:
    """By the oracle: inside the hours of the law on each wall clock, and inside the team's."""
    hours = week(weekdays=(span,), saturday=(span,), sunday=(span,))
    asked = facts(
        at=oracle.instant(minute),
        zones=zones,
        channel=channel,
        consents=(consent(started_at=LONG_AGO),),
        policy=policy(windows=dict.fromkeys(Channel, hours)),
    )

    def opened(day: int, of_day: int) -> bool:
        return oracle.call_hours(day, of_day) and span.opens <= time(*divmod(of_day, 60)) < span.closes

    lawful = all(oracle.is_open(zone, minute, opened) for zone in zones)
    verdict = gate.decide(asked)
    assert isinstance(verdict, Allow) is lawful
    if not lawful:
        assert isinstance(verdict, Hold)
        assert verdict.reason in {Reason.LEGAL_WINDOW, Reason.TEAM_WINDOW}


@settings(max_examples=25)
@given(minute=instants, zones=places)
def test_a_text_may_leave_until_the_minute_its_window_closes_and_again_when_it_opens(
    minute: int, zones: frozenset[str]
) -> None:
    """Exact to the minute: nothing is closed before ``valid_until``, nothing is open before ``until``."""
    grounds = (consent(started_at=LONG_AGO),)
    verdict = gate.decide(facts(at=oracle.instant(minute), zones=zones, consents=grounds))

    def lawful(minute: int) -> bool:
        return all(oracle.is_open(zone, minute, oracle.call_hours) for zone in zones)

    if isinstance(verdict, Allow):
        end = oracle.minute_of(verdict.valid_until)
        assert all(lawful(each) for each in range(minute, end))
        assert not lawful(end)
    else:
        assert isinstance(verdict, Hold)
        assert verdict.until is not None
        opens = oracle.minute_of(verdict.until)
        assert not any(lawful(each) for each in range(minute, opens))
        assert lawful(opens)
        assert isinstance(gate.decide(facts(at=verdict.until, zones=zones, consents=grounds)), Allow)


def _instant(chance: Random) -> datetime:
    return oracle.instant(
        chance.randrange(oracle.minute_of(LONG_AGO), oracle.minute_of(datetime(2028, 12, 1, tzinfo=UTC)))
    )


def _perhaps(chance: Random) -> datetime | None:
    return chance.choice([None, _instant(chance)])


def _ground(chance: Random) -> Consent:
    return consent(
        chance.choice(list(ConsentBasis)),
        used=chance.choice([0, 0, 1]),
        channels=frozenset(chance.sample(list(Channel), 2)),
        started_at=_instant(chance),
        expires_at=_perhaps(chance),
        reply_id=chance.choice([None, 3]),
    )


T = TypeVar("T")


def _mostly(chance: Random, usual: T, *others: T) -> T:
    """Return the usual value nine times in ten, so that messages that may leave are among the drawn ones."""
    return usual if chance.random() < 0.9 else chance.choice(others)


def _any_facts(chance: Random) -> Facts:
    """Draw facts of which several may stand in the way at once, and sometimes none does."""
    open_at = NOON + timedelta(days=7 * chance.randrange(60))
    return Facts(
        at=_mostly(chance, open_at, _instant(chance)),
        channel=chance.choice(list(Channel)),
        purpose=chance.choice(list(Purpose)),
        province=_mostly(chance, chance.choice(list(Province)), None),
        market="ALL",
        zones=_mostly(chance, frozenset({"America/Toronto"}), frozenset(), *oracle.PLACES.values()),
        conflicts=(),
        consents=_mostly(chance, (consent(), _ground(chance)), (_ground(chance),), ()),
        suppressions=_mostly(
            chance, (), (suppression(chance.choice(list(SuppressionReason)), until=_perhaps(chance)),)
        ),
        paused=_mostly(chance, frozenset(), frozenset({"all"})),
        clock_faults=_mostly(chance, (), ("wrong",)),
        policy=_mostly(chance, policy(), policy(max_per_day=0), policy(channels=frozenset({Channel.SMS}))),
        ladder=_mostly(chance, LadderState.RUNNING, LadderState.PAUSED, None),
        sent_today=_mostly(chance, 0, 3, -1),
        sent_30_days=_mostly(chance, 11, 12),
        calls_30_days=_mostly(chance, 0, 1),
        team_sent_last_hour=_mostly(chance, 199, 200),
        same_body_within_24h=_mostly(chance, False, True),  # noqa: FBT003 - drawn, not meant
        in_flight=_mostly(chance, False, True),  # noqa: FBT003 - drawn, not meant
        last_inbound_at=_mostly(chance, open_at, _instant(chance), None),
        send_before=_mostly(chance, None, open_at, _instant(chance)),
        dncl=_mostly(chance, DnclStatus.CLEAR, DnclStatus.LISTED, DnclStatus.UNKNOWN),
        national_list_checked_on=_mostly(chance, open_at.date(), _instant(chance).date(), None),
        last_call_at=_perhaps(chance),
        oldest_today_at=_perhaps(chance),
        oldest_30_days_at=_perhaps(chance),
        last_start_at=_mostly(chance, open_at, _instant(chance), None),
        stop_unread=_mostly(chance, False, True),  # noqa: FBT003 - drawn, not meant
    )


facts_of_any_kind = st.randoms(use_true_random=True).map(_any_facts)


@settings(max_examples=150)
@given(asked=facts_of_any_kind)
def test_whatever_the_facts_there_is_a_verdict_and_it_is_in_the_future(asked: Facts) -> None:
    """Never an exception, never an answer that is over before it is given."""
    verdict = gate.decide(asked)

    match verdict:
        case Allow():
            assert verdict.valid_until - asked.at >= timedelta(seconds=60)
            assert verdict.ground
        case Hold():
            assert verdict.rule
            assert verdict.until is None or verdict.until > asked.at
        case Refuse():
            assert verdict.rule
    assert gate.decide(replace(asked)) == verdict


@settings(max_examples=150)
@given(
    asked=facts_of_any_kind,
    spoil=st.sampled_from(["paused", "clock_faults", "in_flight", "same_body", "stop", "consents"]),
)
def test_no_further_obstacle_ever_lets_a_message_out(asked: Facts, spoil: str) -> None:
    """What is held or refused stays so when one more thing stands in its way."""
    worse = {
        "paused": replace(asked, paused=asked.paused | {"channel:sms"}),
        "clock_faults": replace(asked, clock_faults=(*asked.clock_faults, "wrong")),
        "in_flight": replace(asked, in_flight=True),
        "same_body": replace(asked, same_body_within_24h=True),
        "stop": replace(asked, suppressions=(*asked.suppressions, suppression())),
        "consents": replace(asked, consents=()),
    }[spoil]
    # A STOP is what a confirmation answers: the one order that lets something out.
    if spoil == "stop" and asked.purpose is Purpose.OPT_OUT_CONFIRMATION:
        return

    if not isinstance(gate.decide(asked), Allow):
        assert not isinstance(gate.decide(worse), Allow)
