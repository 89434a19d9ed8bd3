"""Buttons and forms: how Bolt reaches a handler, what it is handed, and how its answer is shown."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltRequest

from bot.deps import Deps
from bot.slack import answers, asking
from bot.slack.asking import Asked
from bot.views import twin
from domain import keywords
from domain.errors import NotFoundError
from storage import records

OnClick = Callable[[Deps, Asked, str], Mapping[str, Any] | None]
"""What a button does with its value; a modal is shown to the person who clicked, None when the card says it all."""

OnSubmit = Callable[[Deps, Asked, Mapping[str, str]], Mapping[str, Any]]
"""What a form does with its fields; the modal it returns takes the form's place."""

_ID = re.compile(r"\A[0-9]{1,9}\Z")


def attach(
    app: App, deps: Deps, action_id: str, run: OnClick, *, audit_missing: bool = True, repeatable: bool = True
) -> None:
    """Have Bolt call a button's handler.

    Args:
        repeatable: whether its window may be had by a second click; else a note says what the window would have said.
        audit_missing: whether a click on something that is not here leaves a line in the audit trail.
    """

    @app.action(action_id)
    def listener(ack: Ack, request: BoltRequest) -> None:
        asked = asking.of(deps, request)
        try:
            view = run(deps, asked, _value(asked))
        except NotFoundError:
            if audit_missing:
                _note_missing(deps, asked, action_id)
            raise
        deps.wake()
        if view is not None:
            answers.show(deps, asked, view, *(_again(asked, action_id, view) if repeatable else _in_words(view)))
        ack()


def attach_form(app: App, deps: Deps, callback_id: str, run: OnSubmit) -> None:
    """Have Bolt call a form's handler."""

    @app.view(callback_id)
    def listener(ack: Ack, request: BoltRequest) -> None:
        asked = asking.of(deps, request)
        view = run(deps, asked, _fields(asked))
        deps.wake()
        ack(response_action="update", view=dict(view))


def number(value: str, what: str) -> int:
    """Return the id a button carries.

    Raises:
        NotFoundError: it carries none of ours.
    """
    if not _ID.match(value):
        raise NotFoundError(what)
    return int(value)


def metadata(asked: Asked) -> str:
    """Return what a form was opened with."""
    return str(asked.body.get("view", {}).get("private_metadata") or "")


def _again(asked: Asked, action_id: str, view: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    label = "Open the form" if view.get("callback_id") else "Open"
    return answers.TOO_LATE, answers.again(label, action_id, _value(asked))


def _in_words(view: Mapping[str, Any]) -> tuple[str]:
    return (twin.spoken(view["blocks"]),)


def _value(asked: Asked) -> str:
    actions = asked.body.get("actions") or [{}]
    return str(actions[0].get("value") or "")


def _fields(asked: Asked) -> dict[str, str]:
    """Return what was filled in, by field, cleaned of what nobody sees; an empty field is absent."""
    state = asked.body.get("view", {}).get("state") or {}
    typed = {name: _typed(inputs) for name, inputs in (state.get("values") or {}).items()}
    return {name: cleaned for name, text in typed.items() if (cleaned := keywords.clean(text, len(text) + 1))}


def _typed(inputs: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the one value of a block: what was typed, or the value of what was chosen."""
    for element in inputs.values():
        chosen = element.get("selected_option")
        return str((chosen or element).get("value") or "")
    return ""


def _note_missing(deps: Deps, asked: Asked, action_id: str) -> None:
    with deps.db.write() as tx:
        records.note(tx, deps.clock(), action="click_not_found", actor=asked.slack_id, subject=action_id)
