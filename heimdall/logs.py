"""Structured logs as JSON lines, with the things nobody may read in a log masked."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

PHONE = re.compile(r"(?<![\w-])\+?1?[\s.-]?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\w)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TOKEN = re.compile(r"xox[abeprs]-[\w-]+|xapp-[\w-]+|\bAC[0-9a-f]{32}\b|\bSK[0-9a-f]{32}\b")
PRIVATE_KEYS = frozenset({"body", "text", "name", "phone", "address", "email", "to", "from_", "notes", "token"})
"""Keys whose value is never logged, whatever it is."""


def mask(text: str) -> str:
    """Return a text without numbers, mail addresses and tokens."""
    return TOKEN.sub("[token]", EMAIL.sub("[e-mail]", PHONE.sub("[number]", text)))


def mask_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask every value of one record."""
    return {key: "[private]" if key in PRIVATE_KEYS else _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:  # noqa: ANN401 - any value somebody logs
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: "[private]" if key in PRIVATE_KEYS else _masked(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each) for each in value]
    return value


def configure(level: str) -> None:
    """Send our own and every library's records through one masking JSON renderer to standard output."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                mask_event,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # A tick that is still running when woken again is skipped on purpose; the scheduler would warn each time.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    for chatty in ("slack_bolt", "slack_sdk", "urllib3", "twilio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
