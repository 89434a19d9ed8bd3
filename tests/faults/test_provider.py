"""Faults of the phone provider: whatever it does to one create call, the seller hears once."""

import pytest

from tests.faults.conftest import Settle
from tests.faults.deployment import Deployment

LEAD = "/lead {number} 12 King St W, Hamilton ON — Jane Doe consent=express"


def _lead(deployment: Deployment, number: str) -> None:
    said = deployment.world.command(LEAD.format(number=number))
    assert "L-" in said, said


@pytest.mark.parametrize(
    ("fault", "switch"),
    [
        ("1 accepted, answer lost", "twilio_accept_then_reset"),
        ("5 HTTP 500 after storing", "twilio_500_after_store"),
    ],
)
def test_1_and_5_a_text_whose_answer_was_lost_is_not_sent_again(
    deployment: Deployment, settle: Settle, fault: str, switch: str
) -> None:
    """The provider has it; the callback or the list proves it."""
    deployment.world.post("faults", **{switch: 1})
    _lead(deployment, "+14165550131")

    deployment.world.texts_reach("+14165550131", 1)
    settle(deployment, fault)

    assert len(deployment.world.received("+14165550131")) == 1


def test_6_too_many_requests_are_obeyed(deployment: Deployment, settle: Settle) -> None:
    """Three refusals that promise nothing was done, then one text."""
    deployment.world.post("faults", twilio_429_times=3)
    _lead(deployment, "+14165550132")

    deployment.world.texts_reach("+14165550132", 1)
    settle(deployment, "6 too many requests")

    assert len(deployment.world.received("+14165550132")) == 1
