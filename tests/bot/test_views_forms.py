"""Forms keep the names the doors read, keep what was typed, and help says what the commands understand."""

from typing import Any

import pytest

from bot.views import buyer, deal, help, lead  # noqa: A004 - the view's own name
from bot.views.help import COMMANDS
from domain import money
from domain.model import ConsentBasis, Language, LeadSource
from domain.property_types import PropertyType
from tests.bot import view_samples as samples


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the fields of a form by name."""
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def chosen(field: dict[str, Any]) -> str:
    """Return the value a menu starts with."""
    return str(field["element"]["initial_option"]["value"])


def test_the_lead_form_has_the_fields_a_lead_needs() -> None:
    """Each is read by its name, whatever its label."""
    view = lead.modal(None)

    assert view["callback_id"] == "lead.new"
    assert set(inputs(view)) == {
        "name", "phone", "address", "email", "source", "basis", "proof", "since", "language", "notes",
    }  # fmt: skip
    assert {field["element"]["action_id"] for field in inputs(view).values()} == {"value"}


def test_every_source_ground_and_language_can_be_chosen() -> None:
    """A form that hides a legal ground makes people pick a wrong one."""
    found = inputs(lead.modal(None))
    offered = {
        name: {option["value"] for option in found[name]["element"]["options"]}
        for name in ("source", "basis", "language")
    }

    assert offered == {"source": set(LeadSource), "basis": set(ConsentBasis), "language": {"auto", *Language}}


def test_the_usual_answers_are_chosen_beforehand() -> None:
    """The weakest ground that still allows an answer, and the language of the place."""
    found = inputs(lead.modal(None))

    assert chosen(found["basis"]) == ConsentBasis.REPLY
    assert chosen(found["language"]) == lead.AUTOMATIC


def test_what_was_typed_before_stands_in_the_form() -> None:
    """A slip in one field costs no retyping of the others."""
    known = {"name": "Jane & Co", "language": "fr", "basis": "not a basis", "notes": ""}
    found = inputs(lead.modal(known, {"phone": "One digit short"}))

    assert found["name"]["element"]["initial_value"] == "Jane & Co"
    assert chosen(found["language"]) == "fr"
    assert chosen(found["basis"]) == ConsentBasis.REPLY
    assert "initial_value" not in found["notes"]["element"]


def test_what_was_wrong_is_said_on_top_by_the_fields_label() -> None:
    """Opened from a line that could not be read."""
    first = lead.modal(None, {"phone": "One digit short"})["blocks"][0]

    assert "".join(piece["text"] for piece in first["elements"][0]["elements"]) == "! Phone: One digit short"


def test_the_deal_form_reads_its_own_numbers_back() -> None:
    """What stands in the form is taken unchanged by the parser behind it."""
    view = deal.modal(samples.a_lead(), samples.a_deal(arv_cents=50_000_050))
    found = inputs(view)

    assert view["private_metadata"] == "12"
    shown = found["arv"]["element"]["initial_value"]
    read = money.parse_cents(shown, field="ARV", minimum_cents=money.ARV_MIN_CENTS, maximum_cents=money.ARV_MAX_CENTS)
    assert read == 50_000_050
    assert chosen(found["type"]) == PropertyType.DETACHED
    assert {block["label"]["text"] for block in found.values() if block.get("optional")} == {
        "They ask", "Bedrooms", "Bathrooms",
    }  # fmt: skip


def test_every_kind_of_property_can_be_chosen() -> None:
    """The menu and the parser know the same words."""
    options = inputs(deal.modal(samples.a_lead(), None))["type"]["element"]["options"]

    assert {option["value"] for option in options} == set(PropertyType)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_every_verb_of_a_command(name: str) -> None:
    """No secret words."""
    text = help.root(name).text

    assert text.startswith(f"/{name} · ")
    for verb in set(COMMANDS[name].verb_names) - {"help"}:
        assert verb in text


@pytest.mark.parametrize("name", COMMANDS)
def test_what_slack_shows_while_typing_fits(name: str) -> None:
    """Slack's manifest: description up to 2,000 characters, hint up to 1,000; a line is what people read."""
    command = COMMANDS[name]

    assert len(command.summary) <= 80
    assert len(command.usage) <= 120


def test_a_buyers_box_is_one_line() -> None:
    """Where, what, for how much, with how many rooms; the number masked."""
    text = buyer.added(samples.a_buyer()).text

    assert "Added B-4 Sam Roy · +1 416-•••-0123" in text
    assert "ON · Hamilton, Toronto · detached house, semi-detached · $200,000–$600,000 · 3 beds or more" in text


def test_a_box_without_limits_says_so() -> None:
    """Empty means any, and is not left blank."""
    wide = samples.a_buyer(
        provinces=frozenset(), markets=frozenset({"ALL"}), property_types=frozenset(), min_beds=0, active=False
    )

    assert "any province · any type · $200,000–$600,000 · not active" in buyer.listing([wide]).text
