"""Samples of every Block Kit block and element that the page can draw, one small builder or constant each."""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    """Return a mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str) -> Block:
    """Return an option whose value is its text in lower case."""
    return {"text": plain(text), "value": text.lower()}


def field(element: Block, label: str = "A field", **more: object) -> Block:
    """Return an input block around an element."""
    return {"type": "input", "block_id": "field", "label": plain(label), "element": element, **more}


PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

CONFIRM: Block = {
    "title": plain("Stop the ladder?"),
    "text": mrkdwn("No more texts go to *Jane*."),
    "confirm": plain("Stop it"),
    "deny": plain("Keep going"),
    "style": "danger",
}

ACTION_ELEMENTS: dict[str, Block] = {
    "button": {"type": "button", "action_id": "go", "text": plain("Go"), "value": "L-12", "style": "primary"},
    "static_select": {"type": "static_select", "action_id": "go", "options": [option("Reached"), option("Missed")]},
    "users_select": {"type": "users_select", "action_id": "go", "initial_user": "U0AVERY"},
    "overflow": {"type": "overflow", "action_id": "go", "options": [option("Pause"), option("Edit")]},
    "datepicker": {"type": "datepicker", "action_id": "go", "initial_date": "2026-11-30"},
    "checkboxes": {"type": "checkboxes", "action_id": "go", "options": [option("Roof"), option("Furnace")]},
    "radio_buttons": {"type": "radio_buttons", "action_id": "go", "options": [option("Yes"), option("No")]},
}

INPUT_ELEMENTS: dict[str, Block] = {
    "plain_text_input": {"type": "plain_text_input", "action_id": "v", "initial_value": "12 King St"},
    "number_input": {"type": "number_input", "action_id": "v", "is_decimal_allowed": False},
    "email_text_input": {"type": "email_text_input", "action_id": "v"},
    "url_text_input": {"type": "url_text_input", "action_id": "v"},
    "timepicker": {"type": "timepicker", "action_id": "v", "initial_time": "10:00"},
    **{name: element for name, element in ACTION_ELEMENTS.items() if name not in {"button", "overflow"}},
}


def chart(kind: str, *columns: tuple[str, list[float]], labels: tuple[str, ...] = ("W1", "W2", "W3")) -> Block:
    """Return a line, bar or area chart of named columns of numbers."""
    series = [
        {"name": name, "data": [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]}
        for name, values in columns
    ]
    config = {"categories": list(labels), "x_label": "Week", "y_label": "Leads"}
    return {
        "type": "data_visualization",
        "title": "Leads per week",
        "chart": {"type": kind, "series": series, "axis_config": config},
    }


def pie(**segments: float) -> Block:
    """Return a pie chart of named segments."""
    pieces = [{"label": label, "value": value} for label, value in segments.items()]
    return {"type": "data_visualization", "title": "Why held", "chart": {"type": "pie", "segments": pieces}}


RICH_TEXT: Block = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Hello ", "style": {"bold": True}},
                {"type": "user", "user_id": "U0AVERY"},
                {"type": "channel", "channel_id": "C0DEALS"},
                {"type": "link", "url": "https://example.com", "text": "a link"},
                {"type": "emoji", "name": "wave"},
                {"type": "broadcast", "range": "here"},
                {"type": "date", "timestamp": 1795500000, "format": "{date_num}", "fallback": "soon"},
            ],
        },
        {"type": "rich_text_list", "style": "ordered", "elements": [{"type": "rich_text_section", "elements": []}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
    ],
}

BLOCKS: dict[str, Block] = {
    "header": {"type": "header", "text": plain("L-12")},
    "section": {"type": "section", "text": mrkdwn("*Jane*"), "fields": [mrkdwn("*ON*")]},
    "actions": {
        "type": "actions",
        "block_id": "acts",
        "elements": [{**element, "action_id": name} for name, element in ACTION_ELEMENTS.items()],
    },
    "context": {
        "type": "context",
        "elements": [
            mrkdwn("_held_"),
            {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A door"},
        ],
    },
    "divider": {"type": "divider"},
    "image": {"type": "image", "image_url": PIXEL, "alt_text": "A house", "title": plain("Front")},
    "input": field(INPUT_ELEMENTS["plain_text_input"]),
    "markdown": {"type": "markdown", "text": "## Notes\n\n- **one**\n\n| a | b |\n|---|---|\n| 1 | 2 |"},
    "rich_text": RICH_TEXT,
    "table": {
        "type": "table",
        "column_settings": [{"align": "right", "is_wrapped": True}],
        "rows": [
            [{"type": "raw_text", "text": "Buyer"}],
            [
                {
                    "type": "rich_text",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "North"}]}],
                }
            ],
        ],
    },
    "data_table": {
        "type": "data_table",
        "caption": "Buyers in Toronto",
        "rows": [
            [{"type": "raw_text", "text": "Buyer"}, {"type": "raw_text", "text": "Deals"}],
            [{"type": "raw_text", "text": "North"}, {"type": "raw_number", "value": 1300}],
        ],
    },
    "data_visualization": chart("line", ("Ontario", [3, 1, 2])),
    "alert": {"type": "alert", "level": "warning", "text": mrkdwn("Texts are *held*.")},
}
