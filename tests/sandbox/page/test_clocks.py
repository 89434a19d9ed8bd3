"""The page's wall clocks, and the next moment the country's largest city may be texted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.page import clocks
from sandbox.page.clocks import TORONTO


def toronto(text: str) -> datetime:
    """Return a moment given as Toronto's wall clock shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=TORONTO)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T03:00", "2026-11-24T09:05"),
        ("2026-11-24T09:04:59", "2026-11-24T09:05"),
        ("2026-11-24T09:05", "2026-11-25T09:05"),
        ("2026-11-27T22:00", "2026-11-28T10:05"),
        ("2026-11-28T10:05", "2026-11-29T10:05"),
        ("2026-11-29T12:00", "2026-11-30T09:05"),
        ("2027-03-13T23:00", "2027-03-14T10:05"),
    ],
    ids=["night", "just before", "at the opening", "friday night", "saturday", "sunday", "clocks go forward"],
)
def test_the_next_window_is_the_next_opening_in_toronto(now: str, opens: str) -> None:
    """Weekdays 09:05, weekends 10:05, always later than now."""
    assert clocks.next_window(toronto(now)) == toronto(opens)


def test_the_faces_show_the_country_from_west_to_east() -> None:
    """Since November 2026 the west keeps its summer clocks: the pinned tables say so whatever the system thinks."""
    faces = clocks.faces(datetime(2026, 12, 1, 18, 0, tzinfo=UTC))

    shown = [(face.city, f"{face.local:%H:%M}", face.offset) for face in faces]
    assert shown == [
        ("Vancouver", "11:00", "UTC−7"),
        ("Calgary", "12:00", "UTC−6"),
        ("Winnipeg", "13:00", "UTC−5"),
        ("Toronto", "13:00", "UTC−5"),
        ("Halifax", "14:00", "UTC−4"),
        ("St. John's", "14:30", "UTC−3:30"),
    ]
