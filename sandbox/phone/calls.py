"""Phone calls, in their simplest form: they ring and are answered or not; the second leg of a bridge is not played."""

from __future__ import annotations

import asyncio
from email.utils import format_datetime
from typing import TYPE_CHECKING

from sandbox.phone import to_bot
from sandbox.phone.carrier import API_VERSION
from sandbox.phone.to_bot import Callbacks

if TYPE_CHECKING:
    from sandbox.model import Call
    from sandbox.runtime import Sandbox

# https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent: state → event one may subscribe to.
_EVENT = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}


def place(sandbox: Sandbox, call: Call) -> asyncio.Task[None]:
    """Ring a phone.

    Returns:
        The call; done when the last callback was answered.
    """
    sandbox.world.phone(call.recipient)
    sandbox.world.add_call(call)
    return sandbox.spawn(_run(sandbox, call))


async def _run(sandbox: Sandbox, call: Call) -> None:
    """Move a call from state to state and tell the bot of those it asked for."""
    callbacks = Callbacks(sandbox, "call status", call.status_callback)
    answered = not sandbox.faults.strike("calls_no_answer")
    sequence = 0
    for status in ("initiated", "ringing", *(("in-progress", "completed") if answered else ("no-answer",))):
        await asyncio.sleep(sandbox.settings.step_seconds)
        _move(sandbox, call, status)
        if status == "in-progress" and call.url:
            reply = await to_bot.post(sandbox, "call answered", call.url, _fields(sandbox, call, sequence))
            call.twiml = reply.body if reply.ok else ""
        if _EVENT.get(status, "completed") in call.status_events:
            callbacks.tell(_fields(sandbox, call, sequence))
            sequence += 1
    await callbacks.finish()


def _move(sandbox: Sandbox, call: Call, status: str) -> None:
    """Put a call into a state."""
    call.status, call.updated_at = status, sandbox.clock.now()
    call.history.append((status, call.updated_at))
    if status == "in-progress":
        call.started_at = call.updated_at
    elif status in ("completed", "no-answer"):
        call.ended_at = call.updated_at
    sandbox.feed.publish("call", call.recipient)


def _fields(sandbox: Sandbox, call: Call, sequence: int) -> dict[str, str]:
    """Return the form of a call's callback (https://www.twilio.com/docs/voice/api/call-resource#statuscallback)."""
    fields = {
        "CallSid": call.sid,
        "AccountSid": sandbox.settings.twilio_account_sid,
        "From": call.sender,
        "To": call.recipient,
        "Called": call.recipient,
        "Caller": call.sender,
        "CallStatus": call.status,
        "ApiVersion": API_VERSION,
        "Direction": "outbound-api",
        "Timestamp": format_datetime(call.updated_at),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
    }
    return fields | ({"CallDuration": str(duration_seconds(call))} if call.ended_at else {})


def duration_seconds(call: Call) -> int:
    """Return how long a call lasted, 0 when it was not answered."""
    if call.started_at is None or call.ended_at is None:
        return 0
    return round((call.ended_at - call.started_at).total_seconds())
