"""The question after START: once, at any hour, past the STOP it may end, and nothing else passes for it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import gate
from domain.gate import Allow, Hold, Reason, Refuse
from domain.model import Channel, Purpose, SuppressionReason
from tests.domain.gate_builders import facts, suppression

MIDNIGHT = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
"""00:00 in Toronto."""
START = MIDNIGHT - timedelta(minutes=1)
REFUSED = Refuse(Reason.NO_START_TO_ANSWER, "start.answer")


def question(**changes: object) -> gate.Facts:
    """Return the question after a START that came a minute before midnight, a day after a STOP, with changes."""
    plain: dict[str, object] = {
        "at": MIDNIGHT,
        "purpose": Purpose.CONSENT_QUESTION,
        "consents": (),
        "suppressions": (suppression(since=START - timedelta(days=1)),),
        "last_inbound_at": START,
        "last_start_at": START,
        "ladder": None,
    }
    return facts(**{**plain, **changes})


def test_a_start_is_answered_at_any_hour_although_a_stop_stands() -> None:
    """They wrote a minute ago; until a quarter of an hour later it is an answer."""
    assert gate.decide(question()) == Allow(
        MIDNIGHT + timedelta(minutes=14), "Answer to their START: asks for a YES", ()
    )


@pytest.mark.parametrize(
    "changes",
    [{"suppressions": ()}, {"province": None, "zones": frozenset()}, {"sent_today": 99, "team_sent_last_hour": 9999}],
    ids=["no order", "place unknown", "over every limit"],
)
def test_no_place_or_limit_stands_in_its_way(changes: dict[str, object]) -> None:
    """The rules on writing to people unasked do not bind an answer."""
    assert isinstance(gate.decide(question(**changes)), Allow)


def test_a_number_on_the_national_list_may_be_asked_by_text() -> None:
    """That list speaks about calls alone."""
    listed = suppression(SuppressionReason.NATIONAL_DO_NOT_CALL)

    assert isinstance(gate.decide(question(suppressions=(listed,))), Allow)


@pytest.mark.parametrize(
    ("until", "verdict"),
    [(MIDNIGHT, None), (MIDNIGHT + timedelta(seconds=1), REFUSED)],
    ids=["ended", "still stands"],
)
def test_an_order_that_ended_stands_in_its_way_no_more(until: datetime, verdict: gate.Verdict | None) -> None:
    """A wrong number that was put right is their number again."""
    order = suppression(SuppressionReason.WRONG_NUMBER, since=START - timedelta(days=9), until=until)
    decided = gate.decide(question(suppressions=(order,)))

    assert decided == verdict if verdict else isinstance(decided, Allow)


@pytest.mark.parametrize(
    "changes",
    [
        {"last_start_at": None},
        {"last_start_at": MIDNIGHT - timedelta(minutes=14, seconds=1)},
        {"last_start_at": MIDNIGHT + timedelta(seconds=1)},
        {"suppressions": (suppression(since=START),)},
        {"suppressions": (suppression(since=START + timedelta(seconds=1)),)},
        {"suppressions": (suppression(SuppressionReason.INTERNAL_DO_NOT_CALL, since=START - timedelta(days=9)),)},
        {"suppressions": (suppression(SuppressionReason.WRONG_NUMBER, since=START - timedelta(days=9)),)},
        {"suppressions": (suppression(SuppressionReason.CARRIER_BLOCK, since=START - timedelta(days=9)),)},
        {"channel": Channel.CALL},
        {"channel": Channel.EMAIL},
    ],
    ids=[
        "no START",
        "too late",
        "ahead",
        "STOP with it",
        "STOP after it",
        "do not call",
        "wrong number",
        "carrier",
        "call",
        "mail",
    ],
)
def test_nothing_else_passes_for_it(changes: dict[str, object]) -> None:
    """A purpose is no password: a STOP gives way to an older wish of nobody."""
    assert gate.decide(question(**changes)) == REFUSED


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"paused": frozenset({"all"})}, Hold(Reason.PAUSED, None, "switch.all")),
        ({"clock_faults": ("wrong",)}, Hold(Reason.CLOCK_UNTRUSTED, None, "clock.tables")),
        ({"in_flight": True}, Hold(Reason.IN_FLIGHT, None, "message.in_flight")),
        ({"same_body_within_24h": True}, Refuse(Reason.SAME_BODY, "start.once")),
    ],
    ids=["kill switch", "clock trust", "in flight", "asked before"],
)
def test_the_rest_of_the_order_still_binds_it(changes: dict[str, object], verdict: gate.Verdict) -> None:
    """Kill switch, clock trust, one message at a time, and once a day."""
    assert gate.decide(question(**changes)) == verdict


@pytest.mark.parametrize("purpose", [each for each in Purpose if "opt" not in each and "question" not in each])
@pytest.mark.parametrize("channel", Channel)
def test_what_may_be_a_stop_holds_everything_until_it_is_read(purpose: Purpose, channel: Channel) -> None:
    """Whatever the consent, the purpose and the channel."""
    verdict = gate.decide(facts(purpose=purpose, channel=channel, stop_unread=True))

    assert verdict == Hold(Reason.STOP_UNREAD, None, "stop.unread")


def test_a_standing_order_ranks_before_an_unread_text() -> None:
    """There is nothing to read when they have said it plainly."""
    verdict = gate.decide(facts(suppressions=(suppression(),), stop_unread=True))

    assert verdict == Refuse(Reason.SUPPRESSED, "suppression.stop")
