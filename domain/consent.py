"""Which recorded ground covers one message, until when, and why none does.

Decides consent alone (CASL, S.C. 2010 c. 23, in force as of 2026-01-01). Standing orders not to contact, hours and
limits are the business of ``domain.gate``.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import inf
from types import MappingProxyType
from typing import Final

from domain import clocks
from domain.law import TeamPolicy
from domain.model import Channel, Consent, ConsentBasis, Language, Purpose
from domain.verdicts import Reason

CASL_MONTHS: Final[Mapping[ConsentBasis, int]] = MappingProxyType(
    {
        ConsentBasis.PURCHASE: 24,
        ConsentBasis.OPPORTUNITY: 24,
        ConsentBasis.CONTRACT: 24,
        ConsentBasis.INQUIRY: 6,
    }
)
"""Calendar months for which a relationship is consent to a message: a purchase of 2026-05-03 serves to 2028-05-03.

Source: CASL s. 10(10)(a), (b), (d), (e).
"""

DO_NOT_CALL_MONTHS: Final[Mapping[ConsentBasis, int]] = MappingProxyType(
    {ConsentBasis.PURCHASE: 18, ConsentBasis.CONTRACT: 18, ConsentBasis.INQUIRY: 6}
)
"""Calendar months for which a relationship exempts a call from the National Do Not Call List; not CASL's periods.

Source: Telecommunications Act s. 41.7(2).
"""

ONE_MESSAGE: Final = frozenset({ConsentBasis.REPLY, ConsentBasis.REFERRAL, ConsentBasis.QUOTE})
"""Grounds that cover a single message.

Source: SOR/2013-221 s. 3(b) (answer to a request or inquiry), s. 4 (referral); CASL s. 6(6)(a) (quote asked for).
"""

_TO_A_SELLER: Final = frozenset({Purpose.LADDER, Purpose.MANUAL, Purpose.OFFER})
_TO_ANYBODY: Final = _TO_A_SELLER | {Purpose.BUYER}

# A published or disclosed address covers what is relevant to the person's business role, which a home owner has not.
# A reply covers the answer, so never a wave to buyers; a quote covers the figures that were asked for.
_PURPOSES: Final[Mapping[ConsentBasis, frozenset[Purpose]]] = MappingProxyType(
    dict.fromkeys(ConsentBasis, _TO_ANYBODY)
    | {
        ConsentBasis.PUBLISHED: frozenset({Purpose.BUYER}),
        ConsentBasis.DISCLOSED: frozenset({Purpose.BUYER}),
        ConsentBasis.REPLY: _TO_A_SELLER,
        ConsentBasis.QUOTE: frozenset({Purpose.OFFER, Purpose.MANUAL}),
    }
)

ANSWER_DAYS: Final = 30
"""Days within which a person's own text may be answered as such: a text of 2026-11-24, until 2026-12-24.

Company rule. The regulation sets no period; it says only that the message answers a request (SOR/2013-221 s. 3(b)).
"""

# The strongest first, so that a ground which covers a single message is not spent while a lasting one holds.
_STRENGTH: Final = tuple(ConsentBasis)

# What tells the team most about the way forward comes first.
_TELLING: Final = (
    Reason.CONSENT_NEEDS_YES,
    Reason.CONSENT_USED,
    Reason.CONSENT_ENDED,
    Reason.CONSENT_DOES_NOT_FIT,
    Reason.NO_CONSENT,
)
_PROOF_LIMIT: Final = 60
_MONTHS_A_YEAR: Final = 12


def expires_at(basis: ConsentBasis, started_at: datetime) -> datetime | None:
    """Return the first instant a ground no longer holds by law alone.

    Periods are calendar months counted in UTC to the same time of day; where the month is too short, to its last day.
    That never lasts longer than the Act, whose periods run to the end of the anniversary day.

    Args:
        basis: the ground. For a CONTRACT the Act counts from its end; while it is in force, record it anew.
        started_at: when the ground arose, aware.

    Returns:
        Aware UTC; None when the Act sets no period.

    Raises:
        ValueError: ``started_at`` carries no offset.
    """
    months = CASL_MONTHS.get(basis)
    return None if months is None else _later(started_at, months)


def _later(at: datetime, months: int) -> datetime:
    start = clocks.utc(at)
    years, month = divmod(start.month - 1 + months, _MONTHS_A_YEAR)
    year = start.year + years
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def ends_at(consent: Consent) -> datetime | None:
    """Return the first instant a recorded ground no longer holds: its recorded or its legal end, the earlier one.

    A CONTRACT ends when its record says so, because its period runs from the contract's end, which may come late.
    """
    legal = expires_at(consent.basis, consent.started_at)
    if consent.expires_at is None or legal is None or consent.basis is ConsentBasis.CONTRACT:
        return consent.expires_at or legal
    return min(consent.expires_at, legal)


def ground_for(
    consents: Iterable[Consent], channel: Channel, purpose: Purpose, at: datetime, *, policy: TeamPolicy
) -> Consent | Reason:
    """Find the ground that covers one message.

    A lasting ground is preferred to one that covers a single message, except that a person's answer by hand (MANUAL)
    rests on the question it answers first.

    Args:
        consents: everything on record for the contact.
        channel: how the message goes.
        purpose: why it goes.
        at: when it goes, aware.
        policy: says whether a seller's inquiry counts as consent for six months.

    Returns:
        The consent, or the most telling reason why none covers it.
    """
    judged = [(consent, why_not(consent, channel, purpose, at, policy)) for consent in consents]
    covering = [consent for consent, reason in judged if reason is None]
    if not covering:
        reasons = (reason for _, reason in judged if reason is not None)
        return min(reasons, key=_TELLING.index, default=Reason.NO_CONSENT)
    if len(covering) == 1:
        return covering[0]
    return min(covering, key=lambda consent: _preference(consent, purpose))


def why_not(consent: Consent, channel: Channel, purpose: Purpose, at: datetime, policy: TeamPolicy) -> Reason | None:
    """Return why one ground does not cover a message, or None when it does."""
    if channel not in consent.channels or consent.started_at > at:
        return Reason.NO_CONSENT
    if purpose not in _PURPOSES[consent.basis] or (purpose is Purpose.LADDER and _answers_by_hand(consent)):
        return Reason.CONSENT_DOES_NOT_FIT
    end = ends_at(consent)
    if end is not None and end <= at:
        return Reason.CONSENT_ENDED
    if consent.used == 0:
        return None
    if consent.basis in ONE_MESSAGE:
        return Reason.CONSENT_USED
    # Answering an inquiry needs no consent (SOR/2013-221 s. 3(b)). What follows the answer does, and for a seller,
    # who asked to sell and not to buy, s. 10(10)(e) fits only by argument.
    answers_only = consent.basis is ConsentBasis.INQUIRY and purpose is not Purpose.BUYER
    return Reason.CONSENT_NEEDS_YES if answers_only and not policy.inquiry_is_implied_consent else None


def _answers_by_hand(consent: Consent) -> bool:
    """Tell whether a ground is a text of theirs: a person answers it; the next step of a ladder is no answer."""
    return consent.basis is ConsentBasis.REPLY and consent.reply_id is not None


def _preference(consent: Consent, purpose: Purpose) -> tuple[bool, int, float]:
    answers = purpose is Purpose.MANUAL and consent.basis is ConsentBasis.REPLY
    end = ends_at(consent)
    lasts = inf if end is None else end.timestamp()
    return not answers, _STRENGTH.index(consent.basis), -lasts


def call_permission(consents: Iterable[Consent], at: datetime) -> Consent | None:
    """Find the express consent to calls that holds at an instant; live calls need none under CASL (s. 6(8))."""
    covering = (each for each in consents if each.basis is ConsentBasis.EXPRESS and _holds_for_calls(each, at))
    return next(covering, None)


def do_not_call_exemption(consents: Iterable[Consent], at: datetime) -> Consent | None:
    """Find what exempts a call from the National Do Not Call List at an instant, or None.

    Express consent must name the number and be written, electronic or recorded; whoever records it for calls says so.
    """
    for each in consents:
        until = exempt_until(each)
        recent = until is not None and at < until
        if (recent or each.basis is ConsentBasis.EXPRESS) and _holds_for_calls(each, at):
            return each
    return None


def exempt_until(consent: Consent) -> datetime | None:
    """Return the first instant a relationship no longer exempts calls from the National Do Not Call List.

    Not the end of the consent to messages: after a purchase the exemption ends six months earlier.

    Returns:
        None for grounds without a period of their own; express consent exempts while it holds, the others never.
    """
    months = DO_NOT_CALL_MONTHS.get(consent.basis)
    return None if months is None else _later(consent.started_at, months)


def _holds_for_calls(consent: Consent, at: datetime) -> bool:
    end = ends_at(consent)
    return Channel.CALL in consent.channels and consent.started_at <= at and (end is None or at < end)


_NAMES: Final[Mapping[Language, Mapping[ConsentBasis, str]]] = MappingProxyType(
    {
        Language.EN: {
            ConsentBasis.EXPRESS: "Express consent",
            ConsentBasis.PURCHASE: "They bought from us",
            ConsentBasis.OPPORTUNITY: "They accepted an opportunity we offered",
            ConsentBasis.CONTRACT: "Written contract with us",
            ConsentBasis.INQUIRY: "Their inquiry",
            ConsentBasis.PUBLISHED: "Published business address",
            ConsentBasis.DISCLOSED: "Business address they gave us",
            ConsentBasis.REPLY: "Answer to their inquiry: {one}, asks for a YES",
            ConsentBasis.QUOTE: "Quote they asked for: {one}",
            ConsentBasis.REFERRAL: "Referral: {one}, names who referred them",
        },
        Language.FR: {
            ConsentBasis.EXPRESS: "Consentement exprès",
            ConsentBasis.PURCHASE: "Achat fait chez nous",
            ConsentBasis.OPPORTUNITY: "Occasion d’affaires acceptée",
            ConsentBasis.CONTRACT: "Contrat écrit avec nous",
            ConsentBasis.INQUIRY: "Demande de leur part",
            ConsentBasis.PUBLISHED: "Adresse d’affaires publiée",
            ConsentBasis.DISCLOSED: "Adresse d’affaires communiquée",
            ConsentBasis.REPLY: "Réponse à leur demande\u00a0: {one}, demande un OUI",
            ConsentBasis.QUOTE: "Prix demandé\u00a0: {one}",
            ConsentBasis.REFERRAL: "Recommandation\u00a0: {one}, nomme la personne qui recommande",
        },
    }
)
_BY_HAND: Final[Mapping[Language, str]] = MappingProxyType(
    {
        Language.EN: "Answer to their text: {one}, written by a person",
        Language.FR: "Réponse à leur texto\u00a0: {one}, écrit par une personne",
    }
)
_ONE: Final[Mapping[Language, Mapping[Channel | None, str]]] = MappingProxyType(
    {
        Language.EN: {
            Channel.SMS: "one text",
            Channel.EMAIL: "one e-mail",
            Channel.CALL: "one call",
            None: "one message",
        },
        Language.FR: {
            Channel.SMS: "un texto",
            Channel.EMAIL: "un courriel",
            Channel.CALL: "un appel",
            None: "un message",
        },
    }
)


def name(consent: Consent, language: Language = Language.EN) -> str:
    """Say what a ground is: ``Express consent``, or ``Quote they asked for: one text``."""
    only = next(iter(consent.channels)) if len(consent.channels) == 1 else None
    named = _BY_HAND[language] if _answers_by_hand(consent) else _NAMES[language][consent.basis]
    return named.format(one=_ONE[language][only])


def describe(consent: Consent, language: Language = Language.EN) -> str:
    """Say in one line what a ground is and how long it holds.

    Returns:
        For example ``Express consent (oral), no expiry`` or ``Answer to their inquiry: one text, asks for a YES``.
    """
    said = name(consent, language)
    if consent.basis in ONE_MESSAGE:
        used = " (used)" if language is Language.EN else " (utilisé)"
        return said + (used if consent.used else "")
    proof = " ".join(consent.proof.split())
    shown = proof if len(proof) <= _PROOF_LIMIT else proof[: _PROOF_LIMIT - 1] + "…"
    proved = f"{said} ({shown})" if shown else said
    return f"{proved}, {_until(ends_at(consent), language)}"


def _until(end: datetime | None, language: Language) -> str:
    if end is None:
        return "no expiry" if language is Language.EN else "sans échéance"
    return f"{'until' if language is Language.EN else 'jusqu’au'} {end.date().isoformat()}"
