"""``/lead``: what one line and each verb do, what is said, and that nothing happens twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.model import ConsentBasis, LadderState, Language, LeadSource
from storage import contacts
from tests.bot import doors as kit
from tests.bot.slack_reading import FIELDS, LINE, NUMBER, opened, parts, said

if TYPE_CHECKING:
    from tests.bot.doors import Doors


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
