"""Consent, end to end: STOP, its French, what may be one, and the only way back; real processes and wire protocols."""

from functools import partial
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.desk import Desk
from tests.support.practice import AVERY, GUS, RILEY, Practice, has_button, said, shows

_last_four = count(100)
CALLED = "call.no_answer"


def _number() -> str:
    """Return a fictional number no other story uses."""
    return f"+1905555{next(_last_four):04d}"


def _opened(world: Practice, number: str, *, place: str = "12 King St W, Hamilton ON", consent: str = "express") -> str:
    """Open a lead whose first text has arrived, and return its reference."""
    answer = world.command(f"/lead {number} {place} — Jane Doe consent={consent}")
    ref = next(word.strip(".,:") for word in answer.split() if word.startswith("L-"))
    world.until("the first text", lambda: world.received(number))
    return ref


def _showing(world: Practice, *words: str) -> dict[str, Any] | None:
    return next((each for each in world.messages() if all(word in shows(each) for word in words)), None)


def _shown(world: Practice, *words: str) -> dict[str, Any]:
    """Wait for a message in #leads that shows every one of some words."""
    return world.until(f"a message with {words}", partial(_showing, world, *words))


def _card(world: Practice, ref: str, *words: str) -> dict[str, Any]:
    return _shown(world, f"{ref} · Jane Doe", *words)


def _nothing_more_comes(world: Practice, number: str) -> None:
    """Move on for a week; a later lead's text shows that the sender was at work."""
    before = world.received(number)
    for _day in range(4):
        world.advance(days=1)
    world.advance(days=3)
    _opened(world, _number())
    assert world.received(number) == before


@pytest.mark.parametrize("word", ["STOP", "ARRÊT"])
def test_a_stop_is_for_good_and_no_click_of_ours_undoes_it(noon: Practice, word: str) -> None:
    """The card says so, a new lead is refused, a consent on paper too."""
    number = _number()
    ref = _opened(noon, number)

    noon.text(number, word)

    card = _card(noon, ref, "STOP received")
    assert not has_button(card, "lead.resume")
    noon.until("one confirmation", lambda: len(noon.phone(number)) == 3)
    assert "left alone" in noon.command(f"/lead {number} 1 Main St, Hamilton ON — Jane Again", user=AVERY)
    assert "Only their own START" in noon.command(f"/lead consent {ref} express proof=card", user=AVERY)
    _nothing_more_comes(noon, number)


def test_the_card_says_in_advance_what_an_inquiry_does_not_cover(noon: Practice) -> None:
    """One answer, then calls; texts 3 and 5 wait for a YES, and their YES opens them."""
    number = _number()
    ref = _opened(noon, number, consent="reply")

    card = _card(noon, ref, "skipped unless they answer YES")
    assert card["text"].count("skipped unless they answer YES") == 2
    noon.text(number, "Yes")

    _shown(noon, "Read as YES to M-", "express consent is recorded")
    after = _card(noon, ref, "Express consent (Answered YES to M-")
    assert "skipped unless" not in shows(after)
    assert "May we text you about it?" in noon.command(f"/lead consent {ref}")


def _grey(world: Practice, number: str, words: str) -> dict[str, Any]:
    """Have a seller write what may be a stop, and return the card that asks about it."""
    world.text(number, words)
    return world.until("the question", lambda: _asking(world, words))


def _asking(world: Practice, words: str) -> dict[str, Any] | None:
    found = _showing(world, words, "This may ask us to stop")
    return found if found and has_button(found, "reply.stop") else None


def test_what_may_be_a_stop_becomes_one_by_one_click(noon: Practice) -> None:
    """A guest may not, the first agent decides, the second is told who did."""
    number = _number()
    ref = _opened(noon, number)
    asking = _grey(noon, number, "please take me off your list 1")
    _card(noon, ref, "They may have asked us to stop")

    guest = noon.click(asking, "reply.stop", user=GUS)
    noon.click(asking, "reply.stop", user=RILEY)
    late = noon.click(asking, "reply.not_stop", user=AVERY)

    assert "team" in said(guest)
    assert "Already read by" in said(late)
    _card(noon, ref, "STOP received")
    read = _shown(noon, "please take me off your list 1", "Stop for good, read by")
    assert not has_button(read, "reply.stop")
    _nothing_more_comes(noon, number)


def test_what_was_no_stop_lets_the_ladder_climb_on(noon: Practice) -> None:
    """Until it is read nobody can resume; then a person does, and the next text comes."""
    number = _number()
    ref = _opened(noon, number)
    asking = _grey(noon, number, "stop guessing and make me an offer 2")
    refused = noon.command(f"/lead resume {ref}")

    noon.click(asking, "reply.not_stop")

    assert "Read their text" in refused
    card = _card(noon, ref, "they wrote back")
    noon.click(card, "lead.resume")
    noon.advance(minutes=31)
    noon.until(
        "the call", lambda: [each for each in noon.messages() if ref in shows(each) and has_button(each, CALLED)]
    )
    noon.advance(hours=3)
    assert len(noon.texts_reach(number, 2)) == 2


def test_start_asks_once_and_only_their_yes_opens_the_number(noon: Practice) -> None:
    """At night too, because they have just written; an offer by hand stays impossible until the YES."""
    number = _number()
    ref = _opened(noon, number)
    noon.text(number, "STOP")
    _card(noon, ref, "STOP received")
    noon.reset_clock("2026-11-26T04:00:00+00:00")

    noon.text(number, "START")

    question = noon.texts_reach(number, 2)[-1]
    assert "thanks for writing START" in question
    _card(noon, ref, "STOP received")
    noon.text(number, "YES")
    opened = _card(noon, ref, "Express consent (Answered YES to M-")
    assert "STOP received" not in shows(opened)
    assert len(noon.received(number)) == 2


def test_a_quebec_lead_is_written_to_in_french_unless_said_otherwise(noon: Practice) -> None:
    """No language stated, no English text."""
    number = _number()
    _opened(noon, number, place="1200 rue Sainte-Catherine, Montréal QC")

    (body,) = noon.received(number)
    assert "Répondez OUI" in body
    assert "ARRET" in body


@pytest.mark.browser
def test_the_question_is_answered_by_hand_in_a_browser(desk: Desk) -> None:
    """The text stands in the thread with its two buttons; one is confirmed, and both are gone."""
    number = _number()
    ref = _opened(desk.world, number)
    desk.world.text(number, "leave me alone, all of you")
    asking = desk.message("leave me alone, all of you", "This may ask us to stop")
    expect(asking.locator("[data-action-id='reply.not_stop']")).to_be_visible()

    desk.press(asking, "reply.stop")

    expect(desk.message("leave me alone, all of you", "Stop for good, read by", "@Riley Chen")).to_be_visible()
    expect(desk.page.locator("[data-action-id='reply.stop']")).to_have_count(0)
    expect(desk.message(f"{ref} · Jane Doe", "STOP received")).to_be_visible()
