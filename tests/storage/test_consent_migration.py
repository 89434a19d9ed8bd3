"""What an older version stored about consent and STOP is kept, and reads as it did."""

from pathlib import Path

from alembic import command

from domain.model import Suppression, SuppressionReason
from storage import contacts, migrate, replies, suppressions
from storage.unit import Database
from tests.support.builders import NOON
from tests.support.postgres import Cluster

_AT = NOON.strftime("%Y-%m-%d %H:%M:%S")
_OLD = f"""
INSERT INTO contacts (id, kind, name, phone_e164, language, created_at)
VALUES (1, 'seller', 'Jane', '+14165550199', 'en', '{_AT}');
INSERT INTO consents (contact_id, basis, channels, proof, recorded_by, started_at)
VALUES (1, 'casl.express', '["sms"]', 'card', 'U0RILEY', '{_AT}');
INSERT INTO suppressions (address, reason, source, since) VALUES ('+14165550199', 'stop', 'text SM1', '{_AT}');
INSERT INTO replies (provider_sid, from_address, body, kind, media_count, received_at)
VALUES ('SM1', '+14165550199', 'leave me alone', 'smells_of_stop', 0, '{_AT}')
"""  # noqa: S608 - a time of ours


def test_older_consents_orders_and_texts_are_kept(postgres_cluster: Cluster, tmp_path: Path) -> None:
    """On both engines, there and back: a consent was recorded when it began, and an unread text still asks."""
    # The clock of an old row is UTC, whatever the server's is.
    for url in (postgres_cluster.url(postgres_cluster.create()), f"sqlite:///{tmp_path}/old.sqlite3"):
        old = Database.open(url, create=True)
        _alembic(old, "0002")
        with old.write() as tx:
            if tx.dialect.name != "sqlite":
                tx.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
            for statement in _OLD.split(";"):
                tx.exec_driver_sql(statement)
        for revision, back in (("head", False), ("0002", True), ("head", False)):
            _alembic(old, revision, back=back)
        with old.read() as tx:
            (ground,) = contacts.consents_of(tx, [1])[1]
            orders = suppressions.of_addresses(tx, ["+14165550199"], None)
            unread = replies.has_unread_stop(tx, "+14165550199")
        old.close()

        assert (ground.proof, ground.recorded_by, ground.recorded_at) == ("card", "U0RILEY", NOON)
        assert orders == {"+14165550199": (Suppression(SuppressionReason.STOP, NOON, None),)}
        assert unread


def _alembic(db: Database, revision: str, *, back: bool = False) -> None:
    with db.write() as tx:
        settings = migrate.config()
        settings.attributes["connection"] = tx
        (command.downgrade if back else command.upgrade)(settings, revision)
