"""The right side of the page, the sellers' and buyers' phones. Reads the world, changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby

from markupsafe import Markup

from sandbox.model import Call, Phone, Text
from sandbox.page import pieces
from sandbox.page.pieces import Item
from sandbox.runtime import Sandbox

# Twilio's message states in the words of a person who waits for an answer.
_STATE_WORDS = {
    "accepted": "Accepted",
    "queued": "Queued",
    "scheduled": "Scheduled",
    "sending": "Sending",
    "sent": "Sent",
    "delivered": "Delivered",
    "undelivered": "Not delivered",
    "failed": "Failed",
    "canceled": "Cancelled",
    "receiving": "Receiving",
    "received": "Received",
}
_WAITING = frozenset({"accepted", "queued", "scheduled", "sending"})
_FAILED = frozenset({"undelivered", "failed", "canceled"})
_CALL_WORDS = {"in-progress": "answered", "no-answer": "not answered", "canceled": "cancelled"}
_NORTH_AMERICAN_DIGITS = 12


@dataclass(frozen=True, slots=True)
class _Bubble:
    """A text as the template wants it."""

    body: str
    status: str
    status_words: str
    at: datetime
    at_short: str
    segments: int
    error: str


def phones(sandbox: Sandbox) -> Markup:
    """Return every phone, in the order in which they came into the world."""
    return pieces.keyed(_phone(sandbox, phone) for phone in sandbox.world.phones.values())


def shown_number(number: str) -> str:
    """Return an E.164 number as Canadians write it; others stay as they are."""
    if not number.startswith("+1") or len(number) != _NORTH_AMERICAN_DIGITS:
        return number
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def _phone(sandbox: Sandbox, phone: Phone) -> Item:
    """Return one phone; its parts are keyed by themselves, so a new text does not disturb the answer being typed."""
    key = phone.number.removeprefix("+")
    zone = pieces.zone_of_province(phone.province)
    local_time = pieces.time_text(sandbox.clock.now(), zone)
    facts = {
        "name": phone.name,
        "first_name": phone.name.split()[0] if phone.city else "this phone",
        "initials": pieces.face(phone.name).initials,
        "tint": pieces.face(phone.name, key=phone.number).tint,
        "number": phone.number,
        "number_shown": shown_number(phone.number),
        "place": ", ".join(part for part in (phone.city, phone.province) if part),
        "local_time": local_time,
        "key": key,
    }
    conversation = pieces.keyed(_conversation(sandbox, phone, zone))
    log = {"role": "log", "aria-live": "polite", "aria-label": f"Texts with {phone.name}", "tabindex": "0"}
    stopped = [Item(f"stopped-{key}", _STOPPED, "phone-stopped", {"data-testid": "phone-stopped"})]
    parts = [
        Item(f"head-{key}", pieces.macro("phone.html", "head", facts), "phone-head", tag="header"),
        *(stopped if phone.stopped else []),
        Item(f"bubbles-{key}", conversation, "bubbles", log, is_deep=True),
        Item(f"form-{key}", pieces.macro("phone.html", "answer", facts), "phone-foot"),
    ]
    attributes = {"data-testid": "phone", "data-phone": phone.number, "aria-label": f"Phone of {phone.name}"}
    return Item(f"phone-{key}", pieces.keyed(parts), "phone", attributes, "section", is_deep=True)


_STOPPED = Markup("STOP: the carrier blocks texts to this phone")


def _conversation(sandbox: Sandbox, phone: Phone, zone: tzinfo) -> Iterator[Item]:
    """Yield texts and calls in order of time, with a line at each new local day."""
    texts = [text for text in sandbox.world.texts if phone.number in (text.sender, text.recipient)]
    calls = [call for call in sandbox.world.calls if call.recipient == phone.number]
    events: list[Text | Call] = sorted([*texts, *calls], key=lambda event: event.created_at)
    key = phone.number.removeprefix("+")
    if not events:
        yield Item(f"empty-{key}", Markup("No texts yet."), "phone-empty muted")
    for _, group in groupby(events, key=lambda event: event.created_at.astimezone(zone).date()):
        day = list(group)
        yield pieces.day_break(day[0].created_at, zone, sandbox.clock.now(), key)
        for event in day:
            yield _text(event, phone, zone) if isinstance(event, Text) else _call(event, zone)


def _text(text: Text, phone: Phone, zone: tzinfo) -> Item:
    is_theirs = text.sender == phone.number
    error = " ".join(str(part) for part in (text.error_code, text.error_message) if part)
    bubble = _Bubble(
        body=text.body,
        status=text.status,
        status_words=_STATE_WORDS.get(text.status, text.status.capitalize()),
        at=text.created_at,
        at_short=pieces.time_text(text.sent_at or text.created_at, zone),
        segments=text.segments,
        error=error,
    )
    css = ["bubble", "mine" if is_theirs else "ours"]
    css += [name for name, states in (("waiting", _WAITING), ("failed", _FAILED)) if text.status in states]
    css += ["carrier"] if text.source == "carrier" else []
    attributes = {
        "data-testid": "bubble",
        "data-sid": text.sid,
        "data-direction": "inbound" if text.direction == "inbound" else "outbound",
        "data-status": text.status,
        "data-source": text.source,
    }
    return Item(f"text-{text.sid}", pieces.macro("phone.html", "bubble", bubble), " ".join(css), attributes)


def _call(call: Call, zone: tzinfo) -> Item:
    words = _CALL_WORDS.get(call.status, call.status)
    at = pieces.time_text(call.created_at, zone)
    body = Markup('<span aria-hidden="true">📞</span> Call {} · {}').format(words, at)
    attributes = {"data-testid": "call", "data-sid": call.sid, "data-status": call.status}
    return Item(f"call-{call.sid}", body, "call-line", attributes)
