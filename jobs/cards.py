"""The cards tick: draw every card that is out of date from the state as it is now, and show it in Slack.

A first post whose outcome nobody knows is looked for before it is made again. An edit may be made twice, so it is not.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import random

import structlog

from bot.views import approval, briefing, call, dead, doubt, lead, notice, policy, reply, split
from bot.views.blocks import Rendered
from domain import claims, delivery
from domain.errors import NotFoundError
from flows import draw_sheets
from flows.team import Team
from jobs import slack_access
from jobs.deps import JobDeps
from jobs.senders import slack
from storage import cards, posts, records
from storage.posts import Card
from storage.unit import StorageUnavailableError, Tx

LEASE = timedelta(seconds=30)
"""Longer than a post may take, an answer being waited for ten seconds; it begins anew before each call that posts."""

IN_ORDER = 3
"""Failures during which a card keeps its channel waiting, so that the order holds; after them it stands aside."""

LOOKS = 5
"""Tries to read a channel's history before it counts as unreadable."""

SETTLING = timedelta(seconds=5)
"""How long Slack may still be at work on a post whose answer was lost; looking earlier proves nothing."""

OUT_OF_REACH = [
    slack.Rejected(error) for error in ("channel_not_found", "is_archived", "not_in_channel", "user_not_in_channel")
]

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
    if not slack_access.may_post(deps):
        return 0
    with deps.db.read() as tx:  # most looks find nothing, and need no turn to write for that
        if not posts.any_stale(tx, deps.wall()):
            return 0
    with deps.db.write() as tx:
        taken = posts.take_stale(tx, deps.wall(), now=deps.clock(), owner=deps.owner, lease=LEASE)
    for number, card in enumerate(taken):
        if deps.stopping():
            with deps.db.write() as tx:
                posts.give_back(tx, taken[number:])
            return number
        # Those before it may have kept us waiting so long that another process has taken it over.
        with deps.db.write() as tx:
            ours = posts.keep_lease(tx, card, deps.wall(), owner=deps.owner, lease=LEASE)
        if ours:
            _try(deps, card)
    return len(taken)


def _try(deps: JobDeps, card: Card) -> None:
    """Show one card; whatever breaks, the others go on."""
    if claims.exhausted(card.claims):  # the process died at each try: nothing was left to say why
        _bury(deps, card, None)
        return
    try:
        _show(deps, card)
    except StorageUnavailableError:
        raise  # no card's fault
    except Exception as error:
        log.exception("card_failed", kind=card.kind, subject=card.subject, claims=card.claims + 1)
        if claims.exhausted(card.claims + 1):
            _bury(deps, card, type(error).__name__)
            return
        after = delivery.backoff(card.claims, random())  # noqa: S311 - jitter
        with deps.db.write() as tx:
            posts.step_aside(tx, card, type(error).__name__, until=deps.wall() + after)


def _bury(deps: JobDeps, card: Card, error: str | None) -> None:
    """Give a card up and say so, once a day and kind: what breaks one card often breaks all of its kind."""
    now = deps.clock()
    why = error or "the program ended at each try"
    sentence = (
        f"A card could not be drawn ({card.kind} {card.subject}: {why}) and shows something old, or nothing. "
        "The next change of what it is about tries again. An admin finds the cause in the log."
    )
    with deps.db.write() as tx:
        buried = posts.bury(tx, card, error)
        if buried and card.kind != "notice":
            key = f"card_dead:{card.kind}:{now.date().isoformat()}"
            cards.announce(tx, key, deps.team.briefing_channel, sentence, now)
    log.error("card_given_up", kind=card.kind, subject=card.subject, error=error)


def _show(deps: JobDeps, card: Card) -> None:
    try:
        parts = _draw(deps, card)
    except NotFoundError as error:
        with deps.db.write() as tx:
            posts.give_up(tx, card, error.sentence)
        return
    sure = card if card.in_doubt_since is None else _settle(deps, card, card.in_doubt_since)
    if sure is not None:
        marked = notice.repeated(parts[0]) if sure.may_repeat else parts[0]
        _record(deps, sure, _post(deps, sure, marked), len(parts))


def _draw(deps: JobDeps, card: Card) -> tuple[Rendered, ...]:
    """Draw a card as the messages it takes; what hangs in a thread as the rest of another is one of them."""
    if card.kind == "notice":
        return (notice.card(str(card.payload["text"]), card.payload.get("button")),)
    kind, subject = card.kind, card.subject
    if card.kind == cards.MORE:
        kind, subject = str(card.payload["kind"]), str(card.payload["subject"])
    with deps.db.read() as tx:
        parts = split.parts(DRAWERS[kind](tx, deps.team, subject, deps.clock()))
    if card.kind != cards.MORE:
        return parts
    part = int(card.payload["part"])
    return (parts[part - 1] if part <= len(parts) else split.left_over(),)


def _alert(tx: Tx) -> Rendered:
    paused = records.pause_of(tx, "all")
    return (
        notice.card("Sending was resumed; what waited leaves by itself.") if paused is None else notice.alert(*paused)
    )


def _settle(deps: JobDeps, card: Card, since: datetime) -> Card | None:
    """Return a card in doubt as it may be posted now: found, proved absent, or marked; None when it has to wait."""
    # A private note leaves nothing that could be read: better said twice than never.
    look = slack.Unreadable("private_note") if card.only_for else deps.slack.look_for(card, since)
    match look:
        case slack.Found(ts=ts):
            log.info("card_found", kind=card.kind, subject=card.subject)
            with deps.db.write() as tx:
                posts.adopt(tx, card, ts)
            return replace(card, ts=ts)
        case slack.Absent():
            return _begin_again(deps, card, may_repeat=card.may_repeat)
        case slack.Barred(error=error):
            with deps.db.write() as tx:
                posts.doubt(tx, card, error, until=None)
            slack_access.rest(deps, error)
            return None
        case slack.Wait(error=error, after=after) if card.attempts < LOOKS:
            _stay_in_doubt(deps, card, error, after)
            return None
        case slack.Unreadable(error=error) | slack.Wait(error=error):
            log.warning("card_may_be_repeated", kind=card.kind, subject=card.subject, error=error)
    return _begin_again(deps, card, may_repeat=True)


def _begin_again(deps: JobDeps, card: Card, *, may_repeat: bool) -> Card:
    with deps.db.write() as tx:
        posts.begin_again(tx, card, deps.clock(), may_repeat=may_repeat, lease_until=deps.wall() + LEASE)
    return replace(card, may_repeat=may_repeat)


def _post(deps: JobDeps, card: Card, rendered: Rendered) -> slack.Outcome:
    """Show a card; a note out of reach among the leads, refused blocks without the chart and at last in words alone."""
    outcome = deps.slack.show(card, rendered)
    if card.only_for and outcome in OUT_OF_REACH:
        # They clicked where we are no member; a click never does nothing visible.
        outcome = deps.slack.show(replace(card, channel=deps.team.leads_channel), rendered)
    if card.kind == "briefing" and outcome == slack.Rejected("invalid_blocks"):
        # Native charts are still being rolled out; the figures are in the text twin too.
        outcome = deps.slack.show(card, briefing.without_chart(rendered))
    match outcome:
        case slack.Rejected(error=error) if error in slack.BLOCKS_REFUSED:
            log.error("card_in_words_only", kind=card.kind, subject=card.subject, error=error)
            return deps.slack.show(card, split.words_only(rendered))
    return outcome


def _record(deps: JobDeps, card: Card, outcome: slack.Outcome, parts: int) -> None:
    match outcome:
        case slack.Wait(error=error, after=None):
            _wait(deps, card, error)
        case slack.Wait(error=error, after=after):
            with deps.db.write() as tx:
                posts.retry_later(tx, card, error, until=None, counted=False)
                posts.slow_down(tx, card.channel, deps.wall() + (after or slack.DEFAULT_WAIT))
        case slack.Unclear(error=error) if card.ts is None:
            _stay_in_doubt(deps, card, error, None)
        case slack.Unclear(error=error):
            _wait(deps, card, error)
        case slack.Barred(error=error):
            with deps.db.write() as tx:
                posts.retry_later(tx, card, error, until=None, counted=False)
            slack_access.rest(deps, error)
        case slack.Posted() | slack.Gone() | slack.Rejected():
            _finish(deps, card, outcome, parts)


def _finish(deps: JobDeps, card: Card, outcome: slack.Posted | slack.Gone | slack.Rejected, parts: int) -> None:
    now = deps.clock()
    with deps.db.write() as tx:
        match outcome:
            case slack.Posted(ts=ts):
                posts.posted(tx, card, now, ts=ts)
                if card.kind != cards.MORE:
                    cards.continue_in_thread(tx, card, parts, now)
            case slack.Gone(thread=True) if card.parent_id is not None:
                posts.forget_thread(tx, card, now)
            case slack.Gone():
                posts.forget_post(tx, card)
            case slack.Rejected(error=error):
                posts.give_up(tx, card, error)
                log.error("card_rejected", kind=card.kind, subject=card.subject, error=error)


def _wait(deps: JobDeps, card: Card, error: str) -> None:
    """Try again later what has provably not been posted, or may be done twice."""
    until = deps.wall() + _backoff(card)
    with deps.db.write() as tx:
        posts.retry_later(tx, card, error, until=_aside(tx, card, until))


def _stay_in_doubt(deps: JobDeps, card: Card, error: str, after: timedelta | None) -> None:
    """Look for the card later, when Slack has surely finished with it."""
    until = deps.wall() + max(SETTLING, after or _backoff(card))
    log.warning("card_in_doubt", kind=card.kind, subject=card.subject, error=error)
    with deps.db.write() as tx:
        posts.doubt(tx, card, error, until=_aside(tx, card, until))


def _backoff(card: Card) -> timedelta:
    return delivery.backoff(card.attempts, random())  # noqa: S311 - jitter


def _aside(tx: Tx, card: Card, until: datetime) -> datetime | None:
    """Have the channel wait with the card, so that the order holds; return when it waits by itself instead."""
    if card.attempts >= IN_ORDER:
        return until
    posts.slow_down(tx, card.channel, until)
    return None
