"""What a flow must know about the team; read from settings once and handed down. Its policies are rows."""

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.model import Sender
from domain.offers import OfferPolicy

BUILT_IN_OFFER_POLICY = OfferPolicy(version="built-in", factor=0.70)
"""The usual wholesale factor (facts in ``domain.offers``), until a team writes its own policy."""


@dataclass(frozen=True, slots=True)
class Team:
    """One team's settings in the domain's words.

    Attributes:
        leads_channel: Slack channel id of lead cards and their threads.
        deals_channel: Slack channel id of approval cards.
        briefing_channel: Slack channel id of briefings and alerts.
        allow_us_numbers: whether numbers in the United States may be texted and called.
        clock_faults: what is wrong with the time-zone tables; anything here holds every send.
        watch: says what is wrong with the machine's clock at this moment, which holds every send too.
        zone: IANA zone of the team's own day, for times in sentences to its people.
        offer_policy: how offers are computed.
        hash_key: finds numbers that are stored as fingerprints only; None while the team uses no such list.
    """

    sender: Sender
    leads_channel: str
    deals_channel: str
    briefing_channel: str
    allow_us_numbers: bool = True
    clock_faults: tuple[str, ...] = ()
    watch: Callable[[], tuple[str, ...]] = tuple
    zone: str = "America/Toronto"
    offer_policy: OfferPolicy = BUILT_IN_OFFER_POLICY
    hash_key: bytes | None = field(default=None, repr=False)
