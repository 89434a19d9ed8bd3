"""What every door needs: the database, the team, the clocks and the keys; put together once at the front desk.

Decides who may come in and as what. Opens nothing and reads no settings.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from domain.model import Actor, Role
from flows.team import Team
from flows.write_briefing import Schedule
from storage.unit import Database


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is on the team, by Slack user id; a person in several sets holds the highest role."""

    agents: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()
    viewers: frozenset[str] = frozenset()

    def of(self, slack_id: str) -> Actor | None:
        """Return the person with the highest role they hold, or None when they are not on the team.

        Guests, bots and people of other workspaces are in no set, so they are nobody here.
        """
        held = (
            (self.admins, Role.ADMIN),
            (self.approvers, Role.APPROVER),
            (self.agents, Role.AGENT),
            (self.viewers, Role.VIEWER),
        )
        return next((Actor(slack_id, role) for people, role in held if slack_id in people), None)


@dataclass(frozen=True, slots=True)
class SlackKeys:
    """How to know Slack, and how to be known by it.

    Attributes:
        signing_secrets: one, or two while the secret is being changed; a signature by any of them counts.
        api_url: base of the Web API, ending in ``/``, such as ``https://slack.com/api/``.
        team_id: the one workspace this deployment serves.
    """

    bot_token: str = field(repr=False)
    signing_secrets: tuple[str, ...] = field(repr=False)
    api_url: str
    team_id: str
    bot_user_id: str


@dataclass(frozen=True, slots=True)
class PhoneKeys:
    """How to know the phone provider.

    Attributes:
        from_number: the team's number, E.164.
        public_url: the address the provider calls, without a final ``/``; signatures are checked against it.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    from_number: str
    public_url: str


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything a door is built from.

    Attributes:
        clock: business now, aware UTC; the practice world may move it.
        wall: real time, aware UTC; signatures, leases and pacing follow it.
        wake: nudges the ticks after a commit; may do nothing, since the ticks come by themselves.
    """

    db: Database
    team: Team
    schedule: Schedule
    roles: Roles
    clock: Callable[[], datetime]
    wall: Callable[[], datetime]
    slack: SlackKeys
    phone: PhoneKeys
    wake: Callable[[], None]
