"""Draws the form a change of policy is proposed with; callback id ``policy.edit``, metadata the key of the scope."""

from collections.abc import Mapping
from typing import Any, Final

from bot.views import blocks
from bot.views.blocks import Block, bold, said
from domain import hours_text, policy_fields
from domain.policies import Scope

FORM: Final = "policy.edit"

_HOLIDAYS: Final[Mapping[str, str]] = {
    "none": "Nothing, beyond what the law closes",
    "call": "Calls",
    "sms": "Texts",
    "email": "E-mails",
    "call+sms": "Calls and texts",
    "call+email": "Calls and e-mails",
    "email+sms": "Texts and e-mails",
    "all": "Everything",
}
_INQUIRY: Final[Mapping[str, str]] = {"no": "No: it needs their YES", "yes": "Yes, for six months: counsel agreed"}


def modal(scope: Scope, known: Mapping[str, str]) -> dict[str, Any]:
    """Draw the form, filled with what applies now.

    Args:
        known: field to value, as ``domain.policy_fields.written`` gives it.
    """
    about = blocks.line(bold(scope.name), said(": a change is a proposal. Another admin decides on it."))
    return blocks.modal(
        "Change a policy",
        [about, *_hours(known), *_limits(known), *_days(known), *_rest(scope)],
        callback_id=FORM,
        submit="Propose",
        close="Cancel",
        metadata=scope.key,
    )


def _hours(known: Mapping[str, str]) -> list[Block]:
    hint = f"Like {hours_text.EXAMPLE}; off: not used. The law's hours always apply too."
    named = (("sms", "Hours for texts"), ("call", "Hours for calls"), ("email", "Hours for e-mails"))
    return [
        blocks.text_input(
            field,
            label,
            initial=known.get(field),
            hint=hint if field == "sms" else None,
            limit=hours_text.MAX_CHARACTERS,
        )
        for field, label in named
    ]


def _limits(known: Mapping[str, str]) -> list[Block]:
    named = (
        ("per_day", "Most messages to one person a day"),
        ("per_30_days", "Most messages to one person in 30 days"),
        ("per_hour", "Most messages of the whole team an hour"),
    )
    return [blocks.text_input(field, label, initial=known.get(field), limit=10) for field, label in named]


def _days(known: Mapping[str, str]) -> list[Block]:
    return [
        blocks.choice("holidays", "Rests on provincial holidays", _HOLIDAYS, initial=known.get("holidays", "none")),
        blocks.text_input(
            "closed_on",
            "Further closed days",
            initial=known.get("closed_on"),
            placeholder="2026-12-24, 2026-12-31",
            optional=True,
            limit=1_000,
        ),
        blocks.choice(
            "inquiry", "Does a seller's inquiry count as consent?", _INQUIRY, initial=known.get("inquiry", "no")
        ),
    ]


def _rest(scope: Scope) -> list[Block]:
    city = scope.zone.rpartition("/")[2].replace("_", " ")
    return [
        blocks.text_input(
            "from",
            "In force from",
            placeholder="2026-12-01 09:00",
            hint=f"On the clock of {city}. Empty: as soon as it is approved.",
            optional=True,
            limit=40,
        ),
        blocks.text_input("reason", "Why", multiline=True, limit=policy_fields.REASON_MOST),
    ]
