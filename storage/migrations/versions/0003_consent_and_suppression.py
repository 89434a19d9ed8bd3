"""consent and suppression."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UNREAD_STOP = sa.text("kind = 'smells_of_stop' AND reading IS NULL")


def upgrade() -> None:
    """Expand the schema."""
    op.create_table(
        "dncl_areas",
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("version_on", sa.Date(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_dncl_areas")),
    )
    op.create_table(
        "dncl_numbers",
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("area", "fingerprint", name=op.f("pk_dncl_numbers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hash_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hash_keys")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("recorded_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("reply_id", Id, nullable=True))
    # Until now a consent was always recorded the moment it began.
    op.execute("UPDATE consents SET recorded_at = started_at")

    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question_id", Id, nullable=True))
        batch_op.add_column(sa.Column("reading", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("read_by", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("read_at", Instant(), nullable=True))
        batch_op.create_index(
            "ix_replies_unread_stops",
            ["from_address"],
            unique=False,
            sqlite_where=_UNREAD_STOP,
            postgresql_where=_UNREAD_STOP,
        )

    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address_hash", sa.LargeBinary(), nullable=True))
        batch_op.alter_column("address", existing_type=sa.TEXT(), nullable=True)
        batch_op.create_index("uq_suppressions_hash", ["address_hash", "reason"], unique=True)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.drop_index("uq_suppressions_hash")
        batch_op.alter_column("address", existing_type=sa.TEXT(), nullable=False)
        batch_op.drop_column("address_hash")

    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.drop_index("ix_replies_unread_stops", sqlite_where=_UNREAD_STOP, postgresql_where=_UNREAD_STOP)
        batch_op.drop_column("read_at")
        batch_op.drop_column("read_by")
        batch_op.drop_column("reading")
        batch_op.drop_column("question_id")

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_column("reply_id")
        batch_op.drop_column("recorded_at")
        batch_op.drop_column("shown")

    op.drop_table("hash_keys")
    op.drop_table("dncl_numbers")
    op.drop_table("dncl_areas")
