"""What a flow must know about the team and its rules; read from settings once and handed down."""

from dataclasses import dataclass

from domain.law import BUILT_IN_POLICY, TeamPolicy
from domain.model import Sender


@dataclass(frozen=True, slots=True)
class Team:
    """One team's settings in the domain's words.

    Attributes:
        leads_channel: Slack channel id of lead cards and their threads.
        deals_channel: Slack channel id of approval cards.
        briefing_channel: Slack channel id of briefings and alerts.
        allow_us_numbers: whether numbers in the United States may be texted and called.
        clock_faults: what is wrong with the time-zone tables; anything here holds every send.
        policy: the team's own windows and caps; it can only tighten the legal floor.
    """

    sender: Sender
    leads_channel: str
    deals_channel: str
    briefing_channel: str
    allow_us_numbers: bool = True
    clock_faults: tuple[str, ...] = ()
    policy: TeamPolicy = BUILT_IN_POLICY
