"""Whatever is sent to the doors, signed or not: an answer, never an error of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import incident
from bot.views import help as help_view
from tests.bot import doors as kit

if TYPE_CHECKING:
    import pytest

    from tests.bot.doors import Doors

FORM = "application/x-www-form-urlencoded"

# The doors are fresh for the test, not for each example: whatever an example stored must not upset the next one either.
fuzzed = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
HALF_TEXT = st.text(alphabet=st.characters(), max_size=20)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | HALF_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HALF_TEXT, inner, max_size=3),
    max_leaves=8,
)
BUTTONS = (
    *("lead.claim", "lead.reveal", "lead.deal", "lead.show", "lead.stop", "call.reached", "call.reveal"),
    *("approval.approve", "approval.reject", "approval.counter", "of.nobody"),
)
FORMS = ("lead.new", "deal.new", "approval.counter", "of.nobody")
FIELDS = ("name", "phone", "address", "email", "basis", "language", "notes", "arv", "repairs", "type", "beds", "amount")

PARTS: tuple[tuple[str | int, ...], ...] = (
    *(("type",), ("user",), ("user", "id"), ("user", "team_id"), ("channel",), ("channel", "id"), ("trigger_id",)),
    *(("actions",), ("actions", 0), ("actions", 0, "value"), ("actions", 0, "action_id"), ("actions", 0, "url")),
    *(("view",), ("view", "type"), ("view", "callback_id"), ("view", "private_metadata"), ("view", "state")),
    *(("view", "state", "values"), ("view", "state", "values", "name"), ("view", "state", "values", "arv", "value")),
    *(("view", "state", "values", "type", "value", "selected_option"), ("view", "app_installed_team_id")),
    *(("event",), ("event", "type"), ("event", "user"), ("event", "tab"), ("event", "channel"), ("event_id",)),
    *(("message",), ("container",), ("state",), ("authorizations",), ("enterprise",), ("is_enterprise_install",)),
    *(("is_ext_shared_channel",), ("command",), ("text",), ("function_data",), ("bot_access_token",), ("item",)),
    *(("assistant_thread",), ("ssl_check",), ("callback_id",), ("response_urls",), ("team_id",), ("user_id",)),
)
"""What listeners and Bolt reach for, and what Slack sends besides."""


def bases() -> list[dict[str, Any]]:
    """Return one right payload of every kind."""
    home = {"type": "app_home_opened", "user": kit.RILEY, "channel": kit.DIRECT, "tab": "home"}
    typed = dict.fromkeys(FIELDS, "416-555-0199")
    return [
        *(kit.click_payload(button, 1, by=kit.AVERY) for button in BUTTONS),
        *(kit.submission_payload(form, typed, by=kit.AVERY, metadata="1") for form in FORMS),
        {"type": "event_callback", "team_id": kit.TEAM_ID, "event_id": "Ev1", "event": home},
        {"type": "shortcut", "callback_id": "x", "team": {"id": kit.TEAM_ID}, "user": {"id": kit.RILEY}},
        {
            "type": "block_suggestion",
            "action_id": "x",
            "value": "x",
            "team": {"id": kit.TEAM_ID},
            "user": {"id": kit.RILEY},
        },
        dict(kit.command_fields("/lead find Jane")),
    ]


def changed(payload: dict[str, Any], part: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Return a payload with one part of it replaced, where the way there exists."""
    here: Any = payload
    for step in part[:-1]:
        there = isinstance(here, dict) and step in here
        if not there and not (isinstance(here, list) and here):
            return payload
        here = here[step]
    here[part[-1]] = value
    return payload


@fuzzed
@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from([FORM, "application/json", "text/plain", ""]),
    stamp=st.binary(max_size=20),
    signature=st.binary(max_size=80),
)
def test_unsigned_bytes_are_refused(doors: Doors, body: bytes, kind: str, stamp: bytes, signature: bytes) -> None:
    """Any bytes under any header are a 4xx."""
    headers = [
        (b"content-type", kind.encode()),
        (b"x-slack-request-timestamp", _in_header(stamp)),
        (b"x-slack-signature", _in_header(signature)),
        (b"x-twilio-signature", _in_header(signature)),
    ]
    for path in ("/slack/events", "/phone/inbound", "/phone/status/token"):
        assert 400 <= doors.http.post(path, content=body, headers=headers).status_code < 500


@fuzzed
@given(body=ANY_TEXT | ANY_TEXT.map("payload={}".format), kind=st.sampled_from([FORM, "application/json"]))
def test_signed_text_is_never_an_error(doors: Doors, body: str, kind: str) -> None:
    """A signature proves who, not what."""
    assert doors.signed(body, kind).status_code < 500


@fuzzed
@given(value=ANY_JSON)
def test_signed_json_is_never_an_error(doors: Doors, value: object) -> None:
    """As an event and inside a form."""
    text = json.dumps(value)
    assert doors.signed(text, "application/json").status_code < 500
    assert doors.signed(f"payload={quote(text)}", FORM).status_code < 500


@settings(fuzzed, max_examples=600)
@given(data=st.data(), value=ANY_JSON)
def test_a_right_payload_with_one_odd_part_is_never_an_error(
    doors: Doors, caplog: pytest.LogCaptureFixture, data: st.DataObject, value: object
) -> None:
    """Every listener, with anything where it looks; not even an error that was caught and got a name."""
    caplog.clear()
    every = bases()
    base = every[data.draw(st.integers(0, len(every) - 1), label="base")]
    text = json.dumps(changed(base, data.draw(st.sampled_from(PARTS), label="part"), value))

    assert doors.signed(f"payload={quote(text)}", FORM).status_code < 500
    assert doors.signed(text, "application/json").status_code < 500
    assert [record for record in caplog.records if record.name == incident.__name__] == []


@settings(fuzzed, max_examples=300)
@given(
    root=st.sampled_from(sorted(help_view.COMMANDS)),
    verb=st.sampled_from(["", "find ", "show ", "pause ", "place L-1 ", "add ", "offer L-1 ", "L-1 ", "416-555-0199 "]),
    rest=ANY_TEXT | st.from_regex(r"[a-z]{2,6}=[\w\"$. ]{0,12}", fullmatch=True),
)
def test_whatever_is_typed_gets_a_sentence(doors: Doors, root: str, verb: str, rest: str) -> None:
    """Never Slack's own "dispatch_failed", never our "something broke"."""
    answer = doors.command(f"/{root} {verb}{rest}")

    assert answer.status_code == 200
    assert "Something broke" not in answer.text


@fuzzed
@given(
    fields=st.dictionaries(st.sampled_from(["name", "phone", "address", "email", "notes", "proof", "basis"]), ANY_TEXT)
)
def test_whatever_is_typed_into_the_form_gets_a_sentence(doors: Doors, fields: dict[str, str]) -> None:
    """Accepted, or refused at a field."""
    answer = doors.submit("lead.new", fields)

    assert answer.status_code == 200
    assert "Something broke" not in answer.text


@fuzzed
@given(
    fields=st.dictionaries(
        st.sampled_from(
            ["From", "Body", "MessageSid", "NumMedia", "OptOutType", "MessageStatus", "ErrorCode", "Other"]
        ),
        ANY_TEXT | st.sampled_from(["SM1", "delivered", "+14165550199", "STOP"]),
    ),
    token=ANY_TEXT.filter(bool),
)
def test_signed_phone_forms_are_never_an_error(each_doors: Doors, fields: dict[str, str], token: str) -> None:
    """Texts and reports, on both engines."""
    assert each_doors.phone("/phone/inbound", fields).status_code < 500
    assert each_doors.phone(f"/phone/status/{quote(token, safe='')}", fields).status_code < 500


@fuzzed
@given(
    path=ANY_TEXT, query=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2), method=st.sampled_from(["GET", "POST", "PUT"])
)
def test_any_address_is_answered(doors: Doors, path: str, query: dict[str, str], method: str) -> None:
    """Unknown paths and odd queries are a 4xx at most."""
    address = f"/{quote(path, safe='')}?{urlencode(query)}"

    assert doors.http.request(method, address).status_code < 500


def _in_header(value: bytes) -> bytes:
    """Return bytes a client is allowed to put into a header."""
    return bytes(byte for byte in value if byte >= 0x20 and byte != 0x7F).strip()
