"""``/heimdall`` and App Home: the state of things, and the switch that stops sending."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.slack import asking
from storage import records
from tests.bot import doors as kit
from tests.bot.slack_reading import said

if TYPE_CHECKING:
    from tests.bot.doors import Doors, SlackApi, Stage


def paused(doors: Doors) -> frozenset[str]:
    """Return what is switched off."""
    with doors.deps.db.read() as tx:
        return records.paused_scopes(tx)


@pytest.mark.parametrize(
    ("word", "scope"),
    [
        ("", "all"),
        ("all", "all"),
        ("ON", "province:ON"),
        ("Québec", "province:QC"),
        ("sms", "channel:sms"),
        ("ladder", "ladder"),
    ],
)
def test_an_approver_pauses_and_resumes(doors: Doors, word: str, scope: str) -> None:
    """The answer says what stopped and how to go on; saying it twice changes nothing."""
    text = said(doors.command(f"/heimdall pause {word}", by=kit.AVERY))
    assert paused(doors) == {scope}
    assert "/heimdall resume" in text
    assert "already" in said(doors.command(f"/heimdall pause {word}", by=kit.SAM))

    assert "goes on" in said(doors.command(f"/heimdall resume {word}", by=kit.SAM))
    assert paused(doors) == frozenset()
    assert "was not paused" in said(doors.command(f"/heimdall resume {word}", by=kit.SAM))
    assert doors.audit("sending_paused")
    assert doors.audit("sending_resumed")


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_an_agent_may_not(doors: Doors, verb: str) -> None:
    """Stopping everybody's texts takes an approver."""
    assert "Only approvers and admins" in said(doors.command(f"/heimdall {verb}"))
    assert paused(doors) == frozenset()


def test_a_scope_nobody_knows_lists_what_there_is(doors: Doors) -> None:
    """With the provinces."""
    text = said(doors.command("/heimdall pause mars", by=kit.AVERY))

    assert "all, ladder, sms" in text
    assert "ON" in text


def test_status_tells_what_is_paused(doors: Doors) -> None:
    """The headline is the one thing to know first."""
    kit.beat(doors)
    assert "Sending is on" in said(doors.command("/heimdall status"))
    doors.command("/heimdall pause ON", by=kit.AVERY)

    assert "paused for Ontario" in said(doors.command("/heimdall status"))


def test_now_writes_one_briefing_however_often_the_same_bytes_come(doors: Doors) -> None:
    """The briefing is a card; the answer says where it will be."""
    first = doors.command("/heimdall now")
    again = doors.post(first.request.content, first.request.headers)

    assert "briefing channel" in said(first)
    assert said(again) == said(first)
    assert "1 card" in said(doors.command("/heimdall status"))


# --- Home ---


def home(doors: Doors) -> list[dict[str, Any]]:
    """Return every Home that was published."""
    return [call["view"] for call in doors.slack.asked("views.publish")]


def opened(who: str, tab: str = "home") -> dict[str, str]:
    """Return the event of somebody who opens the app."""
    return {"type": "app_home_opened", "user": who, "channel": kit.DIRECT, "tab": tab, "event_ts": "1.2"}


def test_home_is_drawn_for_the_person_who_opens_it(doors: Doors) -> None:
    """What waits for them, what is held, today's hours, health."""
    doors.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe")
    doors.click("lead.claim", 1)
    answer = doors.event(opened(kit.RILEY))

    assert answer.status_code == 200
    (view,) = home(doors)
    assert view["type"] == "home"
    assert "L-1" in json.dumps(view)


def test_home_names_the_offers_an_approver_may_decide(doors: Doors) -> None:
    """Not to an agent, and not to the one who asked."""
    doors.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe")
    doors.command("/deal L-1 arv=500k repairs=40k", by=kit.AVERY)
    for who in (kit.SAM, kit.RILEY, kit.AVERY):
        doors.event(opened(who), event_id=f"Ev{who}")

    assert ["offer to decide" in json.dumps(view) for view in home(doors)] == [True, False, False]


def test_home_of_an_outsider_says_whom_to_ask(doors: Doors) -> None:
    """And nothing of the team's business."""
    doors.event(opened(kit.STRANGER))

    assert asking.OUTSIDE in json.dumps(home(doors))


def test_the_messages_tab_is_no_home(doors: Doors) -> None:
    """Slack sends the same event for it."""
    doors.event(opened(kit.RILEY, tab="messages"))

    assert home(doors) == []


@pytest.mark.parametrize("error", ["internal_error", "ratelimited", None])
def test_a_home_slack_does_not_take_now_is_asked_for_again(doors: Doors, error: str | None) -> None:
    """Slack brings the event again, at once, after a minute and after five; then it is published."""
    if error:
        doors.slack.refusals["views.publish"] = error
    else:
        doors.slack.drop = True
    assert doors.event(opened(kit.RILEY)).status_code == 503
    doors.slack.reset()

    assert doors.event(opened(kit.RILEY)).status_code == 200
    assert home(doors)


def test_a_home_slack_will_never_take_is_no_error(doors: Doors) -> None:
    """The person sees the Home of last time; the event would change nothing by coming again."""
    doors.slack.refusals["views.publish"] = "hash_conflict"

    assert doors.event(opened(kit.RILEY)).status_code == 200


def test_homes_rest_while_slack_asks_for_patience(stage: Stage, slack_api: SlackApi, sqlite_url: str) -> None:
    """Until the time it named is over, nothing is published; then it is."""
    wall = kit.Moving(kit.real_time())
    with kit.doors(stage, slack_api, sqlite_url, wall=wall) as doors:
        slack_api.retry_after = 30
        assert doors.event(opened(kit.RILEY)).status_code == 503
        slack_api.reset()
        wall.move(seconds=29)
        assert doors.event(opened(kit.RILEY)).status_code == 503
        assert home(doors) == []
        wall.move(seconds=2)
        assert doors.event(opened(kit.RILEY)).status_code == 200
        assert home(doors)


def test_a27_an_event_four_times_has_one_effect(doors: Doors) -> None:
    """A Home is drawn anew and nothing is written; what people say is heard by nobody here, however often."""
    heard = {"type": "message", "user": kit.RILEY, "channel": kit.LEADS, "text": "/lead 4165550199", "ts": "1.1"}
    for event in (opened(kit.RILEY), heard):
        body = json.dumps({"type": "event_callback", "team_id": kit.TEAM_ID, "event_id": "Ev1", "event": event})
        first = doors.signed(body, "application/json")
        for number in range(1, 4):
            retry = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_timeout"}
            assert doors.post(first.request.content, dict(first.request.headers) | retry).status_code == 200

    homes = [json.dumps(said["view"]) for said in doors.slack.asked("views.publish")]
    assert len(homes) == 4
    assert len(set(homes)) == 1
    assert (doors.lead_count(), doors.notes(), doors.windows()) == (0, [], [])


@pytest.mark.parametrize("kind", ["message", "app_mention", "tokens_revoked", "whatever"])
def test_events_nobody_asked_for_are_taken(doors: Doors, kind: str) -> None:
    """So that Slack does not bring them again."""
    assert doors.event({"type": kind, "user": kit.RILEY, "channel": kit.LEADS}).status_code == 200


def test_a18_an_event_of_another_workspace(doors: Doors) -> None:
    """200, and a line."""
    answer = doors.event(opened(kit.RILEY), team="T0OTHER")

    assert answer.status_code == 200
    assert "isn't set up" in answer.text
    assert home(doors) == []
    assert len(doors.audit("unknown_workspace")) == 1
