"""The main job, end to end: real processes, signed requests, the vendors' wire protocols, one story after another."""

from functools import partial
from itertools import count
from typing import Any

import pytest

from tests.support.practice import (
    AVERY,
    BRIEFINGS,
    DEALS,
    GUS,
    LEADS,
    RILEY,
    Practice,
    button,
    has_button,
    said,
    shows,
)

_last_four = count(120)
HAMILTON = "12 King St W, Hamilton ON"
TORONTO_22H = "2026-11-25T03:00:00+00:00"
TORONTO_0905 = "2026-11-25T14:05:00+00:00"
CALGARY_2115 = "2026-11-25T03:15:00+00:00"


def _number(area: str = "416") -> str:
    """Return a fictional number no other story uses."""
    return f"+1{area}555{next(_last_four):04d}"


def _open_lead(world: Practice, number: str, place: str = HAMILTON, name: str = "Jane Doe", **options: str) -> str:
    """Open a lead in one line and return its reference."""
    extra = "".join(f" {key}={value}" for key, value in options.items())
    answer = world.command(f"/lead {number} {place} — {name}{extra}")
    refs = [word.strip(".,:*()") for word in answer.split() if word.strip(".,:*()").startswith("L-")]
    assert refs, answer
    return refs[0]


def _card(world: Practice, ref: str) -> dict[str, Any] | None:
    """Return the card of a lead, if it stands in #leads."""
    roots = [message for message in world.messages() if message["thread_ts"] in {None, message["ts"]}]
    return next((message for message in roots if f"{ref} " in shows(message) + " "), None)


def _posted_card(world: Practice, ref: str, *holding: str) -> dict[str, Any]:
    """Wait for a lead's card that shows every one of some words."""

    def look() -> dict[str, Any] | None:
        card = _card(world, ref)
        return card if card and all(words in shows(card) for words in holding) else None

    return world.until(f"the card of {ref} with {holding}", look)


def _thread(world: Practice, card: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in world.messages() if each["thread_ts"] == card["ts"] and each["ts"] != card["ts"]]


def _call_task(world: Practice, card: dict[str, Any]) -> dict[str, Any]:
    """Wait for an open call task in a lead's thread."""

    def look() -> dict[str, Any] | None:
        return next((each for each in _thread(world, card) if has_button(each, "call.no_answer")), None)

    return world.until("a call task", look)


def _asking(world: Practice, ref: str, amount: str = "$") -> dict[str, Any] | None:
    """Return the card that asks for approval of a lead's offer, while it asks."""
    asking = [each for each in world.messages(DEALS) if has_button(each, "approval.approve")]
    return next((each for each in asking if ref in shows(each) and amount in shows(each)), None)


def test_one_line_opens_a_lead_and_the_first_text_arrives(noon: Practice) -> None:
    """A rep types one line; the card stands in #leads and the seller's phone shows the text."""
    number = _number()

    ref = _open_lead(noon, number)

    card = _posted_card(noon, ref, "Jane Doe", "Hamilton", "Ontario")
    (body,) = noon.until("the first text", lambda: noon.received(number))
    assert "Northern Doors" in body
    assert "STOP" in body
    assert number not in shows(card)
    assert noon.phone(number)[0]["validity_seconds"] <= 36_000


def test_the_modal_opens_the_same_lead(noon: Practice) -> None:
    """Without words /lead opens a form; bad fields are said at the field, good ones open the lead."""
    number = _number("514")
    opened = noon.post("command", user=RILEY, channel=LEADS, text="/lead")
    view = opened["view"] or noon.state["views"][RILEY][-1]
    values = {
        "name": "Marc Tremblay",
        "phone": "911",
        "address": "1200 rue Sainte-Catherine, Montréal QC",
        "source": "referral",
        "basis": "casl.express",
        "proof": "Signed card at the open house, 2026-11-20",
        "language": "fr",
    }

    refused = noon.post("submit", user=RILEY, view_id=view["id"], values=values)
    noon.post("submit", user=RILEY, view_id=view["id"], values=values | {"phone": number})

    assert "emergency" in str(refused).lower()
    (body,) = noon.until("the French text", lambda: noon.received(number))
    assert "ARRÊT" in body or "ARRET" in body
    noon.until("the card", lambda: any("Marc Tremblay" in shows(each) for each in noon.messages()))


def test_outside_the_window_the_card_says_when_it_opens_and_the_text_comes_then(world: Practice) -> None:
    """At 22:00 nothing leaves; at 09:05 it does."""
    world.reset_clock(TORONTO_22H)
    number = _number()

    ref = _open_lead(world, number)

    _posted_card(world, ref, "Ontario texts open 09:00 tomorrow")
    assert world.received(number) == []
    world.reset_clock(TORONTO_0905)
    assert len(world.until("the text of the morning", lambda: world.received(number))) == 1


def test_a_calgary_lead_at_2115_local_waits_under_albertas_new_clock(world: Practice) -> None:
    """03:15 UTC is 21:15 in Calgary since November 2026: open until 21:30; at 21:35 it is held."""
    world.reset_clock("2026-11-25T03:35:00+00:00")
    number = _number("403")

    ref = _open_lead(world, number, "400 4 Ave SW, Calgary AB")

    _posted_card(world, ref, "Alberta texts open 09:00 tomorrow")
    assert world.received(number) == []


def test_claiming_names_the_owner_once(noon: Practice) -> None:
    """The first click owns the lead; the second person is told so, privately."""
    ref = _open_lead(noon, _number())
    card = _posted_card(noon, ref)

    noon.click(card, "lead.claim", user=RILEY)
    late = noon.click(card, "lead.claim", user=AVERY)

    assert "already claimed" in said(late)
    claimed = _posted_card(noon, ref, f"<@{RILEY}>")
    assert not has_button(claimed, "lead.claim")


def test_call_tasks_come_with_script_and_outcomes_move_the_ladder(noon: Practice) -> None:
    """After half an hour a call task stands in the thread; its outcome is recorded once."""
    number = _number()
    ref = _open_lead(noon, number, consent="express")
    card = _posted_card(noon, ref)
    noon.until("the first text", lambda: noon.received(number))

    noon.advance(minutes=31)
    task = _call_task(noon, card)
    revealed = noon.click(task, "call.reveal")
    noon.click(task, "call.no_answer")
    again = noon.click(task, "call.reached", user=AVERY)

    shown = f"555-{number[-4:]}"
    assert shown in said(revealed)
    assert shown not in shows(task)
    assert "Already recorded" in said(again)
    noon.advance(hours=2, minutes=40)
    assert len(noon.texts_reach(number, 2)) == 2


def test_do_not_call_ends_everything(noon: Practice) -> None:
    """The outcome 'do not call' suppresses the number; nothing follows in a fortnight."""
    number = _number()
    ref = _open_lead(noon, number, consent="express")
    card = _posted_card(noon, ref)
    noon.until("the first text", lambda: noon.received(number))
    noon.advance(minutes=31)

    noon.click(_call_task(noon, card), "call.do_not_call")

    _posted_card(noon, ref, "Asked not to be called")
    before = len(noon.received(number))
    for _day in range(3):
        noon.advance(days=1)
    _open_lead(noon, probe := _number())
    noon.until("a later lead's text", lambda: noon.received(probe))
    assert len(noon.received(number)) == before


def test_a_reply_stands_in_the_thread_and_pauses_the_ladder(noon: Practice) -> None:
    """What the seller writes is read by people before the ladder says anything more."""
    number = _number()
    ref = _open_lead(noon, number, consent="express")
    card = _posted_card(noon, ref)
    noon.until("the first text", lambda: noon.received(number))

    noon.text(number, "What would you pay? <!channel> *now*")

    noon.until("the reply", lambda: any("What would you pay?" in shows(each) for each in _thread(noon, card)))
    paused = _posted_card(noon, ref, "aused")
    assert has_button(paused, "lead.resume")
    noon.advance(hours=4)
    noon.click(paused, "lead.resume")
    assert _call_task(noon, card)


@pytest.mark.parametrize(("word", "ours"), [("STOP", 0), ("ARRÊT", 1)])
def test_stop_is_honoured_at_once_for_good_and_confirmed_once(noon: Practice, word: str, ours: int) -> None:
    """The carrier confirms its own word, we confirm the French one; nothing more ever goes out."""
    number = _number()
    ref = _open_lead(noon, number, consent="express")
    _posted_card(noon, ref)
    noon.until("the first text", lambda: noon.received(number))

    noon.text(number, word)

    _posted_card(noon, ref, "STOP")
    noon.until("one confirmation", lambda: len(noon.phone(number)) == 3)
    assert len(noon.received(number)) == 1 + ours
    for _day in range(7):
        noon.advance(days=1)
    _open_lead(noon, probe := _number())
    noon.until("a later lead's text", lambda: noon.received(probe))
    assert len(noon.phone(number)) == 3
    assert "left alone" in noon.command(f"/lead {number} 1 Main St, Hamilton ON — Jane Again")


def _fired(world: Practice, number: str, card: dict[str, Any], texts: int, calls: int) -> bool:
    """Tell whether a lead has had so many texts and call tasks, no more and no fewer."""
    tasks = [each for each in _thread(world, card) if "call.reveal" in str(each["blocks"])]
    return (len(world.received(number)), len(tasks)) == (texts, calls)


def test_a_week_in_a_day_fires_every_rung_in_order_and_once(noon: Practice) -> None:
    """Moving the clock in steps fires the six rungs one by one; no text is sent twice."""
    number = _number()
    ref = _open_lead(noon, number, consent="express")
    card = _posted_card(noon, ref)
    noon.until("the first text", lambda: len(noon.received(number)) == 1)

    for step, (hours, texts, calls) in enumerate(((0.6, 1, 1), (3, 2, 1), (22, 2, 2), (49, 3, 2), (97, 3, 3)), start=2):
        noon.advance(hours=hours)
        noon.until(f"rung {step}", partial(_fired, noon, number, card, texts, calls))

    bodies = noon.received(number)
    assert len(bodies) == len(set(bodies)) == 3


def test_an_offer_is_approved_by_somebody_else_and_reaches_the_seller(noon: Practice) -> None:
    """Numbers, evidence, buyers, one click, one text."""
    number = _number()
    box = "province=ON market=Hamilton type=house min=200k max=600k"
    noon.command(f"/buyer add Priya Nair phone=403-555-0123 {box}", channel=DEALS)
    ref = _open_lead(noon, number, consent="express")
    noon.until("the first text", lambda: noon.received(number))

    answer = noon.command(f"/deal {ref} arv=500k repairs=40k asking=320k")

    card = noon.until("the approval card", lambda: _asking(noon, ref))
    text = shows(card)
    assert "295,000" in answer + text
    assert "not enough data" in text
    assert "Priya Nair" in text
    own = noon.click(card, "approval.approve", user=RILEY)
    guest = noon.click(card, "approval.approve", user=GUS)
    noon.click(card, "approval.approve", user=AVERY)
    late = noon.click(card, "approval.reject", user="U0DANA")

    assert "nly approvers" in said(own) + said(guest)
    assert "Already" in said(late)
    bodies = noon.texts_reach(number, 2)
    assert "$" in bodies[-1]
    noon.until("the decided card", lambda: _asking(noon, ref) is None)
    assert any(f"<@{AVERY}>" in shows(each) for each in noon.messages(DEALS) if each["ts"] == card["ts"])


def test_a_counter_stays_below_the_ceiling_and_asks_again(noon: Practice) -> None:
    """A counter above the ceiling is refused in the form; one below makes a new request."""
    ref = _open_lead(noon, _number(), consent="express")
    noon.command(f"/deal {ref} arv=450k repairs=50k")

    card = noon.until("the approval card", lambda: _asking(noon, ref))
    noon.click(card, "approval.counter", user=AVERY)
    view = noon.until("the form", lambda: noon.state["views"].get(AVERY))[-1]
    above = noon.post("submit", user=AVERY, view_id=view["id"], values={"amount": "400k"})
    noon.post("submit", user=AVERY, view_id=view["id"], values={"amount": "250k"})

    assert "eiling" in str(above)
    assert noon.until("the new request", lambda: _asking(noon, ref, "250,000"))


def test_a_briefing_comes_when_asked_and_at_its_hour(noon: Practice) -> None:
    """Its chart is native, with a text twin; the scheduled one comes once."""
    _open_lead(noon, number := _number())
    noon.until("the first text", lambda: noon.received(number))

    noon.command("/heimdall now", channel=BRIEFINGS)
    asked = noon.until("the briefing", lambda: noon.messages(BRIEFINGS))[-1]
    before = len(noon.messages(BRIEFINGS))
    noon.reset_clock("2026-12-02T13:31:00+00:00")
    noon.until("the scheduled briefing", lambda: len(noon.messages(BRIEFINGS)) > before)

    kinds = [block["type"] for block in asked["blocks"]]
    assert "data_visualization" in kinds
    assert "leads" in asked["text"].lower()
    _open_lead(noon, probe := _number())
    noon.until("a later text", lambda: noon.state["now"] and _card(noon, "L-1"))
    assert len(noon.messages(BRIEFINGS)) == before + 1
    del probe


def test_pausing_a_province_holds_its_texts_until_it_is_resumed(noon: Practice) -> None:
    """A switch is effective before the next hand-over, and visible on the card."""
    noon.command("/heimdall pause ON", user=AVERY)
    number = _number()
    ref = _open_lead(noon, number)
    _posted_card(noon, ref, "aused")
    assert noon.received(number) == []

    noon.command("/heimdall resume ON", user=AVERY)
    noon.advance(minutes=6)

    assert noon.until("the text", lambda: noon.received(number))


def test_a_lead_without_a_province_is_held_until_somebody_says_where(noon: Practice) -> None:
    """No province, no legal window, no text; a correction frees it."""
    number = _number("867")
    ref = _open_lead(noon, number, "the blue house by the lake")
    _posted_card(noon, ref, "No province")

    noon.command(f"/lead place {ref} 5003 50 Ave, Yellowknife NT")

    assert noon.until("the text", lambda: noon.received(number))


def test_strangers_and_guests_are_told_why_not(noon: Practice) -> None:
    """A guest's command does nothing and says so."""
    answer = noon.command(f"/lead {_number()} 12 King St W, Hamilton ON — Jane Doe", user=GUS)

    assert "team" in answer
    assert "admin" in answer


def test_buttons_carry_what_they_act_on(noon: Practice) -> None:
    """Every button of a lead's card names the lead, not a number."""
    number = _number()
    ref = _open_lead(noon, number)
    card = _posted_card(noon, ref)

    assert button(card, "lead.reveal")["value"] == ref.removeprefix("L-")
    assert number[-7:] not in str(card["blocks"])
