"""What a lead's card says at a glance: where each step stands, why it waits, and which buttons make sense now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.views import lead
from bot.views.blocks import Rendered
from domain.model import CallOutcome, ConsentBasis, LadderState, MessageState, RungState, Suppression, SuppressionReason
from domain.sheets import LeadSheet
from domain.verdicts import Reason
from tests.bot import view_samples as samples
from tests.bot.view_samples import NIGHT, NOON, OPENS


def buttons(rendered: Rendered) -> dict[str, dict[str, Any]]:
    """Return the buttons of a message by action id."""
    rows = [block["elements"] for block in rendered.blocks if block["type"] == "actions"]
    beside = [[block["accessory"]] for block in rendered.blocks if "accessory" in block]
    return {each["action_id"]: each for row in [*rows, *beside] for each in row}


def lines(sheet: LeadSheet) -> list[str]:
    """Return the card in words, line by line."""
    return lead.card(sheet).text.split("\n")


def test_the_headline_is_the_lead_and_the_seller() -> None:
    """What people call it comes first, in the card and in the notification."""
    assert lines(samples.a_sheet())[0] == "L-12 · Jane Doe"


def test_the_place_is_said_with_the_clock_there() -> None:
    """A rep in Vancouver sees what time it is in Hamilton."""
    assert "Ontario, Hamilton · there it is 12:05, UTC−5 (Toronto)" in lines(samples.a_sheet())


def test_every_clock_of_a_place_is_said() -> None:
    """Creston keeps a clock of its own: nobody has to guess which."""
    card = lines(samples.LEAD_CARDS["two clocks"](samples.a_lead()))

    assert "British Columbia · there it is 10:05, UTC−7 (Vancouver) / 11:05, UTC−6 (Edmonton)" in card
    assert "→ 2 Call · next, today 10:30 / 11:30" in card


def test_each_rung_is_dated_on_the_sellers_clock_with_symbol_and_words() -> None:
    """No state is told by its symbol alone, none by colour."""
    assert lines(samples.a_sheet())[4:10] == [
        "✓ 1 Text · delivered today 12:02",
        "→ 2 Call · next, today 12:30",
        "○ 3 Text · today 15:00",
        "○ 4 Call · tomorrow 12:00",
        "○ 5 Text · Fri 27 Nov 12:00",
        "○ 6 Call · Tue 1 Dec 12:00",
    ]


def test_a_held_text_says_until_when_and_by_which_rule() -> None:
    """The reason is the gate's own sentence, with the next lawful minute."""
    card = lines(samples.held_sheet())

    assert "‖ 1 Text · held until tomorrow 09:00" in card
    assert "Held: Ontario texts open 09:00 tomorrow, UTC−5 (Toronto): company hours, the same as for calls." in card


@pytest.mark.parametrize(
    ("state", "change", "words"),
    [
        (MessageState.READY, {}, "→ 1 Text · leaves now"),
        (MessageState.READY, {"available_at": NOON + timedelta(minutes=9)}, "○ 1 Text · tried again today 12:09"),
        (MessageState.DISPATCHING, {}, "→ 1 Text · being handed over"),
        (MessageState.UNKNOWN, {"reason": "timeout"}, "? 1 Text · unclear whether it left; checking, never sent twice"),
        (MessageState.NEEDS_PERSON, {}, "! 1 Text · unclear whether it left; a person must look"),
        (MessageState.CANCELLED, {}, "✕ 1 Text · taken back"),
        (MessageState.DEAD, {}, "! 1 Text · could not be prepared; a person must decide"),
    ],
)
def test_a_text_on_its_way_says_where_it_stands(state: MessageState, change: dict[str, Any], words: str) -> None:
    """Nothing is silently lost between planned and delivered."""
    sheet = samples.a_sheet(rungs=samples.rungs(RungState.QUEUED), messages=(samples.a_message(state, **change),))

    assert words in lines(sheet)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (30003, "✕ 1 Text · not delivered: The phone was off or out of reach. Try a call"),
        (None, "✕ 1 Text · not delivered"),
    ],
)
def test_a_text_that_did_not_arrive_says_what_to_do(code: int | None, words: str) -> None:
    """In the words for the provider's code, if it gave one."""
    lost = samples.a_message(MessageState.UNDELIVERED, error_code=code)
    sheet = samples.a_sheet(rungs=samples.rungs(RungState.DONE), messages=(lost,))

    assert words in lines(sheet)


def test_a_call_says_what_came_of_it_and_who_called() -> None:
    """The outcome is a person's word."""
    steps = list(samples.rungs(RungState.DONE, RungState.DONE))
    steps[1] = replace(
        steps[1], outcome=CallOutcome.VOICEMAIL, outcome_by="U0RILEY", settled_at=NOON + timedelta(minutes=40)
    )

    assert "✓ 2 Call · voicemail left, <@U0RILEY> today 12:40" in lines(samples.a_sheet(rungs=tuple(steps)))


def test_a_skipped_step_says_why() -> None:
    """The team sees that a text did not go, and what is missing."""
    assert "✕ 1 Text · skipped: no consent on record for texts" in lines(
        samples.LEAD_CARDS["skipped"](samples.a_lead())
    )


def test_steps_cancelled_together_share_a_line() -> None:
    """A stopped ladder does not fill the channel."""
    assert "✕ 2–6 · cancelled" in lines(samples.LEAD_CARDS["stopped"](samples.a_lead()))


def test_a_stop_is_said_and_nothing_but_the_number_is_offered() -> None:
    """Nobody may resume, text or make an offer after a STOP."""
    sheet = samples.LEAD_CARDS["stopped"](samples.a_lead())

    assert "STOP received today 14:00. Nothing more will be sent to this number." in lines(sheet)
    assert set(buttons(lead.card(sheet))) == {"lead.reveal"}


def test_an_order_that_has_run_out_binds_nobody() -> None:
    """An internal do-not-call entry ends after its years."""
    over = Suppression(SuppressionReason.INTERNAL_DO_NOT_CALL, NOON - timedelta(days=1200), NOON)

    assert "lead.stop" in buttons(lead.card(samples.a_sheet(suppressions=(over,))))


def test_the_national_list_is_named_and_stops_no_text() -> None:
    """It binds calls alone; the gate holds those."""
    listed = Suppression(SuppressionReason.NATIONAL_DO_NOT_CALL, NOON, None)
    rendered = lead.card(samples.a_sheet(suppressions=(listed,)))

    assert "On the National Do Not Call List" in rendered.text
    assert "lead.stop" in buttons(rendered)


@pytest.mark.parametrize(
    ("ladder", "reason", "words"),
    [
        (LadderState.PAUSED, "seller_replied", "Paused: they wrote back. No further step happens until somebody"),
        (LadderState.PAUSED, "paused_by:U0DANA", "Paused by <@U0DANA>. No further step"),
        (LadderState.PAUSED, "asks_to_stop", "Paused: they may have asked us to stop."),
        (LadderState.STOPPED, "stopped_by:U0RILEY", "Stopped by <@U0RILEY>. Nothing more is planned."),
        (LadderState.STOPPED, "wrong_number", "Stopped: wrong number. Nothing more is planned."),
        (LadderState.STOPPED, "provider_21610", "Stopped: This person texted STOP to our number."),
        (LadderState.FINISHED, None, "All steps done. Nothing more is planned."),
        (LadderState.STOPPED, "a_reason_of_tomorrow", "Stopped: a reason of tomorrow."),
        (LadderState.PAUSED, None, "Paused. No further step"),
    ],
)
def test_a_ladder_that_does_not_run_says_why(ladder: LadderState, reason: str | None, words: str) -> None:
    """Codes of the flows become words; one nobody knows is still readable."""
    card = lead.card(samples.a_sheet(samples.a_lead(ladder=ladder, ladder_reason=reason)))

    assert words in card.text


@pytest.mark.parametrize(
    ("ladder", "owner", "offered"),
    [
        (LadderState.RUNNING, None, {"lead.claim", "lead.reveal", "lead.deal", "lead.pause", "lead.stop"}),
        (LadderState.RUNNING, "U0RILEY", {"lead.reveal", "lead.deal", "lead.pause", "lead.stop"}),
        (LadderState.PAUSED, "U0RILEY", {"lead.reveal", "lead.deal", "lead.resume", "lead.stop"}),
        (LadderState.STOPPED, "U0RILEY", {"lead.reveal", "lead.deal"}),
        (LadderState.FINISHED, "U0RILEY", {"lead.reveal", "lead.deal"}),
    ],
)
def test_only_buttons_that_can_work_are_offered(ladder: LadderState, owner: str | None, offered: set[str]) -> None:
    """A click that must be refused is not invited."""
    found = buttons(lead.card(samples.a_sheet(samples.a_lead(ladder=ladder, owner=owner))))

    assert set(found) == offered
    assert {each["value"] for each in found.values()} == {"12"}


def test_stopping_asks_first() -> None:
    """It cannot be undone."""
    stop = buttons(lead.card(samples.a_sheet()))["lead.stop"]

    assert "Jane Doe" in stop["confirm"]["text"]["text"]


def test_a_place_in_doubt_is_a_question_with_its_answer_named() -> None:
    """Two pieces of evidence disagree: a person decides, the bot does not guess."""
    card = lines(samples.LEAD_CARDS["no province"](samples.a_lead()))

    assert "? Postal code says QC, text says ON: which is right?" in card
    assert "Set it right: /lead place L-12 and the address" in card
    assert "Held: No province, so no legal window: nothing sent." in card


def test_an_unknown_place_names_the_way_out() -> None:
    """Held for want of a province: the card says what to type."""
    nowhere = samples.a_lead(province=None, zones=frozenset(), market="ALL")

    assert "Set it right: /lead place L-12 and the address" in lines(samples.a_sheet(nowhere))
    assert "Set it right" not in lead.card(samples.a_sheet()).text


def test_moments_of_an_unknown_place_are_on_the_readers_clock() -> None:
    """A clock that nobody knows cannot be read; Slack writes the reader's."""
    card = lead.card(samples.LEAD_CARDS["no province"](samples.a_lead()))

    assert "○ 2 Call · <!date^" in card.text


def test_the_consent_that_holds_is_named_with_its_end() -> None:
    """Grounds that have run out are no grounds."""
    over = samples.a_consent(ConsentBasis.INQUIRY, expires_at=NOON - timedelta(days=1))
    holds = samples.a_consent(ConsentBasis.EXPRESS)

    assert (
        "Consent: Express consent (Web form of 24 Nov), no expiry"
        in lead.card(samples.a_sheet(consents=(over, holds))).text
    )
    assert "No consent on record" in lead.card(samples.a_sheet(consents=(over,))).text


def test_the_last_reply_is_quoted_with_its_time() -> None:
    """The whole of it stands in the thread."""
    card = lines(samples.LEAD_CARDS["replied"](samples.a_lead()))

    assert "Yes, but call me after six please" in card
    assert "They wrote today 14:00" in card


def test_a_yes_is_said_to_have_become_consent() -> None:
    """It changes what may be sent from now on."""
    sheet = samples.a_sheet(last_reply=samples.a_reply("yes", "yes", question_id=31))

    assert "Read as YES to M-31: express consent is recorded" in lead.card(sheet).text


def test_a_deal_is_summed_up_in_a_line() -> None:
    """The numbers without opening another card."""
    assert (
        "D-3: ARV $500,000, repairs $40,000, they ask $320,000"
        in lead.card(samples.a_sheet(deal=samples.a_deal())).text
    )


@pytest.mark.parametrize(
    ("code", "until", "words"),
    [
        ("paused", None, "Held: sending is paused; /heimdall status says for whom."),
        ("gate_error", None, "Held: a fact was missing or a rule failed, so nothing was sent."),
        ("in_flight", None, "Held: another text to this number is still on its way."),
        ("day_cap", OPENS, "next look 09:00 tomorrow, UTC−5 (Toronto)."),
        ("team_window", OPENS, "Held: Ontario texts open 09:00 tomorrow, UTC−5 (Toronto): this team's own hours."),
        ("legal_holiday", OPENS, "Held: Ontario texts rest on a statutory holiday and open 09:00 tomorrow"),
        ("clock_untrusted", None, "Held: the time-zone tables of this machine are wrong; run heimdall doctor."),
    ],
)
def test_each_reason_to_hold_reads_as_a_sentence(code: str, until: datetime | None, words: str) -> None:
    """No code, no empty bracket, and always the word Held."""
    held = samples.a_message(MessageState.HELD, reason=code, opens_at=until)
    sheet = samples.a_sheet(rungs=samples.rungs(RungState.QUEUED), messages=(held,), at=NIGHT)

    assert words in lead.card(sheet).text


def test_a_held_call_says_why() -> None:
    """Its rung keeps the reason; there is no message to keep it."""
    steps = samples.rungs(RungState.ARMED, start=OPENS, note="legal_window")
    steps = (replace(steps[0], channel=steps[1].channel), *steps[1:])
    card = lines(samples.a_sheet(rungs=steps, messages=(), at=NIGHT))

    assert "‖ 1 Call · held until tomorrow 09:00" in card
    assert "Held: Ontario calls open 09:00 tomorrow, UTC−5 (Toronto): call hours of the CRTC." in card


def test_opening_a_lead_answers_what_happened_and_what_happens_next() -> None:
    """The number is echoed to the person who typed it."""
    text = lead.opened(samples.a_lead(), "Ontario texts open 09:00 tomorrow", ("No name given",)).text

    assert text.startswith("Opened L-12 for Jane Doe")
    assert "+1 416-555-0199" in text
    assert "First text: Ontario texts open 09:00 tomorrow" in text
    assert "No name given" in text
    assert "Next:" in text


def test_a_pick_list_has_a_button_that_names_its_lead() -> None:
    """Nobody types an id; a screen reader can tell the buttons apart."""
    pressed = buttons(lead.listing([samples.a_lead()], "Pause which lead?", "lead.pause"))["lead.pause"]

    assert pressed["value"] == "12"
    assert pressed["accessibility_label"] == "Pause: L-12 · Jane Doe"


def test_the_full_number_is_shown_in_a_window_that_says_it_was_logged() -> None:
    """For one person's eyes."""
    shown = str(lead.reveal(samples.a_lead()))

    assert "+1 416-555-0199" in shown
    assert "on the record" in shown


@pytest.mark.parametrize(
    ("days", "words"), [(12, "in 12 days"), (1, "in 1 day"), (0, "today")], ids=["days", "a day", "today"]
)
def test_an_end_of_consent_is_counted_down(days: int, words: str) -> None:
    """The day with its year, and what to do before it."""
    end = datetime(2027, 5, 24, 17, tzinfo=UTC)
    sheet = samples.a_sheet(consent_ends_at=end, at=end - timedelta(days=days, minutes=5))

    assert f"Consent ends 24 May 2027, {words}. Without their YES no text leaves after that." in lead.card(sheet).text


def test_a_stopped_number_has_no_countdown() -> None:
    """Nothing could be sent anyway."""
    sheet = samples.a_sheet(consent_ends_at=NOON, suppressions=(samples.stop_order(),), at=samples.stop_order().since)

    assert "Consent ends" not in lead.card(sheet).text


def test_steps_that_no_consent_covers_say_so_in_advance() -> None:
    """In the line of the step, with its date."""
    text = lead.card(samples.a_sheet(uncovered={3: Reason.CONSENT_USED, 5: Reason.CONSENT_ENDED})).text

    assert "3 Text · today 15:00, skipped unless they answer YES" in text
    assert "5 Text · Fri 27 Nov 12:00, skipped: consent ends before" in text
    assert "4 Call · tomorrow 12:00\n" in text


def test_a_step_that_is_over_has_no_forecast() -> None:
    """What has left, or was cancelled, needs no consent any more."""
    sheet = samples.a_sheet(uncovered={1: Reason.CONSENT_USED})

    assert "skipped" not in lead.card(sheet).text


def test_while_a_stop_may_be_unread_nobody_can_resume() -> None:
    """The card sends people to the thread."""
    rendered = lead.card(samples.LEAD_CARDS["may be a stop"](samples.a_lead()))

    assert "They may have asked us to stop." in rendered.text
    assert "lead.resume" not in str(rendered.blocks)


def test_a_used_up_answer_is_not_shown_beside_what_holds() -> None:
    """It would say that nothing may leave."""
    used, held = samples.a_consent(used=1), samples.a_consent(ConsentBasis.EXPRESS)

    assert "(used)" not in lead.card(samples.a_sheet(consents=(held, used))).text
    assert "(used)" in lead.card(samples.a_sheet(consents=(used,))).text
