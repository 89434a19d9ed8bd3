"""The carrier: takes texts to phones and back, and keeps Twilio's STOP list.

Delivery runs in real time in steps of some tens of milliseconds; waiting in the queue and the validity period are
measured on the world clock, so that hours can be skipped.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from sandbox.model import Text
from sandbox.phone import segments, to_bot
from sandbox.phone.to_bot import Callbacks

if TYPE_CHECKING:
    from sandbox.outgoing import Reply
    from sandbox.runtime import Sandbox

API_VERSION = "2010-04-01"

# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out: handled on long codes, English only, and only when
# the whole text is the word. ARRET and ARRÊT are not among them.
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
# https://help.twilio.com/articles/223134027 names the words that undo it, and HELP and INFO.
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
STOP_REPLY = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
START_REPLY = (
    "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELP_REPLY = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."

# https://www.twilio.com/docs/api/errors/30036 and its neighbours.
EXPIRED = 30036
REASONS = {
    EXPIRED: "Validity Period Expired",
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
}

_NUMBER = re.compile(r"\+(1[2-9]\d{2}[2-9]\d{6}|[2-9]\d{6,13})")


def is_phone_number(text: str) -> bool:
    """Return whether a text is a phone number in E.164, with a plausible area code in North America."""
    return _NUMBER.fullmatch(text) is not None


def new_sid(prefix: str) -> str:
    """Return a fresh Twilio id: the prefix and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def send(sandbox: Sandbox, text: Text) -> asyncio.Task[None]:
    """Take a queued text of ours on its way.

    Returns:
        The delivery; done when the last callback was answered.
    """
    sandbox.world.phone(text.recipient)
    sandbox.world.add_text(text)
    return sandbox.spawn(_deliver(sandbox, text))


async def _deliver(sandbox: Sandbox, text: Text) -> None:
    """Move a text from state to state and tell the bot of each but the first."""
    callbacks = Callbacks(sandbox, "message status", text.status_callback)
    delay = timedelta(seconds=sandbox.faults.number("carrier_delay_seconds", text.recipient))
    validity = timedelta(seconds=text.validity_seconds)
    await sandbox.clock.sleep_until(text.created_at + min(delay, validity))
    if delay > validity:
        _move(sandbox, text, "undelivered", callbacks, EXPIRED)
    else:
        code = int(sandbox.faults.number("carrier_error_code"))
        for status in ("sending", "sent", "undelivered" if code else "delivered"):
            await asyncio.sleep(sandbox.settings.step_seconds)
            _move(sandbox, text, status, callbacks, code if status == "undelivered" else None)
    await callbacks.finish()


def _move(sandbox: Sandbox, text: Text, status: str, callbacks: Callbacks, code: int | None) -> None:
    """Put a text into a state and queue its callback."""
    text.status, text.updated_at = status, sandbox.clock.now()
    text.history.append((status, text.updated_at))
    if status == "sent":
        text.sent_at, text.price = text.updated_at, segments.price(text.segments)
    if code:
        text.error_code, text.error_message = code, REASONS.get(code, "Unknown error")
    sandbox.world.touch_text(text)
    fields = {
        "SmsSid": text.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": text.recipient,
        "MessageSid": text.sid,
        "AccountSid": sandbox.settings.twilio_account_sid,
        "From": text.sender,
        "ApiVersion": API_VERSION,
    }
    callbacks.tell(fields | ({"ErrorCode": str(code)} if code else {}))


async def receive(sandbox: Sandbox, phone: str, body: str) -> Text:
    """Take a person's text to our number: the carrier's own rules first, then the bot's webhook.

    Args:
        sandbox: The running practice world.
        phone: Who texts.
        body: What they text.

    Returns:
        The text as received; the webhook has been answered or given up by then.
    """
    sandbox.world.phone(phone)
    text = _new_text(sandbox, "inbound", "phone", phone, body)
    sandbox.world.add_text(text)
    _obey_keyword(sandbox, phone, body.strip().upper())
    if not sandbox.faults.strike("drop_inbound"):
        await _call_webhook(sandbox, text)
    return text


def _obey_keyword(sandbox: Sandbox, number: str, word: str) -> None:
    """Block or open a phone when the text is one of the carrier's words, and confirm it once."""
    phone = sandbox.world.phone(number)
    if word in STOP_WORDS and not phone.stopped:
        phone.stopped = True
        _reply(sandbox, number, STOP_REPLY, "carrier")
    elif word in START_WORDS and phone.stopped:
        phone.stopped = False
        _reply(sandbox, number, START_REPLY, "carrier")
    elif word in HELP_WORDS and not phone.stopped:
        _reply(sandbox, number, HELP_REPLY, "carrier")


async def _call_webhook(sandbox: Sandbox, text: Text) -> None:
    """Tell the bot of a text; once more when the connection failed; then carry out the TwiML it answers."""
    url = sandbox.settings.signed_url + sandbox.settings.inbound_path
    fields = _inbound_fields(sandbox, text)
    reply = await to_bot.post(sandbox, "inbound text", url, fields)
    if reply.failure == "connection":
        reply = await to_bot.post(sandbox, "inbound text", url, fields)
    if not sandbox.world.phone(text.sender).stopped:
        for body in _messages(reply):
            _reply(sandbox, text.sender, body, "reply")


def _inbound_fields(sandbox: Sandbox, text: Text) -> dict[str, str]:
    """Return the form of an inbound webhook (https://www.twilio.com/docs/messaging/guides/webhook-request)."""
    phone = sandbox.world.phone(text.sender)
    return {
        "ToCountry": "CA",
        "ToState": "",
        "ToCity": "",
        "ToZip": "",
        "SmsMessageSid": text.sid,
        "NumMedia": "0",
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "FromCountry": "CA",
        "FromState": phone.province,
        "FromCity": phone.city.upper(),
        "FromZip": "",
        "Body": text.body,
        "To": text.recipient,
        "NumSegments": str(text.segments),
        "MessageSid": text.sid,
        "AccountSid": sandbox.settings.twilio_account_sid,
        "From": text.sender,
        "ApiVersion": API_VERSION,
    }


def _messages(reply: Reply) -> list[str]:
    """Return the texts a TwiML answer asks to send back."""
    if not reply.ok or not reply.body.strip().startswith("<"):
        return []
    try:
        root = ET.fromstring(reply.body)  # noqa: S314 - answered by the bot under test, on this machine
    except ET.ParseError:
        return []
    return ["".join(part.itertext()).strip() for part in root.iter("Message")]


def _reply(sandbox: Sandbox, number: str, body: str, source: str) -> None:
    """Send an answer to a phone; answers have no callbacks."""
    send(sandbox, _new_text(sandbox, "outbound-reply", source, number, body))


def _new_text(sandbox: Sandbox, direction: str, source: str, number: str, body: str) -> Text:
    """Return a text between our number and a phone that was not asked for through the API."""
    now, count, ours = sandbox.clock.now(), segments.count(body), sandbox.settings.twilio_from
    inbound = direction == "inbound"
    return Text(
        sid=new_sid("SM"),
        direction=direction,
        source=source,
        sender=number if inbound else ours,
        recipient=ours if inbound else number,
        body=body,
        status="received" if inbound else "queued",
        segments=count,
        created_at=now,
        updated_at=now,
        sent_at=now if inbound else None,
        price=segments.price(count) if inbound else None,
    )
