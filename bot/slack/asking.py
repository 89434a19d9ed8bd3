"""Who asks what, where: one command, click, submission or event, read out of Bolt's request once."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import BoltRequest
from slack_sdk.web import WebClient

from bot.deps import Deps
from domain import keywords, options
from domain.errors import DomainError
from domain.model import Actor, Role

SIGNATURE_HEADER = "x-slack-signature"

OUTSIDE = "Only people on the Heimdall team can do this; ask an admin to add you."

_RANKS = tuple(Role)
_EMOJI_CODES = re.compile(r":[\w+'-]+:")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a person did in Slack.

    Attributes:
        key: identity of the request: the same signed bytes have the same key, two clicks have two.
        actor: the person with their role now, or None when they are not on the team.
        channel: where it happened, empty in modals and Home.
        text: what was typed after a command, cleaned of what nobody sees.
        blank: whether nothing at all was typed; False for text that only looks empty.
        trigger_id: opens one modal within three seconds.
        client: Slack's Web API as the bot.
    """

    key: str
    slack_id: str
    actor: Actor | None
    channel: str
    text: str
    blank: bool
    trigger_id: str
    body: Mapping[str, Any]
    client: WebClient

    def member(self, least: Role = Role.AGENT) -> Actor:
        """Return the person, if they are on the team and hold at least this role.

        Raises:
            DomainError: they are not, or do not.
        """
        if self.actor is None:
            raise DomainError("not_on_team", OUTSIDE)
        if _RANKS.index(self.actor.role) < _RANKS.index(least):
            raise DomainError("role", f"This takes the role of {least.value}; ask an admin. Nothing was changed.")
        return self.actor

    @property
    def in_modal(self) -> bool:
        """Tell whether it happened in a modal, on top of which only another one can be pushed."""
        view = self.body.get("view")
        return isinstance(view, dict) and view.get("type") == "modal"


def of(deps: Deps, request: BoltRequest) -> Asked:
    """Read a request that the web door, or Slack's own connection, has let in."""
    body, context = request.body, request.context
    slack_id = context.user_id or ""
    typed = str(body.get("text") or "") if "command" in body else ""
    return Asked(
        key=_key(request),
        slack_id=slack_id,
        actor=None if _is_visitor(deps, body) else deps.roles.of(slack_id),
        channel=context.channel_id or "",
        text=_readable(typed),
        blank=not typed.strip(),
        trigger_id=str(body.get("trigger_id") or ""),
        body=body,
        client=context.client,
    )


def says_nothing(text: str) -> bool:
    """Tell whether a text has neither a letter nor a digit in it, emoji names aside."""
    return not any(character.isalnum() for character in _EMOJI_CODES.sub("", text))


def _readable(typed: str) -> str:
    # Slack writes & as &amp; in the text it hands to apps (docs.slack.dev/messaging/formatting-message-text#escaping).
    # < and > stay as they come: a typed "&lt;" must remain what was typed, and no name holds a real one.
    text = " ".join(keywords.clean(typed.replace("&amp;", "&"), len(typed) + 1).split())
    if len(text) > options.MAX_CHARACTERS:
        raise DomainError("too_long", f"Too long (max {options.MAX_CHARACTERS})")
    return text


def _is_visitor(deps: Deps, body: Mapping[str, Any]) -> bool:
    """Tell whether a person belongs to another workspace that shares a channel with ours."""
    user = body.get("user")
    home = user.get("team_id") if isinstance(user, dict) else None
    return home is not None and home != deps.slack.team_id


def _key(request: BoltRequest) -> str:
    """Name a request by its signature; over Slack's own connection, where nothing is signed, by its trigger."""
    signature = request.headers.get(SIGNATURE_HEADER)
    kind = "click" if request.body.get("type") == "block_actions" else "said"
    unique = signature[0] if signature else f"socket:{request.body.get('trigger_id')}"
    return f"slack:{kind}:{hashlib.sha256(unique.encode()).hexdigest()}"
