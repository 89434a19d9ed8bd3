"""The buttons on what Heimdall could not do, a text or a step of a ladder: try again, or let it be."""

from collections.abc import Callable
from datetime import datetime

from slack_bolt import App

from bot.deps import Deps
from bot.slack import clicks
from bot.slack.asking import Asked
from flows import dead_letters
from flows.dead_letters import Decision
from storage.unit import Database

Decide = Callable[[Database, Decision, datetime], object]


def register(app: App, deps: Deps) -> None:
    """Attach one button for each answer and kind of thing."""
    for answer in dead_letters.Answer:
        text = _decider(answer, dead_letters.decide_message, "That text")
        step = _decider(answer, dead_letters.decide_rung, "That step")
        clicks.attach(app, deps, f"dead_message.{answer.value}", text)
        clicks.attach(app, deps, f"dead_rung.{answer.value}", step)


def _decider(answer: dead_letters.Answer, decide: Decide, what: str) -> clicks.OnClick:
    def run(deps: Deps, asked: Asked, value: str) -> None:
        row_id = clicks.number(value, what)
        decision = Decision(key=asked.key, row_id=row_id, answer=answer, actor=asked.member())
        decide(deps.db, decision, deps.clock())

    return run
