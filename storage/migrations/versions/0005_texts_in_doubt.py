"""Keep what a listing at the provider is compared with, for texts in doubt."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand the schema."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attempt_began_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("attempt_expires_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("empty_look_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("resent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(
            "ix_messages_doubtful",
            ["available_at"],
            unique=False,
            sqlite_where=sa.text("state = 'unknown'"),
            postgresql_where=sa.text("state = 'unknown'"),
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_doubtful",
            sqlite_where=sa.text("state = 'unknown'"),
            postgresql_where=sa.text("state = 'unknown'"),
        )
        batch_op.drop_column("resent")
        batch_op.drop_column("empty_look_at")
        batch_op.drop_column("attempt_expires_at")
        batch_op.drop_column("attempt_began_at")
