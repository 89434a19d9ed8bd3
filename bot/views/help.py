"""What each command can do, in one line and with examples; the app's manifest is made from it too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.views import blocks
from bot.views.blocks import Rendered
from bot.views.text import escape


@dataclass(frozen=True, slots=True)
class Command:
    """One root command.

    Attributes:
        summary: what it is for; Slack shows it while people type.
        usage: hint behind the command's name.
        verbs: example to what it does.
        verb_names: words understood behind the command, for "did you mean".
    """

    summary: str
    usage: str
    verbs: Mapping[str, str]
    verb_names: tuple[str, ...]


COMMANDS: Final[Mapping[str, Command]] = {
    "lead": Command(
        summary="Open a lead, find one, pause or stop its ladder",
        usage="[number address — name] or find | show | mine | place | consent | pause | resume | stop | help",
        verbs={
            "/lead": "open the form",
            "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe": "open a lead in one line",
            "/lead find Jane": "search names, addresses and numbers",
            "/lead show L-12": "show one lead",
            "/lead mine": "list your newest leads",
            "/lead place L-12 5 Main St, Kenora ON": "correct where the property stands",
            "/lead consent L-12": "show what is on record; add with: purchase since=2026-05-24 proof=deed",
            "/lead pause L-12": "pause its ladder; resume goes on, stop ends it for good",
        },
        verb_names=("find", "show", "mine", "place", "consent", "pause", "resume", "stop", "help"),
    ),
    "deal": Command(
        summary="Put numbers on a lead: bounded offer, buyers, approval",
        usage="[L-12 arv=500k repairs=40k asking=320k] or show | offer | help",
        verbs={
            "/deal": "pick one of the newest leads",
            "/deal L-12 arv=500k repairs=40k asking=320k": "compute the offer and ask for approval",
            "/deal offer L-12 arv=480k": "what if: nothing is stored",
            "/deal show D-3": "show a deal",
        },
        verb_names=("show", "offer", "help"),
    ),
    "buyer": Command(
        summary="Add a buyer with their buy box, or list buyers",
        usage="add Name phone=… province=ON type=house max=600k or list | help",
        verbs={
            "/buyer add Sam Roy phone=416-555-0123 province=ON market=Toronto type=house max=600k": "add a buyer",
            "/buyer list": "list buyers and what they buy",
        },
        verb_names=("add", "list", "help"),
    ),
    "policy": Command(
        summary="The team's own rules by market, province or Canada: hours, limits, closed days",
        usage="show ON Toronto | edit ON Toronto | history ON | help",
        verbs={
            "/policy": "every place with rules of its own",
            "/policy show ON Toronto": "what applies there, and whose rules these are",
            "/policy edit ON Toronto": "propose a change; it is tried on the last 30 days and another admin decides",
            "/policy history ON": "every version, who wanted it and why",
        },
        verb_names=("show", "edit", "history", "help"),
    ),
    "heimdall": Command(
        summary="Briefing, status, pause and resume sending",
        usage="now | status | pause | resume | help",
        verbs={
            "/heimdall now": "post a briefing",
            "/heimdall status": "where everything that should leave stands",
            "/heimdall pause": "stop sending for everything; or for ON, sms, call, ladder",
            "/heimdall resume": "let it go on",
        },
        verb_names=("now", "status", "pause", "resume", "help"),
    ),
}


def root(name: str) -> Rendered:
    """Answer ``help`` for one root command.

    Args:
        name: without the slash; one of ``COMMANDS``.
    """
    command = COMMANDS[name]
    verbs = [f"`{escape(example)}`  {escape(does)}" for example, does in command.verbs.items()]
    others = ", ".join(f"`/{other} help`" for other in COMMANDS if other != name)
    return blocks.message(
        blocks.section(f"*/{name}* · {escape(command.summary)}\n" + "\n".join(verbs)),
        blocks.context(f"See also {others}"),
    )
