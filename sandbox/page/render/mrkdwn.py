"""Turns Slack's text formats into safe HTML; knows no blocks.

Foreign text never becomes HTML: every character that is not produced by a rule here passes ``markupsafe.escape``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from sandbox.page.clocks import TORONTO
from sandbox.page.render import dates
from sandbox.page.render.emoji import EMOJI

# Stand-ins from Unicode's private use area mark the place of a finished piece of HTML while the text around it is read.
_OPEN: Final = "\ue000"
_CLOSE: Final = "\ue001"
_SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_STYLE_TAGS: Final = {"*": "strong", "_": "em", "~": "s"}
_STYLED: Final = re.compile(r"(?<!\w)([*_~])(?=\S)([^\n]+?)(?<=\S)\1(?!\w)")
_QUOTED: Final = re.compile(r"^(?:>|&gt;) ?", re.MULTILINE)
_EMOJI: Final = re.compile(r":([a-z0-9_+\-]+):")
_DATE: Final = re.compile(r"!date\^(-?\d+)\^([^|^]+)(?:\^([^|]+))?(?:\|(.*))?", re.DOTALL)
# Slack's own markdown block knows no pictures and no raw HTML, so neither does this one.
_MARKDOWN: Final = MarkdownIt("js-default", {"html": False, "linkify": False, "breaks": True}).disable("image")


@dataclass(frozen=True)
class Scope:
    """What a piece of Slack content needs to know of the world around it.

    Attributes:
        people: User id to display name.
        channels: Channel id to name without ``#``.
        selectable: User ids a person picker offers, in order.
        now: The aware present of the world.
        zone: The reader's time zone.
        key: Prefix that keeps HTML ids apart between two messages or views.
        errors: block_id to the sentence shown at that field.
        values: Slack's ``state.values``: what a person has already picked or typed, block_id to action_id to state.

    """

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    selectable: tuple[str, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    zone: tzinfo = TORONTO
    key: str = "k"
    errors: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


def plain(text: str, *, emoji: bool = True) -> Markup:
    """Return the HTML of a ``plain_text`` object: nothing is formatting save emoji names and line ends."""
    pieces = _Pieces()
    if emoji:
        text = pieces.cut(_EMOJI, text, _emoji)
    return pieces.restore(escape(text).replace("\n", Markup("<br>")))


def mrkdwn(text: str, scope: Scope) -> Markup:
    """Return the HTML of Slack's ``mrkdwn``: styles, code, quotes, links, mentions, dates and emoji.

    Args:
        text: Text as posted, foreign parts escaped with the three entities ``&amp; &lt; &gt;``.
        scope: Names and the present for mentions and dates.

    Source:
        https://docs.slack.dev/messaging/formatting-message-text

    """
    pieces = _Pieces()
    text = pieces.cut(re.compile(r"```\n?(.*?)```\n?", re.DOTALL), text, lambda m: _code(m.group(1), "pre"))
    text = pieces.cut(re.compile(r"`([^`\n]+)`"), text, lambda m: _code(m.group(1), "code"))
    text = pieces.cut(re.compile(r"<([^<>]+)>"), text, lambda m: _control(m.group(1), scope))
    text = pieces.cut(_EMOJI, text, _emoji)
    return pieces.restore(_paragraphs(text))


def markdown(text: str) -> Markup:
    """Return the HTML of a ``markdown`` block: CommonMark with tables and strikethrough, raw HTML shown as text."""
    rendered: str = _MARKDOWN.render(text)
    return Markup(rendered)  # noqa: S704 - markdown-it escapes all text because html is off


def strip(text: str, scope: Scope) -> str:
    """Return ``mrkdwn`` as bare text, for titles and labels."""
    return " ".join(mrkdwn(text.replace("\n", " "), scope).striptags().split())


class _Pieces:
    """Finished pieces of HTML, taken out of a text and put back at the end."""

    def __init__(self) -> None:
        self._done: list[Markup] = []

    def cut(self, pattern: re.Pattern[str], text: str, make: Callable[[re.Match[str]], Markup | None]) -> str:
        """Replace each match by a stand-in for the HTML ``make`` returns; None leaves the match as text."""
        guarded = text if self._done else text.replace(_OPEN, "").replace(_CLOSE, "")
        return pattern.sub(lambda match: self._keep(match, make(match)), guarded)

    def restore(self, page: Markup) -> Markup:
        """Return ``page`` with the stand-ins replaced, later pieces first since they may hold earlier ones."""
        for index in range(len(self._done) - 1, -1, -1):
            page = page.replace(f"{_OPEN}{index}{_CLOSE}", self._done[index])
        return page

    def _keep(self, match: re.Match[str], made: Markup | None) -> str:
        if made is None:
            return match.group(0)
        self._done.append(made)
        return f"{_OPEN}{len(self._done) - 1}{_CLOSE}"


def _code(text: str, tag: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), _unescaped(text.rstrip("\n")))  # noqa: S704 - tag is ours


def _emoji(match: re.Match[str]) -> Markup | None:
    name = match.group(1)
    if name not in EMOJI:
        return None
    return Markup('<span role="img" aria-label="{}">{}</span>').format(name.replace("_", " "), EMOJI[name])


def _paragraphs(text: str) -> Markup:
    """Return lines as HTML, a run of quoted lines in one blockquote."""
    parts: list[Markup] = []
    lines: list[str] = []
    quoting = False
    for line in [*text.split("\n"), None]:
        is_quote = line is not None and _QUOTED.match(line) is not None
        if lines and (line is None or is_quote != quoting):
            parts.append(_lines(lines, quoted=quoting))
            lines = []
        if line is not None:
            lines.append(_QUOTED.sub("", line) if is_quote else line)
        quoting = is_quote
    return Markup("").join(parts)


def _lines(lines: list[str], *, quoted: bool) -> Markup:
    body = Markup("<br>").join(_styled(line) for line in lines)
    return Markup("<blockquote>{}</blockquote>").format(body) if quoted else body


def _styled(text: str) -> Markup:
    """Return one line with bold, italic and strike, always well nested because the inside is read by itself."""
    made = Markup()
    done = 0
    for match in _STYLED.finditer(text):
        tag = Markup(_STYLE_TAGS[match.group(1)])  # noqa: S704 - one of three constants
        before = escape(_unescaped(text[done : match.start()]))
        made += before + Markup("<{0}>{1}</{0}>").format(tag, _styled(match.group(2)))
        done = match.end()
    return made + escape(_unescaped(text[done:]))


def _unescaped(text: str) -> str:
    """Undo the three entities Slack asks for and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _control(inner: str, scope: Scope) -> Markup | None:
    """Return the HTML of what stands between angle brackets, or None when it is no control sequence."""
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return _mention("@" + scope.people.get(target[1:], label.lstrip("@") or target[1:]), target[1:])
    if target.startswith("#"):
        return _mention("#" + (scope.channels.get(target[1:]) or label.lstrip("#") or target[1:]), target[1:])
    if target.startswith("!date^"):
        return _date(inner, scope)
    if target.startswith("!"):
        return _mention("@" + (label.lstrip("@") or target[1:].split("^")[0]), target[1:])
    return link(target, label)


def _mention(text: str, mentioned_id: str) -> Markup:
    return Markup('<span class="mention" data-mention="{}">{}</span>').format(mentioned_id, _unescaped(text))


def _date(inner: str, scope: Scope) -> Markup | None:
    match = _DATE.fullmatch(inner)
    if match is None:
        return None
    seconds, template, url, fallback = match.groups()
    try:
        moment = datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        return escape(fallback or inner)
    words = dates.expand(template, moment, scope.now, scope.zone)
    made = Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), fallback or "", words)
    return link(url, made) or made if url else made


def link(url: str, label: str | Markup = "") -> Markup | None:
    """Return an anchor for a web, mail or phone address, or None for any other scheme."""
    address = _unescaped(url)
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return None
    if scheme not in _SAFE_SCHEMES:
        return None
    shown = label if isinstance(label, Markup) else plain(_unescaped(label) or address.removeprefix("mailto:"))
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, shown)
