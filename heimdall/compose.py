"""The composition root: the one place where settings become engines, clients, doors and ticks."""

import os
import secrets
import socket
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from bot.deps import Deps, PhoneKeys, Roles, SlackKeys
from bot.slack import app as slack_app
from bot.slack import socket_mode
from bot.web import app as web_app
from domain import clocks, geo
from domain.model import Sender
from flows.team import Team
from flows.write_briefing import Schedule
from heimdall import clock
from heimdall.settings import Settings
from jobs.deps import JobDeps
from jobs.schedule import Clockwork
from jobs.senders.slack import SlackPoster
from jobs.senders.sms import SmsSender, TwilioAccount
from jobs.stopwatch import Stopwatch
from storage.unit import Database

LISTEN_EVERY = timedelta(seconds=60)
"""How often the provider is asked for texts whose webhook we missed."""

DOOR_PATIENCE_SECONDS = 2.0
"""How long a door stands in line to write; Slack gives up on an answer after 3 s, and "busy" is an answer."""

BOT_USER_ID = "UHEIMDALL"
"""Bolt wants a bot user in its context; nothing of ours reads it, so no call to Slack is spent on the real one."""


@dataclass(frozen=True)
class Parts:
    """The parts of one process; each is made when first asked for."""

    settings: Settings

    @cached_property
    def db(self) -> Database:
        """Return the database; nothing is connected yet."""
        return Database.open(self.settings.database_url)

    @cached_property
    def now(self) -> clock.Clock:
        """Return the business clock."""
        path = self.settings.clock_file
        return clock.wall if path is None else clock.movable(path)

    @property
    def hash_key(self) -> bytes | None:
        """Return the key numbers are hashed with, or None when none is set."""
        key = self.settings.hash_key
        return None if key is None else key.get_secret_value().encode()

    @cached_property
    def team(self) -> Team:
        """Return the team in the domain's words."""
        settings = self.settings
        return Team(
            sender=Sender(
                business_name=settings.business_name,
                mailing_address=settings.mailing_address,
                identity_url=f"{settings.public_url}/about",
                phone_e164=settings.twilio_from_number,
            ),
            leads_channel=settings.leads_channel,
            deals_channel=settings.deals_channel,
            briefing_channel=settings.briefing_channel,
            allow_us_numbers=settings.allow_us_numbers,
            clock_faults=clocks.faults(),
            zone=settings.briefing_zone,
            hash_key=self.hash_key,
        )

    @cached_property
    def schedule(self) -> Schedule:
        """Return when the daily briefing is due."""
        return Schedule(at=self.settings.briefing_at, zone=self.settings.briefing_zone)

    @cached_property
    def clockwork(self) -> Clockwork:
        """Return the ticks, not started."""
        settings, stopwatch = self.settings, Stopwatch(clock.wall)
        deps = JobDeps(
            db=self.db,
            team=replace(self.team, watch=stopwatch.faults),
            schedule=self.schedule,
            clock=self.now,
            wall=clock.wall,
            sms=SmsSender(
                TwilioAccount(
                    account_sid=settings.twilio_account_sid,
                    auth_token=settings.twilio_auth_token.get_secret_value(),
                    from_number=settings.twilio_from_number,
                    api_url=settings.twilio_api_url,
                    callback_url=f"{settings.public_url}/phone/status",
                )
            ),
            slack=SlackPoster(settings.slack_bot_token.get_secret_value(), settings.slack_api_url),
            stopwatch=stopwatch,
            owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}",
        )
        return Clockwork(deps, tick=timedelta(seconds=settings.tick_seconds), listen=LISTEN_EVERY)

    @cached_property
    def doors(self) -> Deps:
        """Return what the doors need when the ticks run in another process."""
        settings = self.settings
        signing = [settings.slack_signing_secret, settings.slack_old_signing_secret]
        return Deps(
            db=self.db.with_patience(DOOR_PATIENCE_SECONDS),
            team=self.team,
            schedule=self.schedule,
            roles=Roles(agents=settings.agents, approvers=settings.approvers, admins=settings.admins),
            clock=self.now,
            wall=clock.wall,
            slack=SlackKeys(
                bot_token=settings.slack_bot_token.get_secret_value(),
                signing_secrets=tuple(secret.get_secret_value() for secret in signing if secret is not None),
                api_url=settings.slack_api_url,
                team_id=settings.slack_team_id,
                bot_user_id=BOT_USER_ID,
            ),
            phone=PhoneKeys(
                account_sid=settings.twilio_account_sid,
                auth_token=settings.twilio_auth_token.get_secret_value(),
                from_number=settings.twilio_from_number,
                public_url=settings.public_url,
            ),
            wake=lambda: None,
        )

    def web(self, *, with_jobs: bool) -> web_app.Door:
        """Return the web door; with the ticks in this process, every commit wakes them."""
        deps = replace(self.doors, wake=self.clockwork.wake) if with_jobs else self.doors
        geo.locate("Torronto, Ontario")  # reads tables and the index of typing errors now, not while a rep waits
        bolt = slack_app.build(deps)
        if self.settings.slack_app_token is not None:
            socket_mode.connect(bolt, self.settings.slack_app_token.get_secret_value())
        return web_app.build(deps, bolt)
