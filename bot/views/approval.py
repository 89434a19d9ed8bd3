"""Draws a request for approval with everything a decision needs: the offer, its evidence, buyers, and the exact text.

Buttons: approval.approve (asks again, with the text), approval.counter, approval.reject; the value is
``<approval_id>:<revision>``, so a click decides about the revision that was on the card. They vanish with the decision.
"""

from collections.abc import Mapping
from typing import Any

from bot.views import blocks, evidence, ladder, times, words
from bot.views.blocks import Block, Rendered, bold, foreign, said
from bot.views.lead import dollars, hidden, name_of, numbers, place_of
from bot.views.lead_form import problems
from bot.views.text import NAME_LIMIT, escape, person, plain
from domain import segments
from domain.model import Approval, ApprovalState, Message, MessageState
from domain.sheets import ApprovalSheet

MOST_MATCHES = 3
TEXT_LIMIT = 1_700

_DECIDED = frozenset({ApprovalState.APPROVED, ApprovalState.REJECTED, ApprovalState.COUNTERED})
"""States a person brought about: the text they saw stays on the card as the record."""

_KEPT = frozenset({MessageState.HELD, MessageState.REFUSED, MessageState.EXPIRED, MessageState.CANCELLED})
"""States of a text whose reason says more than the state."""


def card(sheet: ApprovalSheet) -> Rendered:
    """Draw the request, or what became of it: then the outcome comes first and the buttons are gone."""
    if is_open(sheet):
        return blocks.message(
            blocks.header(_title(sheet)),
            _subject(sheet),
            evidence.ladder_of(sheet.offer_cents),
            evidence.of_offer(sheet.evidence),
            _buyers(sheet),
            blocks.line(bold("Text to the seller")),
            _text(sheet),
            blocks.context(segments.describe(sheet.approval.preview)),
            blocks.context(_asked(sheet.approval, open_=True)),
            _buttons(sheet),
        )
    decided = sheet.approval.state in _DECIDED
    return blocks.message(
        blocks.header(_title(sheet)),
        blocks.section(_outcome(sheet)),
        _subject(sheet),
        evidence.ladder_of(sheet.offer_cents),
        _buyers(sheet) if sheet.approval.state is ApprovalState.APPROVED else None,
        _text(sheet) if decided else None,
        blocks.context(_asked(sheet.approval, open_=False)),
    )


def is_open(sheet: ApprovalSheet) -> bool:
    """Tell whether anybody can still decide."""
    approval = sheet.approval
    fresh = sheet.at < approval.expires_at and sheet.current_revision == approval.revision
    return approval.state is ApprovalState.PENDING and fresh


def _title(sheet: ApprovalSheet) -> str:
    return f"{sheet.deal.ref} · Offer {dollars(sheet.approval.amount_cents)} to {name_of(sheet.lead)}"


def _subject(sheet: ApprovalSheet) -> Block:
    lead, deal = sheet.lead, sheet.deal
    rooms = [words.count(n, one) for n, one in ((deal.beds, "bed"), (deal.baths, "bath")) if n is not None]
    what = ", ".join([words.kind_of_property(deal.property_type), *rooms])
    return blocks.lines(
        (bold(plain(hidden(lead, lead.address))),),
        (foreign(f"{lead.ref} · {place_of(lead)} · {what}"),),
        (foreign(numbers(deal)),),
    )


def _buyers(sheet: ApprovalSheet) -> Block:
    found = sheet.matches
    if not found:
        return blocks.line(bold("Buyers: "), said("no buy box fits. Add buyers with /buyer add."))
    rows = [
        (
            bold(f"{score:.0%} "),
            foreign(f"{buyer.ref} {plain(buyer.contact.name, NAME_LIMIT)}: {'; '.join(reasons)}"),
        )
        for buyer, score, reasons in found[:MOST_MATCHES]
    ]
    more = f" · best {MOST_MATCHES} shown" if len(found) > MOST_MATCHES else ""
    fit = "fits" if len(found) == 1 else "fit"
    return blocks.lines((bold(f"{words.count(len(found), 'buyer')} {fit}"), said(more)), *rows)


def _text(sheet: ApprovalSheet) -> Block:
    """Return the text word for word, save the seller's own number, should it stand in their name or address."""
    return blocks.quote(hidden(sheet.lead, sheet.approval.preview), TEXT_LIMIT)


def _outcome(sheet: ApprovalSheet) -> str:
    approval = sheet.approval
    who = person(approval.decided_by or "system")
    by = f"by {who} ({times.stamp(approval.decided_at)})" if approval.decided_at else f"by {who}"
    match approval.state:
        case ApprovalState.APPROVED:
            return f"*{words.DONE} Approved* {by}. {_sending(sheet, sheet.message)}"
        case ApprovalState.REJECTED:
            return f"*{words.ENDED} Rejected* {by}. Nothing was sent."
        case ApprovalState.COUNTERED:
            note = f" with {escape(approval.decision_note)}" if approval.decision_note else ""
            return f"*{words.NEXT} Countered* {by}{note}. Nothing was sent; a new request has its own card."
        case ApprovalState.VOID:
            return f"*{words.ENDED} Withdrawn:* {_void(approval)} Nothing was sent."
        case ApprovalState.EXPIRED | ApprovalState.PENDING:
            return _lapsed(sheet)


def _void(approval: Approval) -> str:
    return escape(approval.decision_note or "the numbers changed; the new request has its own card.")


def _lapsed(sheet: ApprovalSheet) -> str:
    if sheet.current_revision != sheet.approval.revision:
        return f"*{words.ENDED} Withdrawn:* the numbers changed; the new request has its own card. Nothing was sent."
    again = f"`/deal {sheet.lead.ref}`"
    return f"*{words.ENDED} Expired:* nobody decided within a day. Nothing was sent. Ask again with {again}."


def _sending(sheet: ApprovalSheet, message: Message | None) -> str:
    if message is None:
        return "\nThe text is being prepared."
    if message.reason and message.state in _KEPT:
        return f"\nText {message.ref} · {ladder.why_held(message, sheet.lead, sheet.at)}."
    symbol, state = ladder.message_state(message, sheet.lead, sheet.at)
    return f"\nText {message.ref} · {symbol} {state}."


def _asked(approval: Approval, *, open_: bool) -> str:
    asked = f"Asked by {person(approval.requested_by)} ({times.stamp(approval.requested_at)})"
    return f"{asked} · open until: {times.stamp(approval.expires_at)}" if open_ else asked


def _buttons(sheet: ApprovalSheet) -> Block:
    approval = sheet.approval
    about = f"{approval.approval_id}:{approval.revision}"
    sure = blocks.confirm("Approve this text?", approval.preview, "Approve", style="primary")
    return blocks.actions(
        blocks.button("Approve", "approval.approve", about, style="primary", ask=sure),
        blocks.button("Counter", "approval.counter", about),
        blocks.button("Reject", "approval.reject", about),
    )


def counter_modal(approval: Approval, ceiling_cents: int, errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Ask for another amount; callback id ``approval.counter``, field ``amount``."""
    highest = dollars(ceiling_cents)
    return blocks.modal(
        "Counter the offer",
        [
            problems(errors, {"amount": "Amount"}),
            blocks.section(f"The request is {dollars(approval.amount_cents)}; the ceiling is {highest}."),
            blocks.text_input(
                "amount",
                "Your amount",
                placeholder="325k",
                hint=f"Above $0 and at most {highest}. It goes to another approver; nothing is sent before.",
                limit=40,
            ),
        ],
        callback_id="approval.counter",
        submit="Counter",
        close="Cancel",
        metadata=f"{approval.approval_id}:{approval.revision}",
    )
