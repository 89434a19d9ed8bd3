"""The confirmation of a STOP: once, at any hour, past the very order it confirms, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import gate
from domain.gate import Allow, Hold, Reason, Refuse
from domain.model import Channel, Purpose, SuppressionReason
from tests.domain.gate_builders import facts, policy, suppression

MIDNIGHT = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
"""00:00 in Toronto."""
REFUSED = Refuse(Reason.NO_OPT_OUT_TO_CONFIRM, "stop.confirmation")


def confirmation(**changes: object) -> gate.Facts:
    """Return the confirmation of a STOP that came a minute before midnight, with changes."""
    plain: dict[str, object] = {
        "at": MIDNIGHT,
        "purpose": Purpose.OPT_OUT_CONFIRMATION,
        "consents": (),
        "suppressions": (suppression(since=MIDNIGHT - timedelta(minutes=1)),),
        "last_inbound_at": MIDNIGHT - timedelta(minutes=1),
        "ladder": None,
    }
    return facts(**{**plain, **changes})


def test_a_stop_is_confirmed_at_any_hour() -> None:
    """It is what the person asked for; it may leave until a quarter of an hour after the STOP."""
    assert gate.decide(confirmation()) == Allow(MIDNIGHT + timedelta(minutes=14), "Answer to their STOP", ())


@pytest.mark.parametrize(
    "changes",
    [
        {"province": None, "zones": frozenset()},
        {"policy": policy(channels=frozenset({Channel.EMAIL}))},
        {"sent_today": 99, "sent_30_days": 99, "team_sent_last_hour": 9999},
    ],
    ids=["place unknown", "texts switched off", "over every limit"],
)
def test_no_place_window_or_limit_stands_in_its_way(changes: dict[str, object]) -> None:
    """The rules on writing to people unasked do not bind it."""
    assert isinstance(gate.decide(confirmation(**changes)), Allow)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"paused": frozenset({"all"})}, Hold(Reason.PAUSED, None, "switch.all")),
        ({"clock_faults": ("wrong",)}, Hold(Reason.CLOCK_UNTRUSTED, None, "clock.tables")),
        ({"send_before": MIDNIGHT}, Refuse(Reason.EXPIRED, "message.send_before")),
        ({"in_flight": True}, Hold(Reason.IN_FLIGHT, None, "message.in_flight")),
        ({"same_body_within_24h": True}, Refuse(Reason.SAME_BODY, "stop.once")),
    ],
    ids=["kill switch", "clock trust", "stale", "in flight", "confirmed before"],
)
def test_the_rest_of_the_order_still_binds_it(changes: dict[str, object], verdict: gate.Verdict) -> None:
    """Kill switch, clock trust, staleness, one message at a time, and once."""
    assert gate.decide(confirmation(**changes)) == verdict


@pytest.mark.parametrize(
    "changes",
    [
        {"suppressions": ()},
        {"suppressions": (suppression(SuppressionReason.WRONG_NUMBER),)},
        {"suppressions": (suppression(until=MIDNIGHT),)},
        {"last_inbound_at": None},
        {"last_inbound_at": MIDNIGHT - timedelta(minutes=14, seconds=1)},
        {"last_inbound_at": MIDNIGHT + timedelta(seconds=1)},
        {"channel": Channel.CALL},
    ],
    ids=["no STOP", "another order", "STOP is over", "wrote nothing", "a minute too late", "not yet", "by call"],
)
def test_nothing_else_passes_for_a_confirmation(changes: dict[str, object]) -> None:
    """A purpose is no password: without a STOP of the last minutes there is nothing to confirm."""
    assert gate.decide(confirmation(**changes)) == REFUSED


def test_a_confirmation_keeps_to_the_deadline_of_its_message() -> None:
    """Whichever comes first."""
    deadline = MIDNIGHT + timedelta(minutes=2)
    verdict = gate.decide(confirmation(send_before=deadline))

    assert isinstance(verdict, Allow)
    assert verdict.valid_until == deadline


def test_a_confirmation_may_leave_until_a_minute_before_its_quarter_hour_ends() -> None:
    """The provider needs the minute."""
    asked = MIDNIGHT - timedelta(minutes=14)

    assert isinstance(gate.decide(confirmation(last_inbound_at=asked)), Allow)
