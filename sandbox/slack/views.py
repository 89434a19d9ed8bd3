"""Slack's views methods: open, push, update and publish modals and Homes (https://docs.slack.dev/reference/methods).

The answers to a submission that change views (``response_action``) use the same functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import SlackRefusalError
from sandbox.model import View
from sandbox.slack import inputs, limits, resources
from sandbox.world import new_hash, new_id

if TYPE_CHECKING:
    from sandbox.model import Json, JsonDict
    from sandbox.runtime import Sandbox
    from sandbox.slack.arguments import Args
    from sandbox.slack.tickets import Trigger

# https://docs.slack.dev/surfaces/modals: up to three views in a stack.
MOST_IN_STACK = 3


def open_view(sandbox: Sandbox, args: Args) -> JsonDict:
    """Open a modal on an interaction."""
    trigger = _trigger(sandbox, args)
    payload = _payload(sandbox, args)
    return {"view": resources.view(open_modal(sandbox, trigger.user, payload))}


def push_view(sandbox: Sandbox, args: Args) -> JsonDict:
    """Put a modal on top of the one the interaction came from."""
    trigger = _trigger(sandbox, args)
    payload = _payload(sandbox, args)
    return {"view": resources.view(push_modal(sandbox, trigger.user, payload))}


def update_view(sandbox: Sandbox, args: Args) -> JsonDict:
    """Replace the content of an open view, found by id or external id."""
    view = _find(sandbox, args)
    surface: limits.Surface = "home" if view.payload["type"] == "home" else "modal"
    payload = limits.accept_view(args.structure("view", "invalid_arguments"), surface)
    if args.text("hash") and args.text("hash") != view.hash:
        raise SlackRefusalError(code="hash_conflict")
    replace(sandbox, view, payload)
    return {"view": resources.view(view)}


def publish_home(sandbox: Sandbox, args: Args) -> JsonDict:
    """Replace a person's App Home."""
    user = args.required("user_id")
    if user not in sandbox.world.people:
        raise SlackRefusalError(code="user_not_found")
    payload = limits.accept_view(args.structure("view", "invalid_arguments"), "home")
    before = sandbox.world.homes.get(user)
    if before and args.text("hash") and args.text("hash") != before.hash:
        raise SlackRefusalError(code="hash_conflict")
    view_id = before.id if before else new_id("V")
    view = View(
        view_id, user, payload, _hash(sandbox), root_id=view_id, values=inputs.initial_values(payload["blocks"])
    )
    sandbox.world.publish_home(view)
    return {"view": resources.view(view)}


def open_modal(sandbox: Sandbox, user_id: str, payload: JsonDict) -> View:
    """Show a person a modal of its own; what was open is gone."""
    view_id = new_id("V")
    view = View(view_id, user_id, payload, _hash(sandbox), view_id, values=inputs.initial_values(payload["blocks"]))
    sandbox.world.open_modal(view)
    return view


def push_modal(sandbox: Sandbox, user_id: str, payload: JsonDict) -> View:
    """Show a person a modal on top of the one that is open.

    Raises:
        SlackRefusalError: ``push_limit_reached``, or ``not_found`` when no modal is open.
    """
    stack = sandbox.world.modals.get(user_id) or []
    if not stack:
        raise SlackRefusalError(code="not_found")
    if len(stack) >= MOST_IN_STACK:
        raise SlackRefusalError(code="push_limit_reached")
    values = inputs.initial_values(payload["blocks"])
    view = View(new_id("V"), user_id, payload, _hash(sandbox), stack[0].id, stack[-1].id, values)
    sandbox.world.open_modal(view)
    return view


def replace(sandbox: Sandbox, view: View, payload: JsonDict) -> None:
    """Replace the content of a view; inputs whose block and action id stay the same keep what was typed."""
    view.payload, view.hash = payload, _hash(sandbox)
    view.values = inputs.merged_values(payload["blocks"], view.values)
    view.errors, view.trouble = {}, ""
    sandbox.world.touch_view(view)


def _hash(sandbox: Sandbox) -> str:
    """Return a fresh view hash."""
    return new_hash(sandbox.clock.now().timestamp())


def _trigger(sandbox: Sandbox, args: Args) -> Trigger:
    """Use up the trigger id of a call."""
    trigger_id = args.required("trigger_id")
    if sandbox.faults.strike("slack_expired_triggers"):
        raise SlackRefusalError(code="expired_trigger_id")
    return sandbox.tickets.spend_trigger(trigger_id)


def _payload(sandbox: Sandbox, args: Args) -> JsonDict:
    """Return the modal of a call, whose external id must be new."""
    payload = limits.accept_view(args.structure("view", "invalid_arguments"), "modal")
    external_id: Json = payload.get("external_id")
    if external_id and _by_external_id(sandbox, external_id):
        raise SlackRefusalError(code="duplicate_external_id")
    return payload


def _find(sandbox: Sandbox, args: Args) -> View:
    """Return the open view an update is meant for."""
    if view_id := args.text("view_id"):
        view = sandbox.world.find_view(view_id)
    else:
        view = _by_external_id(sandbox, args.required("external_id"))
    if view is None:
        raise SlackRefusalError(code="not_found")
    return view


def _by_external_id(sandbox: Sandbox, external_id: str) -> View | None:
    """Return the open view the bot gave this id, or None."""
    views = [*sandbox.world.homes.values(), *(view for stack in sandbox.world.modals.values() for view in stack)]
    return next((view for view in views if view.payload.get("external_id") == external_id), None)
