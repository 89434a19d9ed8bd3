"""How texts, calls, pages of them and errors look in Twilio's JSON."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sandbox.phone.calls import duration_seconds
from sandbox.phone.carrier import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.errors import PhoneRefusalError
    from sandbox.model import Call, JsonDict, Text


def message(text: Text, account_sid: str) -> JsonDict:
    """Return a message resource (https://www.twilio.com/docs/messaging/api/message-resource)."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": _date(text.created_at),
        "date_sent": _date(text.sent_at),
        "date_updated": _date(text.updated_at),
        "direction": text.direction,
        "error_code": text.error_code,
        "error_message": text.error_message,
        "from": text.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(text.segments),
        "price": f"-{text.price}" if text.price else None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
        "to": text.recipient,
        "uri": f"{uri}.json",
    }


def call(one: Call, account_sid: str) -> JsonDict:
    """Return a call resource (https://www.twilio.com/docs/voice/api/call-resource)."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Calls/{one.sid}"
    return {
        "account_sid": account_sid,
        "annotation": None,
        "answered_by": None,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": _date(one.created_at),
        "date_updated": _date(one.updated_at),
        "direction": "outbound-api",
        "duration": str(duration_seconds(one)) if one.ended_at else None,
        "end_time": _date(one.ended_at),
        "forwarded_from": None,
        "from": one.sender,
        "from_formatted": one.sender,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": one.sid,
        "start_time": _date(one.started_at),
        # The state between queued and ringing exists in callbacks only.
        "status": "queued" if one.status == "initiated" else one.status,
        "subresource_uris": {"notifications": f"{uri}/Notifications.json", "recordings": f"{uri}/Recordings.json"},
        "to": one.recipient,
        "to_formatted": one.recipient,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def account(account_sid: str) -> JsonDict:
    """Return the account resource (https://www.twilio.com/docs/iam/api/account)."""
    return {
        "sid": account_sid,
        "friendly_name": "Practice world",
        "status": "active",
        "type": "Full",
        "owner_account_sid": account_sid,
        "date_created": None,
        "date_updated": None,
        "subresource_uris": {},
        "uri": f"/{API_VERSION}/Accounts/{account_sid}.json",
    }


def page(path: str, query: Mapping[str, str], key: str, resources: list[JsonDict]) -> JsonDict:
    """Return one page of a list, newest first (https://www.twilio.com/docs/usage/requests-to-twilio#pagination).

    A page token names the last resource seen, so that new arrivals do not shift the pages.

    Args:
        path: Path of the list.
        query: The request's query: filters, ``PageSize`` (50 by default, 1000 at most), ``Page``, ``PageToken``.
        key: Name of the list in the answer.
        resources: Everything the filters let through.
    """
    size = min(max(int(query.get("PageSize", 50)), 1), 1000)
    number = int(query.get("Page", 0))
    sids = [resource["sid"] for resource in resources]
    token = query.get("PageToken", "").removeprefix("PA")
    start = sids.index(token) + 1 if token in sids else number * size
    shown = resources[start : start + size]
    filters = {name: value for name, value in query.items() if name not in {"Page", "PageToken", "PageSize"}}

    def address(page_number: int, page_token: str = "") -> str:
        extra = {"PageSize": str(size), "Page": str(page_number)} | ({"PageToken": page_token} if page_token else {})
        return f"{path}?{urlencode({**filters, **extra})}"

    more = start + size < len(resources)
    return {
        key: shown,
        "end": start + max(len(shown) - 1, 0),
        "first_page_uri": address(0),
        "next_page_uri": address(number + 1, f"PA{shown[-1]['sid']}") if more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": address(number - 1) if number else None,
        "start": start,
        "uri": address(number),
    }


def error(refusal: PhoneRefusalError) -> JsonDict:
    """Return the error resource (https://www.twilio.com/docs/usage/troubleshooting/debugging-your-application)."""
    return {
        "code": refusal.code,
        "message": refusal.message,
        "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
        "status": refusal.status,
    }


def _date(at: datetime | None) -> str | None:
    """Return a time as Twilio writes it, RFC 2822 in GMT with ``+0000``."""
    return format_datetime(at.replace(microsecond=0)) if at else None
