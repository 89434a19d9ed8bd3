"""Reads the HTML of blocks strictly, as a browser that forgives nothing would."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from sandbox.page.render import block_kit, mrkdwn
from sandbox.page.render.block_kit import Scope

if TYPE_CHECKING:
    from tests.sandbox.page import kit

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SCOPE = Scope(
    people={"U0RILEY": "Riley Chen", "U0AVERY": "Avery Tremblay"},
    channels={"C0DEALS": "deals"},
    selectable=("U0RILEY", "U0AVERY"),
    now=NOW,
    key="m1",
)
VOID = {"br", "hr", "img", "input"}


class Outline(HTMLParser):
    """Reads HTML strictly: remembers every tag with its attributes and complains about wrong nesting."""

    def __init__(self, markup: str) -> None:
        """Read a piece of HTML."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag that closes itself, as in SVG."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag opened last, and no other."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect what is read."""
        self.text += data

    def having(self, name: str, value: str | None = None) -> list[tuple[str, dict[str, str | None]]]:
        """Return the tags with an attribute, of a given value when one is given."""
        return [(tag, found) for tag, found in self.tags if name in found and value in (None, found[name])]


def drawn(block: kit.Block, scope: Scope = SCOPE) -> Outline:
    """Return the outline of a block's HTML."""
    return Outline(block_kit.render_block(block, scope))


def words(text: str) -> str:
    """Return the HTML of a mrkdwn text."""
    return str(mrkdwn.mrkdwn(text, SCOPE))
