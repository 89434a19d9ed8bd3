"""Which ground covers a message, until which instant, and what is said when none does."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import consent as consents
from domain.law import BUILT_IN_POLICY
from domain.model import Channel, Consent, ConsentBasis, Language, Purpose
from domain.verdicts import Reason
from tests.domain.gate_builders import NOON, consent, policy

SECOND = timedelta(seconds=1)


def ground(*grounds: Consent, purpose: Purpose = Purpose.LADDER, channel: Channel = Channel.SMS) -> Consent | Reason:
    """Ask which of the grounds covers a message at NOON under the built-in policy."""
    return consents.ground_for(grounds, channel, purpose, NOON, policy=BUILT_IN_POLICY)


@pytest.mark.parametrize(
    ("basis", "started", "ends"),
    [
        (ConsentBasis.PURCHASE, "2026-05-03T15:20", "2028-05-03T15:20"),
        (ConsentBasis.OPPORTUNITY, "2026-11-24T00:00", "2028-11-24T00:00"),
        (ConsentBasis.CONTRACT, "2026-02-28T09:00", "2028-02-28T09:00"),
        (ConsentBasis.PURCHASE, "2024-02-29T09:00", "2026-02-28T09:00"),
        (ConsentBasis.INQUIRY, "2026-05-24T12:00", "2026-11-24T12:00"),
        (ConsentBasis.INQUIRY, "2026-08-31T12:00", "2027-02-28T12:00"),
        (ConsentBasis.INQUIRY, "2027-08-31T12:00", "2028-02-29T12:00"),
        (ConsentBasis.INQUIRY, "2026-12-31T23:59", "2027-06-30T23:59"),
    ],
)
def test_periods_are_calendar_months_to_the_same_minute(basis: ConsentBasis, started: str, ends: str) -> None:
    """Where a month is too short, to its last day: never longer than the Act."""
    began = datetime.fromisoformat(started).replace(tzinfo=UTC)

    assert consents.expires_at(basis, began) == datetime.fromisoformat(ends).replace(tzinfo=UTC)


def test_months_are_counted_in_utc() -> None:
    """31 August 22:00 in Toronto is 1 September in UTC, six months later is 1 March."""
    began = datetime.fromisoformat("2026-08-31T22:00-04:00")

    assert consents.expires_at(ConsentBasis.INQUIRY, began) == datetime(2027, 3, 1, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "basis",
    [
        ConsentBasis.EXPRESS,
        ConsentBasis.PUBLISHED,
        ConsentBasis.DISCLOSED,
        ConsentBasis.REPLY,
        ConsentBasis.QUOTE,
        ConsentBasis.REFERRAL,
    ],
)
def test_other_grounds_have_no_period_in_the_act(basis: ConsentBasis) -> None:
    """They end by withdrawal, by being used, or by what was recorded."""
    assert consents.expires_at(basis, NOON) is None


@pytest.mark.parametrize(
    ("basis", "months"),
    [
        (ConsentBasis.PURCHASE, 24),
        (ConsentBasis.OPPORTUNITY, 24),
        (ConsentBasis.CONTRACT, 24),
        (ConsentBasis.INQUIRY, 6),
    ],
)
def test_a_ground_covers_until_the_instant_it_ends(basis: ConsentBasis, months: int) -> None:
    """One second before, yes; on the instant, no. Nobody has to remember to store the end."""
    years, rest = divmod(months, 12)
    start = NOON.replace(year=NOON.year - years, month=NOON.month - rest)
    lasting, ended = consent(basis, started_at=start + SECOND), consent(basis, started_at=start)

    assert ground(lasting) is lasting
    assert ground(ended) is Reason.CONSENT_ENDED


def test_a_recorded_end_cannot_outlast_the_act() -> None:
    """A purchase of three years ago is over, whatever the record says."""
    old = consent(ConsentBasis.PURCHASE, started_at=NOON - timedelta(days=1100), expires_at=NOON + timedelta(days=9))

    assert ground(old) is Reason.CONSENT_ENDED


def test_a_withdrawn_ground_ends_when_it_was_withdrawn() -> None:
    """STOP sets the end of every ground to that moment."""
    assert ground(consent(expires_at=NOON)) is Reason.CONSENT_ENDED
    assert isinstance(ground(consent(expires_at=NOON + SECOND)), Consent)


def test_a_contract_lasts_as_recorded_because_its_period_runs_from_its_end() -> None:
    """Signed three years ago, ended last month: two years from then."""
    contract = consent(
        ConsentBasis.CONTRACT, started_at=NOON - timedelta(days=1100), expires_at=NOON + timedelta(days=700)
    )

    assert ground(contract) is contract
    assert consents.ends_at(contract) == NOON + timedelta(days=700)


@pytest.mark.parametrize("basis", [ConsentBasis.REPLY, ConsentBasis.REFERRAL, ConsentBasis.QUOTE])
def test_a_reply_a_referral_and_a_quote_cover_one_message(basis: ConsentBasis) -> None:
    """The second one needs a YES."""
    fresh = consent(basis)

    assert ground(fresh, purpose=Purpose.MANUAL) is fresh
    assert ground(consent(basis, used=1), purpose=Purpose.MANUAL) is Reason.CONSENT_USED


def test_an_inquiry_covers_its_answer_and_no_more_until_counsel_says_so() -> None:
    """A seller asked to sell, not to buy, so six months of consent is an argument, not a rule."""
    answered = consent(ConsentBasis.INQUIRY, used=1)
    approved = policy(inquiry_is_implied_consent=True)

    assert isinstance(ground(consent(ConsentBasis.INQUIRY)), Consent)
    assert ground(answered) is Reason.CONSENT_NEEDS_YES
    assert consents.ground_for((answered,), Channel.SMS, Purpose.LADDER, NOON, policy=approved) is answered


def test_a_buyers_inquiry_is_consent_for_six_months() -> None:
    """A buyer asks to buy, which is what section 10(10)(e) is about."""
    asked_for_deals = consent(ConsentBasis.INQUIRY, used=5)

    assert ground(asked_for_deals, purpose=Purpose.BUYER) is asked_for_deals


@pytest.mark.parametrize(
    ("basis", "purpose", "covered"),
    [
        (ConsentBasis.PUBLISHED, Purpose.BUYER, True),
        (ConsentBasis.PUBLISHED, Purpose.LADDER, False),
        (ConsentBasis.DISCLOSED, Purpose.BUYER, True),
        (ConsentBasis.DISCLOSED, Purpose.MANUAL, False),
        (ConsentBasis.REPLY, Purpose.LADDER, True),
        (ConsentBasis.REPLY, Purpose.OFFER, True),
        (ConsentBasis.REPLY, Purpose.BUYER, False),
        (ConsentBasis.QUOTE, Purpose.OFFER, True),
        (ConsentBasis.QUOTE, Purpose.LADDER, False),
        (ConsentBasis.QUOTE, Purpose.BUYER, False),
        (ConsentBasis.REFERRAL, Purpose.LADDER, True),
        (ConsentBasis.PURCHASE, Purpose.BUYER, True),
        (ConsentBasis.EXPRESS, Purpose.OFFER, True),
    ],
)
def test_a_ground_covers_the_purposes_it_fits(basis: ConsentBasis, purpose: Purpose, covered: bool) -> None:  # noqa: FBT001 - a table
    """A home owner has no business role, and an answer is no campaign."""
    plain = consent(basis)

    assert ground(plain, purpose=purpose) is (plain if covered else Reason.CONSENT_DOES_NOT_FIT)


@pytest.mark.parametrize("basis", ConsentBasis)
def test_nothing_covers_a_channel_it_was_not_given_for_or_a_time_before_it(basis: ConsentBasis) -> None:
    """Consent to e-mail is none to texts, and consent of tomorrow is none today."""
    emails_only = consent(basis, channels=frozenset({Channel.EMAIL}))
    tomorrow = consent(basis, started_at=NOON + SECOND)

    assert ground(emails_only, purpose=Purpose.BUYER) is Reason.NO_CONSENT
    assert ground(tomorrow, purpose=Purpose.BUYER) is Reason.NO_CONSENT


def test_a_ground_covers_from_the_instant_it_began() -> None:
    """A YES may be answered in the same instant, and a call agreed to is permitted at once."""
    now = consent(started_at=NOON)

    assert ground(now) is now
    assert consents.call_permission((now,), NOON) is now


def test_nobody_without_a_ground_is_written_to() -> None:
    """No record, no message."""
    assert ground() is Reason.NO_CONSENT


def test_the_most_telling_reason_is_given() -> None:
    """Whoever can be asked for a YES is, before anything is said about older grounds."""
    grounds = (
        consent(ConsentBasis.PUBLISHED),
        consent(ConsentBasis.REFERRAL, used=1),
        consent(ConsentBasis.INQUIRY, used=1),
        consent(expires_at=NOON),
    )

    assert ground(*grounds) is Reason.CONSENT_NEEDS_YES
    assert ground(*grounds[:2], grounds[3]) is Reason.CONSENT_USED
    assert ground(grounds[0], grounds[3]) is Reason.CONSENT_ENDED


def test_a_lasting_ground_is_used_before_a_single_one() -> None:
    """The one message of a referral is kept while an express consent holds."""
    express, referral = consent(consent_id=1), consent(ConsentBasis.REFERRAL, consent_id=2)
    purchase = consent(ConsentBasis.PURCHASE, consent_id=3)

    assert ground(referral, purchase, express) is express
    assert ground(referral, purchase) is purchase


def test_of_two_equal_grounds_the_longer_one_is_used() -> None:
    """Also when the older one stands first in the record."""
    older = consent(ConsentBasis.PURCHASE, consent_id=1, started_at=NOON - timedelta(days=300))
    newer = consent(ConsentBasis.PURCHASE, consent_id=2)

    assert ground(older, newer) is newer


def test_an_answer_by_hand_rests_on_the_question() -> None:
    """Their own message covers its answer, so the answer uses that up."""
    express, reply = consent(consent_id=1), consent(ConsentBasis.REPLY, consent_id=2)

    assert ground(express, reply, purpose=Purpose.MANUAL) is reply
    assert ground(express, reply, purpose=Purpose.LADDER) is express


@pytest.mark.parametrize(
    ("basis", "days", "exempt"),
    [
        (ConsentBasis.EXPRESS, 2000, True),
        (ConsentBasis.PURCHASE, 540, True),
        (ConsentBasis.PURCHASE, 560, False),
        (ConsentBasis.CONTRACT, 540, True),
        (ConsentBasis.CONTRACT, 560, False),
        (ConsentBasis.INQUIRY, 180, True),
        (ConsentBasis.INQUIRY, 190, False),
        (ConsentBasis.OPPORTUNITY, 1, False),
        (ConsentBasis.REPLY, 1, False),
        (ConsentBasis.REFERRAL, 1, False),
    ],
)
def test_the_national_list_counts_its_own_months(basis: ConsentBasis, days: int, exempt: bool) -> None:  # noqa: FBT001 - a table
    """18 months after a purchase or contract, 6 after an inquiry: not the two years of CASL."""
    plain = consent(basis, started_at=NOON - timedelta(days=days))

    assert consents.do_not_call_exemption((plain,), NOON) is (plain if exempt else None)


@pytest.mark.parametrize(("after", "exempt"), [(-SECOND, True), (timedelta(), False)], ids=["before", "on time"])
def test_an_exemption_ends_on_the_instant(after: timedelta, exempt: bool) -> None:  # noqa: FBT001 - a table
    """18 months after a purchase of 24 May 2025 at noon is 24 November 2026 at noon, and then it exempts no more."""
    bought = consent(ConsentBasis.PURCHASE, started_at=NOON.replace(year=2025, month=5))

    assert (consents.do_not_call_exemption((bought,), NOON + after) is bought) is exempt


def test_an_exemption_covers_calls_and_ends_with_its_ground() -> None:
    """Consent to texts exempts no call, nor does one that was withdrawn."""
    texts_only = consent(channels=frozenset({Channel.SMS}))
    withdrawn = consent(ConsentBasis.PURCHASE, expires_at=NOON)

    assert consents.do_not_call_exemption((texts_only, withdrawn), NOON) is None
    assert consents.call_permission((texts_only, consent(ConsentBasis.INQUIRY)), NOON) is None
    assert consents.call_permission((texts_only, consent(consent_id=9)), NOON) == consent(consent_id=9)


@pytest.mark.parametrize(
    ("recorded", "english", "french"),
    [
        (consent(), "Express consent (oral), no expiry", "Consentement exprès (oral), sans échéance"),
        (
            consent(ConsentBasis.INQUIRY, started_at=datetime(2026, 11, 24, tzinfo=UTC), proof="web form 12"),
            "Their inquiry (web form 12), until 2027-05-24",
            "Demande de leur part (web form 12), jusqu’au 2027-05-24",
        ),
        (
            consent(ConsentBasis.REPLY, channels=frozenset({Channel.SMS})),
            "Answer to their inquiry: one text, asks for a YES",
            "Réponse à leur demande\u00a0: un texto, demande un OUI",
        ),
        (
            consent(ConsentBasis.REPLY, channels=frozenset({Channel.SMS}), reply_id=3),
            "Answer to their text: one text, written by a person",
            "Réponse à leur texto\u00a0: un texto, écrit par une personne",
        ),
        (
            consent(ConsentBasis.REFERRAL, used=1),
            "Referral: one message, names who referred them (used)",
            "Recommandation\u00a0: un message, nomme la personne qui recommande (utilisé)",
        ),
        (
            consent(proof="  said\n so " + "x" * 80),
            "Express consent (said so " + "x" * 51 + "…), no expiry",
            "Consentement exprès (said so " + "x" * 51 + "…), sans échéance",
        ),
        (
            consent(proof="x" * 60),
            "Express consent (" + "x" * 60 + "), no expiry",
            "Consentement exprès (" + "x" * 60 + "), sans échéance",
        ),
        (
            consent(proof="", expires_at=NOON),
            "Express consent, until 2026-11-24",
            "Consentement exprès, jusqu’au 2026-11-24",
        ),
        (consent(proof=""), "Express consent, no expiry", "Consentement exprès, sans échéance"),
    ],
    ids=[
        "express",
        "inquiry",
        "reply",
        "reply by hand",
        "used referral",
        "long proof",
        "proof that just fits",
        "end without proof",
        "no proof",
    ],
)
def test_a_ground_is_said_in_one_line(recorded: Consent, english: str, french: str) -> None:
    """For the card: what it is, where the proof lies, how long it holds."""
    assert consents.describe(recorded) == english
    assert consents.describe(recorded, Language.FR) == french


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("basis", ConsentBasis)
def test_every_ground_has_a_name(basis: ConsentBasis, language: Language) -> None:
    """A ground nobody can read on the card would be no proof."""
    line = consents.describe(consent(basis), language)

    assert line
    assert "{" not in line
    assert "\n" not in line
