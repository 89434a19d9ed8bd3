"""A change of policy from proposal to rollback, and switches between planning and hand-over, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from domain import policy_fields
from domain.approvals import Verb
from domain.errors import DomainError
from domain.law import BUILT_IN_POLICY
from domain.model import Actor, ApprovalKind, ApprovalState, Channel, Lead, MessageState, Purpose, Role, RungState
from domain.policies import EVERYWHERE, Policy, PolicyState, Scope
from domain.provinces import Province
from flows import (
    change_policy,
    climb_ladder,
    dispatch,
    draw_sheets,
    expire_approvals,
    gating,
    open_lead,
    switch_sending,
)
from flows.change_policy import Click, Proposal
from flows.team import Team
from storage import approvals, ladders, records
from storage.unit import Database
from tests.domain.policy_builders import ONTARIO, TORONTO
from tests.flows import steps
from tests.flows.steps import AVERY, DAY, HOUR, MINUTE, RILEY
from tests.support.builders import NOON

DANA, SAM = Actor("U0DANA", Role.ADMIN), Actor("U0SAM", Role.ADMIN)
HAMILTON = Scope(Province.ON, "Hamilton")

EVENING = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
"""Tuesday 18:30 in Hamilton: lawful, and after a short day."""

SHORT = "Mon-Fri 09:00-17:00"
LONG = "Mon-Fri 09:00-21:30, Sat-Sun 10:00-18:00"


def fields(**typed: str) -> dict[str, str]:
    """Return the form as it opens with the built-in rules, with changes; ``starts`` is the field ``from``."""
    return {**policy_fields.written(BUILT_IN_POLICY, NOON.date()), "reason": "Evening complaints"} | {
        "from" if name == "starts" else name: text for name, text in typed.items()
    }


def propose(
    db: Database, team: Team, now: datetime = NOON, *, key: str = "p1", scope: Scope = ONTARIO, **typed: str
) -> Policy:
    """Have Dana propose; shorter hours for texts unless said otherwise."""
    return change_policy.propose(db, team, Proposal(key, DANA, scope, fields(**({"sms": SHORT} | typed))), now)


def click(db: Database, policy: Policy, verb: Verb = Verb.APPROVE, actor: Actor = SAM) -> Click:
    """Return a click on a proposal's card."""
    with db.read() as tx:
        approval = approvals.newest_about(tx, ApprovalKind.POLICY, policy.policy_id)
    assert approval is not None
    return Click(approval.approval_id, verb, actor)


def approve(db: Database, team: Team, policy: Policy, now: datetime = NOON) -> Policy:
    """Have Sam approve."""
    return change_policy.decide(db, team, click(db, policy), now)


def put_in_force(
    db: Database, team: Team, now: datetime = NOON, *, key: str = "p1", scope: Scope = ONTARIO, **typed: str
) -> Policy:
    """Propose and approve."""
    return approve(db, team, propose(db, team, now, key=key, scope=scope, **typed), now)


def held(db: Database, team: Team, lead: Lead, now: datetime) -> tuple[str, datetime | None]:
    """Return why a lead's only text waits, and until when."""
    with db.read() as tx:
        (message,) = draw_sheets.lead_sheet(tx, team, lead.lead_id, now).messages
    return message.reason or message.state.value, message.opens_at


def state_of(db: Database, policy: Policy) -> PolicyState:
    """Return what has become of a version."""
    with db.read() as tx:
        return change_policy.get(tx, policy.policy_id).state


def test_a_proposal_changes_nothing_until_a_second_admin_approves(db: Database, team: Team) -> None:
    """Then the next hand-over follows it, and the receipt names the version and whose rules it is."""
    lead = steps.opened(db, team, EVENING)
    climb_ladder.climb(db, team, EVENING, EVENING, owner="w1")
    policy = propose(db, team, EVENING)
    assert held(db, team, lead, EVENING) == ("ready", None)

    approved = approve(db, team, policy, EVENING)
    assert dispatch.begin(db, team, EVENING, NOON, owner="w1") == ()

    assert (approved.state, approved.effective_at, approved.decided_by) == (PolicyState.ACTIVE, EVENING, "U0SAM")
    assert held(db, team, lead, EVENING) == ("team_window", datetime(2026, 11, 25, 14, 0, tzinfo=UTC))
    with db.read() as tx:
        (message,) = draw_sheets.lead_sheet(tx, team, lead.lead_id, EVENING).messages
        planned, at_handover = records.receipts_of(tx, message.message_id)
    assert (planned.facts["policy_scope"], planned.facts["policy_version"]) == ("built-in", 0)
    assert (at_handover.facts["policy_scope"], at_handover.facts["policy_version"]) == ("ON/ALL", 1)


def test_a_rollback_frees_what_the_policy_held_before_the_next_hand_over(db: Database, team: Team) -> None:
    """One admin, one click; it is recorded, and nobody waits for the morning."""
    policy = put_in_force(db, team, EVENING)
    lead = steps.opened(db, team, EVENING)
    assert steps.handed_over(db, team, EVENING) == ()
    assert held(db, team, lead, EVENING)[0] == "team_window"

    back = change_policy.roll_back(db, policy.policy_id, DANA, EVENING + MINUTE)

    assert len(dispatch.begin(db, team, EVENING + MINUTE, NOON, owner="w1")) == 1
    assert (back.state, back.ended_by) == (PolicyState.ROLLED_BACK, "U0DANA")
    with db.read() as tx:
        (line,) = records.audit_lines(tx, action="policy_rolled_back")
    assert (line["actor"], line["subject"]) == ("U0DANA", "ON/ALL")
    assert line["detail"] == {"version": 1, "in_force_now": "built-in v0"}
    with pytest.raises(DomainError, match="not in force"):
        change_policy.roll_back(db, policy.policy_id, DANA, EVENING + MINUTE)


def test_a_rollback_brings_the_version_before_back(db: Database, team: Team) -> None:
    """Of the same scope, with its own number."""
    first = put_in_force(db, team, per_day="2")
    second = put_in_force(db, team, key="p2", per_day="1")
    assert state_of(db, first) is PolicyState.SUPERSEDED

    change_policy.roll_back(db, second.policy_id, SAM, NOON)

    assert (state_of(db, first), state_of(db, second)) == (PolicyState.ACTIVE, PolicyState.ROLLED_BACK)
    with db.read() as tx:
        base_id, rules = change_policy.base(tx, TORONTO, NOON)
    assert (base_id, rules.max_per_day, rules.version) == (first.policy_id, 2, 1)
    third = put_in_force(db, team, key="p3", per_day="3")
    assert third.rules.version == 3


def test_the_nearest_policy_decides_each_send_of_one_batch(db: Database, team: Team) -> None:
    """Hamilton keeps long hours, Ontario short ones, Canada none in the evening."""
    put_in_force(db, team, key="p1", scope=EVERYWHERE, sms="Mon-Fri 09:00-12:00")
    put_in_force(db, team, key="p2", scope=ONTARIO)
    put_in_force(db, team, key="p3", scope=HAMILTON, sms="Mon-Fri 09:00-20:00")
    for number, place in enumerate(["Hamilton ON", "Barrie ON", "Montréal QC"]):
        phone = f"416-555-01{number:02d}"
        address = f"12 King St W, {place}"
        request = steps.request(f"r{number}", phone=phone, address=address)
        open_lead.open_lead(db, team, request, EVENING)

    (handover,) = steps.handed_over(db, team, EVENING)
    assert handover.message.to_address == "+14165550100"
    with db.read() as tx:
        used = {receipt.facts["policy_scope"] for number in (1, 2, 3) for receipt in records.receipts_of(tx, number)}
    assert used == {"ON/Hamilton", "ON/ALL", "CA/ALL"}


def test_a_batch_costs_the_same_statements_however_large_it_is(db: Database, team: Team) -> None:
    """Policies are read once for all."""
    put_in_force(db, team, scope=ONTARIO)
    put_in_force(db, team, key="p2", scope=HAMILTON, per_day="1")
    leads = [steps.opened(db, team, key=f"r{n}", phone=f"416-555-0{n:03d}") for n in range(100, 120)]
    sends = [
        gating.Send(lead.contact.contact_id, lead.contact.phone_e164, lead, Channel.SMS, Purpose.LADDER, actor="system")
        for lead in leads
    ]
    counted: list[int] = []
    for batch in (sends[:1], sends):
        said: list[str] = []
        with db.read() as tx:
            event.listen(tx, "before_cursor_execute", lambda *call, said=said: said.append(call[2]))
            gating.decide(tx, team, batch, NOON)
        counted.append(len(said))

    assert counted[0] == counted[1] > 0


def test_a_proposal_shows_what_it_would_have_changed(db: Database, team: Team) -> None:
    """A text handed over at 18:30 would have waited for the morning."""
    steps.opened(db, team, EVENING)
    (handover,) = steps.handed_over(db, team, EVENING)
    steps.accept(db, team, handover, EVENING)

    tried = propose(db, team, EVENING + DAY).replay
    assert (tried["sends"], tried["held"], tried["first_texts"], tried["late"]) == (1, 1, 1, 1)
    assert propose(db, team, EVENING + 31 * DAY, key="p2", scope=HAMILTON).replay["sends"] == 0


def test_a_wider_policy_frees_held_texts_and_calls(db: Database, team: Team) -> None:
    """What tighter rules held is looked at again when wider ones come into force."""
    put_in_force(db, team, NOON, call=SHORT)
    waiting = steps.opened(db, team, EVENING)
    steps.handed_over(db, team, EVENING)
    assert held(db, team, waiting, EVENING)[0] == "team_window"
    put_in_force(db, team, EVENING + MINUTE, key="p2", sms=LONG, call=SHORT)
    assert len(dispatch.begin(db, team, EVENING + MINUTE, NOON, owner="w1")) == 1

    lead = steps.opened(db, team, EVENING, key="r2", phone="416-555-0150")
    (handover,) = steps.handed_over(db, team, EVENING + 2 * MINUTE)
    steps.accept(db, team, handover, EVENING + 2 * MINUTE)
    climb_ladder.climb(db, team, EVENING + HOUR, EVENING + HOUR, owner="w1")
    with db.read() as tx:
        call = ladders.of_leads(tx, [lead.lead_id])[lead.lead_id][1]
    assert (call.state, call.note) == (RungState.ARMED, "team_window")

    put_in_force(db, team, EVENING + HOUR, key="p3", sms=LONG, call=LONG, per_day="2")
    climb_ladder.climb(db, team, EVENING + HOUR, EVENING + HOUR, owner="w1")

    assert steps.states(db, lead)[2] == RungState.POSTED


def test_a_policy_with_a_date_counts_from_that_minute_on(db: Database, team: Team) -> None:
    """Whether or not the tick has noted it; the tick then ends the version before."""
    first = put_in_force(db, team, sms=LONG, per_day="2")
    policy = put_in_force(db, team, key="p2", starts="2026-11-24 18:00")
    assert policy.state is PolicyState.SCHEDULED
    starts = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    lead = steps.opened(db, team, starts - MINUTE)
    climb_ladder.climb(db, team, starts - MINUTE, starts - MINUTE, owner="w1")
    assert held(db, team, lead, EVENING) == ("ready", None)

    assert dispatch.begin(db, team, starts, NOON, owner="w1") == ()
    assert change_policy.come_into_force(db, starts - MINUTE) == 0
    assert change_policy.come_into_force(db, starts) == 1
    assert change_policy.come_into_force(db, starts) == 0

    assert (state_of(db, first), state_of(db, policy)) == (PolicyState.SUPERSEDED, PolicyState.ACTIVE)
    change_policy.roll_back(db, policy.policy_id, DANA, starts)
    assert state_of(db, first) is PolicyState.ACTIVE


def test_a_scheduled_policy_can_be_called_off(db: Database, team: Team) -> None:
    """Nothing came into force, so nothing changes; and until then no other change is taken."""
    policy = put_in_force(db, team, starts="2026-12-01")
    with pytest.raises(DomainError, match="waits for its time"):
        propose(db, team, key="p2")

    change_policy.roll_back(db, policy.policy_id, DANA, NOON)

    assert change_policy.come_into_force(db, NOON + 30 * DAY) == 0
    assert propose(db, team, key="p3").rules.version == 2


@pytest.mark.parametrize(
    ("actor", "verb", "says"),
    [
        (DANA, Verb.APPROVE, "Needs someone else"),
        (AVERY, Verb.APPROVE, "Only admins can decide"),
        (RILEY, Verb.REJECT, "Only admins can decide"),
    ],
)
def test_one_admin_alone_changes_nothing(db: Database, team: Team, actor: Actor, verb: Verb, says: str) -> None:
    """The refused click is written down."""
    policy = propose(db, team)

    with pytest.raises(DomainError, match=says):
        change_policy.decide(db, team, click(db, policy, verb, actor), NOON)

    assert state_of(db, policy) is PolicyState.PROPOSED
    with db.read() as tx:
        assert len(records.audit_lines(tx, action="policy_click_refused")) == 1


def test_only_admins_propose_and_roll_back(db: Database, team: Team) -> None:
    """Whatever door they come through."""
    with pytest.raises(DomainError, match="Only admins can propose"):
        change_policy.propose(db, team, Proposal("p1", AVERY, ONTARIO, fields(sms=SHORT)), NOON)
    policy = put_in_force(db, team)
    with pytest.raises(DomainError, match="Only admins can roll back"):
        change_policy.roll_back(db, policy.policy_id, AVERY, NOON)
    assert state_of(db, policy) is PolicyState.ACTIVE


def test_a_rejected_proposal_is_over_and_makes_room(db: Database, team: Team) -> None:
    """Its author may withdraw it the same way."""
    change_policy.decide(db, team, click(db, propose(db, team), Verb.REJECT), NOON)
    second = propose(db, team, key="p2")
    ended = change_policy.decide(db, team, click(db, second, Verb.REJECT, DANA), NOON)

    assert (ended.state, ended.ended_by) == (PolicyState.REJECTED, "U0DANA")
    with pytest.raises(DomainError, match="Already decided by <@U0DANA>"):
        change_policy.decide(db, team, click(db, second), NOON)
    with db.read() as tx:
        assert change_policy.base(tx, ONTARIO, NOON) == (0, BUILT_IN_POLICY)


def test_two_clicks_at_once_decide_once(db: Database, team: Team) -> None:
    """The loser is told who was first."""
    clicked = click(db, propose(db, team))
    lee = replace(clicked, actor=Actor("U0LEE", Role.ADMIN), verb=Verb.REJECT)

    def run(one: Click) -> str:
        try:
            return change_policy.decide(db, team, one, NOON).state.value
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(run, [clicked, lee]))
    assert outcomes in (["active", "already_decided"], ["already_decided", "rejected"])


def test_a_proposal_falls_with_the_rules_it_compares_with(db: Database, team: Team) -> None:
    """Ontario's rules change under a proposal for Toronto, which has none of its own: nobody approves a stale diff."""
    stale = propose(db, team, scope=TORONTO)
    stale_click = click(db, stale)
    put_in_force(db, team, key="p2", scope=ONTARIO)

    with pytest.raises(DomainError, match="nothing left to decide"):
        change_policy.decide(db, team, stale_click, NOON)

    assert state_of(db, stale) is PolicyState.REJECTED
    assert propose(db, team, key="p3", scope=TORONTO, per_day="1").base_id > 0


def test_one_change_of_a_place_at_a_time_and_none_that_changes_nothing(db: Database, team: Team) -> None:
    """And the same bytes propose once."""
    with pytest.raises(DomainError, match="Nothing would change"):
        propose(db, team, sms=LONG)
    propose(db, team)
    with pytest.raises(DomainError, match="waits for a decision"):
        propose(db, team, key="p2", sms="off")
    with pytest.raises(DomainError, match="waits for a decision"):
        propose(db, team)


def test_a_proposal_nobody_decides_expires_and_makes_room(db: Database, team: Team) -> None:
    """After a day."""
    policy = propose(db, team)

    assert expire_approvals.expire(db, NOON + DAY) == 1
    with db.read() as tx:
        sheet = draw_sheets.policy_sheet(tx, policy.policy_id, NOON + DAY)
    assert sheet.policy.state is PolicyState.REJECTED
    assert sheet.approval is not None
    assert sheet.approval.state is ApprovalState.EXPIRED
    propose(db, team, NOON + DAY, key="p2")


def test_a_rollback_never_makes_an_inquiry_count_again(db: Database, team: Team) -> None:
    """That takes two people; everything else comes back with one click."""
    put_in_force(db, team, key="p1", sms=LONG, inquiry="yes")
    tightened = put_in_force(db, team, key="p2", sms=LONG, inquiry="no")

    with pytest.raises(DomainError, match="takes two people"):
        change_policy.roll_back(db, tightened.policy_id, DANA, NOON)

    assert state_of(db, tightened) is PolicyState.ACTIVE


def test_nothing_people_wrote_stands_in_the_audit_trail(db: Database, team: Team) -> None:
    """The reason is on the policy, not in the trail."""
    policy = put_in_force(db, team, reason="Jane Doe complained")
    change_policy.roll_back(db, policy.policy_id, DANA, NOON)

    with db.read() as tx:
        lines = records.audit_lines(tx)
    assert [line["action"] for line in lines] == ["policy_proposed", "policy_approved", "policy_rolled_back"]
    assert "Jane" not in str(lines)


# --- Switches ---


@pytest.mark.parametrize("words", ["", "ON", "ladder", "sms"])
def test_a_pause_counts_between_planning_and_hand_over(db: Database, team: Team, words: str) -> None:
    """For everything, a province, ladders or a channel: a text that was ready stays, and goes on afterwards."""
    lead = steps.opened(db, team)
    climb_ladder.climb(db, team, NOON, NOON, owner="w1")
    assert steps.counts(db) == {MessageState.READY: 1}
    scope = switch_sending.scope_of(words)

    switch_sending.pause(db, scope, AVERY, NOON)
    assert dispatch.begin(db, team, NOON, NOON, owner="w1") == ()
    assert held(db, team, lead, NOON) == ("paused", None)

    switch_sending.resume(db, scope, AVERY, NOON + MINUTE)
    assert len(dispatch.begin(db, team, NOON + 6 * MINUTE, NOON, owner="w1")) == 1


@pytest.mark.parametrize("words", ["QC", "call", "email"])
def test_a_pause_of_something_else_holds_nothing_here(db: Database, team: Team, words: str) -> None:
    """Neither another province nor another channel."""
    steps.opened(db, team)
    climb_ladder.climb(db, team, NOON, NOON, owner="w1")

    switch_sending.pause(db, switch_sending.scope_of(words), AVERY, NOON)
    assert len(dispatch.begin(db, team, NOON, NOON, owner="w1")) == 1


def test_status_names_every_switch_with_who_and_when(db: Database, team: Team) -> None:
    """The oldest first."""
    switch_sending.pause(db, "province:ON", AVERY, NOON)
    switch_sending.pause(db, "ladder", DANA, NOON + timedelta(minutes=1))

    with db.read() as tx:
        sheet = draw_sheets.status_sheet(tx, team, NOON)
    assert [(each.scope, each.by, each.at) for each in sheet.pauses] == [
        ("province:ON", "U0AVERY", NOON),
        ("ladder", "U0DANA", NOON + MINUTE),
    ]
