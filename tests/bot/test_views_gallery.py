"""Every card, answer and form in every state: inside Slack's limits, said in words too, drawable, and ping-free.

The practice world's limits and drawing and Slack's own SDK are three judges that share no code with the views.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.views import blocks, text
from domain.model import Lead
from sandbox.page.render import block_kit
from sandbox.slack import limits
from tests.bot import view_samples
from tests.bot.test_views_text import HOSTILE

MESSAGES = view_samples.messages_of(view_samples.a_lead())
VIEWS = view_samples.views_of(view_samples.a_lead())

UNKNOWN_TO_THE_SDK = {"data_visualization"}
"""Block types slack_sdk 3.47 has no model for."""

PEOPLE = {"U0RILEY", "U0AVERY", "U0DANA"}


def hostile_lead(name: str) -> Lead:
    """Return a lead in which every text that a person or a seller typed is the same foreign text."""
    lead = view_samples.a_lead(name, address=name, notes=name, market=name, conflicts=(name,))
    return replace(lead, contact=replace(lead.contact, email=name))


def texts(value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    """Yield type and text of every text object and rich-text piece."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["type"], value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from texts(part)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_has_no_fault_of_its_own(name: str) -> None:
    """Limits, words for every block, no pings, nobody reads a name as markup."""
    assert blocks.lint(MESSAGES[name]) == []


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_no_fault_of_its_own(name: str) -> None:
    """The same for modals and Home."""
    assert blocks.lint_view(VIEWS[name]) == []


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_would_take_a_message(name: str) -> None:
    """Judged by the practice world's table of Slack's limits; a refusal raises."""
    rendered = MESSAGES[name]

    assert len(limits.accept_message(rendered.blocks)) == len(rendered.blocks)


@pytest.mark.parametrize("name", VIEWS)
def test_slack_would_take_a_view(name: str) -> None:
    """Judged by the practice world's table of Slack's limits; a refusal raises."""
    view = VIEWS[name]

    assert limits.accept_view(view, view["type"])["type"] == view["type"]


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_slacks_own_models_read_every_block_back_unchanged(name: str) -> None:
    """A key or type the SDK does not know would be dropped on the way."""
    made = MESSAGES[name].blocks if name in MESSAGES else VIEWS[name]["blocks"]
    known = [block for block in made if block["type"] not in UNKNOWN_TO_THE_SDK]

    assert [Block.parse(block).to_dict() for block in known] == known  # type: ignore[union-attr]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_can_be_drawn(name: str) -> None:
    """The practice world raises on a block or element it cannot draw."""
    rendered = MESSAGES[name]

    assert block_kit.render_blocks(rendered.blocks)


def test_the_same_sheet_is_drawn_the_same_way_each_time() -> None:
    """A card that differs without reason would be edited without reason."""
    again = view_samples.messages_of(view_samples.a_lead())

    assert json.dumps([each.blocks for each in again.values()]) == json.dumps([r.blocks for r in MESSAGES.values()])


@pytest.mark.parametrize("name", HOSTILE)
def test_foreign_text_never_stands_where_markup_is_read(name: str) -> None:
    """Not in mrkdwn, whatever the card; a mention in it would ping, a star would make bold."""
    of = hostile_lead(name)
    wholes = [r.blocks for r in view_samples.messages_of(of, name).values()]
    wholes += [view["blocks"] for view in view_samples.views_of(of).values()]

    marked = [words for kind, words in texts(wholes) if kind == "mrkdwn"]
    assert marked
    assert not [words for words in marked if name in words or text.escape(name) in words]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_foreign_name_is_drawn_letter_by_letter(name: str) -> None:
    """What the reader sees on a lead's card is the name itself, and the only mention is the owner."""
    lead = replace(hostile_lead(name), owner="U0RILEY")
    card = view_samples.messages_of(lead)["lead claimed"]

    drawn = block_kit.render_blocks(card.blocks)
    assert name in drawn.striptags()
    assert drawn.count("data-mention") == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_notifications_say_a_foreign_name_literally(name: str) -> None:
    """The text twin is decoded by Slack before it is read aloud."""
    card = view_samples.messages_of(hostile_lead(name))["lead fresh"]

    assert f"L-12 · {name}" in text.unescape(card.text)
    assert f"<{name[1:]}" not in card.text


@settings(max_examples=15)
@given(st.text(max_size=200), st.text(max_size=1600))
def test_no_foreign_text_breaks_a_limit(name: str, body: str) -> None:
    """Any name of 200 characters and any reply of 1,600, in every message and view there is."""
    of = hostile_lead(name)
    for rendered in view_samples.messages_of(of, body).values():
        assert blocks.lint(rendered) == []
        limits.accept_message(rendered.blocks)
    for view in view_samples.views_of(of).values():
        assert blocks.lint_view(view) == []
        limits.accept_view(view, view["type"])


@pytest.mark.parametrize("filler", ["&", "<", "🏠", "x" * 20 + " ", "\n"], ids=["&", "<", "house", "words", "lines"])
def test_the_longest_texts_of_the_dearest_characters_fit(filler: str) -> None:
    """Slack may count escaped and in UTF-16 units; a whole card still fits."""
    long = (filler * 2_000)[:2_000]
    of = replace(hostile_lead(long), conflicts=(long,) * 9)

    for rendered in view_samples.messages_of(of, long).values():
        assert blocks.lint(rendered) == []
        assert sum(text.weight(words) for _kind, words in texts(rendered.blocks)) < limits.MESSAGE_CHARACTERS


def test_a_message_for_a_channel_never_shows_the_full_number() -> None:
    """Neither in the number's own place nor in anything a rep or the seller typed."""
    of = view_samples.a_lead("Jane 6475550142", address="12 King St (647) 555-0142", notes="call 647-555-0142")
    of = replace(of, contact=replace(of.contact, phone_e164="+16475550142"))
    drawn = view_samples.messages_of(of, "my number is 647 555 0142")

    about_them = {name: rendered for name, rendered in drawn.items() if not name.startswith("buyer")}
    shown = {name for name, rendered in about_them.items() if "6475550142" in re.sub(r"\D", "", rendered.text)}
    assert shown == {"lead opened"}  # Said to the person who typed it, and to nobody else.
