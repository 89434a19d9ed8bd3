"""What a card is drawn from: frozen snapshots gathered by a flow and read by a view."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.law import TeamPolicy
from domain.model import Approval, Buyer, Consent, Deal, Lead, Message, MessageState, Reply, Rung, Suppression
from domain.policies import Policy
from domain.verdicts import Reason


@dataclass(frozen=True, slots=True)
class LeadSheet:
    """Everything the lead's card shows.

    Attributes:
        rungs: in step order.
        messages: oldest first; several may belong to one rung after a pause.
        deal: newest deal of the lead, or None.
        uncovered: coming steps that no consent on record will cover, with the reason.
        consent_ends_at: when the last lasting consent to texts ends, if that is near.
        stop_unread: whether a text that may ask us to stop waits for a person to read it.
    """

    lead: Lead
    rungs: tuple[Rung, ...]
    messages: tuple[Message, ...]
    consents: tuple[Consent, ...]
    suppressions: tuple[Suppression, ...]
    last_reply: Reply | None
    deal: Deal | None
    at: datetime
    uncovered: Mapping[int, Reason] = field(default_factory=dict)
    consent_ends_at: datetime | None = None
    stop_unread: bool = False


@dataclass(frozen=True, slots=True)
class CallSheet:
    """A call task: whom to call, what to say, what may come of it."""

    lead: Lead
    rung: Rung
    script: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DoubtSheet:
    """A text nobody could prove, and what a person has said of it if they have."""

    message: Message
    lead: Lead
    at: datetime


@dataclass(frozen=True, slots=True)
class DeadMessageSheet:
    """A text we could not prepare, and what a person has decided if they have; a text may belong to no lead."""

    message: Message
    lead: Lead | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DeadRungSheet:
    """A step of a ladder we could not act on, and what a person has decided if they have."""

    rung: Rung
    lead: Lead
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplySheet:
    """One text that came in, with the lead it belongs to if there is one."""

    reply: Reply
    lead: Lead | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalSheet:
    """An offer that waits for, or got, a person's decision.

    Attributes:
        evidence: the offer's stored evidence (inputs, terms, policy version, liquidity), JSON types.
        matches: buyer, score 0-1 and reasons, best first.
        message: the seller's text that the approval queued, or None.
        current_revision: revision of the deal now; differs from the approval's when the numbers changed.
    """

    approval: Approval
    lead: Lead
    deal: Deal
    current_revision: int
    offer_cents: Mapping[str, int]
    evidence: Mapping[str, Any]
    matches: tuple[tuple[Buyer, float, tuple[str, ...]], ...]
    message: Message | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BriefingSheet:
    """The figures of one briefing as they were stored.

    Attributes:
        figures: see ``flows.write_briefing``; JSON types only.
        requested_by: Slack id of who asked, or ``system`` for a scheduled one.
    """

    briefing_id: int
    at: datetime
    requested_by: str
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PolicySheet:
    """One version of a policy, and what it changes.

    Attributes:
        before: the rules that applied to its scope when it was proposed.
        approval: the request for the second person's decision, or None.
        replaced_by: number of the version that took its place, or None.
    """

    policy: Policy
    before: TeamPolicy
    approval: Approval | None
    replaced_by: int | None
    at: datetime


SLACK = "slack"
"""The switch that is off while Slack refuses our token; nobody turns it, it comes back on by itself."""


@dataclass(frozen=True, slots=True)
class Pause:
    """One switch that keeps sending off.

    Attributes:
        scope: ``all``, ``province:ON``, ``channel:sms``, ``ladder`` or ``slack``.
        by: Slack id, or ``system``.
    """

    scope: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusSheet:
    """Nothing is silently lost: where everything that should leave stands now.

    Attributes:
        messages: how many stand in each state that is not an end.
        last_day: what became of the messages handed over in the last 24 hours.
        oldest_due_at: when the first that waits is looked at again.
        oldest_unknown_at: when the first in doubt was handed over, or perhaps so.
        jobs_silent: whether no process that runs the ticks has been heard for a minute.
        jobs_heard_at: when one was last heard, real time; None when none ever was, or the last ended in good order.
    """

    messages: Mapping[MessageState, int]
    holds: Mapping[str, int]
    oldest_due_at: datetime | None
    cards_waiting: int
    approvals_pending: int
    paused_scopes: frozenset[str]
    clock_faults: tuple[str, ...]
    at: datetime
    pauses: tuple[Pause, ...] = ()
    cards_refused: int = 0
    steps_dead: int = 0
    cards_dead: int = 0
    last_day: Mapping[MessageState, int] = field(default_factory=dict)
    oldest_unknown_at: datetime | None = None
    jobs_silent: bool = False
    jobs_heard_at: datetime | None = None
