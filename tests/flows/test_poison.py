"""A row that breaks its work, or its worker: the others go on, and after five tries a person decides; both engines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import update

from domain import claims as limits
from domain.errors import DomainError
from domain.model import Lead, MessageState, RungState
from flows import climb_ladder, dead_letters, dispatch, lead_actions, settle_delivery, write_briefing
from flows.dead_letters import Answer, Decision
from flows.team import Team
from storage import claims, figures, ladders, messages, posts, records
from storage.tables import messages as message_table
from storage.tables import rungs as rung_table
from storage.unit import Database
from tests.flows import steps
from tests.flows.steps import HOUR, MINUTE, RILEY
from tests.support.builders import NOON

LATER = limits.LEASE + timedelta(seconds=1)
"""Past every lease and every backoff of the first tries."""


def _break_step(db: Database, lead: Lead, template: str = "no_such_template") -> None:
    with db.write() as tx:
        first = (rung_table.c.lead_id == lead.lead_id) & (rung_table.c.step == 1)
        tx.execute(update(rung_table).where(first).values(template=template))


def _break_text(db: Database, lead: Lead, language: str = "xx") -> None:
    """Write into a text's row what no code of ours can read."""
    with db.write() as tx:
        tx.execute(update(message_table).where(message_table.c.lead_id == lead.lead_id).values(language=language))


def _walls() -> Iterator[datetime]:
    """Yield moments of real time, each past the leases and backoffs of the one before."""
    return (NOON + each * timedelta(minutes=16) for each in count())


def _climb(db: Database, team: Team, wall: datetime, *, owner: str = "w1") -> int:
    return sum(iter(lambda: climb_ladder.climb(db, team, NOON, wall, owner=owner), 0))


def _raw_state(db: Database, lead: Lead) -> str:
    with db.read() as tx:
        query = message_table.select().where(message_table.c.lead_id == lead.lead_id)
        return str(tx.execute(query).one().state)


def _taken(db: Database, queue: claims.Queue, wall: datetime, owner: str, limit: int = 50) -> claims.Taken:
    """Claim, and commit, as a worker does right before it works or dies."""
    with db.write() as tx:
        return claims.take(tx, queue, NOON, wall, owner=owner, limit=limit)


def _dead_step(db: Database, team: Team) -> Lead:
    lead = steps.opened(db, team)
    _break_step(db, lead)
    for _try, wall in zip(range(limits.LIMIT), _walls(), strict=False):
        _climb(db, team, wall)
    return lead


def _rung_id(db: Database, lead: Lead) -> int:
    with db.read() as tx:
        return ladders.of_leads(tx, [lead.lead_id])[lead.lead_id][0].rung_id


def test_a_step_that_raises_keeps_no_other_from_its_turn(db: Database, team: Team) -> None:
    """In the same tick all others of its batch are acted on."""
    poison = steps.opened(db, team)
    others = [steps.opened(db, team, key=f"o{each}", phone=f"416-555-02{each:02d}") for each in range(5)]
    _break_step(db, poison)

    _climb(db, team, NOON)

    assert {steps.states(db, lead)[1] for lead in others} == {"queued"}
    assert steps.states(db, poison)[1] == "armed"


def test_a_step_that_raises_five_times_is_dead_and_nothing_else_of_its_ladder_is_armed(
    db: Database, team: Team
) -> None:
    """Not before the fifth; with backoff between, its error on record, and a card that asks."""
    lead = steps.opened(db, team)
    _break_step(db, lead)
    walls = _walls()
    states = []
    for _try in range(limits.LIMIT):
        _climb(db, team, next(walls))
        states.append(steps.states(db, lead)[1])
    with db.read() as tx:
        rung = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id][0]
        lines = records.audit_lines(tx, action="dead_rung")

    assert states == ["armed"] * 4 + ["dead"]
    assert rung.last_error == "DomainError"
    assert [line["subject"] for line in lines] == [lead.ref]
    assert _climb(db, team, next(walls)) == 0
    lead_actions.pause(db, lead.lead_id, RILEY, NOON)
    lead_actions.resume(db, lead.lead_id, RILEY, NOON + 9 * HOUR)
    assert list(steps.states(db, lead).values()) == ["dead"] + ["waiting"] * 5


def test_a_step_that_failed_waits_before_it_is_tried_again(db: Database, team: Team) -> None:
    """Nobody claims it before its backoff has passed, however many look."""
    lead = steps.opened(db, team)
    _break_step(db, lead)
    for _try in range(4):  # the fourth wait is up to 40 s
        _climb(db, team, NOON + _try * 16 * MINUTE)
    with db.read() as tx:
        until = tx.execute(rung_table.select().where(rung_table.c.step == 1)).one().lease_until

    assert _climb(db, team, until, owner="w2") == 0
    assert _climb(db, team, until + timedelta(milliseconds=1), owner="w2") == 1


@pytest.mark.parametrize(
    ("answer", "first", "second"), [(Answer.AGAIN, "queued", "waiting"), (Answer.DROP, "skipped", "armed")]
)
def test_a_person_decides_about_a_dead_step_once(
    db: Database, team: Team, answer: Answer, first: str, second: str
) -> None:
    """Mended and tried again it goes on like any other; skipped, the next one is armed. The same click twice is one."""
    lead = _dead_step(db, team)
    rung_id = _rung_id(db, lead)
    _break_step(db, lead, "first_text")

    for _copy in range(2):
        dead_letters.decide_rung(db, Decision("k1", rung_id, answer, RILEY), NOON)
    _climb(db, team, NOON + 20 * HOUR)

    found = steps.states(db, lead)
    assert (found[1], found[2]) == (first, second)
    with pytest.raises(DomainError, match="Already settled"):
        dead_letters.decide_rung(db, Decision("k2", rung_id, Answer.DROP, RILEY), NOON)


def test_a_dead_step_of_a_paused_ladder_waits_for_resume(db: Database, team: Team) -> None:
    """Trying again is no way past a pause."""
    lead = _dead_step(db, team)
    lead_actions.pause(db, lead.lead_id, RILEY, NOON)

    dead_letters.decide_rung(db, Decision("k1", _rung_id(db, lead), Answer.AGAIN, RILEY), NOON)

    assert set(steps.states(db, lead).values()) == {"waiting"}


def test_a_text_nobody_can_read_keeps_no_other_from_leaving_and_is_dead_after_five_tries(
    db: Database, team: Team
) -> None:
    """The row's own contents break the work; giving it up does not need them."""
    poison = steps.opened(db, team)
    other = steps.opened(db, team, key="r2", phone="416-555-0200")
    _climb(db, team, NOON)
    _break_text(db, poison)
    walls = _walls()

    handovers = dispatch.begin(db, team, NOON, next(walls), owner="w1")
    for _try in range(3):
        assert dispatch.begin(db, team, NOON, next(walls), owner="w1") == ()
    before = _raw_state(db, poison)
    dispatch.begin(db, team, NOON, next(walls), owner="w1")

    assert [each.message.lead_id for each in handovers] == [other.lead_id]
    assert (before, _raw_state(db, poison)) == ("ready", "dead")


def _dead_text(db: Database, team: Team) -> int:
    lead = steps.opened(db, team)
    _climb(db, team, NOON)
    _break_text(db, lead)
    for _try, wall in zip(range(limits.LIMIT), _walls(), strict=False):
        dispatch.begin(db, team, NOON, wall, owner="w1")
    _break_text(db, lead, "en")
    with db.read() as tx:
        (text,) = messages.of_leads(tx, [lead.lead_id])[lead.lead_id]
    assert (text.state, text.last_error) == (MessageState.DEAD, "ValueError")
    return text.message_id


def test_a_dead_text_tried_again_passes_the_gate_like_any_other(db: Database, team: Team) -> None:
    """In the night it is held, in the day it leaves; nothing is held against it any more."""
    message_id = _dead_text(db, team)

    for _copy in range(2):
        dead_letters.decide_message(db, Decision("k1", message_id, Answer.AGAIN, RILEY), NOON)

    assert dispatch.begin(db, team, NOON + 11 * HOUR, NOON + HOUR, owner="w1") == ()
    assert steps.message(db, message_id).state is MessageState.HELD
    (handover,) = dispatch.begin(db, team, NOON + 21 * HOUR, NOON + HOUR, owner="w1")
    assert handover.message.message_id == message_id
    with pytest.raises(DomainError, match="Already settled: M-1 is dispatching now"):
        dead_letters.decide_message(db, Decision("k2", message_id, Answer.DROP, RILEY), NOON)


def test_a_dead_text_that_is_dropped_lets_the_ladder_climb_on(db: Database, team: Team) -> None:
    """Its step counts as skipped."""
    message_id = _dead_text(db, team)

    dead_letters.decide_message(db, Decision("k1", message_id, Answer.DROP, RILEY), NOON)

    text = steps.message(db, message_id)
    assert text.state is MessageState.CANCELLED
    with db.read() as tx:
        found = [rung.state.value for rung in ladders.of_leads(tx, [text.lead_id or 0])[text.lead_id or 0]]
    assert found[:2] == ["skipped", "armed"]


def test_a_dead_text_is_taken_back_with_the_others_and_its_card_is_settled(db: Database, team: Team) -> None:
    """A pause plans its step anew; a person's late click is told how it stands."""
    message_id = _dead_text(db, team)
    lead_id = steps.message(db, message_id).lead_id or 0
    with db.read() as tx:
        before = tx.exec_driver_sql("SELECT revision FROM cards WHERE kind = 'dead_message'").scalar_one()

    lead_actions.pause(db, lead_id, RILEY, NOON)

    with db.read() as tx:
        after = tx.exec_driver_sql("SELECT revision FROM cards WHERE kind = 'dead_message'").scalar_one()
    assert after == before + 1
    with pytest.raises(DomainError, match="is cancelled now"):
        dead_letters.decide_message(db, Decision("k1", message_id, Answer.AGAIN, RILEY), NOON)
    lead_actions.resume(db, lead_id, RILEY, NOON)
    _climb(db, team, NOON + 20 * HOUR)
    assert len(dispatch.begin(db, team, NOON, NOON + 20 * HOUR, owner="w1")) == 1


def test_a_row_that_ends_its_process_takes_nobody_with_it(db: Database, team: Team) -> None:
    """All of its batch were claimed once; from then on each is claimed alone, and only the killer is given up."""
    leads = [steps.opened(db, team, key=f"o{each}", phone=f"416-555-02{each:02d}") for each in range(10)]
    killer = _rung_id(db, leads[3])
    deaths, taken = 0, claims.Taken()
    for wall, owner in zip(_walls(), (f"w{each}" for each in range(40)), strict=False):
        while (taken := _taken(db, claims.RUNGS, wall, owner)).ours:
            if killer in taken.ours:
                deaths += 1
                break  # the process is gone: nothing is released, the lease runs out
            with db.write() as tx:
                ladders.set_states(tx, taken.ours, RungState.QUEUED)
                claims.finish(tx, claims.RUNGS, taken.ours)
        if taken.exhausted:
            break

    assert deaths == limits.LIMIT
    assert taken.exhausted == (killer,)
    assert {steps.states(db, lead)[1] for lead in leads if lead is not leads[3]} == {"queued"}


def test_a_step_whose_worker_died_five_times_is_dead(db: Database, team: Team) -> None:
    """No error is known then; the card says that the program ended each time."""
    lead = steps.opened(db, team)
    walls = _walls()
    for _death in range(limits.LIMIT):
        assert _taken(db, claims.RUNGS, next(walls), "gone").claims
    _climb(db, team, next(walls))

    with db.read() as tx:
        (line,) = records.audit_lines(tx, action="dead_rung")
    assert steps.states(db, lead)[1] == "dead"
    assert line["detail"]["error"] == "process_died"


def test_a_slow_worker_changes_nothing_of_what_is_somebody_else_s_by_now(db: Database, team: Team) -> None:
    """Its lease ran out and another one acted: fencing keeps the late one out."""
    lead = steps.opened(db, team)
    slow = _taken(db, claims.RUNGS, NOON, "slow")

    _climb(db, team, NOON + LATER, owner="quick")

    with db.write() as tx:
        assert ladders.claimed(tx, slow.ours, "slow") == ()
    assert steps.states(db, lead)[1] == "queued"
    assert sum(steps.counts(db).values()) == 1


def test_a_zombie_s_late_result_is_evidence_only(db: Database, team: Team) -> None:
    """The lease of a hand-over ran out; what its worker reports an hour later changes no state."""
    steps.opened(db, team)
    (handover,) = steps.handed_over(db, team)
    assert settle_delivery.doubt_expired(db, NOON, NOON + limits.LEASE) == 0
    assert settle_delivery.doubt_expired(db, NOON, NOON + LATER) == 1

    steps.accept(db, team, handover, NOON + HOUR)

    assert steps.message(db, handover.message.message_id).state is MessageState.UNKNOWN
    with db.read() as tx:
        (line,) = records.audit_lines(tx, action="late_result")
    assert line["detail"]["result"] == "Accepted"


def test_two_workers_at_once_never_claim_the_same_step(db: Database, team: Team) -> None:
    """Each of forty is somebody's, and nobody's twice."""
    for each in range(40):
        steps.opened(db, team, key=f"o{each}", phone=f"416-555-02{each:02d}")

    def work(owner: str) -> list[int]:
        mine: list[int] = []
        while taken := _taken(db, claims.RUNGS, NOON, owner, limit=3).ours:
            mine += taken
        return mine

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, ("w1", "w2"))

    # Who finds every due row locked by the other goes home; a later look takes what is left.
    claimed = [*first, *second, *work("late")]
    assert len(claimed) == len(set(claimed)) == 40


def test_two_workers_that_climb_at_once_plan_each_text_once(db: Database, team: Team) -> None:
    """The whole turn, claim and work, by two workers on the same rows."""
    for each in range(20):
        steps.opened(db, team, key=f"o{each}", phone=f"416-555-02{each:02d}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda owner: _climb(db, team, NOON, owner=owner), ("w1", "w2")))
    _climb(db, team, NOON + LATER, owner="late")

    assert sum(steps.counts(db).values()) == 20


def test_two_briefing_clocks_make_one_briefing(db: Database, team: Team) -> None:
    """Whoever comes second finds it written."""
    steps.opened(db, team)
    schedule = write_briefing.Schedule(at=(NOON - 5 * HOUR).time(), zone="America/Toronto")

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: write_briefing.write_scheduled(db, team, schedule, NOON), range(4)))

    (briefing_id,) = [each for each in made if each is not None]
    with db.write() as tx:
        assert figures.briefing(tx, briefing_id) is not None
        assert {card.kind for card in posts.take_stale(tx, NOON, now=NOON, owner="w", lease=MINUTE)} == {
            "briefing",
            "lead",
        }
