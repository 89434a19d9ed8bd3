"""A change of policy in a running demo: proposed, tried on the past, approved by another admin, felt, taken back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.desk import Desk
from tests.support.practice import AVERY, BRIEFINGS, DANA, LEADS, RILEY, Practice, has_button, said, shows

EVENING = "2026-11-24T23:30:00+00:00"
"""Tuesday 18:30 in Toronto, 19:30 in Halifax: lawful."""

SHORT = {"sms": "Mon-Fri 09:00-17:00", "reason": "Complaints about texts after supper"}


def _open_lead(world: Practice, number: str, place: str) -> str:
    answer = world.command(f"/lead {number} 12 King St W, {place} — Jane Doe consent=express")
    ref = re.search(r"L-\d+", answer)
    assert ref is not None, answer
    return ref[0]


def _propose(world: Practice, place: str, **typed: str) -> dict[str, Any]:
    opened = world.post("command", user=DANA, channel=BRIEFINGS, text=f"/policy edit {place}")
    view = opened["view"] or world.state["views"][DANA][-1]
    seen = world.post("submit", user=DANA, view_id=view["id"], values=SHORT | typed)
    _close(world, DANA)
    return seen


def _refusal(world: Practice, card: dict[str, Any], action_id: str, user: str) -> str:
    """Click a button that is refused, read the window that says why, and close it."""
    seen = said(world.click(card, action_id, user=user))
    _close(world, user)
    return seen


def _close(world: Practice, user: str) -> None:
    """Close a person's windows: they stay open until somebody does, in the next story too."""
    for view in reversed(world.state["views"][user]):
        world.post("close", user=user, view_id=view["id"])


def _card(world: Practice, name: str, *holding: str) -> dict[str, Any]:
    """Wait for the newest card of a policy that shows every one of some words."""

    def look() -> dict[str, Any] | None:
        found = [each for each in world.messages(BRIEFINGS) if f"Policy · {name}" in shows(each)]
        return next((each for each in reversed(found) if all(words in shows(each) for words in holding)), None)

    return world.until(f"the policy card of {name} with {holding}", look)


def _lead_card(world: Practice, ref: str, *holding: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found = [each for each in world.messages(LEADS) if f"{ref} " in shows(each) + " "]
        return next((each for each in found if all(words in shows(each) for words in holding)), None)

    return world.until(f"the card of {ref} with {holding}", look)


def test_shorter_hours_hold_the_next_text_until_one_click_takes_them_back(world: Practice) -> None:
    """Proposal, replay, second admin, effect on a lead's card, rollback, and the text leaves."""
    world.reset_clock(EVENING)
    _open_lead(world, "416-555-0111", "Hamilton ON")
    world.texts_reach("+14165550111", 1)

    seen = said(_propose(world, "ON Hamilton"))
    assert "Hamilton, Ontario, version 1 is proposed" in seen
    assert "Of 1 text or call of the last 30 days, 1 would have waited" in seen
    card = _card(world, "Hamilton, Ontario, version 1", "Waits for a second admin", "Mon–Fri 09:00–17:00")

    assert "Needs someone else" in _refusal(world, card, "policy.approve", DANA)
    assert "Only admins can decide" in _refusal(world, card, "policy.approve", RILEY)
    world.click(card, "policy.approve", user=AVERY)
    card = _card(world, "Hamilton, Ontario, version 1", "In force", f"<@{AVERY}>")
    assert not has_button(card, "policy.approve")

    held = _open_lead(world, "416-555-0112", "Hamilton ON")
    _lead_card(world, held, "Ontario texts open 09:00 tomorrow", "this team's own hours")
    assert world.received("+14165550112") == []
    assert "Texts: Mon–Fri 09:00–17:00" in world.command("/policy show ON Hamilton")

    world.click(card, "policy.rollback", user=DANA)
    world.texts_reach("+14165550112", 1)
    card = _card(world, "Hamilton, Ontario, version 1", "Rolled back", f"<@{DANA}>")
    assert not has_button(card, "policy.rollback")
    assert "1 · rolled back" in world.command("/policy history ON Hamilton")


def test_a_policy_with_a_date_begins_by_itself(world: Practice) -> None:
    """Approved today for tomorrow: today's text leaves, tomorrow's waits."""
    world.reset_clock(EVENING)
    _propose(world, "NS Halifax", **{"from": "2026-11-25 08:00"})
    card = _card(world, "Halifax, Nova Scotia, version 1", "Waits for a second admin")
    world.click(card, "policy.approve", user=AVERY)
    _card(world, "Halifax, Nova Scotia, version 1", "Approved", "there: 2026-11-25 08:00, UTC−4 (Halifax)")
    _open_lead(world, "902-555-0113", "Halifax NS")
    world.texts_reach("+19025550113", 1)

    world.advance(days=1)
    _card(world, "Halifax, Nova Scotia, version 1", "In force")
    held = _open_lead(world, "902-555-0114", "Halifax NS")
    _lead_card(world, held, "Nova Scotia texts open 09:00 tomorrow", "this team's own hours")
    assert world.received("+19025550114") == []


def test_an_agent_sees_the_rules_and_an_admin_alone_proposes(noon: Practice) -> None:
    """The form opens for nobody else."""
    assert "built-in rules" in noon.command("/policy show MB Winnipeg")
    assert "takes the role of admin" in noon.command("/policy edit MB Winnipeg")
    assert "another admin decides" in noon.command("/policy help")
    refused = _propose(noon, "MB Winnipeg", call="daily 05:00-07:00")

    assert "could never leave" in str(refused)


@pytest.mark.browser
def test_the_change_of_a_policy_by_hand(desk: Desk) -> None:
    """In a browser: form, replay, second admin, a held card, rollback, and the text on the phone."""
    desk.world.reset_clock(EVENING)
    desk.type("/lead 705-555-0121 9 Main St, Barrie ON — Joan Roe consent=express")
    expect(desk.phone("+17055550121").locator("[data-status=delivered]").last).to_contain_text("Northern Doors")

    desk.sit(DANA, BRIEFINGS)
    desk.type("/policy edit ON Barrie")
    modal = desk.page.get_by_test_id("modal")
    expect(modal).to_contain_text("Barrie, Ontario")
    modal.locator("[data-block-id='sms'] input").fill("Mon-Fri 25:00-26:00")
    modal.locator("[data-block-id='reason'] textarea").fill("Complaints about texts after supper")
    modal.get_by_test_id("modal-submit").press("Enter")
    expect(desk.page.get_by_test_id("field-error")).to_contain_text("No such time")
    modal.locator("[data-block-id='sms'] input").fill("Mon-Fri 09:00-17:00")
    modal.get_by_test_id("modal-submit").press("Enter")
    desk.put_away("1 would have waited")
    expect(desk.message("Barrie, Ontario, version 1")).to_contain_text("1 is a first text to a seller")

    desk.sit(AVERY, BRIEFINGS)
    card = desk.message("Barrie, Ontario, version 1")
    desk.picture("policy")
    desk.press(card, "policy.approve")
    expect(desk.message("Barrie, Ontario, version 1", "In force")).to_be_visible()

    desk.sit(RILEY, LEADS)
    desk.type("/lead 705-555-0122 10 Main St, Barrie ON — June Poe consent=express")
    expect(desk.message("· June Poe", "this team's own hours")).to_be_visible()

    desk.sit(DANA, BRIEFINGS)
    desk.press(desk.message("Barrie, Ontario, version 1", "In force"), "policy.rollback")
    expect(desk.message("Barrie, Ontario, version 1", "Rolled back")).to_be_visible()
    expect(desk.phone("+17055550122").locator("[data-direction=outbound]").last).to_contain_text("Northern Doors")
    expect(desk.page.get_by_test_id("unknown-block")).to_have_count(0)
