"""An error nobody foresaw: a short name for the person, the same name in the log."""

import logging
import secrets
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Incident:
    """One unforeseen error.

    Attributes:
        ref: four hexadecimal digits, enough to find it in a day's log.
    """

    ref: str

    @classmethod
    def note(cls, error: BaseException) -> "Incident":
        """Write the error to the log and return its name."""
        incident = cls(secrets.token_hex(2))
        log.error("incident %s: %s", incident.ref, type(error).__name__, exc_info=error)
        return incident

    @property
    def sentence(self) -> str:
        """Return what the person is told; every flow is one transaction, so nothing of it was kept."""
        return f"Something broke on our side (ref {self.ref}). Nothing was sent."
