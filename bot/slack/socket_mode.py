"""Socket Mode: the same listeners over a connection we open, for a team without a public address for Slack."""

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler


def connect(app: App, app_token: str) -> SocketModeHandler:
    """Open the connection and return it; it reads in threads of its own until ``close``."""
    handler = SocketModeHandler(app, app_token)
    handler.connect()  # type: ignore[no-untyped-call] # the SDK leaves it untyped
    return handler
