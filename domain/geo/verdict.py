"""The verdict on a text: what its postal code, provinces, towns and numbers say together.

Strongest first: postal code and province in words, which must agree; a town's name; a nickname; an area code, which
counts only when there is nothing else, since it shows where a number was issued. Signals that disagree are shown and
never settled by a guess.
"""

from functools import reduce
from typing import Final

from domain.geo import foreign, mentions, towns, wording
from domain.geo.place import ALL_MARKETS, Evidence, EvidenceKind, Place
from domain.geo.signals import Signals, gather, meant_aliases
from domain.geo.tables import NO_MARKET, UNDECIDED, AliasRow, market_names
from domain.geo.towns import KNOWN_PEOPLE, Town
from domain.geo.zones import PROVINCE_ZONES
from domain.provinces import Province

_UNKNOWN: Final = Place(None, ALL_MARKETS, frozenset(), (), ())


def locate(text: str, *, phone: str | None = None) -> Place:
    """Return where a text says something is, and what in it decided.

    Args:
        text: free text, such as ``12 King St, Hamilton ON — Jane Doe``; English or French.
        phone: the contact's number; like an area code in the text it is the weakest evidence.

    Returns:
        The verdict; province None when the text names none, several, or a place abroad.
    """
    signals = gather(text, phone)
    abroad = foreign.find(signals.reading, signals.hits, signals.mentions, postal=bool(signals.codes))
    if abroad is not None:
        return _abroad(signals, abroad)
    if signals.codes or signals.mentions:
        return _by_province(signals)
    return _by_town(signals)


def _unsettled(conflict: str, evidence: tuple[Evidence, ...]) -> Place:
    """Return the verdict that a person must be asked."""
    return Place(None, ALL_MARKETS, frozenset(), evidence, (conflict,))


def _abroad(signals: Signals, found: foreign.Abroad) -> Place:
    """Return the verdict on a text that names a place abroad; a Canadian province beside it is a contradiction."""
    evidence = Evidence(EvidenceKind.FOREIGN, found.text, f"{found.text}: {found.country}")
    strong = wording.strong_evidence(signals)
    if not strong:
        return Place(None, ALL_MARKETS, frozenset(), (evidence,), ())
    return _unsettled(f"{strong[0].says}, but the text also names {found.country}.", (*strong, evidence))


def _by_province(signals: Signals) -> Place:
    """Return the verdict on a text with a postal code or a province in it."""
    evidence = wording.strong_evidence(signals)
    if (conflict := wording.contradiction(signals)) is not None:
        return _unsettled(conflict, evidence)
    provinces = _candidates(signals)
    if len(provinces) != 1:
        return _by_shared_code(signals, provinces, evidence)
    province = next(iter(provinces))
    town = towns.in_province(signals.reading, signals.hits, signals.mentions, province)
    confirmed = bool(signals.code_provinces) and bool(signals.text_provinces)
    if not confirmed and (stranger := _stranger(signals, province, town)) is not None:
        return _unsettled(f"{evidence[0].says}, but {stranger}.", evidence)
    return _settled(signals, province, town, evidence)


def _candidates(signals: Signals) -> frozenset[Province]:
    """Return the provinces that postal codes and words leave possible."""
    sets = [each for each in (signals.code_provinces, signals.text_provinces) if each]
    return reduce(frozenset.intersection, sets) if sets else frozenset()


def _by_shared_code(signals: Signals, provinces: frozenset[Province], evidence: tuple[Evidence, ...]) -> Place:
    """Return the verdict on a postal code that several provinces share: a town settles it, nothing else does."""
    for town in towns.by_name(signals.reading, signals.hits):
        inside = {row.province for row in town.rows} & provinces
        if len(inside) == 1:
            province = inside.pop()
            inner = towns.in_province(signals.reading, signals.hits, signals.mentions, province)
            return _settled(signals, province, inner, evidence)
    if not provinces:
        return Place(None, ALL_MARKETS, frozenset(), evidence, ())
    return _unsettled(f"{evidence[0].text} serves {wording.listed(provinces)}: add the province.", evidence)


def _stranger(signals: Signals, province: Province, found: Town | None) -> str | None:
    """Return a clause about a large town that lies in another province, or None.

    Args:
        found: the town of the province; a name inside its words is no stranger.
    """
    for town in towns.by_name(signals.reading, signals.hits):
        row = max(town.rows, key=lambda each: each.people)
        known = town.certain and row.people >= KNOWN_PEOPLE and province not in town.provinces
        if known and (found is None or town.typed not in found.typed):
            return f"{row.name} is in {row.province}"
    for alias, typed in meant_aliases(signals):
        if alias.province not in {None, province}:
            return f"{typed} is in {alias.province}"
    return None


def _settled(signals: Signals, province: Province, town: Town | None, evidence: tuple[Evidence, ...]) -> Place:
    """Return the verdict once the province is certain: market and zones from the closest evidence."""
    alias = next((pair for pair in meant_aliases(signals) if pair[0].province is province), None)
    if town is not None:
        evidence = (*evidence, wording.of_town(town))
    elif alias is not None:
        evidence = (*evidence, wording.of_alias(*alias))
    market = _market(signals, town, alias[0] if alias else None)
    return Place(province, market, _zones(signals, town, alias[0] if alias else None, province), evidence, ())


def _market(signals: Signals, town: Town | None, alias: AliasRow | None) -> str:
    """Return the market by postal code, else by town, else by nickname."""
    cells = [code.row.market for code in signals.codes]
    cells += [row.market for row in (town.rows if town else ())]
    cells += [alias.market] if alias else []
    decided = next((cell for cell in cells if cell != UNDECIDED), NO_MARKET)
    return market_names().get(decided, ALL_MARKETS)


def _zones(signals: Signals, town: Town | None, alias: AliasRow | None, province: Province) -> frozenset[str]:
    """Return the possible zones: those of the postal code, narrowed by the town where the two agree."""
    known = PROVINCE_ZONES[province]
    by_code = reduce(frozenset.union, (code.row.zones for code in signals.codes), frozenset[str]()) & known
    if town is None:
        by_words = alias.zones if alias else known
        return by_code or (by_words & known) or known
    by_town = reduce(frozenset.union, (row.zones for row in town.rows), frozenset[str]()) & known
    if not by_code:
        return by_town or known
    return (by_code & by_town if town.clear else by_code) or by_code | by_town


def _by_town(signals: Signals) -> Place:
    """Return the verdict on a text without postal code and province."""
    named = towns.by_name(signals.reading, signals.hits)
    aliases = meant_aliases(signals)
    settled = [town for town in named if town.certain]
    provinces = {town.rows[0].province for town in settled}
    provinces |= {alias.province for alias, _ in aliases if alias.province}
    evidence = tuple(map(wording.of_town, settled)) + tuple(wording.of_alias(*pair) for pair in aliases)
    if not any(town.clear for town in named) and (place := _corrected(signals)) is not None:
        return place
    if len(provinces) > 1:
        return _unsettled(wording.several(settled, aliases), evidence)
    if provinces:
        return _single(signals, provinces.pop(), settled, evidence)
    if (guess := mentions.guess(signals.reading)) is not None:
        return _by_province(signals.with_mention(guess))
    if named:
        return _unsettled(wording.ambiguous(named[0]), evidence)
    return _nameless_region(aliases[0][0], evidence) if aliases else _by_number(signals)


def _corrected(signals: Signals) -> Place | None:
    """Return the verdict on a town that is all its statement says, or else on a province, spelled with one error.

    The longer reading wins: ``Fort Saskatchhewan`` is a city, though its last word is nearly a province.
    """
    town = None if meant_aliases(signals) else towns.corrected(signals.reading)
    guess = mentions.guess(signals.reading)
    if guess is not None and (town is None or len(town.typed) <= len(signals.reading.quote(guess.span))):
        return _by_province(signals.with_mention(guess))
    return _of_town(town, (wording.of_town(town),)) if town is not None else None


def _single(signals: Signals, province: Province, settled: list[Town], evidence: tuple[Evidence, ...]) -> Place:
    """Return the verdict on names that all lie in one province; a shared name that does not lie there contradicts."""
    for town in towns.by_name(signals.reading, signals.hits):
        if town.clear and province not in {row.province for row in town.rows}:
            return _unsettled(f"{evidence[0].says}, but {wording.ambiguous(town)}", evidence)
    if settled:
        clearest = [town.rows[0] for town in settled if town.clear is any(each.clear for each in settled)]
        row = towns.merged(clearest)
        return Place(province, market_names().get(row.market, ALL_MARKETS), row.zones, evidence, ())
    alias = next(alias for alias, _ in meant_aliases(signals) if alias.province)
    return Place(province, market_names().get(alias.market, ALL_MARKETS), alias.zones, evidence, ())


def _of_town(town: Town, evidence: tuple[Evidence, ...]) -> Place:
    """Return the verdict on one town."""
    row = town.rows[0]
    return Place(row.province, market_names().get(row.market, ALL_MARKETS), row.zones, evidence, ())


def _nameless_region(alias: AliasRow, evidence: tuple[Evidence, ...]) -> Place:
    """Return the verdict on a region that spans provinces; the market may still be known."""
    return Place(None, market_names().get(alias.market, ALL_MARKETS), frozenset(), evidence, ())


def _by_number(signals: Signals) -> Place:
    """Return the verdict when only phone numbers speak."""
    rows = [(number, number.row) for number in signals.numbers if number.row is not None]
    if not rows:
        return _UNKNOWN
    evidence = tuple(wording.of_number(number, row) for number, row in rows)
    common = reduce(frozenset.intersection, (frozenset(row.provinces) for _, row in rows))
    if not common:
        return _unsettled("The phone numbers were issued in different provinces.", evidence)
    if len(common) > 1:
        return Place(None, ALL_MARKETS, frozenset(), evidence, ())
    province = next(iter(common))
    zones = reduce(frozenset.union, (row.zones for _, row in rows)) & PROVINCE_ZONES[province]
    markets = {row.market for _, row in rows}
    market = market_names().get(markets.pop(), ALL_MARKETS) if len(markets) == 1 else ALL_MARKETS
    return Place(province, market, zones, evidence, ())
