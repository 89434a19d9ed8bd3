"""The file .env.example: it names every setting, nothing else, and says what each is for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from dotenv import dotenv_values

from heimdall.settings import KNOWN

_EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_the_example_names_exactly_the_settings_that_are_read() -> None:
    """Who copies the file meets every setting, and none that would be refused as misspelt."""
    assert set(dotenv_values(_EXAMPLE)) == set(KNOWN)


def test_each_setting_stands_under_a_line_that_explains_it() -> None:
    """A name alone is no documentation."""
    lines = _EXAMPLE.read_text(encoding="utf-8").splitlines()

    settings = [(before, line) for before, line in pairwise(lines) if "=" in line and not line.startswith("#")]

    assert [line for before, line in settings if not before.startswith("# ")] == []
