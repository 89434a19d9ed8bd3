"""Builds every Slack message and view of ours from small pieces; what a card says is decided in the other views.

Limits are refused at construction by slackblocks, so every text is cut to its place before. Foreign text enters through
``plain`` and ``prose`` and stands only in plain and rich text, never in ``mrkdwn``.

Pieces of a line: ``said`` ``bold`` ``foreign`` ``who`` ``sentence_of``. Blocks: ``header`` ``line`` ``lines`` ``quote``
``section`` ``row`` ``facts`` ``context`` ``small`` ``actions`` (of ``button``) ``line_chart`` ``text_input``
``choice``. Wholes: ``message`` (a Rendered), ``modal`` and ``home`` (views). ``lint`` and ``lint_view`` say what is
wrong with a whole; they are for tests, since nothing made here should ever have a fault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slackblocks import Block, Button, ConfirmationDialogue, HomeTabView, MessageResponse, ModalView

from bot.views import checks, twin
from bot.views.forms import choice, text_input
from bot.views.parts import (
    Piece,
    actions,
    bold,
    button,
    confirm,
    context,
    facts,
    foreign,
    header,
    line,
    line_chart,
    lines,
    quote,
    row,
    said,
    section,
    sentence_of,
    small,
    who,
)
from bot.views.text import escape, person, plain, prose, trim

__all__ = [
    "Block",
    "Button",
    "ConfirmationDialogue",
    "Piece",
    "Rendered",
    "actions",
    "bold",
    "button",
    "choice",
    "confirm",
    "context",
    "escape",
    "facts",
    "foreign",
    "header",
    "home",
    "line",
    "line_chart",
    "lines",
    "lint",
    "lint_view",
    "message",
    "modal",
    "person",
    "plain",
    "prose",
    "quote",
    "row",
    "said",
    "section",
    "sentence_of",
    "small",
    "text_input",
    "trim",
    "who",
]

_VIEW_TITLE: Final = 24
"""Longest title or button of a view, by weight; https://docs.slack.dev/reference/views"""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One Slack message: blocks, and the same in words.

    Attributes:
        text: for notifications and screen readers. Escaped, with no formatting of its own: post it with
            ``mrkdwn=False`` where the method takes it, and without ``link_names``.
        blocks: Block Kit JSON.
    """

    text: str
    blocks: list[dict[str, Any]]


def message(*parts: Block | None) -> Rendered:
    """Return a message of these blocks with its text twin; None is left out.

    It may be longer than Slack takes in one piece: ``bot.views.split`` makes several of it where it is posted.
    """
    kept = [part for part in parts if part is not None]
    chunks = [kept[start : start + checks.MESSAGE_BLOCKS] for start in range(0, len(kept), checks.MESSAGE_BLOCKS)]
    made = [_as_json(block) for chunk in chunks for block in MessageResponse(blocks=chunk).to_dict()["blocks"]]
    return Rendered(text=twin.spoken(made), blocks=made)


def modal(
    title: str,
    parts: Sequence[Block | None],
    *,
    callback_id: str | None = None,
    submit: str | None = None,
    close: str = "Close",
    metadata: str | None = None,
) -> dict[str, Any]:
    """Return a modal for ``views.open``.

    Args:
        metadata: comes back with the submission as ``private_metadata``.
    """
    view = ModalView(
        title=trim(title, _VIEW_TITLE),
        blocks=[part for part in parts if part is not None],
        close=trim(close, _VIEW_TITLE),
        submit=None if submit is None else trim(submit, _VIEW_TITLE),
        private_metadata=metadata,
        callback_id=callback_id,
    )
    made: dict[str, Any] = _as_json(view.to_dict())
    return made


def home(parts: Sequence[Block | None]) -> dict[str, Any]:
    """Return an App Home for ``views.publish``."""
    made: dict[str, Any] = _as_json(HomeTabView([part for part in parts if part is not None]).to_dict())
    return made


def lint(rendered: Rendered) -> list[str]:
    """Say what is wrong with a message; empty when nothing is."""
    return checks.of_message(rendered.text, rendered.blocks)


def lint_view(view: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a modal or Home; empty when nothing is."""
    return checks.of_view(view)


def _as_json(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON with nothing in it that changes from one drawing to the next or reads foreign text as markup.

    slackblocks gives every block a random id, which would make each drawing differ, and leaves ``emoji`` out of plain
    text, which Slack then takes for true: a name with ``:fire:`` in it must stay one.
    """
    if isinstance(value, list):
        return [_as_json(part) for part in value]
    if not isinstance(value, dict):
        return value
    made = {key: _as_json(part) for key, part in value.items()}
    if "block_id" in made and made["type"] != "input":
        del made["block_id"]
    if made.get("type") == "plain_text":
        made["emoji"] = False
    return made
