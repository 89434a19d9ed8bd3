"""What the consents on record will cover later: steps that nothing covers, and an end that draws near.

A forecast for people. What may really leave is decided when it leaves, by ``domain.gate``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from domain import consent
from domain.law import TeamPolicy
from domain.model import Channel, Consent, Purpose
from domain.verdicts import Reason

NEAR: Final = timedelta(days=30)
"""From when on an end is counted down: for a ground that ends 2027-05-24, from 2027-04-24."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a ladder that has not left yet, and when it would."""

    step: int
    channel: Channel
    at: datetime


def uncovered(consents: Iterable[Consent], planned: Sequence[Planned], policy: TeamPolicy) -> Mapping[int, Reason]:
    """Return the steps that no ground on record will cover, with the reason.

    Args:
        consents: everything on record for the contact.
        planned: the coming steps, earliest first. Each uses up the ground it rests on before the next is looked at;
            calls need none.
        policy: says whether a seller's inquiry counts as consent for six months.

    Returns:
        Reasons by step; empty when all are covered.
    """
    left, found = list(consents), dict[int, Reason]()
    for each in planned:
        if each.channel is Channel.CALL:
            continue
        ground = consent.ground_for(left, each.channel, Purpose.LADDER, each.at, policy=policy)
        if isinstance(ground, Reason):
            found[each.step] = ground
        else:
            left = [replace(one, used=one.used + 1) if one is ground else one for one in left]
    return found


def ends_soon(consents: Iterable[Consent], at: datetime, policy: TeamPolicy) -> datetime | None:
    """Return when the last lasting ground for texts ends, if that is near; None when one of them never ends.

    Grounds that cover a single message are left out: they are used up, they do not run out.
    """
    lasting = [each for each in consents if _lasts(each, at, policy)]
    ends = [consent.ends_at(each) for each in lasting]
    dated = [end for end in ends if end is not None]
    if not dated or len(dated) < len(ends):
        return None
    last = max(dated)
    return last if last - at <= NEAR else None


def _lasts(each: Consent, at: datetime, policy: TeamPolicy) -> bool:
    if each.basis in consent.ONE_MESSAGE:
        return False
    return consent.why_not(each, Channel.SMS, Purpose.LADDER, at, policy) is None
