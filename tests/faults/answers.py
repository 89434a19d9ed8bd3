"""L5, judged from what the practice world's people did and saw: each act has one outcome and one visible answer.

A form that a click opens, or changes, is an answer, and so is a card that changed after the click, or a private note.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tests.faults.deployment import Deployment
from tests.support.practice import words

Json = Mapping[str, Any]

DECIDING = frozenset({"approval.approve", "approval.reject"})
"""Clicks that leave a line in the audit, whatever comes of them."""

_REF = re.compile(r"\bL-(\d+)\b")


def broken(deployment: Deployment) -> list[str]:
    """Return every act that broke L5, in words."""
    state = deployment.world.state
    acts: list[Json] = state["acts"]
    return [
        *(f"{_name(act)} was left without an answer" for act in acts if act["done"] and not _answered(act, state)),
        *_leads(deployment, acts),
        *_decisions(deployment, acts),
    ]


def _answered(act: Json, state: Json) -> bool:
    """Tell whether the person saw anything come of what they did, Slack's own words for a silent app included."""
    return bool(act["shown"] or act["view"] or act["kind"] == "submission" or act["failure"] or _later(act, state))


def _later(act: Json, state: Json) -> bool:
    channel = state["channels"].get(act["channel"])
    if channel is None:
        return False
    noted = any(note["user"] == act["user"] and note["ts"] > act["ts"] for note in channel["ephemerals"])
    clicked = act["message_ts"]
    changed = any(
        (one["ts"] == clicked and (one["edited_ts"] or "") > act["ts"])
        or (one["thread_ts"] == clicked and one["ts"] > act["ts"])
        for one in channel["messages"]
        if clicked
    )
    return noted or changed


def _leads(deployment: Deployment, acts: Iterable[Json]) -> Iterable[str]:
    """Compare the leads people were told of with those in the books: none missing, none that nobody asked for."""
    asked = Counter(_number(act["what"]) for act in acts if act["kind"] == "command" and _number(act["what"]))
    told = Counter(
        (_number(act["what"]), found[1])
        for act in acts
        if act["kind"] == "command" and act["shown"] and (found := _REF.search(" ".join(words([act["shown"]]))))
    )
    books = deployment.rows("SELECT l.id, c.phone_e164 FROM leads l JOIN contacts c ON c.id = l.contact_id")
    known = {(row["phone_e164"], str(row["id"])) for row in books}
    yield from (f"L-{ref} was told to the person and is not in the books" for number, ref in told if number
                and (number, ref) not in known)  # fmt: skip
    opened = Counter(row["phone_e164"] for row in books)
    yield from (
        f"{times} leads of {number} for {asked[number]} commands"
        for number, times in opened.items()
        if number in asked and times > asked[number]
    )


def _decisions(deployment: Deployment, acts: Iterable[Json]) -> Iterable[str]:
    """Compare deciding clicks with lines of the audit: one each; a click nobody answered may have none."""
    clicks = [act for act in acts if act["what"] in DECIDING and act["done"]]
    at_most = Counter(act["user"] for act in clicks)
    at_least = Counter(act["user"] for act in clicks if act["status"] == 200 and not act["failure"])
    query = "SELECT actor, count(*) AS lines FROM audit WHERE action LIKE 'approval_%' GROUP BY actor"
    lines = {row["actor"]: row["lines"] for row in deployment.rows(query)}
    for user in at_most:
        if not at_least[user] <= lines.get(user, 0) <= at_most[user]:
            yield f"{user} clicked {at_most[user]} times, the audit has {lines.get(user, 0)} lines of it"


def _number(line: str) -> str:
    """Return the number a line of /lead opens a lead for, or nothing."""
    parts = line.split()
    return parts[1] if len(parts) > 1 and parts[0] == "/lead" and parts[1].startswith("+1") else ""


def _name(act: Json) -> str:
    return f"{act['user']}'s {act['kind']} {act['what'][:40]!r}"
