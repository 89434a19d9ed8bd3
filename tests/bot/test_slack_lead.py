"""``/lead``, its form and its buttons: what happens, what is said, and that nothing happens twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from bot.slack import answers, asking
from bot.views import blocks
from domain.model import ConsentBasis, LadderState, Language, LeadSource
from storage import contacts
from tests.bot import doors as kit
from tests.bot.slack_reading import formatted, literal, parts, said

if TYPE_CHECKING:
    from tests.bot.doors import Doors

LINE = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe"
NUMBER = "+14165550199"

FIELDS = {
    "name": "Jane Doe",
    "phone": "416-555-0199",
    "address": "12 King St W, Hamilton ON",
    "basis": "casl.express",
    "language": "fr",
    "proof": "Web form of 24 Nov",
    "source": "web",
    "email": "jane@example.ca",
    "notes": "Calls after six",
}


def opened(doors: Doors) -> int:
    """Open the lead of these tests."""
    assert "Opened L-1" in said(doors.command(LINE))
    return 1


# --- one line ---


def test_one_line_opens_a_lead_and_says_what_happens_next(doors: Doors) -> None:
    """The answer names the lead, the verdict on the first text and where to look."""
    text = said(doors.command(LINE))

    lead = doors.lead()
    assert lead.contact.phone_e164 == NUMBER
    assert lead.contact.name == "Jane Doe"
    assert lead.province == "ON"
    assert lead.ladder is LadderState.RUNNING
    assert "Opened L-1 for Jane Doe" in text
    assert "+1 416-555-0199" in text
    assert "First text: " in text
    assert "leads channel" in text
    assert doors.wakes


def test_the_usual_ground_of_one_line_is_their_own_question(doors: Doors) -> None:
    """Without a word on consent the line says who vouches for it, and covers one answer only."""
    opened(doors)

    with doors.deps.db.read() as tx:
        (ground,) = contacts.consents_of(tx, [doors.lead().contact.contact_id])[doors.lead().contact.contact_id]
    assert ground.basis is ConsentBasis.REPLY
    assert ground.proof == f"Stated by {kit.RILEY} in Slack (one line)"


def test_one_line_may_say_more(doors: Doors) -> None:
    """Consent, proof, source and language can be typed."""
    said(doors.command(f'{LINE} consent=express proof="recording 7" source=web lang=fr notes="after six"'))

    lead = doors.lead()
    with doors.deps.db.read() as tx:
        (ground,) = contacts.consents_of(tx, [lead.contact.contact_id])[lead.contact.contact_id]
    assert (ground.basis, ground.proof) == (ConsentBasis.EXPRESS, "recording 7")
    assert (lead.source, lead.contact.language, lead.notes) == (LeadSource.WEB, Language.FR, "after six")


def test_a14_the_same_signed_bytes_twice_have_one_effect_and_the_same_answer(each_doors: Doors) -> None:
    """A replay inside the five minutes of a signature changes nothing."""
    first = each_doors.command(LINE)
    again = each_doors.post(first.request.content, first.request.headers)

    assert said(again) == said(first)
    assert each_doors.lead_count() == 1


def test_c31_a_number_is_echoed_as_people_write_it(doors: Doors) -> None:
    """Ten bare digits are enough."""
    assert "+1 416-555-1234" in said(doors.command("/lead 4165551234 12 King St W, Hamilton ON — Jane Doe"))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("911", "Short/emergency number"),
        ("211", "Short/emergency number"),
        ("+18765551234", "Jamaica: outside Canada/US, blocked"),
        ("+19005551234", "Premium-rate, blocked"),
        ("+18005551234", "Toll-free: can't be texted"),
        ("416555123", "One digit short"),
        ("+447911123456", "Outside Canada/US"),
        (kit.OUR_NUMBER, "That's our own number"),
    ],
)
def test_c32_to_c42_numbers_we_do_not_text(doors: Doors, number: str, words: str) -> None:
    """Each is refused with its own reason, and nothing is stored."""
    text = said(doors.command(f"/lead {number} 12 King St W, Hamilton ON — Jane Doe"))

    assert words in text
    assert doors.lead_count() == 0


def test_c40_line_ends_around_a_number_do_not_matter(doors: Doors) -> None:
    """A pasted number may drag a line end along."""
    doors.submit("lead.new", FIELDS | {"phone": "416-555-0199\r\n"})

    assert doors.lead().contact.phone_e164 == NUMBER


def test_c43_a_known_number_says_where_it_is_and_whose(doors: Doors) -> None:
    """The second rep learns about the first; the owner is a mention, not a code."""
    opened(doors)
    doors.click("lead.claim", 1, by=kit.AVERY)
    answer = doors.command(LINE.replace("Jane Doe", "John Roe"))

    text = said(answer)
    assert "Already on L-1" in text
    assert {"type": "user", "user_id": kit.AVERY} in parts(answer.json()["blocks"])
    assert doors.lead_count() == 1


def test_d53_a_lead_without_a_province_is_opened_and_held(doors: Doors) -> None:
    """Neither address nor number say where they are: nothing is sent, and the person is told why."""
    text = said(doors.command("/lead 212-555-0199 12 Nowhere Lane — Jane Doe"))

    assert "Opened L-1" in text
    assert "No province, so no legal window: nothing sent" in text


def test_a_name_is_needed(doors: Doors) -> None:
    """The sentence shows where it belongs."""
    text = said(doors.command("/lead 416-555-0199 12 King St W, Hamilton ON"))

    assert "name" in text
    assert doors.lead_count() == 0


# --- verbs ---


def test_find_show_and_mine(doors: Doors) -> None:
    """The three ways back to a lead; a list never shows a full number."""
    opened(doors)
    doors.click("lead.claim", 1)

    assert "L-1" in said(doors.command("/lead find jane"))
    assert ": none." in said(doors.command("/lead find nobody"))
    assert "L-1" in said(doors.command("/lead mine"))
    assert ": none." in said(doors.command("/lead mine", by=kit.AVERY))
    for line in ("/lead show L-1", "/lead show l1", "/lead show 1", "/lead show #1"):
        card = said(doors.command(line))
        assert "Jane Doe" in card
        assert "0199" in card
        assert "555-0199" not in card


def test_a_verb_without_an_id_offers_a_list(doors: Doors) -> None:
    """Nobody has to remember numbers."""
    opened(doors)

    for verb in ("show", "pause", "resume", "stop"):
        body = doors.command(f"/lead {verb}").json()
        buttons = [block["accessory"]["action_id"] for block in body["blocks"] if "accessory" in block]
        assert buttons == [f"lead.{verb}"]


def test_pause_resume_and_stop(doors: Doors) -> None:
    """Each says what it did and how to go on; a stopped ladder stays stopped."""
    opened(doors)

    assert "/lead resume L-1" in said(doors.command("/lead pause L-1"))
    assert doors.lead().ladder is LadderState.PAUSED
    assert "L-1" in said(doors.command("/lead resume L-1"))
    assert doors.lead().ladder is LadderState.RUNNING
    assert "for good" in said(doors.command("/lead stop L-1"))
    assert doors.lead().ladder is LadderState.STOPPED
    said(doors.command("/lead resume L-1"))
    assert doors.lead().ladder is LadderState.STOPPED


def test_place_corrects_where_a_lead_is(doors: Doors) -> None:
    """What was held for want of a place is looked at again."""
    opened(doors)

    assert "Quebec" in said(doors.command("/lead place L-1 55 rue Sherbrooke, Montréal QC"))
    assert doors.lead().province == "QC"
    assert "Place which lead where?" in said(doors.command("/lead place L-1"))


def test_a_lead_that_is_not_here_is_said_so(doors: Doors) -> None:
    """And nothing is changed."""
    for line in ("/lead show L-77", "/lead pause L-77", "/lead place L-77 Toronto ON"):
        assert "Lead L-77 was not found. Nothing was changed." in said(doors.command(line))
    for line in (
        "/lead show D-1",
        "/lead show jane",
        "/lead show 99999999999999999999",
        "/lead show \N{ARABIC-INDIC DIGIT ONE}",
    ):
        assert "Can't tell which one" in said(doors.command(line))


# --- the form ---


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


# --- hostile names ---


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


# --- buttons ---


def test_claim_once(doors: Doors) -> None:
    """The first claim wins; the second person is told who, in a window of their own."""
    opened(doors)

    assert doors.click("lead.claim", 1).text == ""
    assert doors.lead().owner == kit.RILEY
    doors.click("lead.claim", 1, by=kit.AVERY)

    assert doors.lead().owner == kit.RILEY
    (view,) = doors.windows()
    assert "already claimed by" in json.dumps(view)
    assert {"type": "user", "user_id": kit.RILEY} in parts(view["blocks"])


def test_a_refused_click_falls_back_to_a_private_note(doors: Doors) -> None:
    """When the trigger has expired, the reason still reaches the person, in the channel, for them alone."""
    opened(doors)
    doors.click("lead.claim", 1)
    doors.slack.refusals["views.open"] = "expired_trigger_id"
    answer = doors.click("lead.claim", 1, by=kit.AVERY)

    assert answer.status_code == 200
    (note,) = doors.notes()
    assert "already claimed by somebody else" in note


def test_reveal_shows_the_number_to_one_person_and_logs_it(doors: Doors) -> None:
    """Looking is allowed and leaves a trace."""
    opened(doors)

    for number, action in enumerate(("lead.reveal", "call.reveal"), start=1):
        doors.click(action, 1)
        assert "+1 416-555-0199" in json.dumps(doors.windows()[-1])
        assert len(doors.audit("number_revealed")) == number


def test_reveal_that_cannot_be_shown_leaves_no_number_behind(doors: Doors) -> None:
    """The private note that stands in says to click again, and nothing else."""
    opened(doors)
    doors.slack.refusals["views.open"] = "expired_trigger_id"
    doors.click("lead.reveal", 1)

    assert doors.notes() == [answers.TOO_LATE]


def test_pause_resume_and_stop_by_button(doors: Doors) -> None:
    """The card shows the rest; no window gets in the way."""
    opened(doors)

    for action, state in (
        ("lead.pause", LadderState.PAUSED),
        ("lead.resume", LadderState.RUNNING),
        ("lead.stop", LadderState.STOPPED),
    ):
        assert doors.click(action, 1).status_code == 200
        assert doors.lead().ladder is state
    assert doors.windows() == []


def test_show_by_button_puts_the_card_into_a_window(doors: Doors) -> None:
    """From a list to the lead in one click."""
    opened(doors)
    doors.click("lead.show", 1)

    (view,) = doors.windows()
    assert view["title"]["text"] == "Lead L-1"
    assert "Jane Doe" in json.dumps(view)


def test_a_click_inside_a_window_opens_the_next_one_on_top(doors: Doors) -> None:
    """A modal cannot be opened over a modal; it is pushed."""
    opened(doors)
    doors.click("lead.reveal", 1, view={"id": "V1", "type": "modal", "callback_id": ""}, channel=kit.LEADS)

    assert [method for method, _said in doors.slack.calls] == ["views.push"]


@pytest.mark.parametrize(
    "action", ["lead.claim", "lead.reveal", "lead.pause", "lead.deal", "call.reached", "lead.show"]
)
@pytest.mark.parametrize(
    "value", ["77", "", "x", "-1", "1.5", "99999999999999999999", "1;DROP TABLE leads", "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_e68_a_button_about_something_not_here(doors: Doors, action: str, value: str) -> None:
    """An id of another workspace, or of nothing, is not found; the person is told and the audit trail knows."""
    doors.click(action, value)

    (view,) = doors.windows()
    assert "not found" in json.dumps(view)
    (line,) = doors.audit("click_not_found")
    assert (line["actor"], line["subject"]) == (kit.RILEY, action)


def test_a_button_of_an_earlier_version_says_so(doors: Doors) -> None:
    """A click never does nothing visible."""
    doors.click("lead.frobnicate", 1)

    assert "earlier version" in json.dumps(doors.windows())


def test_a_link_button_needs_no_answer(doors: Doors) -> None:
    """Slack reports clicks on links as well."""
    payload = kit.click_payload("docs", 1)
    payload["actions"][0]["url"] = "https://heimdall.example/about"

    assert doors.payload(payload).status_code == 200
    assert doors.windows() == []


def test_a_form_of_an_earlier_version_says_so(doors: Doors) -> None:
    """It stays open, so that nothing typed is lost."""
    body = doors.submit("lead.old", {"name": "Jane"}).json()

    assert "earlier version" in body["errors"]["name"]


# --- who may ---


@pytest.mark.parametrize(
    "line", [LINE, "/lead", "/lead find jane", "/lead help", "/deal", "/buyer list", "/heimdall status"]
)
def test_outsiders_are_sent_to_an_admin(doors: Doors, line: str) -> None:
    """Guests, bots and strangers are on no list."""
    assert said(doors.command(line, by=kit.STRANGER)) == asking.OUTSIDE
    assert doors.slack.calls == []
    assert doors.lead_count() == 0


@pytest.mark.parametrize(
    "line",
    [
        "/lead find jane",
        "/lead show L-1",
        "/deal show L-1",
        "/buyer list",
        "/heimdall status",
        "/heimdall",
        "/lead help",
    ],
)
def test_a_viewer_may_look(doors: Doors, line: str) -> None:
    """Looking takes no role but being there."""
    opened(doors)

    assert "takes the role" not in said(doors.command(line, by=kit.VIC))


@pytest.mark.parametrize(
    "line",
    [
        *(
            "/lead",
            LINE,
            "/lead mine",
            "/lead pause L-1",
            "/lead place L-1 Toronto ON",
            "/deal",
            "/deal L-1 arv=500k repairs=0",
        ),
        *("/deal offer L-1 arv=500k repairs=0", "/buyer add Sam phone=416-555-0123", "/heimdall now"),
    ],
)
def test_a_viewer_may_not_do(doors: Doors, line: str) -> None:
    """Every verb that changes something, or computes for somebody, says which role it takes."""
    opened(doors)
    before = len(doors.wakes)

    assert "takes the role of agent" in said(doors.command(line, by=kit.VIC))
    assert len(doors.wakes) == before
    assert doors.slack.calls == []


@pytest.mark.parametrize(
    "action", ["lead.claim", "lead.reveal", "call.reveal", "lead.pause", "lead.stop", "lead.deal", "call.reached"]
)
def test_a_viewer_may_not_press(doors: Doors, action: str) -> None:
    """The same for buttons; the window says so and nothing is changed."""
    opened(doors)
    doors.click(action, 1, by=kit.VIC)

    assert "takes the role of agent" in json.dumps(doors.windows())
    assert doors.lead().owner is None
    assert doors.lead().ladder is LadderState.RUNNING
    assert doors.audit("number_revealed") == []


def test_a_visitor_of_a_shared_channel_is_an_outsider(doors: Doors) -> None:
    """The id alone is not enough when the person belongs to another workspace."""
    opened(doors)
    payload = kit.click_payload("lead.claim", 1)
    payload["user"]["team_id"] = "T0OTHER"
    doors.payload(payload)

    assert doors.lead().owner is None
    assert "ask an admin" in json.dumps(doors.windows())


def test_a18_another_workspace_is_told_and_noted(doors: Doors) -> None:
    """A signed request for a workspace we do not serve: 200, a sentence, and a line."""
    answer = doors.command(LINE, team_id="T0OTHER")

    assert "This workspace isn't set up; ask an admin to run `init`" in said(answer)
    (line,) = doors.audit("unknown_workspace")
    assert line["detail"] == {"team_id": "T0OTHER"}
    assert doors.lead_count() == 0


@pytest.mark.parametrize("team", [{"team": {"id": "T0OTHER"}}, {"team": None, "user": "U0RILEY"}])
def test_a18_clicks_of_another_workspace_do_nothing(doors: Doors, team: dict[str, object]) -> None:
    """The same for buttons, and for payloads that name no workspace at all."""
    opened(doors)
    answer = doors.payload(kit.click_payload("lead.claim", 1) | team)

    assert answer.status_code == 200
    assert "isn't set up" in answer.text
    assert doors.lead().owner is None


def test_slacks_certificate_check_is_answered(doors: Doors) -> None:
    """Slack knocks now and then only to look at the certificate."""
    answer = doors.signed(urlencode({"ssl_check": "1", "token": "x"}), "application/x-www-form-urlencoded")

    assert answer.status_code == 200
