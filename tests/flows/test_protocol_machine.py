"""The send protocol against a small model: any order of sends, crashes, lost answers, callbacks, looks and STOPs.

The model is a provider that tells the truth when it is asked, loses answers when the drawn example says so, and counts
what it took. Nothing of the product is replaced: the rules drive the flows on a real database.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from domain import claims, delivery
from domain.errors import DomainError
from domain.model import Message, MessageState
from flows import climb_ladder, dispatch, reconcile, settle_delivery, take_reply
from flows.dispatch import Handover
from flows.reconcile import Answer, Decision, Listed
from flows.settle_delivery import Accepted, NotSent, Refused, StatusReport, Unclear
from flows.team import Team
from storage import messages
from storage.tables import leads as lead_rows
from storage.unit import Database
from tests.domain import clock_oracle
from tests.flows import steps
from tests.support.builders import NOON

PHONES = ("+14165550191", "+14165550192", "+14165550193")
ENDINGS = ("answered", "answer_lost", "stored_500", "never_connected", "refused", "died_before", "died_after")
STORED = frozenset({"answered", "answer_lost", "stored_500", "died_after"})
STATUSES = ("queued", "sending", "sent", "delivered", "undelivered", "failed")
TORONTO = "America/Toronto"

FORGOTTEN = frozenset({MessageState.READY, MessageState.HELD, MessageState.EXPIRED})
"""States no text may be in that the provider has."""

PROVED = frozenset({MessageState.SENT, MessageState.DELIVERED})
"""States only the provider can have reported."""


class Provider:
    """What the phone company has, and whether it says so."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._shown_at: dict[str, datetime] = {}
        self.taken: list[tuple[Listed, Handover]] = []

    def take(self, handover: Handover, now: datetime, lag: timedelta) -> str:
        """Store a text and return its name; its own list shows it only after a while, at the latest when it expires."""
        sid = f"SM{next(self._numbers)}"
        message = handover.message
        self.taken.append((Listed(sid, message.to_address, message.body, "sent", now), handover))
        self._shown_at[sid] = now + min(lag, timedelta(seconds=handover.validity_seconds))
        return sid

    def sent_to(self, address: str, now: datetime) -> list[Listed]:
        """Return the list for one number as it shows now."""
        listed = [each for each, _handover in self.taken if each.to_address == address]
        return [each for each in listed if self._shown_at[each.provider_sid] <= now]


class Protocol(RuleBasedStateMachine):
    """Drive the flows in any order and hold the promise after every step."""

    def __init__(self, db: Database, team: Team) -> None:
        super().__init__()
        self.db, self.team = db, team
        self.now, self.wall = NOON, NOON
        self.provider = Provider()
        self.zombies: list[tuple[Handover, bool]] = []
        self.stopped: set[str] = set()
        self.sent_again: set[int] = set()
        self.ranks: dict[int, int] = {}
        self.keys = count(1)
        for phone in PHONES[:2]:
            self.a_lead_comes_in(phone)

    def teardown(self) -> None:
        """Give the database back."""
        self.db.close()

    # --- what people and time do ---

    @rule(phone=st.sampled_from(PHONES))
    def a_lead_comes_in(self, phone: str) -> None:
        """Open a lead; whoever is on a lead or asked to be left alone is refused."""
        with suppress(DomainError):
            steps.opened(self.db, self.team, self.now, key=f"lead{next(self.keys)}", phone=phone)

    @rule(minutes=st.sampled_from([90, 11 * 60, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        """Move both clocks."""
        self.now += timedelta(minutes=minutes)
        self.wall += timedelta(minutes=minutes)

    @rule(phone=st.sampled_from(PHONES), body=st.sampled_from(["STOP", "ARRÊT", "Call me"]))
    def they_write(self, phone: str, body: str) -> None:
        """Take in a keyword or anything else."""
        inbound = take_reply.Inbound(f"SMin{next(self.keys)}", phone, body, 0)
        take_reply.take(self.db, self.team, inbound, self.now)
        if body != "Call me":
            self.stopped.add(phone)

    # --- what the ticks do ---

    @rule(ending=st.sampled_from(ENDINGS), minutes=st.sampled_from([0, 1, 6]), lag=st.sampled_from([0, 3, 600]))
    def texts_leave(self, ending: str, minutes: int, lag: int) -> None:
        """Hand over everything due a little later; the exchange with the provider ends like this."""
        self.time_passes(minutes)
        climb_ladder.climb(self.db, self.team, self.now, self.wall, owner="w1")
        for handover in dispatch.begin(self.db, self.team, self.now, self.wall, owner="w1"):
            self._check_permission(handover)
            sid = self.provider.take(handover, self.now, timedelta(minutes=lag)) if ending in STORED else ""
            if ending.startswith("died"):
                self.zombies.append((handover, ending == "died_after"))
            else:
                settle_delivery.record(self.db, self.team, handover, _result(ending, sid), self.now)

    def _check_permission(self, handover: Handover) -> None:
        address = handover.message.to_address
        minute = clock_oracle.minute_of(self.now)
        assert address not in self.stopped or handover.message.purpose == "opt_out_confirmation"
        assert (
            clock_oracle.is_open(TORONTO, minute, clock_oracle.call_hours)
            or handover.message.purpose == "opt_out_confirmation"
        )

    @precondition(lambda self: self.zombies)
    @rule(data=st.data())
    def a_late_result_arrives(self, data: st.DataObject) -> None:
        """Let a worker that was thought dead write what it knows."""
        handover, stored = self.zombies.pop(data.draw(st.integers(0, len(self.zombies) - 1)))
        result = Accepted(self._sid_of(handover)) if stored else Unclear("late")
        settle_delivery.record(self.db, self.team, handover, result, self.now)

    def _sid_of(self, handover: Handover) -> str:
        return next(listed.provider_sid for listed, taken in self.provider.taken if taken is handover)

    @precondition(lambda self: self.provider.taken)
    @rule(data=st.data(), status=st.sampled_from(STATUSES))
    def a_callback_arrives(self, data: st.DataObject, status: str) -> None:
        """Report any status, in any order, as often as it likes."""
        listed, handover = data.draw(st.sampled_from(self.provider.taken))
        told = StatusReport(handover.attempt_token, listed.provider_sid, status, None)
        settle_delivery.report(self.db, f"status:{listed.provider_sid}:{status}", told, self.now)

    @rule()
    def leases_end(self) -> None:
        """Give up the workers that said nothing."""
        self.wall += claims.LEASE + timedelta(seconds=1)
        settle_delivery.doubt_expired(self.db, self.now, self.wall)

    @rule(minutes=st.sampled_from([1, 6]))
    def doubts_are_looked_up(self, minutes: int) -> None:
        """Read the provider's list for each text in doubt that is due a little later."""
        self.time_passes(minutes)
        for message_id in reconcile.due(self.db, self.now):
            known = reconcile.find(self.db, message_id)
            assert known is not None
            listed = self.provider.sent_to(known.message.to_address, self.now)
            reconcile.look(self.db, self.team, known.message.message_id, listed, self.now)

    @rule(answer=st.sampled_from(Answer))
    def a_person_decides(self, answer: Answer) -> None:
        """Answer every open question alike."""
        for message in self._messages():
            if message.state is MessageState.NEEDS_PERSON:
                self.sent_again |= {message.message_id} if answer is Answer.AGAIN else set()
                reconcile.decide(
                    self.db, Decision(f"click{next(self.keys)}", message.message_id, answer, steps.RILEY), self.now
                )

    # --- what must hold after every step ---

    @invariant()
    def the_promise_holds(self) -> None:
        """Compare every row with what the provider took."""
        rows = self._messages()
        taken = Counter(handover.message.message_id for _listed, handover in self.provider.taken)
        once = set(taken) - self.sent_again
        moving = Counter(each.to_address for each in rows if each.state in delivery.IN_FLIGHT)
        for message in rows:
            number, rank = message.message_id, delivery.RANK[message.state]
            assert taken[number] <= 1 or number in self.sent_again, f"heard twice: {message}"
            assert number not in once or message.state not in FORGOTTEN, f"lost: {message}"
            assert number in taken or message.state not in PROVED, f"never sent: {message}"
            assert moving[message.to_address] <= 1, f"two on their way: {message}"
            known = self.ranks.get(number, 0)
            assert rank >= known or known < delivery.RANK[MessageState.ACCEPTED], f"stepped back: {message}"
            self.ranks[number] = rank

    def _messages(self) -> list[Message]:
        with self.db.read() as tx:
            leads = set(tx.execute(select(lead_rows.c.id)).scalars())
            return [message for group in messages.of_leads(tx, leads).values() for message in group]


def _result(ending: str, sid: str) -> settle_delivery.Result:
    match ending:
        case "answered":
            return Accepted(sid)
        case "never_connected":
            return NotSent(None, "provider_unreachable", timedelta(seconds=5))
        case "refused":
            return Refused(21211)
    return Unclear("ReadTimeout")


@pytest.mark.parametrize(("engine", "examples"), [("sqlite", 40), ("postgresql", 10)])
def test_no_order_of_events_breaks_the_promise(
    request: pytest.FixtureRequest, team: Team, engine: str, examples: int
) -> None:
    """Once, lawfully, never lost: whatever happens, in whatever order."""
    new_database: Callable[[], str] = request.getfixturevalue(f"new_{engine}_database")
    run_state_machine_as_test(
        lambda: Protocol(Database.open(new_database()), team),  # type: ignore[arg-type]  # any maker will do
        settings=settings(max_examples=examples, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
