"""Draws the form a lead is opened with; callback id ``lead.new``."""

from collections.abc import Mapping
from typing import Any

from bot.views import blocks, words
from bot.views.blocks import Block, bold, foreign
from domain.model import ConsentBasis, LeadSource

NAMES: Mapping[str, str] = {
    "name": "Seller's name",
    "phone": "Phone",
    "address": "Property address",
    "email": "E-mail",
    "source": "Where the lead came from",
    "basis": "Why we may write to them",
    "proof": "Where the proof is",
    "since": "Since when",
    "language": "Language they read",
    "notes": "Notes",
}
"""Fields in order, and their labels."""


AUTOMATIC = "auto"
"""The language nobody has stated: the place of the property decides."""


def modal(
    prefill: Mapping[str, str] | None, errors: Mapping[str, str] | None = None, metadata: str | None = None
) -> dict[str, Any]:
    """Draw the form.

    Args:
        prefill: field name to what is already known; choices by their value, such as ``casl.reply``.
        errors: field name to what was wrong with it, shown on top.
        metadata: comes back with the submission.
    """
    known = prefill or {}
    parts = [problems(errors, NAMES), *_typed(known), *_chosen(known), *_further(known)]
    return blocks.modal(
        "New lead", parts, callback_id="lead.new", submit="Open lead", close="Cancel", metadata=metadata
    )


def problems(errors: Mapping[str, str] | None, names: Mapping[str, str]) -> Block | None:
    """Return what was wrong, one line each, or None."""
    if not errors:
        return None
    return blocks.lines(*[(bold(f"! {names.get(field, field)}: "), foreign(why)) for field, why in errors.items()])


def _typed(known: Mapping[str, str]) -> list[Block]:
    return [
        _text("name", known, placeholder="Jane Doe", limit=200),
        _text("phone", known, placeholder="416-555-0199", limit=40),
        _text(
            "address",
            known,
            placeholder="12 King St W, Hamilton ON",
            hint="City and province or the postal code: they decide the lawful hours.",
            limit=300,
        ),
    ]


def _chosen(known: Mapping[str, str]) -> list[Block]:
    bases = {basis.value: label for basis, label in words.GROUNDS.items()}
    languages = {AUTOMATIC: "Automatic: French in Quebec, else English"}
    languages |= {language.value: label for language, label in words.LANGUAGES.items()}
    return [
        _choice("basis", known, bases, ConsentBasis.REPLY, hint="Without a ground nothing is sent."),
        _choice("language", known, languages, AUTOMATIC),
    ]


def _further(known: Mapping[str, str]) -> list[Block]:
    sources = {source.value: label for source, label in words.SOURCES.items()}
    return [
        _text("proof", known, placeholder="Web form of 24 Nov, recording, letter …", limit=300, optional=True),
        _text("since", known, placeholder="2026-05-24", hint="The day they agreed, asked or bought.", optional=True),
        _choice("source", known, sources, LeadSource.SLACK),
        _text("email", known, placeholder="jane@example.ca", limit=254, optional=True),
        _text("notes", known, limit=2_000, optional=True, multiline=True),
    ]


def _text(name: str, known: Mapping[str, str], **more: Any) -> Block:  # noqa: ANN401 - properties of the field
    return blocks.text_input(name, NAMES[name], initial=known.get(name), **more)


def _choice(
    name: str, known: Mapping[str, str], options: Mapping[str, str], usual: str, hint: str | None = None
) -> Block:
    chosen = known.get(name)
    return blocks.choice(name, NAMES[name], options, initial=chosen if chosen in options else usual, hint=hint)
