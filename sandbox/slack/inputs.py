"""What people have typed and picked: the ``state.values`` of views and messages.

It turns a plain value from the page or a test into Slack's state entry for the kind of element, and refuses a
submission the way Slack's own client does before the bot hears of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import MistakeError
from sandbox.slack import limits
from sandbox.slack.shapes import INPUTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.model import Json, JsonDict

REQUIRED = "Please complete this required field."

# https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload: element type → (key in the state
# entry, key of the element's initial value). Elements with options are handled apart.
_SIMPLE = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
}
_LISTS = {
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}
_ONE_OPTION = {"static_select", "radio_buttons", "overflow"}
_SOME_OPTIONS = {"multi_static_select", "checkboxes"}


def stateful(blocks: list[JsonDict]) -> Iterator[tuple[JsonDict, JsonDict]]:
    """Yield each block with each of its elements that holds a value."""
    for block in blocks:
        for element in limits.elements(block):
            if element["type"] in INPUTS:
                yield block, element


def initial_values(blocks: list[JsonDict]) -> dict[str, JsonDict]:
    """Return the ``state.values`` of freshly drawn blocks."""
    values: dict[str, JsonDict] = {}
    for block, element in stateful(blocks):
        values.setdefault(block["block_id"], {})[element["action_id"]] = _initial(element)
    return values


def merged_values(blocks: list[JsonDict], before: Mapping[str, JsonDict]) -> dict[str, JsonDict]:
    """Return the ``state.values`` of redrawn blocks, keeping what was entered under the same ids and type."""
    values = initial_values(blocks)
    for block_id, actions in values.items():
        for action_id, fresh in actions.items():
            kept = before.get(block_id, {}).get(action_id)
            if kept and kept["type"] == fresh["type"]:
                actions[action_id] = kept
    return values


def entered_values(
    blocks: list[JsonDict], before: Mapping[str, JsonDict], given: Mapping[str, Json]
) -> dict[str, JsonDict]:
    """Return the ``state.values`` after a person filled in some fields.

    Args:
        blocks: The blocks with the fields.
        before: State so far.
        given: Plain values: block id → action id → value, or simply action id (or block id) → value.

    Raises:
        MistakeError: A name fits no field, or a value is not among the options.
    """
    values = merged_values(blocks, before)
    left = set(given)
    for block, element in stateful(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        nested = given.get(block_id)
        if isinstance(nested, dict) and action_id in nested:
            raw = nested[action_id]
        elif action_id in given:
            raw = given[action_id]
        elif block_id in given and not isinstance(nested, dict):
            raw = nested
        else:
            continue
        left -= {block_id, action_id}
        values[block_id][action_id] = entry(element, raw)
    if left:
        message = f"there is no field named {', '.join(sorted(left))}"
        raise MistakeError(message)
    return values


def entry(element: JsonDict, raw: Json) -> JsonDict:
    """Return the state entry of an element for a plain value.

    Args:
        element: The element, with its options.
        raw: Text, an option's value, a list of them, or None for nothing.

    Raises:
        MistakeError: The element has no such option.
    """
    kind = element["type"]
    if kind in _SIMPLE:
        return {"type": kind, _SIMPLE[kind][0]: _plain(kind, raw)}
    if kind in _LISTS:
        return {"type": kind, _LISTS[kind][0]: _list(raw)}
    if kind in _SOME_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, value) for value in _list(raw)]}
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": None if raw in (None, "") else _option(element, raw)}
    message = f"{kind} holds no value"
    raise MistakeError(message)


def refusals(blocks: list[JsonDict], values: Mapping[str, JsonDict]) -> dict[str, str]:
    """Return what Slack's client itself refuses before submitting: block id → text."""
    found = {}
    for block, element in stateful(blocks):
        if block["type"] != "input":
            continue
        text = _refusal(block, element, values[block["block_id"]][element["action_id"]])
        if text:
            found[block["block_id"]] = text
    return found


def _refusal(block: JsonDict, element: JsonDict, state: JsonDict) -> str:
    """Return why a field may not be submitted as it is, empty when it may."""
    content = next((value for key, value in state.items() if key != "type"), None)
    if content in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    if not isinstance(content, str):
        return ""
    if len(content) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(content) > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    return _number_refusal(element, content) if element["type"] == "number_input" else ""


def _number_refusal(element: JsonDict, content: str) -> str:
    """Return why a text is not an acceptable number for its field, empty when it is."""
    try:
        number = float(content)
    except ValueError:
        return "Please enter a valid number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if number < float(element.get("min_value", "-inf")) or number > float(element.get("max_value", "inf")):
        return "Please enter a number in the allowed range."
    return ""


def _initial(element: JsonDict) -> JsonDict:
    """Return the state entry of an element nobody has touched."""
    kind = element["type"]
    if kind in _SIMPLE:
        key, initial = _SIMPLE[kind]
        return {"type": kind, key: element.get(initial)}
    if kind in _LISTS:
        key, initial = _LISTS[kind]
        return {"type": kind, key: element.get(initial, [])}
    if kind in _SOME_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    return {"type": kind, "selected_option": element.get("initial_option")}


def _plain(kind: str, raw: Json) -> Json:
    """Return a simple value as Slack types it; an empty field is null."""
    if raw in (None, ""):
        return None
    return int(raw) if kind == "datetimepicker" else str(raw)


def _list(raw: Json) -> list[Json]:
    """Return a plain value as a list."""
    if raw in (None, ""):
        return []
    return list(raw) if isinstance(raw, list | tuple) else [raw]


def _option(element: JsonDict, value: Json) -> JsonDict:
    """Return the option of an element with this value."""
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *(option for group in groups for option in group["options"])]
    for option in options:
        if option["value"] == value:
            found: JsonDict = option
            return found
    message = f"{element.get('action_id')} has no option {value!r}"
    raise MistakeError(message)
