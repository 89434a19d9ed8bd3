"""The database fixtures: migrated, fresh for each test, the same on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect

from storage.engine import normalise_url


@pytest.mark.parametrize("turn", ["first", "second"])
def test_nothing_of_another_test_is_in_the_database(database_url: str, turn: str) -> None:
    """Each turn finds the migrated schema and no trace of the turn before."""
    engine = create_engine(normalise_url(database_url))
    tables = set(inspect(engine).get_table_names())

    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE trace_of_a_turn ({turn} integer)")
    engine.dispose()

    assert "alembic_version" in tables
    assert "trace_of_a_turn" not in tables
