"""The legal floor as dated data with its sources, and the team's own rules, which can only tighten it.

Decides which hours and which closed days bind a channel in a province. It says what was read in the sources on
``AS_OF``; it is no legal advice, and no row counts as approved before a reviewer has signed it. When hours are open
is computed in ``domain.windows``; whether a message may leave is decided in ``domain.gate``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import holidays

from domain.errors import DomainError
from domain.model import Channel, Language
from domain.provinces import Province
from domain.windows import NO_DAYS, Span, Week, intersect, week

AS_OF: Final = date(2026, 11, 24)
"""Day on which every source in this file was last read."""


@dataclass(frozen=True, slots=True)
class HoursRule:
    """Hours in which people may be contacted on one channel.

    Attributes:
        rule: stable id, for receipts.
        channel: channel it binds.
        province: where it applies; None for all of Canada.
        hours: by the wall clock of the person contacted.
        statutory: False when the law sets no hours and the company does.
        source: where it was read.
    """

    rule: str
    channel: Channel
    province: Province | None
    hours: Week
    statutory: bool
    source: str


_WEEKDAY: Final = Span(time(9, 0), time(21, 30))
_WEEKEND: Final = Span(time(10, 0), time(18, 0))

CALL_HOURS: Final = week(weekdays=(_WEEKDAY,), saturday=(_WEEKEND,), sunday=(_WEEKEND,))
"""Monday to Friday 09:00 to 21:30, Saturday and Sunday 10:00 to 18:00, where the called person is.

Source: CRTC Unsolicited Telecommunications Rules, Part III ss. 23-24, https://crtc.gc.ca/eng/phone/telemarketing/politi.htm
"""

_UTR_SOURCE: Final = "CRTC Unsolicited Telecommunications Rules, Part III ss. 23-24"
_BC_SOURCE: Final = "Consumer Protection BC, 5 rules about telemarketing calls (2023-03)"
_COMPANY_SOURCE: Final = "Company policy: call hours do not bind messages under CASL (Telecommunications Act s. 41(2))"

# An offer to buy may not be "solicitation" in the strict sense; the CRTC holds that agents who call to promote their
# business are telemarketers, so every outbound call is treated as telemarketing. BC writes its rule for sellers of
# goods; it is applied to offers too. A provincial rule prevails over the national one, so it comes as a row of its own.
HOURS: Final[tuple[HoursRule, ...]] = (
    HoursRule("utr.hours", Channel.CALL, None, CALL_HOURS, statutory=True, source=_UTR_SOURCE),
    HoursRule("bc.hours", Channel.CALL, Province.BC, CALL_HOURS, statutory=True, source=_BC_SOURCE),
    HoursRule("company.hours", Channel.SMS, None, CALL_HOURS, statutory=False, source=_COMPANY_SOURCE),
    HoursRule("company.hours", Channel.EMAIL, None, CALL_HOURS, statutory=False, source=_COMPANY_SOURCE),
)

HOLIDAY_RULES: Final[Mapping[tuple[Channel, Province], str]] = {(Channel.CALL, Province.BC): "bc.holiday"}
"""Where and how nobody may be contacted on a statutory holiday. No federal ban on holiday calls was found.

Source: Consumer Protection BC, 2011-07 and 2014-08 notices on telemarketing.
"""

BC_REPEAT_DAYS: Final = 30
BC_REPEAT_CALLS: Final = 1
"""In British Columbia at most one call in 30 days about the same thing without permission.

Source: Consumer Protection BC, 2014-08 notice; 5 rules about telemarketing calls (2023-03).
"""

NATIONAL_LIST_MAX_AGE_DAYS: Final = 31
"""A call may rely on a copy of the National Do Not Call List of this age or younger: 2026-11-01 serves to 2026-12-02.

Source: CRTC, https://crtc.gc.ca/eng/phone/telemarketing/tobligations/rules-regles.htm
"""


@dataclass(frozen=True, slots=True)
class TeamPolicy:
    """One version of a team's own rules; every one of them can only tighten the legal floor.

    Attributes:
        version: grows with every change; 0 is what ships with the product.
        windows: hours the team keeps, per channel; one entry for every channel it uses.
        channels: channels the team uses at all.
        max_per_day: messages to one address in 24 hours.
        max_per_30_days: messages to one address in 30 days.
        max_team_per_hour: messages of the whole team in an hour.
        inquiry_is_implied_consent: whether a seller's inquiry counts as consent for six months (CASL s. 10(10)(e)).
            It fits sellers only by argument, so it is off until the team's counsel says otherwise.
        closed_on_holidays: channels that rest on the holidays of the contact's province.
        closed_on: further local dates on which nothing leaves.
        scope: key of the place it was written for, such as ``ON/Toronto``, or ``built-in``.
    """

    version: int
    windows: Mapping[Channel, Week]
    channels: frozenset[Channel]
    max_per_day: int
    max_per_30_days: int
    max_team_per_hour: int
    inquiry_is_implied_consent: bool = False
    closed_on_holidays: frozenset[Channel] = frozenset()
    closed_on: frozenset[date] = NO_DAYS
    scope: str = "built-in"

    def __post_init__(self) -> None:
        """Refuse a policy that leaves the gate guessing."""
        if missing := self.channels - self.windows.keys():
            names = ", ".join(sorted(missing))
            raise DomainError("hours_missing", f"Give hours for every channel the team uses; {names} has none.")
        if min(self.max_per_day, self.max_per_30_days, self.max_team_per_hour) < 0:
            raise DomainError("bad_cap", "A limit is a whole number; 0 lets nothing out.")


BUILT_IN_POLICY: Final = TeamPolicy(
    version=0,
    windows=MappingProxyType(dict.fromkeys(Channel, CALL_HOURS)),
    channels=frozenset(Channel),
    max_per_day=3,
    max_per_30_days=12,
    max_team_per_hour=200,
)
"""What a team works under before it has written its own rules. The six-step ladder sends two texts on its first day."""


def hours_rule(channel: Channel, province: Province) -> HoursRule:
    """Return the rule on hours that binds a channel in a province; a province's own rule prevails."""
    return _hours_rules()[channel, province]


@lru_cache(maxsize=1)
def _hours_rules() -> Mapping[tuple[Channel, Province], HoursRule]:
    provincial = {(rule.channel, rule.province): rule for rule in HOURS}
    return {
        (channel, province): provincial.get((channel, province)) or provincial[channel, None]
        for channel in Channel
        for province in Province
    }


def legal_window(channel: Channel, province: Province) -> Week:
    """Return the hours the legal floor allows a channel in a province.

    For calls they are the law; for texts and e-mail the law sets none and the company keeps the call hours
    (``hours_rule(...).statutory`` tells which).
    """
    return hours_rule(channel, province).hours


def effective_window(channel: Channel, province: Province, policy: TeamPolicy) -> Week:
    """Return the hours in which something may really leave: the legal floor and the team's hours together."""
    return intersect(legal_window(channel, province), policy.windows[channel])


@lru_cache(maxsize=256)
def closed_days(channel: Channel, province: Province, years: tuple[int, ...]) -> frozenset[date]:
    """Return the local dates on which the law closes a channel in a province.

    Args:
        channel: how people are contacted.
        province: where they are.
        years: calendar years to cover.
    """
    return provincial_holidays(province, years) if (channel, province) in HOLIDAY_RULES else NO_DAYS


def team_closed_days(
    channel: Channel, province: Province, years: tuple[int, ...], policy: TeamPolicy
) -> frozenset[date]:
    """Return the local dates on which the law or the team closes a channel in a province."""
    return _closed_days(channel, province, years, policy.closed_on, channel in policy.closed_on_holidays)


@lru_cache(maxsize=1024)
def _closed_days(
    channel: Channel,
    province: Province,
    years: tuple[int, ...],
    closed_on: frozenset[date],
    rests: bool,  # noqa: FBT001 - a key of the cache
) -> frozenset[date]:
    resting = provincial_holidays(province, years) if rests else NO_DAYS
    return closed_days(channel, province, years) | resting | closed_on


@lru_cache(maxsize=256)
def provincial_holidays(province: Province, years: tuple[int, ...]) -> frozenset[date]:
    """Return the statutory holidays of a province, the days they are observed on included."""
    return frozenset(day for year in years for day in _named_holidays(province, year, Language.EN))


def holiday_name(province: Province, day: date, language: Language = Language.EN) -> str | None:
    """Return what a province celebrates on a local date, or None on an ordinary day."""
    return _named_holidays(province, day.year, language).get(day)


@lru_cache(maxsize=256)
def _named_holidays(province: Province, year: int, language: Language) -> Mapping[date, str]:
    # The package's default language is American and says "Labor Day".
    spoken = "fr" if language is Language.FR else "en_CA"
    found = holidays.country_holidays("CA", subdiv=province.value, years=year, observed=True, language=spoken)
    return {day: name for day, name in found.items() if day.year == year}
