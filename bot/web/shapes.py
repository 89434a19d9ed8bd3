"""What a signed body says: forms and JSON as plain dictionaries, or a refusal. No type and no length is trusted."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, NoReturn
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.web.guard import JSON, RefusedError

MAX_FIELDS = 200
"""Most fields of a form; Slack sends about 15, Twilio about 40."""

SlackId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$", strict=True)]
"""Names Slack gives to people, channels, workspaces and events: documented as opaque, in practice 9 to 11 letters."""


class _Loose(BaseModel):
    """A part of Slack's payload: what is named here must have its shape, everything else may be as it likes."""

    model_config = ConfigDict(extra="allow")


class _Named(_Loose):
    id: SlackId


class _Person(_Named):
    team_id: SlackId | None = None


class _Event(_Loose):
    type: str
    user: SlackId | dict[str, Any] | None = None
    channel: SlackId | dict[str, Any] | None = None


class _Option(_Loose):
    value: str | None = None


class _Input(_Loose):
    value: str | None = None
    selected_option: _Option | None = None


class _State(_Loose):
    values: dict[str, dict[str, _Input]] = {}


class _View(_Loose):
    id: SlackId | None = None
    type: str | None = None
    callback_id: str = ""
    private_metadata: str = ""
    app_installed_team_id: SlackId | None = None
    state: _State | None = None


class _Action(_Loose):
    action_id: str
    value: str | None = None


class _Payload(_Loose):
    """What Bolt and our listeners reach for without asking; https://docs.slack.dev/reference/interaction-payloads."""

    type: str | None = None
    command: str | None = None
    text: str | None = None
    trigger_id: str | None = None
    event_id: SlackId | None = None
    team_id: SlackId | None = None
    user_id: SlackId | None = None
    channel_id: SlackId | None = None
    team: _Named | SlackId | None = None
    enterprise: _Named | SlackId | None = None
    enterprise_id: SlackId | None = None
    user: _Person | SlackId | None = None
    channel: _Named | SlackId | None = None
    view: _View | None = None
    event: _Event | None = None
    actions: Annotated[list[_Action], Field(min_length=1)] | None = None
    authorizations: list[dict[str, Any]] | None = None
    response_urls: list[dict[str, Any]] | None = None
    message: dict[str, Any] | None = None
    container: dict[str, Any] | None = None


def slack_payload(kind: str, text: str) -> dict[str, Any]:
    """Return what Slack says, whichever of its three envelopes it came in.

    Args:
        kind: content type of the request.
        text: the body.

    Raises:
        RefusedError: 400, it is none of them.
    """
    said = _object(text) if kind == JSON else _from_form(text)
    # Null and, in forms, empty stand for "not there"; Bolt reaches into whatever has a name.
    payload = {key: value for key, value in said.items() if value is not None and (value != "" or key == "text")}
    try:
        _Payload.model_validate(payload)
    except ValidationError as error:
        first = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
        raise RefusedError(400, f"unexpected shape at {_printable(first)}") from error
    return payload


def form_fields(text: str) -> list[tuple[str, str]]:
    """Return every field of a form in order, the empty ones too.

    Raises:
        RefusedError: 400, too many of them.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise RefusedError(400, f"too many fields: at most {MAX_FIELDS}") from error


def _from_form(text: str) -> dict[str, Any]:
    fields = dict(form_fields(text))
    return _object(fields["payload"]) if "payload" in fields else dict(fields)


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        text_is_clean = all(_is_storable(part) for part in _strings(value))
    except (ValueError, RecursionError) as error:  # Too deep, a number of thousands of digits, or no JSON at all.
        raise RefusedError(400, "not readable as JSON") from error
    if not isinstance(value, dict):
        raise RefusedError(400, "a JSON object is expected")
    if not text_is_clean:
        raise RefusedError(400, "half a character in the text")
    return value


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


def _strings(value: object) -> Iterator[str]:
    """Return every text inside a JSON value, names too; recursion is bounded because the parser's was."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _is_storable(text: str) -> bool:
    """Tell whether a text has no unpaired surrogate, which JSON can spell and no database or answer can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(path: str) -> str:
    return "".join(character for character in path if character.isascii() and character.isprintable())[:80]
