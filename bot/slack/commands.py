"""Slash commands: a root, its verbs, and what is said to a word nobody understands.

Decides which verb was meant and whether this person may say it here. What it does stands in the file of its subject.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from slack_bolt import Ack, App, BoltRequest

from bot.deps import Deps
from bot.slack import answers, asking
from bot.slack.asking import Asked
from bot.views import help as help_view
from bot.views.blocks import Rendered
from domain import options
from domain.errors import DomainError
from domain.model import Role

HELP = "help"

Run = Callable[[Deps, Asked, str], Rendered | None]
"""What a verb does with the words behind it; None means that a window says it all."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One word a root understands.

    Attributes:
        changes: whether the ticks have something to do afterwards.
    """

    run: Run
    least: Role = Role.AGENT
    changes: bool = False


def _anywhere(_deps: Deps) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Root:
    """One slash command.

    Attributes:
        bare: what it does with nothing behind it.
        line: what it does with a line that begins with no verb, or None when there must be one.
        begins_line: whether a text is such a line beyond doubt.
        channels: where it may be used besides direct messages; none means everywhere. The first word is for people.
    """

    name: str
    verbs: Mapping[str, Verb]
    bare: Verb
    line: Verb | None = None
    begins_line: Callable[[str], bool] = field(default=lambda _text: False)
    channels: Callable[[Deps], frozenset[str]] = _anywhere
    home: Callable[[Deps], str] = field(default=lambda _deps: "")


def attach(app: App, deps: Deps, root: Root) -> None:
    """Have Bolt call a root's verbs."""

    @app.command(f"/{root.name}")
    def listener(ack: Ack, request: BoltRequest) -> None:
        answer = _answer(deps, root, asking.of(deps, request))
        ack(answers.ephemeral(answer)) if answer else ack()


def _answer(deps: Deps, root: Root, asked: Asked) -> Rendered | None:
    asked.member(Role.VIEWER)
    if not asked.blank and asking.says_nothing(asked.text):
        return help_view.root(root.name)
    verb, rest = _chosen(root, asked.text)
    if verb is None:
        return help_view.root(root.name)
    _check_channel(deps, root, asked)
    asked.member(verb.least)
    options.split(rest)  # An open quote is refused here, whatever the verb would make of it.
    answer = verb.run(deps, asked, rest)
    if verb.changes:
        deps.wake()
    return answer


def _chosen(root: Root, text: str) -> tuple[Verb | None, str]:
    """Return the verb a text means and the words behind it; None means help."""
    first, _, rest = text.partition(" ")
    word = first.lower()
    if not text:
        return root.bare, ""
    if word == HELP:
        return None, ""
    if word in root.verbs:
        return root.verbs[word], rest
    words = (*root.verbs, HELP)
    if root.line is not None and (root.begins_line(text) or options.suggest(word, words) is None):
        return root.line, text
    raise options.unknown(first, words)


def _check_channel(deps: Deps, root: Root, asked: Asked) -> None:
    allowed = root.channels(deps)
    is_direct = asked.channel.startswith("D")
    if allowed and asked.channel not in allowed and not is_direct:
        raise DomainError("wrong_channel", f"Use this in <#{root.home(deps)}>. Nothing was changed.")
