"""Hand one text to Twilio and say, honestly, what is known about it afterwards. Also list what came in.

Never retries by itself: creating a message is not idempotent, and whether a second try is lawful is decided elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import random
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, RequestException, SSLError
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from urllib3.exceptions import NewConnectionError

from domain import delivery
from domain.delivery_errors import ErrorClass, rule_for
from flows.dispatch import Handover
from flows.reconcile import Listed
from flows.settle_delivery import Accepted, Broken, NotSent, Refused, Result, Unclear
from flows.take_reply import Inbound

TIMEOUT_SECONDS = 10.0
"""On connecting and on each read; Twilio's client waits for ever by default. jobs.dispatch bounds the whole call."""

SINCE_LIMIT = 1_000
"""Texts looked through since an instant, the newest; a team's day has fewer."""

LIST_LIMIT = 200
"""Without a limit a listing never ends when its last page names a next one."""


HTTP_TOO_MANY_REQUESTS = 429
TOO_MANY = 20429
"""Twilio's code for it: never processed, always safe to try again (https://www.twilio.com/docs/api/errors/20429)."""


class BusyError(TwilioException):
    """The provider did nothing with a request and named how long to wait; the SDK's own error drops that header."""

    def __init__(self, wait: timedelta) -> None:
        """Keep the wait."""
        super().__init__(f"too many requests: wait {wait.total_seconds():g} s")
        self.wait = wait


class BasedHttpClient(TwilioHttpClient):
    """Send Twilio's requests to a configured base URL: the SDK itself can only change the host's region."""

    def __init__(self, base_url: str) -> None:
        """Keep the base, such as ``https://api.twilio.com``."""
        super().__init__(timeout=TIMEOUT_SECONDS, pool_connections=True)
        self._base = urlsplit(base_url)

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> Response:
        """Send one request under our base.

        Raises:
            BusyError: it was one too many, and the answer says how long to wait.
        """
        asked = urlsplit(uri)
        based = urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, ""))
        answer = super().request(method, based, params, data, headers, auth, timeout, allow_redirects)
        seconds = (answer.headers or {}).get("Retry-After", "")
        if answer.status_code == HTTP_TOO_MANY_REQUESTS and seconds.isascii() and seconds.isdigit():
            raise BusyError(min(delivery.BACKOFF_CAP, timedelta(seconds=int(seconds[:6]))))
        return answer


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """How our account is reached.

    Attributes:
        callback_url: public address of our status door, without the token.
    """

    account_sid: str
    auth_token: str
    from_number: str
    api_url: str
    callback_url: str


class SmsSender:
    """Send and list texts of one account."""

    def __init__(self, account: TwilioAccount) -> None:
        """Make the client; nothing is connected yet."""
        self._account = account
        self._client = Client(account.account_sid, account.auth_token, http_client=BasedHttpClient(account.api_url))

    def send(self, handover: Handover) -> Result:
        """Try once, and classify whatever happens."""
        try:
            created = self._client.messages.create(
                to=handover.message.to_address,
                from_=self._account.from_number,
                body=handover.message.body,
                status_callback=f"{self._account.callback_url}/{handover.attempt_token}",
                validity_period=handover.validity_seconds,
            )
        except BusyError as error:
            return NotSent(TOO_MANY, "provider_busy", max(error.wait, _backoff(handover.attempt)))
        except TwilioRestException as error:
            return _answered(error, handover.attempt)
        except (RequestException, TwilioException, ValueError) as error:  # the last: an answer that is no JSON
            return _broke_off(error, handover.attempt)
        return Accepted(created.sid) if created.sid else Unclear("the provider's answer names no message")

    def sent_to(self, address: str, since: datetime) -> tuple[Listed, ...]:
        """List the texts of ours to one number since an instant, as the provider has them.

        Raises:
            TwilioException: the provider gave no list.
            RequestException: it could not be reached.
        """
        listing = self._client.messages.list(to=address, from_=self._account.from_number, limit=LIST_LIMIT)
        return tuple(each for each in map(_listed, listing) if each.created_at >= since)

    def sent_since(self, since: datetime) -> tuple[Listed, ...]:
        """List the texts of ours to anybody since an instant; raises as ``sent_to``."""
        listing = self._client.messages.list(from_=self._account.from_number, date_sent_after=since, limit=SINCE_LIMIT)
        return tuple(each for each in map(_listed, listing) if each.created_at >= since)

    def inbound_since(self, since: datetime) -> Iterator[Inbound]:
        """List the texts that came in to our number since an instant, in case their webhook was lost."""
        listing = self._client.messages.list(to=self._account.from_number, date_sent_after=since, limit=SINCE_LIMIT)
        for message in listing:
            if str(message.direction) == "inbound":
                yield Inbound(
                    provider_sid=message.sid or "",
                    from_address=message.from_ or "",
                    body=message.body or "",
                    media_count=_count(message.num_media),
                )


def _count(number: object) -> int:
    """Return a count the provider gives as text; what is none counts as nothing, and is no reason to lose a STOP."""
    text = str(number)
    return int(text) if text.isascii() and text.isdecimal() else 0


def _listed(message: MessageInstance) -> Listed:
    return Listed(
        provider_sid=message.sid or "",
        to_address=message.to or "",
        body=message.body or "",
        status=str(message.status or ""),
        created_at=message.date_created or message.date_sent or datetime.min.replace(tzinfo=UTC),
    )


def _answered(error: TwilioRestException, attempt: int) -> Result:
    rule = rule_for(error.code or 0, http_status=error.status)
    match rule.kind:
        case ErrorClass.NOT_SENT:
            return NotSent(error.code, "provider_busy", _backoff(attempt))
        case ErrorClass.REFUSED:
            return Refused(error.code or error.status)
        case ErrorClass.CONFIG:
            return Broken(error.code or error.status)
        case ErrorClass.UNKNOWN:
            return Unclear(f"the provider answered {error.status}")


def _broke_off(error: Exception, attempt: int) -> Result:
    if _never_connected(error):
        return NotSent(None, "provider_unreachable", _backoff(attempt))
    return Unclear(type(error).__name__)


def _backoff(attempt: int) -> timedelta:
    return delivery.backoff(attempt, random())  # noqa: S311 - jitter


def _never_connected(error: Exception) -> bool:
    """Tell whether the failure lies before the first byte of the request left."""
    if isinstance(error, ConnectTimeout | SSLError):
        return True
    if not isinstance(error, RequestsConnectionError) or not error.args:
        return False
    return isinstance(getattr(error.args[0], "reason", None), NewConnectionError)
