"""The Slack app manifest, generated from what the code really uses; a reason stands beside every scope."""

from typing import Any

from bot.views.help import COMMANDS

SCOPES: dict[str, str] = {
    "commands": "to be called by /lead, /deal, /buyer, /policy and /heimdall",
    "chat:write": "to post and edit lead cards, call tasks, approvals and briefings",
}
"""Bot scopes and why we need them; no history scope: Heimdall never reads what people say to each other.

Whoever adds channels:history (groups:history for private channels) has a post whose answer was lost found again instead
of repeated with a mark; docs/decisions/0015.
"""

EVENTS = ("app_home_opened",)


def build(public_url: str) -> dict[str, Any]:
    """Return the manifest for a deployment at ``public_url``."""
    events_url = f"{public_url}/slack/events"
    return {
        "display_information": {
            "name": "Heimdall",
            "description": "Leads, offers, approvals and texts inside Canadian law",
            "background_color": "#1f2d3d",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": False},
            "bot_user": {"display_name": "Heimdall", "always_online": True},
            "slash_commands": [
                {
                    "command": f"/{name}",
                    "url": events_url,
                    "description": command.summary,
                    "usage_hint": command.usage,
                    "should_escape": False,
                }
                for name, command in COMMANDS.items()
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"request_url": events_url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, "request_url": events_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
