"""What people type and pick, turned into Slack's ``state.values``."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import MistakeError
from sandbox.slack import inputs
from tests.sandbox.blocks import text_input

OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("North", "South", "East")]
NORTH, SOUTH, EAST = OPTIONS


def field(kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an input block ``b`` around an element ``a`` of this kind."""
    return text_input("b") | {"element": {"type": kind, "action_id": "a", **more}}


def state_after(block: dict[str, Any], value: object) -> Any:  # noqa: ANN401 - JSON
    """Return the state entry of the field after a person gave it a plain value."""
    return inputs.entered_values([block], {}, {"a": value})["b"]["a"]


@pytest.mark.parametrize(
    ("block", "value", "entry"),
    [
        (field("plain_text_input"), "Jane", {"value": "Jane"}),
        (field("plain_text_input"), "", {"value": None}),
        (field("number_input", is_decimal_allowed=False), 40, {"value": "40"}),
        (field("datepicker"), "2026-11-24", {"selected_date": "2026-11-24"}),
        (field("timepicker"), "09:05", {"selected_time": "09:05"}),
        (field("datetimepicker"), "1795500000", {"selected_date_time": 1_795_500_000}),
        (field("users_select"), "U0AVERY", {"selected_user": "U0AVERY"}),
        (field("multi_users_select"), ["U0AVERY"], {"selected_users": ["U0AVERY"]}),
        (field("conversations_select"), "C0LEADS", {"selected_conversation": "C0LEADS"}),
        (field("static_select", options=OPTIONS), "south", {"selected_option": SOUTH}),
        (field("static_select", option_groups=[{"options": OPTIONS}]), "east", {"selected_option": EAST}),
        (field("static_select", options=OPTIONS), "", {"selected_option": None}),
        (field("radio_buttons", options=OPTIONS), "north", {"selected_option": NORTH}),
        (field("checkboxes", options=OPTIONS), ["north", "east"], {"selected_options": [NORTH, EAST]}),
        (field("checkboxes", options=OPTIONS), None, {"selected_options": []}),
        (field("multi_static_select", options=OPTIONS), "north", {"selected_options": [NORTH]}),
    ],
)
def test_a_plain_value_becomes_the_entry_of_its_element(block: dict[str, Any], value: object, entry: object) -> None:
    """Each kind of element has its own key."""
    assert state_after(block, value) == {"type": block["element"]["type"], **entry}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("block", "entry"),
    [
        (field("plain_text_input", initial_value="Jane"), {"value": "Jane"}),
        (field("plain_text_input"), {"value": None}),
        (field("static_select", options=OPTIONS, initial_option=SOUTH), {"selected_option": SOUTH}),
        (field("checkboxes", options=OPTIONS, initial_options=[EAST]), {"selected_options": [EAST]}),
        (field("multi_channels_select"), {"selected_channels": []}),
    ],
)
def test_an_untouched_element_has_its_initial_value(block: dict[str, Any], entry: dict[str, Any]) -> None:
    """Nothing given is null or an empty list."""
    assert inputs.initial_values([block]) == {"b": {"a": {"type": block["element"]["type"], **entry}}}


def test_a_value_may_be_given_by_block_by_action_or_by_both() -> None:
    """All three mean the same field."""
    block = field("plain_text_input")

    by_action = inputs.entered_values([block], {}, {"a": "x"})
    by_block = inputs.entered_values([block], {}, {"b": "x"})
    by_both = inputs.entered_values([block], {}, {"b": {"a": "x"}})

    assert by_action == by_block == by_both


@pytest.mark.parametrize(
    ("values", "words"),
    [({"c": "x"}, "no field named c"), ({"a": "west"}, "a has no option 'west'")],
)
def test_what_fits_no_field_or_option_is_a_mistake(values: dict[str, object], words: str) -> None:
    """The sentence names it."""
    with pytest.raises(MistakeError, match=words):
        inputs.entered_values([field("static_select", options=OPTIONS)], {}, values)


def test_a_redrawn_field_keeps_what_was_typed_unless_its_kind_changed() -> None:
    """As Slack keeps it, by block and action id."""
    typed = inputs.entered_values([field("plain_text_input")], {}, {"a": "x"})

    assert inputs.merged_values([field("plain_text_input", initial_value="y")], typed)["b"]["a"]["value"] == "x"
    assert inputs.merged_values([field("datepicker")], typed)["b"]["a"] == {"type": "datepicker", "selected_date": None}


@pytest.mark.parametrize(
    ("block", "value", "words"),
    [
        (field("plain_text_input"), "", "complete this required field"),
        (field("checkboxes", options=OPTIONS), [], "complete this required field"),
        (field("plain_text_input", min_length=3), "xy", "at least 3"),
        (field("plain_text_input", max_length=3), "wxyz", "no more than 3"),
        (field("plain_text_input"), "x" * 3001, "no more than 3000"),
        (field("number_input", is_decimal_allowed=True), "many", "valid number"),
        (field("number_input", is_decimal_allowed=False), "1.5", "whole number"),
        (field("number_input", is_decimal_allowed=False, max_value="10"), "11", "allowed range"),
        (field("number_input", is_decimal_allowed=False, min_value="10"), "9", "allowed range"),
    ],
)
def test_slacks_client_refuses_a_field(block: dict[str, Any], value: object, words: str) -> None:
    """Before the bot hears of it."""
    values = inputs.entered_values([block], {}, {"a": value})

    assert words in inputs.refusals([block], values)["b"]


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (field("plain_text_input") | {"optional": True}, ""),
        (field("plain_text_input", min_length=3), "xyz"),
        (field("number_input", is_decimal_allowed=True, min_value="1", max_value="2"), "1.5"),
        (field("static_select", options=OPTIONS), "north"),
        (field("users_select"), "U0GUS"),
    ],
)
def test_slacks_client_takes_a_field(block: dict[str, Any], value: object) -> None:
    """Optional, or within its limits."""
    values = inputs.entered_values([block], {}, {"a": value})

    assert inputs.refusals([block], values) == {}
