"""The small pieces of a message: parts of a line, blocks, buttons and the chart.

Foreign text enters through ``plain`` and ``prose`` and stands only in plain and rich text, never in ``mrkdwn``.
Other views use these through ``bot.views.blocks``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from slackblocks import (
    ActionsBlock,
    AxisConfig,
    Block,
    Button,
    ConfirmationDialogue,
    ContextBlock,
    DataPoint,
    DataSeries,
    DataVisualizationBlock,
    HeaderBlock,
    LineChart,
    PlainText,
    RichText,
    RichTextBlock,
    RichTextElement,
    RichTextQuote,
    RichTextSection,
    RichTextUser,
    SectionBlock,
    Text,
)

from bot.views import text
from bot.views.text import LINE_LIMIT, PROSE_LIMIT, plain, prose, trim

Piece = RichText | RichTextUser
"""A part of a line: our words, foreign words or a person."""

# Slack's limits, by weight; https://docs.slack.dev/reference/block-kit
_HEADER: Final = 150
_SECTION: Final = 3_000
_SMALL: Final = 2_000
_BUTTON: Final = 75
_CONFIRM_TITLE: Final = 100
_CONFIRM_TEXT: Final = 300
_CONFIRM_BUTTON: Final = 30
_CHART_TITLE: Final = 50
_CHART_LABEL: Final = 20

SENTENCE: Final = 1_000
"""Longest sentence of a private answer."""

_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{1,20})>")


def said(words: str) -> Piece:
    """Return words of ours inside a line."""
    return RichText(words)


def bold(words: str) -> Piece:
    """Return words of ours, or foreign words already made plain, in bold."""
    return RichText(words, bold=True)


def foreign(words: str, limit: int = LINE_LIMIT) -> Piece:
    """Return foreign words inside a line, as typed."""
    return RichText(plain(words, limit))


def who(slack_id: str) -> Piece:
    """Return a person of the team inside a line."""
    return RichTextUser(slack_id) if text.is_person(slack_id) else RichText(text.own_name(slack_id))


def sentence_of(words: str) -> tuple[Piece, ...]:
    """Return a sentence for one person, in which ``<@U1>`` names a person of the team.

    For private answers only: the sentences of refusals name people that way, and nobody else sees them.
    """
    parts = _MENTION.split(prose(words, SENTENCE))
    made = [who(part) if index % 2 else RichText(part) for index, part in enumerate(parts) if part]
    return tuple(made)


def header(title: str) -> Block:
    """Return the one headline of a message; may hold foreign text."""
    return HeaderBlock(PlainText(plain(title, _HEADER)))


def line(*pieces: Piece) -> Block:
    """Return one line of our and foreign words."""
    return lines(pieces)


def lines(*rows: Sequence[Piece]) -> Block:
    """Return several lines close together; an empty row is left out."""
    pieces: list[RichTextElement] = []
    for pieces_of_row in ([piece for piece in each if _says_something(piece)] for each in rows):
        pieces += [*([RichText("\n")] if pieces and pieces_of_row else []), *pieces_of_row]
    return RichTextBlock([RichTextSection(pieces)])


def _says_something(piece: Piece) -> bool:
    """Tell whether a piece has any text; Slack refuses empty ones."""
    return not isinstance(piece, RichText) or bool(piece.text)


def quote(words: str, limit: int = PROSE_LIMIT) -> Block:
    """Return foreign text, or a text to be sent, as a quotation."""
    return RichTextBlock([RichTextQuote([RichText(prose(words, limit))])])


def section(words: str, accessory: Button | None = None) -> Block:
    """Return a paragraph of our own words in ``mrkdwn``."""
    return SectionBlock(text=_mrkdwn(words, _SECTION), accessory=accessory)


def row(title: str, detail: str, accessory: Button) -> Block:
    """Return one entry of a list with a button beside it; both texts may be foreign."""
    return SectionBlock(text=PlainText(f"{plain(title)}\n{plain(detail)}"), accessory=accessory)


def facts(*pairs: tuple[str, str]) -> Block:
    """Return short facts, one a line: Slack's two columns become twice the lines on a phone.

    Args:
        pairs: label and value, our own words in ``mrkdwn``.
    """
    return section("\n".join(f"*{label}:* {value}" for label, value in pairs))


def context(*parts: str) -> Block:
    """Return small print: our own words in ``mrkdwn``."""
    return ContextBlock([_mrkdwn(part, _SMALL) for part in parts])


def small(words: str, limit: int = LINE_LIMIT) -> Block:
    """Return small print that may hold foreign text."""
    return ContextBlock([PlainText(plain(words, limit))])


def confirm(
    title: str, words: str, yes: str, *, style: Literal["primary", "danger"] | None = None
) -> ConfirmationDialogue:
    """Return the question asked before a button acts; the words may be foreign."""
    return ConfirmationDialogue(
        title=trim(title, _CONFIRM_TITLE),
        text=PlainText(prose(words, _CONFIRM_TEXT)),
        confirm=trim(yes, _CONFIRM_BUTTON),
        deny="Cancel",
        style=style,
    )


def button(
    label: str,
    action_id: str,
    value: object,
    *,
    style: Literal["primary", "danger"] | None = None,
    ask: ConfirmationDialogue | None = None,
    spoken: str | None = None,
) -> Button:
    """Return a button.

    Args:
        label: what it does, as a verb.
        value: what the click is about.
        ask: question to be confirmed first.
        spoken: what a screen reader says where the label alone does not tell buttons apart; may be foreign.
    """
    return Button(
        text=trim(label, _BUTTON),
        action_id=action_id,
        value=str(value),
        style=style,
        confirm=ask,
        accessibility_label=None if spoken is None else plain(spoken, _BUTTON),
    )


def actions(*buttons: Button) -> Block:
    """Return a row of buttons."""
    return ActionsBlock(list(buttons))


def line_chart(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> Block:
    """Return a chart drawn by Slack.

    Args:
        labels: one for each point, different from each other, at most 20 characters each.
        series: name to values, as many as there are labels.

    Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
    """
    categories = [trim(label, _CHART_LABEL) for label in labels]
    drawn = [
        DataSeries(trim(name, _CHART_LABEL), [DataPoint(*point) for point in zip(categories, values, strict=True)])
        for name, values in series.items()
    ]
    return DataVisualizationBlock(trim(title, _CHART_TITLE), LineChart(drawn, AxisConfig(categories)))


def _mrkdwn(words: str, limit: int) -> Text:
    return Text(trim(words, limit), verbatim=True)
