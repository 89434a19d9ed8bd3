"""What the composer suggests once a slash is typed, in the words of the bot's own help."""

from typing import Final

COMMANDS: Final[tuple[tuple[str, str], ...]] = (
    ("/lead 416-555-0199 12 King St, Hamilton ON — Jane Doe", "Open a lead in one line"),
    ("/lead", "Open a lead in a form"),
    ("/lead mine", "Leads you look after"),
    ("/lead find ", "Find a lead by name, number or address"),
    ("/lead show ", "Show a lead and its ladder"),
    ("/lead pause ", "Pause a ladder"),
    ("/lead resume ", "Resume a ladder"),
    ("/lead stop ", "Stop a ladder for good"),
    ("/deal", "Turn a lead into a deal"),
    ("/deal L-1 arv=500k repairs=40k asking=320k", "Brief a deal in one line"),
    ("/deal show ", "Show a deal"),
    ("/deal offer ", "The bounded offer and its evidence"),
    ("/deal buyers ", "Matching buyers"),
    ("/deal wave ", "Text a wave of buyers"),
    ("/buyer add", "Add a buyer"),
    ("/buyer find ", "Find a buyer"),
    ("/liquidity ON Toronto", "How fast deals sell there"),
    ("/policy show", "The rules texts and calls follow"),
    ("/heimdall now", "Today's briefing, now"),
    ("/heimdall status", "Is everything running?"),
    ("/heimdall kpi", "The numbers"),
    ("/heimdall help", "All commands"),
)
