"""What a text that came in means."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import keywords
from domain.keywords import InboundKind


@pytest.mark.parametrize(
    "text",
    [
        *("STOP", "stop", "stop.", " Stop! ", "STOP\r\n", "«stop»", "S.T.O.P.", "stop stop", "STOPALL", "Stop all"),
        *("ARRET", "ARRÊT", "arrêt", "Arrêter", "ARRE\u0302T", "arrêtez!", "DÉSABONNER", "desabonnement"),
        *("UNSUBSCRIBE", "unsub", "End", "QUIT", "cancel", "REVOKE", "OPTOUT", "opt-out", "Opt out", "remove", "TD"),
        *("\u200bSTOP\u200d", "\u202eSTOP", "\uff33\uff34\uff2f\uff30", "st\u00adop", "STOP\x00"),
    ],
)
def test_a_stop_word_alone_stops(text: str) -> None:
    """In both languages, whatever the case, accents, punctuation or hidden characters."""
    assert keywords.classify(text) is InboundKind.STOP


@pytest.mark.parametrize(
    "text",
    [
        *("Stop please", "please stop", "stop texting me", "Yes stop", "STOP!! I said", "I want to unsubscribe"),
        *(
            "take me off your list",
            "Take me off.",
            "not interested remove me",
            "don't text me",
            "dont contact me again",
        ),
        *("leave me alone", "wrong number", "lose my number", "no more texts", "please cancel", "opt me out, optout"),
        *("arrêtez de m'écrire", "Arrêtez svp", "ne m'écrivez plus", "ne m'appelez plus jamais", "retirez-moi"),
        *("je veux me désabonner", "laissez-moi tranquille", "pas intéressé, arrêtez", "mauvais numéro"),
        *("stpo", "sotp", "unsuscribe", "stopp", "🛑", "🚫🚫", "ok ✋", "Auto-reply: text STOP to opt out"),
        *("I'm at the end, stop", "a" * 3000 + " stop"),
    ],
)
def test_a_stop_word_among_others_asks_a_person(text: str) -> None:
    """Neither silence nor a guess."""
    assert keywords.classify(text) is InboundKind.SMELLS_OF_STOP


@pytest.mark.parametrize(
    "text",
    [
        *("You can stop by on Sunday", "at the end of the month", "the bus stop is close", "I stopped by the house"),
        *(
            "My mortgage is with TD",
            "TD Bank holds it",
            "c'est à la fin du mois",
            "quite a nice house",
            "weekend is fine",
        ),
        *("I want 450k", "call me tomorrow", "oui mais pas aujourd'hui", "ok", "👍", "", "   ", "12 King St"),
        *("Yes, how much?", "what is this", "no problem", "je vais y penser"),
    ],
)
def test_everyday_words_are_just_words(text: str) -> None:
    """A seller who invites us is not held up by a careless match."""
    assert keywords.classify(text) is InboundKind.TEXT


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("START", InboundKind.START),
        ("unstop", InboundKind.START),
        ("Reprendre", InboundKind.START),
        ("résumé", InboundKind.TEXT),
        ("HELP", InboundKind.HELP),
        ("Aide!", InboundKind.HELP),
        ("info?", InboundKind.HELP),
        ("YES", InboundKind.YES),
        ("Yes please", InboundKind.YES),
        ("Oui.", InboundKind.YES),
        ("oui s'il vous plaît", InboundKind.YES),
        ("No", InboundKind.NO),
        ("non merci", InboundKind.NO),
        ("Not interested.", InboundKind.NO),
        ("Pas intéressée", InboundKind.NO),
        ("I'm driving with Do Not Disturb on", InboundKind.AUTO_REPLY),
        ("Automatic reply: back Monday", InboundKind.AUTO_REPLY),
        ("I am out of the office", InboundKind.AUTO_REPLY),
        ("Réponse automatique : absent du bureau", InboundKind.AUTO_REPLY),
    ],
)
def test_other_keywords_count_as_whole_messages(text: str, kind: InboundKind) -> None:
    """Each has one meaning; a machine's answer is never a person's."""
    assert keywords.classify(text) is kind


@given(st.text(max_size=200))
def test_any_text_gets_a_kind(text: str) -> None:
    """Nothing a phone can send raises."""
    assert keywords.classify(text) in InboundKind


@given(
    st.sampled_from(sorted(keywords.STOP_WORDS)), st.sampled_from(["", " ", "!", ".", "…", "\n", "\u200b", "\u202e"])
)
def test_every_stop_word_survives_case_and_decoration(word: str, decoration: str) -> None:
    """No stop is lost to a full stop or a hidden character."""
    assert keywords.classify(decoration + word.upper() + decoration) is InboundKind.STOP


@given(st.sampled_from(sorted(keywords.STOP_WORDS)))
def test_every_stop_word_inside_a_sentence_is_noticed(word: str) -> None:
    """Any text that contains one goes to a person."""
    assert keywords.classify(f"please {word} now") is InboundKind.SMELLS_OF_STOP


@pytest.mark.parametrize(
    "body", ["STOP", " stop\n", "Unsubscribe", "END", "quit", "STOPALL", "revoke", "OptOut", "cancel"]
)
def test_the_carrier_confirms_its_own_english_words(body: str) -> None:
    """A second confirmation of ours would be refused."""
    assert keywords.carrier_confirms(body)


@pytest.mark.parametrize("body", ["ARRET", "Arrêt", "TD", "remove", "stop please", "opt-out", "", "désabonner"])
def test_the_carrier_does_not_confirm_other_words(body: str) -> None:
    """French stops are confirmed by us."""
    assert not keywords.carrier_confirms(body)


@given(st.text(max_size=300), st.integers(1, 60))
def test_cleaned_text_hides_nothing_and_fits(text: str, limit: int) -> None:
    """No controls but line breaks, no surrogates, never longer than asked."""
    cleaned = keywords.clean(text, limit)

    assert len(cleaned) <= limit
    assert not {unicodedata.category(c) for c in cleaned if c != "\n"} & {"Cc", "Cf", "Cs"}
    assert cleaned.encode().decode() == cleaned


def test_a_long_text_is_cut_with_a_mark() -> None:
    """The reader sees that something is missing."""
    assert keywords.clean("x" * 10_000) == "x" * 1599 + "…"


def test_line_breaks_survive_cleaning() -> None:
    """Tabs and Windows line ends become plain ones."""
    assert keywords.clean("a\r\nb\tc\x00\u202ed\ud800") == "a\nb cd"
