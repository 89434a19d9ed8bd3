"""Fresh, migrated databases of both kinds, as many as a campaign breaks, and copies of used ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.support import postgres, scratch

DIALECTS = ("sqlite", "postgresql")

_numbers = count(1)


@dataclass(frozen=True)
class Databases:
    """Where databases come from.

    Attributes:
        cluster: the PostgreSQL server of this run.
        template: name of a migrated database in it.
        folder: where SQLite files lie.
        file: a migrated one.
    """

    cluster: postgres.Cluster
    template: str
    folder: Path
    file: Path

    def fresh(self, dialect: str) -> str:
        """Return the URL of a database with nothing in it but the schema."""
        return self._of_cluster(self.template) if dialect == "postgresql" else self._of_file(self.file)

    def copy(self, url: str) -> str:
        """Return the URL of a copy, as a backup restored would be; on PostgreSQL nobody may be connected."""
        scheme, _, path = url.partition("///")
        if scheme.startswith("sqlite"):
            return self._of_file(Path(path))
        return self._of_cluster(url.partition("@/")[2].partition("?")[0])

    def _of_cluster(self, template: str) -> str:
        return self.cluster.url(self.cluster.create(template))

    def _of_file(self, file: Path) -> str:
        path = self.folder / f"heimdall-{next(_numbers)}.sqlite3"
        scratch.copy_sqlite(file, path)
        return f"sqlite:///{path}"


@contextmanager
def opened() -> Iterator[Databases]:
    """Start a server of our own, for campaigns that run outside pytest."""
    from storage.migrate import upgrade  # noqa: PLC0415 - whoever only asks for --help does not wait for SQLAlchemy

    folder = scratch.make_folder("heimdall-faults-")
    try:
        with postgres.running_cluster() as cluster:
            template, file = cluster.create(), folder / "template.sqlite3"
            upgrade(cluster.url(template))
            upgrade(f"sqlite:///{file}")
            yield Databases(cluster, template, folder, file)
    finally:
        shutil.rmtree(folder)
