"""The words people use for kinds of property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import property_types
from domain.property_types import PropertyType


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("detached", PropertyType.DETACHED),
        ("House", PropertyType.DETACHED),
        ("Semi-detached", PropertyType.SEMI),
        ("jumelée", PropertyType.SEMI),
        ("maison en rangée", PropertyType.TOWNHOUSE),
        (" CONDO ", PropertyType.CONDO),
        ("triplex", PropertyType.MULTIPLEX),
        ("terrain", PropertyType.LAND),
    ],
)
def test_a_kind_is_read_by_its_usual_names(text: str, kind: PropertyType) -> None:
    """In both languages, whatever the case, accents and hyphens."""
    assert property_types.parse(text) is kind


@given(st.text(max_size=40))
def test_anything_else_names_no_kind(text: str) -> None:
    """No guess, no failure."""
    assert property_types.parse(f"~{text}q") is None


@pytest.mark.parametrize("kind", PropertyType)
def test_every_kind_is_read_by_its_own_name(kind: PropertyType) -> None:
    """What is stored can be typed."""
    assert property_types.parse(kind.value) is kind
