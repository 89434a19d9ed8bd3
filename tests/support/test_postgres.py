"""The test run's own PostgreSQL server: copies are apart, and no server outlives its run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.support.postgres import Cluster

_HOLD_A_CLUSTER = """
import sys
from tests.support.postgres import running_cluster
with running_cluster() as cluster:
    print(cluster.url("postgres"), flush=True)
    sys.stdin.read()
"""


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM note").fetchone()
    assert row is not None
    return int(row[0])


def _add(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO note DEFAULT VALUES")


def test_a_copy_begins_as_its_template_and_goes_its_own_way(postgres_cluster: Cluster) -> None:
    """A row of the template is in every copy; a row of one copy is in no other."""
    template = postgres_cluster.create()
    with psycopg.connect(postgres_cluster.url(template)) as connection:
        connection.execute("CREATE TABLE note (id integer GENERATED ALWAYS AS IDENTITY)")
    _add(postgres_cluster.url(template))
    one, other = postgres_cluster.create(template), postgres_cluster.create(template)

    _add(postgres_cluster.url(one))

    assert [_count(postgres_cluster.url(name)) for name in (template, one, other)] == [1, 2, 1]


def test_a_killed_run_takes_its_server_with_it() -> None:
    """SIGKILL runs no finalizer, and yet the connection that is open to the server breaks."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD_A_CLUSTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with holder:
        assert holder.stdout is not None
        url = holder.stdout.readline().strip()
        with psycopg.connect(url) as connection:
            os.kill(holder.pid, signal.SIGKILL)

            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(30)")
