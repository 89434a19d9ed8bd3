"""What a text that came in means: stop, start, help, yes, no, a smell of stop, an auto-reply, or just words.

A keyword counts only when it is the whole message; a stop word inside other words asks a person instead of guessing.
What follows from the verdict is decided in the flow that took the reply.
"""

import re
import unicodedata
from difflib import get_close_matches
from enum import StrEnum

MAX_CHARACTERS = 1600
"""Longest text kept, as long as the provider carries.

Source: https://www.twilio.com/docs/api/errors/21617
"""


class InboundKind(StrEnum):
    """What a text that came in is."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    YES = "yes"
    NO = "no"
    SMELLS_OF_STOP = "smells_of_stop"
    """Free text that may ask us to stop: everything to this person is held until somebody has read it."""
    AUTO_REPLY = "auto_reply"
    """Written by a machine: neither an answer nor a consent."""
    TEXT = "text"


CARRIER_STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
"""Words the provider itself answers and blocks on; English only, ARRET is not one.

Source: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

STOP_WORDS = frozenset(
    {word.lower() for word in CARRIER_STOP_WORDS}
    | {"unsub", "opt out", "stop all", "remove", "td"}
    | {"arret", "arreter", "arretez", "arrete", "desabonner", "desabonnement", "desabonne", "desabonnez"}
    | {"desinscrire", "desinscription", "annuler", "fin"}
)
"""Whole messages that stop us at once, folded.

Sources: the provider's list above; CWTA short-code rule in force 2022-11-22 (STOP, ARRET and synonyms),
https://help.twilio.com/articles/223181928; the list another carrier API requires in Canada (REMOVE, TD),
https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html
"""

START_WORDS = frozenset({"start", "unstop", "subscribe", "reprendre", "recommencer", "debuter", "reabonner"})
"""Whole messages that lift the person's own stop. They re-open the line, they are no consent."""

HELP_WORDS = frozenset({"help", "info", "aide", "information"})
"""Whole messages that must be answered with who we are (same CWTA rule)."""

YES_WORDS = frozenset(
    {"yes", "y", "yes please", "yeah", "yep", "yup", "oui", "oui svp", "oui merci", "oui s il vous plait", "yes thanks"}
)
"""Whole messages that give express consent. Kept narrow: "ok" and a thumb up are for a person to read."""

NO_WORDS = frozenset(
    {"no", "n", "nope", "nah", "no thanks", "no thank you", "non", "non merci", "not interested", "pas interesse"}
    | {"no not interested", "pas interessee", "non pas interesse", "non pas interessee"}
)
"""Whole messages that decline. They give no consent and ask nobody to do anything."""

_SMELL = re.compile(
    r"\b(?:"
    + "|".join(sorted((word.replace(" ", r"\s") for word in STOP_WORDS), key=len, reverse=True))
    + r"|stopp\w*|unsubscrib\w*|unsuscrib\w*|opt(?:ed|ing)?\s?out|desabonn\w*|desinscri\w*|arret\w*|cess(?:ez|er)"
    r"|take\sme\soff|off\syour\slist|do\snot\s(?:text|call|contact|message|write)"
    r"|don\s?t\s(?:text|call|contact|message|write|ever)|dont\s(?:text|call|contact|message|write|ever)"
    r"|never\s(?:text|call|contact|message|write)|no\smore\s(?:text|texts|calls|messages)"
    r"|leave\sme\salone|lose\smy\snumber|delete\smy\snumber|wrong\s(?:number|person)|not\sinterested|harass\w*|spam"
    r"|report\syou|scam\w*|fuck\soff|go\saway|enlevez|enleve|retirez|retirer"
    r"|(?:ne|n)\s.{0,20}?(?:ecri\w+|appel\w+|text\w+|contact\w+)\splus|plus\sde\s(?:textos|messages|appels)"
    r"|laissez\smoi|pas\sinteresse\w*|mauvais\snumero|harcel\w*|fichez"
    r")\b"
)
"""Words and phrases that may ask us to stop, in folded text."""

_HARMLESS = re.compile(
    r"\b(?:stop(?:s|ped|ping)?\s(?:by|in|over|signs?)|(?:bus|full|non|one)\sstop|(?:the|year|month|week|dead|front|high|low)\send|end\sof"
    r"|at\sthe\send|td\sbank|banque\std|(?:at|with|from|a\sla|avec)\std|quit\s?claim|la\sfin|fin\sde|fin\sdu"
    r"|arret\sd\s?autobus)\b"
)
"""Everyday phrases around a stop word: taken out before the smell test, so "stop by on Sunday" stays a plain text."""

_AUTO_REPLY = re.compile(
    r"\b(?:auto\s?(?:matic|mated)?\s?(?:reply|response|message)|automated\s(?:text|message)|out\sof\s(?:the\s)?office"
    r"|i\s?m\s(?:currently\s)?driving|do\snot\sdisturb\swhile\sdriving|away\sfrom\smy\s(?:phone|desk)"
    r"|reponse\sautomatique|message\sautomatique|absente?\sdu\sbureau|je\sconduis|au\svolant)\b"
)
"""Marks of a machine's answer, in folded text."""

_STOP_SIGNS = frozenset("\U0001f6d1\U0001f6ab\u270b\U0001f590\u26d4")
"""Emoji people use for stop: 🛑 🚫 ✋ 🖐 ⛔."""

_LONG_STOP_WORDS = ("stop", "stopall", "unsubscribe", "cancel", "optout", "arret", "arreter", "desabonner")
_TYPO_CUTOFF = 0.74
"""Likeness (difflib ratio) from which one lone word counts as a mistyped stop word: "stpo" is 0.75."""


def classify(text: str) -> InboundKind:
    """Return what a text means. Stop always wins, a smell of stop comes before everything that would answer.

    Args:
        text: the body as it arrived; anything at all.
    """
    folded = fold(text)
    words = folded.split()
    if _is_stop(folded, words):
        return InboundKind.STOP
    for kind, whole in (
        (InboundKind.START, START_WORDS),
        (InboundKind.HELP, HELP_WORDS),
        (InboundKind.YES, YES_WORDS),
        (InboundKind.NO, NO_WORDS),
    ):
        if folded in whole:
            return kind
    if _smells(text, folded, words):
        return InboundKind.SMELLS_OF_STOP
    if _AUTO_REPLY.search(folded):
        return InboundKind.AUTO_REPLY
    return InboundKind.TEXT


def carrier_confirms(body: str) -> bool:
    """Tell whether the provider itself answers this text with an opt-out confirmation.

    Then ours would be a second one, and would be refused with error 21610. Only single words trigger the provider,
    and whether it looks past a final full stop is not documented, so only spaces around the word are ignored.

    Args:
        body: the text as it arrived.
    """
    return body.strip().upper() in CARRIER_STOP_WORDS


_FOLD_CHARACTERS = 20_000
"""Longest text looked through: ten times what a phone can send, so that no stop word hides behind a cut."""


def clean(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return foreign text without what could hide or break something, cut to a length.

    Strips NUL, C0 and C1 controls, bidirectional and zero-width controls and unpaired surrogates; keeps line breaks.

    Args:
        text: anything at all.
        limit: most characters kept, at least 1; a longer text ends with "…".
    """
    normal = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(_kept(character) for character in normal).strip()
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def fold(text: str) -> str:
    """Return text in lower case without accents, punctuation, controls or doubled spaces.

    Letters set apart, as in "S.T.O.P.", are joined again.
    """
    plain = unicodedata.normalize("NFKD", clean(text, _FOLD_CHARACTERS))
    letters = "".join(" " if not (c.isalnum() or unicodedata.combining(c)) else c for c in plain.casefold())
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    words = bare.split()
    return "".join(words) if len(words) > 1 and all(len(word) == 1 for word in words) else " ".join(words)


def _kept(character: str) -> str:
    if character == "\n":
        return character
    if character == "\t":
        return " "
    # Cc: C0 and C1; Cf: bidi, zero-width, soft hyphen; Cs: unpaired surrogates, which no database can store.
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character


def _is_stop(folded: str, words: list[str]) -> bool:
    """Tell whether the text is a stop word, or stop words and nothing else ("stop stop")."""
    return folded in STOP_WORDS or (bool(words) and all(word in STOP_WORDS for word in words))


def _smells(text: str, folded: str, words: list[str]) -> bool:
    if not _STOP_SIGNS.isdisjoint(text) or _SMELL.search(_HARMLESS.sub(" ", folded)):
        return True
    return len(words) == 1 and bool(get_close_matches(words[0], _LONG_STOP_WORDS, n=1, cutoff=_TYPO_CUTOFF))
