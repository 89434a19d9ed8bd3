"""Words that look like a place and are none, names several provinces share, and signals that disagree."""

import pytest

from domain.geo import EvidenceKind, Place, locate
from domain.provinces import Province

_ABROAD = """
Ontario, CA
Ontario CA 91761
Vancouver WA
Vancouver WA 98660
Vancouver, Washington 98660
vancouver washington
Toronto, Ohio
Halifax, VA
richmond va
Windsor, CT
Paradise, Nevada
Niagara Falls NY
Niagara Falls, New York
Sault Ste. Marie, MI
Alberta St, Portland OR 97211
7118 9 ave se columbus oh 43271
2917 lakeshore rd, vevay, in 47043
London UK
London, England
SW1A 1AA London
Sydney, Australia
Kingston, Jamaica
Paris, France
Toronto USA
Hamilton, New Zealand
"""
_PROSE = """
on
or
in
me
pe
ab
bc
nb
que
man
call me
turn it on
hold on
ON HOLD
bring it in
gym and pe
NB: call after 5
House is vacant
motivated seller needs to close fast
I hope to sell by spring
in love with the place
low rent
Mobile: see below
legal suite
north end, near the river
corner lot near the park
terrace, pool, garage
renter, needs heating
labrador retriever in yard
10 kw solar
sk8 park next door
R2C zoning
zoned R1A
unit B2A
will send address later
test test
glastonbury ct
asdf
???
TBD
12345
x9z
my friend Regina called
Mrs. Hamilton wants to sell
ask for Brandon
que faire
ont reçu la lettre
à vendre par le propriétaire
needs roof — Victoria
baen on
7 Ontario Street
22 Victoria Ave
120 Kingston Rd
8 rue de Québec
12 boul. Laval
3 av. de Toronto
400 Saskatchewan Dr
77 Prince Edward Island Ave
1-800-555-0143
305.555.0179
902-555-0111
867 555 0111
H0H 0H0
X9Z 1A1
the maritimes
the Prairies
Tri-Cities
"""
_SHARED = {
    "Woodstock": "NB, NL and ON",
    "Georgetown": "ON and PE",
    "Lloydminster": "AB and SK",
    "Avondale": "NB, NL and NS",
    "Grand Falls": "NB and NL",
    "near Westport": "NL, NS and ON",
    "Windsor Junction, Woodstock": "NB, NL and ON",
}
_DECIDED = {
    "Ontario Street, Vancouver": "BC",
    "Georgia St, Vancouver": "BC",
    "1200 Montreal Rd, Ottawa": "ON",
    "House on Main St, Halifax": "NS",
    "HOUSE ON MAIN ST, HALIFAX": "NS",
    "Halifax on the water": "NS",
    "Calgary Trail, Edmonton": "AB",
    "Alberta Beach": "AB",
    "Delaware, ON": "ON",
    "Wyoming, Ontario": "ON",
    "Toronto, ON, CA": "ON",
    "Vancouver, BC, CA": "BC",
    "CA-ON": "ON",
    "Hope, BC": "BC",
    "hope bc": "BC",
    "Love SK": "SK",
    "Windsor QC": "QC",
    "Windsor NS": "NS",
    "Richmond QC": "QC",
    "Waterloo QC": "QC",
    "Kingston NS": "NS",
    "Victoria NL": "NL",
    "Georgetown PE": "PE",
    "Woodstock, N.B.": "NB",
    "Calgary or Edmonton": "AB",
    "Regina Smith, Halifax NS": "NS",
    "ON": "ON",
    "PE": "PE",
    "Nt": "NU",
    "NT": "NT",
    "Qc": "QC",
    "Man.": "MB",
    "N.-É.": "NS",
    "K1A 0A6 Gatineau": "QC",
    "K1A 0A6, Ottawa": "ON",
    "moved to Calgary, house in Regina SK S4P 1A1": "SK",
}
_CONFLICTS = {
    "H2X 1Y4 Toronto ON": "Postal code says QC, text says ON.",
    "V5K 0A1, ON": "Postal code says BC, text says ON.",
    "M5V 2T6 and V5K 0A1": "The postal codes are in BC and ON.",
    "Surrey BC or Calgary AB": "Text names AB and BC.",
    "Toronto V5K 0A1": "Postal code says BC (Vancouver), but Toronto is in ON.",
    "Calgary, ON": "Text says ON, but Calgary is in AB.",
    "St. John's, NB": "Text says NB, but St. John's is in NL.",
    "Saint John, NL": "Text says NL, but Saint John is in NB.",
    "GTA, BC": "Text says BC, but GTA is in ON.",
    "Toronto / Montréal": "Toronto is in ON, Montréal is in QC.",
    "Ottawa / Gatineau": "Ottawa is in ON, Gatineau is in QC.",
    "Woodstock, Calgary": "Calgary, AB (Calgary), but Woodstock is in NB, NL and ON: add the province.",
    "Victoria BC, owner is in Florida": "Text says BC, but the text also names Florida.",
    "K1A 0B1": "K1A 0B1 serves ON and QC: add the province.",
    "416-555-0111 and 604-555-0111": "The phone numbers were issued in different provinces.",
    "Paris": "Paris may be in ON or elsewhere: add the province.",
}


def _lines(table: str) -> list[str]:
    """Return the lines of a table."""
    return table.strip().splitlines()


def _is_unknown(place: Place) -> bool:
    """Tell whether a verdict opens no window at all."""
    return place.province is None and not place.zones


@pytest.mark.parametrize("text", _lines(_ABROAD))
def test_a_place_abroad_beats_a_canadian_namesake(text: str) -> None:
    """A state, ZIP code or country means that no Canadian window applies, and the card says why."""
    place = locate(text)

    assert _is_unknown(place)
    assert place.evidence[-1].kind is EvidenceKind.FOREIGN


@pytest.mark.parametrize("text", _lines(_PROSE))
def test_prose_is_no_place(text: str) -> None:
    """Words, streets, people, zoning and numbers without a province leave the province open."""
    assert _is_unknown(locate(text))


@pytest.mark.parametrize(("text", "provinces"), _SHARED.items(), ids=_SHARED)
def test_a_shared_name_is_asked_about(text: str, provinces: str) -> None:
    """The sentence names the provinces to choose from."""
    place = locate(text)

    assert _is_unknown(place)
    assert f"is in {provinces}: add the province." in place.conflicts[0]


@pytest.mark.parametrize(("text", "province"), _DECIDED.items(), ids=_DECIDED)
def test_a_trap_with_one_honest_reading_is_read(text: str, province: str) -> None:
    """Streets, prepositions and people do not hide the place that is really named."""
    assert locate(text).province == province


@pytest.mark.parametrize(("text", "sentence"), _CONFLICTS.items(), ids=_CONFLICTS)
def test_signals_that_disagree_are_shown_and_not_settled(text: str, sentence: str) -> None:
    """No province, no clock, and a plain sentence for the person who must be asked."""
    place = locate(text)

    assert _is_unknown(place)
    assert place.conflicts == (sentence,)


def test_an_address_beats_the_number_it_came_with() -> None:
    """Numbers move with people; a stated place wins without a conflict."""
    place = locate("12 King St, Halifax NS", phone="+14165550199")

    assert place.province is Province.NS
    assert all(evidence.kind is not EvidenceKind.AREA_CODE for evidence in place.evidence)


def test_a_number_alone_is_the_weakest_evidence() -> None:
    """It is used only when the text names no place, and is called what it is."""
    place = locate("call back tomorrow", phone="416-555-0199")

    assert place.province is Province.ON
    assert place.evidence[0].says == "Area code 416 was issued in ON"


@pytest.mark.parametrize("phone", ["+12125550199", "1-800-555-0199", "none", "", "+442079460000"])
def test_a_number_from_elsewhere_says_nothing(phone: str) -> None:
    """A foreign, toll-free or unreadable number opens no window."""
    assert _is_unknown(locate("call back tomorrow", phone=phone))


def test_a_number_does_not_settle_a_shared_name() -> None:
    """Woodstock with a New Brunswick number may still be in Ontario."""
    assert _is_unknown(locate("Woodstock", phone="506-555-0199"))


def test_one_market_in_two_provinces_is_a_market_without_a_province() -> None:
    """Ottawa - Gatineau does not tell which law applies."""
    place = locate("ottawa gatineau")

    assert _is_unknown(place)
    assert place.market == "Ottawa - Gatineau"


def test_evidence_quotes_the_words_as_they_were_typed() -> None:
    """A person finds in the text what decided, accents and case included, strongest first."""
    place = locate("près de Trois-Rivières, Québec  g9a 1a1")

    assert [(evidence.kind, evidence.text) for evidence in place.evidence] == [
        (EvidenceKind.POSTAL, "g9a 1a1"),
        (EvidenceKind.PROVINCE, "Québec"),
        (EvidenceKind.CITY, "Trois-Rivières"),
    ]


def test_a_correction_is_said_aloud() -> None:
    """Nobody wonders why a misspelled town was understood."""
    assert locate("Tornto, ON").evidence[-1].says == "Tornto read as Toronto, ON (Toronto)"
