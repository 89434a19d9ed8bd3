"""Draws a call task in the lead's thread: whom to call, what to say, and one button for each thing that may come of it.

Buttons: call.reached, call.no_answer, call.voicemail, call.wrong_number, call.do_not_call with the rung's id as value;
call.reveal with the lead's id.
"""

from bot.views import blocks, ladder, times
from bot.views.blocks import Block, Rendered, bold, escape, person, said
from bot.views.lead import hidden, name_of
from domain import phones
from domain.ladder import PLAN
from domain.sheets import CallSheet

SCRIPT_LIMIT = 1_500


def card(sheet: CallSheet) -> Rendered:
    """Draw a call task; once it is settled only what came of it remains."""
    over = ladder.settled(sheet.rung)
    if over is not None:
        symbol, what = over
        return blocks.message(_title(sheet), blocks.context(f"{symbol} {what}"))
    return blocks.message(
        _title(sheet), _whom(sheet), blocks.quote(hidden(sheet.lead, sheet.script), SCRIPT_LIMIT), _outcomes(sheet)
    )


def _title(sheet: CallSheet) -> Block:
    step = f" · step {sheet.rung.step} of {max(len(PLAN), sheet.rung.step)} · {sheet.lead.ref}"
    return blocks.line(bold("Call "), bold(name_of(sheet.lead)), said(step))


def _whom(sheet: CallSheet) -> Block:
    lead = sheet.lead
    clock = times.there(lead.zones, sheet.at)
    parts = [phones.mask(lead.contact.phone_e164), f"there it is {clock}" if clock else "clock unknown"]
    owner = [f"for {person(lead.owner)}"] if lead.owner else []
    number = blocks.button("Show number", "call.reveal", lead.lead_id, spoken=f"Show the number of {name_of(lead)}")
    return blocks.section(" · ".join([*map(escape, parts), *owner]), accessory=number)


def _outcomes(sheet: CallSheet) -> Block:
    rung = sheet.rung.rung_id
    asked = blocks.confirm(
        "They asked not to be called?",
        f"{name_of(sheet.lead)}'s number goes on the team's do-not-call list, and everything planned for it ends.",
        "Yes, never again",
        style="danger",
    )
    return blocks.actions(
        blocks.button("Reached", "call.reached", rung),
        blocks.button("No answer", "call.no_answer", rung),
        blocks.button("Voicemail", "call.voicemail", rung),
        blocks.button("Wrong number", "call.wrong_number", rung),
        blocks.button("Do not call", "call.do_not_call", rung, ask=asked),
    )
