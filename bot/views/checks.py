"""Says what is wrong with a message or view made here: limits, accessibility, pings, and words missing from the text.

Checks JSON only, so that it judges what is really sent. The limits are Slack's own where it documents them, ours where
experience is stricter.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bot.views import twin
from bot.views.text import ELLIPSIS

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
"""Source: https://docs.slack.dev/reference/block-kit/blocks"""

MESSAGE_CHARACTERS: Final = 10_000
"""All text of one message. Slack refuses somewhere above 12,000 and documents nothing (slackapi/bolt-js#2509)."""

MESSAGE_CHARTS: Final = 2
TEXT_CHARACTERS: Final = 4_000
CONTEXT_PARTS: Final = 10
FIELDS: Final = 10
BUTTONS: Final = 25
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
HEADER_TEXT: Final = 150
ANY_TEXT: Final = 3_000
FIELD_TEXT: Final = 2_000
VIEW_TITLE: Final = 24
METADATA: Final = 3_000

BLOCKS: Final = frozenset(
    {"actions", "context", "data_visualization", "divider", "header", "image", "input", "rich_text", "section"}
)
"""The types we make. Another one needs its words in ``twin`` first."""

_BROADCAST: Final = re.compile(r"<!(?!date\^)[^>]*>|<@(?![UW][A-Z0-9]+>)|<#(?![CGD][A-Z0-9]+>)")

Json = Mapping[str, Any]


def of_message(text: str, blocks: Sequence[Json]) -> list[str]:
    """Return every fault of a message, empty when there is none.

    Args:
        text: its words for notifications and screen readers.
        blocks: its blocks.
    """
    return [*_of_text(text, blocks), *_of_blocks(blocks, MESSAGE_BLOCKS), *_of_whole(blocks)]


def of_view(view: Json) -> list[str]:
    """Return every fault of a modal or Home, empty when there is none."""
    faults = list(_of_blocks(view["blocks"], VIEW_BLOCKS))
    if view["type"] == "modal":
        shown = [view[key]["text"] for key in ("title", "submit", "close") if key in view]
        faults += [f"a title of {len(text)} characters: {text!r}" for text in shown if len(text) > VIEW_TITLE]
        if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
            faults.append("fields without a button to submit them")
    if len(view.get("private_metadata", "")) > METADATA:
        faults.append("too much private_metadata")
    return faults


def characters(blocks: Sequence[Json]) -> int:
    """Return the length of all text in blocks together."""
    return sum(len(part["text"]) for part in _texts(blocks))


def _of_text(text: str, blocks: Sequence[Json]) -> Iterator[str]:
    if not text.strip():
        yield "no text for notifications and screen readers"
    if len(text) > TEXT_CHARACTERS:
        yield f"a text of {len(text)} characters"
    if broadcast := _BROADCAST.search(text):
        yield f"the text pings: {broadcast[0]}"
    said = set(text.split())
    missing = [word for word in twin.spoken(blocks).split() if word not in said and word != ELLIPSIS]
    if missing:
        yield f"the blocks say what the text does not: {' '.join(missing[:8])}"


def _of_whole(blocks: Sequence[Json]) -> Iterator[str]:
    if (length := characters(blocks)) > MESSAGE_CHARACTERS:
        yield f"{length} characters in all"
    if sum(block["type"] == "data_visualization" for block in blocks) > MESSAGE_CHARTS:
        yield "more than two charts"


def _of_blocks(blocks: Sequence[Json], most: int) -> Iterator[str]:
    if not 0 < len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    yield from _twice("block_id", (block.get("block_id") for block in blocks))
    for block in blocks:
        if block["type"] not in BLOCKS:
            yield f"a block nobody here can put into words: {block['type']}"
        yield from _of_block(block)
    for part in _texts(blocks):
        yield from _of_words(part)


def _of_block(block: Json) -> Iterator[str]:
    elements: Sequence[Json] = block.get("elements", ()) if block["type"] == "actions" else ()
    held = [*elements, *(block[key] for key in ("accessory", "element") if key in block)]
    yield from _twice("action_id", (element.get("action_id") for element in held))
    if len(elements) > BUTTONS or len(block.get("fields", ())) > FIELDS:
        yield "too many parts in one block"
    if block["type"] == "context" and len(block["elements"]) > CONTEXT_PARTS:
        yield "too many parts in one context"
    if block["type"] == "header" and len(block["text"]["text"]) > HEADER_TEXT:
        yield "a header that is too long"
    if block["type"] == "image" and not block.get("alt_text", "").strip():
        yield "a picture without words"
    yield from (
        f"a field of {len(part['text'])} characters"
        for part in block.get("fields", ())
        if len(part["text"]) > FIELD_TEXT
    )
    for element in held:
        yield from _of_element(element)


def _of_element(element: Json) -> Iterator[str]:
    if not element.get("action_id"):
        yield f"a {element['type']} nobody listens to"
    if element["type"] == "button":
        if not 0 < len(element["text"]["text"].strip()) <= BUTTON_TEXT:
            yield "a button without a short label"
        if len(element.get("value", "")) > BUTTON_VALUE:
            yield "a button with too long a value"


def _of_words(part: Json) -> Iterator[str]:
    text = part["text"]
    if not 0 < len(text) <= ANY_TEXT:
        yield f"a text of {len(text)} characters"
    if part["type"] == "plain_text" and part.get("emoji") is not False:
        yield f"plain text that turns :names: into pictures: {text[:40]!r}"
    if part["type"] == "mrkdwn":
        if part.get("verbatim") is not True:
            yield f"mrkdwn that Slack looks for names in: {text[:40]!r}"
        if broadcast := _BROADCAST.search(text):
            yield f"a ping: {broadcast[0]}"


def _twice(what: str, ids: Iterable[str | None]) -> Iterator[str]:
    yield from (f"{what} {name!r} twice" for name, count in Counter(ids).items() if name and count > 1)


def _texts(value: Any) -> Iterator[Json]:  # noqa: ANN401 - any JSON value
    """Yield every text object and rich-text piece inside a JSON value."""
    if isinstance(value, Mapping):
        if isinstance(value.get("text"), str) and "type" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
