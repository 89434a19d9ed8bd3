"""The faults one can switch on: the one table of what can go wrong, and what is switched on now.

It decides nothing about effects; the doors and the carrier ask it at the moment a fault would strike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.feed import Feed
    from sandbox.model import Json

Kind = Literal["switch", "seconds", "number"]


class UnknownFaultError(ValueError):
    """A fault of this name does not exist, or its value does not fit."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can go wrong.

    Args:
        name: Key in ``POST /_control/faults``.
        kind: ``switch``: true until cleared, or a number of times to strike. ``seconds``: how long, until cleared
            (``carrier_delay_seconds`` also takes one value per phone, ``{"+1416…": 90}``). ``number``: a value,
            until cleared.
        text: What happens, for the page and the reader.
    """

    name: str
    kind: Kind
    text: str


# "Create" means POST of a message or call; "every request" includes fetch and list.
FAULTS: tuple[Fault, ...] = (
    Fault("twilio_accept_then_reset", "switch", "Phone: create is stored, then the connection is reset"),
    Fault("twilio_hang_after_store_seconds", "seconds", "Phone: create is stored, the answer comes this much later"),
    Fault("twilio_hang_seconds", "seconds", "Phone: create hangs this long, stores nothing and answers 503"),
    Fault("twilio_500", "switch", "Phone: create answers 500 and stores nothing"),
    Fault("twilio_500_after_store", "switch", "Phone: create is stored and answers 500"),
    Fault("twilio_429_times", "switch", "Phone: every request is answered 429 (20429), nothing stored"),
    Fault("twilio_401", "switch", "Phone: every request is answered 401 (20003)"),
    # A single port also serves Slack and the page, so a real refusal is a stopped sandbox; this is its neighbour.
    Fault("twilio_refuse_connection", "switch", "Phone: every request is turned away with 503, nothing stored"),
    Fault("drop_callbacks", "switch", "Phone: status callbacks are never sent"),
    Fault("duplicate_callbacks", "switch", "Phone: every status callback is sent twice"),
    Fault("reverse_callbacks", "switch", "Phone: status callbacks are held back and sent last one first"),
    Fault("callbacks_before_reply", "switch", "Phone: all callbacks of a create arrive before its answer"),
    Fault("drop_inbound", "switch", "Phone: the webhook of an incoming text is never sent (the text is still listed)"),
    Fault("carrier_delay_seconds", "seconds", "Phone: texts wait this many world seconds in the carrier's queue"),
    Fault("carrier_error_code", "number", "Phone: texts end undelivered with this code, e.g. 30003, 30005, 30006"),
    Fault("calls_no_answer", "switch", "Phone: calls ring and end as no-answer"),
    Fault("slack_429_times", "switch", "Slack: API calls are answered 429 with Retry-After"),
    Fault("slack_retry_after_seconds", "number", "Slack: the Retry-After of those answers, 1 when it is off"),
    Fault("slack_500", "switch", "Slack: API calls are answered 500, nothing done"),
    Fault("slack_accept_then_reset", "switch", "Slack: the call is done, then the connection is reset"),
    Fault("slack_hang_seconds", "seconds", "Slack: every API call is answered this much later"),
    Fault("slack_token_revoked", "switch", "Slack: API calls are answered token_revoked"),
    Fault("slack_drop_events", "switch", "Slack: events are never delivered"),
    Fault("slack_event_copies", "number", "Slack: each event arrives this many times, copies marked as retries"),
    Fault("slack_no_history", "switch", "Slack: reading a channel or thread is refused with missing_scope"),
    Fault("slack_view_errors", "switch", "Slack: every views method answers internal_error and shows nothing"),
    Fault("slack_expired_triggers", "switch", "Slack: every trigger id has already expired"),
)

_BY_NAME = {fault.name: fault for fault in FAULTS}


class Faults:
    """Which faults are switched on now."""

    def __init__(self, feed: Feed) -> None:
        """Start with everything working."""
        self._feed = feed
        self._values: dict[str, Any] = {}

    @property
    def values(self) -> dict[str, Any]:
        """Return the faults that are on, with their values (a switch: true or the strikes left)."""
        return dict(self._values)

    def update(self, values: Mapping[str, Any]) -> None:
        """Switch faults on or off; those not named stay as they are.

        Args:
            values: Fault name → value; false, zero, null or empty switches it off.

        Raises:
            UnknownFaultError: A name is not in the table or a value does not fit its kind; nothing is changed then.
        """
        for name, value in values.items():
            _check(name, value)
        for name, value in values.items():
            if value:
                self._values[name] = value
            else:
                self._values.pop(name, None)
        self._feed.publish("faults")

    def clear(self) -> None:
        """Switch everything off."""
        self._values.clear()
        self._feed.publish("faults")

    def strike(self, name: str) -> bool:
        """Return whether this switch strikes now, and use up one of its strikes if they are counted."""
        left = self._values.get(name, False)
        if not left or left is True:
            return bool(left)
        self.update({name: left - 1})
        return True

    def number(self, name: str, phone: str = "") -> float:
        """Return the value of a ``seconds`` or ``number`` fault, 0 when it is off.

        Args:
            name: The fault.
            phone: Picks the value when one per phone was given.
        """
        value = self._values.get(name, 0)
        return float(value.get(phone, 0) if isinstance(value, dict) else value)


def _check(name: str, value: Json) -> None:
    """Refuse a fault that is not in the table or a value that does not fit."""
    fault = _BY_NAME.get(name)
    if fault is None:
        message = f"there is no fault named {name!r}"
        raise UnknownFaultError(message)
    if value is None or value is False or _fits(fault, value):
        return
    message = f"{value!r} does not fit {name} ({fault.kind})"
    raise UnknownFaultError(message)


def _fits(fault: Fault, value: Json) -> bool:
    """Return whether a value is right for the kind of fault."""
    if fault.kind == "switch":
        return value is True or (isinstance(value, int) and value >= 0)
    if isinstance(value, dict):
        return fault.name == "carrier_delay_seconds" and all(_is_amount(amount) for amount in value.values())
    return _is_amount(value)


def _is_amount(value: Json) -> bool:
    """Return whether a value is a non-negative number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
