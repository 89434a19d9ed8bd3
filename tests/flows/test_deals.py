"""From numbers to a decision and a text, and the briefing that counts it, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select

from domain.approvals import Verb
from domain.errors import DomainError
from domain.model import Actor, ApprovalState, Lead, MessageState, Role
from domain.property_types import PropertyType
from domain.provinces import Province
from flows import add_buyer, brief_deal, decide_approval, draw_sheets, expire_approvals, switch_sending, write_briefing
from flows.brief_deal import BriefedDeal, DealRequest
from flows.decide_approval import Click
from flows.team import Team
from storage import records, tables
from storage.unit import Database
from tests.flows import steps
from tests.flows.steps import AVERY, DAY, HOUR, MINUTE, RILEY
from tests.support.builders import NOON

DANA = Actor("U0DANA", Role.ADMIN)
SCHEDULE = write_briefing.Schedule(at=time(8, 30), zone="America/Toronto")


def _briefed(
    db: Database,
    team: Team,
    lead: Lead,
    key: str = "d1",
    *,
    arv_cents: int | None = 45_000_000,
    repairs_cents: int | None = 5_000_000,
    asking_cents: int | None = None,
) -> BriefedDeal:
    request = DealRequest(
        key,
        RILEY,
        lead_id=lead.lead_id,
        arv_cents=arv_cents,
        repairs_cents=repairs_cents,
        asking_cents=asking_cents,
    )
    return brief_deal.brief(db, team, request, NOON)


def _click(briefed: BriefedDeal, verb: Verb, actor: Actor = AVERY, *, counter_cents: int | None = None) -> Click:
    return Click("k1", briefed.approval.approval_id, briefed.deal.revision, verb, actor, counter_cents)


def _buyer(db: Database, team: Team, name: str = "Priya Nair", low: int = 20_000_000, high: int = 60_000_000) -> None:
    request = add_buyer.BuyerRequest(
        key=f"buyer:{name}",
        actor=RILEY,
        name=name,
        phone="403-555-0123",
        provinces=frozenset({Province.ON}),
        markets=frozenset({"Hamilton"}),
        property_types=frozenset({PropertyType.DETACHED}),
        min_price_cents=low,
        max_price_cents=high,
    )
    assert add_buyer.add(db, team, request, NOON) is not None


def test_an_offer_is_computed_with_its_evidence_and_never_above_its_maximum(db: Database, team: Team) -> None:
    """Thin evidence narrows the factor and is said; the arithmetic is kept."""
    briefed = _briefed(db, team, steps.opened(db, team))

    offer, evidence = briefed.offer, briefed.offer.evidence
    assert offer.opening_cents <= offer.target_cents <= offer.stretch_cents <= offer.ceiling_cents <= offer.mao_cents
    assert briefed.liquidity.thin
    assert evidence["liquidity_thin"] is True
    assert evidence["factor"] == pytest.approx(0.675)
    assert offer.mao_cents == 45_000_000 * 675 // 1000 - 5_000_000 - 250_000


def test_the_seller_s_asking_price_bounds_the_offer(db: Database, team: Team) -> None:
    """Nobody offers more than is asked."""
    briefed = _briefed(db, team, steps.opened(db, team), asking_cents=20_000_000)

    assert briefed.offer.ceiling_cents == 20_000_000


def test_buyers_whose_box_fits_are_matched_with_reasons(db: Database, team: Team) -> None:
    """A buyer whose box is far below the price is not."""
    _buyer(db, team)
    _buyer(db, team, name="Small Box", low=1_000_000, high=2_000_000)

    briefed = _briefed(db, team, steps.opened(db, team))

    (hit,) = briefed.matches
    assert hit.buyer.contact.name == "Priya Nair"
    assert hit.match.reasons


@pytest.mark.parametrize(
    ("arv_cents", "repairs_cents", "words"),
    [
        (None, 5_000_000, "Need ARV"),
        (45_000_000, None, "Need repairs"),
        (45_000_000, 44_000_000, "60"),
    ],
)
def test_missing_and_impossible_numbers_are_refused_and_nothing_is_kept(
    db: Database, team: Team, arv_cents: int | None, repairs_cents: int | None, words: str
) -> None:
    """A refused brief leaves no deal behind."""
    lead = steps.opened(db, team)

    with pytest.raises(DomainError, match=words):
        _briefed(db, team, lead, arv_cents=arv_cents, repairs_cents=repairs_cents)

    with db.read() as tx:
        assert tx.execute(select(tables.deals)).all() == []


def test_a_what_if_stores_nothing(db: Database, team: Team) -> None:
    """The calculator answers and forgets."""
    lead = steps.opened(db, team)
    request = DealRequest("w", RILEY, lead_id=lead.lead_id, arv_cents=50_000_000, repairs_cents=4_000_000)

    offer = brief_deal.what_if(db, team, request)

    assert offer.mao_cents > 0
    with db.read() as tx:
        assert tx.execute(select(tables.deals)).all() == []


def test_an_approved_offer_becomes_one_text_through_the_gate(db: Database, team: Team) -> None:
    """Exactly the previewed words are queued, once."""
    lead = steps.opened(db, team)
    briefed = _briefed(db, team, lead)

    decided = decide_approval.decide(db, team, _click(briefed, Verb.APPROVE), NOON)

    assert decided.approval.state is ApprovalState.APPROVED
    assert decided.queued is not None
    sent = steps.message(db, decided.queued.message_id or 0)
    assert sent.body == briefed.approval.preview
    assert sent.state is MessageState.READY


def test_fifty_simultaneous_clicks_make_one_decision(db: Database, team: Team) -> None:
    """The first commit wins; everybody else is told."""
    briefed = _briefed(db, team, steps.opened(db, team))

    def click(number: int) -> str:
        verb = Verb.APPROVE if number % 2 else Verb.REJECT
        try:
            decide_approval.decide(db, team, _click(briefed, verb, actor=AVERY if number % 3 else DANA), NOON)
        except DomainError as refusal:
            return refusal.code
        return "won"

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(click, range(50)))

    assert answers.count("won") == 1
    assert sum(steps.counts(db).values()) <= 1


@pytest.mark.parametrize(
    ("actor", "verb", "words"),
    [
        (RILEY, Verb.APPROVE, "Only approvers"),
        (replace(RILEY, role=Role.APPROVER), Verb.APPROVE, "Needs someone else"),
        (AVERY, Verb.COUNTER, "amount"),
    ],
)
def test_clicks_that_do_not_count_say_why_and_are_on_the_record(
    db: Database, team: Team, actor: Actor, verb: Verb, words: str
) -> None:
    """Nothing is decided; one line of the audit trail says who tried."""
    briefed = _briefed(db, team, steps.opened(db, team))

    with pytest.raises(DomainError, match=words):
        decide_approval.decide(db, team, _click(briefed, verb, actor=actor), NOON)

    with db.read() as tx:
        assert len(records.audit_lines(tx, action="approval_refused")) == 1
    assert steps.counts(db) == {}


def test_new_numbers_void_what_was_asked_before(db: Database, team: Team) -> None:
    """An approval is bound to one revision."""
    lead = steps.opened(db, team)
    first = _briefed(db, team, lead)
    second = _briefed(db, team, lead, key="d2", arv_cents=40_000_000)

    with pytest.raises(DomainError):
        decide_approval.decide(db, team, _click(first, Verb.APPROVE), NOON)
    decided = decide_approval.decide(db, team, _click(second, Verb.APPROVE), NOON)

    assert second.deal.deal_id == first.deal.deal_id
    assert decided.approval.revision == 2


def test_a_request_nobody_decided_expires_after_a_day(db: Database, team: Team) -> None:
    """A late click is told so."""
    briefed = _briefed(db, team, steps.opened(db, team))

    expired = expire_approvals.expire(db, NOON + DAY)

    assert expired == 1
    with pytest.raises(DomainError, match="Expired"):
        decide_approval.decide(db, team, _click(briefed, Verb.APPROVE), NOON + DAY)


def test_a_counter_below_the_ceiling_asks_again_and_one_above_is_refused(db: Database, team: Team) -> None:
    """The counter is a new request by whoever countered; nobody goes above the ceiling."""
    lead = steps.opened(db, team)
    briefed = _briefed(db, team, lead)

    with pytest.raises(DomainError, match="Above the ceiling"):
        decide_approval.decide(db, team, _click(briefed, Verb.COUNTER, counter_cents=90_000_000), NOON)
    decide_approval.decide(db, team, _click(briefed, Verb.COUNTER, counter_cents=20_000_000), NOON)

    with db.read() as tx:
        columns = tables.approvals.c
        rows = tx.execute(select(columns.state, columns.amount_cents, columns.requested_by))
        found = sorted(tuple(row) for row in rows)
    assert ("countered", briefed.approval.amount_cents, "U0RILEY") in found
    assert ("pending", 20_000_000, "U0AVERY") in found


def test_two_clocks_make_one_briefing_a_day(db: Database, team: Team) -> None:
    """However many processes ask, the key in the database lets one through."""
    steps.opened(db, team)

    def ask(_clock: int) -> int | None:
        return write_briefing.write_scheduled(db, team, SCHEDULE, NOON)

    with ThreadPoolExecutor(4) as pool:
        made = [each for each in pool.map(ask, range(8)) if each is not None]

    assert len(made) == 1
    assert write_briefing.write_scheduled(db, team, SCHEDULE, NOON + DAY) is not None


def test_a_briefing_counts_what_happened_and_says_when_it_is_late(db: Database, team: Team) -> None:
    """Leads, first attempts, sends and matches of the day are in the figures."""
    lead = steps.opened(db, team)
    (handover,) = steps.handed_over(db, team, NOON + MINUTE)
    steps.accept(db, team, handover, NOON + MINUTE)
    _briefed(db, team, lead)

    made = write_briefing.write_scheduled(db, team, SCHEDULE, NOON + HOUR)

    assert made is not None
    with db.read() as tx:
        figures = draw_sheets.briefing_sheet(tx, made).figures
    assert figures["late"] is True
    assert figures["leads"] == {"total": 1, "by_province": {"ON": 1}}
    assert figures["speed_to_lead"] == {"median_seconds": 60.0, "tried": 1, "untried": 0}
    assert figures["sends"] == {"accepted": 1}
    assert figures["match_rate"] == {"n": 1, "hits": 0, "rate": 0.0}
    assert figures["error_rate"] == {"n": 1, "hits": 0, "rate": 0.0}
    assert figures["series"]["leads"][-1] == figures["series"]["texts"][-1] == 1


@pytest.mark.parametrize(
    ("now", "due_on"),
    [
        (datetime(2026, 11, 1, 13, 29, tzinfo=UTC), "2026-10-31"),  # 08:29 on the day Toronto's clocks go back
        (datetime(2026, 11, 1, 13, 30, tzinfo=UTC), "2026-11-01"),
        (datetime(2027, 3, 14, 12, 29, tzinfo=UTC), "2027-03-13"),  # 08:29 on the day they go forward
        (datetime(2027, 3, 14, 12, 30, tzinfo=UTC), "2027-03-14"),
    ],
)
def test_a_briefing_keeps_its_local_hour_through_clock_changes(
    db: Database, team: Team, now: datetime, due_on: str
) -> None:
    """08:30 is 08:30, once a day."""
    write_briefing.write_scheduled(db, team, SCHEDULE, now)

    with db.read() as tx:
        keys = list(tx.execute(select(tables.briefings.c.tick_key)).scalars())
    assert keys == [f"C0HEIMDALL:{due_on}"]


@pytest.mark.parametrize(
    ("words", "scope"), [("", "all"), ("ON", "province:ON"), ("québec", "province:QC"), ("sms", "channel:sms")]
)
def test_a_switch_holds_what_it_covers_until_it_is_lifted(db: Database, team: Team, words: str, scope: str) -> None:
    """Effective before the next hand-over."""
    switch_sending.pause(db, switch_sending.scope_of(words), AVERY, NOON)
    covered = scope != "province:QC"
    steps.opened(db, team)

    assert switch_sending.scope_of(words) == scope
    assert (steps.handed_over(db, team) == ()) is covered
    switch_sending.resume(db, scope, AVERY, NOON)
    later = steps.handed_over(db, team, NOON + 6 * MINUTE)
    assert len(later) == int(covered)


def test_an_agent_cannot_pause_sending(db: Database) -> None:
    """Only approvers and admins hold the switch."""
    with pytest.raises(DomainError, match="Only approvers"):
        switch_sending.pause(db, "all", RILEY, NOON)


@pytest.mark.parametrize("words", ["all", "Ontario", "sms"])
def test_what_a_switch_held_is_looked_at_as_soon_as_it_is_on_again(db: Database, team: Team, words: str) -> None:
    """Not at the next look of its own, minutes later: the text leaves the moment a person resumes."""
    scope = switch_sending.scope_of(words)
    steps.opened(db, team)
    switch_sending.pause(db, scope, AVERY, NOON)
    assert steps.handed_over(db, team) == ()

    switch_sending.resume(db, scope, AVERY, NOON + MINUTE)

    assert len(steps.handed_over(db, team, NOON + MINUTE)) == 1
