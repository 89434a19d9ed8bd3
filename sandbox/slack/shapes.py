"""Block Kit's limits as tables: every element, block and view the practice world accepts.

Sources: https://docs.slack.dev/reference/block-kit (one page per block, element and composition object) and
https://docs.slack.dev/reference/views. A type that is not listed is refused, which is on purpose: the page could not
draw it either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.rules import Anything, Flag, Items, Number, Rule, Shape, Str, Text, Typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ID = Str(255)
_URL = Str(3000, 1)
_OPTION_FIELDS: dict[str, Rule] = {"value": Str(150), "description": Text(75, plain=True), "url": _URL}
_OPTION = Shape({"text": Text(75, plain=True), **_OPTION_FIELDS}, ("text", "value"))
_RICH_OPTION = Shape({"text": Text(75), **_OPTION_FIELDS, "description": Text(75)}, ("text", "value"))
_OPTION_GROUP = Shape({"label": Text(75, plain=True), "options": Items(_OPTION, 100)}, ("label", "options"))
_CONFIRM = Shape(
    {
        "title": Text(100, plain=True),
        "text": Text(300),
        "confirm": Text(30, plain=True),
        "deny": Text(30, plain=True),
        "style": Str(10, choices=frozenset({"primary", "danger"})),
    },
    ("title", "text", "confirm", "deny"),
)
_COMMON: dict[str, Rule] = {"action_id": _ID, "confirm": _CONFIRM, "focus_on_load": Flag()}
_PLACEHOLDER: dict[str, Rule] = {**_COMMON, "placeholder": Text(150, plain=True)}
_TYPED_IN: dict[str, Rule] = {
    "action_id": _ID,
    "focus_on_load": Flag(),
    "placeholder": Text(150, plain=True),
    "initial_value": Str(3000),
    "dispatch_action_config": Shape({"trigger_actions_on": Items(Str(30), 2)}),
}
_STATIC: dict[str, Rule] = {
    **_PLACEHOLDER,
    "options": Items(_OPTION, 100),
    "option_groups": Items(_OPTION_GROUP, 100),
}
_MOST_SELECTED: dict[str, Rule] = {"max_selected_items": Number(1)}
_STATIC_CHOICE = (("options", "option_groups"),)
_CONVERSATIONS: dict[str, Rule] = {
    **_PLACEHOLDER,
    "default_to_current_conversation": Flag(),
    "response_url_enabled": Flag(),
    "filter": Anything(),
}

ELEMENTS: Mapping[str, Rule] = {
    "button": Shape(
        {
            "text": Text(75, plain=True),
            "action_id": _ID,
            "url": _URL,
            "value": Str(2000),
            "style": Str(10, choices=frozenset({"primary", "danger"})),
            "confirm": _CONFIRM,
            "accessibility_label": Str(75),
        },
        ("text",),
    ),
    "image": Shape(
        {"image_url": _URL, "slack_file": Anything(), "alt_text": Str(2000)},
        ("alt_text",),
        (("image_url", "slack_file"),),
    ),
    "static_select": Shape({**_STATIC, "initial_option": _OPTION}, (), _STATIC_CHOICE),
    "multi_static_select": Shape(
        {**_STATIC, **_MOST_SELECTED, "initial_options": Items(_OPTION, 100)}, (), _STATIC_CHOICE
    ),
    "users_select": Shape({**_PLACEHOLDER, "initial_user": Str(30)}),
    "multi_users_select": Shape({**_PLACEHOLDER, **_MOST_SELECTED, "initial_users": Items(Str(30), 100)}),
    "channels_select": Shape({**_PLACEHOLDER, "initial_channel": Str(30), "response_url_enabled": Flag()}),
    "multi_channels_select": Shape({**_PLACEHOLDER, **_MOST_SELECTED, "initial_channels": Items(Str(30), 100)}),
    "conversations_select": Shape({**_CONVERSATIONS, "initial_conversation": Str(30)}),
    "multi_conversations_select": Shape(
        {**_CONVERSATIONS, **_MOST_SELECTED, "initial_conversations": Items(Str(30), 100)}
    ),
    "overflow": Shape({"action_id": _ID, "confirm": _CONFIRM, "options": Items(_OPTION, 5)}, ("options",)),
    "checkboxes": Shape(
        {**_COMMON, "options": Items(_RICH_OPTION, 10), "initial_options": Items(_RICH_OPTION, 10)}, ("options",)
    ),
    "radio_buttons": Shape(
        {**_COMMON, "options": Items(_RICH_OPTION, 10), "initial_option": _RICH_OPTION}, ("options",)
    ),
    "datepicker": Shape({**_PLACEHOLDER, "initial_date": Str(10)}),
    "timepicker": Shape({**_PLACEHOLDER, "initial_time": Str(5), "timezone": Str(100)}),
    "datetimepicker": Shape({**_COMMON, "initial_date_time": Number(0)}),
    "plain_text_input": Shape(
        {**_TYPED_IN, "multiline": Flag(), "min_length": Number(0, 3000), "max_length": Number(1, 3000)}
    ),
    "number_input": Shape(
        {**_TYPED_IN, "is_decimal_allowed": Flag(), "min_value": Str(100), "max_value": Str(100)},
        ("is_decimal_allowed",),
    ),
    "email_text_input": Shape(_TYPED_IN),
    "url_text_input": Shape(_TYPED_IN),
}

_SELECTS = {"static_select", "users_select", "channels_select", "conversations_select"}
_MULTI_SELECTS = {f"multi_{kind}" for kind in _SELECTS}
_PICKERS = {"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"}
_IN_ACTIONS = frozenset({"button", "overflow", *_SELECTS, *_PICKERS})
_IN_SECTION = (_IN_ACTIONS | _MULTI_SELECTS | {"image"}) - {"datetimepicker"}
INPUTS = frozenset(
    {
        "plain_text_input",
        "number_input",
        "email_text_input",
        "url_text_input",
        *_SELECTS,
        *_MULTI_SELECTS,
        *_PICKERS,
    }
)


def _elements(kinds: Iterable[str]) -> Typed:
    """Return a rule for one element out of these types."""
    return Typed(ELEMENTS, frozenset(kinds))


_CONTEXT_PART = Typed({"image": ELEMENTS["image"], "plain_text": Anything(), "mrkdwn": Anything()})
_RICH_PART = Typed(
    {
        kind: Shape(
            {"elements": Items(Anything(), 1000, 0), "style": Str(10), "indent": Number(0, 8), "offset": Number(0),
             "border": Number(0, 1), "language": Str(40)},
            ("elements",),
        )
        for kind in ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
    }
)  # fmt: skip
_RICH_TEXT: dict[str, Rule] = {"elements": Items(_RICH_PART, 1000)}
_CELL = Typed(
    {
        "raw_text": Shape({"text": Str(20_000)}, ("text",)),
        "raw_number": Shape({"value": Number(), "text": Str(200)}, ("value",)),
        "rich_text": Shape(_RICH_TEXT, ("elements",)),
    }
)
_COLUMN = Shape({"align": Str(10, choices=frozenset({"left", "center", "right"})), "is_wrapped": Flag()})
_LABEL = Str(20, 1)
_POINT = Shape({"label": _LABEL, "value": Number()}, ("label", "value"))
_SERIES = Shape({"name": _LABEL, "data": Items(_POINT, 20)}, ("name", "data"))
_AXES = Shape({"categories": Items(_LABEL, 20), "x_label": Str(50), "y_label": Str(50)}, ("categories",))
_AXIS_CHART = Shape({"series": Items(_SERIES, 12), "axis_config": _AXES}, ("series", "axis_config"))
_SEGMENT = Shape({"label": _LABEL, "value": Number(above=0)}, ("label", "value"))
_CHART = Typed(
    {
        "pie": Shape({"segments": Items(_SEGMENT, 12)}, ("segments",)),
        "bar": _AXIS_CHART,
        "area": _AXIS_CHART,
        "line": _AXIS_CHART,
    }
)


def _block(fields: Mapping[str, Rule], required: tuple[str, ...] = (), *one_of: tuple[str, ...]) -> Shape:
    """Return the shape of a block; every block may have a block_id."""
    return Shape({"block_id": _ID, **fields}, required, one_of)


BLOCKS: Mapping[str, Rule] = {
    "actions": _block({"elements": Items(_elements(_IN_ACTIONS), 25)}, ("elements",)),
    "alert": _block(
        {"text": Text(200), "level": Str(10, choices=frozenset({"default", "info", "warning", "error", "success"}))},
        ("text",),
    ),
    "context": _block({"elements": Items(_CONTEXT_PART, 10)}, ("elements",)),
    "data_table": _block(
        {
            "rows": Items(Items(_CELL, 20), 101, 2),
            "caption": Str(20_000, 1),
            "page_size": Number(1, 100),
            "row_header_column_index": Number(0, 19),
        },
        ("rows", "caption"),
    ),
    "data_visualization": _block({"title": Str(50, 1), "chart": _CHART}, ("title", "chart")),
    "divider": _block({}),
    "header": _block({"text": Text(150, plain=True), "level": Number(1, 4)}, ("text",)),
    "image": _block(
        {
            "image_url": _URL,
            "slack_file": Anything(),
            "alt_text": Str(2000),
            "title": Text(2000, plain=True),
        },
        ("alt_text",),
        ("image_url", "slack_file"),
    ),
    "input": _block(
        {
            "label": Text(2000, plain=True),
            "element": _elements(INPUTS),
            "hint": Text(2000, plain=True),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
        ("label", "element"),
    ),
    "markdown": _block({"text": Str(12_000, 1)}, ("text",)),
    "rich_text": _block(_RICH_TEXT, ("elements",)),
    "section": _block(
        {
            "text": Text(3000),
            "fields": Items(Text(2000), 10),
            "accessory": _elements(_IN_SECTION),
            "expand": Flag(),
        },
        (),
        ("text", "fields"),
    ),
    "table": _block({"rows": Items(Items(_CELL, 20), 100), "column_settings": Items(_COLUMN, 20, 0)}, ("rows",)),
}

# https://docs.slack.dev/reference/block-kit/blocks: the "Available in surfaces" line of each block.
_EVERYWHERE = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section"}
SURFACES: Mapping[str, frozenset[str]] = {
    "message": frozenset({*_EVERYWHERE, "data_table", "data_visualization", "markdown", "table"}),
    "modal": frozenset({*_EVERYWHERE, "alert"}),
    "home": frozenset({*_EVERYWHERE, "data_table", "data_visualization", "table"}),
}

_VIEW: dict[str, Rule] = {
    "type": Str(10),
    "blocks": Anything(),
    "private_metadata": Str(3000),
    "callback_id": Str(255),
    "external_id": Str(255),
}
VIEWS: Mapping[str, Shape] = {
    "modal": Shape(
        {
            **_VIEW,
            "title": Text(24, plain=True),
            "submit": Text(24, plain=True),
            "close": Text(24, plain=True),
            "clear_on_close": Flag(),
            "notify_on_close": Flag(),
            "submit_disabled": Flag(),
        },
        ("title", "blocks"),
    ),
    "home": Shape(_VIEW, ("blocks",)),
}
