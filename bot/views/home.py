"""Draws the App Home: what waits for the person who looks, what is held and why, today's hours, and health."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.views import blocks, hours, status, times, words
from bot.views.blocks import Block
from bot.views.lead import dollars, rows_of
from bot.views.text import escape
from domain.law import TeamPolicy
from domain.model import Approval, ApprovalKind, Lead
from domain.provinces import Province
from domain.sheets import StatusSheet

MOST_LEADS = 5
MOST_APPROVALS = 5


def view(
    sheet: StatusSheet,
    mine: Sequence[Lead] = (),
    waiting: Sequence[Approval] = (),
    policies: Mapping[Province, TeamPolicy] = MappingProxyType({}),
) -> dict[str, Any]:
    """Draw the Home of one person.

    Args:
        mine: newest leads they own.
        waiting: open requests they may decide.
        policies: the rules in force in each province; the built-in ones where none are given.
    """
    return blocks.home(
        [
            blocks.header("Waiting for you"),
            *_waiting(mine, waiting),
            blocks.header("Held, and why"),
            blocks.section(status.held(sheet).capitalize()),
            blocks.header("Today's hours"),
            blocks.section("\n".join(hours.today(sheet.at, policies))),
            blocks.header("Health"),
            blocks.section(f"*{status.headline(sheet)}*\nOn the way: {status.on_the_way(sheet)}"),
            *status.to_do(sheet),
            *status.faults(sheet),
            blocks.context(f"{times.stamp(sheet.at)} · open a lead with `/lead`, all commands: `/heimdall help`"),
        ]
    )


def _waiting(mine: Sequence[Lead], waiting: Sequence[Approval]) -> list[Block]:
    made: list[Block] = []
    if waiting:
        rows = [_request(approval) for approval in waiting[:MOST_APPROVALS]]
        made.append(blocks.section("\n".join([f"*{words.count(len(waiting), _called(waiting))} to decide*", *rows])))
    if mine:
        made += [blocks.section("*Your newest leads*"), rows_of(mine[:MOST_LEADS])]
    return made or [blocks.section("Nothing. Claim a lead in the leads channel and it appears here.")]


def _called(waiting: Sequence[Approval]) -> str:
    return "offer" if all(each.kind is ApprovalKind.OFFER for each in waiting) else "request"


def _request(approval: Approval) -> str:
    if approval.kind is ApprovalKind.POLICY:
        title = escape(approval.preview.partition("\n")[0])
        return f"Policy {title} · open until: {times.stamp(approval.expires_at)}"
    return (
        f"D-{approval.subject_id} · {dollars(approval.amount_cents)} · open until: {times.stamp(approval.expires_at)}"
    )
