"""Finding texts and calls: by id, by the filters of Twilio's lists, and cut into pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from sandbox.errors import PhoneRefusalError
from sandbox.model import Call, Text
from sandbox.phone import resources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastapi import Request

    from sandbox.model import JsonDict

Thing = TypeVar("Thing", Text, Call)


def not_found(request: Request) -> PhoneRefusalError:
    """Return the refusal of an address nothing stands at."""
    return PhoneRefusalError(404, 20404, f"The requested resource {request.url.path} was not found")


def one(things: Sequence[Thing], sid: str, request: Request) -> Thing:
    """Return a text or call by its id.

    Raises:
        PhoneRefusalError: There is none.
    """
    for thing in things:
        if thing.sid == sid:
            return thing
    raise not_found(request)


def filtered(
    things: Sequence[Thing], query: Mapping[str, str], date_name: str, date_of: Callable[[Thing], datetime | None]
) -> list[Thing]:
    """Return what the filters let through, newest first.

    Args:
        things: All texts or calls, oldest first.
        query: ``To``, ``From``, ``Status`` and the date filter with its three operators.
        date_name: Name of the date filter.
        date_of: Reads the date it looks at; a thing without one is missed by every date filter.

    Raises:
        PhoneRefusalError: A date cannot be read.
    """
    return [
        thing
        for thing in reversed(things)
        if query.get("To", thing.recipient) == thing.recipient
        and query.get("From", thing.sender) == thing.sender
        and query.get("Status", thing.status) == thing.status
        and _in_span(date_of(thing), query, date_name)
    ]


def _in_span(at: datetime | None, query: Mapping[str, str], name: str) -> bool:
    """Return whether a time lies in the asked span: ``Name=``, ``Name<=`` and ``Name>=``, each a date or a time."""
    exact, until, since = query.get(name), query.get(f"{name}<"), query.get(f"{name}>")
    if not (exact or until or since):
        return True
    if at is None:
        return False
    return (
        (not exact or _day(exact) <= at < _day(exact) + timedelta(days=1))
        and (not until or at <= _last_moment(until))
        and (not since or at >= _moment(since))
    )


def _moment(text: str) -> datetime:
    """Return the start of a GMT date, or an instant."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise PhoneRefusalError(400, 20001, f"{text} is not a valid date") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _day(text: str) -> datetime:
    """Return the start of the GMT day of a date or instant."""
    return _moment(text).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _last_moment(text: str) -> datetime:
    """Return the end of a GMT date, or an instant."""
    whole_day = len(text) == len("2026-11-24")
    return _moment(text) + (timedelta(days=1, microseconds=-1) if whole_day else timedelta())


def page(request: Request, key: str, found: list[JsonDict]) -> JsonDict:
    """Return one page of a list.

    Raises:
        PhoneRefusalError: The page's number or size is not a number.
    """
    query = dict(request.query_params)
    for name in ("PageSize", "Page"):
        if not query.get(name, "0").isdigit():
            raise PhoneRefusalError(400, 20001, f"{name} must be a number")
    return resources.page(request.url.path, query, key, found)
