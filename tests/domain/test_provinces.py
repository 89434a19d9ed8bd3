"""A field that should hold a province is read by every name people write, and by nothing else."""

import pytest

from domain.provinces import Province, parse

NAMES = {
    "AB": "Alberta|ab|AB|Alta.|ALTA|Alb.",
    "BC": "British Columbia|Colombie-Britannique|colombie britannique|bc|B.C.|C.-B.",
    "MB": "Manitoba|mb|Man.|MANITOBA",
    "NB": "New Brunswick|Nouveau-Brunswick|nb|N.B.|N.-B.",
    "NL": "Newfoundland and Labrador|Newfoundland & Labrador|Newfoundland|Labrador|Terre-Neuve-et-Labrador|NL|NF|Nfld.|"
    "T.-N.-L.|N.L.",
    "NS": "Nova Scotia|Nouvelle-Écosse|nouvelle ecosse|ns|N.S.|N.-É.",
    "NT": "Northwest Territories|Territoires du Nord-Ouest|NT|nt|NWT|N.W.T.|T.N.-O.|North-West Territories",
    "NU": "Nunavut|NU|Nvt.|Nt|Nt.",
    "ON": "Ontario|on|ON|Ont.|ont",
    "PE": "Prince Edward Island|Île-du-Prince-Édouard|ile du prince edouard|PE|pei|P.E.I.|Î.-P.-É.",
    "QC": "Quebec|Québec|QUÉBEC|qc|Qc|Que.|PQ|P.Q.",
    "SK": "Saskatchewan|sk|Sask.|SASK",
    "YT": "Yukon|Yukon Territory|Territoire du Yukon|yt|Y.T.|Yn",
}
CASES = [(name, code) for code, names in NAMES.items() for name in names.split("|")]


@pytest.mark.parametrize(("name", "code"), CASES, ids=[f"{name} is {code}" for name, code in CASES])
def test_every_name_of_a_province_is_read(name: str, code: str) -> None:
    """Language, case, accents, dots and hyphens do not matter."""
    assert parse(name) == code
    assert parse(f"  {name} ") == code


@pytest.mark.parametrize("code", list(Province))
def test_a_province_is_read_back_from_everything_it_says_of_itself(code: Province) -> None:
    """What a card prints can be typed again."""
    assert parse(code.english) is parse(code.french) is parse(code.value) is parse(f"CA-{code}") is code


@pytest.mark.parametrize(
    "name",
    ["", " ", "XX", "CA", "CA-XX", "CA-", "Ontari", "Quebec City", "Toronto", "Washington", "WA", "the", "1", "ON QC"],
)
def test_anything_else_is_no_province(name: str) -> None:
    """A guess would open the wrong contact window."""
    assert parse(name) is None


def test_there_are_thirteen() -> None:
    """Ten provinces and three territories, each with a name in both languages."""
    assert len(Province) == 13
    assert len({province.english for province in Province}) == len({province.french for province in Province}) == 13
