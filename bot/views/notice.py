"""Draws what is said once: a private note, a warning that sending has stopped, a refusal in a modal."""

from typing import Any

from bot.views import blocks, times, words
from bot.views.blocks import Rendered, sentence_of
from bot.views.text import plain
from domain import delivery
from domain.sheets import StatusSheet


def card(text: str) -> Rendered:
    """Draw a private note for one person."""
    return blocks.message(blocks.line(*sentence_of(text)))


def alert(sheet: StatusSheet) -> Rendered:
    """Draw the warning that the phone provider refuses us and nothing is sent, or that sending is on again."""
    if "all" not in sheet.paused_scopes:
        return blocks.message(
            blocks.section(f"*{words.DONE} Sending is on again.* What waited leaves inside its lawful hours."),
            blocks.context(f"As of {times.stamp(sheet.at)}"),
        )
    waiting = sum(sheet.messages.get(state, 0) for state in delivery.PLANNED)
    return blocks.message(
        blocks.header("Sending has stopped"),
        blocks.section(
            "The phone provider refuses our account. No text leaves; nothing is lost: "
            f"{words.count(waiting, 'text waits', 'texts wait')}.\n"
            "*What to do:* an admin checks the account and its keys, runs `heimdall doctor`, then `/heimdall resume`."
        ),
        blocks.context(f"As of {times.stamp(sheet.at)}"),
    )


def modal(title: str, sentence: str) -> dict[str, Any]:
    """Say one sentence to one person, privately; used where a click is refused."""
    return blocks.modal(plain(title), [blocks.line(*sentence_of(sentence))])
