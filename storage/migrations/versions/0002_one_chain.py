"""one chain: receipts and audit lines share one row of numbers and one hash chain, and are never changed again."""

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

from domain.chain import GENESIS, link
from storage.chain import content_of
from storage.types import Id, Instant, Json

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("receipts", "audit")

_receipts = sa.table(
    "receipts",
    sa.column("id", Id),
    sa.column("message_id", Id),
    sa.column("rung_id", Id),
    sa.column("at", Instant()),
    sa.column("moment", sa.Text()),
    sa.column("actor", sa.Text()),
    sa.column("verdict", sa.Text()),
    sa.column("reason", sa.Text()),
    sa.column("until", Instant()),
    sa.column("facts", Json),
    sa.column("hash", sa.Text()),
)
_audit = sa.table(
    "audit",
    sa.column("id", Id),
    sa.column("at", Instant()),
    sa.column("action", sa.Text()),
    sa.column("actor", sa.Text()),
    sa.column("subject", sa.Text()),
    sa.column("detail", Json),
    sa.column("hash", sa.Text()),
)
_contacts = sa.table("contacts", sa.column("id", Id), sa.column("salt", sa.Text()))
_head = sa.table("chain_head", *(sa.column(name) for name in ("id", "position", "hash")))
_messages = sa.table("messages", sa.column("id", Id), sa.column("requested_by", sa.Text()))


def upgrade() -> None:
    """Expand the schema, link what is there, and refuse every later change."""
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", Id, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_chain_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_head")),
    )
    op.add_column("contacts", sa.Column("salt", sa.Text(), nullable=True))
    _add_columns()
    _salt_contacts()
    _link()
    _require_columns()
    _refuse_changes()


def downgrade() -> None:
    """Take it back; the lines keep their numbers."""
    _allow_changes()
    op.drop_table("chain_head")
    op.drop_column("contacts", "salt")
    with op.batch_alter_table("audit") as batch:
        batch.drop_index("ix_audit_subject")
        batch.drop_column("hash")
    with op.batch_alter_table("receipts") as batch:
        batch.drop_index("ix_receipts_call")
        batch.drop_column("hash")
        batch.drop_column("actor")
        batch.create_foreign_key(op.f("fk_receipts_message_id"), "messages", ["message_id"], ["id"])
        batch.create_foreign_key(op.f("fk_receipts_rung_id"), "rungs", ["rung_id"], ["id"])
    if _on_postgresql():
        for table in TABLES:
            op.execute(f"CREATE SEQUENCE {table}_id_seq OWNED BY {table}.id")
            op.execute(f"SELECT setval('{table}_id_seq', coalesce((SELECT max(id) FROM {table}), 0) + 1, false)")  # noqa: S608 - names of ours
            op.execute(f"ALTER TABLE {table} ALTER COLUMN id SET DEFAULT nextval('{table}_id_seq')")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _add_columns() -> None:
    with op.batch_alter_table("receipts") as batch:
        batch.drop_constraint(op.f("fk_receipts_message_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_receipts_rung_id"), type_="foreignkey")
        batch.add_column(sa.Column("actor", sa.Text(), nullable=True))
        batch.add_column(sa.Column("hash", sa.Text(), nullable=True))
        condition = sa.text("message_id IS NULL")
        batch.create_index("ix_receipts_call", ["rung_id", "id"], sqlite_where=condition, postgresql_where=condition)
    with op.batch_alter_table("audit") as batch:
        batch.add_column(sa.Column("hash", sa.Text(), nullable=True))
        batch.create_index("ix_audit_subject", ["subject", "id"])


def _require_columns() -> None:
    with op.batch_alter_table("receipts") as batch:
        batch.alter_column("actor", existing_type=sa.Text(), nullable=False)
        batch.alter_column("hash", existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table("audit") as batch:
        batch.alter_column("hash", existing_type=sa.Text(), nullable=False)
    if _on_postgresql():
        # A line's number comes from the end of the chain alone.
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN id DROP DEFAULT")
            op.execute(f"DROP SEQUENCE IF EXISTS {table}_id_seq")


def _salt_contacts() -> None:
    bind = op.get_bind()
    change = sa.update(_contacts).where(_contacts.c.id == sa.bindparam("contact")).values(salt=sa.bindparam("fresh"))
    contacts = bind.execute(sa.select(_contacts.c.id)).scalars().all()
    if contacts:
        bind.execute(change, [{"contact": each, "fresh": secrets.token_hex(16)} for each in contacts])


def _link() -> None:
    """Give what was written before its numbers, in the order of its time, and chain it."""
    bind = op.get_bind()
    position, last = 0, GENESIS
    for table, row in _by_time(bind):
        position += 1
        last = link(last, position, content_of(table, row))
        values = {"id": position, "hash": last, "actor": row["actor"]}
        bind.execute(sa.update(table).where(table.c.id == row["id"]).values(values))
    bind.execute(sa.insert(_head).values(id=1, position=position, hash=last))


def _by_time(bind: sa.Connection) -> list[tuple[sa.TableClause, dict[str, Any]]]:
    """Return every row, under a negative number that is out of the way of the new ones, oldest first."""
    found: list[tuple[sa.TableClause, dict[str, Any]]] = []
    actors = {row.id: row.requested_by for row in bind.execute(sa.select(_messages))}
    for table in (_receipts, _audit):
        bind.execute(sa.update(table).values(id=-table.c.id))
        found += [(table, dict(row)) for row in bind.execute(sa.select(table)).mappings()]
    for table, row in found:
        if table is _receipts:
            row["actor"] = actors.get(row["message_id"], "system")
    return sorted(found, key=lambda each: (each[1]["at"], each[0].name, -each[1]["id"]))


_SQLITE_GUARDS = """
CREATE TRIGGER {table}_keep_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'the audit is append-only: {table} cannot be changed'); END;
CREATE TRIGGER {table}_keep_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'the audit is append-only: {table} cannot be changed'); END;
CREATE TRIGGER {table}_keep_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit is append-only: {table} cannot be changed'); END;
"""
"""INSERT OR REPLACE deletes without telling the second."""

_SQLITE_HEAD = """
CREATE TRIGGER chain_head_forward BEFORE UPDATE ON chain_head WHEN NEW.position <= OLD.position
BEGIN SELECT RAISE(ABORT, 'the audit is append-only: its end only moves forward'); END;
CREATE TRIGGER chain_head_keep_delete BEFORE DELETE ON chain_head
BEGIN SELECT RAISE(ABORT, 'the audit is append-only: its end only moves forward'); END;
CREATE TRIGGER chain_head_keep_replace BEFORE INSERT ON chain_head WHEN EXISTS (SELECT 1 FROM chain_head)
BEGIN SELECT RAISE(ABORT, 'the audit is append-only: its end only moves forward'); END;
"""

_POSTGRESQL_GUARDS = """
CREATE FUNCTION heimdall_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = 'the audit is append-only: ' || TG_TABLE_NAME || ' cannot be changed';
END $$;
CREATE FUNCTION heimdall_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position <= OLD.position THEN
        RAISE EXCEPTION 'the audit is append-only: its end only moves forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receipts_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts
FOR EACH STATEMENT EXECUTE FUNCTION heimdall_keep();
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION heimdall_keep();
CREATE TRIGGER chain_head_keep BEFORE DELETE OR TRUNCATE ON chain_head
FOR EACH STATEMENT EXECUTE FUNCTION heimdall_keep();
CREATE TRIGGER chain_head_forward BEFORE UPDATE ON chain_head
FOR EACH ROW EXECUTE FUNCTION heimdall_forward();
"""


def _refuse_changes() -> None:
    if _on_postgresql():
        op.get_bind().exec_driver_sql(_POSTGRESQL_GUARDS)
        return
    for script in [*(_SQLITE_GUARDS.format(table=table) for table in TABLES), _SQLITE_HEAD]:
        for trigger in script.strip().split("END;\n"):
            op.get_bind().exec_driver_sql(f"{trigger.removesuffix('END;')}END")


def _allow_changes() -> None:
    if _on_postgresql():
        op.get_bind().exec_driver_sql("DROP FUNCTION heimdall_keep, heimdall_forward CASCADE")
        return
    for table in TABLES:
        for name in ("update", "delete", "replace"):
            op.get_bind().exec_driver_sql(f"DROP TRIGGER {table}_keep_{name}")
