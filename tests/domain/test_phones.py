"""Which typed numbers can be texted or called."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import phones
from domain.errors import DomainError


@pytest.mark.parametrize(
    "text",
    [
        *("4165550199", "416-555-0199", "(416) 555-0199", "416.555.0199", "416 555 0199", "+1 416 555 0199"),
        *("1-416-555-0199", "+14165550199", "011 1 416 555 0199", "  4165550199\r\n", "416\u2011555\u20110199"),
        *("<tel:+14165550199|416-555-0199>", "\uff14165550199", "416\u00a0555\u00a00199", "\u202a4165550199\u202c"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str) -> None:
    """Pasted, typed, linked by Slack or with hidden characters: one E.164."""
    assert phones.parse(text) == "+14165550199"


@pytest.mark.parametrize("area", ["204", "236", "257", "416", "514", "782", "867", "879", "942"])
@pytest.mark.parametrize("last", ["0100", "0150", "0199"])
def test_fictional_numbers_are_taken(area: str, last: str) -> None:
    """555-01xx is what every practice run and every example uses."""
    assert phones.parse(f"{area}555{last}") == f"+1{area}555{last}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("911", "Short/emergency number"),
        ("211", "Short/emergency number"),
        ("12345", "Short/emergency number"),
        ("+18765551234", "Jamaica: outside Canada/US, blocked"),
        ("809-555-1234", "Dominican Republic: outside Canada/US, blocked"),
        ("7875551234", "Puerto Rico: outside Canada/US, blocked"),
        ("+19005551234", "Premium-rate, blocked"),
        ("416-976-1234", "Premium-rate, blocked"),
        ("+18005551234", "Toll-free: can't be texted"),
        ("8335551234", "Toll-free: can't be texted"),
        ("416555123", "One digit short"),
        ("1416555019", "One digit short"),
        ("5550199", "Three digits short"),
        ("416555012345", "Two digits too many"),
        ("+447911123456", "Outside Canada/US"),
        ("0044 7911 123456", "Outside Canada/US"),
        ("600-555-1234", "Number without a place: can't be texted"),
        ("416-155-0199", "Not a working number: 416-155 is never given out"),
        ("416-411-0199", "Not a working number: 416-411 is never given out"),
        ("3875550199", "No such area code"),
        ("", "Phone number missing, for example 416-555-0199"),
        (" \u200b ", "Phone number missing, for example 416-555-0199"),
        ("+", "Phone number missing, for example 416-555-0199"),
        ("416-555-HOME", "A phone number has digits only, for example 416-555-0199"),
        ("416-555-0199 x12", "Extensions can't be texted: give the direct number"),
        ("4" * 50, "That's too long for a phone number"),
    ],
)
def test_a_number_nobody_should_text_is_refused_with_its_reason(text: str, sentence: str) -> None:
    """Each refusal says what is wrong and points at the field."""
    with pytest.raises(DomainError) as refused:
        phones.parse(text)

    assert (refused.value.sentence, refused.value.field) == (sentence, "phone")


def test_american_numbers_are_taken_by_switch() -> None:
    """The team decides whether it works across the border."""
    assert phones.parse("212-555-0123") == "+12125550123"
    with pytest.raises(DomainError, match="US number"):
        phones.parse("212-555-0123", allow_us=False)


@settings(max_examples=50)
@given(st.text(max_size=60) | st.from_regex(r"\+?[0-9 ().\-]{0,25}", fullmatch=True))
def test_anything_typed_is_a_number_or_a_sentence(text: str) -> None:
    """No input raises anything a person could not read."""
    try:
        outcome = phones.parse(text)
    except DomainError as refused:
        outcome = refused.sentence

    assert re.fullmatch(r"\+1[2-9]\d{9}|[A-Z0-9].* .*", outcome)


@settings(max_examples=50)
@given(st.from_regex(r"\+1416555[0-9]{4}", fullmatch=True))
def test_a_number_shown_can_be_typed_again(number: str) -> None:
    """What we echo is what we read."""
    assert phones.parse(phones.pretty(number)) == number


def test_numbers_are_shown_masked_and_placed() -> None:
    """Enough to recognise, too little to dial."""
    assert phones.pretty("+14165551234") == "+1 416-555-1234"
    assert phones.mask("+14165551234") == "+1 416-•••-1234"
    assert phones.area_code("+14165551234") == "416"


@pytest.mark.parametrize("sender", ["", "TD", "72727", "+447911123456", "ACME HOMES"])
def test_a_foreign_sender_is_shown_without_failing(sender: str) -> None:
    """Texts come in from short codes and names too."""
    assert phones.pretty(sender) == sender
    assert len(phones.mask(sender)) <= len("•••") + 2
    with pytest.raises(DomainError):
        phones.area_code(sender)
