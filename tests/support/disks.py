"""A small disk of a test's own, to fill or to take away."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[str], None]]:
    """Mount a disk of one megabyte, which only root may; yields what mounts it anew with other options."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or mount is None or umount is None:
        pytest.skip("a disk of its own needs root")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False).returncode != 0:
        pytest.skip("this machine mounts no disks")

    def remount(options: str) -> None:
        subprocess.run([mount, "-o", f"remount,{options}", folder], check=True)

    try:
        yield remount
    finally:
        subprocess.run([umount, "--lazy", folder], check=True)
