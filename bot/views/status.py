"""Draws where everything that should leave stands now: nothing is silently lost."""

from collections.abc import Iterable

from bot.views import blocks, times, words
from bot.views.blocks import Block, Rendered
from bot.views.text import escape, person
from domain import delivery, provinces
from domain.model import MessageState
from domain.sheets import Pause, StatusSheet

_FOR_A_PERSON = (MessageState.NEEDS_PERSON, MessageState.DEAD)
_ON_THE_WAY = (MessageState.READY, MessageState.DISPATCHING, MessageState.UNKNOWN, *_FOR_A_PERSON)
MOST_FAULTS = 3


def card(sheet: StatusSheet) -> Rendered:
    """Answer ``/heimdall status``."""
    return blocks.message(
        blocks.section(f"*{headline(sheet)}*"),
        blocks.facts(
            ("On the way", on_the_way(sheet)),
            ("Held", held(sheet)),
            ("Ended", _ended(sheet)),
            ("Waiting for approval", words.count(sheet.approvals_pending, "request")),
            *((("Switched off", switched_off(sheet)),) if sheet.pauses else ()),
        ),
        *faults(sheet),
        blocks.context(_small_print(sheet)),
    )


def headline(sheet: StatusSheet) -> str:
    """Return the one thing to know first."""
    if sheet.clock_faults:
        return f"{words.ALERT} Nothing is sent: the time-zone tables are wrong"
    if sheet.paused_scopes:
        return f"{words.HELD} Sending is paused for {escape(scopes(sheet.paused_scopes))}"
    waiting = sum(sheet.messages.get(state, 0) for state in _FOR_A_PERSON)
    if waiting:
        return f"{words.ALERT} {words.count(waiting, 'text needs', 'texts need')} a person"
    if sheet.steps_dead:
        return f"{words.ALERT} {words.count(sheet.steps_dead, 'step needs', 'steps need')} a person"
    return f"{words.DONE} Sending is on"


def scopes(paused: Iterable[str]) -> str:
    """Return what is paused: ``Ontario, calls``."""
    return ", ".join(_scope(scope) for scope in sorted(paused))


def _scope(scope: str) -> str:
    kind, _, value = scope.partition(":")
    if kind == "province" and value in set(provinces.Province):
        return provinces.Province(value).english
    if kind == "channel":
        return {"sms": "texts", "call": "calls", "email": "e-mails"}.get(value, value)
    return {"all": "everything", "ladder": "ladders"}.get(scope, scope)


def switched_off(sheet: StatusSheet) -> str:
    """Return every switch that keeps sending off, with who did it and when."""
    return "; ".join(_switch(pause) for pause in sheet.pauses)


def _switch(pause: Pause) -> str:
    again = pause.scope.rpartition(":")[2]
    return f"{escape(_scope(pause.scope))} by {person(pause.by)} ({times.stamp(pause.at)}), `/heimdall resume {again}`"


def on_the_way(sheet: StatusSheet) -> str:
    """Return what has not left yet and may."""
    return _tally(sheet, _ON_THE_WAY) or "nothing"


def held(sheet: StatusSheet) -> str:
    """Return what is held, by reason."""
    reasons = sorted(sheet.holds.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{n:,} {escape(words.hold(code))}" for code, n in reasons) or "nothing"


def faults(sheet: StatusSheet) -> tuple[Block, ...]:
    """Return what is wrong with the clocks."""
    return tuple(blocks.small(f"{words.ALERT} {fault}") for fault in sheet.clock_faults[:MOST_FAULTS])


def _ended(sheet: StatusSheet) -> str:
    return (
        _tally(sheet, [state for state in MessageState if state in delivery.TERMINAL | delivery.HANDED_OVER])
        or "nothing yet"
    )


def _tally(sheet: StatusSheet, states: Iterable[MessageState]) -> str:
    counted = [(sheet.messages.get(state, 0), state) for state in states]
    return ", ".join(f"{n:,} {words.TALLY[state]}" for n, state in counted if n)


def _small_print(sheet: StatusSheet) -> str:
    cards = "all cards are up to date"
    if sheet.cards_waiting:
        cards = f"{words.count(sheet.cards_waiting, 'card')} to be redrawn"
    if sheet.cards_dead:
        cards += f" · {words.ALERT} {words.count(sheet.cards_dead, 'card')} could not be drawn"
    overdue = sheet.oldest_due_at is not None and sheet.oldest_due_at < sheet.at
    oldest = f" · oldest text due: {times.stamp(sheet.oldest_due_at)}" if overdue and sheet.oldest_due_at else ""
    return f"{times.stamp(sheet.at)} · {cards}{oldest}"
