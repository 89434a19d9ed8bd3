"""first light."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand the schema."""
    op.create_table(
        "audit",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "briefings",
        sa.Column("id", Id, nullable=False),
        sa.Column("tick_key", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefings")),
        sa.UniqueConstraint("tick_key", name=op.f("uq_briefings_tick_key")),
    )
    op.create_table(
        "cards",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("only_for", sa.Text(), nullable=True),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["cards.id"], name=op.f("fk_cards_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index("ix_cards_parent", ["parent_id"], unique=False)
        batch_op.create_index(
            "ix_cards_stale",
            ["channel", "id"],
            unique=False,
            sqlite_where=sa.text("stale"),
            postgresql_where=sa.text("stale"),
        )
        batch_op.create_index("ix_cards_ts", ["channel", "ts"], unique=False)
        batch_op.create_index("uq_cards_subject", ["kind", "subject"], unique=True)

    op.create_table(
        "channel_pace",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pace")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone_e164", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index("ix_contacts_phone", ["phone_e164"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
    )
    op.create_table(
        "kpi_events",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_events")),
    )
    with op.batch_alter_table("kpi_events", schema=None) as batch_op:
        batch_op.create_index("ix_kpi_events_at", ["at"], unique=False)
        batch_op.create_index("ix_kpi_events_correlation", ["correlation_id"], unique=False)

    op.create_table(
        "suppressions",
        sa.Column("id", Id, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
    )
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.create_index("uq_suppressions_address", ["address", "reason"], unique=True)

    op.create_table(
        "switches",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_switches")),
    )
    op.create_table(
        "buyers",
        sa.Column("id", Id, nullable=False),
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("provinces", Json, nullable=False),
        sa.Column("markets", Json, nullable=False),
        sa.Column("property_types", Json, nullable=False),
        sa.Column("min_price_cents", Id, nullable=False),
        sa.Column("max_price_cents", Id, nullable=False),
        sa.Column("min_beds", sa.Integer(), nullable=False),
        sa.Column("min_baths", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_buyers_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyers")),
    )
    with op.batch_alter_table("buyers", schema=None) as batch_op:
        batch_op.create_index("ix_buyers_price", ["active", "max_price_cents"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", Id, nullable=False),
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("channels", Json, nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("used", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_consents_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index("ix_consents_contact", ["contact_id"], unique=False)

    op.create_table(
        "leads",
        sa.Column("id", Id, nullable=False),
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("zones", Json, nullable=False),
        sa.Column("conflicts", Json, nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("claimed_at", Instant(), nullable=True),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("ladder_reason", sa.Text(), nullable=True),
        sa.Column("plan_version", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("intake_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_leads_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("intake_key", name=op.f("uq_leads_intake_key")),
    )
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.create_index("ix_leads_contact", ["contact_id"], unique=False)
        batch_op.create_index("ix_leads_owner", ["owner", "id"], unique=False)

    op.create_table(
        "deals",
        sa.Column("id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("arv_cents", Id, nullable=False),
        sa.Column("repairs_cents", Id, nullable=False),
        sa.Column("asking_cents", Id, nullable=True),
        sa.Column("property_type", sa.Text(), nullable=False),
        sa.Column("beds", sa.Integer(), nullable=True),
        sa.Column("baths", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_deals_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
    )
    with op.batch_alter_table("deals", schema=None) as batch_op:
        batch_op.create_index("ix_deals_lead", ["lead_id"], unique=False)

    op.create_table(
        "replies",
        sa.Column("id", Id, nullable=False),
        sa.Column("provider_sid", sa.Text(), nullable=False),
        sa.Column("contact_id", Id, nullable=True),
        sa.Column("lead_id", Id, nullable=True),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_count", sa.Integer(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_replies_contact_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_replies_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("provider_sid", name=op.f("uq_replies_provider_sid")),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index("ix_replies_address", ["from_address", "received_at"], unique=False)
        batch_op.create_index("ix_replies_lead", ["lead_id", "id"], unique=False)

    op.create_table(
        "rungs",
        sa.Column("id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_by", sa.Text(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_rungs_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rungs")),
    )
    with op.batch_alter_table("rungs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rungs_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'armed'"),
            postgresql_where=sa.text("state = 'armed'"),
        )
        batch_op.create_index(
            "uq_rungs_armed",
            ["lead_id"],
            unique=True,
            sqlite_where=sa.text("state = 'armed'"),
            postgresql_where=sa.text("state = 'armed'"),
        )
        batch_op.create_index("uq_rungs_lead_step", ["lead_id", "step"], unique=True)

    op.create_table(
        "approvals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("deal_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_cents", Id, nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("preview_hash", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_approvals_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index("ix_approvals_deal", ["deal_id"], unique=False)
        batch_op.create_index(
            "ix_approvals_pending",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "feedback",
        sa.Column("id", Id, nullable=False),
        sa.Column("deal_id", Id, nullable=False),
        sa.Column("buyer_id", Id, nullable=False),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyers.id"], name=op.f("fk_feedback_buyer_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_feedback_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_market", ["province", "market", "event"], unique=False)
        batch_op.create_index("uq_feedback_once", ["deal_id", "buyer_id", "event"], unique=True)

    op.create_table(
        "matches",
        sa.Column("id", Id, nullable=False),
        sa.Column("deal_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("buyer_id", Id, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyers.id"], name=op.f("fk_matches_buyer_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_matches_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
    )
    with op.batch_alter_table("matches", schema=None) as batch_op:
        batch_op.create_index("uq_matches_deal_buyer", ["deal_id", "revision", "buyer_id"], unique=True)

    op.create_table(
        "messages",
        sa.Column("id", Id, nullable=False),
        sa.Column("intent_key", sa.Text(), nullable=False),
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=True),
        sa.Column("deal_id", Id, nullable=True),
        sa.Column("rung_id", Id, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("available_at", Instant(), nullable=False),
        sa.Column("send_before", Instant(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempt_token", sa.Text(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("provider_sid", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("consent_id", Id, nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("state_at", Instant(), nullable=False),
        sa.Column("handed_over_at", Instant(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_messages_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_messages_deal_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_messages_lead_id")),
        sa.ForeignKeyConstraint(["rung_id"], ["rungs.id"], name=op.f("fk_messages_rung_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("attempt_token", name=op.f("uq_messages_attempt_token")),
        sa.UniqueConstraint("intent_key", name=op.f("uq_messages_intent_key")),
        sa.UniqueConstraint("provider_sid", name=op.f("uq_messages_provider_sid")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_address", ["to_address", "handed_over_at"], unique=False)
        batch_op.create_index(
            "ix_messages_claimable",
            ["available_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('held', 'ready')"),
            postgresql_where=sa.text("state IN ('held', 'ready')"),
        )
        batch_op.create_index("ix_messages_handed_over", ["handed_over_at"], unique=False)
        batch_op.create_index("ix_messages_lead", ["lead_id", "id"], unique=False)
        batch_op.create_index(
            "ix_messages_leases",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state IN ('dispatching', 'unknown')"),
            postgresql_where=sa.text("state IN ('dispatching', 'unknown')"),
        )
        batch_op.create_index(
            "uq_messages_in_flight",
            ["to_address"],
            unique=True,
            sqlite_where=sa.text("state IN ('dispatching', 'unknown')"),
            postgresql_where=sa.text("state IN ('dispatching', 'unknown')"),
        )

    op.create_table(
        "offers",
        sa.Column("id", Id, nullable=False),
        sa.Column("deal_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opening_cents", Id, nullable=False),
        sa.Column("target_cents", Id, nullable=False),
        sa.Column("stretch_cents", Id, nullable=False),
        sa.Column("ceiling_cents", Id, nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_offers_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index("uq_offers_deal_revision", ["deal_id", "revision"], unique=True)

    op.create_table(
        "receipts",
        sa.Column("id", Id, nullable=False),
        sa.Column("message_id", Id, nullable=True),
        sa.Column("rung_id", Id, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_receipts_message_id")),
        sa.ForeignKeyConstraint(["rung_id"], ["rungs.id"], name=op.f("fk_receipts_rung_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index("ix_receipts_message", ["message_id", "id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_index("ix_receipts_message")

    op.drop_table("receipts")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index("uq_offers_deal_revision")

    op.drop_table("offers")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_messages_in_flight",
            sqlite_where=sa.text("state IN ('dispatching', 'unknown')"),
            postgresql_where=sa.text("state IN ('dispatching', 'unknown')"),
        )
        batch_op.drop_index(
            "ix_messages_leases",
            sqlite_where=sa.text("state IN ('dispatching', 'unknown')"),
            postgresql_where=sa.text("state IN ('dispatching', 'unknown')"),
        )
        batch_op.drop_index("ix_messages_lead")
        batch_op.drop_index("ix_messages_handed_over")
        batch_op.drop_index(
            "ix_messages_claimable",
            sqlite_where=sa.text("state IN ('held', 'ready')"),
            postgresql_where=sa.text("state IN ('held', 'ready')"),
        )
        batch_op.drop_index("ix_messages_address")

    op.drop_table("messages")
    with op.batch_alter_table("matches", schema=None) as batch_op:
        batch_op.drop_index("uq_matches_deal_buyer")

    op.drop_table("matches")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index("uq_feedback_once")
        batch_op.drop_index("ix_feedback_market")

    op.drop_table("feedback")
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_approvals_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_approvals_deal")

    op.drop_table("approvals")
    with op.batch_alter_table("rungs", schema=None) as batch_op:
        batch_op.drop_index("uq_rungs_lead_step")
        batch_op.drop_index(
            "uq_rungs_armed", sqlite_where=sa.text("state = 'armed'"), postgresql_where=sa.text("state = 'armed'")
        )
        batch_op.drop_index(
            "ix_rungs_due", sqlite_where=sa.text("state = 'armed'"), postgresql_where=sa.text("state = 'armed'")
        )

    op.drop_table("rungs")
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.drop_index("ix_replies_lead")
        batch_op.drop_index("ix_replies_address")

    op.drop_table("replies")
    with op.batch_alter_table("deals", schema=None) as batch_op:
        batch_op.drop_index("ix_deals_lead")

    op.drop_table("deals")
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.drop_index("ix_leads_owner")
        batch_op.drop_index("ix_leads_contact")

    op.drop_table("leads")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index("ix_consents_contact")

    op.drop_table("consents")
    with op.batch_alter_table("buyers", schema=None) as batch_op:
        batch_op.drop_index("ix_buyers_price")

    op.drop_table("buyers")
    op.drop_table("switches")
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.drop_index("uq_suppressions_address")

    op.drop_table("suppressions")
    with op.batch_alter_table("kpi_events", schema=None) as batch_op:
        batch_op.drop_index("ix_kpi_events_correlation")
        batch_op.drop_index("ix_kpi_events_at")

    op.drop_table("kpi_events")
    op.drop_table("inbox")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index("ix_contacts_phone")

    op.drop_table("contacts")
    op.drop_table("channel_pace")
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_index("uq_cards_subject")
        batch_op.drop_index("ix_cards_ts")
        batch_op.drop_index("ix_cards_stale", sqlite_where=sa.text("stale"), postgresql_where=sa.text("stale"))
        batch_op.drop_index("ix_cards_parent")

    op.drop_table("cards")
    op.drop_table("briefings")
    op.drop_table("audit")
