"""Which leads stand in a place, as a part of other statements."""

from sqlalchemy import Select, select

from domain.model import ALL_MARKETS
from domain.policies import Scope
from storage.tables import leads


def leads_in(scope: Scope) -> Select[tuple[int]]:
    """Return the ids of the leads in a market, a province, or all of Canada, as a subquery."""
    query = select(leads.c.id)
    if scope.province is not None:
        query = query.where(leads.c.province == scope.province.value)
    return query if scope.market == ALL_MARKETS else query.where(leads.c.market == scope.market)
