"""The Web API as the bot's own SDK sees it."""

from __future__ import annotations

import re

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.practice import AVERY, DEALS, GUS, LEADS, RILEY, Practice, section


def refusal(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    """Return Slack's error code."""
    return str(error.value.response["error"])


def test_the_bot_learns_who_it_is(practice: Practice) -> None:
    """auth.test names the team, the bot's user and its scopes."""
    answer = practice.slack.auth_test()

    assert (answer["team_id"], answer["user_id"], answer["team"]) == ("T0HEIMDALL", "U0HEIMDALL", "Northern Doors")
    assert "chat:write" in str(answer.headers)


@pytest.mark.parametrize(("token", "code"), [("xoxb-wrong", "invalid_auth"), (None, "not_authed")])
def test_a_call_without_the_token_is_refused(practice: Practice, token: str | None, code: str) -> None:
    """Nothing is posted and the refusal says why."""
    stranger = WebClient(token, base_url=f"{practice.url}/api/", retry_handlers=[])

    with pytest.raises(SlackApiError) as error:
        stranger.chat_postMessage(channel=LEADS, text="hi")

    assert refusal(error) == code
    assert practice.messages() == []


def test_an_unknown_method_is_refused(practice: Practice) -> None:
    """As by Slack."""
    with pytest.raises(SlackApiError) as error:
        practice.slack.api_call("chat.shout")

    assert refusal(error) == "unknown_method"


def test_a_posted_message_is_stored_with_blocks_metadata_and_thread(practice: Practice) -> None:
    """What was posted can be read back, with ids Slack would have filled in."""
    metadata = {"event_type": "lead_card", "event_payload": {"lead": "L-12"}}
    parent = practice.slack.chat_postMessage(
        channel="#leads", text="Lead", blocks=[section("*Lead*")], metadata=metadata
    )
    practice.slack.chat_postMessage(channel=LEADS, text="reply", thread_ts=parent["ts"])

    assert parent["channel"] == LEADS
    assert re.fullmatch(r"\d{10}\.\d{6}", parent["ts"])
    assert parent["message"]["blocks"][0]["block_id"]
    first, second = practice.messages()
    assert first["metadata"] == metadata
    assert (first["user"], first["is_bot"]) == ("U0HEIMDALL", True)
    assert second["thread_ts"] == parent["ts"]
    history = practice.slack.conversations_history(channel=LEADS, include_all_metadata=True)
    assert [message["text"] for message in history["messages"]] == ["Lead"]
    assert history["messages"][0]["metadata"] == metadata
    replies = practice.slack.conversations_replies(channel=LEADS, ts=parent["ts"])
    assert [message["text"] for message in replies["messages"]] == ["Lead", "reply"]


def test_a_message_to_a_person_lands_in_their_conversation(practice: Practice) -> None:
    """A user id as channel means the direct conversation, which conversations.open names too."""
    posted = practice.slack.chat_postMessage(channel=RILEY, text="psst")
    opened = practice.slack.conversations_open(users=RILEY)

    assert posted["channel"] == opened["channel"]["id"] == "D0RILEY"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel": "C0NOWHERE", "text": "hi"}, "channel_not_found"),
        ({"channel": LEADS, "text": "  "}, "no_text"),
        ({"channel": LEADS, "text": "hi", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel": LEADS, "text": "hi", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"channel": LEADS, "text": "hi", "blocks": "{"}, "invalid_blocks_format"),
    ],
)
def test_a_wrong_post_is_refused(practice: Practice, arguments: dict[str, str], code: str) -> None:
    """The refusal carries Slack's code and nothing is posted."""
    with pytest.raises(SlackApiError) as error:
        practice.slack.api_call("chat.postMessage", json=arguments)

    assert refusal(error) == code
    assert practice.messages() == []


def test_an_edit_replaces_text_and_blocks_in_place(practice: Practice) -> None:
    """Text without blocks removes the blocks; metadata that is not given stays."""
    metadata = {"event_type": "card", "event_payload": {}}
    ts = practice.slack.chat_postMessage(channel=LEADS, text="one", blocks=[section("one")], metadata=metadata)["ts"]

    practice.slack.chat_update(channel=LEADS, ts=ts, text="two", blocks=[section("two")])
    assert practice.messages()[0]["blocks"][0]["text"]["text"] == "two"
    edited = practice.slack.chat_update(channel=LEADS, ts=ts, text="three")

    (message,) = practice.messages()
    assert (message["ts"], message["text"], message["blocks"], message["metadata"]) == (ts, "three", [], metadata)
    assert edited["message"]["edited"]["ts"] == message["edited_ts"]


def test_only_messages_of_the_bot_can_be_edited_or_deleted(practice: Practice) -> None:
    """People's messages and missing ones are out of reach."""
    theirs = practice.control("post", user=AVERY, channel=LEADS, text="mine")["message"]["ts"]
    ours = practice.slack.chat_postMessage(channel=LEADS, text="ours")["ts"]

    with pytest.raises(SlackApiError) as not_ours:
        practice.slack.chat_update(channel=LEADS, ts=theirs, text="x")
    with pytest.raises(SlackApiError) as missing:
        practice.slack.chat_delete(channel=LEADS, ts="1.000001")
    practice.slack.chat_delete(channel=LEADS, ts=ours)

    assert (refusal(not_ours), refusal(missing)) == ("cant_update_message", "message_not_found")
    assert [message["text"] for message in practice.messages()] == ["mine"]


def test_a_private_message_is_seen_by_one_member_only(practice: Practice) -> None:
    """It is no message of the channel, and strangers to a conversation cannot get one."""
    answer = practice.slack.chat_postEphemeral(channel=LEADS, user=RILEY, text="only you")
    with pytest.raises(SlackApiError) as error:
        practice.slack.chat_postEphemeral(channel="D0RILEY", user=GUS, text="not you")

    (whisper,) = practice.whispers()
    assert (whisper["ts"], whisper["user"], whisper["source"]) == (answer["message_ts"], RILEY, "postEphemeral")
    assert practice.messages() == []
    assert refusal(error) == "user_not_in_channel"


def test_a_link_to_a_message_names_channel_and_time(practice: Practice) -> None:
    """chat.getPermalink finds messages and only messages."""
    ts = practice.slack.chat_postMessage(channel=DEALS, text="deal")["ts"]

    link = practice.slack.chat_getPermalink(channel=DEALS, message_ts=ts)["permalink"]

    assert link == f"https://northern-doors.slack.com/archives/C0DEALS/p{ts.replace('.', '')}"


def test_people_groups_and_channels_can_be_asked_for(practice: Practice) -> None:
    """Names, guests, roles and membership are there as the bot needs them."""
    slack = practice.slack

    riley, gus = slack.users_info(user=RILEY)["user"], slack.users_info(user=GUS)["user"]
    groups = {group["handle"]: group["users"] for group in slack.usergroups_list(include_users=True)["usergroups"]}
    channels = {channel["name"]: channel["is_member"] for channel in slack.conversations_list()["channels"]}

    assert (riley["real_name"], riley["is_restricted"], riley["tz"]) == ("Riley Chen", False, "America/Toronto")
    assert gus["is_restricted"]
    assert groups == {"reps": [RILEY], "approvers": [AVERY, "U0DANA"], "admins": ["U0DANA"]}
    assert slack.usergroups_users_list(usergroup="S0ADMINS")["users"] == ["U0DANA"]
    assert channels == {"leads": True, "deals": True, "heimdall": True}
    assert slack.conversations_info(channel=LEADS)["channel"]["name"] == "leads"
    assert len(slack.users_list()["members"]) == 5


def test_history_comes_in_pages(practice: Practice) -> None:
    """The cursor leads through all messages once, newest first."""
    for number in range(5):
        practice.control("post", user=RILEY, channel=LEADS, text=str(number))

    answer = practice.slack.conversations_history(channel=LEADS, limit=2)
    pages = [[message["text"] for message in page["messages"]] for page in answer]

    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_a_burst_of_posts_is_slowed_down_per_channel(practice: Practice) -> None:
    """Three at once pass, the fourth is told to wait; another channel is not concerned."""
    for number in range(3):
        practice.slack.chat_postMessage(channel=LEADS, text=str(number))

    with pytest.raises(SlackApiError) as error:
        practice.slack.chat_postMessage(channel="#leads", text="too soon")
    practice.slack.chat_postMessage(channel=DEALS, text="elsewhere")

    assert (error.value.response.status_code, refusal(error)) == (429, "ratelimited")
    assert error.value.response.headers["retry-after"] == "1"
    assert len(practice.messages()) == 3


def test_arguments_may_come_as_a_form(practice: Practice) -> None:
    """Slack takes JSON in form fields too."""
    practice.slack.api_call("chat.postMessage", data={"channel": LEADS, "blocks": '[{"type": "divider"}]', "text": "x"})

    assert practice.messages()[0]["blocks"][0]["type"] == "divider"
