"""Asks and posts as a browser tab does, over plain HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.sandbox.practice import LEADS, RILEY, Json, Practice

if TYPE_CHECKING:
    import requests


def address(path: str, person: str = RILEY, room: str = LEADS) -> str:
    """Return a path as a person's tab asks for it."""
    return f"{path}?as={person}&in={room}"


def fetch(practice: Practice, path: str, person: str = RILEY, room: str = LEADS) -> str:
    """Return what a tab is shown."""
    answer = practice.http.get(practice.url + address(path, person, room), timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.text


def post(practice: Practice, path: str, person: str = RILEY, room: str = LEADS, **form: Json) -> requests.Response:
    """Post a form as a tab does."""
    return practice.http.post(practice.url + address(f"/_ui/{path}", person, room), data=form, timeout=30)


def press(block_id: str, action_id: str, kind: str, value: str | None = None) -> str:
    """Return what the page sends for a click."""
    return json.dumps([block_id, action_id, kind, value])


def name(block_id: str, action_id: str, kind: str) -> str:
    """Return the name of a block's field in a form."""
    return json.dumps([block_id, action_id, kind])
