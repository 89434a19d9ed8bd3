"""Draws the consent ledger of a lead: every ground, with its proof, its start, and both of its ends."""

from collections.abc import Iterator
from datetime import datetime

from bot.views import blocks, times, words
from bot.views.blocks import Block, Piece, Rendered, bold, foreign, said, who
from bot.views.lead import hidden, title
from domain import consent
from domain.model import Channel, Consent, ConsentBasis, Lead
from domain.sheets import LeadSheet

MOST_GROUNDS = 10
SHOWN_LIMIT = 500


def ledger(sheet: LeadSheet) -> Rendered:
    """Answer ``/lead consent``: the newest ground first."""
    grounds = sheet.consents[::-1][:MOST_GROUNDS]
    parts = [part for each in grounds for part in _ground(sheet, each)]
    older = len(sheet.consents) - len(grounds)
    more = f" {words.count(older, 'older one')} not shown." if older else ""
    return blocks.message(
        blocks.line(bold(f"Consent of {title(sheet.lead)}")),
        *(parts or [blocks.line(said("Nothing on record: no text may leave."))]),
        blocks.context(f"The end follows from the ground; nobody sets it by hand.{more}"),
    )


def _ground(sheet: LeadSheet, each: Consent) -> Iterator[Block]:
    lead = sheet.lead
    yield blocks.lines(
        (bold(consent.name(each)), said(f" · {_channels(each)} · {_since(each)} · {_until(each, sheet.at)}")),
        *_calls(each),
        _proof(lead, each),
    )
    if each.shown:
        yield blocks.quote(hidden(lead, each.shown), SHOWN_LIMIT)


def _channels(each: Consent) -> str:
    return ", ".join(words.CHANNELS[channel] for channel in Channel if channel in each.channels)


def _since(each: Consent) -> str:
    return f"since {times.full_day(each.started_at)}"


def _until(each: Consent, at: datetime) -> str:
    if each.basis in consent.ONE_MESSAGE and each.used:
        return "used"
    end = consent.ends_at(each)
    if end is None:
        return "no expiry"
    return f"{'ended' if end <= at else 'ends'} {times.full_day(end)}"


def _calls(each: Consent) -> tuple[tuple[Piece, ...], ...]:
    """Say until when calls are exempt from the National List: another clock than the one for messages."""
    until = consent.exempt_until(each)
    if Channel.CALL not in each.channels or (until is None and each.basis is not ConsentBasis.EXPRESS):
        return ()
    when = "while it holds" if until is None else f"until {times.full_day(until)}"
    return ((said(f"Exempts calls from the National Do Not Call List {when}"),),)


def _proof(lead: Lead, each: Consent) -> tuple[Piece, ...]:
    noted = f" on {times.full_day(each.recorded_at)}" if each.recorded_at else ""
    return (
        said("Recorded by "),
        who(each.recorded_by or "system"),
        said(f"{noted}: "),
        foreign(hidden(lead, each.proof)),
    )
