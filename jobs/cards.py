"""The cards tick: draw every card that is out of date from the state as it is now, and show it in Slack."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import random

import structlog

from bot.views import approval, briefing, call, dead, doubt, lead, notice, policy, reply
from bot.views.blocks import Rendered
from domain import claims, delivery
from domain.errors import NotFoundError
from flows import draw_sheets
from flows.team import Team
from jobs.deps import JobDeps
from jobs.senders import slack
from storage import cards, records
from storage.unit import StorageUnavailableError, Tx

LEASE = timedelta(seconds=30)

log = structlog.get_logger(__name__)

Drawer = Callable[[Tx, Team, str, datetime], Rendered]

DRAWERS: dict[str, Drawer] = {
    "lead": lambda tx, team, subject, now: lead.card(draw_sheets.lead_sheet(tx, team, int(subject), now)),
    "call": lambda tx, team, subject, now: call.card(draw_sheets.call_sheet(tx, team, int(subject), now)),
    "reply": lambda tx, _team, subject, now: reply.card(draw_sheets.reply_sheet(tx, int(subject), now)),
    "approval": lambda tx, _team, subject, now: approval.card(draw_sheets.approval_sheet(tx, subject, now)),
    "policy": lambda tx, _team, subject, now: policy.card(draw_sheets.policy_sheet(tx, int(subject), now)),
    "doubt": lambda tx, _team, subject, now: doubt.card(draw_sheets.doubt_sheet(tx, int(subject), now)),
    "dead_message": lambda tx, _team, subject, now: dead.message(draw_sheets.dead_message_sheet(tx, int(subject), now)),
    "dead_rung": lambda tx, _team, subject, now: dead.rung(draw_sheets.dead_rung_sheet(tx, int(subject), now)),
    "briefing": lambda tx, _team, subject, _now: briefing.card(draw_sheets.briefing_sheet(tx, int(subject))),
    "alert": lambda tx, _team, _subject, _now: _alert(tx),
}
"""How each kind of card is drawn; a private note carries its own words."""


def tick(deps: JobDeps) -> int:
    """Show at most one card a channel, since Slack takes one a second, and return how many."""
    wall = deps.wall()
    with deps.db.read() as tx:  # most looks find nothing, and need no turn to write for that
        if not cards.any_stale(tx, wall):
            return 0
    with deps.db.write() as tx:
        taken = cards.take_stale(tx, wall, owner=deps.owner, lease=LEASE)
    for number, card in enumerate(taken):
        if deps.stopping():
            with deps.db.write() as tx:
                cards.give_back(tx, taken[number:])
            return number
        _try(deps, card)
    return len(taken)


def _try(deps: JobDeps, card: cards.Card) -> None:
    """Show one card; whatever breaks, the others go on."""
    if claims.exhausted(card.attempts):  # the process died at each try: nothing was left to say why
        _bury(deps, card, None)
        return
    try:
        _show(deps, card)
    except StorageUnavailableError:
        raise  # no card's fault
    except Exception as error:
        log.exception("card_failed", kind=card.kind, subject=card.subject, attempts=card.attempts + 1)
        if claims.exhausted(card.attempts + 1):
            _bury(deps, card, type(error).__name__)
            return
        after = delivery.backoff(card.attempts, random())  # noqa: S311 - jitter
        with deps.db.write() as tx:
            cards.failed(tx, card, type(error).__name__, deps.wall(), after=after)


def _bury(deps: JobDeps, card: cards.Card, error: str | None) -> None:
    """Give a card up and say so, once a day and kind: what breaks one card often breaks all of its kind."""
    now = deps.clock()
    why = error or "the program ended at each try"
    sentence = (
        f"A card could not be drawn ({card.kind} {card.subject}: {why}) and shows something old, or nothing. "
        "The next change of what it is about tries again. An admin finds the cause in the log."
    )
    with deps.db.write() as tx:
        buried = cards.bury(tx, card, error)
        if buried and card.kind != "notice":
            key = f"card_dead:{card.kind}:{now.date().isoformat()}"
            cards.announce(tx, key, deps.team.briefing_channel, sentence, now)
    log.error("card_given_up", kind=card.kind, subject=card.subject, error=error)


def _show(deps: JobDeps, card: cards.Card) -> None:
    try:
        rendered = _draw(deps, card)
    except NotFoundError as error:
        with deps.db.write() as tx:
            cards.give_up(tx, card, error.sentence)
        return
    outcome = deps.slack.show(card, rendered)
    if outcome == slack.Rejected("invalid_blocks") and card.kind == "briefing":
        # Native charts are still being rolled out; the figures are in the text twin too.
        outcome = deps.slack.show(card, briefing.without_chart(rendered))
    _record(deps, card, outcome)


def _draw(deps: JobDeps, card: cards.Card) -> Rendered:
    if card.kind == "notice":
        return notice.card(str(card.payload["text"]))
    with deps.db.read() as tx:
        return DRAWERS[card.kind](tx, deps.team, card.subject, deps.clock())


def _alert(tx: Tx) -> Rendered:
    paused = records.pause_of(tx, "all")
    return (
        notice.card("Sending was resumed; what waited leaves by itself.") if paused is None else notice.alert(*paused)
    )


def _record(deps: JobDeps, card: cards.Card, outcome: slack.Outcome) -> None:
    wall = deps.wall()
    with deps.db.write() as tx:
        match outcome:
            case slack.Posted(ts=ts):
                cards.posted(tx, card, ts=ts)
            case slack.Gone():
                cards.forget_post(tx, card)
            case slack.Wait(error=error, after=after, paced=paced):
                cards.retry_later(tx, card, error, wall, after=after)
                if paced:
                    cards.slow_down(tx, card.channel, wall + after)
            case slack.Rejected(error=error):
                cards.give_up(tx, card, error)
                log.error("card_rejected", kind=card.kind, subject=card.subject, error=error)
