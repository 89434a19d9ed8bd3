"""Calls need no CASL consent; they stand under the National List and, in British Columbia, under the 30 days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import gate
from domain.gate import Allow, DnclStatus, Hold, Reason, Refuse
from domain.model import Channel, ConsentBasis, SuppressionReason
from domain.provinces import Province
from tests.domain.gate_builders import NOON, consent, facts, suppression

TODAY = date(2026, 11, 24)


def call(**changes: object) -> gate.Facts:
    """Return a call to Toronto nobody gave consent to, with changes."""
    return facts(**{"channel": Channel.CALL, "consents": (), **changes})


def vancouver(**changes: object) -> gate.Facts:
    """Return the same call to Vancouver."""
    return call(**{"province": Province.BC, "zones": frozenset({"America/Vancouver"}), **changes})


def test_a_live_call_needs_no_consent() -> None:
    """CASL does not bind it; the receipt says that no list was looked up, and no consent is counted."""
    verdict = gate.decide(call())

    assert isinstance(verdict, Allow)
    assert verdict.ground == "Live call: no consent needed under CASL"
    assert verdict.notes == ("no_national_list",)
    assert (verdict.consent, verdict.consent_id) == (None, None)


def test_a_call_with_consent_names_it_and_uses_nothing_up() -> None:
    """The ground of a call is proof, not a ration."""
    verdict = gate.decide(call(consents=(consent(),)))

    assert isinstance(verdict, Allow)
    assert verdict.ground == "Express consent (oral), no expiry"
    assert verdict.consent_id is None


@pytest.mark.parametrize(
    ("status", "checked_on", "expected"),
    [
        (DnclStatus.UNKNOWN, None, None),
        (DnclStatus.CLEAR, TODAY, None),
        (DnclStatus.CLEAR, TODAY - timedelta(days=31), None),
        (DnclStatus.CLEAR, TODAY - timedelta(days=32), Hold(Reason.NATIONAL_LIST_STALE, None, "dncl.fresh")),
        (DnclStatus.CLEAR, TODAY + timedelta(days=1), Hold(Reason.NATIONAL_LIST_STALE, None, "dncl.fresh")),
        (DnclStatus.CLEAR, None, Hold(Reason.NATIONAL_LIST_STALE, None, "dncl.fresh")),
        (DnclStatus.UNKNOWN, TODAY, Hold(Reason.NATIONAL_LIST_UNCHECKED, None, "dncl.register")),
        (DnclStatus.LISTED, TODAY, Refuse(Reason.NATIONAL_LIST, "dncl.register")),
        (DnclStatus.LISTED, TODAY - timedelta(days=99), Refuse(Reason.NATIONAL_LIST, "dncl.register")),
        (DnclStatus.LISTED, None, Refuse(Reason.NATIONAL_LIST, "dncl.register")),
    ],
)
def test_the_national_list_is_obeyed_as_far_as_it_is_known(
    status: DnclStatus, checked_on: date | None, expected: gate.Verdict | None
) -> None:
    """At most 31 days old; once the team has a list, every number must have been looked up in it."""
    verdict = gate.decide(call(dncl=status, national_list_checked_on=checked_on))

    assert verdict == expected if expected else isinstance(verdict, Allow)


def test_a_call_to_a_listed_number_needs_an_exemption_on_record() -> None:
    """A purchase of a year ago exempts; the receipt says so. One of 19 months ago does not."""
    bought = consent(ConsentBasis.PURCHASE, started_at=NOON - timedelta(days=365))
    long_ago = consent(ConsentBasis.PURCHASE, started_at=NOON - timedelta(days=580))
    verdict = gate.decide(call(dncl=DnclStatus.LISTED, consents=(bought,)))

    assert isinstance(verdict, Allow)
    assert verdict.ground.startswith("They bought from us (oral)")
    assert verdict.notes == ("exempt_from_national_list",)
    assert gate.decide(call(dncl=DnclStatus.LISTED, consents=(long_ago,))) == Refuse(
        Reason.NATIONAL_LIST, "dncl.register"
    )


def test_an_exempt_call_does_not_wait_for_a_fresh_list() -> None:
    """The list is read for those it could protect."""
    stale = call(dncl=DnclStatus.CLEAR, national_list_checked_on=date(2026, 1, 1), consents=(consent(),))

    assert isinstance(gate.decide(stale), Allow)


def test_a_hit_in_the_national_list_binds_calls_and_not_texts_with_consent() -> None:
    """The list is about calls; a text has consent or does not leave."""
    listed = (suppression(SuppressionReason.NATIONAL_DO_NOT_CALL),)

    assert gate.decide(call(suppressions=listed)) == Refuse(Reason.NATIONAL_LIST, "dncl.register")
    assert isinstance(gate.decide(call(suppressions=listed, consents=(consent(),))), Allow)
    assert isinstance(gate.decide(facts(suppressions=listed)), Allow)
    assert gate.decide(facts(suppressions=listed, consents=())) == Refuse(Reason.NO_CONSENT, "casl.consent")


@pytest.mark.parametrize(
    ("ends_in", "expected"),
    [
        (timedelta(seconds=1), Refuse(Reason.NATIONAL_LIST, "dncl.register")),
        (timedelta(), None),
        (timedelta(days=-1), None),
    ],
    ids=["still listed", "ends now", "ended"],
)
def test_a_hit_in_the_national_list_binds_until_it_ends(ends_in: timedelta, expected: gate.Verdict | None) -> None:
    """A number that was taken off the list may be called again."""
    hit = suppression(SuppressionReason.NATIONAL_DO_NOT_CALL, until=NOON + ends_in)
    verdict = gate.decide(call(suppressions=(hit,)))

    assert verdict == expected if expected else isinstance(verdict, Allow)


def test_british_columbia_allows_one_call_in_thirty_days() -> None:
    """Without knowing when the last one was, a day later is the next time worth asking."""
    assert isinstance(gate.decide(vancouver()), Allow)
    assert gate.decide(vancouver(calls_30_days=1)) == Hold(
        Reason.CALLED_RECENTLY, NOON + timedelta(days=1), "bc.repeat"
    )


def test_the_next_call_to_british_columbia_is_lawful_thirty_days_after_the_last() -> None:
    """Called on Saturday 21 November at 12:00: 21 December, a Monday, 12:00. After hours: the next opening."""
    noon = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
    evening = datetime(2026, 11, 20, 4, 45, tzinfo=UTC)

    assert gate.decide(vancouver(calls_30_days=1, last_call_at=noon)) == Hold(
        Reason.CALLED_RECENTLY, datetime(2026, 12, 21, 19, 0, tzinfo=UTC), "bc.repeat"
    )
    # 20 December 2026 04:45 UTC is Saturday 21:45 in Vancouver; Sunday opens at 10:00.
    assert gate.decide(vancouver(calls_30_days=1, last_call_at=evening)) == Hold(
        Reason.CALLED_RECENTLY, datetime(2026, 12, 20, 17, 0, tzinfo=UTC), "bc.repeat"
    )


def test_the_next_opening_knows_the_holidays_of_the_next_year() -> None:
    """Tomorrow of 31 December is New Year's Day, when calls to British Columbia rest: Saturday 10:00, 17:00 UTC."""
    asked = vancouver(at=datetime(2026, 12, 31, 20, 0, tzinfo=UTC), sent_today=3)

    assert gate.decide(asked) == Hold(Reason.DAY_CAP, datetime(2027, 1, 2, 17, 0, tzinfo=UTC), "team.max_per_day")


def test_express_consent_is_permission_to_call_again() -> None:
    """An inquiry is none."""
    spoilt = vancouver(calls_30_days=4, last_call_at=NOON - timedelta(days=1))

    assert isinstance(gate.decide(replace(spoilt, consents=(consent(),))), Allow)
    assert isinstance(gate.decide(replace(spoilt, consents=(consent(ConsentBasis.INQUIRY),))), Hold)


def test_other_provinces_and_texts_know_no_thirty_days() -> None:
    """The rule is British Columbia's, and for calls."""
    assert isinstance(gate.decide(call(calls_30_days=9)), Allow)
    assert isinstance(gate.decide(vancouver(calls_30_days=9, channel=Channel.SMS, consents=(consent(),))), Allow)
