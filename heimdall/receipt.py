"""Answer "why was this text sent at 20:58?" from the receipts the gate left."""

import re
from typing import Any

from domain.errors import DomainError, NotFoundError
from heimdall.compose import Parts
from storage import messages, records


def of(parts: Parts, ref: str) -> dict[str, Any]:
    """Return one message's states and every verdict on it, JSON types only, without personal data.

    Raises:
        DomainError: ``ref`` names no message.
    """
    number = re.fullmatch(r"(?:[Mm]-)?(\d{1,18})", ref.strip())
    if number is None:
        raise DomainError("message_ref", f"'{ref}' is no message number. Example: M-12")
    with parts.db.read() as tx:
        message = messages.find(tx, int(number[1]))
        if message is None:
            raise NotFoundError(f"Message M-{number[1]}")
        verdicts = records.receipts_of(tx, message.message_id)
    return {
        "message": message.ref,
        "channel": message.channel.value,
        "purpose": message.purpose.value,
        "state": message.state.value,
        "state_at": message.state_at.isoformat(),
        "requested_by": message.requested_by,
        "correlation_id": message.correlation_id,
        "provider_sid": message.provider_sid,
        "receipts": [
            {
                "at": each.at.isoformat(),
                "moment": each.moment,
                "actor": each.actor,
                "verdict": each.verdict,
                "reason": each.reason,
                "until": each.until.isoformat() if each.until else None,
                "line": each.id,
                "hash": each.hash,
                "facts": dict(each.facts),
            }
            for each in verdicts
        ],
    }
