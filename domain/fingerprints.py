"""What is kept of a number that may not be kept: a keyed hash, which finds the number again and gives nothing away.

Without the key a hash of a phone number is no secret: there are only ten billion numbers to try.
"""

import hmac
from typing import Final

LENGTH_BYTES: Final = 16
"""128 bits of SHA-256: among ten million numbers two share a fingerprint with a chance of one in 10^24."""


def of(key: bytes, address: str) -> bytes:
    """Return the fingerprint of a number or mailbox.

    Args:
        key: the deployment's own secret; another key gives other fingerprints.
        address: normalised, such as ``+14165550199``.
    """
    return hmac.digest(key, address.encode(), "sha256")[:LENGTH_BYTES]
