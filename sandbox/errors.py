"""How the practice world refuses: one error per vendor, and one for a mistake of the person at the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.model import Json


class SlackRefusalError(Exception):
    """Slack's Web API answers ``{"ok": false, "error": …}``."""

    def __init__(self, code: str, **extra: Json) -> None:
        """Refuse with Slack's error code.

        Args:
            code: E.g. ``channel_not_found``.
            extra: Further fields of the answer, e.g. ``response_metadata``.
        """
        super().__init__(code)
        self.code = code
        self.extra = extra


class PhoneRefusalError(Exception):
    """Twilio's API answers with its error resource."""

    def __init__(self, status: int, code: int, message: str) -> None:
        """Refuse with Twilio's HTTP status, error code and sentence."""
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class MistakeError(Exception):
    """The page or the control API asked for something that is not there; the text says what."""
