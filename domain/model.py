"""The nouns every room shares: contacts, leads, rungs, messages, deals, and the sheets a card is drawn from.

Values only. What may be sent is decided in ``domain.gate``, when the next rung is due in ``domain.ladder``,
how a message may change state in ``domain.delivery``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.provinces import Province

ALL_MARKETS = "ALL"
"""Market of a place that lies in no census metropolitan area."""


class Channel(StrEnum):
    """How a person outside the team is reached."""

    SMS = "sms"
    CALL = "call"
    EMAIL = "email"


class Language(StrEnum):
    """Language a contact is written to in."""

    EN = "en"
    FR = "fr"


class ContactKind(StrEnum):
    """Which side of a deal a contact is on."""

    SELLER = "seller"
    BUYER = "buyer"


class LeadSource(StrEnum):
    """Where a lead came from."""

    SLACK = "slack"
    WEB = "web"
    REFERRAL = "referral"
    DIRECT_MAIL = "direct_mail"
    DRIVING = "driving_for_dollars"
    INBOUND_CALL = "inbound_call"
    OTHER = "other"


class Purpose(StrEnum):
    """Why a message is sent; it decides which consent covers it, never whether the gate runs."""

    LADDER = "ladder"
    MANUAL = "manual"
    OFFER = "offer"
    BUYER = "buyer"
    OPT_OUT_CONFIRMATION = "opt_out_confirmation"
    CONSENT_QUESTION = "consent_question"
    """The one text that answers their START: may we write again?"""


class ConsentBasis(StrEnum):
    """Legal ground for writing to a contact (CASL, S.C. 2010 c. 23; one member per ground)."""

    EXPRESS = "casl.express"
    PURCHASE = "casl.ebr.purchase"
    OPPORTUNITY = "casl.ebr.opportunity"
    CONTRACT = "casl.ebr.contract"
    INQUIRY = "casl.ebr.inquiry"
    PUBLISHED = "casl.published"
    DISCLOSED = "casl.disclosed"
    REPLY = "casl.reply"
    QUOTE = "casl.quote"
    REFERRAL = "casl.referral"


class SuppressionReason(StrEnum):
    """Why nobody may be contacted at an address."""

    STOP = "stop"
    INTERNAL_DO_NOT_CALL = "internal_do_not_call"
    CARRIER_BLOCK = "carrier_block"
    WRONG_NUMBER = "wrong_number"
    NATIONAL_DO_NOT_CALL = "national_do_not_call"


class StopReading(StrEnum):
    """What a person read in a text that might ask us to stop."""

    STOP = "stop"
    NOT_STOP = "not_stop"


class LadderState(StrEnum):
    """Whether a ladder climbs."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class RungState(StrEnum):
    """Where one rung stands. At most one rung of a ladder is ARMED: it is the lead's next dated action."""

    WAITING = "waiting"
    ARMED = "armed"
    QUEUED = "queued"
    """An SMS rung whose message is planned, held or on its way."""
    POSTED = "posted"
    """A CALL rung whose task card is with the team and has no outcome yet."""
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    DEAD = "dead"
    """We could not act on it, time and again: the ladder waits until a person decides."""


class CallOutcome(StrEnum):
    """What came of a call task."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"
    DO_NOT_CALL = "do_not_call"


class MessageState(StrEnum):
    """Where one outgoing message stands; the order and the moves are in ``domain.delivery``."""

    HELD = "held"
    READY = "ready"
    DISPATCHING = "dispatching"
    UNKNOWN = "unknown"
    NEEDS_PERSON = "needs_person"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DEAD = "dead"
    """We could not prepare it for sending, time and again; nothing left, and a person decides."""


class ApprovalState(StrEnum):
    """What has become of a request for approval."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    COUNTERED = "countered"
    EXPIRED = "expired"
    VOID = "void"


class ApprovalKind(StrEnum):
    """What a request for approval is about."""

    OFFER = "offer"
    POLICY = "policy"


class FeedbackEvent(StrEnum):
    """What a buyer did about a deal that was really put to them."""

    SENT = "sent"
    RESPONDED = "responded"
    PASSED = "passed"
    OFFERED = "offered"
    BOUGHT = "bought"


class Role(StrEnum):
    """What a person of the team may do; each role includes the ones before it."""

    VIEWER = "viewer"
    AGENT = "agent"
    APPROVER = "approver"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of the team, as the door that let them in identified them.

    Attributes:
        slack_id: Slack user id such as ``U0RILEY``; ``system`` for ticks, ``cli`` for the command line.
        role: highest role held at this moment.
    """

    slack_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the team is, as every commercial message must say (CASL s. 6(2), SOR/2012-36 s. 2).

    Attributes:
        business_name: name the business carries on under.
        mailing_address: postal address, valid for 60 days after sending.
        identity_url: free page that shows name, address and contact details.
        phone_e164: the number texts are sent from.
    """

    business_name: str
    mailing_address: str
    identity_url: str
    phone_e164: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A person with a number or an address; seller or buyer."""

    contact_id: int
    kind: ContactKind
    name: str
    phone_e164: str
    email: str | None
    language: Language


@dataclass(frozen=True, slots=True)
class Consent:
    """One recorded ground for writing to a contact.

    Attributes:
        channels: channels it covers.
        proof: where the evidence is, in the words of who recorded it.
        started_at: when the ground arose, aware UTC.
        expires_at: first instant it no longer holds, aware UTC; None when it has no expiry.
        used: how many messages have already been handed over on it (REPLY and REFERRAL cover one).
        shown: what the person had before them when they agreed, word for word; None where nothing was kept.
        recorded_by: who wrote it down; ``contact`` when the person did it by text.
        recorded_at: when, aware UTC.
        reply_id: their text that it rests on, or None. A REPLY with one covers the answer a person writes to it.
    """

    consent_id: int
    basis: ConsentBasis
    channels: frozenset[Channel]
    proof: str
    started_at: datetime
    expires_at: datetime | None
    used: int
    shown: str | None = None
    recorded_by: str = ""
    recorded_at: datetime | None = None
    reply_id: int | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """A standing order not to contact an address.

    Attributes:
        until: first instant it no longer holds, aware UTC; None for good.
    """

    reason: SuppressionReason
    since: datetime
    until: datetime | None

    def stands(self, at: datetime) -> bool:
        """Tell whether the order holds at an instant."""
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class Rung:
    """One dated step of a ladder.

    Attributes:
        step: 1-based position.
        due_at: when it may act, aware UTC.
        revision: grows each time the rung is planned anew, so that a message's intent key is unique.
        last_error: class of what was raised when we last failed to act on it; None after a result.
    """

    rung_id: int
    lead_id: int
    step: int
    channel: Channel
    template: str
    due_at: datetime
    state: RungState
    revision: int
    outcome: CallOutcome | None = None
    outcome_by: str | None = None
    settled_at: datetime | None = None
    note: str | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A seller somebody wants to talk to, and the place their house stands in."""

    lead_id: int
    contact: Contact
    source: LeadSource
    address: str
    province: Province | None
    market: str
    zones: frozenset[str]
    conflicts: tuple[str, ...]
    evidence: tuple[str, ...]
    notes: str
    created_at: datetime
    created_by: str
    owner: str | None
    claimed_at: datetime | None
    ladder: LadderState
    ladder_reason: str | None
    correlation_id: str

    @property
    def ref(self) -> str:
        """Return the name people use, such as ``L-12``."""
        return f"L-{self.lead_id}"


@dataclass(frozen=True, slots=True)
class Message:
    """One outgoing text, call or e-mail: a row of the outbox.

    Attributes:
        reason: code of why it is held, refused or ended; None while nothing is in its way.
        opens_at: next lawful minute of a held message, or None when nobody can know it.
        available_at: when a worker looks at it (again).
        send_before: past this it is dropped rather than sent stale.
        last_error: class of what was raised when we last failed to prepare it; None after a result.
    """

    message_id: int
    intent_key: str
    contact_id: int
    lead_id: int | None
    deal_id: int | None
    rung_id: int | None
    channel: Channel
    purpose: Purpose
    to_address: str
    body: str
    language: Language
    state: MessageState
    reason: str | None
    opens_at: datetime | None
    available_at: datetime
    send_before: datetime
    attempt: int
    provider_sid: str | None
    error_code: int | None
    created_at: datetime
    state_at: datetime
    requested_by: str
    correlation_id: str
    last_error: str | None = None

    @property
    def ref(self) -> str:
        """Return the name people use, such as ``M-12``."""
        return f"M-{self.message_id}"


@dataclass(frozen=True, slots=True)
class Reply:
    """One text that came in from a contact.

    Attributes:
        question_id: message of ours whose question for consent their YES answered, or None.
        reading: what a person read in a text that might ask us to stop; None until somebody has read it.
    """

    reply_id: int
    lead_id: int | None
    contact_id: int | None
    from_address: str
    body: str
    kind: str
    received_at: datetime
    media_count: int
    question_id: int | None = None
    reading: StopReading | None = None
    read_by: str | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer and the box their next purchase must fit in; money in integer cents."""

    buyer_id: int
    contact: Contact
    active: bool
    provinces: frozenset[Province]
    markets: frozenset[str]
    property_types: frozenset[str]
    min_price_cents: int
    max_price_cents: int
    min_beds: int
    min_baths: int

    @property
    def ref(self) -> str:
        """Return the name people use, such as ``B-12``."""
        return f"B-{self.buyer_id}"


@dataclass(frozen=True, slots=True)
class Deal:
    """A seller's property with numbers on it; money in integer cents.

    Attributes:
        revision: grows with every change of the numbers; approvals are bound to one revision.
        asking_cents: what the seller asks, or None when not known.
    """

    deal_id: int
    lead_id: int
    revision: int
    arv_cents: int
    repairs_cents: int
    asking_cents: int | None
    property_type: str
    beds: int | None
    baths: int | None
    created_at: datetime
    created_by: str
    correlation_id: str

    @property
    def ref(self) -> str:
        """Return the name people use, such as ``D-12``."""
        return f"D-{self.deal_id}"


@dataclass(frozen=True, slots=True)
class Approval:
    """One request for a person's decision, bound to one revision of one thing.

    Attributes:
        approval_id: opaque, unguessable.
        subject_id: the thing it is about: the deal of an offer, the policy of a change of policy.
        preview: exactly what will be sent, or come into force, when approved.
        amount_cents: what the decision is about, in cents; 0 when it is about no money.
    """

    approval_id: str
    kind: ApprovalKind
    subject_id: int
    revision: int
    state: ApprovalState
    amount_cents: int
    preview: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_note: str | None


@dataclass(frozen=True, slots=True)
class KpiEvent:
    """One thing that happened, without personal data.

    Attributes:
        value: number the event carries (a score, a count, seconds), or None.
        detail: further facts, JSON types only, never a name, number, address or text.
    """

    at: datetime
    domain: str
    metric: str
    success: bool
    value: float | None
    province: Province | None
    market: str
    source: str
    step: int | None
    actor: str
    correlation_id: str
    detail: dict[str, str | int | float | bool | None]
