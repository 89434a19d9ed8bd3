"""The buttons on a text that might ask us to stop: what a person read in it."""

from slack_bolt import App

from bot.deps import Deps
from bot.slack import clicks
from bot.slack.asking import Asked
from domain.model import StopReading
from flows import read_reply


def register(app: App, deps: Deps) -> None:
    """Attach one button for each reading."""
    for reading in StopReading:
        clicks.attach(app, deps, f"reply.{reading.value}", _reader(reading))


def _reader(reading: StopReading) -> clicks.OnClick:
    def run(deps: Deps, asked: Asked, value: str) -> None:
        actor = asked.member()
        reply_id = clicks.number(value, "That reply")
        read_reply.record(deps.db, read_reply.Reading(asked.key, reply_id, reading, actor), deps.clock())

    return run
