"""Count how often a row is claimed without a result, and hear which workers live."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OWNED = sa.text("lease_owner IS NOT NULL")
_DEAD = sa.text("dead")
_DEAD_RUNG = sa.text("state = 'dead'")


def upgrade() -> None:
    """Expand the schema."""
    op.create_table(
        "workers",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("beat_at", Instant(), nullable=False),
        sa.Column("business_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_workers")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claims", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("dead", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index("ix_cards_dead", ["id"], unique=False, sqlite_where=_DEAD, postgresql_where=_DEAD)
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claims", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("leased_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("last_error", sa.Text(), nullable=True))
        batch_op.create_index(
            "ix_messages_owner", ["lease_owner"], unique=False, sqlite_where=_OWNED, postgresql_where=_OWNED
        )
    with op.batch_alter_table("rungs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claims", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("lease_owner", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("leased_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("lease_until", Instant(), nullable=True))
        batch_op.add_column(sa.Column("last_error", sa.Text(), nullable=True))
        batch_op.create_index(
            "ix_rungs_owner", ["lease_owner"], unique=False, sqlite_where=_OWNED, postgresql_where=_OWNED
        )
        batch_op.create_index(
            "ix_rungs_dead", ["id"], unique=False, sqlite_where=_DEAD_RUNG, postgresql_where=_DEAD_RUNG
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("rungs", schema=None) as batch_op:
        batch_op.drop_index("ix_rungs_dead", sqlite_where=_DEAD_RUNG, postgresql_where=_DEAD_RUNG)
        batch_op.drop_index("ix_rungs_owner", sqlite_where=_OWNED, postgresql_where=_OWNED)
        for name in ("last_error", "lease_until", "leased_at", "lease_owner", "claims"):
            batch_op.drop_column(name)
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_owner", sqlite_where=_OWNED, postgresql_where=_OWNED)
        for name in ("last_error", "leased_at", "claims"):
            batch_op.drop_column(name)
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_index("ix_cards_dead", sqlite_where=_DEAD, postgresql_where=_DEAD)
        batch_op.drop_column("dead")
        batch_op.drop_column("claims")
    op.drop_table("workers")
