"""Draws a lead: its card in the channel, what a command about leads answers, the form and the number for one person.

Buttons of the card: lead.claim, lead.reveal, lead.pause, lead.resume, lead.stop, lead.deal; the value is the lead's id.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views import blocks, ladder, reading, times, words
from bot.views.blocks import Block, Button, ConfirmationDialogue, Rendered, bold, foreign, said, who
from bot.views.lead_form import AUTOMATIC, modal
from bot.views.text import NAME_LIMIT, plain, without_number
from domain import consent, money, phones
from domain.keywords import InboundKind
from domain.model import ALL_MARKETS, Deal, LadderState, Language, Lead, SuppressionReason
from domain.sheets import LeadSheet

__all__ = ["AUTOMATIC", "card", "listing", "modal", "opened", "reveal"]

NOTES_LIMIT = 200
REPLY_LIMIT = 280
"""What a card shows of a reply; the whole of it stands in the thread."""

MOST_CONFLICTS = 3
MOST_CONSENTS = 2
MOST_LISTED = 20


def card(sheet: LeadSheet) -> Rendered:
    """Draw the card of a lead, for everybody in the channel: never its full number."""
    return blocks.message(
        blocks.header(title(sheet.lead)),
        _place(sheet),
        _conflicts(sheet.lead),
        blocks.section("\n".join(ladder.lines(sheet))) if sheet.rungs else None,
        _sentence(ladder.next_step(sheet)),
        _countdown(sheet),
        *_last_reply(sheet),
        blocks.small(_small_print(sheet), 900),
        blocks.actions(*_buttons(sheet)),
    )


def title(lead: Lead) -> str:
    """Return what a lead is called in a headline: ``L-12 · Jane Doe``."""
    return f"{lead.ref} · {name_of(lead)}"


def name_of(lead: Lead) -> str:
    """Return the seller's name in one line, without the number somebody may have typed into it."""
    return plain(hidden(lead, lead.contact.name), NAME_LIMIT)


def hidden(lead: Lead, foreign_text: str) -> str:
    """Return foreign text of a lead without its full number."""
    number = lead.contact.phone_e164
    return without_number(foreign_text, number, phones.mask(number))


def place_of(lead: Lead) -> str:
    """Return province and market: ``Ontario, Hamilton``."""
    if lead.province is None:
        return "Province unknown"
    return lead.province.english + ("" if lead.market == ALL_MARKETS else f", {lead.market}")


def _sentence(words_: str | None) -> Block | None:
    return None if words_ is None else blocks.section(words_)


def _countdown(sheet: LeadSheet) -> Block | None:
    """Return when the consent ends, once that is near and something could still be sent."""
    end = sheet.consent_ends_at
    if end is None or ladder.standing_order(sheet.suppressions, sheet.at) is not None:
        return None
    days = (end.date() - sheet.at.date()).days
    left = "today" if days <= 0 else f"in {words.count(days, 'day')}"
    return blocks.section(f"*Consent ends {times.full_day(end)}*, {left}. Without their YES no text leaves after that.")


def _place(sheet: LeadSheet) -> Block:
    lead = sheet.lead
    clock = times.there(lead.zones, sheet.at)
    owner = (said(" · owner "), who(lead.owner)) if lead.owner else (said(" · unclaimed"),)
    return blocks.lines(
        (bold(plain(hidden(lead, lead.address))),),
        (foreign(place_of(lead)), said(f" · there it is {clock}" if clock else " · clock unknown, times are your own")),
        (said(phones.mask(lead.contact.phone_e164)), *owner),
    )


def _conflicts(lead: Lead) -> Block | None:
    """Return what is in doubt about the place and how to settle it, or None when nothing is."""
    if lead.province is not None and not lead.conflicts:
        return None
    shown = [hidden(lead, conflict).rstrip(" .?") for conflict in lead.conflicts[:MOST_CONFLICTS]]
    return blocks.lines(
        *[(bold(f"{words.DOUBT} "), foreign(f"{conflict}: which is right?")) for conflict in shown],
        (said(f"Set it right: /lead place {lead.ref} and the address"),),
    )


def _last_reply(sheet: LeadSheet) -> tuple[Block, ...]:
    reply = sheet.last_reply
    if reply is None:
        return ()
    meaning = "" if reading.kind_of(reply) in _SAID_ABOVE else f". {reading.of(reply)}"
    came = times.dated(sheet.lead.zones, reply.received_at, sheet.at)
    return (
        blocks.quote(hidden(sheet.lead, reply.body), REPLY_LIMIT),
        blocks.context(f"They wrote {came}{meaning}"),
    )


_SAID_ABOVE = frozenset({InboundKind.TEXT, InboundKind.NO, InboundKind.STOP, InboundKind.SMELLS_OF_STOP})
"""Kinds whose consequence the card's own sentence says already."""


def _small_print(sheet: LeadSheet) -> str:
    lead = sheet.lead
    parts = [] if sheet.deal is None else [f"{sheet.deal.ref}: {numbers(sheet.deal)}"]
    if ladder.standing_order(sheet.suppressions, sheet.at) is None:
        parts.append(_consents(sheet))
    if any(order.reason is SuppressionReason.NATIONAL_DO_NOT_CALL for order in sheet.suppressions):
        parts.append(words.SUPPRESSIONS[SuppressionReason.NATIONAL_DO_NOT_CALL])
    parts.append(f"Source: {words.SOURCES[lead.source]}")
    if lead.contact.language is Language.FR:
        parts.append("writes French")
    if lead.notes:
        parts.append(f"Notes: {plain(hidden(lead, lead.notes), NOTES_LIMIT)}")
    return " · ".join(parts)


def numbers(deal: Deal) -> str:
    """Return the numbers of a deal in one line."""
    asking = "" if deal.asking_cents is None else f", they ask {dollars(deal.asking_cents)}"
    return f"ARV {dollars(deal.arv_cents)}, repairs {dollars(deal.repairs_cents)}{asking}"


def dollars(cents: int) -> str:
    """Return an amount as the team reads it."""
    return money.show(cents, Language.EN)


def _consents(sheet: LeadSheet) -> str:
    ends = [(each, consent.ends_at(each)) for each in sheet.consents]
    living = [each for each, end in ends if end is None or end > sheet.at]
    if not living:
        return "No consent on record: no text may leave"
    # What is used up says nothing while something still holds.
    living = [each for each in living if not (each.used and each.basis in consent.ONE_MESSAGE)] or living
    return "Consent: " + "; ".join(hidden(sheet.lead, consent.describe(each)) for each in living[-MOST_CONSENTS:])


def _buttons(sheet: LeadSheet) -> tuple[Button, ...]:
    lead = sheet.lead
    made = []
    if lead.owner is None:
        made.append(blocks.button("Claim", "lead.claim", lead.lead_id, style="primary"))
    made.append(blocks.button("Show number", "lead.reveal", lead.lead_id))
    if ladder.standing_order(sheet.suppressions, sheet.at) is None:
        made.append(blocks.button("New numbers" if sheet.deal else "Make a deal", "lead.deal", lead.lead_id))
    if lead.ladder is LadderState.RUNNING:
        made.append(blocks.button("Pause", "lead.pause", lead.lead_id))
    if lead.ladder is LadderState.PAUSED and not sheet.stop_unread:
        made.append(blocks.button("Resume", "lead.resume", lead.lead_id))
    if lead.ladder in {LadderState.RUNNING, LadderState.PAUSED}:
        made.append(blocks.button("Stop", "lead.stop", lead.lead_id, ask=_stop_question(lead)))
    return tuple(made)


def _stop_question(lead: Lead) -> ConfirmationDialogue:
    what = f"No further text or call of this ladder will happen to {name_of(lead)}. A stopped ladder stays stopped."
    return blocks.confirm(f"Stop the ladder of {lead.ref}?", what, "Stop it", style="danger")


def opened(lead: Lead, verdict: str, hints: Sequence[str] = ()) -> Rendered:
    """Answer the person who opened a lead.

    Args:
        verdict: what the gate says of the first text, from ``domain.reasons.sentence``.
        hints: what they might want to know.
    """
    return blocks.message(
        blocks.lines(
            (bold(f"Opened {lead.ref} for "), bold(name_of(lead))),
            (foreign(f"{place_of(lead)} · {phones.pretty(lead.contact.phone_e164)}"),),
            (said("First text: "), foreign(verdict)),
            *[(foreign(hint),) for hint in hints],
        ),
        blocks.context("Next: its card appears in the leads channel within seconds. Claim it there."),
    )


def listing(leads: Sequence[Lead], heading: str, action: str | None = None) -> Rendered:
    """Answer with a list of leads, newest first.

    Args:
        heading: what the list is.
        action: action id of the button beside each lead, such as ``lead.deal``; None shows no buttons.
    """
    if not leads:
        return blocks.message(
            blocks.line(bold(plain(heading)), said(": none.")),
            blocks.context("Open one with `/lead`, or search with `/lead find Jane`."),
        )
    shown = leads[:MOST_LISTED]
    entries = [_entry(lead, action) for lead in shown] if action else [rows_of(shown)]
    return blocks.message(blocks.line(bold(plain(heading))), *entries)


_VERBS: Mapping[str, str] = {
    "lead.deal": "Make a deal",
    "lead.claim": "Claim",
    "lead.pause": "Pause",
    "lead.resume": "Resume",
    "lead.reveal": "Show number",
    "lead.stop": "Stop",
    "lead.show": "Show",
}


def _entry(lead: Lead, action: str) -> Block:
    verb = _VERBS.get(action, "Choose")
    ask = _stop_question(lead) if action == "lead.stop" else None
    pressed = blocks.button(verb, action, lead.lead_id, ask=ask, spoken=f"{verb}: {title(lead)}")
    return blocks.row(title(lead), _about(lead), pressed)


def rows_of(leads: Sequence[Lead]) -> Block:
    """Return leads one line each."""
    return blocks.lines(*[(bold(lead.ref), said(" "), foreign(f"{name_of(lead)} · {_about(lead)}")) for lead in leads])


def _about(lead: Lead) -> str:
    return f"{plain(hidden(lead, lead.address), 120)} · ladder {lead.ladder.value}"


def reveal(lead: Lead) -> dict[str, Any]:
    """Show one person the full number; the look has been logged by then."""
    return blocks.modal(
        f"{lead.ref}: number",
        [
            blocks.lines(
                (said(name_of(lead)),),
                (bold(phones.pretty(lead.contact.phone_e164)),),
                (foreign(lead.contact.email),) if lead.contact.email else (),
            ),
            blocks.context("That you looked is on the record. Keep the number out of channels."),
        ],
    )
