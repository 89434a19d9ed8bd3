"""The ``key=value`` part of a typed line, its quotes, and what to suggest for a mistyped word.

Decides how a line splits. What the keys mean is decided by ``domain.oneline``.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from domain import keywords
from domain.errors import DomainError

MAX_CHARACTERS = 500
"""Longest line read. A lead with long notes has about 300; more is a paste by mistake."""

_ECHO_CHARACTERS = 40
_LIKENESS = 0.6
"""Likeness (difflib ratio) from which a word is suggested: "noww" and "now" have 0.86, "sorce" and "source" 0.91."""

_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_QUOTED = re.compile(r'"[^"]*"')
_KEY = re.compile(r"(?:(?<=\s)|\A)([^\W\d]\w*)\s*=")
_QUOTED_VALUE = re.compile(r'\A"\s*([^"]*?)\s*"\Z')


def split(line: str) -> tuple[str, dict[str, str]]:
    """Return what stands before the first ``key=``, and the options by lower-case key.

    A value goes up to the next key, so it may hold spaces; quotes around it are taken off.

    Args:
        line: as typed.

    Raises:
        DomainError: too long, a quote is not closed, or a key is given twice.
    """
    text = _readable(line)
    masked = _QUOTED.sub(lambda match: "\x00" * len(match[0]), text)
    keys = list(_KEY.finditer(masked))
    ends = [*(key.start() for key in keys), len(text)][1:]
    options: dict[str, str] = {}
    for key, end in zip(keys, ends, strict=True):
        name = key[1].lower()
        if name in options:
            raise DomainError("given_twice", f"'{echo(name)}' is given twice: keep one")
        options[name] = _unquoted(name, text[key.end() : end].strip())
    head = text[: keys[0].start()] if keys else text
    return head.replace('"', "").strip(), options


def suggest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice a mistyped word most likely meant, or None when none is near.

    Args:
        word: as typed.
        choices: words that would be understood.
    """
    near = get_close_matches(word[:_ECHO_CHARACTERS].lower(), sorted(choices), n=1, cutoff=_LIKENESS)
    return near[0] if near else None


def unknown(word: str, choices: Iterable[str], *, field: str | None = None) -> DomainError:
    """Return the refusal of a word nobody understands: "Unknown 'noww'. Did you mean 'now'?".

    Args:
        word: as typed.
        choices: words that would be understood; listed when none is near.
        field: form field it belongs to, if any.
    """
    known = sorted(choices)
    near = suggest(word, known)
    ending = f"Did you mean '{near}'?" if near else f"Possible: {', '.join(known)}."
    return DomainError("unknown_word", f"Unknown '{echo(word)}'. {ending}", field=field)


def echo(text: str) -> str:
    """Return typed text fit to be quoted in a sentence: on one line, without hidden characters, not too long."""
    return " ".join(keywords.clean(text, _ECHO_CHARACTERS).split())


def _readable(line: str) -> str:
    """Return the line without hidden characters, on one line and with plain quotes."""
    text = " ".join(keywords.clean(line, len(line) + 1).translate(_QUOTES).split())
    if len(text) > MAX_CHARACTERS:
        raise DomainError("too_long", f"Too long (max {MAX_CHARACTERS})")
    if text.count('"') % 2:
        opened = _QUOTED.sub("", text).partition('"')[2]
        raise DomainError("unclosed_quote", f'Missing closing quote after "{echo(opened)}')
    return text


def _unquoted(key: str, value: str) -> str:
    if '"' not in value:
        return value
    match = _QUOTED_VALUE.match(value)
    if match is None:
        raise DomainError("stray_quote", f"Put all of '{echo(key)}' inside one pair of quotes", field=key)
    return match[1]
