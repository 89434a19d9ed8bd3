"""Bring a database to the schema this code expects, through Alembic; also say whether it is there and can be used."""

from enum import StrEnum
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.unit import Database


class Schema(StrEnum):
    """How the schema of a database compares with the one this code expects."""

    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"
    ABSENT = "absent"


def upgrade(url: str) -> None:
    """Apply every missing migration to the database at ``url``; safe to repeat and to run from several processes.

    The only function that makes a SQLite file where there is none.

    Raises:
        StorageUnavailableError: the database refused.
    """
    database = Database.open(url, create=True)
    try:
        with database.write() as tx:
            _serialise(tx)
            settings = config()
            settings.attributes["connection"] = tx
            command.upgrade(settings, "head")
    finally:
        database.close()


def schema(database: Database) -> Schema:
    """Compare a database with this code.

    Returns:
        ``ABSENT`` for one that was never migrated, such as a fresh file where another one used to be.
    """
    with database.read() as tx:
        current = MigrationContext.configure(tx).get_current_revision()
    known = ScriptDirectory.from_config(config())
    if current is None:
        return Schema.ABSENT
    if current == known.get_current_head():
        return Schema.CURRENT
    return Schema.BEHIND if current in {each.revision for each in known.walk_revisions()} else Schema.AHEAD


def missing(database: Database) -> bool:
    """Return whether the schema is another one than this code expects."""
    return schema(database) is not Schema.CURRENT


def check_writable(database: Database) -> None:
    """Make sure that a migrated database takes writes; changes nothing.

    Raises:
        StorageUnavailableError: it does not, such as one on a read-only volume or a standby server.
    """
    with database.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = version_num WHERE 1 = 0")


def config() -> Config:
    """Return the Alembic configuration that finds our migrations wherever the package lies."""
    settings = Config()
    settings.set_main_option("script_location", str(files("storage") / "migrations"))
    return settings


def _serialise(tx: Connection) -> None:
    # Of two release commands the second waits here and finds nothing to do; on SQLite BEGIN IMMEDIATE does it.
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SELECT pg_advisory_xact_lock(7461636)")
