"""Briefing, status and Home: figures in words, with what waits and why."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.views import blocks, briefing, home, status, times, words
from domain.law import BUILT_IN_POLICY
from domain.model import Channel, MessageState
from domain.provinces import Province
from domain.sheets import Pause
from domain.windows import Span, week
from tests.bot import view_samples as samples
from tests.bot.view_samples import NOON


def test_a_briefing_gives_each_figure_its_line() -> None:
    """Six lines and a chart."""
    assert briefing.card(samples.a_briefing()).text.split("\n")[:7] == [
        "Briefing · Tue 24 Nov 2026",
        "New leads: 12 (ON 7, QC 3, unknown 2)",
        "First try: 4 min after arrival (median, 10 tried, 2 not yet)",
        "Texts: 20 delivered, 1 not delivered",
        "Held now: 2 outside lawful hours, 1 without a province",
        "Buyers found: 80% (4 of 5 deals)",
        "Waiting for approval: 1 request",
    ]


def test_the_chart_has_two_series_of_seven_days() -> None:
    """Drawn by Slack, so it follows the reader's light or dark theme."""
    chart = next(block for block in briefing.card(samples.a_briefing()).blocks if block["type"] == briefing.CHART)

    assert [one["name"] for one in chart["chart"]["series"]] == ["Leads", "Texts"]
    assert [len(one["data"]) for one in chart["chart"]["series"]] == [7, 7]


def test_the_chart_is_said_in_words_too() -> None:
    """A picture alone tells a screen reader nothing."""
    text = briefing.card(samples.a_briefing()).text

    assert "Leads: Wed 18 3, Thu 19 5, Fri 20 4, Sat 21 1, Sun 22 0, Mon 23 9, Tue 24 12" in text


def test_a_workspace_that_refuses_charts_gets_the_numbers() -> None:
    """Nothing of the message is lost."""
    whole = briefing.card(samples.a_briefing())
    without = briefing.without_chart(whole)

    assert briefing.CHART not in {block["type"] for block in without.blocks}
    assert blocks.lint(without) == []
    assert "Texts: Wed 18 6, Thu 19 9" in without.text
    assert [line for line in whole.text.split("\n") if not line.startswith("Chart")] == [
        line for line in without.text.split("\n") if line != "Leads and texts, last seven days"
    ]


def test_a_quiet_day_reads_as_one() -> None:
    """No division by nothing, no empty line."""
    quiet = samples.a_briefing(
        leads={"total": 0, "by_province": {}},
        speed_to_lead={"median_seconds": None, "tried": 0, "untried": 0},
        sends={},
        holds={},
        match_rate={"n": 0, "hits": 0, "rate": None},
        error_rate={"n": 0, "hits": 0, "rate": None},
        pending_approvals=0,
    )

    assert briefing.card(quiet).text.split("\n")[1:7] == [
        "New leads: 0",
        "First try: no new leads",
        "Texts: none",
        "Held now: nothing",
        "Buyers found: no deals yet",
        "Waiting for approval: 0 requests",
    ]


def test_leads_that_nobody_tried_are_counted() -> None:
    """The median of nothing hides a silent day."""
    waiting = samples.a_briefing(speed_to_lead={"median_seconds": None, "tried": 0, "untried": 4})

    assert "First try: nobody tried yet (4 waiting)" in briefing.card(waiting).text


def test_a_late_briefing_says_so_and_one_that_was_asked_for_says_by_whom() -> None:
    """Nobody takes yesterday's figures for today's."""
    text = briefing.card(samples.a_briefing("U0DANA", late=True)).text

    assert "comes late" in text
    assert "Asked by <@U0DANA>." in text


def test_a_briefing_shows_the_end_of_the_audit_in_its_small_print() -> None:
    """Whoever rewrites history later cannot rewrite what the channel has read; an empty end is no line."""
    end = {"position": 4711, "hash": "9f3c2a1b7d4e5f60" + "0" * 48}

    assert "Audit: 4711:9f3c2a1b7d4e5f60." in briefing.card(samples.a_briefing(chain=end)).text
    assert "Audit" not in briefing.card(samples.a_briefing()).text


def test_a_code_nobody_knows_is_still_counted() -> None:
    """A reason that comes with a later version."""
    assert (
        "2 for another reason (reason of tomorrow)"
        in briefing.card(samples.a_briefing(holds={"reason_of_tomorrow": 2})).text
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "✓ Sending is on"),
        ({"paused_scopes": frozenset({"all"})}, "‖ Sending is paused for everything"),
        ({"paused_scopes": frozenset({"province:ON", "channel:sms"})}, "‖ Sending is paused for texts, Ontario"),
        ({"jobs_silent": True, "paused_scopes": frozenset({"all"})}, "! Nothing is sent: no process that sends"),
        ({"messages": {MessageState.NEEDS_PERSON: 2}}, "! 2 texts need a person"),
        ({"messages": {MessageState.NEEDS_PERSON: 1, MessageState.DEAD: 1}}, "! 2 texts need a person"),
        ({"steps_dead": 1}, "! 1 step needs a person"),
        ({"cards_dead": 2}, "✓ Sending is on"),
        ({"paused_scopes": frozenset({"all", "slack"})}, "! Slack refuses our token: no card is posted"),
        ({"clock_faults": ("wrong",), "paused_scopes": frozenset({"all"})}, "! Nothing is sent: the time-zone tables"),
    ],
)
def test_status_begins_with_the_one_thing_to_know(change: dict[str, object], words: str) -> None:
    """The worst first."""
    assert status.card(samples.a_status(**change)).text.startswith(words)


def test_status_tells_why_slack_shows_nothing_new() -> None:
    """Nobody can turn this switch, so no command is offered; cards Slack would not take are counted."""
    rests = Pause("slack", "Slack refuses our token (token_revoked)", "system", NOON)
    shown = status.card(samples.a_status(paused_scopes=frozenset({"slack"}), pauses=(rests,), cards_refused=2)).text

    assert "Slack refuses our token (token_revoked); they go on when it works again" in shown
    assert "/heimdall resume" not in shown
    assert "2 refused by Slack" in shown


def test_status_says_where_everything_stands() -> None:
    """Nothing is silently lost."""
    lines = status.card(samples.a_status(cards_waiting=2, oldest_due_at=NOON - timedelta(hours=1))).text.split("\n")

    assert lines[1:5] == [
        "On the way: 1 about to leave",
        "Held: 2 outside lawful hours, 1 without a province",
        "Handed over in 24 hours: 20 delivered, 1 not delivered",
        "Waiting for approval: 1 request",
    ]
    assert "2 cards to be redrawn · oldest text due: <!date^" in lines[-1]


TROUBLES: dict[str, tuple[dict[str, object], str]] = {
    "unknown": (
        {"messages": {MessageState.UNKNOWN: 1}, "oldest_unknown_at": NOON},
        "1 text is unclear, the first since",
    ),
    "needs a person": ({"messages": {MessageState.NEEDS_PERSON: 2}}, "2 texts need a person: a card"),
    "dead": ({"messages": {MessageState.DEAD: 1}}, "1 text is stuck: a card"),
    "dead step": ({"steps_dead": 2}, "2 steps are stuck: a card"),
    "dead card": ({"cards_dead": 1}, "1 card shows something old: an admin"),
    "silence": ({"jobs_silent": True}, "Nobody sends: an admin starts"),
    "last words": ({"jobs_silent": True, "jobs_heard_at": NOON}, "Nobody sends (last heard <!date^"),
    **{code: ({"holds": {code: 4}}, f"4 {words.hold(code)}: {advice}") for code, advice in words.HOLD_ADVICE.items()},
}


@pytest.mark.parametrize("name", TROUBLES)
def test_every_trouble_says_what_to_do(name: str) -> None:
    """In the status and in Home, with nothing else beside it."""
    change, expected = TROUBLES[name]
    sheet = samples.a_status(**({"messages": {}, "holds": {}} | change))

    for shown in (str(status.card(sheet).blocks), str(home.view(sheet))):
        assert expected in shown
        assert shown.count("• ") == 1


def test_a_calm_day_asks_for_nothing() -> None:
    """What opens by itself is no task."""
    assert "What to do" not in status.card(samples.a_status(holds={"legal_window": 3})).text


def test_home_shows_what_waits_for_the_person() -> None:
    """Offers to decide and leads of their own."""
    shown = str(home.view(samples.a_status(), [samples.a_lead()], [samples.an_approval()]))

    assert "1 offer to decide" in shown
    assert "D-3 · $282,900" in shown
    assert "Jane Doe" in shown


def test_home_gives_hours_by_clock_for_all_thirteen() -> None:
    """At noon in Toronto on a Tuesday everything is open."""
    shown = str(home.view(samples.a_status()))

    for line in (
        "*BC, YT* · 10:00 · texts and calls open until 21:30",
        "*MB, ON, QC, NU* · 12:00 · texts and calls open until 21:30",
        "*NL* · 13:30 · texts and calls open until 21:30",
    ):
        assert line in shown


def test_home_names_the_next_opening_of_a_closed_province() -> None:
    """On the clock of the place: Saturday evening, closed until Sunday morning."""
    saturday_evening = datetime(2026, 11, 29, 0, 0, tzinfo=UTC)
    shown = str(home.view(samples.a_status(at=saturday_evening)))

    assert "*MB, ON, QC, NU* · 19:00 · texts and calls open tomorrow 10:00" in shown


def test_home_tells_texts_from_calls_where_they_differ() -> None:
    """Only calls rest on a statutory holiday in British Columbia."""
    boxing_day_noon = datetime(2026, 12, 25, 20, 0, tzinfo=UTC)

    assert "*BC* · 13:00 · texts open until 21:30, calls open tomorrow 10:00" in str(
        home.view(samples.a_status(at=boxing_day_noon))
    )


def test_home_follows_the_teams_own_hours() -> None:
    """A team that does not text and calls from ten to four."""
    short = week(weekdays=[Span(time(10), time(16))], saturday=[], sunday=[])
    policy = type(BUILT_IN_POLICY)(
        version=1,
        windows={Channel.CALL: short},
        channels=frozenset({Channel.CALL}),
        max_per_day=3,
        max_per_30_days=12,
        max_team_per_hour=200,
    )

    assert "*MB, ON, QC, NU* · 12:00 · texts not used, calls open until 16:00" in str(
        home.view(samples.a_status(), policies=dict.fromkeys(Province, policy))
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (252, "4 min"), (3600, "1 h"), (7800, "2 h 10 min"), (259_200, "3 d")],
)
def test_a_span_is_said_in_its_own_unit(seconds: float, words: str) -> None:
    """Nobody counts seconds of a day."""
    assert times.span(seconds) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOON + timedelta(hours=2), "today 14:00"),
        (NOON + timedelta(hours=12), "tomorrow 00:00"),
        (NOON - timedelta(days=1), "yesterday 12:00"),
        (NOON + timedelta(days=3), "Fri 27 Nov 12:00"),
        (NOON + timedelta(days=60), "Sat 23 Jan 2027 12:00"),
    ],
)
def test_a_moment_is_dated_as_seen_from_now(moment: datetime, words: str) -> None:
    """With the year once it is another one."""
    assert times.dated({"America/Toronto"}, moment, NOON) == words


def test_a_moment_that_falls_on_two_days_names_both() -> None:
    """Half past eleven in Vancouver is half past midnight, a day later, in Edmonton."""
    late = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)

    assert times.dated({"America/Vancouver", "America/Edmonton"}, late, NOON) == "today 23:30 / tomorrow 00:30"
