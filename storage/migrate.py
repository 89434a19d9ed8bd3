"""Bring a database to the schema this code expects, through Alembic; also say whether it is there."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.unit import Database


def upgrade(url: str) -> None:
    """Apply every missing migration to the database at ``url``; safe to repeat and to run from several processes.

    Raises:
        StorageUnavailableError: the database refused.
    """
    database = Database.open(url)
    try:
        with database.write() as tx:
            _serialise(tx)
            settings = config()
            settings.attributes["connection"] = tx
            command.upgrade(settings, "head")
    finally:
        database.close()


def missing(database: Database) -> bool:
    """Return whether the database lacks a migration this code expects."""
    with database.read() as tx:
        current = MigrationContext.configure(tx).get_current_revision()
    return current != ScriptDirectory.from_config(config()).get_current_head()


def config() -> Config:
    """Return the Alembic configuration that finds our migrations wherever the package lies."""
    settings = Config()
    settings.set_main_option("script_location", str(files("storage") / "migrations"))
    return settings


def _serialise(tx: Connection) -> None:
    # Of two release commands the second waits here and finds nothing to do; on SQLite BEGIN IMMEDIATE does it.
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SELECT pg_advisory_xact_lock(7461636)")
