"""Every table, in one place. What a row means is said in ``domain.model``; why a column exists, beside it."""

import secrets
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    text,
)

from storage.types import Id, Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, Id, ForeignKey(target), nullable=nullable)


def _claim() -> tuple[Column[Any], ...]:
    """Return the columns of a row that workers claim, as ``storage.claims`` uses them.

    Leases are real time. Without an owner, ``lease_until`` says when a row that failed may be tried again.
    """
    return (
        Column("claims", Integer, nullable=False, server_default=text("0")),
        Column("lease_owner", Text),
        Column("leased_at", Instant),
        Column("lease_until", Instant),
        # Class of what was raised at the last try; never its text, which may quote what somebody typed.
        Column("last_error", Text),
    )


inbox = Table(
    "inbox",
    metadata,
    # One row per thing that came in: 'slack:<signature>', 'slack:event:<id>', 'sms:<sid>', 'status:<sid>:<status>'.
    Column("key", Text, primary_key=True),
    Column("received_at", Instant, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone_e164", Text, nullable=False),
    Column("email", Text),
    Column("language", Text, nullable=False),
    # Makes the audit's digests of this person's data; destroyed with that data, never changed before.
    Column("salt", Text, default=lambda: secrets.token_hex(16)),
    Column("created_at", Instant, nullable=False),
)
Index("ix_contacts_phone", contacts.c.phone_e164)

leads = Table(
    "leads",
    metadata,
    Column("id", Id, primary_key=True),
    _ref("contact_id", "contacts.id"),
    Column("source", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("province", Text),
    Column("market", Text, nullable=False),
    Column("zones", Json, nullable=False),
    Column("conflicts", Json, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("notes", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("owner", Text),
    Column("claimed_at", Instant),
    Column("ladder", Text, nullable=False),
    Column("ladder_reason", Text),
    Column("plan_version", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    # What stops two messages of one rung or two cards of one lead is elsewhere; this stops two leads of one request.
    Column("intake_key", Text, nullable=False, unique=True),
)
Index("ix_leads_contact", leads.c.contact_id)
Index("ix_leads_owner", leads.c.owner, leads.c.id)

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    _ref("contact_id", "contacts.id"),
    Column("basis", Text, nullable=False),
    Column("channels", Json, nullable=False),
    Column("proof", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("used", Integer, nullable=False, server_default=text("0")),
    # What they had before them when they agreed, word for word: the onus of proof is on whoever sends.
    Column("shown", Text),
    Column("recorded_at", Instant),
    # Their text it rests on. No foreign key: consents outlive texts.
    Column("reply_id", Id),
)
Index("ix_consents_contact", consents.c.contact_id)

suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Id, primary_key=True),
    # By address, not by contact: a STOP binds every record that carries the number.
    Column("address", Text),
    # Stands in for the address once that is erased; ``domain.fingerprints``.
    Column("address_hash", LargeBinary),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
)
Index("uq_suppressions_address", suppressions.c.address, suppressions.c.reason, unique=True)
Index("uq_suppressions_hash", suppressions.c.address_hash, suppressions.c.reason, unique=True)

hash_keys = Table(
    "hash_keys",
    metadata,
    # One row: the fingerprint of a known word, so that another key is noticed before it finds nobody.
    Column("id", Integer, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
)

dncl_areas = Table(
    "dncl_areas",
    metadata,
    Column("area", Text, primary_key=True),
    Column("version_on", Date, nullable=False),
    Column("numbers", Integer, nullable=False),
    Column("imported_at", Instant, nullable=False),
)

dncl_numbers = Table(
    "dncl_numbers",
    metadata,
    Column("area", Text, primary_key=True),
    Column("fingerprint", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,  # millions of rows that are nothing but a key: the key is the table
)

rungs = Table(
    "rungs",
    metadata,
    Column("id", Id, primary_key=True),
    _ref("lead_id", "leads.id"),
    Column("step", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("outcome", Text),
    Column("outcome_by", Text),
    Column("settled_at", Instant),
    Column("note", Text),
    *_claim(),
)
Index("uq_rungs_lead_step", rungs.c.lead_id, rungs.c.step, unique=True)
ARMED = text("rungs.state = 'armed'")
"""Spelt out, not bound: a planner only uses a partial index when it can see that the query implies its condition."""
_ARMED = text("state = 'armed'")
Index("ix_rungs_due", rungs.c.due_at, rungs.c.id, sqlite_where=_ARMED, postgresql_where=_ARMED)
# At most one armed rung a ladder: exactly one dated next action.
Index(
    "uq_rungs_armed",
    rungs.c.lead_id,
    unique=True,
    sqlite_where=_ARMED,
    postgresql_where=_ARMED,
)

_DEAD = text("state = 'dead'")
DEAD_RUNGS = text("rungs.state = 'dead'")
Index("ix_rungs_dead", rungs.c.id, sqlite_where=_DEAD, postgresql_where=_DEAD)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    # 'ladder:<lead>:<step>:<revision>', 'offer:<approval>', …: planning the same intent twice inserts nothing.
    Column("intent_key", Text, nullable=False, unique=True),
    _ref("contact_id", "contacts.id"),
    _ref("lead_id", "leads.id", nullable=True),
    _ref("deal_id", "deals.id", nullable=True),
    _ref("rung_id", "rungs.id", nullable=True),
    Column("channel", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("to_address", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("opens_at", Instant),
    Column("available_at", Instant, nullable=False),
    Column("send_before", Instant, nullable=False),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    # Unguessable, new with every attempt; comes back in the status callback's URL and so proves acceptance.
    Column("attempt_token", Text, unique=True),
    *_claim(),
    # When the newest attempt began and when the provider must have dropped it: what a listing is compared with.
    Column("attempt_began_at", Instant),
    Column("attempt_expires_at", Instant),
    Column("empty_look_at", Instant),
    Column("resent", Boolean, nullable=False, server_default=false()),
    Column("provider_sid", Text, unique=True),
    Column("error_code", Integer),
    Column("consent_id", Id),
    Column("requested_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("state_at", Instant, nullable=False),
    Column("handed_over_at", Instant),
    Column("correlation_id", Text, nullable=False),
)
CLAIMABLE = text("messages.state IN ('held', 'ready')")
IN_FLIGHT = text("messages.state IN ('dispatching', 'unknown')")
"""Conditions of the partial indexes below, spelt out for the same reason as ``ARMED``."""
_CLAIMABLE = text("state IN ('held', 'ready')")
_IN_FLIGHT = text("state IN ('dispatching', 'unknown')")
Index(
    "ix_messages_claimable",
    messages.c.available_at,
    messages.c.id,
    sqlite_where=_CLAIMABLE,
    postgresql_where=_CLAIMABLE,
)
# A listing at the provider can only be matched exactly while one message to a number is in doubt.
Index(
    "uq_messages_in_flight",
    messages.c.to_address,
    unique=True,
    sqlite_where=_IN_FLIGHT,
    postgresql_where=_IN_FLIGHT,
)
_DOUBTFUL = text("state = 'unknown'")
DOUBTFUL = text("messages.state = 'unknown'")
FOR_A_PERSON = text("messages.state IN ('needs_person', 'dead')")
Index("ix_messages_doubtful", messages.c.available_at, sqlite_where=_DOUBTFUL, postgresql_where=_DOUBTFUL)
# What a worker holds is few rows; its heartbeat finds them by its name.
_OWNED = text("lease_owner IS NOT NULL")
Index("ix_rungs_owner", rungs.c.lease_owner, sqlite_where=_OWNED, postgresql_where=_OWNED)
Index("ix_messages_owner", messages.c.lease_owner, sqlite_where=_OWNED, postgresql_where=_OWNED)
Index("ix_messages_leases", messages.c.lease_until, sqlite_where=_IN_FLIGHT, postgresql_where=_IN_FLIGHT)
Index("ix_messages_address", messages.c.to_address, messages.c.handed_over_at)
Index("ix_messages_lead", messages.c.lead_id, messages.c.id)
Index("ix_messages_handed_over", messages.c.handed_over_at)

# Receipts and audit lines share one row of numbers and one hash chain (``domain.chain``). The migration that made them
# so refuses every UPDATE and DELETE on both, on either engine.
receipts = Table(
    "receipts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    # No foreign keys: they would lock other rows while the end of the chain is held, and the proof of a send outlives
    # whatever becomes of the message.
    Column("message_id", Id),
    Column("rung_id", Id),
    Column("at", Instant, nullable=False),
    Column("moment", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text),
    Column("until", Instant),
    Column("facts", Json, nullable=False),
    Column("hash", Text, nullable=False),
)
Index("ix_receipts_message", receipts.c.message_id, receipts.c.id)
# Calls have no message.
_CALL = text("message_id IS NULL")
Index("ix_receipts_call", receipts.c.rung_id, receipts.c.id, sqlite_where=_CALL, postgresql_where=_CALL)
# A change of policy is tried on the receipts of the last thirty days.
Index("ix_receipts_at", receipts.c.at)

replies = Table(
    "replies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("provider_sid", Text, nullable=False, unique=True),
    _ref("contact_id", "contacts.id", nullable=True),
    _ref("lead_id", "leads.id", nullable=True),
    Column("from_address", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("media_count", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    # The message of ours whose question for consent this YES answered.
    Column("question_id", Id),
    # What a person read in a text that might ask us to stop; until then everything to the number is held.
    Column("reading", Text),
    Column("read_by", Text),
    Column("read_at", Instant),
)
UNREAD_STOP = text("replies.kind = 'smells_of_stop' AND replies.reading IS NULL")
"""Condition of the partial index below, spelt out for the same reason as ``ARMED``."""
_UNREAD_STOP = text("kind = 'smells_of_stop' AND reading IS NULL")
Index(
    "ix_replies_unread_stops",
    replies.c.from_address,
    sqlite_where=_UNREAD_STOP,
    postgresql_where=_UNREAD_STOP,
)
Index("ix_replies_address", replies.c.from_address, replies.c.received_at)
Index("ix_replies_lead", replies.c.lead_id, replies.c.id)

deals = Table(
    "deals",
    metadata,
    Column("id", Id, primary_key=True),
    _ref("lead_id", "leads.id"),
    Column("revision", Integer, nullable=False),
    Column("arv_cents", Id, nullable=False),
    Column("repairs_cents", Id, nullable=False),
    Column("asking_cents", Id),
    Column("property_type", Text, nullable=False),
    Column("beds", Integer),
    Column("baths", Integer),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
)
Index("ix_deals_lead", deals.c.lead_id)

offers = Table(
    "offers",
    metadata,
    Column("id", Id, primary_key=True),
    _ref("deal_id", "deals.id"),
    Column("revision", Integer, nullable=False),
    Column("opening_cents", Id, nullable=False),
    Column("target_cents", Id, nullable=False),
    Column("stretch_cents", Id, nullable=False),
    Column("ceiling_cents", Id, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)
Index("uq_offers_deal_revision", offers.c.deal_id, offers.c.revision, unique=True)

buyers = Table(
    "buyers",
    metadata,
    Column("id", Id, primary_key=True),
    _ref("contact_id", "contacts.id"),
    Column("active", Boolean, nullable=False),
    Column("provinces", Json, nullable=False),
    Column("markets", Json, nullable=False),
    Column("property_types", Json, nullable=False),
    Column("min_price_cents", Id, nullable=False),
    Column("max_price_cents", Id, nullable=False),
    Column("min_beds", Integer, nullable=False),
    Column("min_baths", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
)
Index("ix_buyers_price", buyers.c.active, buyers.c.max_price_cents)

matches = Table(
    "matches",
    metadata,
    Column("id", Id, primary_key=True),
    _ref("deal_id", "deals.id"),
    Column("revision", Integer, nullable=False),
    _ref("buyer_id", "buyers.id"),
    Column("score", Float, nullable=False),
    Column("reasons", Json, nullable=False),
)
Index("uq_matches_deal_buyer", matches.c.deal_id, matches.c.revision, matches.c.buyer_id, unique=True)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Id, primary_key=True),
    _ref("deal_id", "deals.id"),
    _ref("buyer_id", "buyers.id"),
    Column("province", Text),
    Column("market", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("uq_feedback_once", feedback.c.deal_id, feedback.c.buyer_id, feedback.c.event, unique=True)
Index("ix_feedback_market", feedback.c.province, feedback.c.market, feedback.c.event)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Text, primary_key=True),
    # 'offer' is about a deal, 'policy' about a policy; which row is told by both together.
    Column("kind", Text, nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("amount_cents", Id, nullable=False),
    Column("preview", Text, nullable=False),
    Column("preview_hash", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("decision_note", Text),
)
Index("ix_approvals_subject", approvals.c.kind, approvals.c.subject_id)
Index(
    "ix_approvals_pending",
    approvals.c.expires_at,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)

kpi_events = Table(
    "kpi_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("domain", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("success", Boolean, nullable=False),
    Column("value", Float),
    Column("province", Text),
    Column("market", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("step", Integer),
    Column("actor", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("detail", Json, nullable=False),
)
Index("ix_kpi_events_at", kpi_events.c.at)
Index("ix_kpi_events_correlation", kpi_events.c.correlation_id)

briefings = Table(
    "briefings",
    metadata,
    Column("id", Id, primary_key=True),
    # '<channel>:<local date>' for a scheduled one: two clocks never make two briefings.
    Column("tick_key", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("figures", Json, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("action", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("hash", Text, nullable=False),
)
Index("ix_audit_subject", audit.c.subject, audit.c.id)

chain_head = Table(
    "chain_head",
    metadata,
    # One row: the number and hash of the newest line. Who appends holds it from here to the commit.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", Id, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("id = 1", name="ck_chain_head_one_row"),
)

switches = Table(
    "switches",
    metadata,
    # 'all', 'province:ON', 'channel:sms', 'ladder': a row means paused.
    Column("scope", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("channel", Text, nullable=False),
    # Only this person sees it (chat.postEphemeral): posted once, never edited.
    Column("only_for", Text),
    _ref("parent_id", "cards.id", nullable=True),
    Column("payload", Json, nullable=False),
    Column("ts", Text),
    Column("stale", Boolean, nullable=False),
    # Business time since which Slack does not show the truth; a null comes from before there was the column.
    Column("stale_since", Instant),
    # A first post was begun then, in business time, which Slack's own time stamps follow, and its outcome is not known.
    Column("attempt_began_at", Instant),
    # Posted again without proof that the first try came to nothing; the text says so for good.
    Column("may_repeat", Boolean, nullable=False, server_default=false()),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    # Tries since one went well: the longer they have been failing, the longer the wait before the next.
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    # How often it was taken since anything came of it at all, if only an error of Slack's.
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    # Given up: drawing it failed time and again. The next change of its subject tries anew.
    Column("dead", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
)
STALE_CARDS = text("cards.stale")
DEAD_CARDS = text("cards.dead")
Index("ix_cards_dead", cards.c.id, sqlite_where=text("dead"), postgresql_where=text("dead"))
Index("uq_cards_subject", cards.c.kind, cards.c.subject, unique=True)
Index("ix_cards_stale", cards.c.channel, cards.c.id, sqlite_where=text("stale"), postgresql_where=text("stale"))
Index("ix_cards_parent", cards.c.parent_id)
Index("ix_cards_ts", cards.c.channel, cards.c.ts)

policies = Table(
    "policies",
    metadata,
    Column("id", Id, primary_key=True),
    # 'ON/Toronto', 'ON/ALL', 'CA/ALL'.
    Column("scope", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("rules", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    # 0 is the built-in policy, which has no row.
    Column("base_id", Id, nullable=False),
    _ref("replaced_id", "policies.id", nullable=True),
    Column("asked_from", Instant),
    Column("effective_at", Instant),
    Column("decided_by", Text),
    Column("ended_by", Text),
    Column("ended_at", Instant),
    Column("note", Text),
    Column("replay", Json, nullable=False),
)
Index("uq_policies_version", policies.c.scope, policies.c.version, unique=True)
IN_FORCE = text("policies.state IN ('active', 'scheduled')")
"""Spelt out for the same reason as ``ARMED``."""
_ACTIVE = text("state = 'active'")
_OPEN = text("state IN ('proposed', 'scheduled')")
# One version of a scope is in force, and one is on its way; what applies is never a matter of order.
Index("uq_policies_active", policies.c.scope, unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)
Index("uq_policies_open", policies.c.scope, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)

workers = Table(
    "workers",
    metadata,
    # One row a process, named as in the leases it holds.
    Column("owner", Text, primary_key=True),
    # 'jobs' or 'web'.
    Column("kind", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    # The business clock at that beat.
    Column("business_at", Instant, nullable=False),
)

channel_pace = Table(
    "channel_pace",
    metadata,
    # When this Slack channel may be written to again, in real time (not the movable clock of a sandbox).
    Column("channel", Text, primary_key=True),
    Column("next_at", Instant, nullable=False),
)
