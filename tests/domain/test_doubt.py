"""What a listing at the provider proves about a text in doubt."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import doubt
from domain.doubt import Conclusion, Doubt, Finding

BEGAN = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _doubt(*, empty: float | None = None, expires: float = 10, resent: bool = False) -> Doubt:
    """Describe an attempt by minutes since it began."""
    look = None if empty is None else BEGAN + empty * MINUTE
    return Doubt(BEGAN, BEGAN + expires * MINUTE, look, resent)


@pytest.mark.parametrize(
    ("known", "matches", "minute", "finding"),
    [
        (_doubt(), 1, 1, Finding.ADOPT),
        (_doubt(resent=True), 1, 30, Finding.ADOPT),
        (_doubt(), 2, 1, Finding.ASK),
        (_doubt(), 0, 1, Finding.WAIT),
        (_doubt(empty=1), 0, 7, Finding.WAIT),
        (_doubt(empty=1), 0, 10.5, Finding.WAIT),
        (_doubt(empty=1), 0, 11, Finding.RESEND),
        (_doubt(empty=1, resent=True), 0, 11, Finding.ASK),
        (_doubt(empty=20), 0, 24, Finding.WAIT),
        (_doubt(empty=20), 0, 25, Finding.RESEND),
        (_doubt(), 0, 60, Finding.WAIT),
    ],
)
def test_one_listing_proves_what_it_can(known: Doubt, matches: int, minute: float, finding: Finding) -> None:
    """One match adopts, two are a person's; only two empty looks past the expiry prove that nothing left."""
    assert doubt.conclude(known, matches, BEGAN + minute * MINUTE).finding is finding


@given(
    empty=st.none() | st.floats(0, 600),
    expires=st.floats(1, 600),
    minute=st.floats(0, 2_000),
    resent=st.booleans(),
)
def test_nothing_is_sent_again_before_it_is_proved_unsent(
    empty: float | None, expires: float, minute: float, *, resent: bool
) -> None:
    """A second send needs an earlier empty look, five minutes, and the provider's own expiry."""
    known = _doubt(empty=empty, expires=expires, resent=resent)
    at = BEGAN + minute * MINUTE

    conclusion = doubt.conclude(known, 0, at)

    if conclusion.finding is Finding.RESEND:
        assert known.empty_look_at is not None
        assert at - known.empty_look_at >= doubt.BETWEEN_LOOKS
        assert at >= known.expires_at + doubt.GRACE
        assert not resent
    if conclusion == Conclusion(Finding.WAIT, conclusion.look_at):
        assert conclusion.look_at is not None
        assert conclusion.look_at > at
