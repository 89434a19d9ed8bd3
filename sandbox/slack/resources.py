"""How people, channels, messages and views look in Slack's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.world import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.model import Channel, JsonDict, Message, Person, UserGroup, View


def person(who: Person, now: datetime) -> JsonDict:
    """Return a user object (https://docs.slack.dev/reference/objects/user-object)."""
    first, _, last = who.real_name.partition(" ")
    offset = now.astimezone(ZoneInfo(who.zone)).utcoffset()
    return {
        "id": who.id,
        "team_id": TEAM_ID,
        "name": who.name,
        "deleted": False,
        "color": "4bbe2e",
        "real_name": who.real_name,
        "tz": who.zone,
        "tz_label": now.astimezone(ZoneInfo(who.zone)).tzname() or "",
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {
            "title": "",
            "real_name": who.real_name,
            "real_name_normalized": who.real_name,
            "display_name": who.name,
            "display_name_normalized": who.name,
            "first_name": first,
            "last_name": last,
            "email": who.email,
            "team": TEAM_ID,
        },
        "is_admin": who.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": who.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": who.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }


def channel(room: Channel) -> JsonDict:
    """Return a conversation object (https://docs.slack.dev/reference/objects/conversation-object)."""
    if room.im_user:
        return {"id": room.id, "is_im": True, "is_channel": False, "user": room.im_user, "is_archived": False}
    return {
        "id": room.id,
        "name": room.name,
        "name_normalized": room.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": BOT_USER_ID in room.members,
        "num_members": len(room.members),
        "creator": "U0DANA",
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "context_team_id": TEAM_ID,
    }


def group(whole: UserGroup) -> JsonDict:
    """Return a user group object (https://docs.slack.dev/reference/objects/usergroup-object)."""
    return {
        "id": whole.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": whole.name,
        "handle": whole.handle,
        "description": "",
        "date_delete": 0,
        "user_count": len(whole.users),
    }


def message(what: Message, *, metadata: bool = True) -> JsonDict:
    """Return a message object.

    Args:
        what: The message.
        metadata: Whether its metadata is shown.
    """
    shown: JsonDict = {"type": "message", "user": what.user, "ts": what.ts, "text": what.text, "team": TEAM_ID}
    if what.is_bot:
        shown |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": _BOT_PROFILE}
    if what.blocks:
        shown["blocks"] = what.blocks
    if what.thread_ts:
        shown["thread_ts"] = what.thread_ts
    if what.edited_ts:
        shown["edited"] = {"user": what.user, "ts": what.edited_ts}
    if metadata and what.metadata:
        shown["metadata"] = what.metadata
    return shown


_BOT_PROFILE: JsonDict = {
    "id": BOT_ID,
    "app_id": APP_ID,
    "user_id": BOT_USER_ID,
    "name": "heimdall",
    "deleted": False,
    "updated": 1_700_000_000,
    "team_id": TEAM_ID,
}


def view(what: View) -> JsonDict:
    """Return a view object (https://docs.slack.dev/reference/views)."""
    given = what.payload
    return {
        "id": what.id,
        "team_id": TEAM_ID,
        "type": given["type"],
        "blocks": given["blocks"],
        "private_metadata": given.get("private_metadata") or "",
        "callback_id": given.get("callback_id") or "",
        "state": {"values": what.values},
        "hash": what.hash,
        "title": given.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "close": given.get("close"),
        "submit": given.get("submit"),
        "previous_view_id": what.previous_id,
        "root_view_id": what.root_id,
        "app_id": APP_ID,
        "external_id": given.get("external_id") or "",
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def permalink(channel_id: str, ts: str) -> str:
    """Return the web address of a message."""
    return f"https://{TEAM_DOMAIN}.slack.com/archives/{channel_id}/p{ts.replace('.', '')}"
