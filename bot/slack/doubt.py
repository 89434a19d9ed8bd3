"""The buttons on a text in doubt: it was sent, send it again, drop it."""

from slack_bolt import App

from bot.deps import Deps
from bot.slack import clicks
from bot.slack.asking import Asked
from flows import reconcile


def register(app: App, deps: Deps) -> None:
    """Attach one button for each answer."""
    for answer in reconcile.Answer:
        clicks.attach(app, deps, f"doubt.{answer.value}", _decider(answer))


def _decider(answer: reconcile.Answer) -> clicks.OnClick:
    def run(deps: Deps, asked: Asked, value: str) -> None:
        message_id = clicks.number(value, "That text")
        decision = reconcile.Decision(key=asked.key, message_id=message_id, answer=answer, actor=asked.member())
        reconcile.decide(deps.db, decision, deps.clock())

    return run
