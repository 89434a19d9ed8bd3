"""The words people use for kinds of property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import property_types
from domain.model import Language
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


@pytest.mark.parametrize("kind", PropertyType)
def test_a_french_name_that_is_shown_can_be_typed(kind: PropertyType) -> None:
    """Every kind has one, and it is read back as the same kind."""
    assert property_types.parse(property_types.label(kind.value, Language.FR)) is kind


def test_a_kind_is_named_in_the_readers_language() -> None:
    """A word that is no kind is left alone."""
    assert property_types.label("semi", Language.FR) == "maison jumelée"
    assert property_types.label("semi", Language.EN) == "semi-detached house"
    assert property_types.label("castle", Language.FR) == "castle"
