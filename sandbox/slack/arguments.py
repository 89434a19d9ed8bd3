"""The arguments of one Web API call, whether they came as JSON, form fields or query string."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.errors import SlackRefusalError

if TYPE_CHECKING:
    from fastapi import Request

    from sandbox.model import Json, JsonDict


class Args:
    """Typed access to the arguments; a missing or malformed one refuses the call as Slack does."""

    def __init__(self, values: JsonDict) -> None:
        """Wrap the raw values."""
        self._values = values

    def __contains__(self, name: str) -> bool:
        """Return whether an argument was given and is not null."""
        return self._values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text, or the default when it was not given."""
        value = self._values.get(name)
        return default if value is None else str(value)

    def required(self, name: str, code: str = "invalid_arguments") -> str:
        """Return an argument that must not be empty.

        Raises:
            SlackRefusalError: With the given code, when it is missing.
        """
        value = self.text(name)
        if value:
            return value
        if code == "invalid_arguments":
            messages = [f"[ERROR] missing required field: {name}"]
            raise SlackRefusalError(code, response_metadata={"messages": messages})
        raise SlackRefusalError(code)

    def structure(self, name: str, code: str) -> Json:
        """Return an argument that is JSON, or None when it was not given.

        Raises:
            SlackRefusalError: With the given code, when it is a string but not JSON.
        """
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackRefusalError(code) from error

    def flag(self, name: str) -> bool:
        """Return whether an argument is switched on, in any of the spellings Slack accepts."""
        return self.text(name).lower() in {"true", "1"}

    def count(self, name: str, default: int) -> int:
        """Return a whole number, or the default when it was not given.

        Raises:
            SlackRefusalError: It is not a number.
        """
        try:
            return int(self.text(name, str(default)))
        except ValueError as error:
            raise SlackRefusalError(code="invalid_arguments") from error


async def read(request: Request) -> Args:
    """Read the arguments of a request: query string first, then the body.

    Raises:
        SlackRefusalError: The body is not what its content type says.
    """
    values: JsonDict = dict(request.query_params)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json":
        values |= await _json_object(request)
    elif request.method == "POST":
        values |= {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return Args(values)


async def _json_object(request: Request) -> JsonDict:
    """Return the body as a JSON object."""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise SlackRefusalError(code="invalid_json") from error
    if not isinstance(body, dict):
        raise SlackRefusalError(code="json_not_object")
    return body
