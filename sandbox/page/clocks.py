"""The wall clocks of the page: local time along the country, and the next moment texts may be sent in Toronto.

Reads no clock itself. Zones come from the tzdata wheel alone, because a stale table of the operating system is an
hour wrong in British Columbia, Alberta and Manitoba since November 2026.
"""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

zoneinfo.reset_tzpath(to=[])
zoneinfo.ZoneInfo.clear_cache()

TORONTO: Final = zoneinfo.ZoneInfo("America/Toronto")

# West to east, as a traveller would read the country's clocks. Halifax stands for the Maritimes.
_PLACES: Final[tuple[tuple[str, str, str], ...]] = (
    ("Vancouver", "BC", "America/Vancouver"),
    ("Calgary", "AB", "America/Edmonton"),
    ("Winnipeg", "MB", "America/Winnipeg"),
    ("Toronto", "ON", "America/Toronto"),
    ("Halifax", "NS", "America/Halifax"),
    ("St. John's", "NL", "America/St_Johns"),
)

# For the time on a phone's screen only. A province with two zones shows the one most people there live in.
PROVINCE_ZONES: Final = {
    province: zoneinfo.ZoneInfo(zone)
    for province, zone in (
        *((province, zone) for _, province, zone in _PLACES),
        ("SK", "America/Regina"),
        ("QC", "America/Toronto"),
        ("NB", "America/Moncton"),
        ("PE", "America/Halifax"),
        ("YT", "America/Whitehorse"),
        ("NT", "America/Yellowknife"),
        ("NU", "America/Iqaluit"),
    )
}

# Canadian telemarketing hours begin at 9:00 on weekdays and 10:00 on weekends, the called person's time
# (CRTC Unsolicited Telecommunications Rules, Part III, section 23); five minutes later every job has run.
_WEEKDAY_OPENS: Final = time(9, 5)
_WEEKEND_OPENS: Final = time(10, 5)
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Face:
    """One wall clock.

    Attributes:
        city: Where it hangs.
        province: Two-letter code.
        local: Aware local time there.
        offset: Distance from UTC as written, e.g. ``UTC−3:30``.

    """

    city: str
    province: str
    local: datetime
    offset: str


def faces(now: datetime) -> list[Face]:
    """Return one clock per place, west to east, all showing the aware moment ``now``."""
    return [_face(city, province, now.astimezone(zoneinfo.ZoneInfo(zone))) for city, province, zone in _PLACES]


def next_window(now: datetime) -> datetime:
    """Return the first 09:05 (weekday) or 10:05 (weekend) in Toronto that lies after the aware moment ``now``."""
    day = now.astimezone(TORONTO).date()
    while True:
        opens = _WEEKEND_OPENS if day.weekday() >= _SATURDAY else _WEEKDAY_OPENS
        moment = datetime.combine(day, opens, TORONTO)
        if moment > now:
            return moment
        day += timedelta(days=1)


def _face(city: str, province: str, local: datetime) -> Face:
    minutes = int((local.utcoffset() or timedelta()) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    return Face(city, province, local, f"UTC{sign}{hours}" + (f":{rest:02}" if rest else ""))
