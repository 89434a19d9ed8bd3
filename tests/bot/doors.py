"""The real doors on a real port, and the people who knock: Slack and the phone provider, with their real signatures."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import httpx
import uvicorn
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

from bot.deps import Deps, PhoneKeys, Roles, SlackKeys
from bot.slack import app as slack_app
from bot.web import app as web_app
from domain.model import ApprovalKind, Sender
from flows.team import Team
from flows.write_briefing import Schedule
from storage import approvals, cards, deals, leads, records
from storage.unit import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from bot.web.guard import Limits
    from domain.model import Approval, Lead

TEAM_ID = "T0HEIMDALL"
SECRET, OLD_SECRET = "8f742231b10e8888abcd99yyyzzz85a5", "the-secret-before-the-change"
ACCOUNT_SID, AUTH_TOKEN = "AC" + "0" * 32, "auth-token-of-tests"
PUBLIC_URL = "https://heimdall.example"
OUR_NUMBER = "+16475550100"

LEADS, DEALS, BRIEFINGS, ELSEWHERE, DIRECT = "C0LEADS", "C0DEALS", "C0BRIEF", "C0RANDOM", "D0RILEY"
RILEY, AVERY, SAM, VIC, STRANGER = "U0RILEY", "U0AVERY", "U0SAM", "U0VIC", "U0STRANGER"
"""An agent, an approver, an admin, a viewer, and somebody who is not on the team."""

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""A Tuesday, noon in Ontario: every window is open."""

ANSWER_SECONDS = 15
"""A test that waits longer than this has hung."""


class SlackApi:
    """Slack's Web API as far as listeners use it: writes down what is asked, and says yes or what it is told to say."""

    def __init__(self) -> None:
        """Say yes to everything."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tokens: list[str] = []
        self.refusals: dict[str, str] = {}
        self.hold: threading.Event | None = None
        self.drop = False
        self.url = ""

    def reset(self) -> None:
        """Forget everything and say yes again."""
        self.calls.clear()
        self.tokens.clear()
        self.refusals.clear()
        self.hold, self.drop = None, False

    def asked(self, method: str) -> list[dict[str, Any]]:
        """Return what was asked of one method, in order."""
        return [said for name, said in self.calls if name == method]

    def answer(self, method: str, said: dict[str, Any]) -> dict[str, Any]:
        """Write a call down and answer it."""
        self.calls.append((method, said))
        if method in self.refusals:
            return {"ok": False, "error": self.refusals[method]}
        return {"ok": True, "view": {"id": "V1"}}


@contextmanager
def slack_api() -> Iterator[SlackApi]:
    """Serve a Web API on a free port."""
    api = SlackApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            is_json = self.headers["content-type"].startswith("application/json")
            said = json.loads(body) if is_json else dict(parse_qsl(body))
            api.tokens.append(self.headers["authorization"])
            answer = json.dumps(api.answer(self.path.removeprefix("/api/"), said)).encode()
            if api.hold is not None:
                api.hold.wait(ANSWER_SECONDS)
            if api.drop:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Keep the test output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}/api/"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join(ANSWER_SECONDS)
        server.server_close()


class Stage:
    """One web server for many tests: it plays whichever application the test puts on it."""

    def __init__(self) -> None:
        """Start empty."""
        self.app: ASGIApp | None = None
        self.port = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Play the application."""
        assert self.app is not None
        await self.app(scope, receive, send)


@contextmanager
def stage() -> Iterator[Stage]:
    """Serve on a free port; connections made before it accepts wait in the socket's queue."""
    empty = Stage()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        empty.port = listening.getsockname()[1]
        config = uvicorn.Config(empty, lifespan="off", ws="none", log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield empty
        finally:
            server.should_exit = True
            thread.join(ANSWER_SECONDS)


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
        with self.deps.db.write() as tx:
            found = []
            wall = NOON
            while taken := cards.take_stale(tx, wall, owner="test", lease=timedelta(days=1)):
                found += [
                    str(card.payload["text"]) for card in taken if card.kind == "notice" and card.channel == channel
                ]
                wall += timedelta(minutes=1)
            return found

    def windows(self) -> list[dict[str, Any]]:
        """Return every view that was opened or pushed, in order."""
        return [said["view"] for name, said in self.slack.calls if name in {"views.open", "views.push"}]


def command_fields(line: str, *, by: str = RILEY, channel: str = LEADS) -> dict[str, str]:
    """Return the form Slack sends for a command."""
    command, _, text = line.partition(" ")
    return {
        "token": "legacy",
        "team_id": TEAM_ID,
        "team_domain": "northern-doors",
        "enterprise_id": "",
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else "leads",
        "user_id": by,
        "user_name": "somebody",
        "command": command,
        "text": text,
        "api_app_id": "A0HEIMDALL",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/response",
        "trigger_id": f"13345224609.{time.monotonic_ns()}",
    }


def click_payload(action_id: str, value: object, *, by: str = RILEY, channel: str = LEADS) -> dict[str, Any]:
    """Return the payload of a pressed button."""
    return {
        "type": "block_actions",
        "team": {"id": TEAM_ID, "domain": "northern-doors"},
        "enterprise": None,
        "user": {"id": by, "username": "somebody", "team_id": TEAM_ID},
        "channel": {"id": channel, "name": "leads"},
        "container": {"type": "message", "message_ts": "1.2", "channel_id": channel, "is_ephemeral": False},
        "trigger_id": f"13345224609.{time.monotonic_ns()}",
        "actions": [
            {"type": "button", "action_id": action_id, "block_id": "b", "value": str(value), "action_ts": "1.3"}
        ],
        "state": {"values": {}},
    }


def submission_payload(form: str, fields: Mapping[str, str], *, by: str = RILEY, metadata: str = "") -> dict[str, Any]:
    """Return the payload of a form sent off; choices and texts look alike to a reader of ``value``."""
    chosen = {"source", "basis", "language", "type"}
    values = {
        name: {
            "value": {"type": "static_select", "selected_option": {"value": text}}
            if name in chosen
            else {"type": "plain_text_input", "value": text or None}
        }
        for name, text in fields.items()
    }
    return {
        "type": "view_submission",
        "team": {"id": TEAM_ID, "domain": "northern-doors"},
        "user": {"id": by, "username": "somebody", "team_id": TEAM_ID},
        "trigger_id": f"13345224609.{time.monotonic_ns()}",
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": form,
            "private_metadata": metadata,
            "state": {"values": values},
        },
        "response_urls": [],
    }


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
        roles=Roles(frozenset({RILEY}), frozenset({AVERY}), frozenset({SAM}), viewers=frozenset({VIC})),
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
