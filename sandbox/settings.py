"""What the practice world is told from outside; every secret is random when nobody gives one."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def _secret(prefix: str, size_bytes: int) -> SecretStr:
    """Return a fresh random secret in hexadecimal digits."""
    return SecretStr(prefix + secrets.token_hex(size_bytes))


class SandboxSettings(BaseSettings):
    """Settings of the practice world, read from environment variables named ``SANDBOX_…``.

    Args:
        bot_url: Where the bot's web door listens; loopback only.
        slack_signing_secret: Signs every request to the bot's Slack door.
        slack_bot_token: The one token the Web API accepts.
        twilio_account_sid: The one account the phone API knows.
        twilio_auth_token: Password of the phone API and key of the webhook signatures.
        twilio_from: Our number, E.164.
        public_url: The bot's public address, which the phone signatures cover; the bot's own address when empty.
        clock_file: Where the clock offset is written for the bot to read.
        parent_pipe: Exit when standard input ends, so that a killed parent leaves no orphan.
        parent_resets: Leave the page's Reset to the parent, which is told on standard output: it can reset the bot too.
        slack_path: The bot's path for commands, clicks and events.
        inbound_path: The bot's path for texts that arrive.
        ack_seconds: How long Slack waits for an answer.
        trigger_seconds: How long a trigger id lives.
        step_seconds: Real time between two states of a text or call, so that the page feels live.
        webhook_seconds: How long the phone company waits for an answer.
    """

    model_config = SettingsConfigDict(env_prefix="SANDBOX_", frozen=True)

    bot_url: str = "http://127.0.0.1:3000"
    slack_signing_secret: SecretStr = Field(default_factory=lambda: _secret("", 16))
    slack_bot_token: SecretStr = Field(default_factory=lambda: _secret("xoxb-", 24))
    twilio_account_sid: str = Field(default_factory=lambda: f"AC{secrets.token_hex(16)}")
    twilio_auth_token: SecretStr = Field(default_factory=lambda: _secret("", 16))
    twilio_from: str = "+16475550100"
    public_url: str = ""
    clock_file: Path | None = None
    parent_pipe: bool = False
    parent_resets: bool = False
    slack_path: str = "/slack/events"
    inbound_path: str = "/phone/inbound"
    # https://docs.slack.dev/interactivity/handling-user-interaction: 3 seconds to acknowledge, 3 seconds per trigger.
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    step_seconds: float = 0.04
    # https://www.twilio.com/docs/api/errors/11205: 15 seconds in all.
    webhook_seconds: float = 15.0

    @field_validator("bot_url", "public_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        """Drop the last slash, so that paths can be appended."""
        return url.rstrip("/")

    @field_validator("bot_url")
    @classmethod
    def _loopback_only(cls, url: str) -> str:
        """Refuse to talk to another machine: this is a practice world."""
        if urlsplit(url).hostname not in LOOPBACK_HOSTS:
            message = "SANDBOX_BOT_URL must be a loopback address"
            raise ValueError(message)
        return url

    @property
    def signed_url(self) -> str:
        """Return the address that phone signatures cover."""
        return self.public_url or self.bot_url
