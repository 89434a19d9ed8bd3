"""Twilio's requests to the bot: signed status callbacks and webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from sandbox import outgoing
from sandbox.outgoing import Letter, Reply
from sandbox.settings import LOOPBACK_HOSTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.runtime import Sandbox
    from sandbox.settings import SandboxSettings


async def post(sandbox: Sandbox, title: str, url: str, fields: Mapping[str, str]) -> Reply:
    """Post a signed form to an address of the bot.

    Args:
        sandbox: The running practice world.
        title: Its name in the inspector.
        url: As the bot gave it; the signature covers exactly this, without a fragment.
        fields: The form.

    Returns:
        The answer; a public address that is not the bot's counts as a failed connection, because the practice world
        never leaves this machine.
    """
    signed_url = url.partition("#")[0]
    address = reachable(sandbox.settings, signed_url)
    if address is None:
        return Reply(None, failure="connection")
    token = sandbox.settings.twilio_auth_token.get_secret_value()
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "user-agent": "TwilioProxy/1.1",
        "x-twilio-signature": signature(token, signed_url, fields),
        "i-twilio-idempotency-token": secrets.token_hex(16),
    }
    letter = Letter("phone", title, address, headers, urlencode(fields).encode())
    return await outgoing.send(sandbox, letter, sandbox.settings.webhook_seconds)


def reachable(settings: SandboxSettings, url: str) -> str | None:
    """Return where an address given by the bot is reached on this machine, or None when it is elsewhere."""
    rest = url.removeprefix(settings.signed_url)
    if rest != url and (not rest or rest[0] in "/?"):
        return settings.bot_url + rest
    return url if urlsplit(url).hostname in LOOPBACK_HOSTS else None


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """Return Twilio's signature of a form (https://www.twilio.com/docs/usage/webhooks/webhooks-security)."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()
