"""The words we send, and what the law asks of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import ladder, segments, templates
from domain.errors import DomainError
from domain.model import Channel, Contact, ContactKind, LadderState, Language, Lead, LeadSource, Sender
from domain.provinces import Province
from domain.segments import Encoding
from domain.template_texts import TEXTS
from domain.templates import ProblemCode

SENDER = Sender("Acme Homes", "100 Main St E, Hamilton ON L8N 3W4", "https://acmehomes.example/us", "+14165550100")
LEAD = Lead(
    lead_id=12,
    contact=Contact(1, ContactKind.SELLER, "Jane Doe", "+14165550199", None, Language.EN),
    source=LeadSource.SLACK,
    address="12 King St W, Hamilton ON",
    province=Province.ON,
    market="Hamilton",
    zones=frozenset({"America/Toronto"}),
    conflicts=(),
    evidence=(),
    notes="",
    created_at=datetime(2026, 11, 24, tzinfo=UTC),
    created_by="U0RILEY",
    owner=None,
    claimed_at=None,
    ladder=LadderState.RUNNING,
    ladder_reason=None,
    correlation_id="c",
)
FIELDS = templates.seller_fields(SENDER, LEAD, agent="Riley", amount_cents=24_150_000) | {
    "property_type": "detached",
    "place": "Hamilton, ON",
}
TEXT_KEYS = sorted(key for key in templates.KEYS if not key.endswith("_call"))
COMMERCIAL = [key for key in TEXT_KEYS if key not in {"opt_out_confirmation", "help_reply"}]
"""Every text there is or will be, save the two answers that offer and ask nothing."""


def test_both_languages_have_the_same_texts() -> None:
    """Nobody in Quebec gets an English text for want of a French one."""
    assert set(TEXTS) == set(Language)
    assert TEXTS[Language.EN].keys() == TEXTS[Language.FR].keys()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", sorted(templates.KEYS))
def test_no_built_in_text_holds_a_typographic_character(key: str, language: Language) -> None:
    """Curly quotes, dashes and no-break spaces creep in unseen; é, è and à are in the plain alphabet."""
    text = TEXTS[language][key]

    assert segments.fold(text) == text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", sorted(templates.CONSENT_QUESTIONS))
def test_a_question_for_consent_says_who_why_and_that_it_can_be_withdrawn(key: str, language: Language) -> None:
    """What makes the YES to it express consent."""
    text = templates.render(key, language, FIELDS)
    wanted = {Language.EN: ("Reply YES", "withdraw"), Language.FR: ("Répondez OUI", "Retrait")}[language]

    assert all(part in text for part in (SENDER.business_name, SENDER.mailing_address, "12 King St W", *wanted))


def test_every_step_of_the_ladder_has_its_text_or_script() -> None:
    """The plan names no template that is missing, and calls are scripts."""
    for step in ladder.PLAN:
        assert step.template in templates.KEYS
        assert step.template.endswith("_text" if step.channel is Channel.SMS else "_call")


def test_the_first_text_says_who_why_and_how_to_stop() -> None:
    """Name, purpose, consent, withdrawal, mailing address and page."""
    assert templates.render("first_text", Language.EN, FIELDS) == (
        "Hi Jane, Acme Homes here, about buying 12 King St W. May we text you about it? Reply YES. "
        "You can withdraw any time: reply STOP. 100 Main St E, Hamilton ON L8N 3W4, https://acmehomes.example/us"
    )


def test_a_seller_without_a_name_is_greeted_without_one() -> None:
    """No stray comma, no missing field."""
    text = templates.render("first_text", Language.FR, FIELDS | {"name": ""})

    assert text.startswith("Bonjour, ici Acme Homes")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", COMMERCIAL)
def test_every_commercial_text_passes_its_own_check(key: str, language: Language) -> None:
    """Identification and a way out, within two segments."""
    text = templates.render(key, language, FIELDS)

    assert templates.lint(text, SENDER, max_segments=templates.TEXT_SEGMENTS) == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", TEXT_KEYS)
def test_every_text_keeps_to_the_cheap_alphabet(key: str, language: Language) -> None:
    """One ê would double the price."""
    counted = segments.count(templates.render(key, language, FIELDS))

    assert counted.encoding is Encoding.GSM7
    assert counted.segments <= templates.TEXT_SEGMENTS


@pytest.mark.parametrize("language", Language)
def test_the_help_answer_fits_one_carrier_text(language: Language) -> None:
    """At most 160 characters, as the short-code rule asks."""
    assert segments.count(templates.render("help_reply", language, FIELDS)).characters <= 160


def test_long_names_and_addresses_do_not_lengthen_the_first_text() -> None:
    """What sellers give is cut; who we are is not."""
    long = FIELDS | {"name": "Wolfeschlegelsteinhausenberger", "address": "1234567 Chemin de la " + "Longue " * 20}

    for language in Language:
        text = templates.render("first_text", language, long)
        assert segments.count(text).segments <= templates.TEXT_SEGMENTS
        assert SENDER.mailing_address in text


@pytest.mark.parametrize("key", sorted(k for k in templates.KEYS if k.endswith("_call")))
@pytest.mark.parametrize("language", Language)
def test_every_call_script_starts_with_who_for_whom_and_why(key: str, language: Language) -> None:
    """And has the contact details at hand."""
    opening, *rest = templates.render(key, language, FIELDS).split("\n")

    assert all(part in opening for part in ("Riley", "Acme Homes", "12 King St W"))
    assert "+1 416-555-0100" in "\n".join(rest)


@pytest.mark.parametrize("name", ["{{config}}", "{%for%}", "{{", "{{name}}", "$HOME", "<!channel>", "*x*"])
def test_a_name_that_looks_like_a_template_comes_out_as_it_is(name: str) -> None:
    """Nothing a seller typed is ever run."""
    assert f"Hi {name}, " in templates.render("first_text", Language.EN, FIELDS | {"name": name})


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(sorted(templates.FIELDS)), st.text(max_size=80)))
def test_any_values_make_a_text_or_a_sentence(fields: dict[str, str]) -> None:
    """Missing values are named, nothing else goes wrong."""
    try:
        text = templates.render("second_text", Language.EN, fields)
    except DomainError as refused:
        text = refused.sentence

    assert text.startswith(("Hi ", "Hello, ", "Missing: "))


def test_missing_values_are_named() -> None:
    """All of them at once."""
    with pytest.raises(DomainError, match=r"^Missing: address, phone$"):
        templates.render("second_text", Language.EN, FIELDS | {"address": " ", "phone": ""})


def test_an_unknown_text_is_refused() -> None:
    """A rung of an old plan does not fail in the dark."""
    with pytest.raises(DomainError, match="no text called 'fourth_text'"):
        templates.render("fourth_text", Language.EN, FIELDS)


def test_fields_speak_the_sellers_language() -> None:
    """First name, street, and the amount as it is written there."""
    french = replace(LEAD, contact=replace(LEAD.contact, language=Language.FR, name=""))

    assert FIELDS["name"] == "Jane"
    assert FIELDS["address"] == "12 King St W"
    assert templates.seller_fields(SENDER, french, amount_cents=24_150_000)["amount"] == "241 500 $"
    assert templates.seller_fields(SENDER, french)["name"] == ""
    assert templates.seller_fields(SENDER, french)["agent"] == "(votre nom)"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (" ", {ProblemCode.EMPTY}),
        ("Hi, want to sell?", {ProblemCode.IDENTIFICATION, ProblemCode.OPT_OUT}),
        ("Acme Homes here. STOP to opt out", {ProblemCode.IDENTIFICATION}),
        ("https://acmehomes.example/us STOP", {ProblemCode.IDENTIFICATION}),
        ("Acme Homes https://acmehomes.example/us", {ProblemCode.OPT_OUT}),
        ("ACME HOMES, 100 Main St E, Hamilton ON L8N 3W4. ARRET", set[ProblemCode]()),
        ("Hi {{ name }}, Acme Homes https://acmehomes.example/us STOP", {ProblemCode.UNFILLED}),
        ("Hi {{config}}, Acme Homes https://acmehomes.example/us STOP", set[ProblemCode]()),
        ("Acme Homes https://acmehomes.example/us STOP " + "x" * 1400, {ProblemCode.TOO_LONG}),
        ("Acme Homes https://acmehomes.example/us bit.ly/x STOP", {ProblemCode.SHORT_LINK}),
    ],
)
def test_a_text_that_lacks_something_says_what(text: str, codes: set[ProblemCode]) -> None:
    """Each problem has its own code and sentence."""
    problems = templates.lint(text, SENDER)

    assert {problem.code for problem in problems} == codes
    assert all(problem.sentence for problem in problems)


def test_without_a_known_sender_a_link_is_looked_for() -> None:
    """The weakest check still wants a page about us."""
    assert templates.lint("acmehomes.ca STOP") == ()
    assert templates.lint("call me. STOP")[0].code is ProblemCode.IDENTIFICATION
