"""How a message moves, how long we wait, and how long the provider may keep it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import delivery
from domain.model import MessageState

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
STATES = st.sampled_from(MessageState)


@given(STATES, st.lists(STATES, max_size=8))
def test_reports_never_lead_back(current: MessageState, reports: list[MessageState]) -> None:
    """In whatever order reports arrive, no rank is ever lost and a final state stays."""
    for reported in reports:
        after = delivery.advance(current, reported)
        assert delivery.RANK[after] >= delivery.RANK[current]
        assert after is current or current not in delivery.TERMINAL
        current = after


@given(st.permutations(["queued", "sending", "sent", "delivered"]), st.integers(1, 3))
def test_shuffled_and_doubled_reports_end_where_ordered_ones_do(words: list[str], times: int) -> None:
    """The last word known about a delivered text is "delivered"."""
    state = MessageState.DISPATCHING
    for word in words * times:
        state = delivery.read_report(state, word).state

    assert state is MessageState.DELIVERED


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("accepted", MessageState.ACCEPTED),
        ("scheduled", MessageState.ACCEPTED),
        ("queued", MessageState.ACCEPTED),
        ("sending", MessageState.ACCEPTED),
        ("sent", MessageState.SENT),
        ("delivered", MessageState.DELIVERED),
        ("undelivered", MessageState.UNDELIVERED),
        ("failed", MessageState.FAILED),
        ("canceled", MessageState.CANCELLED),
    ],
)
def test_every_word_of_the_provider_has_a_state(word: str, state: MessageState) -> None:
    """A message of unknown outcome learns it from any report."""
    report = delivery.read_report(MessageState.UNKNOWN, word)

    assert (report.state, report.known, report.contradicts) == (state, True, False)


@given(STATES, st.text())
def test_an_unknown_word_changes_nothing_and_is_flagged(current: MessageState, word: str) -> None:
    """A new status of the provider is a warning, not a guess."""
    report = delivery.read_report(current, "~" + word)

    assert (report.state, report.known) == (current, False)


def test_a_final_state_that_is_contradicted_stays_and_says_so() -> None:
    """Evidence is kept, the record is not rewritten."""
    report = delivery.read_report(MessageState.EXPIRED, "delivered")

    assert (report.state, report.contradicts) == (MessageState.EXPIRED, True)


def test_a_late_repeat_of_a_final_state_contradicts_nothing() -> None:
    """Doubled reports are ordinary."""
    assert not delivery.read_report(MessageState.DELIVERED, "delivered").contradicts


def test_every_state_has_a_rank() -> None:
    """No state can be forgotten when one is added."""
    assert set(delivery.RANK) == set(MessageState)


def test_only_proof_of_not_being_sent_leads_back_to_ready() -> None:
    """What may have left is never simply ready again after the provider took it."""
    assert not delivery.may_move(MessageState.ACCEPTED, MessageState.READY)
    assert delivery.may_move(MessageState.UNKNOWN, MessageState.READY)
    assert delivery.may_move(MessageState.READY, MessageState.DISPATCHING)


def test_nothing_leaves_without_being_recorded_first() -> None:
    """No planned message becomes accepted but through dispatching."""
    reachable = {wanted for state in delivery.PLANNED for wanted in delivery.MOVES[state]}

    assert reachable.isdisjoint({MessageState.UNKNOWN, MessageState.ACCEPTED, MessageState.SENT})


@pytest.mark.parametrize("state", sorted(delivery.TERMINAL))
def test_nothing_leads_out_of_a_final_state(state: MessageState) -> None:
    """Final means final, for our own moves too."""
    assert not any(delivery.may_move(state, wanted) for wanted in MessageState)


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(0, 5), (1, 10), (2, 20), (7, 640), (8, 900), (9, 900), (10_000, 900)]
)
def test_the_longest_wait_doubles_up_to_fifteen_minutes(attempt: int, seconds: int) -> None:
    """5 s, 10 s, 20 s … then 15 minutes for ever."""
    assert delivery.backoff(attempt, 1.0) == timedelta(seconds=seconds)


@given(st.integers(0, 200), st.floats(0, 1))
def test_jitter_spreads_the_wait_from_nothing_to_the_longest(attempt: int, jitter: float) -> None:
    """Full jitter: never negative, never beyond the cap."""
    assert timedelta(0) <= delivery.backoff(attempt, jitter) <= delivery.BACKOFF_CAP


@pytest.mark.parametrize(("attempt", "jitter"), [(-1, 0.5), (0, 1.5), (0, -0.1), (0, float("nan"))])
def test_an_impossible_backoff_is_refused(attempt: int, jitter: float) -> None:
    """A caller's mistake does not become a strange delay."""
    with pytest.raises(ValueError, match="out of range"):
        delivery.backoff(attempt, jitter)


@pytest.mark.parametrize(
    ("closes_in", "stale_in", "seconds"),
    [
        (timedelta(hours=2), timedelta(hours=5), 7200),
        (timedelta(hours=5), timedelta(hours=2), 7200),
        (None, timedelta(hours=2), 7200),
        (timedelta(days=2), timedelta(days=2), 36_000),
        (timedelta(seconds=60), timedelta(hours=1), 60),
        (timedelta(seconds=59.9), timedelta(hours=1), None),
        (timedelta(seconds=-5), timedelta(hours=1), None),
    ],
    ids=["window", "stale", "no window", "capped at 10 h", "just enough", "too short", "closed"],
)
def test_a_text_may_wait_at_the_provider_until_the_window_closes(
    closes_in: timedelta | None, stale_in: timedelta, seconds: int | None
) -> None:
    """A text cannot leave the provider's queue after the window has closed."""
    closes_at = None if closes_in is None else NOW + closes_in

    assert delivery.validity_seconds(NOW, closes_at, NOW + stale_in) == seconds


@pytest.mark.parametrize(
    ("seconds", "late", "left"), [(600, 0, 600), (600, -1, 600), (600, 0.2, 599), (600, 540, 60), (600, 541, None)]
)
def test_what_is_late_may_wait_at_the_provider_for_so_much_less(seconds: int, late: float, left: int | None) -> None:
    """The end stays where it was; with less than a minute left nothing is handed over."""
    assert delivery.validity_left(seconds, timedelta(seconds=late)) == left
