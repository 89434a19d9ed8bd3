"""Filling the words we send and say, and checking that a text has what the law asks for.

What somebody typed is only ever a value: it is never read as a template. Whether and when a text may go is decided in
``domain.gate``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from jinja2 import StrictUndefined, Template, meta
from jinja2.sandbox import SandboxedEnvironment

from domain import money, phones, segments
from domain.errors import DomainError
from domain.model import Channel, Language, Lead, Sender
from domain.template_texts import TEXTS

OPTIONAL_FIELDS = frozenset({"name"})
"""Fields that may be empty: a lead without a name is greeted without one."""

FIELD_CHARACTERS = {"name": 20, "address": 36}
"""Longest value of what sellers give, so that a first text stays within two segments; identification is never cut."""

TEXT_SEGMENTS = 2
"""Longest text of ours in segments: 272 plain characters. A longer one is read less and filtered more."""


class ProblemCode(StrEnum):
    """What is wrong with a text."""

    EMPTY = "empty"
    IDENTIFICATION = "missing_identification"
    OPT_OUT = "missing_opt_out"
    UNFILLED = "unfilled"
    TOO_LONG = "too_long"
    SHORT_LINK = "short_link"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a text, and what to do about it."""

    code: ProblemCode
    sentence: str


# Plain text, never HTML: escaping would put "&amp;" into a text message.
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_TEMPLATES: dict[tuple[str, Language], Template] = {
    (key, language): _ENVIRONMENT.from_string(text) for language, texts in TEXTS.items() for key, text in texts.items()
}
_NEEDED: dict[tuple[str, Language], frozenset[str]] = {
    (key, language): frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(text)))
    for language, texts in TEXTS.items()
    for key, text in texts.items()
}

KEYS = frozenset(key for key, _ in _TEMPLATES)
"""Templates there are, each in every language."""

CONSENT_QUESTIONS: Mapping[str, frozenset[Channel]] = MappingProxyType(
    {"first_text": frozenset({Channel.SMS}), "consent_question": frozenset({Channel.SMS})}
)
"""Texts that ask for express consent as the law wants it asked, and the channels they ask about.

A YES to any other text means something else: that they want an offer, or the details of a deal.

Source: CASL s. 10(1); SOR/2012-36 s. 4 (purpose, who asks, mailing address and a way to answer, right to withdraw).
"""

FIELDS = frozenset[str]().union(*_NEEDED.values())
"""Fields a template may use: nothing else of the product can be reached from one."""

_YOUR_NAME = {Language.EN: "(your name)", Language.FR: "(votre nom)"}

_PLACEHOLDER = re.compile(r"{{\s*(" + "|".join(sorted(FIELDS)) + r")\s*}}", re.IGNORECASE)
_OPT_OUT = re.compile(r"\b(?:STOP|ARR[EÊ]T)\b")
_LINK = re.compile(r"\b(?:https?://)?(?:[a-z0-9-]+\.)+(?:ca|com|org|net|quebec|example|info|io)\b", re.IGNORECASE)
_SHORT_LINK = re.compile(
    r"\b(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly|shorturl\.at|tiny\.cc|rb\.gy"
    r"|t\.ly|v\.gd|s\.id)(?=/|\b)",
    re.IGNORECASE,
)
"""Link shorteners everybody shares. Carriers filter them, because nobody can tell whose link it is."""


def render(template_key: str, language: Language, fields: Mapping[str, str]) -> str:
    """Return a text or script with its fields filled in.

    Args:
        template_key: one of ``KEYS``, such as ``first_text``.
        language: language of the reader.
        fields: values by name; more than the template needs is fine. They come out exactly as they are, apart from
            typographic quotes, hidden characters and length: a seller called ``{{config}}`` is called that.

    Raises:
        DomainError: no such template, or "Missing: name" for what has no value.
    """
    template = _TEMPLATES.get((template_key, language))
    if template is None:
        raise DomainError("template_unknown", f"There is no text called '{template_key}'")
    needed = _NEEDED[template_key, language]
    values = {name: _value(name, fields.get(name, "")) for name in needed}
    missing = sorted(name for name, value in values.items() if not value and name not in OPTIONAL_FIELDS)
    if missing:
        raise DomainError("field_missing", f"Missing: {', '.join(missing)}")
    return template.render(values)


def seller_fields(sender: Sender, lead: Lead, *, agent: str = "", amount_cents: int | None = None) -> dict[str, str]:
    """Return the fields of every text and script to a seller.

    Args:
        sender: who the team is.
        lead: whom it is for; greeted by first name, the house named by its street.
        agent: who calls, for scripts; empty leaves the place for the reader's own name.
        amount_cents: the offer, for offers.
    """
    language = lead.contact.language
    return {
        **sender_fields(sender),
        "name": lead.contact.name.split()[0] if lead.contact.name.split() else "",
        "address": lead.address.split(",")[0].strip() or lead.address,
        "agent": agent or _YOUR_NAME[language],
        "amount": "" if amount_cents is None else money.show(amount_cents, language),
    }


def sender_fields(sender: Sender) -> dict[str, str]:
    """Return the fields that say who we are."""
    return {
        "business_name": sender.business_name,
        "mailing_address": sender.mailing_address,
        "identity_url": sender.identity_url,
        "phone": phones.pretty(sender.phone_e164),
    }


def lint(text: str, sender: Sender | None = None, *, max_segments: int = segments.MAX_SEGMENTS) -> tuple[Problem, ...]:
    """Return what keeps a commercial text from being sent as it is; empty when nothing does.

    Args:
        text: exactly what would be sent.
        sender: who must be named in it; without one, only a link to a page about us is looked for.
        max_segments: longest text allowed.

    Source: CASL s. 6(2) and 11; SOR/2012-36 s. 2(2) (a link will do where there is no room).
    """
    if not text.strip():
        return (Problem(ProblemCode.EMPTY, "Nothing to send"),)
    counted = segments.count(text)
    unfilled = sorted({match.lower() for match in _PLACEHOLDER.findall(text)})
    checks = (
        (
            not _identifies(text, sender),
            ProblemCode.IDENTIFICATION,
            "Missing identification: say who we are, with a link or an address",
        ),
        (not _OPT_OUT.search(text), ProblemCode.OPT_OUT, "Missing opt-out: add STOP, or ARRET in French"),
        (bool(unfilled), ProblemCode.UNFILLED, f"Missing: {', '.join(unfilled)}"),
        (
            counted.segments > max_segments,
            ProblemCode.TOO_LONG,
            f"{counted.characters:,} characters = {counted.segments} texts (max {max_segments})",
        ),
        (
            bool(_SHORT_LINK.search(text)),
            ProblemCode.SHORT_LINK,
            "Shortened link: carriers filter it. Use the full address, or ask for approval",
        ),
    )
    return tuple(Problem(code, sentence) for wrong, code, sentence in checks if wrong)


def _identifies(text: str, sender: Sender | None) -> bool:
    if sender is None:
        return bool(_LINK.search(text))
    folded = segments.fold(text).casefold()
    named = segments.fold(sender.business_name).casefold() in folded
    reachable = any(
        known and segments.fold(known).casefold() in folded for known in (sender.identity_url, sender.mailing_address)
    )
    return named and reachable


def _value(name: str, value: str) -> str:
    """Return a value on one line, in plain characters, and not longer than its share of the text."""
    line = " ".join(segments.fold(value).split())
    longest = FIELD_CHARACTERS.get(name, len(line))
    return line if len(line) <= longest else line[: longest - 3].rstrip() + "..."
