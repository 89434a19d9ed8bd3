"""What the composer suggests once a slash is typed: the bot's own help, copied, because nothing here imports the bot.

A test holds the two together.
"""

from typing import Final

COMMANDS: Final[tuple[tuple[str, str], ...]] = (
    ("/lead", "open the form"),
    ("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe", "open a lead in one line"),
    ("/lead find Jane", "search names, addresses and numbers"),
    ("/lead show L-12", "show one lead"),
    ("/lead mine", "list your newest leads"),
    ("/lead place L-12 5 Main St, Kenora ON", "correct where the property stands"),
    ("/lead consent L-12", "show what is on record; add with: purchase since=2026-05-24 proof=deed"),
    ("/lead pause L-12", "pause its ladder; resume goes on, stop ends it for good"),
    ("/lead help", "Open a lead, find one, pause or stop its ladder"),
    ("/deal", "pick one of the newest leads"),
    ("/deal L-12 arv=500k repairs=40k asking=320k", "compute the offer and ask for approval"),
    ("/deal offer L-12 arv=480k", "what if: nothing is stored"),
    ("/deal show D-3", "show a deal"),
    ("/deal help", "Put numbers on a lead: bounded offer, buyers, approval"),
    ("/buyer add Sam Roy phone=416-555-0123 province=ON market=Toronto type=house max=600k", "add a buyer"),
    ("/buyer list", "list buyers and what they buy"),
    ("/buyer help", "Add a buyer with their buy box, or list buyers"),
    ("/policy", "every place with rules of its own"),
    ("/policy show ON Toronto", "what applies there, and whose rules these are"),
    ("/policy edit ON Toronto", "propose a change; it is tried on the last 30 days and another admin decides"),
    ("/policy history ON", "every version, who wanted it and why"),
    ("/policy help", "The team's own rules by market, province or Canada: hours, limits, closed days"),
    ("/heimdall now", "post a briefing"),
    ("/heimdall status", "where everything that should leave stands"),
    ("/heimdall pause", "stop sending for everything; or for ON, sms, call, ladder"),
    ("/heimdall resume", "let it go on"),
    ("/heimdall help", "Briefing, status, pause and resume sending"),
)
