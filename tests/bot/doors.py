"""The real doors on a real port, and the people who knock: Slack and the phone provider, with their real signatures."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

from bot.deps import Deps, PhoneKeys, Roles, SlackKeys
from bot.slack import app as slack_app
from bot.web import app as web_app
from domain.model import ApprovalKind, Sender
from flows.team import Team
from flows.write_briefing import Schedule
from storage import approvals, deals, leads, posts, records, workers
from storage.unit import Database
from tests.bot.payloads import (
    AVERY,
    BRIEFINGS,
    DANA,
    DEALS,
    DIRECT,
    ELSEWHERE,
    LEADS,
    RILEY,
    SAM,
    STRANGER,
    TEAM_ID,
    VIC,
    click_payload,
    command_fields,
    submission_payload,
)
from tests.bot.servers import ANSWER_SECONDS, SlackApi, Stage, slack_api, stage

# Tests take everything they need from here.
__all__ = [
    "ANSWER_SECONDS",
    "AVERY",
    "BRIEFINGS",
    "DANA",
    "DEALS",
    "DIRECT",
    "ELSEWHERE",
    "LEADS",
    "RILEY",
    "SAM",
    "STRANGER",
    "TEAM_ID",
    "VIC",
    "SlackApi",
    "Stage",
    "click_payload",
    "command_fields",
    "slack_api",
    "stage",
    "submission_payload",
]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.web.guard import Limits
    from domain.model import Approval, Lead

SECRET, OLD_SECRET = "8f742231b10e8888abcd99yyyzzz85a5", "the-secret-before-the-change"
ACCOUNT_SID, AUTH_TOKEN = "AC" + "0" * 32, "auth-token-of-tests"
PUBLIC_URL = "https://heimdall.example"
OUR_NUMBER = "+16475550100"

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""A Tuesday, noon in Ontario: every window is open."""


@dataclass
class Moving:
    """A business clock that tests move."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Return the business now."""
        return self.now

    def move(self, **step: float) -> None:
        """Move it on."""
        self.now += timedelta(**step)


@dataclass
class Ahead:
    """Real time, sent ahead by as much as a test likes."""

    by: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the time."""
        return real_time() + self.by


def beat(doors: Doors, *, age: timedelta = timedelta()) -> None:
    """Be heard as a process that runs the ticks, some time ago."""
    heard_at = real_time() - age
    with doors.deps.db.write() as tx:
        workers.beat(tx, workers.Worker("w1", workers.Kind.JOBS, heard_at, heard_at, NOON))


def real_time() -> datetime:
    """Return real time, which signatures carry."""
    return datetime.now(UTC)


@dataclass
class Doors:
    """The doors of one test, and hands to knock with."""

    deps: Deps
    slack: SlackApi
    http: httpx.Client
    clock: Moving
    wakes: list[int] = field(default_factory=list)

    # --- Slack ---

    def signed(
        self, body: str, content_type: str, *, secret: str = SECRET, at: float | None = None, **headers: str
    ) -> httpx.Response:
        """Post a body that Slack signed."""
        stamp = str(int(time.time() if at is None else at))
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        assert signature is not None
        return self.post(
            body.encode(),
            {"content-type": content_type, "x-slack-request-timestamp": stamp, "x-slack-signature": signature}
            | headers,
        )

    def post(self, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """Post bytes to Slack's door."""
        return self.http.post("/slack/events", content=body, headers=dict(headers))

    def form(self, fields: Mapping[str, str], *, secret: str = SECRET) -> httpx.Response:
        """Post a signed form."""
        return self.signed(urlencode(fields), "application/x-www-form-urlencoded", secret=secret)

    def command(self, line: str, *, by: str = RILEY, channel: str = LEADS, **fields: str) -> httpx.Response:
        """Type a slash command such as ``/lead find Jane``."""
        return self.form(command_fields(line, by=by, channel=channel) | fields)

    def payload(self, payload: Mapping[str, Any]) -> httpx.Response:
        """Send an interaction."""
        return self.form({"payload": json.dumps(payload)})

    def click(
        self, action_id: str, value: object, *, by: str = RILEY, channel: str = LEADS, **more: object
    ) -> httpx.Response:
        """Press a button in a message."""
        return self.payload(click_payload(action_id, value, by=by, channel=channel) | more)

    def submit(self, form: str, fields: Mapping[str, str], *, by: str = RILEY, metadata: str = "") -> httpx.Response:
        """Send a form off."""
        return self.payload(submission_payload(form, fields, by=by, metadata=metadata))

    def event(self, event: Mapping[str, Any], *, event_id: str = "Ev0123456", team: str = TEAM_ID) -> httpx.Response:
        """Send an event."""
        envelope = {"type": "event_callback", "team_id": team, "event_id": event_id, "event": event}
        return self.signed(json.dumps(envelope), "application/json")

    # --- The phone provider ---

    def phone(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        token: str = AUTH_TOKEN,
        signed_url: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """Post a form that the phone provider signed for the public address."""
        whole = {"AccountSid": ACCOUNT_SID} | dict(fields)
        signature = RequestValidator(token).compute_signature(signed_url or PUBLIC_URL + path, whole)
        kind = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8", "x-twilio-signature": signature}
        return self.http.post(path, content=urlencode(whole).encode(), headers=kind | headers)

    def text(self, body: str, *, sender: str = "+14165550199", sid: str = "SM1", **fields: str) -> httpx.Response:
        """Send us a text."""
        return self.phone(
            "/phone/inbound", {"MessageSid": sid, "From": sender, "To": OUR_NUMBER, "Body": body} | fields
        )

    # --- What became of it ---

    def audit(self, action: str) -> list[dict[str, Any]]:
        """Return the audit lines of one action."""
        with self.deps.db.read() as tx:
            return list(records.audit_lines(tx, action=action))

    def lead(self, lead_id: int = 1) -> Lead:
        """Return a lead."""
        with self.deps.db.read() as tx:
            return leads.get(tx, lead_id)

    def lead_count(self) -> int:
        """Return how many leads there are, as far as a test counts."""
        with self.deps.db.read() as tx:
            return len(leads.newest(tx, 100))

    def approval(self, deal_id: int = 1) -> Approval:
        """Return the newest request about a deal."""
        with self.deps.db.read() as tx:
            found = approvals.newest_about(tx, ApprovalKind.OFFER, deal_id)
        assert found is not None
        return found

    def deal_count(self) -> int:
        """Return how many deals there are, as far as a test counts."""
        with self.deps.db.read() as tx:
            return len(deals.newest(tx, 100))

    def notes(self, channel: str = LEADS) -> list[str]:
        """Return the private notes waiting to be posted in a channel, oldest first."""
        return [str(payload["text"]) for payload in self.note_payloads(channel)]

    def note_payloads(self, channel: str = LEADS) -> list[Mapping[str, Any]]:
        """Take the private notes waiting to be posted in a channel, oldest first, as they were left."""
        with self.deps.db.write() as tx:
            found = []
            wall = NOON
            while taken := posts.take_stale(tx, wall, now=wall, owner="test", lease=timedelta(seconds=1)):
                for card in taken:
                    posts.posted(tx, card, wall, ts=str(card.card_id))
                found += [card.payload for card in taken if card.kind == "notice" and card.channel == channel]
                wall += timedelta(minutes=1)
            return found

    def windows(self) -> list[dict[str, Any]]:
        """Return every view that was opened or pushed, in order."""
        return [said["view"] for name, said in self.slack.calls if name in {"views.open", "views.push"}]


def team(**changes: Any) -> Team:  # noqa: ANN401 - fields of Team
    """Return the team of the tests."""
    sender = Sender(
        business_name="Northern Doors <Buyers>",
        mailing_address="12 King St W, Hamilton ON  L8P 1A1",
        identity_url=f"{PUBLIC_URL}/about",
        phone_e164=OUR_NUMBER,
    )
    return replace(Team(sender, LEADS, DEALS, BRIEFINGS), **changes)


@contextmanager
def doors(
    empty: Stage,
    slack: SlackApi,
    database_url: str,
    *,
    limits: Limits | None = None,
    **changes: Any,  # noqa: ANN401 - fields of Deps
) -> Iterator[Doors]:
    """Put the real doors on the stage.

    Args:
        limits: of the guard.
        changes: parts of ``Deps`` that differ from the usual ones.
    """
    clock, wakes = Moving(), list[int]()
    db = Database.open(database_url)
    deps = Deps(
        db=db,
        team=team(),
        schedule=Schedule(at=wall_time(8, 0), zone="America/Toronto"),
        roles=Roles(frozenset({RILEY}), frozenset({AVERY}), frozenset({SAM, DANA}), viewers=frozenset({VIC})),
        clock=clock,
        wall=real_time,
        slack=SlackKeys("xoxb-of-tests", (SECRET, OLD_SECRET), slack.url, TEAM_ID, "U0HEIMDALL"),
        phone=PhoneKeys(ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, PUBLIC_URL),
        wake=lambda: wakes.append(1),
    )
    deps = replace(deps, **changes)
    slack.reset()
    empty.app = web_app.build(deps, slack_app.build(deps), limits=limits)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{empty.port}", timeout=ANSWER_SECONDS) as http:
            yield Doors(deps, slack, http, clock, wakes)
    finally:
        db.close()
