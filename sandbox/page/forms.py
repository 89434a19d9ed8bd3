"""Reads what the page posts: a click with the fields around it, and the fields of a modal.

A field's name is its ``[block_id, action_id, type]`` as JSON, and ``press`` is ``[block_id, action_id, type, value]``,
both written by the templates and handed back unread by the browser.
"""

import json
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import FormData

from sandbox.errors import MistakeError
from sandbox.slack.clicks import Choice

# Elements whose own state, not the pressed control's value, is what a person picked.
_WITH_STATE = frozenset(
    {
        "static_select",
        "users_select",
        "radio_buttons",
        "checkboxes",
        "datepicker",
        "timepicker",
        "plain_text_input",
        "number_input",
        "email_text_input",
        "url_text_input",
    }
)

Values = dict[str, dict[str, Any]]


def fields(form: FormData) -> Values:
    """Return the plain values of all block fields in a form: block id → action id → text, or list for check-boxes."""
    values: Values = {}
    for name in _unique(key for key in form if key.startswith("[")):
        block_id, action_id, kind = _parsed(name, 3)
        given = [text for text in form.getlist(name) if isinstance(text, str) and text]
        picked: Any = given if kind == "checkboxes" else (given[-1] if given else None)
        values.setdefault(block_id, {})[action_id] = picked
    return values


def choice(form: FormData) -> Choice:
    """Return which element was used and what was picked in it.

    Raises:
        MistakeError: The form names no element.

    """
    block_id, action_id, kind, value = _parsed(str(form.get("press", "")), 4)
    if kind in _WITH_STATE:
        picked = fields(form).get(block_id, {}).get(action_id)
        return Choice(action_id, block_id, selected="" if picked is None else picked)
    if kind == "overflow":
        return Choice(action_id, block_id, selected=value)
    return Choice(action_id, block_id, value=value)


def text(form: FormData, name: str) -> str:
    """Return a posted text without surrounding white space, empty when it is missing."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _parsed(name: str, size: int) -> list[Any]:
    try:
        parts = json.loads(name)
    except ValueError as error:
        raise MistakeError(_UNREADABLE) from error
    if not isinstance(parts, list) or len(parts) != size:
        raise MistakeError(_UNREADABLE)
    return parts


_UNREADABLE = "the page sent a field that cannot be read; reload it"
