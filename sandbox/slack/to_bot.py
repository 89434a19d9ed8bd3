"""Slack's requests to the bot: signed commands, interactions and events.

Signatures carry real time, whatever the world clock says, because verifiers compare with real time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sandbox import outgoing
from sandbox.outgoing import Letter, Reply
from sandbox.world import APP_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID

if TYPE_CHECKING:
    from sandbox.model import Channel, JsonDict, Person
    from sandbox.runtime import Sandbox

# https://docs.slack.dev/apis/events-api: three retries: almost at once, a minute later, five minutes after that.
# World time since the event, so that an hour need not be waited for.
RETRIES_AFTER_SECONDS = (0, 60, 360)
_FORM = "application/x-www-form-urlencoded"
# The deprecated verification token; bots that check signatures ignore it.
_LEGACY_TOKEN = "sandbox"  # noqa: S105 - not a secret, and documented as deprecated


async def send_command(sandbox: Sandbox, who: Person, channel: Channel, command: str, text: str) -> Reply:
    """Send a slash command and wait for the answer.

    Args:
        sandbox: The running practice world.
        who: Who typed it.
        channel: Where it was typed.
        command: With its slash.
        text: What followed it.
    """
    fields = {
        "token": _LEGACY_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": who.id,
        "user_name": who.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url(sandbox, sandbox.tickets.issue_address(who.id, channel.id)),
        "trigger_id": sandbox.tickets.issue_trigger(who.id),
    }
    return await _post(sandbox, command, urlencode(fields), _FORM)


async def send_interaction(sandbox: Sandbox, payload: JsonDict) -> Reply:
    """Send a click, a submission or a shortcut and wait for the answer.

    Args:
        sandbox: The running practice world.
        payload: The interaction payload, without the fields every one has.
    """
    whole = {**payload, "api_app_id": APP_ID, "token": _LEGACY_TOKEN, **_TEAM}
    return await _post(sandbox, str(payload["type"]), urlencode({"payload": json.dumps(whole)}), _FORM)


_TEAM: JsonDict = {
    "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
    "enterprise": None,
    "is_enterprise_install": False,
}


def who_acted(who: Person) -> JsonDict:
    """Return the ``user`` of an interaction payload."""
    return {"id": who.id, "username": who.name, "name": who.name, "team_id": TEAM_ID}


def response_url(sandbox: Sandbox, token: str) -> str:
    """Return the full response address for a token."""
    return f"{sandbox.url}/response/{token}"


def emit_event(sandbox: Sandbox, event: JsonDict) -> None:
    """Send an event to the bot in the background, with retries.

    Args:
        sandbox: The running practice world.
        event: The inner event.
    """
    if sandbox.faults.strike("slack_drop_events"):
        return
    at = int(sandbox.clock.now().timestamp())
    envelope = {
        "token": _LEGACY_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": at,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_urlsafe(24)}",
    }
    sandbox.spawn(_deliver_event(sandbox, str(event["type"]), json.dumps(envelope)))


async def verify_address(sandbox: Sandbox) -> bool:
    """Ask the bot to prove that its address is its own, as Slack does when it is typed into the app's settings.

    Returns:
        Whether the challenge came back.
    """
    challenge = secrets.token_urlsafe(24)
    body = json.dumps({"token": _LEGACY_TOKEN, "challenge": challenge, "type": "url_verification"})
    reply = await _post(sandbox, "url_verification", body, "application/json")
    return reply.ok and challenge in reply.body


async def _deliver_event(sandbox: Sandbox, title: str, body: str) -> None:
    """Deliver an event until the bot takes it, three more times at most; then the copies a fault asks for."""
    happened_at = sandbox.clock.now()
    reply = await _post(sandbox, title, body, "application/json")
    for number, after_seconds in enumerate(RETRIES_AFTER_SECONDS, start=1):
        if reply.ok or (reply.headers or {}).get("x-slack-no-retry") == "1":
            break
        await sandbox.clock.sleep_until(happened_at + timedelta(seconds=after_seconds))
        reply = await _post(sandbox, title, body, "application/json", _retry_headers(number, reply))
    for number in range(1, int(sandbox.faults.number("slack_event_copies"))):
        headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_timeout"}
        await _post(sandbox, title, body, "application/json", headers)


def _retry_headers(number: int, last: Reply) -> dict[str, str]:
    """Return the headers that tell which retry this is and why."""
    reason = {"timeout": "http_timeout", "connection": "connection_failed", "": "http_error"}[last.failure]
    return {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}


async def _post(
    sandbox: Sandbox, title: str, body: str, content_type: str, headers: dict[str, str] | None = None
) -> Reply:
    """Sign a body and send it to the bot's Slack door."""
    settings = sandbox.settings
    stamp = str(int(time.time()))
    signed = {
        "content-type": content_type,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature(settings.slack_signing_secret.get_secret_value(), stamp, body),
        **(headers or {}),
    }
    letter = Letter("slack", title, settings.bot_url + settings.slack_path, signed, body.encode())
    return await outgoing.send(sandbox, letter, settings.ack_seconds)


def signature(secret: str, stamp: str, body: str) -> str:
    """Return Slack's signature of a body (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
    return f"v0={digest.hexdigest()}"
