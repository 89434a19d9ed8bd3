"""What stands in a lead's thread: call tasks and replies; and what is said to one person or once."""

from datetime import timedelta

import pytest

from bot.views import call, dead, notice, reply
from domain.model import CallOutcome, MessageState, RungState
from domain.sheets import ReplySheet
from tests.bot import view_samples as samples
from tests.bot.test_views_lead import buttons
from tests.bot.view_samples import NOON

TWO = NOON + timedelta(hours=2)


def test_a_call_task_says_whom_where_when_and_what() -> None:
    """The rep reads one card and calls."""
    lines = call.card(samples.a_call()).text.split("\n")

    assert lines[0] == "Call Jane Doe · step 2 of 6 · L-12"
    assert lines[1] == "+1 416-•••-0199 · there it is 12:32, UTC−5 (Toronto) · for <@U0RILEY>"
    assert lines[2].startswith("Hello, is this Jane?")


def test_a_call_task_offers_one_button_for_each_outcome() -> None:
    """And the number, which is logged."""
    found = buttons(call.card(samples.a_call()))

    assert set(found) == {f"call.{outcome.value}" for outcome in CallOutcome} | {"call.reveal"}
    assert {name: each["value"] for name, each in found.items() if name != "call.reveal"} == dict.fromkeys(
        (f"call.{outcome.value}" for outcome in CallOutcome), "102"
    )
    assert found["call.reveal"]["value"] == "12"


def test_do_not_call_asks_first() -> None:
    """It ends everything planned for the number."""
    assert "confirm" in buttons(call.card(samples.a_call()))["call.do_not_call"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (CallOutcome.REACHED, "✓ Reached · <@U0RILEY> ("),
        (CallOutcome.NO_ANSWER, "✓ No answer · <@U0RILEY> ("),
        (CallOutcome.DO_NOT_CALL, "✕ Asked not to be called · <@U0RILEY> ("),
    ],
)
def test_a_settled_call_shows_what_came_of_it_and_nothing_to_click(outcome: CallOutcome, words: str) -> None:
    """With who and when."""
    sheet = samples.a_call(state=RungState.DONE, outcome=outcome, outcome_by="U0RILEY", settled_at=NOON)
    rendered = call.card(sheet)

    assert rendered.text.split("\n")[1].startswith(words)
    assert buttons(rendered) == {}


def test_a_call_that_was_called_off_says_why() -> None:
    """Nobody calls after a STOP."""
    rendered = call.card(samples.a_call(state=RungState.CANCELLED, note="stop"))

    assert "✕ Called off: they asked us to stop" in rendered.text
    assert buttons(rendered) == {}


def test_a_reply_is_quoted_whole_with_what_was_done() -> None:
    """Lines and all."""
    sheet = ReplySheet(samples.a_reply("Maybe.\nCall me"), samples.a_lead(), TWO)

    assert reply.card(sheet).text.split("\n") == [
        "Jane Doe wrote · L-12",
        "Maybe.",
        "Call me",
        "Today 14:00. The ladder waits for you.",
    ]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("stop", "Read as STOP: nothing more will be sent to this number."),
        ("yes", "none is recorded"),
        ("start", "Only their own YES"),
        ("smells_of_stop", "This may ask us to stop."),
        ("auto_reply", "no answer and no consent"),
        ("a_kind_of_tomorrow", "The ladder waits for you."),
    ],
)
def test_each_kind_of_reply_says_what_it_was_read_as(kind: str, words: str) -> None:
    """A person sees what the machine understood, and can mend it."""
    assert words in reply.card(ReplySheet(samples.a_reply("x", kind), samples.a_lead(), TWO)).text


def test_a_reply_from_an_unknown_number_is_masked_and_pictures_are_counted() -> None:
    """Nothing is fetched, nothing is answered."""
    text = reply.card(ReplySheet(samples.a_reply("hi", media_count=1), None, TWO)).text

    assert text.startswith("A number we do not know (+1 416-•••-0199) wrote")
    assert "No lead has this number; nothing was answered. 1 picture not fetched." in text


def test_a_stop_from_an_unknown_number_counts_all_the_same() -> None:
    """The number is suppressed whoever it belongs to."""
    assert "nothing more will be sent" in reply.card(ReplySheet(samples.a_reply("STOP", "stop"), None, TWO)).text


def test_a_reply_of_pictures_alone_is_drawn() -> None:
    """There is no text to quote."""
    rendered = reply.card(ReplySheet(samples.a_reply("  ", media_count=3), samples.a_lead(), TWO))

    assert "3 pictures not fetched." in rendered.text


def test_a_private_note_names_people_of_the_team() -> None:
    """Refusals say who was faster."""
    blocks = notice.card("Already claimed by <@U0RILEY>, not <!channel>.").blocks

    pieces = blocks[0]["elements"][0]["elements"]
    assert [piece["type"] for piece in pieces] == ["text", "user", "text"]
    assert pieces[2]["text"] == ", not <!channel>."


def test_a_refusal_fits_its_window() -> None:
    """A title has 24 characters."""
    view = notice.modal("A title that is much longer than that", "Nothing was changed.")

    assert len(view["title"]["text"]) <= 24
    assert "Nothing was changed." in str(view["blocks"])


def test_the_alert_says_why_since_when_and_what_to_do() -> None:
    """Whoever reads it first can act."""
    text = notice.alert("The phone provider refuses our account (20003)", NOON).text

    assert text.startswith("Sending has stopped\nThe phone provider refuses our account (20003)")
    assert "/heimdall resume" in text
    assert "since <!date^" in text


def test_a_dead_text_says_that_nothing_left_and_asks() -> None:
    """With the class of the error for whoever mends it, and two buttons that carry its number."""
    rendered = dead.message(samples.a_dead_text(samples.a_lead()))

    assert rendered.text.startswith("Heimdall could not prepare M-31 · Jane Doe · L-12")
    assert "It was tried 5 times: each try failed (`ValueError`)" in rendered.text
    assert "Nothing of it has left." in rendered.text
    found = buttons(rendered)
    assert {name: (each["text"]["text"], each["value"]) for name, each in found.items()} == {
        "dead_message.again": ("Try again", "31"),
        "dead_message.drop": ("Drop", "31"),
    }


def test_a_dead_step_says_that_the_ladder_waits_and_asks() -> None:
    """No error is known where the program ended at each try."""
    rendered = dead.rung(samples.a_dead_step(samples.a_lead()))

    assert rendered.text.startswith("Heimdall could not do step 1, text · Jane Doe · L-12")
    assert "the program ended at each try" in rendered.text
    assert {name: each["text"]["text"] for name, each in buttons(rendered).items()} == {
        "dead_rung.again": "Try again",
        "dead_rung.drop": "Skip the step",
    }


def test_what_was_decided_about_a_dead_row_leaves_nothing_to_click() -> None:
    """The card stays as a record."""
    of = samples.a_lead()

    for rendered in (
        dead.message(samples.a_dead_text(of, state=MessageState.DELIVERED)),
        dead.rung(samples.a_dead_step(of, RungState.SKIPPED)),
    ):
        assert "Settled: " in rendered.text
        assert buttons(rendered) == {}
