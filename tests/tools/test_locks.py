"""The locks in requirements/: they hold what pyproject.toml asks for, and nothing of the machine that wrote them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).parents[2]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_WANTED = {
    "run": _PROJECT["dependencies"],
    "dev": [*_PROJECT["dependencies"], *_PROJECT["optional-dependencies"]["dev"]],
    "mutation": [*_PROJECT["dependencies"], *_PROJECT["optional-dependencies"]["mutation"]],
}


def _lock(name: str) -> str:
    return (_ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", _lock(name), re.MULTILINE))


@pytest.mark.parametrize("name", ["run", "dev", "mutation"])
def test_a_lock_holds_every_declared_library_at_a_version_it_allows(name: str) -> None:
    """Whoever changes a dependency and forgets `make lock` learns it here."""
    pins = _pins(name)
    wanted = [Requirement(line) for line in _WANTED[name]]

    pinned = [(line, pins.get(canonicalize_name(line.name))) for line in wanted]
    unmet = [str(line) for line, version in pinned if version is None or version not in line.specifier]

    assert unmet == []


@pytest.mark.parametrize("name", ["dev", "mutation"])
def test_the_locks_agree(name: str) -> None:
    """The tests run on the versions that people run."""
    run, other = _pins("run"), _pins(name)

    assert {library: other.get(library) for library in run} == run


@pytest.mark.parametrize("name", ["run", "dev", "mutation", "lock"])
def test_a_lock_names_no_address(name: str) -> None:
    """Where packages come from is the business of the machine that installs them."""
    assert re.findall(r"(?m)\S*://\S*|^--\S+", _lock(name)) == []
