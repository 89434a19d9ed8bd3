"""Twilio's requests to the bot: signed webhooks, and status callbacks in order unless a fault says otherwise."""

from __future__ import annotations

import asyncio
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


class Callbacks:
    """The callbacks of one text or call, sent one after the other while its state moves on."""

    def __init__(self, sandbox: Sandbox, title: str, url: str | None) -> None:
        """Start with none sent.

        Args:
            sandbox: The running practice world.
            title: Their name in the inspector.
            url: Where they go; None for nowhere.
        """
        self._sandbox = sandbox
        self._title = title
        self._url = url
        self._reversed = bool(url) and sandbox.faults.strike("reverse_callbacks")
        self._held: list[dict[str, str]] = []
        self._last: asyncio.Task[None] | None = None

    def tell(self, fields: Mapping[str, str]) -> None:
        """Send a callback after those before it, without waiting for it."""
        if self._url is None:
            return
        if self._reversed:
            self._held.append(dict(fields))
        else:
            self._queue(dict(fields))

    async def finish(self) -> None:
        """Send what was held back and wait until every callback has been answered or given up."""
        for fields in reversed(self._held):
            self._queue(fields)
        self._held.clear()
        if self._last:
            await self._last

    def _queue(self, fields: dict[str, str]) -> None:
        """Queue a callback behind the last one."""
        self._last = self._sandbox.spawn(self._send(fields, self._last))

    async def _send(self, fields: dict[str, str], before: asyncio.Task[None] | None) -> None:
        """Send a callback once the one before it is done; twice or never when a fault says so."""
        if before:
            await asyncio.wait([before])
        faults = self._sandbox.faults
        if self._url is None or faults.strike("drop_callbacks"):
            return
        for _ in range(2 if faults.strike("duplicate_callbacks") else 1):
            await post(self._sandbox, self._title, self._url, fields)
