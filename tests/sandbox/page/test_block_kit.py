"""Block Kit becomes HTML: every block the bot may send is drawn, nothing foreign becomes markup, the rest is loud."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.page.render import block_kit
from sandbox.page.render.block_kit import Scope, UnknownBlock
from tests.sandbox.page import kit
from tests.sandbox.page.outline import SCOPE, drawn


@pytest.mark.parametrize("name", kit.BLOCKS)
def test_every_block_is_drawn_and_can_be_found(name: str) -> None:
    """Each block type yields well-formed HTML with its test id."""
    outline = drawn(kit.BLOCKS[name])

    wanted = "field" if name == "input" else f"block-{name}"
    assert outline.having("data-testid", wanted)


@pytest.mark.parametrize("name", kit.ACTION_ELEMENTS)
def test_every_element_of_an_actions_block_says_what_a_click_sends(name: str) -> None:
    """The control carries its ids, type and value for the server to read."""
    outline = drawn({"type": "actions", "block_id": "acts", "elements": [kit.ACTION_ELEMENTS[name]]})

    presses = [json.loads(found["data-press"] or "") for _, found in outline.having("data-press")]
    assert presses
    assert all(press[:3] == ["acts", "go", name] for press in presses)
    assert outline.having("data-action-id", "go")


@pytest.mark.parametrize("name", kit.INPUT_ELEMENTS)
def test_every_input_has_a_label_and_posts_under_its_ids(name: str) -> None:
    """A label, or a legend for a group of choices, names the field; its name holds block, action and type."""
    outline = drawn(kit.field(kit.INPUT_ELEMENTS[name], "The label"))

    label_targets = {found["for"] for tag, found in outline.tags if tag == "label" and "for" in found}
    controls = outline.having(
        "name", json.dumps(["field", kit.INPUT_ELEMENTS[name]["action_id"], name], separators=(",", ":"))
    )
    assert controls
    assert label_targets <= {found.get("id") for _, found in controls}
    assert label_targets or any(tag == "legend" for tag, _ in outline.tags)
    assert "The label" in outline.text
    assert not outline.having("data-press")


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("block", {"type": "video", "title": "x"}),
        ("block", {"type": "render_block"}),
        ("block", {"type": ""}),
        ("block", {}),
        ("block", {"type": ["section"]}),
        ("element", {"type": "actions", "elements": [{"type": "file_input"}]}),
        ("element", {"type": "section", "text": kit.mrkdwn("x"), "accessory": {"type": "workflow_button"}}),
        ("text", {"type": "section", "text": {"type": "html", "text": "<b>x</b>"}}),
        ("text", {"type": "context", "elements": [{"type": "button"}]}),
        ("rich", {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "color"}]}]}),
        ("cell", {"type": "table", "rows": [[{"type": "raw_html"}]]}),
        ("chart", {"type": "data_visualization", "title": "x", "chart": {"type": "radar"}}),
    ],
)
def test_what_cannot_be_drawn_raises_instead_of_vanishing(kind: str, block: kit.Block) -> None:
    """The page is never silently behind the bot: an unknown type names itself and its kind."""
    with pytest.raises(UnknownBlock) as raised:
        block_kit.render_blocks([kit.BLOCKS["header"], block], SCOPE)

    assert raised.value.kind == kind


ATTACK = "<img src=x onerror=alert(1)>\"'&<script>"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": kit.plain(ATTACK)},
        {"type": "section", "text": kit.mrkdwn(ATTACK)},
        {"type": "section", "text": kit.mrkdwn(f"```{ATTACK}``` `{ATTACK}` *{ATTACK}*")},
        {"type": "section", "text": kit.mrkdwn(f"<https://e.com|{ATTACK}> <@{ATTACK}> <#C|{ATTACK}>")},
        {"type": "markdown", "text": f"{ATTACK}\n\n<b>raw</b> [x](javascript:alert(1)) ![p](https://e.com/p.png)"},
        {"type": "image", "image_url": f"https://e.com/{ATTACK}", "alt_text": ATTACK},
        {"type": "actions", "block_id": ATTACK, "elements": [{**kit.ACTION_ELEMENTS["button"], "value": ATTACK}]},
        {
            "type": "actions",
            "elements": [{**kit.ACTION_ELEMENTS["button"], "text": kit.plain(ATTACK), "confirm": kit.CONFIRM}],
        },
        kit.field(
            {
                "type": "plain_text_input",
                "action_id": ATTACK,
                "multiline": True,
                "initial_value": f"</textarea>{ATTACK}",
            }
        ),
        kit.field({"type": "static_select", "action_id": "v", "options": [kit.option(ATTACK)]}, ATTACK),
        {"type": "table", "rows": [[{"type": "raw_text", "text": ATTACK}]]},
        kit.pie(**{ATTACK: 3.0}),
        {"type": "alert", "text": kit.mrkdwn(ATTACK)},
    ],
    ids=lambda block: str(block["type"]),
)
def test_foreign_text_never_becomes_markup(block: kit.Block) -> None:
    """However it is placed, an attack stays text or an attribute's value."""
    outline = drawn(block)

    assert not [tag for tag, found in outline.tags if tag in {"script", "b"} or found.get("src")]
    assert not [name for _, found in outline.tags for name in found if name.startswith("on")]
    assert not [found for _, found in outline.tags if str(found.get("href", "")).lower().startswith("javascript")]


def test_what_a_person_picked_is_drawn_over_the_initial_value() -> None:
    """State wins over the initial fields, also when it is empty."""
    block = kit.field(kit.INPUT_ELEMENTS["plain_text_input"])
    typed, emptied = (
        drawn(block, Scope(key="m1", values={"field": {"v": {"type": "plain_text_input", "value": value}}}))
        for value in ("14 Queen St", None)
    )

    assert drawn(block).having("value", "12 King St")
    assert typed.having("value", "14 Queen St")
    assert emptied.having("value", "")


def test_an_error_is_shown_at_its_field() -> None:
    """The control is marked as wrong and points to the sentence."""
    scope = Scope(key="m1", errors={"field": "That is not a Canadian number."})
    outline = drawn(kit.field(kit.INPUT_ELEMENTS["plain_text_input"]), scope)

    ((_, control),) = outline.having("aria-invalid", "true")
    assert outline.having("id", control["aria-describedby"])
    assert "That is not a Canadian number." in outline.text


def test_a_dangerous_button_asks_first() -> None:
    """Its dialog carries Slack's four texts and its own labelled buttons."""
    button = {**kit.ACTION_ELEMENTS["button"], "confirm": kit.CONFIRM}
    outline = drawn({"type": "actions", "block_id": "acts", "elements": [button]})

    ((_, asking),) = outline.having("data-confirm")
    assert outline.having("id", asking["data-confirm"])
    for text in ("Stop the ladder?", "No more texts go to Jane.", "Stop it", "Keep going"):
        assert text in outline.text


def test_pictures_from_the_internet_are_described_and_not_fetched() -> None:
    """A local picture is an image; a remote one is its alternative text."""
    local = {"type": "image", "image_url": "http://127.0.0.1:3000/chart.png", "alt_text": "A chart"}

    assert drawn(local).having("src", "http://127.0.0.1:3000/chart.png")
    remote = drawn({**local, "image_url": "https://example.com/chart.png"})
    assert not remote.having("src")
    assert remote.having("aria-label", "A chart")


def test_ids_of_two_messages_differ() -> None:
    """The same card twice on a page has no id twice."""
    first, second = (
        {found["id"] for _, found in drawn(kit.BLOCKS["actions"], Scope(key=key)).having("id")} for key in ("m1", "m2")
    )

    assert first
    assert not first & second


def test_option_groups_and_descriptions_are_shown() -> None:
    """A grouped menu keeps its groups and a choice its description."""
    grouped: dict[str, Any] = {"type": "static_select", "action_id": "v"}
    grouped["option_groups"] = [{"label": kit.plain("Ontario"), "options": [kit.option("Toronto")]}]
    described = {
        **kit.ACTION_ELEMENTS["checkboxes"],
        "options": [{**kit.option("Roof"), "description": kit.plain("old")}],
    }

    assert drawn(kit.field(grouped)).having("label", "Ontario")
    assert "old" in drawn(kit.field(described)).text
