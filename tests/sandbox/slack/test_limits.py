"""Block Kit's limits: what Slack refuses, the practice world refuses, and what Slack takes, it takes."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slackblocks import objects as made
from slackblocks.blocks import DataVisualizationBlock

from sandbox.slack.limits import block_complaints
from tests.sandbox.practice import DEALS, LEADS, Practice, actions, button, modal, section, text_input

Block = dict[str, Any]


def plain(text: str) -> Block:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def option(value: str, text: str = "Option") -> Block:
    """Return an option."""
    return {"text": plain(text), "value": value}


def select(*options: Block) -> Block:
    """Return a select menu."""
    return {"type": "static_select", "action_id": "menu", "options": list(options)}


def line_chart(title: str = "Replies", points: int = 3, series: int = 1, **more: Any) -> Block:  # noqa: ANN401 - JSON
    """Return a chart block."""
    labels = [f"day {number}" for number in range(points)]
    data = [{"label": label, "value": 1.5} for label in labels]
    lines = [{"name": f"line {number}", "data": data} for number in range(series)]
    axes = {"categories": labels}
    chart = {"type": "line", "series": lines, "axis_config": axes}
    return {"type": "data_visualization", "title": title, "chart": chart, **more}


def pie(value: float) -> Block:
    """Return a chart block with a single piece."""
    chart = {"type": "pie", "segments": [{"label": "ON", "value": value}]}
    return {"type": "data_visualization", "title": "Mix", "chart": chart}


def table(rows: int, columns: int, kind: str = "table", **more: Any) -> Block:  # noqa: ANN401 - JSON
    """Return a table block."""
    cell = {"type": "raw_text", "text": "x"}
    return {"type": kind, "rows": [[cell] * columns for _ in range(rows)], **more}


ACCEPTED: dict[str, list[Block]] = {
    "header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "section of 3000": [section("x" * 3000)],
    "ten fields of 2000": [{"type": "section", "fields": [plain("x" * 1000)] * 10}],
    "fifty blocks": [{"type": "divider"}] * 50,
    "25 buttons": [actions(*(button(f"b{number}") for number in range(25)))],
    "button value of 2000": [actions(button("b", "x" * 75, value="x" * 2000))],
    "100 options": [actions(select(*(option(str(number), "x" * 75) for number in range(100))))],
    "confirm": [
        actions(
            button(
                "b",
                style="danger",
                confirm={
                    "title": plain("Sure?"),
                    "text": plain("x" * 300),
                    "confirm": plain("Yes"),
                    "deny": plain("No"),
                },
            )
        )
    ],
    "context of ten": [{"type": "context", "elements": [plain("x")] * 10}],
    "picture": [{"type": "image", "image_url": "https://pics.example/a.png", "alt_text": "a chart"}],
    "markdown of 12000": [{"type": "markdown", "text": "x" * 12_000}],
    "table of 100 x 20": [table(100, 20)],
    "data table": [table(101, 20, "data_table", caption="Deals", page_size=100)],
    "two full charts": [line_chart(points=20, series=12), line_chart("x" * 50)],
    "pie": [pie(1)],
    "rich text": [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}],
        }
    ],
    "input in a message": [text_input("note", multiline=True, max_length=3000)],
}

REFUSED: dict[str, tuple[list[Block], str]] = {
    "header of 151": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    "header as mrkdwn": ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
    "section of 3001": ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "empty section text": ([section("")], "must be more than 0 characters"),
    "section without text": ([{"type": "section"}], "missing required field: one of text, fields"),
    "field of 2001": ([{"type": "section", "fields": [plain("x" * 2001)]}], "/blocks/0/fields/0/text"),
    "eleven fields": ([{"type": "section", "fields": [plain("x")] * 11}], "must have less than 11 items"),
    "51 blocks": ([{"type": "divider"}] * 51, "must have less than 51 items"),
    "26 buttons": ([actions(*(button(f"b{number}") for number in range(26)))], "/blocks/0/elements"),
    "button text of 76": ([actions(button("b", "x" * 76))], "/blocks/0/elements/0/text/text"),
    "button value of 2001": ([actions(button("b", value="x" * 2001))], "/blocks/0/elements/0/value"),
    "button style": ([actions(button("b", style="green"))], "must be one of danger, primary"),
    "action id of 256": ([actions(button("b" * 256))], "/blocks/0/elements/0/action_id"),
    "repeated action id": ([actions(button("b"), button("b"))], "action_id 'b' already exists"),
    "repeated block id": ([section("a") | {"block_id": "x"}, section("b") | {"block_id": "x"}], "block_id 'x' already"),
    "101 options": ([actions(select(*(option(str(number)) for number in range(101))))], "less than 101 items"),
    "option text of 76": ([actions(select(option("a", "x" * 76)))], "/options/0/text/text"),
    "option value of 151": ([actions(select(option("x" * 151)))], "/options/0/value"),
    "menu without options": (
        [actions({"type": "static_select", "action_id": "menu"})],
        "one of options, option_groups",
    ),
    "six overflow options": (
        [actions({"type": "overflow", "action_id": "o", "options": [option(str(number)) for number in range(6)]})],
        "less than 6 items",
    ),
    "eleven check-boxes": (
        [actions({"type": "checkboxes", "action_id": "c", "options": [option(str(number)) for number in range(11)]})],
        "less than 11 items",
    ),
    "text field in actions": ([actions({"type": "plain_text_input", "action_id": "t"})], "unsupported type"),
    "context of eleven": ([{"type": "context", "elements": [plain("x")] * 11}], "less than 11 items"),
    "picture without alt text": (
        [{"type": "image", "image_url": "https://x.example/a"}],
        "missing required field: alt_text",
    ),
    "misspelt field": ([section("x") | {"txet": 1}], "invalid additional property: txet"),
    "unknown block": ([{"type": "hologram"}], "unsupported type: hologram"),
    "alert outside a modal": ([{"type": "alert", "text": plain("x")}], "unsupported type: alert"),
    "markdown of 12001 in two": ([{"type": "markdown", "text": "x" * 6001}] * 2, "markdown must be less than 12001"),
    "table of 101 rows": ([table(101, 2)], "/blocks/0/rows"),
    "table of 21 cells": ([table(2, 21)], "/blocks/0/rows/0"),
    "data table without caption": ([table(2, 2, "data_table")], "missing required field: caption"),
    "uneven data table": (
        [{"type": "data_table", "caption": "c", "rows": [*table(1, 2)["rows"], *table(1, 3)["rows"]]}],
        "same number of cells",
    ),
    "three charts": ([line_chart(), line_chart(), line_chart()], "no more than 2 data_visualization"),
    "21 points": ([line_chart(points=21)], "less than 21 items"),
    "13 lines": ([line_chart(series=13)], "less than 13 items"),
    "chart title of 51": ([line_chart("x" * 51)], "/blocks/0/title"),
    "empty pie piece": ([pie(0)], "out of range"),
}


@pytest.mark.parametrize("blocks", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_blocks_at_the_limit_are_taken(blocks: list[Block]) -> None:
    """Nothing is wrong with them."""
    assert list(block_complaints(blocks, "message", "/blocks")) == []


@pytest.mark.parametrize(("blocks", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_blocks_beyond_a_limit_are_refused_with_a_pointer(blocks: list[Block], words: str) -> None:
    """The complaint says what is wrong and where."""
    complaints = list(block_complaints(blocks, "message", "/blocks"))

    assert any(words in complaint for complaint in complaints), complaints


def test_a_chart_whose_series_misses_a_category_is_refused() -> None:
    """One point per category, as the chart's page says."""
    chart = line_chart()
    chart["chart"]["axis_config"]["categories"].append("another day")

    assert any("one point per category" in text for text in block_complaints([chart], "message", "/blocks"))


def test_a_chart_from_an_independent_builder_is_taken() -> None:
    """Our reading of the chart block agrees with somebody else's."""
    points = [made.DataPoint("Mon", 1), made.DataPoint("Tue", 2)]
    chart = made.BarChart([made.DataSeries("Replies", points)], made.AxisConfig(["Mon", "Tue"], "Day", "Count"))
    block = DataVisualizationBlock("Replies by day", chart)._resolve()  # noqa: SLF001 - the library has no public way

    assert list(block_complaints([block], "message", "/blocks")) == []


def test_the_refusal_over_the_wire_is_slacks(practice: Practice) -> None:
    """The error is invalid_blocks and its metadata carries one message per fault."""
    with pytest.raises(SlackApiError) as error:
        practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=[section("x" * 3001), {"type": "hologram"}])

    response = error.value.response
    assert response["error"] == "invalid_blocks"
    assert response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] unsupported type: hologram [json-pointer:/blocks/1/type]",
    ]
    assert practice.messages() == []


def test_too_much_text_in_one_message_is_refused(practice: Practice) -> None:
    """13,200 characters over all blocks pass, one more does not."""
    fits = [*(section("x" * 3000) for _ in range(4)), section("x" * 1200)]
    practice.slack.chat_postMessage(channel=LEADS, text="x", blocks=fits)

    with pytest.raises(SlackApiError) as error:
        practice.slack.chat_postMessage(channel=DEALS, text="x", blocks=[*fits, section("x")])

    assert error.value.response["error"] == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (modal(section("x"), title="x" * 25), "[json-pointer:/view/title/text]"),
        (modal(section("x"), private_metadata="x" * 3001), "[json-pointer:/view/private_metadata]"),
        (modal(*[{"type": "divider"}] * 101), "less than 101 items"),
        (modal(text_input("a"), submit=None), "missing required field: submit"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        (modal(section("x")) | {"type": "home"}, "must be a view of type modal"),
    ],
    ids=["title", "metadata", "blocks", "submit", "surface", "type"],
)
def test_a_modal_beyond_a_limit_is_refused(practice: Practice, view: Block, words: str) -> None:
    """The error is invalid_arguments, and no modal opens."""
    practice.control("command", user="U0RILEY", channel=LEADS, text="/lead")
    (heard,) = practice.bot.of("/lead")

    with pytest.raises(SlackApiError) as error:
        practice.slack.views_open(trigger_id=heard.form["trigger_id"], view=view)

    assert error.value.response["error"] == "invalid_arguments"
    assert words in " ".join(error.value.response["response_metadata"]["messages"])
    assert practice.state()["views"] == {}
