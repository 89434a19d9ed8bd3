"""Which clocks a province keeps: IANA zone names, as sets.

Decides nothing about time; ``domain.clocks`` reads a clock. A place with several possible zones is open only when
it is open in all of them, so every set here errs on the wide side.
"""

from typing import Final

from domain.provinces import Province

PREFIX: Final = "America/"
"""Every Canadian zone begins with it; the built tables leave it out."""

# Source: tz database 2026f, file northamerica, read against 891,910 postal points and its 2026 zone polygons.
# Edmonton stands under BC for the East Kootenay; Edmonton under SK for Lloydminster; Winnipeg under SK for
# Creighton and Denare Beach, which keep Manitoba time in practice; Halifax under QC for the Magdalen Islands and
# Listuguj; Atikokan under NU for Coral Harbour.
_ZONES: Final[dict[Province, tuple[str, ...]]] = {
    Province.AB: ("Edmonton",),
    Province.BC: ("Vancouver", "Dawson_Creek", "Fort_Nelson", "Creston", "Edmonton"),
    Province.MB: ("Winnipeg",),
    Province.NB: ("Moncton",),
    Province.NL: ("St_Johns", "Goose_Bay"),
    Province.NS: ("Halifax", "Glace_Bay"),
    Province.NT: ("Edmonton", "Inuvik"),
    Province.NU: ("Iqaluit", "Rankin_Inlet", "Resolute", "Cambridge_Bay", "Atikokan"),
    Province.ON: ("Toronto", "Winnipeg", "Atikokan"),
    Province.PE: ("Halifax",),
    Province.QC: ("Toronto", "Halifax", "Blanc-Sablon"),
    Province.SK: ("Regina", "Swift_Current", "Edmonton", "Winnipeg"),
    Province.YT: ("Whitehorse", "Dawson"),
}


def full(names: str) -> frozenset[str]:
    """Return IANA names for a table cell such as ``Vancouver,Creston``; empty for an empty cell."""
    return frozenset(PREFIX + name for name in names.split(",")) if names else frozenset()


PROVINCE_ZONES: Final[dict[Province, frozenset[str]]] = {
    province: frozenset(PREFIX + name for name in names) for province, names in _ZONES.items()
}
"""Every zone somebody in the province may live in."""
