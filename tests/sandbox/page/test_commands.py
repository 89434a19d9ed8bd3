"""What the composer suggests is what the bot offers."""

from bot.views import help as bot_help
from sandbox.page.commands import COMMANDS


def test_the_composer_suggests_exactly_what_the_bots_help_says() -> None:
    """Every example in its words and order, then the way to the command's own help."""
    offered: list[tuple[str, str]] = []
    for name, command in bot_help.COMMANDS.items():
        offered += [*command.verbs.items(), (f"/{name} help", command.summary)]

    assert list(COMMANDS) == offered
