"""The lint finds each fault it is there for: a check that cannot fail is none."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.views import blocks, checks
from bot.views.blocks import Rendered

PLAIN = {"type": "plain_text", "text": "Go", "emoji": False}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "lead.claim", "value": "1"}


def good() -> Rendered:
    """Return a message without fault."""
    return blocks.message(blocks.header("L-12 · Jane Doe"), blocks.section("*Held:* texts open 09:00 tomorrow"))


def mrkdwn(words: str) -> dict[str, Any]:
    """Return a section as it should be made."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}


def test_a_good_message_has_no_fault() -> None:
    """The base every case below breaks in one place."""
    assert blocks.lint(good()) == []


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ({"type": "actions", "elements": [BUTTON, BUTTON]}, "action_id 'lead.claim' twice"),
        ({"type": "actions", "elements": [{**BUTTON, "action_id": ""}]}, "nobody listens"),
        ({"type": "actions", "elements": [{**BUTTON, "text": {**PLAIN, "text": "x" * 76}}]}, "without a short label"),
        ({"type": "actions", "elements": [{**BUTTON, "text": {**PLAIN, "text": " "}}]}, "without a short label"),
        ({"type": "actions", "elements": [{**BUTTON, "value": "x" * 2001}]}, "too long a value"),
        (
            {"type": "actions", "elements": [{**BUTTON, "action_id": f"a{n}"} for n in range(26)]},
            "too many parts in one block",
        ),
        ({"type": "header", "text": {**PLAIN, "text": "x" * 151}}, "a header that is too long"),
        ({"type": "image", "image_url": "https://x.example/a.png", "alt_text": " "}, "a picture without words"),
        ({"type": "context", "elements": [mrkdwn(str(n))["text"] for n in range(11)]}, "too many parts in one context"),
        ({"type": "section", "fields": [{**mrkdwn("x" * 2001)["text"]}]}, "a field of 2001 characters"),
        ({"type": "video", "title": PLAIN}, "nobody here can put into words"),
        (mrkdwn("x" * 3001), "a text of 3001 characters"),
        (mrkdwn("hi <!channel>"), "a ping: <!channel>"),
        (mrkdwn("hi <!here|here>"), "a ping"),
        (mrkdwn("hi <!subteam^S1>"), "a ping"),
        (mrkdwn("hi <@not-an-id>"), "a ping"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "@channel"}}, "Slack looks for names in"),
        ({"type": "section", "text": {"type": "plain_text", "text": ":fire:"}}, "turns :names: into pictures"),
        ({"type": "section", "text": {**PLAIN, "text": ""}}, "a text of 0 characters"),
        (mrkdwn("said nowhere else"), "the blocks say what the text does not"),
    ],
)
def test_a_fault_in_a_block_is_found(block: dict[str, Any], fault: str) -> None:
    """Each case is one fault in an otherwise good message."""
    base = good()
    found = checks.of_message(base.text, [*base.blocks, block])

    assert any(fault in each for each in found)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no text for notifications"),
        ("x" * 4001, "a text of 4001 characters"),
        ("L-12 <!everyone>", "the text pings"),
        ("L-12 · Jane Doe", "the blocks say what the text does not: Held: texts open 09:00 tomorrow"),
    ],
)
def test_a_fault_in_the_text_is_found(text: str, fault: str) -> None:
    """Notifications and screen readers get the text alone."""
    assert any(fault in each for each in checks.of_message(text, good().blocks))


def test_a_mention_of_a_person_and_a_date_are_no_pings() -> None:
    """Owners are named, and moments are written on each reader's clock."""
    rendered = blocks.message(blocks.section("<@U0RILEY> <!date^1764000000^{time}|12:00 UTC> <#C0DEALS>"))

    assert blocks.lint(rendered) == []


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (lambda: [mrkdwn(str(n)) for n in range(51)], "51 blocks"),
        (list, "0 blocks"),
        (lambda: [mrkdwn("x" * 2900)] * 4, "11600 characters in all"),
        (lambda: [blocks.message(blocks.line_chart("t", ["a"], {"s": [1]})).blocks[0]] * 3, "more than two charts"),
        (lambda: [{**mrkdwn("a"), "block_id": "same"}] * 2, "block_id 'same' twice"),
    ],
)
def test_a_fault_of_the_whole_is_found(made: Callable[[], list[dict[str, Any]]], fault: str) -> None:
    """Counted over all blocks together."""
    assert any(fault in each for each in checks.of_message("text", made()))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": {**PLAIN, "text": "x" * 25}}, "a title of 25 characters"),
        ({"submit": {**PLAIN, "text": "x" * 25}}, "a title of 25 characters"),
        ({"private_metadata": "x" * 3001}, "too much private_metadata"),
        ({"blocks": blocks.modal("t", [blocks.text_input("a", "A")], submit="Go")["blocks"]}, "without a button"),
        ({"blocks": [mrkdwn(str(n)) for n in range(101)]}, "101 blocks"),
    ],
    ids=["title", "submit", "metadata", "no submit", "blocks"],
)
def test_a_fault_of_a_view_is_found(change: dict[str, Any], fault: str) -> None:
    """Each case is one fault in an otherwise good modal."""
    view = blocks.modal("Title", [blocks.section("words")])

    assert blocks.lint_view(view) == []
    assert any(fault in each for each in blocks.lint_view({**view, **change}))
