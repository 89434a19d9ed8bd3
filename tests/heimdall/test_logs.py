"""Nothing private reaches a log."""

import json
import logging

import pytest
import structlog

from heimdall import logs


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ("call +1 416-555-0199 now", "0199"),
        ("call (416) 555-0199", "555-0199"),
        ("+14165550199", "4165550199"),
        ("to jane@example.ca", "jane@"),
        ("token xoxb-12-ab", "xoxb-12-ab"),
        ("account AC" + "a1" * 16, "a1a1"),
    ],
)
def test_a_text_is_masked(written: str, hidden: str) -> None:
    """Numbers, mail addresses and tokens are cut out wherever they stand."""
    assert hidden not in logs.mask(written)


@pytest.mark.parametrize("harmless", ["L-12 M-345", "2026-11-24T17:00:00Z", "lead:a1b2c3d4e5f60718", "0.12345 s"])
def test_what_is_not_private_stays(harmless: str) -> None:
    """References, times and correlation ids are what a log is for."""
    assert logs.mask(harmless) == harmless


def test_records_of_every_library_are_json_and_masked(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a record, with private keys hidden whole, exceptions included."""
    before = logging.getLogger().handlers[:]
    try:
        logs.configure("info")
        structlog.get_logger("ours").info("sent", body="Hi Jane", message="M-1", detail={"phone": "1"})
        try:
            raise ValueError("no such number +14165550199")  # noqa: TRY301 - something to log
        except ValueError:
            logging.getLogger("theirs").exception("it broke for %s", "jane@example.ca")
    finally:
        logging.getLogger().handlers[:] = before
    ours, theirs = (json.loads(line) for line in capsys.readouterr().out.splitlines())

    assert (ours["event"], ours["body"], ours["message"]) == ("sent", "[private]", "M-1")
    assert ours["detail"] == {"phone": "[private]"}
    assert "jane@" not in theirs["event"]
    assert "4165550199" not in theirs["exception"]
