"""Checks blocks and views as Slack does, and gives every block and element the id Slack would give it.

The single limits stand in :mod:`sandbox.slack.shapes`; here are those that look at a whole message or view.
"""

from __future__ import annotations

import copy
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Literal

from sandbox.errors import SlackRefusalError
from sandbox.slack.rules import Items, Typed, complaint
from sandbox.slack.shapes import BLOCKS, SURFACES, VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.model import Json, JsonDict

Surface = Literal["message", "modal", "home"]

# https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 100 a modal or Home.
MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
# Undocumented; reported at https://github.com/slackapi/bolt-js/issues/2509 and /2867: all text of a message together.
MESSAGE_CHARACTERS = 13_200
# https://docs.slack.dev/reference/block-kit/blocks/markdown-block: all markdown blocks of a payload together.
MARKDOWN_CHARACTERS = 12_000
# https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
MOST_CHARTS = 2
# https://docs.slack.dev/reference/block-kit/blocks/data-table-block
DATA_TABLE_CHARACTERS = 20_000
# https://docs.slack.dev/reference/methods/views.open: view_too_large above 250 kB.
VIEW_BYTES = 250_000


def accept_message(blocks: Json) -> list[JsonDict]:
    """Check the blocks of a chat method and return them with ids filled in.

    Args:
        blocks: As given; None means no blocks.

    Raises:
        SlackRefusalError: ``invalid_blocks`` with one message per fault, or ``msg_blocks_too_long``.
    """
    accepted = accept_response(blocks)
    if sum(text_characters(block) for block in accepted) > MESSAGE_CHARACTERS:
        raise SlackRefusalError(code="msg_blocks_too_long")
    return accepted


def accept_response(blocks: Json) -> list[JsonDict]:
    """Check blocks sent to a response address or as an answer, which have no limit on all text together.

    Raises:
        SlackRefusalError: ``invalid_blocks`` with one message per fault.
    """
    if blocks is None:
        return []
    _refuse("invalid_blocks", list(block_complaints(blocks, "message", "/blocks")))
    return with_ids(blocks)


def accept_view(view: Json, surface: Surface) -> JsonDict:
    """Check a view and return it with ids filled in.

    Args:
        view: As given.
        surface: What the method expects.

    Raises:
        SlackRefusalError: ``invalid_arguments`` with one message per fault, or ``view_too_large``.
    """
    if not isinstance(view, dict) or view.get("type") != surface:
        _refuse("invalid_arguments", [complaint(f"must be a view of type {surface}", "/view")])
    if len(str(view)) > VIEW_BYTES:
        raise SlackRefusalError(code="view_too_large")
    _refuse("invalid_arguments", list(_view_complaints(view, surface)))
    return {**view, "blocks": with_ids(view["blocks"])}


def _view_complaints(view: JsonDict, surface: Surface) -> Iterator[str]:
    """Yield what is wrong with a view."""
    yield from VIEWS[surface].complaints(view, "/view")
    blocks = view.get("blocks")
    yield from block_complaints(blocks, surface, "/view/blocks")
    has_input = isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if surface == "modal" and has_input and not view.get("submit"):
        yield complaint("missing required field: submit", "/view")


def _refuse(code: str, faults: list[str]) -> None:
    """Raise Slack's refusal when there are faults."""
    if faults:
        messages = [f"[ERROR] {fault}" for fault in faults]
        raise SlackRefusalError(code, errors=faults, response_metadata={"messages": messages})


def block_complaints(blocks: Json, surface: Surface, pointer: str) -> Iterator[str]:
    """Yield what is wrong with a list of blocks on a surface.

    Args:
        blocks: JSON as given.
        surface: Where they are to appear.
        pointer: JSON pointer of the list.
    """
    yield from Items(Typed(BLOCKS, SURFACES[surface]), MOST_BLOCKS[surface], 0).complaints(blocks, pointer)
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return
    yield from _repeated_ids(blocks, pointer)
    for index, block in enumerate(blocks):
        if block.get("type") == "data_visualization":
            yield from _chart_complaints(block.get("chart"), f"{pointer}/{index}/chart")
        elif block.get("type") == "data_table":
            yield from _data_table_complaints(block, f"{pointer}/{index}")
    if sum(block.get("type") == "data_visualization" for block in blocks) > MOST_CHARTS:
        yield complaint(f"must have no more than {MOST_CHARTS} data_visualization blocks", pointer)
    if sum(text_characters(block) for block in blocks if block.get("type") == "markdown") > MARKDOWN_CHARACTERS:
        yield complaint(f"markdown must be less than {MARKDOWN_CHARACTERS + 1} characters in all", pointer)


def _repeated_ids(blocks: list[JsonDict], pointer: str) -> Iterator[str]:
    """Yield block ids used twice, and action ids used twice in one block."""
    for block_id, count in Counter(block.get("block_id") for block in blocks).items():
        if block_id and count > 1:
            yield complaint(f"block_id {block_id!r} already exists", pointer)
    for index, block in enumerate(blocks):
        for action_id, count in Counter(element.get("action_id") for element in elements(block)).items():
            if action_id and count > 1:
                yield complaint(f"action_id {action_id!r} already exists", f"{pointer}/{index}")


def _chart_complaints(chart: Json, pointer: str) -> Iterator[str]:
    """Yield series whose names repeat or whose points are not exactly one per category."""
    try:
        categories, series = sorted(chart["axis_config"]["categories"]), chart["series"]
        names = [one["name"] for one in series]
        labels = [sorted(point["label"] for point in one["data"]) for one in series]
    except (KeyError, TypeError):
        return  # A pie, or already refused for its shape.
    if len(set(names)) != len(names):
        yield complaint("series names must be unique", f"{pointer}/series")
    for index, own in enumerate(labels):
        if own != categories:
            yield complaint("must have exactly one point per category", f"{pointer}/series/{index}/data")


def _data_table_complaints(block: JsonDict, pointer: str) -> Iterator[str]:
    """Yield rows of different length and a table with too much text."""
    rows = block.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield complaint("all rows must have the same number of cells", f"{pointer}/rows")
    if text_characters(block) > DATA_TABLE_CHARACTERS:
        yield complaint(f"must be less than {DATA_TABLE_CHARACTERS + 1} characters in all", pointer)


def elements(block: JsonDict) -> list[JsonDict]:
    """Return the interactive elements of a block (those that may carry an action id)."""
    parts = block.get("elements") if block.get("type") == "actions" else [block.get("accessory"), block.get("element")]
    found = [part for part in parts or [] if isinstance(part, dict)]
    return [part for part in found if part.get("type") != "image"]


def with_ids(blocks: list[JsonDict]) -> list[JsonDict]:
    """Return a copy of valid blocks where every block has a block id and every element an action id, as Slack gives."""
    filled = copy.deepcopy(blocks)
    for block in filled:
        block["block_id"] = block.get("block_id") or secrets.token_urlsafe(4)
        for element in elements(block):
            element["action_id"] = element.get("action_id") or secrets.token_urlsafe(4)
    return filled


def text_characters(value: Json) -> int:
    """Return the number of characters in all ``text`` strings inside a JSON value."""
    if isinstance(value, list):
        return sum(text_characters(part) for part in value)
    if isinstance(value, dict):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(text_characters(part) for part in value.values())
    return 0
