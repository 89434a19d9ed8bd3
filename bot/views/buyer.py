"""Draws what commands about buyers answer; numbers stay masked, a list is easily forwarded."""

from collections.abc import Sequence

from bot.views import blocks, words
from bot.views.blocks import Rendered, bold, foreign, said
from bot.views.lead import dollars
from bot.views.text import NAME_LIMIT, plain, without_number
from domain import phones
from domain.model import ALL_MARKETS, Buyer

MOST_LISTED = 20


def added(buyer: Buyer) -> Rendered:
    """Answer the person who put a buyer on the list."""
    return blocks.message(
        blocks.lines(
            (bold(f"Added {buyer.ref} "), bold(_name(buyer)), said(f" · {phones.mask(buyer.contact.phone_e164)}")),
            (foreign(box(buyer)),),
        ),
        blocks.context("Next: deals that fit this box name them on the approval card. See all with `/buyer list`."),
    )


def listing(buyers: Sequence[Buyer], heading: str = "Buyers") -> Rendered:
    """Answer with a list of buyers and their boxes."""
    if not buyers:
        return blocks.message(
            blocks.line(bold(plain(heading)), said(": none yet.")),
            blocks.context("Add one: `/buyer add Sam Roy phone=416-555-0123 province=ON type=house max=600k`"),
        )
    return blocks.message(
        blocks.line(bold(plain(heading))), blocks.lines(*[_row(buyer) for buyer in buyers[:MOST_LISTED]])
    )


def box(buyer: Buyer) -> str:
    """Return what a buyer buys, in one line."""
    provinces = ", ".join(sorted(buyer.provinces)) or "any province"
    markets = ", ".join(sorted(buyer.markets - {ALL_MARKETS}))
    types = ", ".join(words.kind_of_property(kind).lower() for kind in sorted(buyer.property_types)) or "any type"
    prices = f"{dollars(buyer.min_price_cents)}–{dollars(buyer.max_price_cents)}"
    rooms = [words.count(n, one) for n, one in ((buyer.min_beds, "bed"), (buyer.min_baths, "bath")) if n]
    return " · ".join(
        part for part in (provinces, markets, types, prices, *(f"{room} or more" for room in rooms)) if part
    )


def _row(buyer: Buyer) -> tuple[blocks.Piece, ...]:
    resting = "" if buyer.active else " · not active"
    return (bold(buyer.ref), said(" "), foreign(f"{_name(buyer)} · {box(buyer)}{resting}"))


def _name(buyer: Buyer) -> str:
    number = buyer.contact.phone_e164
    return plain(without_number(buyer.contact.name, number, phones.mask(number)), NAME_LIMIT)
