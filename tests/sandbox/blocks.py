"""The few blocks and views that tests of wires post; what the page can draw is in ``kit``."""

from __future__ import annotations

from typing import Any

Json = Any
"""Any JSON value."""


def section(text: str) -> dict[str, Any]:
    """Return a section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, text: str = "Press", **more: Json) -> dict[str, Any]:
    """Return a button element."""
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


def actions(*elements: dict[str, Any], block_id: str = "acts") -> dict[str, Any]:
    """Return an actions block."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(name: str, **more: Json) -> dict[str, Any]:
    """Return an input block with a text field; block and action id are the name."""
    element = {"type": "plain_text_input", "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": {"type": "plain_text", "text": name}, "element": element}


def modal(*blocks: dict[str, Any], title: str = "New lead", **more: Json) -> dict[str, Any]:
    """Return a modal."""
    return {
        "type": "modal",
        "callback_id": "new_lead",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": list(blocks),
        **more,
    }
