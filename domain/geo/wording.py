"""The sentences of a verdict: what each piece of evidence says, and why two of them disagree."""

from collections.abc import Iterable

from domain.geo.codes import Code, Number
from domain.geo.place import Evidence, EvidenceKind
from domain.geo.signals import Signals
from domain.geo.tables import AliasRow, CodeRow, market_names
from domain.geo.towns import Town
from domain.provinces import Province


def listed(provinces: Iterable[Province | None]) -> str:
    """Return provinces as ``NB, NL and ON``."""
    names = sorted({province.value for province in provinces if province})
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def strong_evidence(signals: Signals) -> tuple[Evidence, ...]:
    """Return the evidence of postal codes and province names, in the order they weigh."""
    by_code = tuple(map(_of_code, signals.codes))
    by_word = tuple(
        Evidence(EvidenceKind.PROVINCE, typed, f"Text says {mention.province}")
        for mention in signals.mentions
        for typed in [signals.reading.quote(mention.span)]
    )
    return by_code + by_word


def _of_code(code: Code) -> Evidence:
    """Return the evidence of a postal code."""
    kind = EvidenceKind.POSTAL if code.full else EvidenceKind.FSA
    if not code.row.provinces:
        return Evidence(kind, code.text, f"{code.fsa} is in no known province")
    return Evidence(kind, code.text, f"Postal code says {listed(code.row.provinces)}{_market(code.row.market)}")


def _market(cell: str) -> str:
    """Return a market to append to a province."""
    name = market_names().get(cell)
    return f" ({name})" if name else ""


def of_town(town: Town) -> Evidence:
    """Return the evidence of a town."""
    row = town.rows[0]
    correction = f"{town.typed} read as " if town.corrected else ""
    return Evidence(EvidenceKind.CITY, town.typed, f"{correction}{row.name}, {row.province}{_market(row.market)}")


def of_alias(alias: AliasRow, typed: str) -> Evidence:
    """Return the evidence of a nickname, region or airport code."""
    where = alias.province.value if alias.province else "more than one province"
    return Evidence(EvidenceKind(alias.kind), typed, f"{typed}: {where}{_market(alias.market)}")


def of_number(number: Number, row: CodeRow) -> Evidence:
    """Return the evidence of an area code."""
    where = " or ".join(row.provinces)
    return Evidence(EvidenceKind.AREA_CODE, number.area_code, f"Area code {number.area_code} was issued in {where}")


def contradiction(signals: Signals) -> str | None:
    """Return the sentence when postal codes and words name different provinces, or None."""
    coded = {province for code in signals.codes for province in code.row.provinces}
    if coded and not signals.code_provinces:
        return f"The postal codes are in {listed(coded)}."
    if len(signals.text_provinces) > 1:
        return f"Text names {listed(signals.text_provinces)}."
    if coded and signals.text_provinces and not signals.code_provinces & signals.text_provinces:
        return f"Postal code says {listed(signals.code_provinces)}, text says {listed(signals.text_provinces)}."
    return None


def several(towns: list[Town], aliases: list[tuple[AliasRow, str]]) -> str:
    """Return the sentence about names that lie in different provinces."""
    named = [f"{town.typed} is in {town.rows[0].province}" for town in towns]
    named += [f"{typed} is in {alias.province}" for alias, typed in aliases if alias.province]
    return f"{', '.join(named)}."


def ambiguous(town: Town) -> str:
    """Return the sentence about a name that several provinces share, or one province and the rest of the world."""
    if len(town.provinces) == 1:
        return f"{town.typed} may be in {listed(town.provinces)} or elsewhere: add the province."
    return f"{town.typed} is in {listed(town.provinces)}: add the province."
