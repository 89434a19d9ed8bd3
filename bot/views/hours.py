"""Says for each province whether texts and calls may leave now, on the clock most of its people live by.

For the Home only: a lead's own place is judged by the gate, on every clock it may have.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.views import times
from domain import clocks, law, windows
from domain.law import BUILT_IN_POLICY, TeamPolicy
from domain.model import Channel
from domain.provinces import Province


def today(at: datetime, policies: Mapping[Province, TeamPolicy]) -> list[str]:
    """Return one line for each group of provinces that read the same clock and hours: ``ON, QC · 14:05 · …``.

    Args:
        policies: the rules in force in each province; one that is left out keeps the built-in ones.
    """
    groups: dict[str, list[str]] = {}
    for province, zone in clocks.MAIN_CLOCKS.items():
        policy = policies.get(province, BUILT_IN_POLICY)
        state = f"{clocks.local(at, zone):%H:%M} · {_channels(province, zone, at, policy)}"
        groups.setdefault(state, []).append(province.value)
    return [f"*{', '.join(codes)}* · {state}" for state, codes in groups.items()]


def _channels(province: Province, zone: str, at: datetime, policy: TeamPolicy) -> str:
    states = dict(_states(province, zone, at, policy))
    if len(set(states.values())) == 1:
        return f"texts and calls {next(iter(states.values()))}"
    return ", ".join(f"{name} {state}" for name, state in states.items())


def _states(province: Province, zone: str, at: datetime, policy: TeamPolicy) -> Iterator[tuple[str, str]]:
    for name, channel in (("texts", Channel.SMS), ("calls", Channel.CALL)):
        yield name, _state(channel, province, zone, at, policy) if channel in policy.channels else "not used"


def _state(channel: Channel, province: Province, zone: str, at: datetime, policy: TeamPolicy) -> str:
    hours = law.effective_window(channel, province, policy)
    closed = law.team_closed_days(channel, province, (at.year - 1, at.year, at.year + 1), policy)
    place = frozenset({zone})
    if windows.is_open(hours, place, at, closed):
        closes = clocks.local(windows.closes_at(hours, place, at, closed), zone)
        return f"open until {closes:%H:%M}"
    opens = windows.next_open(hours, place, at, closed)
    return "closed" if opens is None else f"open {times.dated(place, opens, at)}"
