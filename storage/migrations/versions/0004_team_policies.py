"""team policies."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant, Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand the schema."""
    op.create_table(
        "policies",
        sa.Column("id", Id, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("base_id", Id, nullable=False),
        sa.Column("replaced_id", Id, nullable=True),
        sa.Column("asked_from", Instant(), nullable=True),
        sa.Column("effective_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("replay", Json, nullable=False),
        sa.ForeignKeyConstraint(["replaced_id"], ["policies.id"], name=op.f("fk_policies_replaced_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
    )
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.create_index(
            "uq_policies_active",
            ["scope"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(
            "uq_policies_open",
            ["scope"],
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'scheduled')"),
            postgresql_where=sa.text("state IN ('proposed', 'scheduled')"),
        )
        batch_op.create_index("uq_policies_version", ["scope", "version"], unique=True)

    # An approval is about an offer's deal or about a policy: the column keeps its values and loses its target.
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_index("ix_approvals_deal")
        batch_op.drop_constraint("fk_approvals_deal_id", type_="foreignkey")
        batch_op.alter_column("deal_id", new_column_name="subject_id", existing_type=Id, existing_nullable=False)
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index("ix_approvals_subject", ["kind", "subject_id"], unique=False)

    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index("ix_receipts_at", ["at"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_index("ix_receipts_at")

    # What is about a policy has no deal to point to, and no other place in an earlier schema.
    op.execute(sa.text("DELETE FROM approvals WHERE kind <> 'offer'"))
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_index("ix_approvals_subject")
        batch_op.alter_column("subject_id", new_column_name="deal_id", existing_type=Id, existing_nullable=False)
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_foreign_key("fk_approvals_deal_id", "deals", ["deal_id"], ["id"])
        batch_op.create_index("ix_approvals_deal", ["deal_id"], unique=False)

    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.drop_index("uq_policies_version")
        batch_op.drop_index(
            "uq_policies_open",
            sqlite_where=sa.text("state IN ('proposed', 'scheduled')"),
            postgresql_where=sa.text("state IN ('proposed', 'scheduled')"),
        )
        batch_op.drop_index(
            "uq_policies_active", sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'")
        )

    op.drop_table("policies")
