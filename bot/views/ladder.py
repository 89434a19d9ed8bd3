"""Says where each rung of a ladder stands, dated on the seller's clocks, and why it goes no further.

Every state has a symbol and words. Lines are ``mrkdwn`` of our own words only.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.views import holds, times, words
from bot.views.text import person
from domain.model import (
    CallOutcome,
    LadderState,
    Lead,
    Message,
    MessageState,
    Rung,
    RungState,
    Suppression,
    SuppressionReason,
)
from domain.sheets import LeadSheet

_SENT = frozenset({MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED})
_PROVIDER_ENDS = frozenset({MessageState.UNDELIVERED, MessageState.FAILED, MessageState.REFUSED})
_OPEN = frozenset({RungState.WAITING, RungState.ARMED})


def lines(sheet: LeadSheet) -> list[str]:
    """Return one line a rung, ``✓ 1 Text · delivered today 14:02``; rungs cancelled together share one."""
    shown = [_line(sheet, rung) for rung in sheet.rungs if rung.state is not RungState.CANCELLED]
    cancelled = [rung.step for rung in sheet.rungs if rung.state is RungState.CANCELLED]
    if cancelled:
        steps = str(cancelled[0]) if len(cancelled) == 1 else f"{cancelled[0]}–{cancelled[-1]}"
        shown.append(f"{words.ENDED} {steps} · cancelled")
    return shown


def _line(sheet: LeadSheet, rung: Rung) -> str:
    symbol, state = _state(sheet, rung)
    uncovered = sheet.uncovered.get(rung.step) if rung.state in _OPEN else None
    lacking = "" if uncovered is None else f", {words.UNCOVERED[uncovered]}"
    return f"{symbol} {rung.step} {words.STEPS[rung.channel]} · {state}{lacking}"


def next_step(sheet: LeadSheet) -> str | None:
    """Return what happens next, or why nothing will, as one ``mrkdwn`` sentence; None where the lines say it all."""
    order = standing_order(sheet.suppressions, sheet.at)
    if order is not None:
        since = times.dated(sheet.lead.zones, order.since, sheet.at)
        return f"*{words.SUPPRESSIONS[order.reason]} {since}.* Nothing more will be sent to this number."
    if sheet.stop_unread:
        return (
            "*They may have asked us to stop.* Nothing leaves for this number until somebody reads their text in the "
            "thread and presses Stop for good or Not a stop."
        )
    return _by_ladder(sheet) or _by_rungs(sheet)


def standing_order(suppressions: Iterable[Suppression], at: datetime) -> Suppression | None:
    """Return the order not to contact that weighs most, or None; the National List binds calls alone."""
    standing = [order for order in suppressions if order.stands(at)]
    binding = [order for order in standing if order.reason is not SuppressionReason.NATIONAL_DO_NOT_CALL]
    return min(binding, key=lambda order: list(SuppressionReason).index(order.reason), default=None)


def why_held(message: Message, lead: Lead, at: datetime, suppressions: tuple[Suppression, ...] = ()) -> str:
    """Return why one message waits or was not sent."""
    return holds.sentence(
        message.reason or "",
        lead,
        message.channel,
        at,
        until=message.opens_at,
        suppressions=suppressions,
        error_code=message.error_code,
    )


def message_state(message: Message, lead: Lead, at: datetime) -> tuple[str, str]:
    """Return symbol and words for one text: ``✓``, ``delivered today 14:02``."""
    symbol, state = words.MESSAGES[message.state]
    if message.state in _SENT:
        return symbol, f"{state} {times.dated(lead.zones, message.state_at, at)}"
    if message.state is MessageState.HELD and message.opens_at is not None:
        return symbol, f"{state} until {times.dated(lead.zones, message.opens_at, at)}"
    if message.state is MessageState.READY and message.available_at > at:
        return words.LATER, f"tried again {times.dated(lead.zones, message.available_at, at)}"
    if message.state in _PROVIDER_ENDS and message.error_code is not None:
        return symbol, f"{state}: {words.provider(message.error_code)}"
    return symbol, state


def _state(sheet: LeadSheet, rung: Rung) -> tuple[str, str]:
    due = times.dated(sheet.lead.zones, rung.due_at, sheet.at)
    if rung.state in _OPEN and sheet.lead.ladder is LadderState.PAUSED:
        return words.HELD, f"paused ({due})"
    match rung.state:
        case RungState.WAITING:
            return words.LATER, due
        case RungState.ARMED:
            return (words.HELD, f"held until {due}") if rung.note else (words.NEXT, f"next, {due}")
        case RungState.POSTED:
            return words.NEXT, f"call now, task since {due}"
        case RungState.DEAD:
            return words.ALERT, "stuck; a person must decide"
        case _:
            return _acted(sheet, rung)


def _acted(sheet: LeadSheet, rung: Rung) -> tuple[str, str]:
    if rung.state is RungState.QUEUED:
        return _of_message(sheet, rung, (words.NEXT, "planned"))
    if rung.state is RungState.DONE:
        return _done(sheet, rung)
    return words.ENDED, _ended(sheet, rung)


def _of_message(sheet: LeadSheet, rung: Rung, otherwise: tuple[str, str]) -> tuple[str, str]:
    own = [message for message in sheet.messages if message.rung_id == rung.rung_id]
    return message_state(own[-1], sheet.lead, sheet.at) if own else otherwise


def _done(sheet: LeadSheet, rung: Rung) -> tuple[str, str]:
    settled = times.dated(sheet.lead.zones, rung.settled_at or rung.due_at, sheet.at)
    if rung.outcome is not None:
        return words.DONE, f"{words.OUTCOMES[rung.outcome]}, {person(rung.outcome_by or 'system')} {settled}"
    return _of_message(sheet, rung, (words.DONE, f"done {settled}"))


def _ended(sheet: LeadSheet, rung: Rung) -> str:
    if rung.note is None:
        return "skipped"
    why = holds.sentence(rung.note, sheet.lead, rung.channel, sheet.at, suppressions=sheet.suppressions)
    return f"skipped: {why.removeprefix('Not sent: ').removeprefix('Not called: ')}"


def _by_ladder(sheet: LeadSheet) -> str | None:
    lead = sheet.lead
    because = words.ladder_reason(lead.ladder_reason) if lead.ladder_reason else ""
    match lead.ladder:
        case LadderState.PAUSED:
            return f"*Paused*{_after(because)}. No further step happens until somebody presses Resume."
        case LadderState.STOPPED:
            return f"*Stopped*{_after(because)}. Nothing more is planned."
        case LadderState.FINISHED:
            return "*All steps done.* Nothing more is planned."
        case LadderState.RUNNING:
            return None


def _after(because: str) -> str:
    """Return a reason behind a word: `` by @Riley`` or ``: they wrote back``."""
    return because and (f" {because}" if because.startswith("by ") else f": {because}")


def _by_rungs(sheet: LeadSheet) -> str | None:
    doubtful = [message for message in sheet.messages if message.state is MessageState.NEEDS_PERSON]
    if doubtful:
        ref = doubtful[-1].ref
        return f"*{ref} needs a person:* the provider could not say whether it left. It is never sent twice."
    if any(each.state is MessageState.DEAD for each in sheet.messages) or any(
        rung.state is RungState.DEAD for rung in sheet.rungs
    ):
        return "*Stuck:* Heimdall could not do the next step. Its card in the thread asks what to do."
    held = [message for message in sheet.messages if message.state is MessageState.HELD]
    if held:
        return strong(why_held(held[-1], sheet.lead, sheet.at, sheet.suppressions))
    armed = next((rung for rung in sheet.rungs if rung.state is RungState.ARMED and rung.note), None)
    if armed is None:
        return None
    why = holds.sentence(armed.note or "", sheet.lead, armed.channel, sheet.at, until=armed.due_at)
    return strong(why)


def strong(why: str) -> str:
    """Return a reason with what it comes to in bold: ``*Held:* Ontario texts open 09:00 tomorrow.``."""
    head, colon, rest = why.partition(": ")
    return f"*{head}:* {rest}." if colon else f"*{why}.*"


def settled(rung: Rung) -> tuple[str, str] | None:
    """Return symbol and words for a call task that needs nobody any more, or None while it waits."""
    if rung.outcome is not None:
        at = times.stamp(rung.settled_at or rung.due_at)
        symbol = words.DONE if rung.outcome is not CallOutcome.DO_NOT_CALL else words.ENDED
        return symbol, f"{words.OUTCOMES[rung.outcome].capitalize()} · {person(rung.outcome_by or 'system')} ({at})"
    if rung.state is RungState.POSTED:
        return None
    because = words.ladder_reason(rung.note) if rung.note else "the ladder moved on"
    return words.ENDED, f"Called off: {because}"
