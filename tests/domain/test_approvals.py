"""Who may decide, when, and what late clicks are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import approvals
from domain.approvals import Decision, Refusal, RefusalCode, Verb
from domain.model import Actor, Approval, ApprovalKind, ApprovalState, Role

ASKED = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CLICK = ASKED + timedelta(hours=1)
SAM = Actor("U0SAM", Role.APPROVER)
PAT = Actor("U0PAT", Role.ADMIN)
REQUEST = Approval(
    approval_id="a1",
    kind=ApprovalKind.OFFER,
    subject_id=12,
    revision=3,
    state=ApprovalState.PENDING,
    amount_cents=24_150_000,
    preview="Our offer is $241,500.",
    requested_by="U0RILEY",
    requested_at=ASKED,
    expires_at=approvals.expires_at(ASKED),
    decided_by=None,
    decided_at=None,
    decision_note=None,
)


def click(
    approval: Approval = REQUEST,
    actor: Actor = SAM,
    verb: Verb = Verb.APPROVE,
    *,
    revision: int = 3,
    at: datetime = CLICK,
    counter_cents: int | None = None,
) -> Decision | Refusal:
    """Click a button, an hour after the request unless said otherwise."""
    zone = timezone(timedelta(hours=-5))
    return approvals.decide(approval, actor, revision, at, verb, counter_cents=counter_cents, zone=zone)


@pytest.mark.parametrize(
    ("verb", "state"),
    [(Verb.APPROVE, ApprovalState.APPROVED), (Verb.REJECT, ApprovalState.REJECTED)],
)
@pytest.mark.parametrize("actor", [SAM, PAT])
def test_an_approver_decides_an_open_request(verb: Verb, state: ApprovalState, actor: Actor) -> None:
    """With the amount that was asked for."""
    assert click(actor=actor, verb=verb) == Decision(state, 24_150_000, actor.slack_id, CLICK)


def test_a_counter_carries_its_own_amount() -> None:
    """And nothing without one."""
    assert click(verb=Verb.COUNTER, counter_cents=20_000_000) == Decision(
        ApprovalState.COUNTERED, 20_000_000, "U0SAM", CLICK
    )
    for amount in (None, 0, -5):
        refused = click(verb=Verb.COUNTER, counter_cents=amount)
        assert isinstance(refused, Refusal)
        assert refused.code is RefusalCode.NO_AMOUNT


APPROVED = replace(REQUEST, state=ApprovalState.APPROVED, decided_by="U0SAM", decided_at=ASKED + timedelta(minutes=62))


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (click(APPROVED), "Already approved by you 14:02"),
        (click(APPROVED, verb=Verb.REJECT), "Already approved by you 14:02"),
        (click(APPROVED, PAT), "Already decided by <@U0SAM>: approved"),
        (click(replace(APPROVED, state=ApprovalState.REJECTED), PAT), "Already decided by <@U0SAM>: rejected"),
        (click(replace(APPROVED, decided_by=None, decided_at=None)), "Already decided by someone else: approved"),
        (click(actor=replace(SAM, slack_id="U0RILEY")), "Needs someone else: you asked for this approval"),
        (click(actor=Actor("U0RILEY", Role.AGENT)), "Only approvers can decide"),
        (click(actor=Actor("U0GUEST", Role.VIEWER)), "Only approvers can decide"),
        (click(APPROVED, Actor("U0GUEST", Role.VIEWER)), "Only approvers can decide"),
        (click(at=ASKED + approvals.EXPIRY), "Expired; renew"),
        (click(replace(REQUEST, state=ApprovalState.EXPIRED)), "Expired; renew"),
        (click(revision=4), "Changed since; here is the new one"),
        (click(replace(REQUEST, state=ApprovalState.VOID)), "Withdrawn: there is nothing left to decide"),
    ],
)
def test_a_click_that_decides_nothing_is_told_why(refused: Decision | Refusal, sentence: str) -> None:
    """No click is silently ignored."""
    assert isinstance(refused, Refusal)
    assert refused.sentence == sentence


def test_a_request_can_be_decided_up_to_its_last_second() -> None:
    """Expiry is the first instant that is too late."""
    assert isinstance(click(at=ASKED + approvals.EXPIRY - timedelta(seconds=1)), Decision)


def test_people_may_withdraw_their_own_request() -> None:
    """Rejecting one's own sends nothing."""
    assert isinstance(click(actor=replace(SAM, slack_id="U0RILEY"), verb=Verb.REJECT), Decision)


def test_a_team_of_one_may_switch_on_deciding_alone() -> None:
    """Explicitly, never by default."""
    owner = Actor("U0RILEY", Role.ADMIN)

    assert isinstance(approvals.decide(REQUEST, owner, 3, CLICK, Verb.APPROVE, self_approval=True), Decision)


@given(
    state=st.sampled_from(ApprovalState),
    role=st.sampled_from(Role),
    by=st.sampled_from(["U0RILEY", "U0SAM"]),
    revision=st.integers(2, 4),
    hours=st.integers(-1, 30),
    verb=st.sampled_from([Verb.APPROVE, Verb.COUNTER]),
)
def test_money_moves_only_on_an_open_current_request_by_another_approver(
    *, state: ApprovalState, role: Role, by: str, revision: int, hours: int, verb: Verb
) -> None:
    """Every other combination is refused."""
    decided = approvals.decide(
        replace(REQUEST, state=state),
        Actor(by, role),
        revision,
        ASKED + timedelta(hours=hours),
        verb,
        counter_cents=1,
    )
    may = role in {Role.APPROVER, Role.ADMIN} and by != "U0RILEY"

    assert isinstance(decided, Decision) == (may and state is ApprovalState.PENDING and revision == 3 and hours < 24)


def test_a_fingerprint_changes_with_every_character() -> None:
    """What was approved is what is sent."""
    assert approvals.preview_hash("Offre: 241 500 $") != approvals.preview_hash("Offre: 241 501 $")
    assert approvals.preview_hash("é") == approvals.preview_hash("e\u0301")
    assert len(approvals.preview_hash("")) == 64
