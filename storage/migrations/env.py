"""Run migrations on the connection ``storage.migrate`` (or ``scripts/make_migration.py``) hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.tables import metadata
from storage.types import Id, Instant, Json


def name_our_types(kind: str, item: Any, about: AutogenContext) -> str | Literal[False]:  # noqa: ANN401 - Alembic's hook
    """Write our own column types by name in a generated migration."""
    names = {id(Id): "Id", id(Json): "Json"}
    name = "Instant" if isinstance(item, Instant) else names.get(id(item))
    if kind != "type" or name is None:
        return False
    about.imports.add(f"from storage.types import {name}")
    return name + ("()" if name == "Instant" else "")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=name_our_types,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
