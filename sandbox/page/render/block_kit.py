"""Turns Block Kit JSON into HTML; decides nothing about where messages come from or who clicks.

The macros in ``templates/blocks.html`` and ``templates/elements.html`` are the registry: a type is known exactly when
a macro of its name exists, so the page can never be silently behind the bot.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from sandbox.page.render import chart, dates, mrkdwn, ticks
from sandbox.page.render.mrkdwn import Scope

__all__ = ["Scope", "UnknownBlock", "digest", "environment", "render_block", "render_blocks", "text"]

_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
# Left: the field of Slack's state object (https://docs.slack.dev/reference/block-kit/block-elements); right: the
# field of the element that draws it. A value of None means the person emptied it.
_INITIAL_BY_STATE: Final = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
}


class UnknownBlock(ValueError):  # noqa: N818 - the name the sandbox's contract gives it
    """A block, element or text type this page cannot draw.

    Attributes:
        kind: ``block``, ``element``, ``text``, ``rich_text``, ``cell`` or ``chart``.
        name: The type as sent, shortened to 80 characters.

    """

    def __init__(self, kind: str, name: object) -> None:
        """Remember what was not understood."""
        self.kind = kind
        self.name = str(name)[:80]
        super().__init__(f"The sandbox cannot draw the {kind} type {self.name!r}")


def render_blocks(blocks: Iterable[Mapping[str, Any]], scope: Scope | None = None) -> Markup:
    """Return the HTML of a list of blocks.

    Args:
        blocks: Block Kit JSON as posted.
        scope: The world around the blocks; an empty one when omitted.

    Raises:
        UnknownBlock: A block, element, text, cell or chart type has no drawing.

    """
    whole = scope or Scope()
    return Markup("\n").join(render_block(block, whole) for block in blocks)


def render_block(block: Mapping[str, Any], scope: Scope) -> Markup:
    """Return the HTML of one block.

    Raises:
        UnknownBlock: It, or something inside it, has no drawing.

    """
    made: Markup = _macro("blocks.html", "block", block.get("type"))(block, scope)
    return made


def text(value: Mapping[str, Any], scope: Scope) -> Markup:
    """Return the HTML of a text object, ``plain_text`` or ``mrkdwn``.

    Raises:
        UnknownBlock: Any other type.

    """
    if value.get("type") == "plain_text":
        return mrkdwn.plain(value.get("text", ""), emoji=value.get("emoji", True) is not False)
    if value.get("type") == "mrkdwn":
        return mrkdwn.mrkdwn(value.get("text", ""), scope)
    return _unknown("text", value.get("type"))


def digest(markup: str) -> str:
    """Return a short fingerprint of a piece of HTML, so the page swaps only what changed."""
    return hashlib.blake2b(markup.encode(), digest_size=8).hexdigest()


@cache
def environment() -> Environment:
    """Return the template environment of the page: autoescaping on, missing names are errors."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        block=render_block,
        element=_element,
        rich=_rich,
        text=text,
        label=_label,
        chart=_chart,
        mrkdwn=mrkdwn.mrkdwn,
        markdown=mrkdwn.markdown,
        plain=mrkdwn.plain,
        link=mrkdwn.link,
        day=dates.day_text,
        date_words=dates.expand,
        number=ticks.written_number,
        unknown=_unknown,
    )
    made.filters.update(compact=_compact, slug=_slug, local_image=_local_image)
    return made


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)


def _macro(template: str, kind: str, name: object) -> Any:  # noqa: ANN401 - jinja macros are untyped callables
    module = _template(template).module
    macro = getattr(module, f"{kind}_{name}", None) if isinstance(name, str) and name.isidentifier() else None
    if macro is None:
        raise UnknownBlock(kind, name)
    return macro


def _element(element: Mapping[str, Any], block: Mapping[str, Any], scope: Scope) -> Markup:
    state = scope.values.get(block.get("block_id", ""), {}).get(element.get("action_id", ""))
    current = {**element, **_as_initial(state)} if state else element
    made: Markup = _macro("elements.html", "element", element.get("type"))(current, block, scope)
    return made


def _as_initial(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return an element's state as the ``initial_…`` fields that would draw it."""
    return {initial: state[key] for key, initial in _INITIAL_BY_STATE.items() if key in state}


def _rich(piece: Mapping[str, Any], scope: Scope) -> Markup:
    made: Markup = _macro("rich.html", "rich", piece.get("type"))(piece, scope)
    return made


def _label(value: Mapping[str, Any] | None, scope: Scope, fallback: str = "") -> str:
    """Return a text object as bare text for attributes such as ``aria-label``."""
    return " ".join(text(value, scope).striptags().split()) if value else fallback


def _chart(block: Mapping[str, Any]) -> chart.Chart:
    kind = block["chart"].get("type")
    if kind not in chart.KINDS:
        return _unknown("chart", kind)
    return chart.lay_out(block["title"], block["chart"])


def _unknown(kind: str, name: object) -> NoReturn:
    raise UnknownBlock(kind, name)


def _compact(value: object) -> str:
    """Return JSON without spaces, for attributes the script hands back unread."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _slug(value: object) -> str:
    """Return text usable in an HTML id: white space is not allowed there."""
    return "_".join(str(value).split())


def _local_image(url: str) -> bool:
    """Return whether a picture may be shown: the page makes no call beyond this machine."""
    return url.startswith(("data:image/", "http://127.0.0.1:", "http://localhost:"))
