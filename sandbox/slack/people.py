"""Slack's methods about the workspace: who is there, in which groups and conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import SlackRefusalError
from sandbox.slack import resources
from sandbox.world import BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TEAM_NAME

if TYPE_CHECKING:
    from sandbox.model import Channel, JsonDict, Message
    from sandbox.runtime import Sandbox
    from sandbox.slack.arguments import Args


def test_auth(sandbox: Sandbox, args: Args) -> JsonDict:
    """Tell the bot who it is."""
    del sandbox, args
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": "heimdall",
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def test_api(sandbox: Sandbox, args: Args) -> JsonDict:
    """Answer a test call, with an error when asked for one."""
    del sandbox
    if code := args.text("error"):
        raise SlackRefusalError(code)
    return {"args": {}}


def user(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return one person."""
    who = sandbox.world.people.get(args.required("user", "user_not_found"))
    if who is None:
        raise SlackRefusalError(code="user_not_found")
    return {"user": resources.person(who, sandbox.clock.now())}


def users(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return everybody."""
    del args
    now = sandbox.clock.now()
    members = [resources.person(who, now) for who in sandbox.world.people.values()]
    return {"members": members, "cache_ts": int(now.timestamp()), "response_metadata": {"next_cursor": ""}}


def groups(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return the user groups, with their members when asked."""
    listed = []
    for group in sandbox.world.groups.values():
        members = {"users": list(group.users)} if args.flag("include_users") else {}
        listed.append(resources.group(group) | members)
    return {"usergroups": listed}


def group_users(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return the members of a user group."""
    group = sandbox.world.groups.get(args.required("usergroup"))
    if group is None:
        raise SlackRefusalError(code="no_such_subteam")
    return {"users": list(group.users)}


def open_conversation(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return the bot's direct conversation with one person."""
    reference = args.text("channel") or args.text("users")
    if not reference:
        raise SlackRefusalError(code="users_list_not_supplied")
    channel = sandbox.world.find_channel(reference)
    if channel is None or channel.im_user is None:
        raise SlackRefusalError(code="user_not_found" if reference.startswith("U") else "channel_not_found")
    brief: JsonDict = {"id": channel.id}
    shown = resources.channel(channel) if args.flag("return_im") else brief
    return {"channel": shown, "no_op": True, "already_open": True}


def conversation(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return one conversation."""
    return {"channel": resources.channel(_channel(sandbox, args))}


def conversations(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return the conversations of the asked kinds, public channels by default."""
    kinds = set(args.text("types", "public_channel").split(","))
    shown = [
        resources.channel(channel)
        for channel in sandbox.world.channels.values()
        if ("im" if channel.im_user else "public_channel") in kinds
    ]
    return {"channels": shown, "response_metadata": {"next_cursor": ""}}


def history(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return the newest messages of a conversation, threads' replies left out."""
    channel = _readable(sandbox, args)
    roots = [message for message in channel.messages if message.thread_ts in (None, message.ts)]
    return _page(args, list(reversed(_between(roots, args))))


def replies(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return a thread, oldest first."""
    channel, ts = _readable(sandbox, args), args.required("ts")
    thread = [message for message in channel.messages if ts in (message.ts, message.thread_ts)]
    if not thread:
        raise SlackRefusalError(code="thread_not_found")
    return _page(args, _between(thread, args))


def _channel(sandbox: Sandbox, args: Args) -> Channel:
    """Return the conversation a call is about."""
    channel = sandbox.world.channels.get(args.required("channel"))
    if channel is None:
        raise SlackRefusalError(code="channel_not_found")
    return channel


def _readable(sandbox: Sandbox, args: Args) -> Channel:
    """Return the conversation the bot wants to read; it must be one of its members."""
    channel = _channel(sandbox, args)
    if BOT_USER_ID not in channel.members:
        raise SlackRefusalError(code="not_in_channel")
    return channel


def _between(messages: list[Message], args: Args) -> list[Message]:
    """Return the messages in the asked span of time stamps."""
    oldest, latest, inclusive = args.text("oldest", "0"), args.text("latest"), args.flag("inclusive")
    return [
        message
        for message in messages
        if (float(oldest) < float(message.ts) and (not latest or float(message.ts) < float(latest)))
        or (inclusive and message.ts in (oldest, latest))
    ]


def _page(args: Args, messages: list[Message]) -> JsonDict:
    """Return one page of messages; the cursor is the place to go on."""
    start, size = args.count("cursor", 0) if args.text("cursor") else 0, args.count("limit", 100)
    metadata = args.flag("include_all_metadata")
    page = [resources.message(message, metadata=metadata) for message in messages[start : start + size]]
    more = len(messages) > start + size
    cursor = str(start + size) if more else ""
    return {"messages": page, "has_more": more, "response_metadata": {"next_cursor": cursor}}
