"""Faults of Slack and of the people who use it: every act has one outcome and one answer, whatever is in between."""

import socket
from functools import partial
from typing import Any

import pytest
import requests

from tests.faults import people
from tests.faults.conftest import Settle
from tests.faults.deployment import LOOPBACK, Deployment
from tests.faults.relay import Relay
from tests.support.practice import AVERY, BRIEFINGS, DANA, LEADS, RILEY, Practice, has_button, said, shows

Json = dict[str, Any]


def _decide(how: str, shown: Json, user: str, world: Practice) -> str:
    return said(world.click(shown, f"approval.{how}", user=user))


def _stop_the_door(deployment: Deployment, _world: Practice) -> str:
    deployment.stop(deployment.webs[0])
    return "stopped"


def _type(text: str, world: Practice) -> str:
    return world.command(text)


def test_13_commands_in_flight_while_the_web_door_is_asked_to_stop(deployment: Deployment, settle: Settle) -> None:
    """Who was told of a lead has it; who was told nothing may type again; after the restart the cards are true."""
    numbers = [people.fresh_number() for _ in range(16)]
    typing = [partial(_type, people.line(number)) for number in numbers]
    stopping = partial(_stop_the_door, deployment)
    *answers, stopped = people.all_at_once(deployment.page_url, [*typing, stopping])
    assert stopped == "stopped"

    deployment.start_web()
    for number, answer in zip(numbers, answers, strict=True):
        if "L-" not in str(answer):
            assert "L-" in deployment.world.command(people.line(number)), answer
    for number in numbers:
        deployment.world.texts_reach(number, 1)

    settle(deployment, "13 SIGTERM in mid-command", runs=len(numbers))


def test_13_a_command_whose_door_is_killed_before_it_answers(deployment: Deployment, settle: Settle) -> None:
    """Committed and never acknowledged: the outcome is kept, and the same signed bytes again change nothing."""
    number = people.fresh_number()
    body, headers = people.signed_command(deployment, people.line(number))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"POST /slack/events HTTP/1.1\r\nhost: web\r\n{head}content-length: {len(body)}\r\n\r\n".encode() + body
    with socket.create_connection((LOOPBACK, deployment.port)) as slack:
        slack.sendall(request)
        deployment.until("the lead", lambda: deployment.value("SELECT id FROM leads"))
        deployment.kill(deployment.webs[0])

    deployment.start_web()
    for _ in range(2):
        answer = requests.post(f"{deployment.url}/slack/events", data=body, headers=headers, timeout=10)
        assert "L-1" in answer.text

    deployment.world.texts_reach(number, 1)
    assert deployment.value("SELECT count(*) FROM leads") == 1
    assert "L-1" in shows(people.card(deployment, "L-1"))
    settle(deployment, "13 kill -9 before the answer")


def test_27_an_event_that_arrives_four_times_changes_as_much_as_one(deployment: Deployment, settle: Settle) -> None:
    """The Home is drawn; nothing is written down, once or four times."""
    people.open_lead(deployment, number := people.fresh_number())
    deployment.world.texts_reach(number, 1)
    settle(deployment, "27 event four times")
    before = _counts(deployment)
    deployment.world.post("faults", slack_event_copies=4)

    deployment.world.post("home", user=RILEY)
    deployment.until("four deliveries", lambda: _traffic(deployment, "to_bot", "app_home_opened") == 4)
    settle(deployment, "27 event four times")

    assert _counts(deployment) == before
    assert list(deployment.world.state["homes"]) == [RILEY]
    answers = [each["status"] for each in _exchanges(deployment) if each["title"] == "app_home_opened"]
    assert answers == [200] * 4


def test_28_events_that_never_come_change_nothing_of_what_waits(deployment: Deployment, settle: Settle) -> None:
    """What needs a click goes on waiting for it; commands say so meanwhile, the Home when events come again."""
    number = people.fresh_number()
    ref = people.open_lead(deployment, number)
    deployment.world.texts_reach(number, 1)
    people.ask_approval(deployment, ref)
    deployment.world.post("faults", slack_drop_events=True)

    deployment.world.post("home", user=AVERY)
    deployment.world.advance(hours=1)
    status = deployment.world.command("/heimdall status", user=AVERY)
    deployment.world.post("faults", slack_drop_events=False)
    assert AVERY not in deployment.world.state["homes"]
    assert "1 request" in status
    deployment.world.post("home", user=AVERY)
    home = deployment.until("the Home", lambda: deployment.world.state["homes"].get(AVERY))

    assert "D-1" in str(home["blocks"])
    assert len(deployment.world.received(number)) == 1
    settle(deployment, "28 events dropped")


@pytest.mark.parametrize("clicks", [2, 50])
def test_29_many_click_at_once_and_one_decides(deployment: Deployment, settle: Settle, clicks: int) -> None:
    """Approve against reject: one decision, at most one text, and everybody else is told whose it was."""
    number = people.fresh_number()
    ref = people.open_lead(deployment, number)
    deployment.world.texts_reach(number, 1)
    shown = people.ask_approval(deployment, ref)

    hands = [("approve", AVERY), ("reject", DANA)] * (clicks // 2)
    people.all_at_once(deployment.page_url, [partial(_decide, how, shown, who) for how, who in hands])

    deployment.until("the decided card", lambda: people.asking(deployment, ref) is None)
    (decided,) = deployment.rows("SELECT state, decided_by FROM approvals")
    lines = deployment.rows(
        "SELECT action, count(*) AS times FROM audit WHERE action LIKE 'approval_%' GROUP BY action"
    )
    won = f"approval_{decided['state']}"
    assert {row["action"]: row["times"] for row in lines} == {won: 1, "approval_refused": clicks - 1}
    losers = [act for act in deployment.world.state["acts"] if act["what"].startswith("approval.") and act["view"]]
    assert len(losers) == clicks - 1
    for act in losers:
        assert "Already" in str(act["view"])
        assert ("by you" if act["user"] == decided["decided_by"] else decided["decided_by"]) in str(act["view"])
    deployment.world.texts_reach(number, 1 + (decided["state"] == "approved"))
    settle(deployment, "29 clicks at once", runs=clicks)
    assert len(deployment.world.received(number)) == 1 + (decided["state"] == "approved")


def test_30_a_card_behind_the_numbers_decides_nothing(deployment: Deployment, settle: Settle) -> None:
    """The draft was edited while the old card still stood there: the click is told so, a fresh card asks."""
    number = people.fresh_number()
    ref = people.open_lead(deployment, number)
    deployment.world.texts_reach(number, 1)
    old = people.ask_approval(deployment, ref)
    deployment.stop(deployment.jobs[0])  # nobody redraws the old card now
    deployment.world.command(f"/deal {ref} arv=400k repairs=60k asking=320k")

    told = people.approve(deployment, old)
    deployment.start_jobs()

    assert "Changed since" in told
    fresh = deployment.until("a fresh card", lambda: _another(deployment, ref, old))
    assert len(deployment.world.received(number)) == 1
    people.approve(deployment, fresh)
    bodies = deployment.world.texts_reach(number, 2)
    settle(deployment, "30 stale card")
    (approved,) = deployment.rows("SELECT preview FROM approvals WHERE state = 'approved'")
    assert bodies[1] == approved["preview"]
    assert len(deployment.world.received(number)) == 2


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_31_a_restart_between_card_and_click_is_not_noticed(deployment: Deployment, settle: Settle, how: str) -> None:
    """Nothing that matters lies in memory: the first click after the restart counts."""
    number = people.fresh_number()
    ref = people.open_lead(deployment, number)
    deployment.world.texts_reach(number, 1)
    shown = people.ask_approval(deployment, ref)
    for child in (*deployment.webs, *deployment.jobs):
        getattr(deployment, how)(child)

    deployment.start_web()
    deployment.start_jobs()
    people.approve(deployment, shown)

    deployment.world.texts_reach(number, 2)
    deployment.until("the decided card", lambda: people.asking(deployment, ref) is None)
    settle(deployment, "31 restart before the click")
    assert len(deployment.world.received(number)) == 2


def test_32_posts_that_slack_asks_patience_for_keep_their_order(
    deployment: Deployment, settle: Settle, *, full: bool
) -> None:
    """429 again and again, and one post a second a channel: every card stands there once, in the order of its lead."""
    count, waits = (200, (1, 30, 5, 10, 2)) if full else (8, (1, 2))
    refs = [people.open_lead(deployment, people.fresh_number()) for _ in range(count)]
    for seconds in waits:
        deployment.world.post("faults", slack_retry_after_seconds=seconds, slack_429_times=2)
        deployment.until("two refusals", lambda: not deployment.world.state["faults"].get("slack_429_times"))
    deployment.until("every card", lambda: len(people.roots(deployment)) >= count, patience=10 * count)

    shown = [people.ref_in(shows(each)) for each in people.roots(deployment)]
    assert shown == refs
    settle(deployment, "32 Slack 429", runs=count)


def test_34_slack_is_down_and_what_was_approved_leaves(without_jobs: Deployment, settle: Settle) -> None:
    """Approved texts leave at their hour without Slack, others do not; later every card comes, once."""
    deployment = without_jobs
    slack = Relay((LOOPBACK, int(deployment.page_url.rpartition(":")[2])))
    deployment.start_jobs(SLACK_API_URL=f"{slack.url}/api/")
    approved, unasked, fresh = (people.fresh_number() for _ in range(3))
    refs = [people.open_lead(deployment, number) for number in (approved, unasked)]
    shown = [people.ask_approval(deployment, ref) for ref in refs]
    for number in (approved, unasked):
        deployment.world.texts_reach(number, 1)
    deployment.world.reset_clock("2026-11-25T03:00:00+00:00")  # 22:00 in Toronto
    people.approve(deployment, shown[0])
    slack.refuse()
    try:
        deployment.world.reset_clock("2026-11-25T14:05:00+00:00")
        people.open_lead(deployment, fresh)
        deployment.world.texts_reach(approved, 2)
        deployment.world.texts_reach(fresh, 1)
        before = len(people.roots(deployment))
        assert len(deployment.world.received(unasked)) == 1
    finally:
        slack.listen()
    deployment.until("the card of what came meanwhile", lambda: len(people.roots(deployment)) > before)
    deployment.until("every card as it is", lambda: not deployment.value("SELECT count(*) FROM cards WHERE stale"))
    settle(deployment, "34 Slack down")
    briefings = deployment.value("SELECT count(*) FROM cards WHERE kind = 'briefing'")
    assert len(people.roots(deployment, BRIEFINGS)) == briefings
    assert len(people.roots(deployment)) == 3
    slack.close()


@pytest.mark.parametrize("switch", ["slack_expired_triggers", "slack_view_errors"])
def test_35_a_form_that_slack_does_not_open_comes_as_a_button(
    deployment: Deployment, settle: Settle, switch: str
) -> None:
    """The person who asked sees a note with a button; it opens the same form, and the form works."""
    deployment.world.post("faults", **{switch: True})
    seen = deployment.world.post("command", user=RILEY, channel=LEADS, text="/lead")
    deployment.world.post("faults", **{switch: False})

    assert seen["view"] is None
    assert has_button(seen["shown"], "lead.form"), seen
    opened = deployment.world.click(seen["shown"], "lead.form")
    view = opened["view"] or deployment.until("the form", lambda: deployment.world.state["views"].get(RILEY))[-1]
    number = people.fresh_number()
    values = {"name": "Jane Doe", "phone": number, "address": people.HAMILTON, "source": "referral"}
    values |= {"basis": "casl.express", "proof": "Signed card, 2026-11-20", "language": "en"}
    deployment.world.post("submit", user=RILEY, view_id=view["id"], values=values)
    deployment.world.texts_reach(number, 1)
    settle(deployment, "35 window not opened")


def _another(deployment: Deployment, ref: str, old: Json) -> Json | None:
    found = people.asking(deployment, ref)
    return found if found is not None and found["ts"] != old["ts"] else None


def _counts(deployment: Deployment) -> dict[str, int]:
    tables = ("inbox", "leads", "messages", "cards", "audit", "receipts", "kpi_events", "briefings", "approvals")
    return {table: deployment.value(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608 - names above


def _traffic(deployment: Deployment, direction: str, title: str) -> int:
    counted: int = deployment.world.state["traffic"][direction].get(title, 0)
    return counted


def _exchanges(deployment: Deployment) -> list[Json]:
    answer = requests.get(f"{deployment.page_url}/_control/traffic", timeout=30)
    exchanges: list[Json] = answer.json()["exchanges"]
    return exchanges
