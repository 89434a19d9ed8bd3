"""Write the next migration from the difference between ``storage.tables`` and a freshly migrated database.

Usage: ``python -m scripts.make_migration 0002 "add the deals table"``. Read and correct what it writes: Alembic sees
columns and indexes, not intentions.
"""

import sys
from tempfile import TemporaryDirectory

from alembic import command

from storage import migrate
from storage.unit import Database


def main(revision: str, message: str) -> None:
    """Upgrade a scratch database, compare, write the file."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/scratch.sqlite3"
        migrate.upgrade(url)
        database = Database.open(url)
        config = migrate.config()
        with database.read() as tx:
            config.attributes["connection"] = tx
            command.revision(config, message=message, autogenerate=True, rev_id=revision)
        database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
