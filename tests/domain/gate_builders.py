"""Facts for gate tests: a text that may leave, to be spoilt one fact at a time."""
# ruff: noqa: ANN401 - changes are as varied as the fields; the dataclasses name their types

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from domain import law
from domain.gate import Facts
from domain.model import (
    Channel,
    Consent,
    ConsentBasis,
    LadderState,
    Purpose,
    Suppression,
    SuppressionReason,
)
from domain.provinces import Province

NOON: Final = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""Tuesday, 12:00 in Toronto (UTC-5): open under every rule."""


def consent(basis: ConsentBasis = ConsentBasis.EXPRESS, **changes: Any) -> Consent:
    """Return a ground that covers every channel and began a day before NOON."""
    plain = Consent(
        consent_id=7,
        basis=basis,
        channels=frozenset(Channel),
        proof="oral",
        started_at=NOON - timedelta(days=1),
        expires_at=None,
        used=0,
    )
    return replace(plain, **changes)


def suppression(reason: SuppressionReason = SuppressionReason.STOP, **changes: Any) -> Suppression:
    """Return an order that stands for good since a minute before NOON."""
    return replace(Suppression(reason=reason, since=NOON - timedelta(minutes=1), until=None), **changes)


_ALLOWED: Final = Facts(
    at=NOON,
    channel=Channel.SMS,
    purpose=Purpose.LADDER,
    province=Province.ON,
    market="Toronto",
    zones=frozenset({"America/Toronto"}),
    conflicts=(),
    consents=(consent(),),
    suppressions=(),
    paused=frozenset(),
    clock_faults=(),
    policy=law.BUILT_IN_POLICY,
    ladder=LadderState.RUNNING,
    sent_today=0,
    sent_30_days=0,
    calls_30_days=0,
    team_sent_last_hour=0,
    same_body_within_24h=False,
    in_flight=False,
    last_inbound_at=None,
    send_before=None,
)


def facts(**changes: Any) -> Facts:
    """Return the facts of a ladder text to Toronto that may leave, with changes."""
    return replace(_ALLOWED, **changes)


def policy(**changes: Any) -> law.TeamPolicy:
    """Return the built-in policy with changes."""
    return replace(law.BUILT_IN_POLICY, **changes)
