"""Faults of the phone provider: whatever it does to one create call, the seller hears once."""

import threading
import time

import pytest

from tests.faults.conftest import Settle
from tests.faults.deployment import Deployment
from tests.faults.relay import Exchange, Strike

MORNING = (9, 30)
"""A text handed over now expires at the provider, ten hours later, while its window is still open."""

OPENS = 9


def after_storing(exchange: Exchange) -> None:
    """Let the provider store the text; whoever sent it learns nothing."""
    exchange.forward()
    exchange.reset()


def before_storing(exchange: Exchange) -> None:
    """Lose the call on its way."""
    exchange.reset()


def answered(status: bytes, *, stored: bool) -> Strike:
    """Answer a call with something else than the provider says."""

    def strike(exchange: Exchange) -> None:
        if stored:
            exchange.forward()
        exchange.answer(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\n{]")

    return strike


@pytest.mark.parametrize(
    ("fault", "strike"),
    [
        ("1 accepted, answer lost", after_storing),
        ("1 accepted, answer unreadable", answered(b"201 Created", stored=True)),
        ("5 HTTP 500 after storing", answered(b"500 Internal Server Error", stored=True)),
        ("5 HTTP 502 after storing", answered(b"502 Bad Gateway", stored=True)),
    ],
)
def test_1_and_5_a_text_whose_answer_was_lost_is_not_sent_again(
    standing: Deployment, settle: Settle, fault: str, strike: Strike
) -> None:
    """The provider has it; the callback proves it."""
    number = standing.new_number()
    standing.relay.strike(strike, number=number)
    standing.lead(number)

    settle(standing, fault)

    assert len(standing.world.received(number)) == 1
    assert standing.state_of(number) == "delivered"


def test_1_without_callbacks_the_list_proves_it(standing: Deployment, settle: Settle) -> None:
    """Both proofs of acceptance stand alone."""
    number = standing.new_number()
    standing.world.post("faults", drop_callbacks=True)
    standing.relay.strike(after_storing, number=number)
    standing.lead(number)
    standing.until("the doubt", lambda: standing.state_of(number) == "unknown")

    settle(standing, "1 accepted, answer and callbacks lost", move_clock=True)

    assert len(standing.world.received(number)) == 1
    assert standing.state_of(number) == "accepted"


def test_2_a_refused_connection_is_tried_again(standing: Deployment, settle: Settle) -> None:
    """Nothing left, which is certain: it may be sent as soon as somebody listens again."""
    number = standing.new_number()
    standing.relay.refuse()
    standing.lead(number)
    refused = "SELECT attempt FROM messages WHERE to_address = :number AND reason = 'provider_unreachable'"
    attempts = standing.until("a refusal", lambda: standing.value(refused, number=number))
    standing.world.advance(seconds=20)
    standing.until("another", lambda: (standing.value(refused, number=number) or 0) > attempts)

    standing.relay.listen()
    settle(standing, "2 connection refused", move_clock=True)

    assert len(standing.world.received(number)) == 1


@pytest.mark.parametrize(
    ("fault", "strike"),
    [
        ("4 lost on the way", before_storing),
        ("5 HTTP 500, nothing stored", answered(b"500 Internal Server Error", stored=False)),
        ("5 HTTP 503, nothing stored", answered(b"503 Service Unavailable", stored=False)),
    ],
)
def test_4_and_5_what_two_empty_lists_prove_lost_is_sent_once_more(
    standing: Deployment, settle: Settle, fault: str, strike: Strike
) -> None:
    """Not before the provider must have dropped it; then through the gate again."""
    standing.move_to(*MORNING)
    number = standing.new_number()
    standing.relay.strike(strike, number=number)
    standing.lead(number)
    standing.until("the doubt", lambda: standing.state_of(number) == "unknown")
    began = standing.now

    settle(standing, fault, move_clock=True)

    assert len(standing.world.received(number)) == 1
    assert (standing.now - began).total_seconds() > 10 * 3_600


def test_4_a_text_proved_lost_after_the_window_waits_for_the_morning(standing: Deployment, settle: Settle) -> None:
    """The second try obeys the hours like the first."""
    number = standing.new_number()
    standing.relay.strike(before_storing, number=number)
    standing.lead(number)
    standing.until("the doubt", lambda: standing.state_of(number) == "unknown")

    settle(standing, "4 lost, window closed", move_clock=True)
    assert standing.state_of(number) == "held"
    standing.move_to(OPENS, 1)
    settle(standing, "4 lost, window closed", move_clock=True)

    assert len(standing.world.received(number)) == 1


def test_3_and_4_nothing_waits_for_a_provider_that_stalls(standing: Deployment, settle: Settle) -> None:
    """Time-outs with and without storing and an answer that drips: one deadline ends all three, and no text doubles."""
    standing.move_to(*MORNING)
    numbers = [standing.new_number() for _ in range(4)]
    stored, lost, dripped, unharmed = numbers
    over = threading.Event()
    standing.relay.strike(lambda exchange: (exchange.forward(), over.wait(60)), number=stored)
    standing.relay.strike(lambda _exchange: over.wait(60), number=lost)
    standing.relay.strike(lambda exchange: exchange.drip(exchange.forward(), over), number=dripped)
    for number in numbers:
        standing.lead(number)

    began = time.monotonic()
    standing.until("the deadline", lambda: standing.world.received(unharmed))
    standing.until(
        "the deadline", lambda: not any(standing.state_of(number) in {"ready", "dispatching"} for number in numbers)
    )
    took = time.monotonic() - began
    over.set()
    settle(standing, "3 and 4 time-outs, an answer that drips", runs=3, move_clock=True)

    assert took < 20, "a call has 15 s in all, however slowly its answer comes"
    assert [len(standing.world.received(number)) for number in numbers] == [1, 1, 1, 1]
    assert standing.state_of(unharmed) == "delivered"


def test_6_too_many_requests_are_obeyed(standing: Deployment, settle: Settle) -> None:
    """Three refusals that promise nothing was done, then one text, and never sooner than said."""
    number = standing.new_number()
    busy = answered(b"429 Too Many Requests", stored=False)
    standing.relay.strike(busy, busy, busy, number=number)
    standing.lead(number)

    settle(standing, "6 too many requests", move_clock=True)

    assert len(standing.world.received(number)) == 1
    assert standing.value("SELECT attempt FROM messages WHERE to_address = :number", number=number) == 4
