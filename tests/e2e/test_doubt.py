"""A provider that takes a text and does not say so: the seller hears once, and the books come right by themselves."""

import pytest

from tests.support.practice import Practice, has_button, shows

FAULTS: list[tuple[str, dict[str, int | bool]]] = [
    ("+14165550131", {"twilio_accept_then_reset": 1}),
    ("+14165550132", {"twilio_500_after_store": 1}),
    ("+14165550133", {"twilio_accept_then_reset": 1, "drop_callbacks": True}),
]


@pytest.mark.parametrize(("number", "faults"), FAULTS, ids=["reset", "500", "reset-and-no-callback"])
def test_a_text_whose_answer_was_lost_reaches_the_seller_once(
    noon: Practice, number: str, faults: dict[str, int | bool]
) -> None:
    """By the callback's token, or without callbacks by the provider's own list; never by sending again."""
    noon.post("faults", **faults)

    noon.command(f"/lead {number} 12 King St W, Hamilton ON — Jane Doe consent=express")
    noon.until("the text", lambda: noon.received(number))
    noon.advance(minutes=1)
    noon.until("a settled card", lambda: any(_settled(each, number) for each in noon.messages()))
    noon.post("faults", **dict.fromkeys(faults, 0))
    noon.advance(hours=4)
    noon.until("the next step", lambda: any(has_button(each, "call.reached") for each in noon.messages()))

    bodies = noon.received(number)
    assert len(bodies) == len(set(bodies))


def _settled(message: dict[str, object], number: str) -> bool:
    """Tell whether a card shows the first text of a number as handed over."""
    text = shows(message)
    return number[-4:] in text and "✓ 1 Text" in text
