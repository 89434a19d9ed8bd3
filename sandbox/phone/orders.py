"""What may be ordered from the phone company: checks the form of a new text or call and turns it into one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox.errors import PhoneRefusalError
from sandbox.model import Call, Text
from sandbox.phone import carrier, segments

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from sandbox.runtime import Sandbox

# https://www.twilio.com/docs/api/errors/21617 and the message resource's ValidityPeriod.
BODY_CHARACTERS = 1600
MOST_VALIDITY_SECONDS = 36_000
# https://www.twilio.com/docs/voice/api/call-resource: Twiml, at most 4,000 characters.
TWIML_CHARACTERS = 4000

# https://www.twilio.com/docs/iam/test-credentials: numbers that are refused by nature.
_MAGIC = {
    "+15005550001": (21211, "Invalid 'To' Phone Number: +15005550001"),
    "+15005550002": (21612, "The 'To' phone number: +15005550002, is not currently reachable using the 'From' number"),
    "+15005550003": (21408, "Permission to send an SMS has not been enabled for the region of '+15005550003'"),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number"),
}


def text(sandbox: Sandbox, form: FormData) -> Text:
    """Return the text a form orders.

    Raises:
        PhoneRefusalError: The form is incomplete or wrong, or the phone has said STOP.
    """
    body = _field(form, "Body")
    to = _recipient(form, 21604)
    _check_sender(sandbox, form, 21603, 21606)
    if not body:
        raise PhoneRefusalError(400, 21602, "Message body is required.")
    if len(body) > BODY_CHARACTERS:
        raise PhoneRefusalError(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    if sandbox.world.phone(to).stopped:
        raise PhoneRefusalError(400, 21610, "Attempt to send to unsubscribed recipient")
    now = sandbox.clock.now()
    return Text(
        sid=carrier.new_sid("SM"),
        direction="outbound-api",
        source="api",
        sender=sandbox.settings.twilio_from,
        recipient=to,
        body=body,
        status="queued",
        segments=segments.count(body),
        created_at=now,
        updated_at=now,
        status_callback=_callback(form, 21609),
        validity_seconds=_validity_seconds(form),
    )


def call(sandbox: Sandbox, form: FormData) -> Call:
    """Return the call a form orders.

    Raises:
        PhoneRefusalError: The form is incomplete or wrong.
    """
    to = _recipient(form, 21201)
    _check_sender(sandbox, form, 21213, 21210)
    twiml, url = _field(form, "Twiml"), _field(form, "Url") or None
    if not twiml and not url:
        raise PhoneRefusalError(400, 21205, "Url parameter is required.")
    if len(twiml) > TWIML_CHARACTERS:
        raise PhoneRefusalError(400, 21218, "Twiml must be at most 4000 characters")
    now = sandbox.clock.now()
    events = tuple(value for value in form.getlist("StatusCallbackEvent") if isinstance(value, str))
    return Call(
        sid=carrier.new_sid("CA"),
        sender=sandbox.settings.twilio_from,
        recipient=to,
        status="queued",
        created_at=now,
        updated_at=now,
        twiml=twiml,
        url=url,
        status_callback=_callback(form, 21609),
        status_events=tuple(word for event in events for word in event.split()) or ("completed",),
    )


def _field(form: FormData, name: str) -> str:
    """Return a field of a form, empty when it is missing."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _recipient(form: FormData, missing_code: int) -> str:
    """Return a number that may be reached."""
    to = _field(form, "To").strip()
    if not to:
        raise PhoneRefusalError(400, missing_code, "A 'To' phone number is required.")
    if to in _MAGIC:
        raise PhoneRefusalError(400, *_MAGIC[to])
    if not carrier.is_phone_number(to):
        raise PhoneRefusalError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not to.startswith("+1"):
        raise PhoneRefusalError(400, 21408, f"Permission to send an SMS has not been enabled for the region of '{to}'")
    return to


def _check_sender(sandbox: Sandbox, form: FormData, missing_code: int, wrong_code: int) -> None:
    """Refuse a sender that is not our number."""
    sender = _field(form, "From").strip()
    if not sender:
        raise PhoneRefusalError(400, missing_code, "A 'From' phone number is required.")
    if sender == _field(form, "To").strip():
        raise PhoneRefusalError(400, 21266, "'To' and 'From' number cannot be the same")
    if sender != sandbox.settings.twilio_from:
        raise PhoneRefusalError(400, wrong_code, f"'From' {sender} is not a phone number of your account")


def _callback(form: FormData, wrong_code: int) -> str | None:
    """Return where callbacks go, None for nowhere."""
    url = _field(form, "StatusCallback")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PhoneRefusalError(400, wrong_code, f"The 'StatusCallback' URL {url} is not a valid URL.")
    return url


def _validity_seconds(form: FormData) -> int:
    """Return how long a text may wait in the queue."""
    given = _field(form, "ValidityPeriod") or str(MOST_VALIDITY_SECONDS)
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MOST_VALIDITY_SECONDS:
        raise PhoneRefusalError(400, 90007, "Validity period must be a whole number of seconds from 1 to 36000")
    return int(given)
