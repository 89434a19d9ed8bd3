"""Draws what is said once: a private note, a warning that sending has stopped, a refusal in a modal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views import blocks, times
from bot.views.blocks import Rendered, foreign, sentence_of
from bot.views.text import plain

REPEAT = "(may be a repeat)"


def card(text: str, button: Mapping[str, str] | None = None) -> Rendered:
    """Draw a private note for one person.

    Args:
        button: ``label``, ``action_id`` and ``value`` of what they may press to go on.
    """
    pressed = None if button is None else blocks.button(button["label"], button["action_id"], button["value"])
    return blocks.message(blocks.line(*sentence_of(text)), None if pressed is None else blocks.actions(pressed))


def repeated(rendered: Rendered) -> Rendered:
    """Mark a message that may stand in the channel a second time."""
    mark = blocks.message(blocks.context(REPEAT))
    return Rendered(f"{mark.text}\n{rendered.text}", [*mark.blocks, *rendered.blocks])


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


def storage_away(detail: str) -> Rendered:
    """Draw the warning that the database cannot be used.

    Args:
        detail: what it said, such as ``database or disk is full``.
    """
    return blocks.message(
        blocks.header("The database cannot be used"),
        blocks.line(foreign(detail)),
        blocks.section(
            "Nothing is sent. Commands and clicks are answered with “busy”, and can be repeated later.\n"
            "*What to do:* an admin looks at disk, volume or server; docs/operations.md names the steps."
        ),
        blocks.context("It goes on by itself once the database is back; a message here says so"),
    )


def storage_back(seconds: float) -> Rendered:
    """Draw the end of that warning.

    Args:
        seconds: how long the database was away.
    """
    return blocks.message(
        blocks.section(f"*The database works again* after {times.span(seconds)}."),
        blocks.context("What waited leaves in its lawful hours; what was answered with “busy” has to be repeated"),
    )


def modal(title: str, sentence: str) -> dict[str, Any]:
    """Say one sentence to one person, privately; used where a click is refused."""
    return blocks.modal(plain(title), [blocks.line(*sentence_of(sentence))])
