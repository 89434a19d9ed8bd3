"""Splits a message that Slack would not take in one piece; the rest goes into its thread.

Slack takes 50 blocks a message and, undocumented, some 12,000 characters in all (slackapi/bolt-js#2509).
"""

from typing import Any, Final

from bot.views import blocks, checks, twin
from bot.views.blocks import Rendered

ROOM: Final = checks.MESSAGE_BLOCKS - 1
"""Blocks of a part; one more says that it goes on, or where it comes from."""

CHARACTERS: Final = checks.MESSAGE_CHARACTERS - 100


def parts(rendered: Rendered) -> tuple[Rendered, ...]:
    """Return a message as the messages Slack takes, in order; usually itself alone."""
    if _fits(rendered.blocks, checks.MESSAGE_BLOCKS, checks.MESSAGE_CHARACTERS):
        return (rendered,)
    groups = _groups(rendered)
    whole = len(groups)
    return tuple(_part(group, number, whole) for number, group in enumerate(groups, start=1))


def cut(rendered: Rendered) -> Rendered:
    """Return as much of an answer as Slack shows at once; an answer has no thread for the rest."""
    if len(parts(rendered)) == 1:
        return rendered
    (note,) = blocks.message(blocks.context("There is more than Slack shows in one answer.")).blocks
    made = [*_groups(rendered)[0], note]
    return Rendered(twin.spoken(made), made)


def words_only(rendered: Rendered) -> Rendered:
    """Return a message without its blocks, for when Slack refuses them whatever we do."""
    return Rendered(text=rendered.text, blocks=[])


def left_over() -> Rendered:
    """Return what stands where a part was that is no longer needed."""
    return blocks.message(blocks.context("Nothing more here: the message above is complete."))


def _groups(rendered: Rendered) -> list[list[dict[str, Any]]]:
    groups: list[list[dict[str, Any]]] = [[]]
    for block in rendered.blocks:
        if groups[-1] and not _fits([*groups[-1], block], ROOM, CHARACTERS):
            groups.append([])
        groups[-1].append(block)
    return groups


def _part(group: list[dict[str, Any]], number: int, whole: int) -> Rendered:
    if whole == 1:
        return Rendered(twin.spoken(group), group)
    said = f"Part 1 of {whole}; the rest is in the thread." if number == 1 else f"Part {number} of {whole}."
    (note,) = blocks.message(blocks.context(said)).blocks
    made = [*group, note] if number == 1 else [note, *group]
    return Rendered(twin.spoken(made), made)


def _fits(group: list[dict[str, Any]], most_blocks: int, most_characters: int) -> bool:
    return len(group) <= most_blocks and checks.characters(group) <= most_characters
