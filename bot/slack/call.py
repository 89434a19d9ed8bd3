"""The buttons on a call task: what came of it."""

from slack_bolt import App

from bot.deps import Deps
from bot.slack import clicks
from bot.slack.asking import Asked
from domain.model import CallOutcome
from flows import record_call


def register(app: App, deps: Deps) -> None:
    """Attach one button for each outcome."""
    for outcome in CallOutcome:
        clicks.attach(app, deps, f"call.{outcome.value}", _recorder(outcome))


def _recorder(outcome: CallOutcome) -> clicks.OnClick:
    def run(deps: Deps, asked: Asked, value: str) -> None:
        rung_id = clicks.number(value, "That call task")
        report = record_call.CallReport(key=asked.key, rung_id=rung_id, outcome=outcome, actor=asked.member())
        record_call.record(deps.db, deps.team, report, deps.clock())

    return run
