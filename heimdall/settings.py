"""Every setting, read from the environment (and a .env file) once. Unknown names in our families are errors."""

import difflib
import os
from collections.abc import Iterable
from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain import clocks  # noqa: F401 - before any zone is built: it makes the pinned zone tables the only ones

FAMILIES = ("HEIMDALL_", "SLACK_", "TWILIO_")
SLACK_API = "https://slack.com/api/"
TWILIO_API = "https://api.twilio.com"
LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")

Ids = Annotated[frozenset[str], NoDecode]
"""Slack ids in one variable, separated by commas or spaces."""


class SettingsError(ValueError):
    """The environment does not describe a Heimdall that can run; one line a problem, each with its mend."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the lines."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Settings(BaseSettings):
    """What this deployment is. Names, defaults and reasons stand in .env.example."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, case_sensitive=True, env_ignore_empty=True)

    env: Literal["development", "production"] = Field("development", validation_alias="HEIMDALL_ENV")
    database_url: str = Field("sqlite:///heimdall.sqlite3", validation_alias="HEIMDALL_DATABASE_URL")
    public_url: str = Field(validation_alias="HEIMDALL_PUBLIC_URL")
    host: str = Field("127.0.0.1", validation_alias="HEIMDALL_HOST")
    port: int = Field(3000, ge=0, le=65_535, validation_alias="HEIMDALL_PORT")
    business_name: str = Field(min_length=2, max_length=60, validation_alias="HEIMDALL_BUSINESS_NAME")
    mailing_address: str = Field(min_length=8, validation_alias="HEIMDALL_MAILING_ADDRESS")
    leads_channel: str = Field(pattern=r"^[CG][A-Z0-9]{2,}$", validation_alias="HEIMDALL_LEADS_CHANNEL")
    deals_channel: str = Field(pattern=r"^[CG][A-Z0-9]{2,}$", validation_alias="HEIMDALL_DEALS_CHANNEL")
    briefing_channel: str = Field(pattern=r"^[CG][A-Z0-9]{2,}$", validation_alias="HEIMDALL_BRIEFING_CHANNEL")
    agents: Ids = Field(frozenset(), validation_alias="HEIMDALL_AGENTS")
    approvers: Ids = Field(frozenset(), validation_alias="HEIMDALL_APPROVERS")
    admins: Ids = Field(frozenset(), validation_alias="HEIMDALL_ADMINS")
    briefing_at: time = Field(time(8, 30), validation_alias="HEIMDALL_BRIEFING_AT")
    briefing_zone: str = Field("America/Toronto", validation_alias="HEIMDALL_BRIEFING_ZONE")
    allow_us_numbers: bool = Field(default=False, validation_alias="HEIMDALL_ALLOW_US_NUMBERS")
    hash_key: SecretStr | None = Field(None, min_length=32, validation_alias="HEIMDALL_HASH_KEY")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", validation_alias="HEIMDALL_LOG_LEVEL")
    tick_seconds: float = Field(0.5, ge=0.05, le=60, validation_alias="HEIMDALL_TICK_SECONDS")
    clock_file: Path | None = Field(None, validation_alias="HEIMDALL_CLOCK_FILE")

    slack_bot_token: SecretStr = Field(validation_alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr = Field(validation_alias="SLACK_SIGNING_SECRET")
    slack_old_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_OLD_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_team_id: str = Field(pattern=r"^T[A-Z0-9]{2,}$", validation_alias="SLACK_TEAM_ID")
    slack_api_url: str = Field(SLACK_API, validation_alias="SLACK_API_URL")

    twilio_account_sid: str = Field(pattern=r"^AC[0-9a-f]{32}$", validation_alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr = Field(validation_alias="TWILIO_AUTH_TOKEN")
    twilio_from_number: str = Field(pattern=r"^\+1\d{10}$", validation_alias="TWILIO_FROM_NUMBER")
    twilio_api_url: str = Field(TWILIO_API, validation_alias="TWILIO_API_URL")

    @field_validator("agents", "approvers", "admins", mode="before")
    @classmethod
    def split_ids(cls, value: object) -> object:
        """Read ``U1, U2 U3``."""
        return frozenset(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def trim_url(cls, value: str) -> str:
        """Take the address without a final slash; plain http only on this machine."""
        if not value.startswith("https://") and not value.startswith(LOOPBACK):
            msg = f"must begin with https:// (got '{value}'): the phone provider signs the address it calls"
            raise ValueError(msg)
        return value.rstrip("/")

    @field_validator("slack_bot_token")
    @classmethod
    def bot_token(cls, value: SecretStr) -> SecretStr:
        """Tell the kinds of tokens apart by their beginning."""
        begins = value.get_secret_value()[:5]
        if begins != "xoxb-":
            hint = {"xoxp-": "a user token", "xapp-": "the app-level token (SLACK_APP_TOKEN)"}.get(
                begins, "something else"
            )
            msg = f"needs the bot token, which begins with xoxb-; this is {hint}"
            raise ValueError(msg)
        return value

    @field_validator("briefing_at")
    @classmethod
    def steady_hour(cls, value: time) -> time:
        """Refuse the hours that some days lack or have twice."""
        if time(1) <= value < time(3):
            msg = "may not lie between 01:00 and 03:00: some days lack that hour and some have it twice"
            raise ValueError(msg)
        return value

    @field_validator("briefing_zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        """Refuse a zone the pinned tables do not have."""
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            msg = f"'{value}' is no IANA time zone; example: America/Toronto"
            raise ValueError(msg) from error
        return value

    @model_validator(mode="after")
    def no_practice_in_production(self) -> "Settings":
        """Refuse a practice world's addresses and clock where real people would be texted."""
        if self.env == "production":
            practice = {
                "SLACK_API_URL": self.slack_api_url != SLACK_API,
                "TWILIO_API_URL": self.twilio_api_url != TWILIO_API,
                "HEIMDALL_CLOCK_FILE": self.clock_file is not None,
                "HEIMDALL_PUBLIC_URL (must be https)": not self.public_url.startswith("https://"),
            }
            if found := [name for name, wrong in practice.items() if wrong]:
                msg = f"sandbox settings in production: remove {', '.join(found)}"
                raise ValueError(msg)
        return self


KNOWN = tuple(str(field.validation_alias) for field in Settings.model_fields.values())
"""Every variable we read."""


def load(env_file: Path = Path(".env")) -> Settings:
    """Read the settings from the environment, and what it leaves out from a .env file.

    Raises:
        SettingsError: something is missing, wrong or misspelt; says what and how to mend it.
    """
    given = set(os.environ) | set(dotenv_values(env_file))
    problems = [_misspelt(name) for name in sorted(given) if name.startswith(FAMILIES) and name not in KNOWN]
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        wrong = [_problem(each["loc"], each["msg"]) for each in error.errors()]
        raise SettingsError(problems + wrong) from error
    if problems:
        raise SettingsError(problems)
    return settings


def _misspelt(name: str) -> str:
    close = difflib.get_close_matches(name, KNOWN, n=1)
    return f"{name} is not a setting." + (f" Did you mean {close[0]}?" if close else " Remove it.")


def _problem(where: tuple[int | str, ...], what: str) -> str:
    name = str(where[0]) if where else "settings"
    text = what.removeprefix("Value error, ")
    return f"{name} is missing; see .env.example." if text == "Field required" else f"{name}: {text}"
