"""What people did in Slack, and what each of them saw at once: kept, so that nobody left without an answer is missed.

What they see later (an edited card, a private note) stands in the channels; whoever judges looks there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbox.slack import resources

if TYPE_CHECKING:
    from sandbox.model import JsonDict, Person
    from sandbox.runtime import Sandbox
    from sandbox.slack.acks import Seen

Kind = Literal["command", "click", "submission", "shortcut"]


@dataclass(slots=True)
class Act:
    """One thing a person did.

    Args:
        ts: Slack time stamp of the moment.
        what: The command line, the action id of a click, the callback id of a form or shortcut.
        channel: Where, empty in views.
        message_ts: The message that was clicked, else empty.
        done: Whether the bot's answer, or its absence, is known.
        status: HTTP status of the bot's answer, None without one.
        shown: The message the answer put up at once, or None.
        view: The modal the answer opened or changed, or None.
    """

    ts: str
    user: str
    kind: Kind
    what: str
    channel: str = ""
    message_ts: str = ""
    done: bool = False
    status: int | None = None
    failure: str = ""
    shown: JsonDict | None = None
    view: JsonDict | None = None
    _before: tuple[str, str] | None = None

    def end(self, sandbox: Sandbox, seen: Seen) -> Seen:
        """Write down what the person saw at once, and hand it on."""
        self.done, self.status, self.failure = True, seen.status, seen.failure
        if seen.shown is not None:
            self.shown = {"ts": seen.shown.ts, "text": seen.shown.text, "blocks": seen.shown.blocks}
        if _top(sandbox, self.user) not in {None, self._before} and seen.view is not None:
            self.view = resources.view(seen.view)
        return seen


class Acts:
    """Everything people did since the last reset, oldest first."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.all: list[Act] = []

    def begin(
        self, sandbox: Sandbox, who: Person, kind: Kind, what: str, *, channel: str = "", message_ts: str = ""
    ) -> Act:
        """Write down that somebody does something; it is on its way until :meth:`Act.end`."""
        before = _top(sandbox, who.id)
        act = Act(sandbox.world.next_ts(), who.id, kind, what, channel, message_ts, _before=before)
        self.all.append(act)
        return act


def _top(sandbox: Sandbox, user: str) -> tuple[str, str] | None:
    """Return which modal a person looks at, in which version."""
    view = sandbox.world.top_modal(user)
    return (view.id, view.hash) if view else None
