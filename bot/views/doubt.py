"""Draws a text of which nobody knows whether it left, and asks the person who can find out.

Buttons: doubt.sent, doubt.again, doubt.drop with the message's id as value.
"""

from bot.views import blocks, times
from bot.views.blocks import Rendered, bold, said
from bot.views.lead import hidden, name_of
from domain.model import MessageState
from domain.sheets import DoubtSheet

BODY_LIMIT = 1_500


def card(sheet: DoubtSheet) -> Rendered:
    """Draw the question, or what became of it."""
    message, lead = sheet.message, sheet.lead
    title = blocks.line(bold(f"Did {message.ref} reach "), bold(name_of(lead)), said(f"? · {lead.ref}"))
    if message.state is not MessageState.NEEDS_PERSON:
        return blocks.message(title, blocks.context(f"Settled: {message.state.value}."))
    return blocks.message(
        title,
        blocks.section(
            f"The phone provider did not answer {times.stamp(message.state_at)}, and its list proves nothing. "
            "Look in its console or ask the seller. Nothing is sent again by itself."
        ),
        blocks.quote(hidden(lead, message.body), BODY_LIMIT),
        blocks.actions(
            blocks.button("Mark as sent", "doubt.sent", message.message_id),
            blocks.button(
                "Send again",
                "doubt.again",
                message.message_id,
                ask=blocks.confirm(
                    "Send it again?",
                    f"If the first one did arrive, {name_of(lead)} reads the same text twice.",
                    "Send again",
                    style="danger",
                ),
            ),
            blocks.button("Drop", "doubt.drop", message.message_id),
        ),
    )
