"""How a text is cut into segments and what it costs."""

from __future__ import annotations

import math
from decimal import Decimal

# 3GPP TS 23.038, default alphabet and its extension table (a character of the latter takes two places).
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€\f"

# https://www.twilio.com/en/guidelines/ca/sms (message length): 136 GSM-7 or 70 Unicode characters.
GSM_CHARACTERS = 136
UNICODE_CHARACTERS = 70

# https://www.twilio.com/en-us/sms/pricing/ca, US dollars per segment in either direction; carrier fees come on top.
SEGMENT_PRICE = Decimal("0.0083")


def count(body: str) -> int:
    """Return the number of segments of a text, at least 1.

    Worked values: 136 plain letters are 1 segment, 137 are 2; one ``ê`` makes the limit 70.

    Args:
        body: The text.
    """
    if all(character in _BASIC or character in _EXTENDED for character in body):
        places = len(body) + sum(character in _EXTENDED for character in body)
        return max(1, math.ceil(places / GSM_CHARACTERS))
    return max(1, math.ceil(len(body.encode("utf-16-be")) / 2 / UNICODE_CHARACTERS))


def price(segment_count: int) -> str:
    """Return the price of a text in US dollars, with five decimals as Twilio writes it."""
    return f"{SEGMENT_PRICE * segment_count:.5f}"
