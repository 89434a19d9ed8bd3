"""Draws where everything that should leave stands now: nothing is silently lost."""

from collections.abc import Iterable, Mapping

from bot.views import blocks, times, words
from bot.views.blocks import Block, Rendered
from bot.views.text import escape, person
from domain import provinces
from domain.model import MessageState
from domain.sheets import SLACK, Pause, StatusSheet

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
            ("Handed over in 24 hours", _handed_over(sheet)),
            ("Waiting for approval", words.count(sheet.approvals_pending, "request")),
            *((("Switched off", switched_off(sheet)),) if sheet.pauses else ()),
        ),
        *to_do(sheet),
        *faults(sheet),
        blocks.context(_small_print(sheet)),
    )


def headline(sheet: StatusSheet) -> str:
    """Return the one thing to know first."""
    if sheet.clock_faults or sheet.jobs_silent or SLACK in sheet.paused_scopes:
        return f"{words.ALERT} {_at_a_standstill(sheet)}"
    if sheet.paused_scopes:
        return f"{words.HELD} Sending is paused for {escape(scopes(sheet.paused_scopes))}"
    waiting = sum(sheet.messages.get(state, 0) for state in _FOR_A_PERSON)
    if waiting:
        return f"{words.ALERT} {words.count(waiting, 'text needs', 'texts need')} a person"
    if sheet.steps_dead:
        return f"{words.ALERT} {words.count(sheet.steps_dead, 'step needs', 'steps need')} a person"
    return f"{words.DONE} Sending is on"


def _at_a_standstill(sheet: StatusSheet) -> str:
    if sheet.clock_faults:
        return "Nothing is sent: the time-zone tables are wrong"
    if sheet.jobs_silent:
        return "Nothing is sent: no process that sends is running"
    return "Slack refuses our token: no card is posted or redrawn"


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
    if pause.scope == SLACK:
        return f"posts to Slack ({times.stamp(pause.at)}): {escape(pause.reason)}; they go on when it works again"
    again = pause.scope.rpartition(":")[2]
    return f"{escape(_scope(pause.scope))} by {person(pause.by)} ({times.stamp(pause.at)}), `/heimdall resume {again}`"


def on_the_way(sheet: StatusSheet) -> str:
    """Return what has not left yet and may."""
    return _tally(sheet.messages, _ON_THE_WAY) or "nothing"


def held(sheet: StatusSheet) -> str:
    """Return what is held, by reason."""
    reasons = sorted(sheet.holds.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{n:,} {escape(words.hold(code))}" for code, n in reasons) or "nothing"


def faults(sheet: StatusSheet) -> tuple[Block, ...]:
    """Return what is wrong with the clocks."""
    return tuple(blocks.small(f"{words.ALERT} {fault}") for fault in sheet.clock_faults[:MOST_FAULTS])


def to_do(sheet: StatusSheet) -> tuple[Block, ...]:
    """Return what a person can do about everything that does not come right by itself."""
    rows = [*_by_people(sheet), *_by_admins(sheet), *_by_reason(sheet)]
    return (blocks.section("\n".join(["*What to do*", *(f"• {row}" for row in rows)])),) if rows else ()


def _by_people(sheet: StatusSheet) -> Iterable[str]:
    doubtful, dead = (sheet.messages.get(state, 0) for state in _FOR_A_PERSON)
    if doubtful:
        named = words.count(doubtful, "text needs", "texts need")
        yield f"{named} a person: a card in the lead's thread asks *Mark as sent · Send again · Drop*."
    if dead:
        yield f"{words.count(dead, 'text is', 'texts are')} stuck: a card in the lead's thread asks *Try again · Drop*."
    if sheet.steps_dead:
        named = words.count(sheet.steps_dead, "step is", "steps are")
        yield f"{named} stuck: a card in the lead's thread asks *Try again · Skip the step*."
    unclear = sheet.messages.get(MessageState.UNKNOWN, 0)
    if unclear:
        since = f", the first since {times.stamp(sheet.oldest_unknown_at)}" if sheet.oldest_unknown_at else ""
        named = words.count(unclear, "text is", "texts are")
        yield f"{named} unclear{since}: nothing yet. The provider's list is asked; if that does not tell, a card will."


def _by_admins(sheet: StatusSheet) -> Iterable[str]:
    if sheet.jobs_silent:
        heard = f" (last heard {times.stamp(sheet.jobs_heard_at)})" if sheet.jobs_heard_at else ""
        yield f"Nobody sends{heard}: an admin starts `heimdall jobs`, or `heimdall run`. Everything waits meanwhile."
    if sheet.cards_dead:
        named = words.count(sheet.cards_dead, "card shows", "cards show")
        yield f"{named} something old: an admin finds the cause in the log; the next change of its subject tries again."


def _by_reason(sheet: StatusSheet) -> Iterable[str]:
    for code, advice in words.HOLD_ADVICE.items():
        if sheet.holds.get(code):
            yield f"{sheet.holds[code]:,} {words.hold(code)}: {advice}"


def _handed_over(sheet: StatusSheet) -> str:
    return _tally(sheet.last_day, MessageState) or "nothing"


def _tally(counts: Mapping[MessageState, int], states: Iterable[MessageState]) -> str:
    counted = [(counts.get(state, 0), state) for state in states]
    return ", ".join(f"{n:,} {words.TALLY[state]}" for n, state in counted if n)


def _small_print(sheet: StatusSheet) -> str:
    cards = "all cards are up to date"
    if sheet.cards_waiting:
        cards = f"{words.count(sheet.cards_waiting, 'card')} to be redrawn"
    if sheet.cards_refused:
        cards += f", {sheet.cards_refused:,} refused by Slack"
    if sheet.cards_dead:
        cards += f" · {words.ALERT} {words.count(sheet.cards_dead, 'card')} could not be drawn"
    overdue = sheet.oldest_due_at is not None and sheet.oldest_due_at < sheet.at
    oldest = f" · oldest text due: {times.stamp(sheet.oldest_due_at)}" if overdue and sheet.oldest_due_at else ""
    return f"{times.stamp(sheet.at)} · {cards}{oldest}"
