"""Keep which card may have reached Slack already, and since when each one waits."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand the schema."""
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stale_since", Instant(), nullable=True))
        batch_op.add_column(sa.Column("attempt_began_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("may_repeat", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE cards SET stale_since = created_at")


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_column("may_repeat")
        batch_op.drop_column("attempt_began_at")
        batch_op.drop_column("stale_since")
