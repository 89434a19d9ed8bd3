"""Says the blocks of a message in plain text: what notifications read aloud and what stands where blocks cannot.

Made from the blocks themselves, so the two can never disagree.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.views.text import ELLIPSIS, escape

LIMIT: Final = 3_900
"""Longest text; Slack wants less than 4,000 (https://docs.slack.dev/reference/methods/chat.postMessage)."""

_BOLD: Final = re.compile(r"\*([^*\n]+)\*")

Block = Mapping[str, Any]


def spoken(blocks: Iterable[Block]) -> str:
    """Return what the blocks say, one line for each piece, in the form of a message's ``text``."""
    lines = [line for block in blocks for piece in _of_block(block) for line in piece.split("\n") if line.strip()]
    return shorten(lines)


def shorten(lines: Iterable[str]) -> str:
    """Return as many whole lines as fit, so that no entity or mention is cut."""
    kept: list[str] = []
    room = LIMIT
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return "\n".join([*kept, ELLIPSIS]) if kept else ELLIPSIS
        kept.append(line)
    return "\n".join(kept)


def _of_block(block: Block) -> list[str]:
    match block["type"]:
        case "header":
            return [_of_text(block["text"])]
        case "section":
            return [_of_text(part) for part in (block.get("text"), *block.get("fields", ())) if part]
        case "context":
            return [" · ".join(_of_text(part) for part in block["elements"])]
        case "rich_text":
            return [_of_rich(part) for part in block["elements"]]
        case "data_visualization":
            return of_chart(block)
        case _:
            return []


def _of_text(part: Block) -> str:
    text: str = part["text"]
    return escape(text) if part["type"] == "plain_text" else _BOLD.sub(r"\1", text)


def _of_rich(part: Block) -> str:
    return "".join(_of_rich(piece) if "elements" in piece else _of_piece(piece) for piece in part["elements"])


def _of_piece(piece: Block) -> str:
    return f"<@{piece['user_id']}>" if piece["type"] == "user" else _escape_piece(piece["text"])


def _escape_piece(text: str) -> str:
    """Escape a piece of a line, keeping the spaces around it."""
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return text if start >= end else text[:start] + escape(text) + text[end:]


def of_chart(block: Block) -> list[str]:
    """Return a chart's title and the numbers of each series, one line each."""
    series = [
        f"{one['name']}: " + ", ".join(f"{point['label']} {point['value']:g}" for point in one["data"])
        for one in block["chart"].get("series", ())
    ]
    return [escape(line) for line in (f"Chart: {block['title']}", *series)]
