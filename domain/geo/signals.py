"""Everything a text says about its place, gathered once and not yet weighed."""

from dataclasses import dataclass, replace

from domain.geo import codes, frames, hits, mentions, text
from domain.geo.codes import Code, Number
from domain.geo.hits import Hit
from domain.geo.mentions import Mention
from domain.geo.place import EvidenceKind
from domain.geo.reading import Reading
from domain.geo.tables import AliasRow
from domain.provinces import Province


@dataclass(frozen=True, slots=True)
class Signals:
    """The statements of one text.

    Attributes:
        codes: postal codes and FSAs.
        numbers: area codes of phone numbers, the contact's last.
        hits: names.
        mentions: provinces in words.
    """

    reading: Reading
    codes: list[Code]
    numbers: list[Number]
    hits: list[Hit]
    mentions: list[Mention]

    @property
    def code_provinces(self) -> frozenset[Province]:
        """Return the provinces every postal code leaves possible; empty without one or when they differ."""
        sets = [frozenset(code.row.provinces) for code in self.codes if code.row.provinces]
        return frozenset.intersection(*sets) if sets else frozenset()

    @property
    def text_provinces(self) -> frozenset[Province]:
        """Return the provinces the words name."""
        return frozenset(mention.province for mention in self.mentions)

    def with_mention(self, mention: Mention) -> "Signals":
        """Return the signals with one province added; names inside its words are no towns."""
        apart = [hit for hit in self.hits if hit.span.end <= mention.span.start or hit.span.start >= mention.span.end]
        return replace(self, mentions=[*self.mentions, mention], hits=apart)


def gather(typed: str, phone: str | None) -> Signals:
    """Read a text once.

    Args:
        typed: free text.
        phone: the contact's number, or None.
    """
    tidied = text.tidy(typed)
    folded, numbers = codes.cut_numbers(text.plain(tidied))
    folded, found = codes.cut_postal_codes(tidied, folded)
    reading = Reading(tidied, folded)
    found.extend(codes.bare_fsas(reading))
    number = codes.of_phone(phone) if phone else None
    if number is not None:
        numbers.append(number)
    names = hits.find(reading)
    return Signals(reading, found, numbers, names, mentions.find(reading, names))


def meant_aliases(signals: Signals) -> list[tuple[AliasRow, str]]:
    """Return the nicknames, regions and airport codes that are meant as such, with the words as typed."""
    return [
        (hit.alias, signals.reading.quote(hit.span))
        for hit in signals.hits
        if hit.alias is not None and _is_meant(signals.reading, hit)
    ]


def _is_meant(reading: Reading, hit: Hit) -> bool:
    """Tell whether a nickname is no accident of letters: one word must be in capitals, stand alone or follow ``in``."""
    first = reading.words[hit.span.start]
    if hit.span.end - hit.span.start > 1 or first.dotted or (hit.alias and hit.alias.kind == EvidenceKind.REGION):
        return True
    in_capitals = reading.cased and first.raw.isupper() and len(first.raw) > 1
    return in_capitals or frames.stands_alone(reading, hit.span) or frames.is_introduced(reading, hit.span)
