"""A Slack that shows a card and does not say so: the team sees one card, or a second that says what it is."""

import pytest

from tests.support.practice import RILEY, Json, Practice, has_button, shows

REPEAT = "may be a repeat"


def cards(world: Practice, number: str) -> list[Json]:
    """Return the cards of a lead, oldest first."""
    return [each for each in world.messages() if has_button(each, "lead.reveal") and number in shows(each)]


@pytest.mark.parametrize(
    ("number", "readable", "copies"), [("+14165550161", True, 1), ("+14165550162", False, 2)], ids=["read", "unread"]
)
def test_a_card_whose_answer_was_lost(noon: Practice, number: str, copies: int, *, readable: bool) -> None:
    """Found by its metadata where history may be read; posted again and marked where it may not."""
    noon.post("faults", slack_accept_then_reset=1, slack_no_history=not readable)
    noon.command(f"/lead {number} 12 King St W, Hamilton ON — Jane Doe consent=express")
    noon.until("every copy", lambda: len(cards(noon, number[-4:])) == copies)

    noon.click(cards(noon, number[-4:])[-1], "lead.claim")
    noon.until("its newest look", lambda: not has_button(cards(noon, number[-4:])[-1], "lead.claim"))

    assert [REPEAT in shows(card) for card in cards(noon, number[-4:])] == [False, True][:copies]


def test_a_form_that_does_not_open_opens_by_the_button(noon: Practice) -> None:
    """The command is answered in private, with a fresh trigger to press."""
    noon.post("faults", slack_view_errors=1)
    noon.command("/lead")
    note = noon.whispers(RILEY)[-1]

    opened = noon.click(note, "lead.form")

    assert opened["view"]["callback_id"] == "lead.new"
