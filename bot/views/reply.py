"""Draws one text that came in: who wrote, what exactly, and what was done about it.

Buttons while it may be a stop that nobody has read: reply.stop, reply.not_stop; the value is the reply's id.
"""

from bot.views import blocks, reading, times, words
from bot.views.blocks import Block, Rendered, bold, said
from bot.views.lead import name_of
from bot.views.text import without_number
from domain import phones
from domain.keywords import InboundKind
from domain.model import Reply
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
        _question(reply) if _is_unread(reply) else None,
    )


def _is_unread(reply: Reply) -> bool:
    return reply.kind == InboundKind.SMELLS_OF_STOP and reply.reading is None


def _question(reply: Reply) -> Block:
    sure = blocks.confirm(
        "Stop for good?",
        "Nothing more will be sent to this number, on any channel, by anybody. Only they can undo it.",
        "Stop for good",
        style="danger",
    )
    return blocks.actions(
        blocks.button("Stop for good", "reply.stop", reply.reply_id, style="danger", ask=sure),
        blocks.button("Not a stop", "reply.not_stop", reply.reply_id),
    )


def _stranger(sheet: ReplySheet) -> str:
    return f"A number we do not know ({phones.mask(sheet.reply.from_address)})"


def _followed(sheet: ReplySheet) -> str:
    reply, lead = sheet.reply, sheet.lead
    came = times.dated(lead.zones if lead else (), reply.received_at, sheet.at)
    pictures = f" {words.count(reply.media_count, 'picture')} not fetched." if reply.media_count else ""
    return f"{came.capitalize() if lead else came}. {_understood(sheet)}{pictures}"


def _understood(sheet: ReplySheet) -> str:
    known = sheet.lead is not None or sheet.reply.kind in _BINDS_A_NUMBER or sheet.reply.reading is not None
    return reading.of(sheet.reply) if known else "No lead has this number; nothing was answered."


_BINDS_A_NUMBER = frozenset({InboundKind.STOP, InboundKind.SMELLS_OF_STOP})
"""Kinds that bind a number, whether somebody here knows it or not."""
