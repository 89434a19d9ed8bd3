"""What Slack sends when somebody types, presses or sends something off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TEAM_ID = "T0HEIMDALL"

LEADS, DEALS, BRIEFINGS, ELSEWHERE, DIRECT = "C0LEADS", "C0DEALS", "C0BRIEF", "C0RANDOM", "D0RILEY"
RILEY, AVERY, SAM, DANA, VIC, STRANGER = "U0RILEY", "U0AVERY", "U0SAM", "U0DANA", "U0VIC", "U0STRANGER"
"""An agent, an approver, two admins, a viewer, and somebody who is not on the team."""


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
    chosen = {"source", "basis", "language", "type", "holidays", "inquiry"}
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
