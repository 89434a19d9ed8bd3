"""A consent stated in one line: whose, on which ground, since when, and where the proof is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import oneline, options, past_days
from domain.errors import DomainError
from domain.model import Channel, ConsentBasis

EXAMPLE: Final = 'L-12 purchase since=2026-05-24 proof="deed of 24 May, box 3"'
KEYS: Final = ("channels", "proof", "shown", "since")

_CHANNELS: Final = {
    **{channel.value: channel for channel in Channel},
    "text": Channel.SMS,
    "texts": Channel.SMS,
    "calls": Channel.CALL,
    "mail": Channel.EMAIL,
    "emails": Channel.EMAIL,
}


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One typed consent.

    Attributes:
        ref: the lead as typed.
        basis: None when only the lead was named.
        since: when the ground arose, or None for now.
    """

    ref: str
    basis: ConsentBasis | None
    channels: frozenset[Channel]
    proof: str
    shown: str
    since: datetime | None


def parse(text: str, now: datetime) -> ConsentLine:
    """Split ``L-12 purchase since=2026-05-24 channels=sms,call proof="deed, box 3" shown="We may text you"``.

    Raises:
        DomainError: a word is not understood, or a date is none; the sentence shows how to write it.
    """
    head, given = options.split(text)
    for key in given:
        if key not in KEYS:
            raise options.unknown(key, KEYS)
    ref, _, word = head.partition(" ")
    basis = oneline.basis_of(word.strip()) if word.strip() else None
    if basis is None and given:
        raise DomainError("basis_missing", f"Which ground? Write it like {EXAMPLE}.", field="basis")
    return ConsentLine(
        ref=ref,
        basis=basis,
        channels=_channels(given.get("channels"), basis),
        proof=given.get("proof", ""),
        shown=given.get("shown", ""),
        since=past_days.parse_past(given["since"], now, field="since") if "since" in given else None,
    )


def _channels(text: str | None, basis: ConsentBasis | None) -> frozenset[Channel]:
    """Read channels; unsaid, a yes covers the texts it was asked about, a relationship everything."""
    if text is None:
        return frozenset({Channel.SMS}) if basis is ConsentBasis.EXPRESS else frozenset(Channel)
    words = text.lower().replace(",", " ").split()
    for word in words:
        if word not in _CHANNELS:
            raise options.unknown(word, _CHANNELS, field="channels")
    if not words:
        raise DomainError("value_missing", "Nothing stands after 'channels='", field="channels")
    return frozenset(_CHANNELS[word] for word in words)
