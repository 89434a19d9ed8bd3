"""Windows that close and people who say STOP while a text is leaving; callbacks that lie about the order of things."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
import requests

from sandbox.phone.to_bot import signature
from tests.faults.conftest import Settle
from tests.faults.deployment import LEAD, Deployment
from tests.faults.relay import Exchange, passing

STOP = "ARRET"
"""No English word: our STOP list alone stands between this person and the next text, no carrier does."""

EVENING = (21, 10)
CLOSED = (21, 40)
"""Texts may go until 21:30 on a weekday."""

OPENS = 9


def test_21_a_window_that_closes_during_backoff_holds_the_text(standing: Deployment, settle: Settle) -> None:
    """Trying again is a new hand-over, and asks the gate anew."""
    standing.move_to(*EVENING)
    number = standing.new_number()
    standing.relay.strike(*[_busy] * 3, number=number)
    standing.lead(number)
    standing.until("a refusal", lambda: standing.value(_ATTEMPT, number=number))

    standing.move_to(*CLOSED)
    standing.until("the hold", lambda: standing.state_of(number) == "held")
    settle(standing, "21 window closes during backoff")
    assert standing.world.received(number) == []

    standing.relay.calm()
    standing.move_to(OPENS, 1)
    settle(standing, "21 window closes during backoff", move_clock=True)
    assert len(standing.world.received(number)) == 1


_ATTEMPT = "SELECT attempt FROM messages WHERE to_address = :number"


def _busy(exchange: Exchange) -> None:
    exchange.answer(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}")


def test_22_a_text_still_queued_at_the_provider_when_the_window_closes_is_dropped_there(
    standing: Deployment, settle: Settle
) -> None:
    """It was handed over with as many seconds to live as the window had left."""
    standing.move_to(*EVENING)
    number = standing.new_number()
    standing.world.post("faults", carrier_delay_seconds={number: 7_200})
    standing.lead(number)
    standing.until("hand-over", lambda: standing.state_of(number) == "accepted")

    standing.move_to(*CLOSED)
    settle(standing, "22 window closes in the provider's queue")

    (text,) = [one for one in standing.world.phone(number) if one["source"] == "api"]
    assert text["validity_seconds"] <= 20 * 60
    assert text["status"] == "undelivered"
    assert standing.state_of(number) == "expired"


POINTS = ("planned", "connected", "stored", "answered", "called back", "settled")
"""Where a hand-over can be when a STOP comes in: before its plan, its first byte, its storage, its answer, its end."""


@pytest.mark.parametrize("point", POINTS)
def test_23_nothing_leaves_after_a_stop_was_committed(
    standing: Deployment, settle: Settle, point: str, *, full: bool
) -> None:
    """One STOP at each point of the protocol; a text that had begun to leave is the last."""
    for _ in range(20 if full else 2):
        number = standing.new_number()
        _stop_at(standing, number, point)
        standing.until("the end of the ladder", partial(_ladder_of, standing, number, "stopped"))
    settle(standing, f"23 STOP as a text is {point}", runs=20 if full else 2)
    standing.move_to(12, days=3)

    settle(standing, f"23 STOP as a text is {point}", runs=0)


def _stop_at(running: Deployment, number: str, point: str) -> None:
    stop = partial(running.world.text, number, STOP)

    def strike(exchange: Exchange) -> None:
        if point == "connected":
            stop()
        answer = exchange.forward()
        if point == "stored":
            stop()
        exchange.answer(answer)
        if point == "answered":
            stop()

    running.relay.strike(strike, number=number)
    running.lead(number)
    if point == "planned":
        stop()
    if point == "called back":
        running.until("a state", lambda: running.state_of(number) in {"accepted", "sent", "delivered"})
        stop()
    if point == "settled":
        running.until("its end", lambda: running.state_of(number) == "delivered")
        stop()


def _ladder_of(running: Deployment, number: str, state: str) -> bool:
    query = "SELECT l.ladder FROM leads l JOIN contacts c ON c.id = l.contact_id WHERE c.phone_e164 = :number"
    return bool(running.value(query, number=number) == state)


def test_23_stops_race_with_sends_on_many_numbers(standing: Deployment, settle: Settle, *, full: bool) -> None:
    """A rep opens leads while their sellers write STOP some milliseconds sooner or later."""
    dice, runs = random.Random(23), 180 if full else 40
    numbers = [standing.new_number() for _ in range(runs)]
    offsets = [dice.uniform(0, 0.4) for _ in numbers]

    def race(number: str, offset: float) -> None:
        # The offset is what is varied here, not a wait for something.
        timer = threading.Timer(offset, standing.world.text, (number, STOP))
        timer.start()
        said = standing.world.command(LEAD.format(number=number))
        timer.join()
        assert "L-" in said or "asked to be left alone" in said, said

    with ThreadPoolExecutor(8) as many:
        list(many.map(race, numbers, offsets))
    settle(standing, "23 STOP races with sends", runs=runs)

    standing.move_to(12, days=3)
    settle(standing, "23 STOP races with sends", runs=0)


def test_24_a_stop_whose_webhook_was_lost_is_known_before_the_next_send(deployment: Deployment, settle: Settle) -> None:
    """Everything is down while they write; what starts first asks the provider what came in."""
    number = deployment.new_number()
    deployment.lead(number)
    deployment.until("the first text", lambda: deployment.state_of(number) == "delivered")
    for child in [*deployment.jobs, *deployment.webs]:
        deployment.kill(child)
    deployment.world.text(number, STOP)
    deployment.move_to(12, days=5)

    deployment.start_jobs()
    deployment.until("the end of the ladder", lambda: _ladder_of(deployment, number, "stopped"))
    settle(deployment, "24 STOP while all is down")

    assert len(deployment.world.received(number)) == 2, "the first text, and the one that confirms their STOP"


@pytest.mark.parametrize("fault", ["duplicate_callbacks", "reverse_callbacks", "callbacks_before_reply"])
def test_25_whatever_the_order_of_callbacks_no_state_goes_back(
    standing: Deployment, settle: Settle, fault: str
) -> None:
    """Doubled, last one first, or all before the answer: a text only ever gets further."""
    standing.world.post("faults", **{fault: True})
    numbers = [standing.new_number() for _ in range(5)]
    with _watched(standing, numbers) as states:
        for number in numbers:
            standing.lead(number)
        settle(standing, f"25 {fault}", runs=len(numbers))

    assert states
    for seen in states.values():
        assert seen == sorted(seen, key=_RANKS.index)
    assert {standing.state_of(number) for number in numbers} == {"delivered"}


_RANKS = ["ready", "dispatching", "unknown", "accepted", "sent", "delivered"]


@contextmanager
def _watched(running: Deployment, numbers: list[str]) -> Iterator[dict[str, list[str]]]:
    """Note every state of the texts to some numbers that a quick look can catch."""
    seen: dict[str, list[str]] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.002):
            for row in running.rows("SELECT to_address, state FROM messages"):
                states = seen.setdefault(row["to_address"], [])
                if row["to_address"] in numbers and row["state"] not in states[-1:]:
                    states.append(row["state"])

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()


Forge = Callable[[Deployment, str, dict[str, str]], dict[str, str]]


def _unsigned(_running: Deployment, _url: str, _fields: dict[str, str]) -> dict[str, str]:
    return {}


def _wrongly_signed(_running: Deployment, url: str, fields: dict[str, str]) -> dict[str, str]:
    return {"X-Twilio-Signature": signature("a guess", url, fields)}


def _of_another_account(running: Deployment, url: str, fields: dict[str, str]) -> dict[str, str]:
    fields["AccountSid"] = "AC" + "0" * 32
    return {"X-Twilio-Signature": signature(running.environment["TWILIO_AUTH_TOKEN"], url, fields)}


@pytest.mark.parametrize(
    ("forge", "noted"),
    [(_unsigned, None), (_wrongly_signed, "phone_forged"), (_of_another_account, "phone_other_account")],
)
def test_26_a_forged_callback_changes_nothing(
    standing: Deployment, settle: Settle, forge: Forge, noted: str | None
) -> None:
    """It is turned away at the door, even when it knows the token; a wrong signature leaves a line in the audit."""
    number = standing.new_number()
    standing.world.post("faults", drop_callbacks=True)
    standing.lead(number)
    standing.until("hand-over", lambda: standing.state_of(number) == "accepted")
    (row,) = standing.rows("SELECT attempt_token, provider_sid FROM messages WHERE to_address = :n", n=number)
    url = f"{standing.url}/phone/status/{row['attempt_token']}"
    fields = {
        "MessageSid": row["provider_sid"],
        "MessageStatus": "delivered",
        "AccountSid": standing.environment["TWILIO_ACCOUNT_SID"],
    }
    lines = "SELECT count(*) FROM audit WHERE action = :action"
    before = standing.value(lines, action=noted)

    headers = forge(standing, url, fields)
    answers = [requests.post(url, data=fields, headers=headers, timeout=10) for _ in range(3)]

    assert {each.status_code for each in answers} == {403}
    assert standing.state_of(number) == "accepted"
    if noted is not None:
        standing.until("a line in the audit", lambda: standing.value(lines, action=noted) > before)
    settle(standing, "26 forged callback", runs=3)


def test_26_the_same_callback_rightly_signed_counts(standing: Deployment) -> None:
    """The proof that the forged ones were refused for their signature."""
    number = standing.new_number()
    standing.world.post("faults", drop_callbacks=True)
    standing.relay.strike(passing, number=number)
    standing.lead(number)
    standing.until("hand-over", lambda: standing.state_of(number) == "accepted")
    (row,) = standing.rows("SELECT attempt_token, provider_sid FROM messages WHERE to_address = :n", n=number)
    url = f"{standing.url}/phone/status/{row['attempt_token']}"
    fields = {
        "MessageSid": row["provider_sid"],
        "MessageStatus": "delivered",
        "AccountSid": standing.environment["TWILIO_ACCOUNT_SID"],
    }
    signed = {"X-Twilio-Signature": signature(standing.environment["TWILIO_AUTH_TOKEN"], url, fields)}

    answer = requests.post(url, data=fields, headers=signed, timeout=10)

    assert answer.ok
    assert standing.state_of(number) == "delivered"
