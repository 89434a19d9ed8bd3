"""Draws what commands about deals answer, and the form that puts numbers on a lead; callback id ``deal.new``."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views import blocks, evidence, words
from bot.views.blocks import Block, Rendered, bold, foreign, said
from bot.views.lead import dollars, listing, name_of, title
from bot.views.lead_form import problems
from domain.model import Approval, Deal, Lead
from domain.offers import Offer
from domain.property_types import PropertyType

NAMES: Mapping[str, str] = {
    "arv": "After-repair value (ARV)",
    "repairs": "Repairs",
    "asking": "They ask",
    "type": "Kind of property",
    "beds": "Bedrooms",
    "baths": "Bathrooms",
}
"""Fields in order, and their labels."""


def modal(lead: Lead, deal: Deal | None, errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Draw the form, filled with the numbers of an earlier brief; ``private_metadata`` is the lead's id."""
    known = _known(deal)
    kinds = {kind.value: label for kind, label in words.PROPERTIES.items()}
    parts = [
        problems(errors, NAMES),
        blocks.line(foreign(title(lead))),
        _text("arv", known, "500k"),
        _text("repairs", known, "40k", hint="0 is an answer."),
        _text("asking", known, "320k", optional=True),
        blocks.choice("type", NAMES["type"], kinds, initial=known.get("type", PropertyType.DETACHED.value)),
        _text("beds", known, "3", optional=True, limit=2),
        _text("baths", known, "1", optional=True, limit=2),
    ]
    named = "New numbers" if deal else "Make a deal"
    return blocks.modal(
        named, parts, callback_id="deal.new", submit="Compute offer", close="Cancel", metadata=str(lead.lead_id)
    )


def _text(name: str, known: Mapping[str, str], placeholder: str, *, limit: int = 40, **more: Any) -> Block:  # noqa: ANN401 - properties of the field
    return blocks.text_input(name, NAMES[name], initial=known.get(name), placeholder=placeholder, limit=limit, **more)


def _known(deal: Deal | None) -> dict[str, str]:
    if deal is None:
        return {}
    amounts = {"arv": deal.arv_cents, "repairs": deal.repairs_cents, "asking": deal.asking_cents}
    rooms = {"beds": deal.beds, "baths": deal.baths}
    return {
        **{name: dollars(cents).removeprefix("$") for name, cents in amounts.items() if cents is not None},
        **{name: str(number) for name, number in rooms.items() if number is not None},
        "type": str(deal.property_type),
    }


def briefed(deal: Deal, lead: Lead, offer: Offer, approval: Approval, matched: int) -> Rendered:
    """Answer the person who put numbers on a lead: what was computed and who decides next.

    Args:
        matched: how many buyers fit.
    """
    fits = f"{words.count(matched, 'buyer')} {'fits' if matched == 1 else 'fit'}"
    return blocks.message(
        blocks.lines(
            (
                bold(f"{deal.ref} for {name_of(lead)}: "),
                said(f"opening {dollars(approval.amount_cents)}, "),
                said(f"ceiling {dollars(offer.ceiling_cents)} · {fits}"),
            ),
            *[(foreign(reason),) for reason in offer.reasons],
        ),
        blocks.context("Next: an approver decides on the card in the deals channel. Nothing is sent before."),
    )


def what_if(offer: Offer) -> Rendered:
    """Answer what numbers would give; nothing was stored."""
    cents = {step: getattr(offer, f"{step}_cents") for step in evidence.STEPS}
    return blocks.message(
        blocks.line(bold("What if: "), said("nothing was stored or sent.")),
        evidence.ladder_of(cents),
        evidence.of_offer(offer.evidence),
    )


def pick(leads: Sequence[Lead]) -> Rendered:
    """Answer ``/deal`` without words: the newest leads, each with a button that opens the form."""
    return listing(leads, "Put numbers on which lead?", action="lead.deal")
