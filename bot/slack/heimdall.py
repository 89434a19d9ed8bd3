"""``/heimdall``: a briefing now, where everything stands, and the switch that stops sending."""

from collections.abc import Callable

from slack_bolt import App

from bot.deps import Deps
from bot.slack import commands
from bot.slack.asking import Asked
from bot.slack.commands import Root, Verb
from bot.views import help as help_view
from bot.views import notice, status
from bot.views.blocks import Rendered
from domain.model import Role
from flows import draw_sheets, switch_sending, write_briefing


def register(app: App, deps: Deps) -> None:
    """Attach the command."""
    commands.attach(app, deps, ROOT)


def _help(_deps: Deps, _asked: Asked, _words: str) -> Rendered:
    return help_view.root(ROOT.name)


def _now(deps: Deps, asked: Asked, _words: str) -> Rendered:
    write_briefing.write_now(deps.db, deps.team, deps.schedule, asked.key, asked.member(), deps.clock())
    return notice.card("The briefing is written. It appears in the briefing channel within seconds.")


def _status(deps: Deps, _asked: Asked, _words: str) -> Rendered:
    with deps.db.read() as tx:
        return status.card(draw_sheets.status_sheet(tx, deps.team, deps.clock(), deps.wall()))


def _pause(deps: Deps, asked: Asked, words: str) -> Rendered:
    return _switch(deps, asked, words, _off)


def _resume(deps: Deps, asked: Asked, words: str) -> Rendered:
    return _switch(deps, asked, words, _on)


def _switch(deps: Deps, asked: Asked, words: str, move: Callable[[Deps, Asked, str], str]) -> Rendered:
    return notice.card(move(deps, asked, switch_sending.scope_of(words)))


def _off(deps: Deps, asked: Asked, scope: str) -> str:
    named = status.scopes([scope])
    if not switch_sending.pause(deps.db, scope, asked.member(), deps.clock(), key=asked.key):
        return f"Sending was paused already for {named}. Nothing leaves until /heimdall resume {_word(scope)}."
    return (
        f"Paused sending for {named}, from this moment. Everything waits; go on with /heimdall resume {_word(scope)}."
    )


def _on(deps: Deps, asked: Asked, scope: str) -> str:
    named = status.scopes([scope])
    if not switch_sending.resume(deps.db, scope, asked.member(), deps.clock(), key=asked.key):
        return f"Sending was not paused for {named}. See what is: /heimdall status"
    return f"Sending goes on for {named}. What waited leaves in its lawful hours, at once where they are open."


def _word(scope: str) -> str:
    return scope.rpartition(":")[2]


ROOT = Root(
    name="heimdall",
    verbs={
        "now": Verb(_now, changes=True),
        "status": Verb(_status, Role.VIEWER),
        "pause": Verb(_pause, Role.VIEWER, changes=True),
        "resume": Verb(_resume, Role.VIEWER, changes=True),
    },
    bare=Verb(_help, Role.VIEWER),
)
