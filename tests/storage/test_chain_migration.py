"""What an older version wrote joins the chain."""

from pathlib import Path

from alembic import command

from storage import contacts, migrate, records
from storage.unit import Database
from tests.storage.chains import note, numbers, report
from tests.support.postgres import Cluster

_OLD = """
INSERT INTO contacts (id, kind, name, phone_e164, language, created_at)
VALUES (1, 'seller', 'Jane', '+14165550199', 'en', '2026-11-01 00:00:00');
INSERT INTO messages (id, intent_key, contact_id, channel, purpose, to_address, body, body_hash, language, state,
    available_at, send_before, requested_by, created_at, state_at, correlation_id)
VALUES (1, 'k', 1, 'sms', 'ladder', '+14165550199', 'Hi', 'h', 'en', 'held',
    '2026-11-01 00:00:00', '2026-11-01 00:00:00', 'U0RILEY', '2026-11-01 00:00:00', '2026-11-01 00:00:00', 'c');
INSERT INTO receipts (message_id, at, moment, verdict, facts)
VALUES (1, '2026-11-02 00:00:00', 'planned', 'allow', '{"zones": ["America/Toronto"]}');
INSERT INTO audit (at, action, actor, subject, detail) VALUES ('2026-11-03 00:00:00', 'third', 'U1', 'L-1', '{}');
INSERT INTO audit (at, action, actor, subject, detail) VALUES ('2026-11-01 00:00:00', 'first', 'U1', 'L-1', '{}')
"""


def test_what_was_written_before_the_chain_is_chained_in_the_order_of_its_time(
    postgres_cluster: Cluster, tmp_path: Path
) -> None:
    """On both engines: numbered anew, whole, with the actor of each message; contacts get salts."""
    for url in (postgres_cluster.url(postgres_cluster.create()), f"sqlite:///{tmp_path}/old.sqlite3"):
        old = Database.open(url, create=True)
        _alembic(old, "0001")
        with old.write() as tx:
            for statement in _OLD.split(";"):
                tx.exec_driver_sql(statement)
        _alembic(old, "head")
        with old.write() as tx:
            (first,) = records.receipts_of(tx, 1)
            lines = [(line["id"], line["action"]) for line in records.audit_lines(tx)]
            salts = contacts.salts_of(tx, [1])
            note(tx)

        assert (first.id, first.actor, first.facts) == (2, "U0RILEY", {"zones": ["America/Toronto"]})
        assert lines == [(1, "first"), (3, "third")]
        assert salts[1]
        assert report(old).broken is None
        assert numbers(old) == [1, 2, 3, 4]
        _alembic(old, "0001", back=True)
        _alembic(old, "head")
        assert numbers(old) == [1, 2, 3, 4]
        assert report(old).broken is None
        old.close()


def _alembic(db: Database, revision: str, *, back: bool = False) -> None:
    with db.write() as tx:
        settings = migrate.config()
        settings.attributes["connection"] = tx
        (command.downgrade if back else command.upgrade)(settings, revision)
