"""Says what a text that came in was read as, and what follows from it: the same on every card that shows it."""

from bot.views import times, words
from bot.views.text import person
from domain.keywords import InboundKind
from domain.model import Reply, StopReading


def kind_of(reply: Reply) -> InboundKind:
    """Return what a text was understood as; a kind of another version is just a text."""
    return InboundKind(reply.kind) if reply.kind in set(InboundKind) else InboundKind.TEXT


def of(reply: Reply) -> str:
    """Return what was done about a text, as ``mrkdwn``."""
    if reply.reading is not None:
        return _read(reply)
    kind = kind_of(reply)
    if kind is InboundKind.YES and reply.question_id is not None:
        return f"Read as YES to M-{reply.question_id}: express consent is recorded. The ladder waits for you."
    return words.REPLIES[kind]


def _read(reply: Reply) -> str:
    at = f" ({times.stamp(reply.read_at)})" if reply.read_at else ""
    by = f"read by {person(reply.read_by or 'system')}{at}"
    if reply.reading is StopReading.NOT_STOP:
        return f"{words.DONE} Not a stop, {by}. The ladder waits for you."
    return f"{words.ENDED} Stop for good, {by}. Nothing more will be sent to this number."
