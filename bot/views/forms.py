"""The fields of a form; other views use them through ``bot.views.blocks``."""

from collections.abc import Mapping
from typing import Final

from slackblocks import Block, InputBlock, Option, PlainText, PlainTextInput, StaticSelectMenu

from bot.views.text import trim

VALUE: Final = "value"
"""Action id of every input of a modal; its block id is the name of the field."""

# Slack's limits, by weight; https://docs.slack.dev/reference/block-kit/block-elements
_LABEL: Final = 150
_OPTION: Final = 75
_INPUT: Final = 3_000


def text_input(
    name: str,
    label: str,
    *,
    initial: str | None = None,
    placeholder: str | None = None,
    hint: str | None = None,
    optional: bool = False,
    multiline: bool = False,
    limit: int = _INPUT,
) -> Block:
    """Return a field to type into; its block id is ``name`` and its action id ``value``."""
    element = PlainTextInput(
        action_id=VALUE,
        initial_value=trim(initial, limit) if initial else None,
        placeholder=None if placeholder is None else trim(placeholder, _LABEL),
        multiline=multiline,
        max_length=limit,
    )
    return InputBlock(trim(label, _LABEL), element, block_id=name, hint=hint, optional=optional)


def choice(
    name: str,
    label: str,
    options: Mapping[str, str],
    *,
    initial: str | None = None,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """Return a menu of options, value to label; its block id is ``name`` and its action id ``value``."""
    made = {value: Option(PlainText(trim(shown, _OPTION)), value) for value, shown in options.items()}
    menu = StaticSelectMenu(
        action_id=VALUE, options=list(made.values()), initial_option=made.get(initial or ""), placeholder="Choose"
    )
    return InputBlock(trim(label, _LABEL), menu, block_id=name, hint=hint, optional=optional)
