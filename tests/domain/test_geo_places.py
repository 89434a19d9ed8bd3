"""Free text says where a house is: province, market and clocks of hand-written inputs."""

import pytest

from domain.geo import ALL_MARKETS, locate
from domain.geo.zones import PROVINCE_ZONES
from domain.provinces import Province

# Each line: text | province | market ("-" for none) | possible zones without "America/".
_ADDRESSES = """
12 King St, Hamilton ON — Jane Doe | ON | Hamilton | Toronto
12 king st w, hamilton, on | ON | Hamilton | Toronto
1801-40 STATION RD, CARLETON PLACE, ON K7C 1X6 | ON | Ottawa - Gatineau | Toronto
44 Water St, St. John's NL A1C 1A1 | NL | St. John's | St_Johns
17 Union St, Saint John NB E2L 1A1 | NB | Saint John | Moncton
9 Barrington St Halifax NS B3J 1A1 | NS | Halifax | Halifax
10234 104 St NW, Edmonton | AB | Edmonton | Edmonton
10234 104 Ave Edmonton AB T5J 1B1 | AB | Edmonton | Edmonton
101-4567 Kingsway, Burnaby | BC | Vancouver | Vancouver
539 2ND AVE KIRKLAND LAKE ON P2N2T3 | ON | - | Toronto
3136 station rd dartmouth ns b2w2t6 | NS | Halifax | Halifax
250 rue Racine E, Chicoutimi QC | QC | Saguenay | Toronto
1557 ch. du Lac Lac-Mégantic qc G6B 3H1 | QC | - | Toronto
1 Place Ville Marie, Montréal | QC | Montréal | Toronto
deal: 4334 maple dr, lethbridge, alta., t1k0a0 | AB | Lethbridge | Edmonton
22 Albert St, Prince Albert SK | SK | - | Regina
5 Queen St, Charlottetown PEI C1A 4A1 | PE | - | Halifax
5168 50 St, Yellowknife, N.W.T., X1A1V2 | NT | - | Edmonton
12 Main St Iqaluit Nunavut X0A 0H0 | NU | - | Iqaluit
4 Front St, Dawson City, Yukon | YT | - | Dawson
lot 7, Portage Ave, Winnipeg, Man. | MB | Winnipeg | Winnipeg
416-555-0199 88 Bay St, Toronto ON M5J 2R8 | ON | Toronto | Toronto
Niagara-on-the-Lake, ON L0S 1J0 | ON | St. Catharines - Niagara | Toronto
"""
_PLACES = """
Toronto | ON | Toronto | Toronto
toronto | ON | Toronto | Toronto
TORONTO!! | ON | Toronto | Toronto
Montréal | QC | Montréal | Toronto
Montreal | QC | Montréal | Toronto
Montréal, QC | QC | Montréal | Toronto
Ville de Québec | QC | Québec | Toronto
Quebec City | QC | Québec | Toronto
Québec, QC | QC | Québec | Toronto
Québec (Québec) | QC | Québec | Toronto
Trois-Rivieres | QC | Trois-Rivières | Toronto
Sault Ste Marie | ON | - | Toronto
Sault Sainte-Marie, Ontario | ON | - | Toronto
St Catharines | ON | St. Catharines - Niagara | Toronto
St. Albert | AB | Edmonton | Edmonton
Ste-Foy | QC | Québec | Toronto
L'Ancienne-Lorette | QC | Québec | Toronto
secteur l'ancienne-lorette | QC | Québec | Toronto
Saint-Jean-sur-Richelieu | QC | Montréal | Toronto
Saskatoon sk area | SK | Saskatoon | Regina
Turner Valley (AB) | AB | - | Edmonton
new brunswick - Dieppe | NB | Moncton | Moncton
Ont. - Guelph | ON | Guelph | Toronto
in Candiac QC | QC | Montréal | Toronto
somewhere near St. Albert | AB | Edmonton | Edmonton
about 20 min from saint-jérôme | QC | Montréal | Toronto
maison à vendre à Plessisville | QC | - | Toronto
près de Mont-Laurier | QC | - | Toronto
Mont-Joli au Qc | QC | - | Toronto
okotoks? | AB | - | Edmonton
Whitby | ON | Oshawa | Toronto
Ajax ON | ON | Toronto | Toronto
Burlington | ON | Hamilton | Toronto
Grimsby, Ont. | ON | Hamilton | Toronto
Oakville, Ontario, Canada | ON | Toronto | Toronto
Orangeville | ON | Toronto | Toronto
Leamington ON | ON | Windsor | Toronto
St. Thomas ON | ON | London | Toronto
Paris, ON | ON | Brantford | Toronto
Magog, Que. | QC | Sherbrooke | Toronto
Bécancour | QC | Trois-Rivières | Toronto
Agassiz BC | BC | Chilliwack | Vancouver
Squamish | BC | - | Vancouver
Airdrie AB | AB | Calgary | Edmonton
Sherwood Park AB | AB | Edmonton | Edmonton
Oakbank MB | MB | Winnipeg | Winnipeg
Martensville, Sask. | SK | Saskatoon | Regina
Regina SK | SK | Regina | Regina
Cole Harbour NS | NS | Halifax | Halifax
Mount Pearl NL | NL | St. John's | St_Johns
Quispamsis | NB | Saint John | Moncton
New Maryland NB | NB | Fredericton | Moncton
Gatineau | QC | Ottawa - Gatineau | Toronto
Ottawa | ON | Ottawa - Gatineau | Toronto
Kelowna | BC | Kelowna | Vancouver
Chatham-Kent | ON | - | Toronto
Strathcona County, AB | AB | Edmonton | Edmonton
Clarington | ON | Oshawa | Toronto
Whitehorse | YT | - | Whitehorse
Charlottetown PE | PE | - | Halifax
Sydney | NS | - | Glace_Bay
London ON | ON | London | Toronto
Richmond Hill | ON | Toronto | Toronto
Richmond | BC | Vancouver | Vancouver
Windsor | ON | Windsor | Toronto
Kingston | ON | Kingston | Toronto
Saint John | NB | Saint John | Moncton
St. John, NB | NB | Saint John | Moncton
St. John's | NL | St. John's | St_Johns
St Johns Newfoundland | NL | St. John's | St_Johns
Fort Mac, AB | AB | - | Edmonton
North Van | BC | Vancouver | Vancouver
Grand Sudbury | ON | Greater Sudbury | Toronto
"""
_ALIASES = """
GTA | ON | Toronto | Toronto
the 6ix | ON | Toronto | Toronto
T.O. | ON | Toronto | Toronto
peel region | ON | Toronto | Toronto
KW | ON | Kitchener - Cambridge - Waterloo | Toronto
K-W | ON | Kitchener - Cambridge - Waterloo | Toronto
kitchener waterloo | ON | Kitchener - Cambridge - Waterloo | Toronto
Waterloo Region | ON | Kitchener - Cambridge - Waterloo | Toronto
mtl | QC | Montréal | Toronto
Grand Montréal | QC | Montréal | Toronto
GVA | BC | Vancouver | Vancouver
Metro Vancouver | BC | Vancouver | Vancouver
the Peg | MB | Winnipeg | Winnipeg
HRM | NS | Halifax | Halifax
YYC | AB | Calgary | Edmonton
yow | ON | Ottawa - Gatineau | Toronto
YEG | AB | Edmonton | Edmonton
YXE | SK | Saskatoon | Regina
YQR | SK | Regina | Regina
ymm | AB | - | Edmonton
niagara region | ON | St. Catharines - Niagara | Toronto
Golden Horseshoe | ON | - | Toronto
Durham Region | ON | - | Toronto
lower mainland | BC | - | Vancouver
Vancouver Island | BC | - | Vancouver
the Okanagan | BC | - | Vancouver
Eastern Townships | QC | - | Toronto
Îles-de-la-Madeleine | QC | - | Halifax
"""
_TYPOS = """
Tornto, ON | ON | Toronto | Toronto
Misssissauga, ontario | ON | Toronto | Toronto
vaudreuill-dorion que. | QC | Montréal | Toronto
SAULT TE. MARIE | ON | - | Toronto
sainnte-julie | QC | Montréal | Toronto
Rankin Imlet, Nvt. | NU | - | Rankin_Inlet
ESQIUMALT BC | BC | Victoria | Vancouver
wite city sask. | SK | Regina | Regina
fredericton junhtion n.b. | NB | - | Moncton
Cambridge gay, Nunavut | NU | - | Cambridge_Bay
Albeta | AB | - | Edmonton
new btunswick? | NB | - | Moncton
prince edwad island | PE | - | Halifax
Manatoba | MB | - | Winnipeg
Fort Saskatchhewan | AB | Edmonton | Edmonton
12 Main St, Brantfrod | ON | Brantford | Toronto
"""
_CLOCKS = """
Cranbrook BC | BC | - | Edmonton,Vancouver
Fernie | BC | - | Edmonton,Vancouver
Golden, BC | BC | - | Edmonton,Vancouver
Creston BC | BC | - | Creston
Chetwynd | BC | - | Dawson_Creek
Fort Nelson BC | BC | - | Fort_Nelson
V0B | BC | - | Creston,Edmonton,Vancouver
Creighton SK | SK | - | Regina,Winnipeg
S0P 0A0 | SK | - | Regina,Winnipeg
Lloydminster SK S9V 1A1 | SK | - | Edmonton
Kenora | ON | - | Winnipeg
Fort Frances ON | ON | - | Winnipeg
Atikokan ON | ON | - | Atikokan
Pickle Lake ON | ON | - | Atikokan
New Osnaburgh, ON | ON | - | Atikokan
Upsala ON | ON | - | Toronto
P0T 1A0 | ON | - | Atikokan,Toronto,Winnipeg
Thunder Bay | ON | Thunder Bay | Toronto
G4T 1A1 | QC | - | Halifax
Blanc-Sablon QC | QC | - | Blanc-Sablon
Havre-Saint-Pierre | QC | - | Toronto
Happy Valley-Goose Bay | NL | - | Goose_Bay
L'Anse-au-Loup NL | NL | - | St_Johns
Resolute NU | NU | - | Resolute
Coral Harbour | NU | - | Atikokan
Cambridge Bay | NU | - | Cambridge_Bay
Inuvik NT | NT | - | Inuvik
x0c | NU | - | Atikokan,Rankin_Inlet
"""
_CODES = """
V6L 2Z8 area | BC | Vancouver | Vancouver
v6l2z8 | BC | Vancouver | Vancouver
V6L-2Z8 | BC | Vancouver | Vancouver
code postal t8l1z3 | AB | Edmonton | Edmonton
seller postal is e7h | NB | - | Moncton
pc: t6p | AB | Edmonton | Edmonton
K8B area | ON | - | Toronto
A1A | NL | St. John's | St_Johns
postal M7R-0A2 | ON | Toronto | Toronto
V8V 1A1 | BC | Victoria | Vancouver
416-555-0111 | ON | Toronto | Toronto
(905) 555-0111 | ON | - | Toronto
+1 514 555 0156 | QC | Montréal | Toronto
13065550133 | SK | - | Edmonton,Regina,Swift_Current,Winnipeg
call 604.555.0129 | BC | - | Vancouver
area code 709 | NL | - | Goose_Bay,St_Johns
8075550100 | ON | - | Atikokan,Toronto,Winnipeg
"""

_PROVINCES = {
    "AB": "Alberta|AB|Alta.|Alb.|northern Alberta|rural alberta",
    "BC": "British Columbia|Colombie-Britannique|BC|B.C.|C.-B.|British Colombia|interior BC",
    "MB": "Manitoba|MB|Man.|anywhere in manitoba",
    "NB": "New Brunswick|Nouveau-Brunswick|NB|N.B.|N.-B.",
    "NL": "Newfoundland and Labrador|Terre-Neuve-et-Labrador|newfoundland|Labrador|NL|NF|Nfld|T.-N.-L.|newfinland",
    "NS": "Nova Scotia|Nouvelle-Écosse|nouvelle-ecosse|NS|N.S.|N.-É.|Nouvelle-écossse",
    "NT": "Northwest Territories|Territoires du Nord-Ouest|NT|NWT|N.W.T.|T.N.-O.|northwest territoories",
    "NU": "Nunavut|NU|Nvt.|Nt",
    "ON": "Ontario|ON|Ont.|Onterio|southern ontario|CA-ON|somewhere in Ontario",
    "PE": "Prince Edward Island|Île-du-Prince-Édouard|PE|PEI|P.E.I.|Î.-P.-É.",
    "QC": "Quebec|Québec|quebec|QC|qc|Qc|Que.|PQ|quebeck|au Québec",
    "SK": "Saskatchewan|SK|sk|Sask.|southern sask|Saskatchewen|Sasketchewan",
    "YT": "Yukon|YT|Y.T.|Yn|Yukon Territory|Yukn|the yukon",
}
PROVINCES = [(name, code) for code, names in _PROVINCES.items() for name in names.split("|")]


@pytest.mark.parametrize(("text", "code"), PROVINCES, ids=[name for name, _ in PROVINCES])
def test_a_province_is_read_by_every_name_it_has(text: str, code: str) -> None:
    """Official, abbreviated, old, French or misspelled by one letter: the province is known, the market is not."""
    place = locate(text)

    assert place.province == code
    assert not place.conflicts


@pytest.mark.parametrize("province", list(Province))
def test_a_province_alone_keeps_all_its_clocks(province: Province) -> None:
    """Somebody known only to be in a province may live by any of its clocks."""
    assert locate(province.english).zones == locate(province.french).zones == PROVINCE_ZONES[province]


def _cases() -> list[tuple[str, str, str, str]]:
    """Return the cases of every table."""
    tables = (_ADDRESSES, _PLACES, _ALIASES, _TYPOS, _CLOCKS, _CODES)
    rows = [line.split(" | ") for table in tables for line in table.strip().splitlines()]
    return [(text, province, market, zones) for text, province, market, zones in rows]


CASES = _cases()


@pytest.mark.parametrize(("text", "province", "market", "zones"), CASES, ids=[case[0] for case in CASES])
def test_a_text_is_placed(text: str, province: str, market: str, zones: str) -> None:
    """Province, market and the set of possible clocks are what a Canadian would say."""
    place = locate(text)

    assert place.province == province
    assert place.market == (ALL_MARKETS if market == "-" else market)
    assert {zone.removeprefix("America/") for zone in place.zones} == set(zones.split(","))
    assert place.evidence
    assert not place.conflicts
