"""The few kinds of rule that Block Kit's limits are made of; what the limits are stands in :mod:`sandbox.slack.shapes`.

A rule looks at one JSON value and yields one complaint per fault, in Slack's words with a JSON pointer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.model import Json


class Rule(Protocol):
    """Anything that can complain about a JSON value."""

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield what is wrong with the value that stands at the pointer."""
        ...


def complaint(text: str, pointer: str) -> str:
    """Return a complaint in Slack's form."""
    return f"{text} [json-pointer:{pointer}]"


def _size(count: int, least: int, most: int, unit: str) -> str:
    """Return what is wrong with a length, empty when nothing is."""
    if count < least:
        return f"must be more than {least - 1} {unit}"
    if count > most:
        return f"must be less than {most + 1} {unit}"
    return ""


@dataclass(frozen=True, slots=True)
class Str:
    """A string of limited length; ``choices`` lists the only values allowed."""

    most: int
    least: int = 0
    choices: frozenset[str] = frozenset()

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield what is wrong."""
        if not isinstance(value, str):
            yield complaint("must be a string", pointer)
        elif self.choices and value not in self.choices:
            yield complaint(f"must be one of {', '.join(sorted(self.choices))}", pointer)
        elif wrong := _size(len(value), self.least, self.most, "characters"):
            yield complaint(wrong, pointer)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield what is wrong."""
        if not isinstance(value, bool):
            yield complaint("must be a boolean", pointer)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a closed range; ``above`` is an open lower bound."""

    least: float = float("-inf")
    most: float = float("inf")
    above: float = float("-inf")

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield what is wrong."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield complaint("must be a number", pointer)
        elif not self.least <= value <= self.most or value <= self.above:
            yield complaint("is out of range", pointer)


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that is not looked into."""

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield nothing."""
        del value, pointer
        yield from ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text object (https://docs.slack.dev/reference/block-kit/composition-objects/text-object)."""

    most: int
    plain: bool = False

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield what is wrong."""
        if not isinstance(value, dict):
            yield complaint("must be a text object", pointer)
            return
        kinds = frozenset({"plain_text"} if self.plain else {"plain_text", "mrkdwn"})
        extra = "verbatim" if value.get("type") == "mrkdwn" else "emoji"
        shape = Shape({"type": Str(20, choices=kinds), "text": Str(self.most, 1), extra: Flag()}, ("type", "text"))
        yield from shape.complaints(value, pointer)


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: known fields with their rules, and which of them must be there.

    Args:
        fields: Field → rule; any other field is refused.
        required: Fields that must be there.
        one_of: Groups of which at least one field must be there.
    """

    fields: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield what is wrong."""
        if not isinstance(value, dict):
            yield complaint("must be an object", pointer)
            return
        given = {name: part for name, part in value.items() if part is not None}
        yield from (
            complaint(f"missing required field: {name}", pointer) for name in self.required if name not in given
        )
        for group in self.one_of:
            if not any(name in given for name in group):
                yield complaint(f"missing required field: one of {', '.join(group)}", pointer)
        for name, part in given.items():
            rule = self.fields.get(name)
            if rule is None:
                yield complaint(f"invalid additional property: {name}", pointer)
            else:
                yield from rule.complaints(part, f"{pointer}/{name}")


@dataclass(frozen=True, slots=True)
class Items:
    """An array of limited length."""

    rule: Rule
    most: int
    least: int = 1

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield what is wrong."""
        if not isinstance(value, list):
            yield complaint("must be an array", pointer)
            return
        if wrong := _size(len(value), self.least, self.most, "items"):
            yield complaint(wrong.replace("must be", "must have"), pointer)
        for index, part in enumerate(value):
            yield from self.rule.complaints(part, f"{pointer}/{index}")


@dataclass(frozen=True, slots=True)
class Typed:
    """An object whose ``type`` picks its shape.

    Args:
        shapes: Type → shape, without the ``type`` field.
        only: The types allowed here; all of them when empty.
    """

    shapes: Mapping[str, Rule]
    only: frozenset[str] = field(default_factory=frozenset)

    def complaints(self, value: Json, pointer: str) -> Iterator[str]:
        """Yield what is wrong."""
        kind = value.get("type") if isinstance(value, dict) else None
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None or (self.only and kind not in self.only):
            yield complaint(f"unsupported type: {kind}", f"{pointer}/type")
            return
        yield from shape.complaints({name: part for name, part in value.items() if name != "type"}, pointer)
