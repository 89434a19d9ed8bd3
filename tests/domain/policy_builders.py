"""Any hours, any rules and any place a property may be tried on."""

from datetime import date, time

from hypothesis import strategies as st

from domain.law import TeamPolicy
from domain.model import Channel
from domain.policies import EVERYWHERE, Scope
from domain.provinces import Province
from domain.windows import Span, Week

ONTARIO, TORONTO = Scope(Province.ON), Scope(Province.ON, "Toronto")

boundaries = st.lists(st.integers(0, 23 * 60 + 59), min_size=2, max_size=6, unique=True).map(sorted)
days = boundaries.map(
    lambda minutes: tuple(
        Span(time(*divmod(opens, 60)), time(*divmod(closes, 60)))
        for opens, closes in zip(minutes[::2], minutes[1::2], strict=False)
    )
)
weeks = st.tuples(*[st.just(()) | days] * 7).filter(any).map(Week)


@st.composite
def team_policies(draw: st.DrawFn) -> TeamPolicy:
    """Draw any rules a team may write."""
    channels = draw(st.frozensets(st.sampled_from(Channel)))
    return TeamPolicy(
        version=draw(st.integers(1, 9)),
        windows={channel: draw(weeks) for channel in sorted(channels)},
        channels=channels,
        max_per_day=draw(st.integers(0, 20)),
        max_per_30_days=draw(st.integers(0, 200)),
        max_team_per_hour=draw(st.integers(0, 5_000)),
        inquiry_is_implied_consent=draw(st.booleans()),
        closed_on_holidays=draw(st.frozensets(st.sampled_from(Channel))),
        closed_on=draw(st.frozensets(st.dates(date(2026, 12, 1), date(2028, 1, 1)), max_size=5)),
    )


scopes = st.sampled_from(
    [EVERYWHERE, *map(Scope, Province), TORONTO, Scope(Province.AB, "Calgary"), Scope(Province.QC, "Montréal")]
)
