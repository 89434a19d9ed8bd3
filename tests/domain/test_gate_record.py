"""A receipt holds what the gate read, and the same decision can be made of it again."""

import json
from datetime import timedelta

from hypothesis import given, settings

from domain import gate, gate_record
from domain.gate import Facts
from domain.gate_facts import first_missing
from domain.model import ConsentBasis
from domain.verdicts import Allow, Reason, Refuse
from tests.domain.gate_builders import NOON, consent, facts, policy, suppression
from tests.domain.test_gate_properties import facts_of_any_kind


@settings(max_examples=150)
@given(asked=facts_of_any_kind)
def test_a_receipt_read_back_gives_the_same_verdict(asked: Facts) -> None:
    """Through JSON, whatever the facts; only the words of the ground lose the proof, which is personal."""
    stored = json.loads(json.dumps(gate_record.kept(asked)))

    again = gate_record.facts_of(asked.at, stored, asked.policy)
    assert again is not None
    first, second = gate.decide(asked), gate.decide(again)
    if isinstance(first, Allow) and isinstance(second, Allow):
        assert (second.valid_until, second.notes, second.consent_id) == (
            first.valid_until,
            first.notes,
            first.consent_id,
        )
    else:
        assert second == first
    assert first_missing(again) == first_missing(asked)


def test_a_receipt_remembers_that_a_ground_was_a_text_of_theirs() -> None:
    """Such a ground covers an answer by hand and no step of a ladder; tried again, it still does."""
    asked = facts(consents=(consent(ConsentBasis.REPLY, reply_id=3),))
    again = gate_record.facts_of(NOON, json.loads(json.dumps(gate_record.kept(asked))), policy())

    assert again is not None
    assert gate.decide(again) == gate.decide(asked) == Refuse(Reason.CONSENT_DOES_NOT_FIT, "casl.consent")


def test_a_receipt_names_the_policy_and_its_scope() -> None:
    """Which version of whose rules let it out."""
    stored = gate_record.kept(facts(policy=policy(version=3, scope="ON/Toronto")))

    assert (stored["policy_version"], stored["policy_scope"]) == (3, "ON/Toronto")


def test_a_receipt_holds_nothing_personal() -> None:
    """The proof of a consent is in somebody's words."""
    asked = facts(consents=(consent(proof="Jane said so on the phone"),), suppressions=(suppression(),))

    assert "Jane" not in json.dumps(gate_record.kept(asked))


def test_a_receipt_of_an_earlier_version_is_no_fact() -> None:
    """It kept too little; nothing is made up for it."""
    stored = json.loads(json.dumps(gate_record.kept(facts())))
    for name in ("oldest_today_at", "local_times", "consents"):
        less = {key: value for key, value in stored.items() if key != name}
        assert gate_record.facts_of(NOON, less, policy()) is None
    assert gate_record.facts_of(NOON, stored | {"suppressions": ["stop"]}, policy()) is None
    assert gate_record.facts_of(NOON + timedelta(hours=1), stored, policy()) is not None
