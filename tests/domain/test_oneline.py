"""A lead or a deal typed in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import oneline
from domain.errors import DomainError
from domain.model import ConsentBasis, Language, LeadSource
from domain.property_types import PropertyType

LEAD = "416-555-0199 12 King St W, Hamilton ON — Jane Doe"


@pytest.mark.parametrize(
    ("line", "phone", "address", "name"),
    [
        (LEAD, "416-555-0199", "12 King St W, Hamilton ON", "Jane Doe"),
        ("(416) 555-0199, 12 King St, Hamilton ON - Jane", "(416) 555-0199", "12 King St, Hamilton ON", "Jane"),
        ("+1 416 555 0199 12 King St – Jane O'Hara-Roy", "+1 416 555 0199", "12 King St", "Jane O'Hara-Roy"),
        ("4165550199 Hamilton ON—Jane", "4165550199", "Hamilton ON", "Jane"),
        ("416-555-0199 12-14 King St - Unit 4 — Jane", "416-555-0199", "12-14 King St - Unit 4", "Jane"),
        ("416-555-0199 Saint-Jean-sur-Richelieu QC -- Zoë", "416-555-0199", "Saint-Jean-sur-Richelieu QC", "Zoë"),
        ("<tel:+14165550199|416-555-0199> 12 King St — J", "<tel:+14165550199|416-555-0199>", "12 King St", "J"),
        ("416-555-019 12 King St — Jane", "416-555-019", "12 King St", "Jane"),
        ("911 12 King St — Jane", "911", "12 King St", "Jane"),
        ("+447911123456 London — Jane", "+447911123456", "London", "Jane"),
        ("416 555 0199 1234 King St — Jane", "416 555 0199", "1234 King St", "Jane"),
        ("416-555-0199 12 King St — <!channel>", "416-555-0199", "12 King St", "<!channel>"),
    ],
)
def test_a_lead_line_has_number_address_and_name(line: str, phone: str, address: str, name: str) -> None:
    """Whatever dash and whatever spelling of the number."""
    lead = oneline.parse_lead(line)

    assert (lead.phone_text, lead.address, lead.name) == (phone, address, name)


def test_a_lead_without_a_name_is_taken_with_a_hint() -> None:
    """A name can wait, the first text cannot."""
    lead = oneline.parse_lead("416-555-0199 12 King St, Hamilton ON")

    assert lead.name is None
    assert "No name given" in lead.hints[0]
    assert oneline.parse_lead(LEAD).hints == ()


def test_options_of_a_lead_are_read() -> None:
    """Consent, proof, source, language, e-mail and notes."""
    lead = oneline.parse_lead(
        f'{LEAD} consent=inquiry proof="web form 12" source=web lang=fr email=jane@example.ca notes=roof leaks'
    )

    assert (lead.consent, lead.proof, lead.source) == (ConsentBasis.INQUIRY, "web form 12", LeadSource.WEB)
    assert (lead.language, lead.email, lead.notes) == (Language.FR, "jane@example.ca", "roof leaks")


@pytest.mark.parametrize("basis", ConsentBasis)
def test_every_ground_of_consent_can_be_typed_in_full(basis: ConsentBasis) -> None:
    """The value shown elsewhere is understood here."""
    assert oneline.parse_lead(f"{LEAD} consent={basis.value}").consent is basis


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", f"Start with the phone number: {LEAD}"),
        ("\u200b🙂", f"Start with the phone number: {LEAD}"),
        ("Jane Doe 416-555-0199", f"Start with the phone number: {LEAD}"),
        ("416-555-0199", f"Address missing: it decides the lawful hours. For example {LEAD}"),
        ("416-555-0199 — Jane", f"Address missing: it decides the lawful hours. For example {LEAD}"),
        (f"{LEAD} sorce=web", "Unknown 'sorce'. Did you mean 'source'?"),
        (f"{LEAD} source=wbe", "Unknown 'wbe'. Did you mean 'web'?"),
        (f"{LEAD} email=a@b.ca,c@d.ca", "One address only"),
        (f"{LEAD} email=nobody", "Not an e-mail address, for example jane@example.ca"),
        (f"{LEAD} note=a notes=b", "'notes' is given twice: keep one"),
        (f"{LEAD} lang=", "Nothing stands after 'lang='"),
        (f'{LEAD} notes="call', 'Missing closing quote after "call'),
        (f"{LEAD} {'x' * 4000}", "Too long (max 500)"),
    ],
)
def test_a_lead_line_that_cannot_be_read_says_how(line: str, sentence: str) -> None:
    """Each refusal shows what to write instead."""
    with pytest.raises(DomainError) as refused:
        oneline.parse_lead(line)

    assert refused.value.sentence == sentence


def test_a_deal_line_has_a_reference_and_numbers() -> None:
    """Amounts in any spelling, in cents."""
    deal = oneline.parse_deal("L-1 arv=500k repairs=40,000 asking=320 000 $ fee=10k type=house beds=3 baths=1")

    assert (deal.ref, deal.lead_id, deal.deal_id) == ("L-1", 1, None)
    assert (deal.arv_cents, deal.repairs_cents, deal.asking_cents) == (50_000_000, 4_000_000, 32_000_000)
    assert (deal.fee_cents, deal.property_type, deal.beds, deal.baths) == (1_000_000, PropertyType.DETACHED, 3, 1)


@pytest.mark.parametrize("text", ["d-12 asking=300k", "D12 asking=300k", "D 12 asking=300k"])
def test_a_deal_can_be_changed_by_one_number(text: str) -> None:
    """An existing deal keeps what is not named."""
    deal = oneline.parse_deal(text)

    assert (deal.deal_id, deal.asking_cents, deal.arv_cents) == (12, 30_000_000, None)


def test_a_deal_without_numbers_opens_the_form() -> None:
    """The reference alone is enough."""
    assert oneline.parse_deal("L-7").arv_cents is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "Start with the lead or deal: L-12 arv=500k repairs=40k asking=320k"),
        ("12 arv=500k", "L-12 or D-12? Say which"),
        ("L-1 repairs=40k", "Need ARV to compute"),
        ("L-1 arv=0", "ARV must be $10,000–$50,000,000"),
        ("L-1 avr=500k", "Unknown 'avr'. Did you mean 'arv'?"),
        ("L-1 arv=500k type=castle", None),
        ("L-1 arv=500k beds=2.5", "Beds must be a whole number 0–20"),
        ("L-1 arv=500k beds=²", "Beds must be a whole number 0–20"),
        ("L-1 500k/40k", "Can't place '500k/40k'. Write it like L-12 arv=500k repairs=40k asking=320k"),
        ("L-99999999999 arv=500k", "Start with the lead or deal: L-12 arv=500k repairs=40k asking=320k"),
    ],
)
def test_a_deal_line_that_cannot_be_read_says_how(line: str, sentence: str | None) -> None:
    """Each refusal shows what to write instead."""
    with pytest.raises(DomainError) as refused:
        oneline.parse_deal(line)

    assert refused.value.sentence == (sentence or refused.value.sentence)
    assert refused.value.sentence


LINES = st.text(max_size=120) | st.lists(
    st.sampled_from(
        ["416-555-0199", "L-1", "12 King St", "—", " - ", "arv=500k", "notes=", '"', "type=x", "=", "beds=9" * 3]
    ),
    max_size=10,
).map(" ".join)


@given(LINES)
def test_any_line_is_a_lead_or_a_sentence(line: str) -> None:
    """Nothing typed raises anything a person could not read."""
    try:
        outcome = oneline.parse_lead(line).address
    except DomainError as refused:
        outcome = refused.sentence

    assert outcome.strip()


@given(LINES)
def test_any_line_is_a_deal_or_a_sentence(line: str) -> None:
    """Nothing typed raises anything a person could not read."""
    try:
        outcome = oneline.parse_deal(line).ref
    except DomainError as refused:
        outcome = refused.sentence

    assert outcome.strip()


@pytest.mark.parametrize("text", ["jane@example.ca", " jane@example.ca ", "<mailto:jane@example.ca|jane@example.ca>"])
def test_one_address_is_read(text: str) -> None:
    """Typed or linked by Slack."""
    assert oneline.parse_email(text) == "jane@example.ca"


@pytest.mark.parametrize(
    "text", ["", "jane", "jane@x", "@x.ca", "a@b.ca c@d.ca", '"x" <a@b.ca>, c@d.ca', "é" * 300 + "@x.ca"]
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    """No list, no name, no half an address."""
    with pytest.raises(DomainError):
        oneline.parse_email(text)


def test_suggestions_are_at_hand_for_commands() -> None:
    """Doors that read lines read commands too."""
    assert oneline.suggest("noww", ["now"]) == "now"
