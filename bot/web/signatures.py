"""Who sent this: the signatures of Slack and of the phone provider.

Decides true or false about bytes and headers. What a wrong signature leads to is up to the door.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm

from bot.deps import PhoneKeys, SlackKeys
from bot.web.guard import RefusedError

MAX_AGE_SECONDS = 300
"""How far a signed time may lie from ours, both ways.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

TIMESTAMP_HEADER = "x-slack-request-timestamp"
SIGNATURE_HEADER = "x-slack-signature"
PHONE_SIGNATURE_HEADER = "x-twilio-signature"

_TIMESTAMP = re.compile(r"\A[0-9]{1,12}\Z")
"""Whole seconds since 1970; twelve digits last for 30,000 years."""


class ForgedError(RefusedError):
    """Refuse a request that claims to be somebody it is not: worth a line in the audit trail."""

    def __init__(self, status: int, sentence: str, action: str) -> None:
        """Keep the parts.

        Args:
            status: HTTP status.
            sentence: see ``RefusedError``.
            action: code of the audit line.
        """
        super().__init__(status, sentence)
        self.action = action


def check_slack(keys: SlackKeys, headers: Mapping[str, str], body: str, wall: datetime) -> str:
    """Return the signature of a request that Slack signed not long ago.

    Args:
        keys: the signing secrets; any of them counts, so that a secret can be changed without a gap.
        headers: with lower-case names.
        body: as it arrived.
        wall: real time, aware.

    Raises:
        RefusedError: 401; a ``ForgedError`` when there is a signature and it is wrong.
    """
    stamp, given = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not given or TIMESTAMP_HEADER not in headers:
        raise RefusedError(401, "unsigned: this door takes requests signed by Slack")
    if not _TIMESTAMP.match(stamp):
        raise RefusedError(401, "unreadable timestamp: it must be whole seconds")
    age_seconds = wall.timestamp() - int(stamp)
    if abs(age_seconds) > MAX_AGE_SECONDS:
        raise RefusedError(401, "too old" if age_seconds > 0 else "too far ahead: check the clocks")
    if not any(_is_slack_signature(secret, stamp, body, given) for secret in keys.signing_secrets):
        raise ForgedError(401, "wrong signature", "slack_forged")
    return given


def _is_slack_signature(secret: str, stamp: str, body: str, given: str) -> bool:
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    # Bytes, because compare_digest refuses text outside ASCII and a header may hold anything of Latin-1.
    return hmac.compare_digest(f"v0={digest}".encode(), given.encode())


def check_phone(
    keys: PhoneKeys, headers: Mapping[str, str], target: str, fields: Sequence[tuple[str, str]]
) -> ImmutableMultiDict[str, str]:
    """Return the fields of a form that the phone provider signed for our account.

    The signature covers the public address: the one this process is reached by differs behind a proxy.

    Args:
        keys: auth token and public address.
        headers: with lower-case names.
        target: path and query as they were asked for, percent-encoding kept.
        fields: every field in order, the empty ones too, for they are signed as well.

    Raises:
        RefusedError: 403; a ``ForgedError`` when there is a signature and it is wrong, or right for another account.
    """
    form = ImmutableMultiDict(fields)
    given = headers.get(PHONE_SIGNATURE_HEADER, "")
    if not given:
        raise RefusedError(403, "unsigned: this door takes requests signed by the phone provider")
    algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER.lower(), ""))
    url = keys.public_url + target
    if not RequestValidator(keys.auth_token).validate(url, form, given, algorithm):
        raise ForgedError(403, "wrong signature", "phone_forged")
    if form.get("AccountSid") != keys.account_sid:
        raise ForgedError(403, "another account", "phone_other_account")
    return form
