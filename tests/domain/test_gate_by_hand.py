"""The gate's hours in all thirteen provinces and territories around every clock change, worked out by hand.

Each line of ``DAYS`` is arithmetic on paper: what the wall clock shows, the hours it stands behind UTC on that day, and
the UTC time that follows. No code had a part in it; one test checks the sums, the others ask the gate.
"""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import gate
from domain.model import Channel
from domain.provinces import Province
from tests.domain.gate_builders import consent, facts

# Saturday and Sunday 10:00 to 18:00, Monday to Friday 09:00 to 21:30. "+1" is the next day in UTC. The clocks of the
# lower four groups change at 02:00 on Sunday, before any hours begin; the upper four stay where they are.
DAYS = {
    "7 behind": """
        Sat 2026-10-31  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Sun 2026-11-01  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Mon 2026-11-02  09:00 + 7:00 = 16:00     21:30 + 7:00 = 04:30+1
        Fri 2026-12-04  09:00 + 7:00 = 16:00     21:30 + 7:00 = 04:30+1
        Sat 2027-03-13  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Sun 2027-03-14  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Mon 2027-03-15  09:00 + 7:00 = 16:00     21:30 + 7:00 = 04:30+1
        Sat 2027-11-06  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Sun 2027-11-07  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Mon 2027-11-08  09:00 + 7:00 = 16:00     21:30 + 7:00 = 04:30+1
    """,
    "6 behind": """
        Sat 2026-10-31  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Sun 2026-11-01  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Mon 2026-11-02  09:00 + 6:00 = 15:00     21:30 + 6:00 = 03:30+1
        Fri 2026-12-04  09:00 + 6:00 = 15:00     21:30 + 6:00 = 03:30+1
        Sat 2027-03-13  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Sun 2027-03-14  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Mon 2027-03-15  09:00 + 6:00 = 15:00     21:30 + 6:00 = 03:30+1
        Sat 2027-11-06  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Sun 2027-11-07  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Mon 2027-11-08  09:00 + 6:00 = 15:00     21:30 + 6:00 = 03:30+1
    """,
    "5 behind": """
        Sat 2026-10-31  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Sun 2026-11-01  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Mon 2026-11-02  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
        Fri 2026-12-04  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
        Sat 2027-03-13  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Sun 2027-03-14  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Mon 2027-03-15  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
        Sat 2027-11-06  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Sun 2027-11-07  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Mon 2027-11-08  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
    """,
    "4 behind": """
        Sat 2026-10-31  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Sun 2026-11-01  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Mon 2026-11-02  09:00 + 4:00 = 13:00     21:30 + 4:00 = 01:30+1
        Fri 2026-12-04  09:00 + 4:00 = 13:00     21:30 + 4:00 = 01:30+1
        Sat 2027-03-13  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Sun 2027-03-14  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Mon 2027-03-15  09:00 + 4:00 = 13:00     21:30 + 4:00 = 01:30+1
        Sat 2027-11-06  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Sun 2027-11-07  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Mon 2027-11-08  09:00 + 4:00 = 13:00     21:30 + 4:00 = 01:30+1
    """,
    "6 in summer, 7 in winter": """
        Sat 2026-10-31  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Sun 2026-11-01  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Mon 2026-11-02  09:00 + 7:00 = 16:00     21:30 + 7:00 = 04:30+1
        Fri 2026-12-04  09:00 + 7:00 = 16:00     21:30 + 7:00 = 04:30+1
        Sat 2027-03-13  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Sun 2027-03-14  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Mon 2027-03-15  09:00 + 6:00 = 15:00     21:30 + 6:00 = 03:30+1
        Sat 2027-11-06  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Sun 2027-11-07  10:00 + 7:00 = 17:00     18:00 + 7:00 = 01:00+1
        Mon 2027-11-08  09:00 + 7:00 = 16:00     21:30 + 7:00 = 04:30+1
    """,
    "5 in summer, 6 in winter": """
        Sat 2026-10-31  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Sun 2026-11-01  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Mon 2026-11-02  09:00 + 6:00 = 15:00     21:30 + 6:00 = 03:30+1
        Fri 2026-12-04  09:00 + 6:00 = 15:00     21:30 + 6:00 = 03:30+1
        Sat 2027-03-13  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Sun 2027-03-14  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Mon 2027-03-15  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
        Sat 2027-11-06  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Sun 2027-11-07  10:00 + 6:00 = 16:00     18:00 + 6:00 = 00:00+1
        Mon 2027-11-08  09:00 + 6:00 = 15:00     21:30 + 6:00 = 03:30+1
    """,
    "4 in summer, 5 in winter": """
        Fri 2026-10-30  09:00 + 4:00 = 13:00     21:30 + 4:00 = 01:30+1
        Sat 2026-10-31  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Sun 2026-11-01  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Mon 2026-11-02  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
        Sat 2027-03-13  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Sun 2027-03-14  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Mon 2027-03-15  09:00 + 4:00 = 13:00     21:30 + 4:00 = 01:30+1
        Sat 2027-11-06  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Sun 2027-11-07  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Mon 2027-11-08  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
    """,
    "3 in summer, 4 in winter": """
        Fri 2026-10-30  09:00 + 3:00 = 12:00     21:30 + 3:00 = 00:30+1
        Sat 2026-10-31  10:00 + 3:00 = 13:00     18:00 + 3:00 = 21:00
        Sun 2026-11-01  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Mon 2026-11-02  09:00 + 4:00 = 13:00     21:30 + 4:00 = 01:30+1
        Sat 2027-03-13  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Sun 2027-03-14  10:00 + 3:00 = 13:00     18:00 + 3:00 = 21:00
        Mon 2027-03-15  09:00 + 3:00 = 12:00     21:30 + 3:00 = 00:30+1
        Sat 2027-11-06  10:00 + 3:00 = 13:00     18:00 + 3:00 = 21:00
        Sun 2027-11-07  10:00 + 4:00 = 14:00     18:00 + 4:00 = 22:00
        Mon 2027-11-08  09:00 + 4:00 = 13:00     21:30 + 4:00 = 01:30+1
    """,
    "2:30 in summer, 3:30 in winter": """
        Fri 2026-10-30  09:00 + 2:30 = 11:30     21:30 + 2:30 = 00:00+1
        Sat 2026-10-31  10:00 + 2:30 = 12:30     18:00 + 2:30 = 20:30
        Sun 2026-11-01  10:00 + 3:30 = 13:30     18:00 + 3:30 = 21:30
        Mon 2026-11-02  09:00 + 3:30 = 12:30     21:30 + 3:30 = 01:00+1
        Sat 2027-03-13  10:00 + 3:30 = 13:30     18:00 + 3:30 = 21:30
        Sun 2027-03-14  10:00 + 2:30 = 12:30     18:00 + 2:30 = 20:30
        Mon 2027-03-15  09:00 + 2:30 = 11:30     21:30 + 2:30 = 00:00+1
        Sat 2027-11-06  10:00 + 2:30 = 12:30     18:00 + 2:30 = 20:30
        Sun 2027-11-07  10:00 + 3:30 = 13:30     18:00 + 3:30 = 21:30
        Mon 2027-11-08  09:00 + 3:30 = 12:30     21:30 + 3:30 = 01:00+1
    """,
    # Several clocks: opens when the one furthest behind does, closes when the one furthest ahead does.
    "7 and 6 behind": """
        Sun 2026-11-01  10:00 + 7:00 = 17:00     18:00 + 6:00 = 00:00+1
        Mon 2026-11-02  09:00 + 7:00 = 16:00     21:30 + 6:00 = 03:30+1
        Sun 2027-03-14  10:00 + 7:00 = 17:00     18:00 + 6:00 = 00:00+1
        Mon 2027-03-15  09:00 + 7:00 = 16:00     21:30 + 6:00 = 03:30+1
        Mon 2027-11-08  09:00 + 7:00 = 16:00     21:30 + 6:00 = 03:30+1
    """,
    "Toronto's clock or 5 behind": """
        Sat 2026-10-31  10:00 + 5:00 = 15:00     18:00 + 4:00 = 22:00
        Sun 2026-11-01  10:00 + 5:00 = 15:00     18:00 + 5:00 = 23:00
        Mon 2026-11-02  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
        Mon 2027-03-15  09:00 + 5:00 = 14:00     21:30 + 4:00 = 01:30+1
        Mon 2027-11-08  09:00 + 5:00 = 14:00     21:30 + 5:00 = 02:30+1
    """,
    "any clock of Quebec": """
        Sat 2026-10-31  10:00 + 4:00 = 14:00     18:00 + 3:00 = 21:00
        Sun 2026-11-01  10:00 + 5:00 = 15:00     18:00 + 4:00 = 22:00
        Mon 2026-11-02  09:00 + 5:00 = 14:00     21:30 + 4:00 = 01:30+1
        Mon 2027-03-15  09:00 + 4:00 = 13:00     21:30 + 3:00 = 00:30+1
        Mon 2027-11-08  09:00 + 5:00 = 14:00     21:30 + 4:00 = 01:30+1
    """,
    "any clock of Newfoundland and Labrador": """
        Sun 2026-11-01  10:00 + 4:00 = 14:00     18:00 + 3:30 = 21:30
        Mon 2026-11-02  09:00 + 4:00 = 13:00     21:30 + 3:30 = 01:00+1
        Mon 2027-03-15  09:00 + 3:00 = 12:00     21:30 + 2:30 = 00:00+1
        Mon 2027-11-08  09:00 + 4:00 = 13:00     21:30 + 3:30 = 01:00+1
    """,
    "any clock of Nunavut": """
        Sat 2026-10-31  10:00 + 6:00 = 16:00     18:00 + 4:00 = 22:00
        Sun 2026-11-01  10:00 + 7:00 = 17:00     18:00 + 5:00 = 23:00
        Mon 2026-11-02  09:00 + 7:00 = 16:00     21:30 + 5:00 = 02:30+1
        Mon 2027-03-15  09:00 + 6:00 = 15:00     21:30 + 4:00 = 01:30+1
        Mon 2027-11-08  09:00 + 7:00 = 16:00     21:30 + 5:00 = 02:30+1
    """,
}

# Province, its IANA zones, and the group of DAYS they live by.
PLACES = {
    "Vancouver": (Province.BC, "Vancouver", "7 behind"),
    "Dawson Creek": (Province.BC, "Dawson_Creek", "7 behind"),
    "Fort Nelson": (Province.BC, "Fort_Nelson", "7 behind"),
    "Creston": (Province.BC, "Creston", "7 behind"),
    "Golden, in the east of BC": (Province.BC, "Edmonton", "6 behind"),
    "East Kootenay, in doubt": (Province.BC, "Vancouver Edmonton", "7 and 6 behind"),
    "Calgary": (Province.AB, "Edmonton", "6 behind"),
    "Regina": (Province.SK, "Regina", "6 behind"),
    "Swift Current": (Province.SK, "Swift_Current", "6 behind"),
    "Winnipeg": (Province.MB, "Winnipeg", "5 behind"),
    "Toronto": (Province.ON, "Toronto", "4 in summer, 5 in winter"),
    "Kenora": (Province.ON, "Winnipeg", "5 behind"),
    "Atikokan": (Province.ON, "Atikokan", "5 behind"),
    "somewhere in Ontario": (Province.ON, "Toronto Winnipeg Atikokan", "Toronto's clock or 5 behind"),
    "Montreal": (Province.QC, "Toronto", "4 in summer, 5 in winter"),
    "Magdalen Islands": (Province.QC, "Halifax", "3 in summer, 4 in winter"),
    "Blanc-Sablon": (Province.QC, "Blanc-Sablon", "4 behind"),
    "somewhere in Quebec": (Province.QC, "Toronto Halifax Blanc-Sablon", "any clock of Quebec"),
    "Moncton": (Province.NB, "Moncton", "3 in summer, 4 in winter"),
    "Halifax": (Province.NS, "Halifax", "3 in summer, 4 in winter"),
    "somewhere in Nova Scotia": (Province.NS, "Halifax Glace_Bay", "3 in summer, 4 in winter"),
    "Charlottetown": (Province.PE, "Halifax", "3 in summer, 4 in winter"),
    "St. John's": (Province.NL, "St_Johns", "2:30 in summer, 3:30 in winter"),
    "Goose Bay": (Province.NL, "Goose_Bay", "3 in summer, 4 in winter"),
    "somewhere in NL": (Province.NL, "St_Johns Goose_Bay", "any clock of Newfoundland and Labrador"),
    "Iqaluit": (Province.NU, "Iqaluit", "4 in summer, 5 in winter"),
    "Rankin Inlet": (Province.NU, "Rankin_Inlet", "5 in summer, 6 in winter"),
    "Resolute": (Province.NU, "Resolute", "5 in summer, 6 in winter"),
    "Cambridge Bay": (Province.NU, "Cambridge_Bay", "6 in summer, 7 in winter"),
    "Coral Harbour": (Province.NU, "Atikokan", "5 behind"),
    "somewhere in Nunavut": (
        Province.NU,
        "Iqaluit Rankin_Inlet Resolute Cambridge_Bay Atikokan",
        "any clock of Nunavut",
    ),
    "Yellowknife": (Province.NT, "Edmonton", "6 behind"),
    "Inuvik": (Province.NT, "Inuvik", "6 behind"),
    "Tungsten, in doubt": (Province.NT, "Edmonton Whitehorse", "7 and 6 behind"),
    "Whitehorse": (Province.YT, "Whitehorse", "7 behind"),
    "Dawson": (Province.YT, "Dawson", "7 behind"),
}

_LINE = re.compile(
    r"(?P<name>\w{3}) (?P<day>[\d-]{10})"
    r"  (?P<local1>[\d:]+) \+ (?P<behind1>[\d:]+) = (?P<opens>[\d:]+)"
    r" +(?P<local2>[\d:]+) \+ (?P<behind2>[\d:]+) = (?P<closes>[\d:]+)(?P<next>\+1)?"
)


def _lines(group: str) -> list[re.Match[str]]:
    found = [_LINE.fullmatch(line.strip()) for line in DAYS[group].strip().splitlines()]
    assert all(found), f"{group} has a line that cannot be read"
    return [line for line in found if line is not None]


def _hours(line: re.Match[str]) -> tuple[datetime, datetime]:
    opens = datetime.fromisoformat(f"{line['day']}T{line['opens']}").replace(tzinfo=UTC)
    closes = datetime.fromisoformat(f"{line['day']}T{line['closes']}").replace(tzinfo=UTC)
    return opens, closes + timedelta(days=1 if line["next"] else 0)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


@pytest.mark.parametrize("group", DAYS)
def test_the_sums_on_paper_are_right(group: str) -> None:
    """A slip of the pen would make the table worthless."""
    for line in _lines(group):
        opens, closes = _hours(line)
        midnight = datetime.fromisoformat(line["day"]).replace(tzinfo=UTC)
        sums = [
            _minutes(line["local1"]) + _minutes(line["behind1"]),
            _minutes(line["local2"]) + _minutes(line["behind2"]),
        ]

        assert [(at - midnight) // timedelta(minutes=1) for at in (opens, closes)] == sums, line[0]
        assert f"{midnight:%a}" == line["name"]
        expected = (600, 1080) if line["name"] in {"Sat", "Sun"} else (540, 1290)
        assert (_minutes(line["local1"]), _minutes(line["local2"])) == expected, line[0]


def test_the_table_has_all_thirteen() -> None:
    """Every province and territory, and every change of the clocks in each."""
    assert {province for province, _, _ in PLACES.values()} == set(Province)
    changes = {"2026-11-02", "2027-03-15", "2027-11-08"}
    assert all(changes <= {line["day"] for line in _lines(group)} for group in DAYS)


def _ask(place: str, channel: Channel, at: datetime) -> gate.Verdict:
    province, names, _ = PLACES[place]
    zones = frozenset(f"America/{name}" for name in names.split())
    grounds = (consent(started_at=datetime(2026, 1, 1, tzinfo=UTC)),)
    return gate.decide(facts(province=province, zones=zones, channel=channel, at=at, consents=grounds))


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.CALL])
@pytest.mark.parametrize("place", PLACES)
def test_hours_open_and_close_where_the_paper_says(place: str, channel: Channel) -> None:
    """Closed the minute before, open on the minute, open until the last minute, closed on the minute."""
    for line in _lines(PLACES[place][2]):
        opens, closes = _hours(line)
        minute = timedelta(minutes=1)
        before, first, last, after = (
            _ask(place, channel, at) for at in (opens - minute, opens, closes - minute, closes)
        )

        assert isinstance(before, gate.Hold), line[0]
        assert (before.reason, before.until) == (gate.Reason.LEGAL_WINDOW, opens), line[0]
        assert isinstance(first, gate.Allow), line[0]
        assert first.valid_until == closes, line[0]
        assert isinstance(last, gate.Allow), line[0]
        assert isinstance(after, gate.Hold), line[0]
        assert after.reason is gate.Reason.LEGAL_WINDOW, line[0]


# Statutory holidays of British Columbia from 24 November 2026 to the end of 2027, and the day Christmas 2027 (a
# Saturday) is observed on, with the next day on which calls are lawful and the UTC time they open (all 7 behind).
BC_HOLIDAYS = [
    ("Fri 2026-12-25", "2026-12-26T17:00"),  # Saturday 10:00 + 7
    ("Fri 2027-01-01", "2027-01-02T17:00"),  # Saturday 10:00 + 7
    ("Mon 2027-02-15", "2027-02-16T16:00"),  # Tuesday 09:00 + 7
    ("Fri 2027-03-26", "2027-03-27T17:00"),  # Saturday
    ("Mon 2027-05-24", "2027-05-25T16:00"),  # Tuesday
    ("Thu 2027-07-01", "2027-07-02T16:00"),  # Friday
    ("Mon 2027-08-02", "2027-08-03T16:00"),  # Tuesday
    ("Mon 2027-09-06", "2027-09-07T16:00"),  # Tuesday
    ("Thu 2027-09-30", "2027-10-01T16:00"),  # Friday
    ("Mon 2027-10-11", "2027-10-12T16:00"),  # Tuesday
    ("Thu 2027-11-11", "2027-11-12T16:00"),  # Friday
    ("Sat 2027-12-25", "2027-12-26T17:00"),  # Sunday 10:00 + 7
    ("Mon 2027-12-27", "2027-12-28T16:00"),  # Tuesday
]


@pytest.mark.parametrize(("day", "opens"), BC_HOLIDAYS, ids=[day for day, _ in BC_HOLIDAYS])
def test_calls_to_british_columbia_rest_on_statutory_holidays(day: str, opens: str) -> None:
    """At 12:00 in Vancouver, 19:00 UTC, a text may leave and a call may not before the next open day."""
    noon = datetime.fromisoformat(f"{day[4:]}T19:00").replace(tzinfo=UTC)
    assert f"{noon:%a}" == day[:3]

    assert isinstance(_ask("Vancouver", Channel.SMS, noon), gate.Allow)
    assert _ask("Vancouver", Channel.CALL, noon) == gate.Hold(
        gate.Reason.LEGAL_HOLIDAY, datetime.fromisoformat(opens).replace(tzinfo=UTC), "bc.holiday"
    )


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2027, 7, 1), date(2027, 9, 6)])
@pytest.mark.parametrize("place", ["Calgary", "Regina", "Winnipeg", "Toronto", "Montreal", "Halifax", "Whitehorse"])
def test_holidays_bind_calls_in_no_other_province(place: str, day: date) -> None:
    """No federal ban on holiday calls was found; a team may still rest."""
    noon = datetime(day.year, day.month, day.day, 19, 0, tzinfo=UTC)

    assert isinstance(_ask(place, Channel.CALL, noon), gate.Allow)


def test_a_holiday_lasts_until_midnight_on_the_persons_clock() -> None:
    """Boxing Day has begun in UTC while it is still 20:00 on Christmas Day in Vancouver; 2026-12-24 ends at 21:30."""
    assert isinstance(_ask("Vancouver", Channel.CALL, datetime(2026, 12, 25, 4, 29, tzinfo=UTC)), gate.Allow)
    still_christmas = _ask("Vancouver", Channel.CALL, datetime(2026, 12, 26, 3, 0, tzinfo=UTC))

    assert isinstance(still_christmas, gate.Hold)
    assert still_christmas.reason is gate.Reason.LEGAL_HOLIDAY
