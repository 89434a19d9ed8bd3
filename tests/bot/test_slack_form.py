"""The form behind ``/lead``, and texts that would like to be more than text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.slack import asking
from bot.views import blocks
from domain.model import Language, LeadSource
from tests.bot import doors as kit
from tests.bot.slack_reading import FIELDS, LINE, NUMBER, formatted, literal, said

if TYPE_CHECKING:
    from tests.bot.doors import Doors


def test_bare_lead_opens_the_form(doors: Doors) -> None:
    """The command itself answers nothing: the form does."""
    answer = doors.command("/lead")

    assert (answer.status_code, answer.text) == (200, "")
    (view,) = doors.windows()
    assert view["callback_id"] == "lead.new"


def test_an_expired_trigger_points_to_the_one_line(doors: Doors) -> None:
    """When Slack will not open the form, the person is not left alone."""
    doors.slack.refusals["views.open"] = "expired_trigger_id"

    text = said(doors.command("/lead"))

    assert "/lead 416-555-0199" in text


def test_the_form_opens_a_lead(each_doors: Doors) -> None:
    """Every field arrives where it belongs, and the form turns into the answer."""
    answer = each_doors.submit("lead.new", FIELDS)

    body = answer.json()
    assert body["response_action"] == "update"
    assert "Opened L-1" in json.dumps(body["view"])
    lead = each_doors.lead()
    assert (lead.contact.name, lead.contact.phone_e164) == ("Jane Doe", NUMBER)
    assert (lead.contact.email, lead.contact.language) == ("jane@example.ca", Language.FR)
    assert (lead.source, lead.notes, lead.created_by) == (LeadSource.WEB, "Calls after six", kit.RILEY)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone", "911", "Short/emergency number"),
        ("phone", "", "Phone number missing"),
        ("name", "", "Who is the seller"),
        ("address", "", "Where is the property"),
        ("email", '"x" <a@b>, c@d', "One address only"),
        ("email", "jane", "Not an e-mail address"),
        ("basis", "casl.nonsense", "Unknown"),
        ("source", "moon", "Unknown"),
        ("language", "kl", "Unknown"),
        ("name", "x" * 201, "Too long"),
        ("notes", "x" * 2_001, "Too long"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(doors: Doors, field: str, value: str, words: str) -> None:
    """The form stays open and nothing is stored."""
    body = doors.submit("lead.new", FIELDS | {field: value}).json()

    assert body["response_action"] == "errors"
    assert list(body["errors"]) == [field]
    assert words in body["errors"][field]
    assert doors.lead_count() == 0


def test_a_fault_of_no_field_is_said_at_the_first(doors: Doors) -> None:
    """Slack shows errors at fields only."""
    body = doors.submit("lead.new", FIELDS, by=kit.STRANGER).json()

    assert body == {"response_action": "errors", "errors": {"name": asking.OUTSIDE}}


def test_a14_a_form_sent_twice_opens_one_lead(doors: Doors) -> None:
    """The same signed bytes are the same request."""
    first = doors.submit("lead.new", FIELDS)
    again = doors.post(first.request.content, first.request.headers)

    assert again.json() == first.json()
    assert doors.lead_count() == 1


@pytest.mark.parametrize("name", ["\x00Jane\u202e\u200b", "Jane\x07", "\ufeffJane"])
def test_hidden_characters_are_not_stored(each_doors: Doors, name: str) -> None:
    """What nobody can see, nobody meant; a database could not even store some of it."""
    each_doors.submit("lead.new", FIELDS | {"name": name, "notes": name, "address": name + " 12 King St, Hamilton ON"})

    assert each_doors.lead().contact.name == "Jane"
    assert each_doors.lead().notes == "Jane"


@pytest.mark.parametrize(
    "name",
    [
        "<!channel>",
        "<!here>",
        "<!subteam^S1>",
        "<@U1>",
        "<https://evil|https://bank.ca>",
        "*x*",
        "`x`",
        "_x_",
        "&lt;!channel&gt; Doe",
    ],
)
def test_e63_e64_e65_names_are_literal_everywhere(doors: Doors, name: str) -> None:
    """A name is what was typed: no ping, no link, no formatting; in the command's answer and on the card."""
    for answer in (doors.command(LINE.replace("Jane Doe", name)), doors.command("/lead show L-1")):
        body = answer.json()
        assert name in literal(body)
        assert "mrkdwn" in body
        assert body["mrkdwn"] is False
        assert name not in formatted(body)
        assert "<!" not in body["text"]
        assert "<@" not in body["text"]


def test_an_ampersand_arrives_as_one(doors: Doors) -> None:
    """Slack writes & as &amp; in what it hands to apps."""
    doors.command(LINE.replace("Jane Doe", "Smith &amp; Sons"))

    assert doors.lead().contact.name == "Smith & Sons"


def test_e66_long_texts_are_trimmed_to_slacks_limits(doors: Doors) -> None:
    """The longest name, address and notes we take still make cards and windows that Slack takes."""
    fields = FIELDS | {"name": "J" * 200, "address": "12 King St W, Hamilton ON " + "x" * 270, "notes": "&" * 2_000}
    made = doors.submit("lead.new", fields).json()["view"]
    card = doors.command("/lead show L-1").json()
    listed = doors.command("/lead show").json()
    for action in ("lead.show", "lead.reveal", "lead.deal"):
        doors.click(action, 1)

    assert [blocks.lint_view(view) for view in (made, *doors.windows())] == [[]] * 4
    assert [blocks.lint(blocks.Rendered(body["text"], body["blocks"])) for body in (card, listed)] == [[], []]
