"""The buttons on a text that may be a stop, and the consent ledger: who may, once, and what is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.views import reply as view
from domain.model import ConsentBasis, LadderState, Language, StopReading, SuppressionReason
from flows import draw_sheets
from storage import contacts, replies, suppressions
from tests.bot import doors as kit
from tests.bot.slack_reading import said

if TYPE_CHECKING:
    from domain.model import Consent, Reply
    from tests.bot.doors import Doors

NUMBER = "+14165550199"
LINE = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe"


@pytest.fixture
def asked(each_doors: Doors) -> Doors:
    """Open a lead whose seller may have asked to be left alone."""
    each_doors.command(f"{LINE} consent=express")
    each_doors.text("take me off your list")
    return each_doors


def _reply(doors: Doors) -> Reply:
    with doors.deps.db.read() as tx:
        return replies.get(tx, 1)


def _card(doors: Doors) -> str:
    with doors.deps.db.read() as tx:
        return json.dumps(view.card(draw_sheets.reply_sheet(tx, 1, doors.clock())).blocks)


def _orders(doors: Doors) -> list[SuppressionReason]:
    with doors.deps.db.read() as tx:
        return [order.reason for order in suppressions.standing(tx, NUMBER, doors.clock(), None)]


def _grounds(doors: Doors) -> tuple[Consent, ...]:
    with doors.deps.db.read() as tx:
        return contacts.consents_of(tx, [1])[1]


def test_the_question_stands_on_the_card_until_somebody_answers(asked: Doors) -> None:
    """Two buttons; afterwards who read what."""
    before = _card(asked)
    asked.click("reply.not_stop", 1)

    assert "reply.stop" in before
    assert "reply.not_stop" in before
    assert "reply.stop" not in _card(asked)
    assert "Not a stop, read by <@U0RILEY>" in _card(asked)


def test_stop_for_good_binds_the_number(asked: Doors) -> None:
    """One click, one order, one line."""
    asked.click("reply.stop", 1)

    assert _orders(asked) == [SuppressionReason.STOP]
    assert asked.lead().ladder is LadderState.STOPPED
    (line,) = asked.audit("reply_read")
    assert (line["actor"], line["subject"], line["detail"]["reading"]) == (kit.RILEY, "L-1", "stop")
    assert asked.windows() == []


def test_a_late_click_is_told_who_decided(asked: Doors) -> None:
    """In a window of its own, with the person's name as Slack shows it."""
    asked.click("reply.not_stop", 1, by=kit.AVERY)
    asked.click("reply.stop", 1)

    (window,) = asked.windows()
    assert "Already read by" in json.dumps(window)
    assert {"type": "user", "user_id": kit.AVERY} in window["blocks"][0]["elements"][0]["elements"]
    assert _orders(asked) == []


@pytest.mark.parametrize("reading", StopReading)
def test_a_viewer_may_not_decide(asked: Doors, reading: StopReading) -> None:
    """It takes an agent."""
    asked.click(f"reply.{reading.value}", 1, by=kit.VIC)

    assert "takes the role of agent" in json.dumps(asked.windows())
    assert _reply(asked).reading is None


@pytest.mark.parametrize("value", ["9", "x", ""])
def test_a_button_of_no_text_of_ours_is_noted(asked: Doors, value: str) -> None:
    """Not found, one line, nothing changed."""
    asked.click("reply.stop", value)

    assert len(asked.audit("click_not_found")) == 1
    assert _orders(asked) == []


def test_the_number_of_a_stranger_can_be_stopped_too(doors: Doors) -> None:
    """Nobody has to be a lead to be left alone."""
    doors.text("stop texting me")
    doors.click("reply.stop", 1)

    assert _orders(doors) == [SuppressionReason.STOP]


# --- the ledger ---


def test_the_ledger_shows_every_ground_with_its_proof(doors: Doors) -> None:
    """And both of its ends: the one of messages and the one of calls."""
    doors.command(f'{LINE} consent=express proof="signed card"')
    added = doors.command('/lead consent L-1 purchase since=2026-05-03 proof="deed, box 3" shown="Call 416-555-0199"')

    assert "They bought from us · texts, calls, e-mails · since 3 May 2026 · ends 3 May 2028" in said(added)
    assert "Exempts calls from the National Do Not Call List until 3 Nov 2027" in said(added)
    assert "signed card" in said(added)
    assert "555-0199" not in said(added)
    assert said(doors.command("/lead consent L-1")) == said(added)
    assert [each.basis for each in _grounds(doors)] == [ConsentBasis.EXPRESS, ConsentBasis.PURCHASE]
    *_intake, line = doors.audit("consent_recorded")
    assert line["detail"] == {"basis": "casl.ebr.purchase"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Consent of whom?"),
        ("L-9", "Lead L-9"),
        ("L-1 purchase", "Where is the proof?"),
        ("L-1 purchase proof=x since=2026-02-30", "No such date"),
        ("L-1 purchase proof=x since=2026-12-30", "still ahead"),
        ("L-1 purchase proof=x since=2020-01-01", "ended on 2022-01-01"),
        ("L-1 nonsense proof=x", "Unknown 'nonsense'"),
    ],
)
def test_a_consent_that_cannot_be_recorded_says_why(doors: Doors, words: str, sentence: str) -> None:
    """Nothing is stored."""
    doors.command(LINE)

    assert sentence in said(doors.command(f"/lead consent {words}"))
    assert len(_grounds(doors)) == 1


def test_a_consent_can_have_begun_before_the_lead(doors: Doors) -> None:
    """Stated in the line or in the form; an ended one opens nothing."""
    refused = doors.command(f"{LINE} consent=inquiry since=2026-01-02")
    doors.command(f"{LINE} consent=inquiry since=2026-10-02")

    assert "ended on 2026-07-02" in said(refused)
    assert str(_grounds(doors)[0].expires_at) == "2027-04-02 00:00:00+00:00"


@pytest.mark.parametrize(
    ("chosen", "language"),
    [({}, Language.FR), ({"language": "auto"}, Language.FR), ({"language": "en"}, Language.EN)],
    ids=["absent", "automatic", "English"],
)
def test_the_forms_automatic_language_follows_the_place(
    doors: Doors, chosen: dict[str, str], language: Language
) -> None:
    """In Quebec, French, unless somebody chose."""
    fields = {"name": "Marc", "phone": "514-555-0142", "address": "1200 rue Sainte-Catherine, Montréal QC"}
    doors.submit("lead.new", fields | chosen)

    assert doors.lead().contact.language is language
