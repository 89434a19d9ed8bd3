"""Days somebody typed."""

from datetime import UTC, date, datetime

import pytest

from domain import past_days
from domain.errors import DomainError

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_a_day_is_read_one_way_only() -> None:
    """Year, month, day."""
    assert past_days.parse(" 2026-05-24 ", field="since") == date(2026, 5, 24)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("30 Feb", "date_unreadable"),
        ("05/06/2026", "date_unreadable"),
        ("2026-5-24", "date_unreadable"),
        ("\u0662\u0660\u0662\u0666-\u0660\u0665-\u0662\u0664", "date_unreadable"),
        ("", "date_unreadable"),
        ("2026-02-30", "date_missing"),
        ("2026-13-01", "date_missing"),
        ("0001-01-01", "date_range"),
        ("9999-01-01", "date_range"),
    ],
)
def test_what_is_no_day_is_said(text: str, code: str) -> None:
    """Unreadable, not in the calendar, or absurd: three answers."""
    with pytest.raises(DomainError) as refused:
        past_days.parse(text, field="since")

    assert (refused.value.code, refused.value.field) == (code, "since")


def test_a_past_day_begins_at_its_first_instant() -> None:
    """Today is past enough; tomorrow is not."""
    assert past_days.parse_past("2026-11-24", NOW, field="since") == datetime(2026, 11, 24, tzinfo=UTC)
    with pytest.raises(DomainError, match="still ahead"):
        past_days.parse_past("2026-11-25", NOW, field="since")
