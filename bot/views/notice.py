"""Draws what is said once: a private note, a warning that sending has stopped, a refusal in a modal."""

from datetime import datetime
from typing import Any

from bot.views import blocks, times
from bot.views.blocks import Rendered, foreign, sentence_of
from bot.views.text import plain


def card(text: str) -> Rendered:
    """Draw a private note for one person."""
    return blocks.message(blocks.line(*sentence_of(text)))


def alert(reason: str, since: datetime | None = None) -> Rendered:
    """Draw the warning that nothing is sent any more.

    Args:
        reason: why, such as ``The phone provider refuses our account (20003)``.
        since: when it stopped.
    """
    when = f" · since {times.stamp(since)}" if since else ""
    return blocks.message(
        blocks.header("Sending has stopped"),
        blocks.line(foreign(reason)),
        blocks.section("*What to do:* an admin mends it, checks with `heimdall doctor`, then `/heimdall resume`."),
        blocks.context(f"No text leaves; nothing is lost, everything waits{when}"),
    )


def modal(title: str, sentence: str) -> dict[str, Any]:
    """Say one sentence to one person, privately; used where a click is refused."""
    return blocks.modal(plain(title), [blocks.line(*sentence_of(sentence))])
