"""Every answer of the gate can be said to people, in both languages, with the next lawful minute on their clock."""

import string
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import gate, reason_texts, reasons
from domain.gate import Facts, Hold, Reason, Refuse
from domain.model import Channel, ConsentBasis, Language, Purpose, SuppressionReason
from domain.provinces import Province
from domain.verdicts import Allow, Note
from tests.domain.gate_builders import NOON, consent, facts, policy, suppression

NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
"""Tuesday, 23:00 in Toronto."""
VANCOUVER = {"province": Province.BC, "zones": frozenset({"America/Vancouver"})}
NOWHERE: dict[str, object] = {"province": None, "zones": frozenset()}
KOOTENAY = {"province": Province.BC, "zones": frozenset({"America/Vancouver", "America/Edmonton"})}


def said(asked: Facts, language: Language = Language.EN) -> str:
    """Ask the gate and say its answer."""
    return reasons.sentence(gate.decide(asked), asked, language)


@pytest.mark.parametrize(
    ("asked", "english", "french"),
    [
        (
            facts(at=NIGHT),
            "Ontario texts open 09:00 tomorrow, UTC−5 (Toronto): company hours, the same as for calls",
            (
                "Ontario\u00a0: textos, ouverture demain à 9\u00a0h, UTC−5 (Toronto)"
                " (heures de l’entreprise, les mêmes que pour les appels)"
            ),
        ),
        (
            facts(at=NIGHT, channel=Channel.CALL),
            "Ontario calls open 09:00 tomorrow, UTC−5 (Toronto): call hours of the CRTC",
            "Ontario\u00a0: appels, ouverture demain à 9\u00a0h, UTC−5 (Toronto) (heures d’appel du CRTC)",
        ),
        (
            facts(at=datetime(2026, 11, 25, 13, 59, 30, tzinfo=UTC)),
            "Ontario texts open 09:00 today, UTC−5 (Toronto): company hours, the same as for calls",
            (
                "Ontario\u00a0: textos, ouverture aujourd’hui à 9\u00a0h, UTC−5 (Toronto)"
                " (heures de l’entreprise, les mêmes que pour les appels)"
            ),
        ),
        (
            facts(at=datetime(2026, 11, 24, 4, 0, tzinfo=UTC), **KOOTENAY),
            (
                "British Columbia texts open 09:00 tomorrow, UTC−7 (Vancouver) / 10:00 tomorrow, UTC−6 (Edmonton):"
                " company hours, the same as for calls"
            ),
            (
                "Colombie-Britannique\u00a0: textos, ouverture demain à 9\u00a0h, UTC−7 (Vancouver)"
                " / demain à 10\u00a0h, UTC−6 (Edmonton) (heures de l’entreprise, les mêmes que pour les appels)"
            ),
        ),
        (
            facts(at=datetime(2027, 11, 11, 20, 0, tzinfo=UTC), channel=Channel.CALL, **VANCOUVER),
            (
                "British Columbia calls rest on a statutory holiday (Remembrance Day)"
                " and open 09:00 tomorrow, UTC−7 (Vancouver)"
            ),
            (
                "Colombie-Britannique\u00a0: appels au repos un jour férié (Jour du Souvenir),"
                " ouverture demain à 9\u00a0h, UTC−7 (Vancouver)"
            ),
        ),
        (
            facts(province=None),
            "No province, so no legal window: nothing sent",
            "Aucune province, donc aucune plage légale\u00a0: rien n’est envoyé",
        ),
        (
            facts(in_flight=True),
            "Held: another text to this number is still on its way",
            "Retenu\u00a0: un autre texto à ce numéro est encore en route",
        ),
        (
            facts(suppressions=(suppression(SuppressionReason.STOP),)),
            "Not sent: they asked to stop",
            "Non envoyé\u00a0: la personne a demandé l’arrêt",
        ),
        (
            facts(paused=frozenset({"all"})),
            "Held: sending is paused for everybody",
            "Retenu\u00a0: les envois sont suspendus pour tout le monde",
        ),
        (
            facts(paused=frozenset({"province:QC"})),
            "Held: sending is paused for Quebec",
            "Retenu\u00a0: les envois sont suspendus pour Québec",
        ),
        (
            facts(paused=frozenset({"channel:sms"})),
            "Held: sending is paused for texts",
            "Retenu\u00a0: les envois sont suspendus pour textos",
        ),
        (
            facts(in_flight=None),
            "Held: a fact was missing or a rule failed (in_flight), so nothing was sent",
            "Retenu\u00a0: une donnée manquait ou une règle a échoué (in_flight), rien n’est parti",
        ),
        (
            facts(),
            (
                "May leave until 21:30 today, UTC−5 (Toronto). Express consent (oral), no expiry;"
                " no law sets hours for this channel, the company keeps the call hours"
            ),
            (
                "Peut partir jusqu’à aujourd’hui à 21\u00a0h\u00a030, UTC−5 (Toronto)."
                " Consentement exprès (oral), sans échéance;"
                " aucune loi ne fixe d’heures pour ce canal, l’entreprise garde celles des appels"
            ),
        ),
    ],
    ids=[
        "texts",
        "calls",
        "today",
        "two clocks",
        "holiday",
        "no place",
        "in flight",
        "stop",
        "paused",
        "province",
        "channel",
        "error",
        "allowed",
    ],
)
def test_an_answer_is_said_in_english_and_french(asked: Facts, english: str, french: str) -> None:
    """What happens, by which rule, and when it may go on."""
    assert said(asked) == english
    assert said(asked, Language.FR) == french


@pytest.mark.parametrize(
    ("days", "word"),
    [(0, "12:00 today"), (1, "12:00 tomorrow"), (2, "12:00 Thursday"), (6, "12:00 Monday"), (7, "12:00 2026-12-01")],
)
def test_a_day_is_named_as_people_name_it(days: int, word: str) -> None:
    """Today, tomorrow, the weekday within a week, the date beyond."""
    held = Hold(Reason.DAY_CAP, NOON + timedelta(days=days), "team.max_per_day")

    assert f"next look {word}, UTC−5 (Toronto)" in reasons.sentence(held, facts())


def test_a_moment_between_two_minutes_is_said_as_the_later_one() -> None:
    """At 12:05 by the clock on the wall it would still be held."""
    held = Hold(Reason.TEAM_CAP, NOON + timedelta(minutes=5, seconds=1), "team.max_team_per_hour")

    assert "next look 12:06 today" in reasons.sentence(held, facts())


def test_a_next_opening_is_said_on_the_clock_of_that_day() -> None:
    """Held on Saturday 13 March at UTC-5, open on Sunday 10:00 at UTC-4."""
    asked = facts(at=datetime(2027, 3, 14, 3, 0, tzinfo=UTC), consents=(consent(),))

    assert said(asked).startswith("Ontario texts open 10:00 tomorrow, UTC−4 (Toronto)")


def test_no_opening_in_sight_is_said_so() -> None:
    """Nothing is promised."""
    held = Hold(Reason.TEAM_WINDOW, None, "team.hours")

    assert reasons.sentence(held, facts()) == "Ontario texts open at no time within 31 days: this team's own hours"


def test_grounds_that_are_no_consent_are_translated_too() -> None:
    """A live call and the answer to a STOP."""
    call = facts(channel=Channel.CALL, consents=())
    stop = facts(purpose=Purpose.OPT_OUT_CONFIRMATION, suppressions=(suppression(),), last_inbound_at=NOON)

    assert "Live call: no consent needed under CASL" in said(call)
    assert "Appel de vive voix\u00a0: aucun consentement exigé par la LCAP" in said(call, Language.FR)
    assert "Réponse à leur ARRÊT" in said(stop, Language.FR)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_can_be_said_about_every_place(reason: Reason) -> None:
    """Saying an answer never fails, and leaves no blank unfilled."""
    verdicts = (Hold(reason, NOON, "some.rule"), Hold(reason, None, "rule"), Refuse(reason, ""))
    places = [facts(**place) for place in (VANCOUVER, KOOTENAY, NOWHERE)]
    lines = [reasons.sentence(v, asked, language) for v in verdicts for asked in places for language in Language]

    assert all(lines)
    assert not {"{", "}"} & set("".join(lines))


def test_a_holiday_that_is_over_is_not_named() -> None:
    """A stored reason is said again on another day."""
    held = Hold(Reason.LEGAL_HOLIDAY, NOON, "bc.holiday")

    assert reasons.sentence(held, facts(**VANCOUVER)).startswith(
        "British Columbia texts rest on a statutory holiday and open 10:00 today"
    )


@pytest.mark.parametrize("scope", ["market:Toronto", "province:XX", "channel:fax", "all", "", "ladder", "x.y"])
def test_an_unknown_switch_is_named_as_it_is(scope: str) -> None:
    """Saying an answer never fails for a word nobody foresaw."""
    line = reasons.sentence(Hold(Reason.PAUSED, None, f"switch.{scope}"), facts())

    assert line.startswith("Held: sending is paused for ")


@pytest.mark.parametrize("language", Language)
def test_the_tables_are_complete_and_use_known_blanks(language: Language) -> None:
    """A new reason or note without words in one language is found here."""
    known = {None, "place", "channels", "when", "rule", "detail"}

    assert set(reason_texts.REASONS[language]) == set(Reason)
    assert set(reason_texts.NOTES[language]) == set(Note)
    assert set(reason_texts.CHANNELS[language]) == set(Channel)
    assert set(SuppressionReason) <= set(reason_texts.DETAILS[language])
    for text in reason_texts.REASONS[language].values():
        assert {blank for _, blank, _, _ in string.Formatter().parse(text)} <= known


def test_every_note_of_a_receipt_is_said() -> None:
    """All five at once, in order."""
    allowed = Allow(NOON + timedelta(hours=1), "ground", tuple(note.value for note in Note))

    for language in Language:
        line = reasons.sentence(allowed, facts(), language)
        assert all(words in line for words in reason_texts.NOTES[language].values())


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"consents": ()}, "Not sent: no consent on record for texts"),
        (
            {"consents": (consent(ConsentBasis.INQUIRY, used=1),)},
            "Not sent: their inquiry has been answered; anything further needs their YES",
        ),
        (
            {"consents": (consent(ConsentBasis.REPLY, used=1),)},
            "Not sent: the one message this ground allows has been sent; get their YES first",
        ),
        ({"policy": policy(channels=frozenset({Channel.CALL}))}, "Not sent: this team does not use texts"),
        ({"send_before": NOON}, "Not sent: its time had passed"),
    ],
)
def test_a_refusal_says_what_would_help(changes: Mapping[str, object], line: str) -> None:
    """Waiting does not."""
    assert said(replace(facts(), **changes)) == line  # type: ignore[arg-type]
