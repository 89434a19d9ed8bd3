"""The desk around the practice world: the clock bar, the inspector and the fault switches. Reads, changes nothing."""

import json
from urllib.parse import urlsplit

from markupsafe import Markup

from sandbox.faults import FAULTS
from sandbox.inspector import Exchange
from sandbox.page import clocks, pieces
from sandbox.page.clocks import TORONTO
from sandbox.page.pieces import Item
from sandbox.page.render import dates
from sandbox.runtime import Sandbox

_SHOWN_EXCHANGES = 100
_SHOWN_CHARACTERS = 8000
_BAD_STATUS = 400
_WAYS = {("from_bot", "slack"): "bot → Slack", ("to_bot", "slack"): "Slack → bot"}
_WAYS |= {("from_bot", "phone"): "bot → phone", ("to_bot", "phone"): "phone → bot"}
# What a fault strikes with when its box is ticked and no number was typed.
DEFAULT_FAULT_VALUES = {
    "twilio_hang_after_store_seconds": 5,
    "twilio_hang_seconds": 5,
    "slack_hang_seconds": 5,
    "carrier_delay_seconds": 3600,
    "carrier_error_code": 30003,
    "slack_event_copies": 2,
}


def clock(sandbox: Sandbox, walking_day: int = 0) -> Markup:
    """Return the clock bar.

    Args:
        sandbox: The practice world.
        walking_day: Which day of a walked week this is, 0 when time is not being walked.

    """
    now = sandbox.clock.now()
    home = now.astimezone(TORONTO)
    window = clocks.next_window(now)
    faces = [
        {
            "city": one.city,
            "province": one.province,
            "local": one.local,
            "offset": one.offset,
            "time": dates.clock_text(one.local),
            "day": "" if one.local.date() == home.date() else f"{one.local:%a}",
        }
        for one in clocks.faces(now)
    ]
    return pieces.page(
        "clock.html",
        date=f"{home:%A}, {home:%B} {home.day}, {home.year}",
        offset=_distance(sandbox.clock.offset_seconds),
        faces=faces,
        next_window=f"{window:%A} {window:%H:%M} Toronto time",
        walking=walking_day,
    )


def traffic(sandbox: Sandbox) -> Markup:
    """Return the newest requests and answers, newest first."""
    newest = sandbox.inspector.since()[-_SHOWN_EXCHANGES:]
    if not newest:
        hint = "Requests between Heimdall, Slack and the phone company appear here."
        body = pieces.macro("items.html", "empty", "No traffic yet", hint)
        return pieces.keyed([Item("no-traffic", body, "empty")])
    return pieces.keyed(_exchange(one) for one in reversed(newest))


def faults(sandbox: Sandbox) -> Markup:
    """Return the fault switches."""
    on = sandbox.faults.values
    rows = [
        {
            "name": fault.name,
            "kind": fault.kind,
            "unit": "Seconds" if fault.kind == "seconds" else "Value",
            "text": fault.text,
            "on": fault.name in on,
            "value": on.get(fault.name, DEFAULT_FAULT_VALUES.get(fault.name, 1)),
        }
        for fault in FAULTS
    ]
    return pieces.page("faults.html", faults=rows)


def _exchange(one: Exchange) -> Item:
    address = urlsplit(one.url)
    facts = {
        "time": one.at.astimezone(TORONTO).strftime("%H:%M:%S"),
        "way": _WAYS[one.direction, one.peer],
        "method": one.method,
        "path": address.path + (f"?{address.query}" if address.query else ""),
        "title": one.title,
        "status": one.status or one.note or "no answer",
        "bad": one.status is None or one.status >= _BAD_STATUS,
        "milliseconds": round(one.milliseconds),
        "request_headers": _headers(one.request_headers),
        "request_body": _pretty(one.request_body),
        "response_headers": _headers(one.response_headers),
        "response_body": _pretty(one.response_body),
    }
    attributes = {"data-testid": "exchange", "data-direction": one.direction, "data-peer": one.peer}
    body = pieces.macro("traffic.html", "exchange", facts)
    return Item(f"x-{one.number}", body, "exchange", attributes, "details")


def _headers(headers: dict[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


def _pretty(body: str) -> str:
    """Return JSON indented, anything else as it is, shortened for the page."""
    try:
        shown = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        shown = body
    left_out = len(shown) - _SHOWN_CHARACTERS
    return shown if left_out <= 0 else f"{shown[:_SHOWN_CHARACTERS]}\n… {left_out:,} more characters"


def _distance(seconds: float) -> str:
    """Return how far the world is from real time, empty when it is not."""
    minutes = round(abs(seconds) / 60)
    if minutes == 0:
        return ""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [f"{amount} {unit}" for amount, unit in ((days, "d"), (hours, "h"), (left, "min")) if amount]
    return f"{' '.join(parts)} {'ahead of' if seconds > 0 else 'behind'} real time"
