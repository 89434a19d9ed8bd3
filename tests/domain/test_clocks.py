"""The clocks of Canada are read from the pinned tables, whatever the machine believes."""

import os
import struct
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain import clocks

DECEMBER = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def _stale_table(folder: Path) -> Path:
    """Write a table in which Vancouver still goes back to UTC-8 in November, as every table of 2025 has it."""
    kind = struct.pack(">lbb", -8 * 3600, 0, 0) + b"PST\0"
    block = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + kind
    path = folder / "America" / "Vancouver"
    path.parent.mkdir()
    path.write_bytes(block + block + b"\nPST8PDT,M3.2.0,M11.1.0\n")
    return folder


def _run(code: str, stale: Path) -> str:
    preamble = (
        "import zoneinfo\nfrom datetime import UTC, datetime\nat = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)\n"
        "early = at.astimezone(zoneinfo.ZoneInfo('America/Vancouver')).utcoffset()\nfrom domain import clocks\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", preamble + code],
        env={**os.environ, "PYTHONTZPATH": str(stale)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_importing_the_clocks_overrules_a_stale_table_of_the_machine(tmp_path: Path) -> None:
    """A zone built from the machine's table before the import is forgotten, the pinned table answers."""
    code = "print(early, '|', at.astimezone(zoneinfo.ZoneInfo('America/Vancouver')).utcoffset(), '|', clocks.faults())"

    assert _run(code, _stale_table(tmp_path)) == "-1 day, 16:00:00 | -1 day, 17:00:00 | ()"


def test_a_stale_table_that_got_in_anyway_is_a_fault_with_the_cure(tmp_path: Path) -> None:
    """Should something put the machine's tables back, the fault names the zone and how to mend it."""
    code = f"zoneinfo.reset_tzpath(to=[{str(tmp_path)!r}]); zoneinfo.ZoneInfo.clear_cache(); print(*clocks.faults())"

    said = _run(code, _stale_table(tmp_path))

    assert said == (
        "The clock of America/Vancouver says UTC−8 on 2026-12-01, the law says UTC−7; "
        "mend it with: pip install -U 'tzdata>=2026.6', then restart."
    )


def test_the_pinned_tables_know_the_law_of_2026() -> None:
    """The seven clocks that would betray an old table are right."""
    assert clocks.faults() == ()
    assert clocks.zone_data_version() >= "2026.6"


def test_a_zone_that_cannot_be_read_is_a_fault() -> None:
    """A missing tzdata package must not look like a trusted clock."""
    (sentence,) = clocks.faults((("America/Atlantis", -7.0),))

    assert sentence.startswith("The clock of America/Atlantis cannot be read (ZoneInfoNotFoundError);")
    assert "pip install -U 'tzdata>=2026.6'" in sentence


@pytest.mark.parametrize(
    ("zone", "december", "july"),
    [
        ("America/Vancouver", -7.0, -7.0),
        ("America/Dawson_Creek", -7.0, -7.0),
        ("America/Fort_Nelson", -7.0, -7.0),
        ("America/Creston", -7.0, -7.0),
        ("America/Edmonton", -6.0, -6.0),
        ("America/Regina", -6.0, -6.0),
        ("America/Swift_Current", -6.0, -6.0),
        ("America/Winnipeg", -5.0, -5.0),
        ("America/Toronto", -5.0, -4.0),
        ("America/Atikokan", -5.0, -5.0),
        ("America/Halifax", -4.0, -3.0),
        ("America/Glace_Bay", -4.0, -3.0),
        ("America/Blanc-Sablon", -4.0, -4.0),
        ("America/Moncton", -4.0, -3.0),
        ("America/St_Johns", -3.5, -2.5),
        ("America/Goose_Bay", -4.0, -3.0),
        ("America/Iqaluit", -5.0, -4.0),
        ("America/Rankin_Inlet", -6.0, -5.0),
        ("America/Resolute", -6.0, -5.0),
        ("America/Cambridge_Bay", -7.0, -6.0),
        ("America/Inuvik", -6.0, -6.0),
        ("America/Whitehorse", -7.0, -7.0),
        ("America/Dawson", -7.0, -7.0),
    ],
)
def test_every_clock_of_canada_stands_where_the_law_puts_it(zone: str, december: float, july: float) -> None:
    """Offsets of December 2026 and July 2027, from the tz database's own news."""
    moments = (DECEMBER, datetime(2027, 7, 1, 12, 0, tzinfo=UTC))

    assert [clocks.local(at, zone).utcoffset() for at in moments] == [timedelta(hours=h) for h in (december, july)]


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("America/Vancouver", "UTC−7 (Vancouver)"),
        ("America/St_Johns", "UTC−3:30 (St. John's)"),
        ("America/Rankin_Inlet", "UTC−6 (Rankin Inlet)"),
        ("Asia/Kolkata", "UTC+5:30 (Kolkata)"),
        ("UTC", "UTC+0 (UTC)"),
    ],
)
def test_a_clock_is_labelled_by_offset_and_city(zone: str, label: str) -> None:
    """The tables call Vancouver "MST" now, so abbreviations are never shown."""
    assert clocks.offset_label(DECEMBER, zone) == label


def test_clocks_that_agree_are_told_once_and_in_order() -> None:
    """Three names of two clocks give two times, the one furthest behind first."""
    zones = {"America/Toronto", "America/Iqaluit", "America/Edmonton"}

    assert [t.isoformat() for t in clocks.local_times(zones, DECEMBER)] == [
        "2026-12-01T06:00:00-06:00",
        "2026-12-01T07:00:00-05:00",
    ]
    assert [zone for zone, _ in clocks.readings(zones, DECEMBER)] == ["America/Edmonton", "America/Iqaluit"]


def test_an_instant_without_an_offset_has_no_local_time() -> None:
    """Guessing the offset of a naive time would guess the law."""
    naive = datetime(2026, 12, 1, 12, 0)  # noqa: DTZ001 - the fault under test

    with pytest.raises(ValueError, match="no place in time"):
        clocks.local(naive, "America/Toronto")
    with pytest.raises(ValueError, match="no place in time"):
        clocks.utc(naive)
    assert clocks.utc(datetime.fromisoformat("2026-12-01T09:00-03:00")).isoformat() == "2026-12-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("zone", "year", "expected"),
    [
        ("America/Toronto", 2027, [("2027-03-14T07:00:00+00:00", 1.0), ("2027-11-07T06:00:00+00:00", -1.0)]),
        ("America/St_Johns", 2027, [("2027-03-14T05:30:00+00:00", 1.0), ("2027-11-07T04:30:00+00:00", -1.0)]),
        ("America/Vancouver", 2026, [("2026-03-08T10:00:00+00:00", 1.0)]),
        ("America/Vancouver", 2027, []),
        ("America/Winnipeg", 2027, []),
    ],
)
def test_the_changes_of_a_year_are_found_to_the_second(zone: str, year: int, expected: list[tuple[str, float]]) -> None:
    """02:00 local is 07:00 UTC in Toronto's spring, 06:00 in its autumn; the West has stopped changing."""
    found = [(c.at.isoformat(), (c.after - c.before) / timedelta(hours=1)) for c in clocks.changes(zone, year)]

    assert found == expected
