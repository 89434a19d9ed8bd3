"""Draws one text that came in: who wrote, what exactly, and what was done about it."""

from bot.views import blocks, times, words
from bot.views.blocks import Rendered, bold, said
from bot.views.lead import name_of
from bot.views.text import without_number
from domain import phones
from domain.keywords import InboundKind
from domain.sheets import ReplySheet


def card(sheet: ReplySheet) -> Rendered:
    """Draw the text as it came in; pictures are counted, never fetched."""
    reply, lead = sheet.reply, sheet.lead
    sender = (bold(name_of(lead)), said(f" wrote · {lead.ref}")) if lead else (bold(_stranger(sheet)), said(" wrote"))
    body = without_number(reply.body, reply.from_address, phones.mask(reply.from_address))
    return blocks.message(
        blocks.line(*sender),
        blocks.quote(body) if body.strip() else None,
        blocks.context(_followed(sheet)),
    )


def _stranger(sheet: ReplySheet) -> str:
    return f"A number we do not know ({phones.mask(sheet.reply.from_address)})"


def _followed(sheet: ReplySheet) -> str:
    reply, lead = sheet.reply, sheet.lead
    came = times.dated(lead.zones if lead else (), reply.received_at, sheet.at)
    pictures = f" {words.count(reply.media_count, 'picture')} not fetched." if reply.media_count else ""
    return f"{came.capitalize() if lead else came}. {_understood(sheet)}{pictures}"


def _understood(sheet: ReplySheet) -> str:
    kind = InboundKind(sheet.reply.kind) if sheet.reply.kind in set(InboundKind) else InboundKind.TEXT
    if sheet.lead is not None or kind is InboundKind.STOP:
        return words.REPLIES[kind]
    return "No lead has this number; nothing was answered."
