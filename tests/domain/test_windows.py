"""Hours open and close to the minute, on every clock of a place, and fail closed where a clock is in doubt."""

import pickle
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import law, windows
from domain.errors import DomainError
from domain.windows import Span, Week, week
from tests.domain import clock_oracle as oracle

TORONTO = frozenset({"America/Toronto"})
NINE_TO_FIVE = Span(time(9), time(17))
SHORT = week(weekdays=(NINE_TO_FIVE,), saturday=(), sunday=())
NIGHT = week(weekdays=(), saturday=(), sunday=(Span(time(0, 30), time(4)),))
"""Open on Sundays from 00:30 to 04:00, when clocks change."""


def at(text: str) -> datetime:
    """Return an instant written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        (time(9), time(9)),
        (time(21, 30), time(9)),
        (time(9, 0, 30), time(10)),
        (time(9), time(10, 0, 0, 5)),
        (time(9, tzinfo=UTC), time(10, tzinfo=UTC)),
    ],
    ids=["empty", "backwards", "seconds", "microseconds", "with a zone"],
)
def test_hours_that_make_no_sense_are_refused(opens: time, closes: time) -> None:
    """Whoever types them reads why."""
    with pytest.raises(DomainError, match="Hours open before they close") as refused:
        Span(opens, closes)
    assert refused.value.code == "bad_span"


@pytest.mark.parametrize(
    "days",
    [
        ((),) * 6,
        ((Span(time(9), time(12)), Span(time(11), time(13))),) + ((),) * 6,
        ((Span(time(9), time(12)), Span(time(12), time(13))),) + ((),) * 6,
        ((Span(time(14), time(15)), Span(time(9), time(12))),) + ((),) * 6,
    ],
    ids=["six days", "overlap", "touch", "out of order"],
)
def test_a_week_is_seven_days_of_ordered_hours(days: tuple[tuple[Span, ...], ...]) -> None:
    """Touching hours would close for no time at all, so one way of writing a week is enough."""
    with pytest.raises(DomainError, match=r"^A week is seven days of hours in order, with a gap") as refused:
        Week(days)
    assert refused.value.code == "bad_week"


def test_equal_weeks_are_one_key_and_survive_a_journey() -> None:
    """The hash that is kept in a week is made anew where the week is unpacked."""
    twin = pickle.loads(pickle.dumps(SHORT))  # noqa: S301 - packed in the same line

    assert twin == SHORT
    assert hash(twin) == hash(week(weekdays=(NINE_TO_FIVE,), saturday=(), sunday=()))


def test_weeks_that_differ_are_spread_over_a_table() -> None:
    """One hash for all of them would make every look-up a search."""
    spans = [Span(time(opens), time(opens + 1)) for opens in range(8)]

    assert len({hash(week(weekdays=(span,), saturday=(), sunday=())) for span in spans}) > 1


def test_two_weeks_share_what_is_open_in_both() -> None:
    """Lunch of the one and late opening of the other both stay closed."""
    ours = week(weekdays=(Span(time(8), time(12)), Span(time(13), time(20))), saturday=(NINE_TO_FIVE,), sunday=())
    theirs = week(weekdays=(Span(time(9), time(18)),), saturday=(), sunday=(NINE_TO_FIVE,))

    assert windows.intersect(ours, theirs) == week(
        weekdays=(Span(time(9), time(12)), Span(time(13), time(18))), saturday=(), sunday=()
    )


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-24T13:59:59.999999", False),
        ("2026-11-24T14:00", True),
        ("2026-11-24T21:59:59.999999", True),
        ("2026-11-24T22:00", False),
        ("2026-11-28T15:00", False),
    ],
)
def test_hours_open_and_close_on_the_instant(when: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """Toronto is UTC-5 in November: 09:00 is 14:00 UTC, 17:00 is 22:00 UTC; 28 November is a Saturday."""
    assert windows.is_open(SHORT, TORONTO, at(when)) is expected


def test_a_place_without_a_zone_is_never_open() -> None:
    """All of no clocks must not count as open."""
    assert not windows.is_open(SHORT, frozenset(), at("2026-11-24T15:00"))
    assert windows.next_open(SHORT, frozenset(), at("2026-11-24T15:00")) is None


def test_a_closed_day_is_closed_by_the_local_date() -> None:
    """On 24 November in Toronto; 00:30 UTC on the 25th is still the 24th there."""
    hours = week(weekdays=(Span(time(9), time(21)),), saturday=(), sunday=())
    closed = frozenset({date(2026, 11, 24)})

    assert not windows.is_open(hours, TORONTO, at("2026-11-25T00:30"), closed)
    assert windows.is_open(hours, TORONTO, at("2026-11-24T00:30"), closed)
    assert windows.next_open(hours, TORONTO, at("2026-11-24T12:00"), closed) == at("2026-11-25T14:00")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-01T04:30", True),  # 00:30 - 4 h, the only one
        ("2026-11-01T04:59", True),  # 00:59
        ("2026-11-01T05:00", False),  # 01:00 for the first time, UTC-4
        ("2026-11-01T05:30", False),
        ("2026-11-01T06:00", False),  # 01:00 for the second time, UTC-5
        ("2026-11-01T06:59", False),
        ("2026-11-01T07:00", True),  # 02:00, which occurs once
        ("2026-11-01T08:59", True),  # 03:59
        ("2026-11-01T09:00", False),  # 04:00
    ],
)
def test_an_hour_that_occurs_twice_is_closed_both_times(when: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """Nobody can say which of the two the person's clock shows."""
    assert windows.is_open(NIGHT, TORONTO, at(when)) is expected


def test_hours_around_a_repeated_hour_close_and_open_again() -> None:
    """00:30 to 01:00 and 02:00 to 04:00 remain."""
    first = windows.next_open(NIGHT, TORONTO, at("2026-11-01T00:00"))
    assert first == at("2026-11-01T04:30")
    close = windows.closes_at(NIGHT, TORONTO, first)
    assert close == at("2026-11-01T05:00")
    assert windows.next_open(NIGHT, TORONTO, close) == at("2026-11-01T07:00")
    assert windows.closes_at(NIGHT, TORONTO, at("2026-11-01T07:00")) == at("2026-11-01T09:00")


def test_hours_around_a_missing_hour_are_shorter_by_it() -> None:
    """On 14 March 2027 Toronto goes from 01:59 to 03:00, so 00:30 to 04:00 lasts two and a half hours."""
    opens = windows.next_open(NIGHT, TORONTO, at("2027-03-14T00:00"))

    assert opens == at("2027-03-14T05:30")
    assert windows.closes_at(NIGHT, TORONTO, opens) == at("2027-03-14T08:00")


@pytest.mark.parametrize(
    ("opens", "closes", "next_open"),
    [
        (time(2, 15), time(2, 45), "2027-03-21T06:15"),
        (time(2), time(2, 30), "2027-03-21T06:00"),
        (time(2, 30), time(3), "2027-03-21T06:30"),
        (time(2), time(3), "2027-03-21T06:00"),
    ],
)
def test_hours_inside_a_missing_hour_open_nothing(opens: time, closes: time, next_open: str) -> None:
    """02:00 to 03:00 does not exist on 14 March 2027; the next is a week later."""
    hours = week(weekdays=(), saturday=(), sunday=(Span(opens, closes),))

    assert windows.next_open(hours, TORONTO, at("2027-03-14T00:00")) == at(next_open)


def test_hours_open_again_in_the_week_after_a_missing_hour() -> None:
    """Toronto then keeps UTC-4: 00:30 is 04:30 UTC."""
    assert windows.next_open(NIGHT, TORONTO, at("2027-03-14T08:00")) == at("2027-03-21T04:30")


def test_hours_that_only_touch_on_two_clocks_are_never_open_on_both() -> None:
    """In Toronto it is 08:00 when the hour from 08:00 is over in Halifax."""
    hours = week(weekdays=(Span(time(8), time(9)),), saturday=(), sunday=())
    both = TORONTO | {"America/Halifax"}

    assert windows.next_open(hours, both, at("2026-11-24T12:00")) is None


def test_hours_may_open_on_the_first_instant_of_a_month_in_utc() -> None:
    """19:00 in Toronto is midnight in UTC, where one table of openings ends and the next begins."""
    hours = week(weekdays=(Span(time(19), time(20)),), saturday=(), sunday=())

    assert windows.next_open(hours, TORONTO, at("2026-11-30T12:00")) == at("2026-12-01T00:00")


def test_hours_that_begin_in_a_missing_hour_open_after_it() -> None:
    """02:30 does not exist; the first open minute is 03:00, which is 07:00 UTC."""
    hours = week(weekdays=(), saturday=(), sunday=(Span(time(2, 30), time(4)),))

    assert windows.next_open(hours, TORONTO, at("2027-03-14T00:00")) == at("2027-03-14T07:00")


def test_the_next_opening_of_what_is_open_is_now() -> None:
    """Asked at 10:00:30 the answer is 10:00:30."""
    now = at("2026-11-24T15:00:30")

    assert windows.next_open(SHORT, TORONTO, now) == now


def test_nothing_opens_beyond_the_horizon() -> None:
    """A week that is closed every day has no next opening, and one on the horizon or behind it is not promised."""
    never = week(weekdays=(), saturday=(), sunday=())

    assert windows.next_open(never, TORONTO, at("2026-11-24T15:00")) is None
    assert windows.next_open(SHORT, TORONTO, at("2026-11-27T22:00"), horizon_days=2) is None
    assert windows.next_open(SHORT, TORONTO, at("2026-11-27T22:00"), horizon_days=3) == at("2026-11-30T14:00")
    assert windows.next_open(SHORT, TORONTO, at("2026-11-28T14:00"), horizon_days=2) is None


def test_asking_when_closed_hours_close_is_an_error() -> None:
    """The gate turns it into a hold: the two ways of computing hours would have disagreed."""
    with pytest.raises(ValueError, match="not open"):
        windows.closes_at(SHORT, TORONTO, at("2026-11-24T22:00"))
    with pytest.raises(ValueError, match="not open"):
        windows.closes_at(week(weekdays=(), saturday=(), sunday=()), TORONTO, at("2026-11-24T22:00"))


def test_an_instant_may_be_given_in_any_zone() -> None:
    """11:00 at UTC-3 is 09:00 in Toronto; the answer comes in UTC."""
    here = datetime.fromisoformat("2026-11-24T11:00-03:00")

    assert windows.is_open(SHORT, TORONTO, here)
    assert windows.closes_at(SHORT, TORONTO, here).isoformat() == "2026-11-24T22:00:00+00:00"


def _spans(marks: list[int]) -> tuple[Span, ...]:
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple(Span(time(*divmod(opens, 60)), time(*divmod(closes, 60))) for opens, closes in pairs)


days = st.lists(st.integers(0, 1439), max_size=6, unique=True).map(sorted).map(_spans)
weeks = st.builds(week, weekdays=days, saturday=days, sunday=days)
places = st.sampled_from(sorted(oracle.PLACES)).map(oracle.PLACES.__getitem__)
near_a_change = st.sampled_from(
    [at(day) for day in ("2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07", "2028-11-05", "2027-01-01")]
).flatmap(lambda day: st.integers(-3000, 3000).map(lambda minutes: day + timedelta(minutes=minutes)))


def _open_by_oracle(hours: Week, zones: frozenset[str], minute: int) -> bool:
    def opened(day: int, of_day: int) -> bool:
        clock = time(*divmod(of_day, 60))
        return any(span.opens <= clock < span.closes for span in hours.days[oracle.weekday(day)])

    return all(oracle.is_open(zone, minute, opened) for zone in zones)


@settings(max_examples=30)
@given(hours=weeks, zones=places, now=near_a_change)
def test_openings_and_closings_are_those_of_a_walk_minute_by_minute(
    hours: Week, zones: frozenset[str], now: datetime
) -> None:
    """Nothing opens before ``next_open``, nothing closes before ``closes_at``, for any week on any clocks."""
    minute = oracle.minute_of(now)
    opens = windows.next_open(hours, zones, now, horizon_days=3)
    until = minute + 3 * oracle.MINUTES_A_DAY if opens is None else oracle.minute_of(opens)

    assert windows.is_open(hours, zones, now) is _open_by_oracle(hours, zones, minute)
    assert not any(_open_by_oracle(hours, zones, m) for m in range(minute, until))
    if opens is not None:
        assert _open_by_oracle(hours, zones, until)
        closes = oracle.minute_of(windows.closes_at(hours, zones, opens))
        assert all(_open_by_oracle(hours, zones, m) for m in range(until, closes))
        assert not _open_by_oracle(hours, zones, closes)


@settings(max_examples=30)
@given(a=weeks, b=weeks, minute=st.integers(0, 7 * 1440 - 1))
def test_an_intersection_is_open_when_both_are(a: Week, b: Week, minute: int) -> None:
    """Never more, never less."""
    now = at("2026-11-23") + timedelta(minutes=minute)
    utc = frozenset({"UTC"})

    both = windows.is_open(a, utc, now) and windows.is_open(b, utc, now)
    assert windows.is_open(windows.intersect(a, b), utc, now) is both
    assert windows.intersect(a, b) == windows.intersect(b, a)


def test_the_call_hours_shared_by_all_of_canada_are_known() -> None:
    """In winter Monday to Friday 16:00 to 01:00 UTC, at the weekend 17:00 to 21:30 UTC."""
    everywhere = oracle.PLACES["anywhere in Canada"]

    monday = windows.next_open(law.CALL_HOURS, everywhere, at("2026-12-07T02:00"))
    assert (monday, windows.closes_at(law.CALL_HOURS, everywhere, at("2026-12-07T16:00"))) == (
        at("2026-12-07T16:00"),
        at("2026-12-08T01:00"),
    )
    saturday = windows.next_open(law.CALL_HOURS, everywhere, at("2026-12-05T02:00"))
    assert (saturday, windows.closes_at(law.CALL_HOURS, everywhere, at("2026-12-05T17:00"))) == (
        at("2026-12-05T17:00"),
        at("2026-12-05T21:30"),
    )
