"""Draws what Heimdall could not do, time and again, and asks a person what to do about it.

Buttons: dead_message.again, dead_message.drop with the message's id as value; dead_rung.again, dead_rung.drop with the
rung's.
"""

from bot.views import blocks, words
from bot.views.blocks import Rendered, bold, said
from bot.views.lead import hidden, name_of
from domain import claims
from domain.model import Lead, MessageState, RungState
from domain.sheets import DeadMessageSheet, DeadRungSheet

BODY_LIMIT = 1_500


def message(sheet: DeadMessageSheet) -> Rendered:
    """Draw a text that was given up, or what became of it."""
    text, lead = sheet.message, sheet.lead
    title = blocks.line(bold(f"Heimdall could not prepare {text.ref}"), said(_whose(lead)))
    if text.state is not MessageState.DEAD:
        return blocks.message(title, blocks.context(f"Settled: {words.MESSAGES[text.state][1]}."))
    return blocks.message(
        title,
        blocks.section(f"{_story(text.last_error)} Nothing of it has left."),
        None if lead is None else blocks.quote(hidden(lead, text.body), BODY_LIMIT),
        blocks.actions(
            blocks.button("Try again", "dead_message.again", text.message_id),
            blocks.button("Drop", "dead_message.drop", text.message_id),
        ),
    )


def rung(sheet: DeadRungSheet) -> Rendered:
    """Draw a step that was given up, or what became of it."""
    step, lead = sheet.rung, sheet.lead
    what = f"step {step.step}, {words.STEPS[step.channel].lower()}"
    title = blocks.line(bold(f"Heimdall could not do {what}"), said(_whose(lead)))
    if step.state is not RungState.DEAD:
        became = "skipped" if step.state is RungState.SKIPPED else "the ladder climbs on"
        if step.state is RungState.CANCELLED:
            became = "cancelled"
        return blocks.message(title, blocks.context(f"Settled: {became}."))
    return blocks.message(
        title,
        blocks.section(f"{_story(step.last_error)} The ladder waits for you."),
        blocks.actions(
            blocks.button("Try again", "dead_rung.again", step.rung_id),
            blocks.button("Skip the step", "dead_rung.drop", step.rung_id),
        ),
    )


def _whose(lead: Lead | None) -> str:
    return "" if lead is None else f" · {name_of(lead)} · {lead.ref}"


def _story(error: str | None) -> str:
    """Return what happened, with the code an admin finds in the log."""
    why = f"each try failed (`{error}`)" if error else "the program ended at each try"
    return f"It was tried {claims.LIMIT} times: {why}. An admin finds the cause in the log."
