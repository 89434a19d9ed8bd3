"""Reads what the doors answered, as the person in Slack would; and the lead most of these tests are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from tests.bot.doors import Doors

LINE = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe"
NUMBER = "+14165550199"

FIELDS = {
    "name": "Jane Doe",
    "phone": "416-555-0199",
    "address": "12 King St W, Hamilton ON",
    "basis": "casl.express",
    "language": "fr",
    "proof": "Web form of 24 Nov",
    "source": "web",
    "email": "jane@example.ca",
    "notes": "Calls after six",
}
"""The form, filled in."""


def opened(doors: Doors) -> int:
    """Open the lead and return its id."""
    assert "Opened L-1" in said(doors.command(LINE))
    return 1


def said(answer: httpx.Response) -> str:
    """Return what a command answered in private; everything else is a fault."""
    assert answer.status_code == 200
    body = answer.json()
    assert body["response_type"] == "ephemeral"
    return str(body["text"])


def parts(blocks: object) -> list[dict[str, Any]]:
    """Return every dictionary anywhere inside, without styles."""
    if isinstance(blocks, list):
        return [found for each in blocks for found in parts(each)]
    if not isinstance(blocks, dict):
        return []
    bare = {key: value for key, value in blocks.items() if key != "style"}
    return [bare, *(found for each in blocks.values() for found in parts(each))]


def literal(body: dict[str, Any]) -> str:
    """Return the words that Slack shows exactly as they are."""
    return "\n".join(
        str(each.get("text")) for each in parts(body["blocks"]) if each.get("type") in {"plain_text", "text"}
    )


def formatted(body: dict[str, Any]) -> str:
    """Return the words in which Slack looks for links and formatting."""
    return "\n".join(str(each.get("text")) for each in parts(body["blocks"]) if each.get("type") == "mrkdwn")
