"""``/policy``: what people see, who may change it, and how a refusal reaches them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from domain import policy_fields
from domain.law import BUILT_IN_POLICY
from domain.model import ApprovalKind
from domain.policies import PolicyState
from flows import change_policy
from storage import approvals
from tests.bot import doors as kit
from tests.bot.slack_reading import said

if TYPE_CHECKING:
    import httpx

    from tests.bot.doors import Doors

FIELDS = {
    **policy_fields.written(BUILT_IN_POLICY, kit.NOON.date()),
    "sms": "Mon-Fri 09:00-17:00",
    "reason": "Complaints in the evening",
}


def propose(doors: Doors, *, by: str = kit.SAM, scope: str = "ON/Toronto", **typed: str) -> httpx.Response:
    """Send the form off."""
    return doors.submit("policy.edit", FIELDS | typed, by=by, metadata=scope)


def request(doors: Doors, policy_id: int = 1) -> str:
    """Return the value of the buttons on a proposal's card."""
    with doors.deps.db.read() as tx:
        approval = approvals.newest_about(tx, ApprovalKind.POLICY, policy_id)
    assert approval is not None
    return f"{approval.approval_id}:{approval.revision}"


def state(doors: Doors, policy_id: int = 1) -> PolicyState:
    """Return what has become of a version."""
    with doors.deps.db.read() as tx:
        return change_policy.get(tx, policy_id).state


def test_a_place_without_rules_of_its_own_shows_the_built_in_ones(doors: Doors) -> None:
    """With whose they are, and how to change them."""
    text = said(doors.command("/policy show ON Toronto"))

    assert "What applies in Toronto, Ontario" in text
    assert "Texts: Mon–Fri 09:00–21:30, Sat–Sun 10:00–18:00" in text
    assert "3 a day and 12 in 30 days" in text
    assert "built-in rules" in text
    assert "/policy edit ON Toronto" in text


def test_the_form_opens_filled_with_what_applies(doors: Doors) -> None:
    """For an admin; the scope comes back with it."""
    assert doors.command("/policy edit toronto", by=kit.SAM).text == ""

    (view,) = doors.windows()
    assert (view["callback_id"], view["private_metadata"]) == ("policy.edit", "ON/Toronto")
    filled = {block["block_id"]: block["element"].get("initial_value") for block in view["blocks"][1:]}
    assert filled["sms"] == "Mon–Fri 09:00–21:30, Sat–Sun 10:00–18:00"
    assert filled["per_day"] == "3"


def test_a_proposal_is_decided_by_another_admin_and_rolled_back_with_one_click(doors: Doors) -> None:
    """The whole way, over signed requests."""
    answer = propose(doors)
    assert "Toronto, Ontario, version 1 is proposed" in answer.text
    assert "another admin decides" in answer.text
    assert "waits for a second admin" in said(doors.command("/policy show ON Toronto"))

    doors.click("policy.approve", request(doors), by=kit.SAM)
    assert "Needs someone else" in json.dumps(doors.windows()[-1])
    doors.click("policy.approve", request(doors), by=kit.DANA)
    assert state(doors) is PolicyState.ACTIVE
    shown = said(doors.command("/policy show ON Toronto", by=kit.VIC))
    assert "Texts: Mon–Fri 09:00–17:00" in shown
    assert "version 1" in shown
    assert "Toronto, Ontario, version 1" in said(doors.command("/policy", by=kit.VIC))

    doors.click("policy.rollback", 1, by=kit.DANA)
    assert state(doors) is PolicyState.ROLLED_BACK
    history = said(doors.command("/policy history ON Toronto"))
    assert "1 · rolled back" in history
    assert "Complaints in the evening" in history
    doors.click("policy.rollback", 1, by=kit.DANA)
    assert "not in force" in json.dumps(doors.windows()[-1])


def test_hours_beyond_the_floor_are_taken_and_the_cut_is_shown(doors: Doors) -> None:
    """What really applies stands in the answer, and under /policy show."""
    answer = propose(doors, sms="daily 08:00-22:00")

    assert "Mon–Sun 08:00–22:00 asked" in json.dumps(answer.json(), ensure_ascii=False)
    doors.click("policy.approve", request(doors), by=kit.DANA)
    assert "Texts: Mon–Fri 09:00–21:30" in said(doors.command("/policy show ON Toronto"))


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("sms", "Mon-Fri 25:00-26:00", "No such time"),
        ("call", "daily 05:00-06:00", "could never leave"),
        ("closed_on", "30 Feb", "No such date"),
        ("from", "2027-03-14 02:30", "exist that day"),
        ("from", "2026-11-01", "Already past"),
        ("reason", "-", "Say why"),
    ],
)
def test_a_field_that_cannot_be_used_is_said_at_the_field(doors: Doors, field: str, text: str, says: str) -> None:
    """The form stays open, so that nothing typed is lost."""
    body = propose(doors, **{field: text}).json()

    assert says in body["errors"][field]


@pytest.mark.parametrize("who", [kit.RILEY, kit.AVERY, kit.VIC])
def test_only_an_admin_changes_a_policy(doors: Doors, who: str) -> None:
    """Not by command, form or button."""
    assert "takes the role of admin" in said(doors.command("/policy edit ON", by=who))
    assert "takes the role of admin" in propose(doors, by=who).text
    propose(doors)
    for action in ("policy.approve", "policy.reject"):
        doors.click(action, request(doors), by=who)
        assert "Only admins can decide" in json.dumps(doors.windows()[-1])
    assert state(doors) is PolicyState.PROPOSED
    doors.click("policy.approve", request(doors), by=kit.DANA)
    doors.click("policy.rollback", 1, by=who)
    assert "takes the role of admin" in json.dumps(doors.windows()[-1])
    assert state(doors) is PolicyState.ACTIVE


def test_a_stranger_s_click_decides_nothing_and_is_written_down(doors: Doors) -> None:
    """Whoever may not decide learns nothing about the request."""
    propose(doors)
    doors.click("policy.approve", request(doors), by=kit.STRANGER)

    assert state(doors) is PolicyState.PROPOSED
    (line,) = doors.audit("policy_click_refused")
    assert (line["actor"], line["subject"]) == (kit.STRANGER, "ON/Toronto")


@pytest.mark.parametrize("action", ["policy.approve", "policy.reject", "policy.rollback"])
@pytest.mark.parametrize("value", ["", "x", "nothing:1", "77", "1;DROP TABLE policies"])
def test_a_button_about_something_not_here(doors: Doors, action: str, value: str) -> None:
    """Is not found."""
    doors.click(action, value, by=kit.SAM)

    assert "not found" in json.dumps(doors.windows())


def test_a_button_of_an_offer_decides_no_policy_and_the_other_way_round(doors: Doors) -> None:
    """A request is decided by the rules of its own kind."""
    propose(doors)
    doors.click("approval.approve", request(doors), by=kit.AVERY)
    assert "not found" in json.dumps(doors.windows()[-1])
    doors.click("approval.counter", request(doors), by=kit.AVERY)
    assert "not found" in json.dumps(doors.windows()[-1])
    doors.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe")
    doors.command("/deal L-1 arv=500k repairs=40k")
    offer = doors.approval()
    doors.click("policy.approve", f"{offer.approval_id}:{offer.revision}", by=kit.DANA)

    assert "not found" in json.dumps(doors.windows()[-1])
    assert state(doors) is PolicyState.PROPOSED


@pytest.mark.parametrize("line", ["/policy show Atlantis", "/policy history", "/policy edit ON Gotham"])
def test_a_place_nobody_knows_is_refused_with_an_example(doors: Doors, line: str) -> None:
    """Of how to name one."""
    assert "Example: ON Toronto" in said(doors.command(line, by=kit.SAM))


def test_home_names_the_policy_an_admin_may_decide(doors: Doors) -> None:
    """Not to its author, and not to an approver."""
    propose(doors)
    for who in (kit.DANA, kit.SAM, kit.AVERY):
        event = {"type": "app_home_opened", "user": who, "channel": kit.DIRECT, "tab": "home", "event_ts": "1.2"}
        doors.event(event, event_id=f"Ev{who}")

    views = [json.dumps(call["view"], ensure_ascii=False) for call in doors.slack.asked("views.publish")]
    assert ["Policy Toronto, Ontario, version 1" in view for view in views] == [True, False, False]


def test_home_shows_the_hours_of_the_policy_in_force(doors: Doors) -> None:
    """For a whole province."""
    propose(doors, scope="MB/ALL")
    doors.click("policy.approve", request(doors), by=kit.DANA)
    event = {"type": "app_home_opened", "user": kit.RILEY, "channel": kit.DIRECT, "tab": "home", "event_ts": "1.2"}
    doors.event(event)

    (call,) = doors.slack.asked("views.publish")
    shown = json.dumps(call["view"], ensure_ascii=False)
    assert "*MB* · 12:00 · texts open until 17:00, calls open until 21:30" in shown


def test_status_names_the_switches(doors: Doors) -> None:
    """Who, and how to go on."""
    doors.command("/heimdall pause ON", by=kit.AVERY)
    doors.clock.move(minutes=1)
    doors.command("/heimdall pause ladder", by=kit.AVERY)

    text = said(doors.command("/heimdall status"))
    assert "Switched off: Ontario by <@U0AVERY>" in text
    assert "/heimdall resume ladder" in text
