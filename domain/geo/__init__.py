"""Geography: free text to a verdict on province, market and possible clocks, with its evidence.

``locate`` is the one function of this package; it is pure and reads its packaged tables once.
"""

from domain.geo.place import ALL_MARKETS, Evidence, EvidenceKind, Place
from domain.geo.tables import market_provinces
from domain.geo.verdict import locate

__all__ = ["ALL_MARKETS", "Evidence", "EvidenceKind", "Place", "locate", "market_provinces"]
