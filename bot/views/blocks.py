"""Builds every Slack message and view of ours from small pieces; what a card says is decided in the other views.

Foreign text enters through ``plain`` and ``prose`` and stands only in plain and rich text, never in ``mrkdwn``.
Limits are refused at construction by slackblocks, so every text is cut to its place before.

Pieces of a line: ``said`` ``bold`` ``foreign`` ``who``. Blocks: ``header`` ``line`` ``lines`` ``quote`` ``section``
``row`` ``facts`` ``context`` ``small`` ``actions`` (of ``button``) ``divider`` ``line_chart`` ``text_input``
``choice``. Wholes: ``message`` (a Rendered), ``modal`` and ``home`` (views). ``lint`` and ``lint_view`` say what is
wrong with a whole; they are for tests, since nothing made here should ever have a fault.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

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
    DividerBlock,
    HeaderBlock,
    HomeTabView,
    InputBlock,
    LineChart,
    MessageResponse,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    RichText,
    RichTextBlock,
    RichTextElement,
    RichTextQuote,
    RichTextSection,
    RichTextUser,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from bot.views import checks, text, twin
from bot.views.text import LINE_LIMIT, PROSE_LIMIT, escape, person, plain, prose, trim

__all__ = [
    "Block",
    "Button",
    "ConfirmationDialogue",
    "Piece",
    "Rendered",
    "actions",
    "bold",
    "button",
    "choice",
    "confirm",
    "context",
    "divider",
    "escape",
    "facts",
    "foreign",
    "header",
    "home",
    "line",
    "line_chart",
    "lines",
    "lint",
    "lint_view",
    "message",
    "modal",
    "person",
    "plain",
    "prose",
    "quote",
    "row",
    "said",
    "section",
    "sentence_of",
    "small",
    "text_input",
    "trim",
    "who",
]

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
_VIEW_TITLE: Final = 24
_LABEL: Final = 150
_OPTION: Final = 75
_CHART_TITLE: Final = 50
_CHART_LABEL: Final = 20
_INPUT: Final = 3_000

SENTENCE: Final = 1_000
"""Longest sentence of a private answer."""

_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{1,20})>")

VALUE: Final = "value"
"""Action id of every input of a modal; its block id is the name of the field."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One Slack message: blocks, and the same in words.

    Attributes:
        text: for notifications and screen readers. Escaped, but with no formatting of its own: post it with
            ``mrkdwn=False`` and without ``link_names``.
        blocks: Block Kit JSON.
    """

    text: str
    blocks: list[dict[str, Any]]


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


def divider() -> Block:
    """Return a thin rule."""
    return DividerBlock()


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


def text_input(
    name: str,
    label: str,
    *,
    initial: str | None = None,
    placeholder: str | None = None,
    hint: str | None = None,
    optional: bool = False,
    multiline: bool = False,
    limit: int = _INPUT,
) -> Block:
    """Return a field to type into; its block id is ``name`` and its action id ``value``."""
    element = PlainTextInput(
        action_id=VALUE,
        initial_value=trim(initial, limit) if initial else None,
        placeholder=None if placeholder is None else trim(placeholder, _LABEL),
        multiline=multiline,
        max_length=limit,
    )
    return InputBlock(trim(label, _LABEL), element, block_id=name, hint=hint, optional=optional)


def choice(
    name: str,
    label: str,
    options: Mapping[str, str],
    *,
    initial: str | None = None,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """Return a menu of options, value to label; its block id is ``name`` and its action id ``value``."""
    made = {value: Option(PlainText(trim(shown, _OPTION)), value) for value, shown in options.items()}
    menu = StaticSelectMenu(
        action_id=VALUE, options=list(made.values()), initial_option=made.get(initial or ""), placeholder="Choose"
    )
    return InputBlock(trim(label, _LABEL), menu, block_id=name, hint=hint, optional=optional)


def message(*parts: Block | None) -> Rendered:
    """Return a message of these blocks with its text twin; None is left out."""
    kept = [part for part in parts if part is not None]
    made = [_as_json(block) for block in MessageResponse(blocks=kept).to_dict()["blocks"]]
    return Rendered(text=twin.spoken(made), blocks=made)


def modal(
    title: str,
    parts: Sequence[Block | None],
    *,
    callback_id: str | None = None,
    submit: str | None = None,
    close: str = "Close",
    metadata: str | None = None,
) -> dict[str, Any]:
    """Return a modal for ``views.open``.

    Args:
        metadata: comes back with the submission as ``private_metadata``.
    """
    view = ModalView(
        title=trim(title, _VIEW_TITLE),
        blocks=[part for part in parts if part is not None],
        close=trim(close, _VIEW_TITLE),
        submit=None if submit is None else trim(submit, _VIEW_TITLE),
        private_metadata=metadata,
        callback_id=callback_id,
    )
    made: dict[str, Any] = _as_json(view.to_dict())
    return made


def home(parts: Sequence[Block | None]) -> dict[str, Any]:
    """Return an App Home for ``views.publish``."""
    made: dict[str, Any] = _as_json(HomeTabView([part for part in parts if part is not None]).to_dict())
    return made


def lint(rendered: Rendered) -> list[str]:
    """Say what is wrong with a message; empty when nothing is."""
    return checks.of_message(rendered.text, rendered.blocks)


def lint_view(view: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a modal or Home; empty when nothing is."""
    return checks.of_view(view)


def _mrkdwn(words: str, limit: int) -> Text:
    return Text(trim(words, limit), verbatim=True)


def _as_json(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON with nothing in it that changes from one drawing to the next or reads foreign text as markup.

    slackblocks gives every block a random id, which would make each drawing differ, and leaves ``emoji`` out of plain
    text, which Slack then takes for true: a name with ``:fire:`` in it must stay one.
    """
    if isinstance(value, list):
        return [_as_json(part) for part in value]
    if not isinstance(value, dict):
        return value
    made = {key: _as_json(part) for key, part in value.items()}
    if "block_id" in made and made["type"] != "input":
        del made["block_id"]
    if made.get("type") == "plain_text":
        made["emoji"] = False
    return made
