"""Counts over a period for briefings; every query is bounded by an index on time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select

from storage.dialect import insert_or_ignore
from storage.tables import briefings, kpi_events, leads, messages, rungs
from storage.unit import Tx

Span = tuple[datetime, datetime]
"""From (inclusive) and to (exclusive), aware UTC."""


def leads_by_province(tx: Tx, span: Span) -> dict[str, int]:
    """Return how many leads were opened, by province code; an unknown province counts under ``?``."""
    opened = _within(kpi_events.c.at, span) & (kpi_events.c.metric == "lead_created")
    query = select(kpi_events.c.province, func.count()).where(opened).group_by(kpi_events.c.province)
    return {province or "?": count for province, count in tx.execute(query)}


def first_attempt_seconds(tx: Tx, span: Span) -> tuple[float, ...]:
    """Return, for each lead opened in the span and tried since, seconds from opening to the first text or call."""
    texts = (
        select(messages.c.lead_id, func.min(messages.c.handed_over_at).label("first"))
        .where(messages.c.handed_over_at >= span[0], messages.c.lead_id.is_not(None))
        .group_by(messages.c.lead_id)
        .subquery()
    )
    calls = (
        select(rungs.c.lead_id, func.min(rungs.c.settled_at).label("first"))
        .where(rungs.c.outcome.is_not(None), rungs.c.settled_at >= span[0])
        .group_by(rungs.c.lead_id)
        .subquery()
    )
    query = (
        select(leads.c.created_at, texts.c.first, calls.c.first.label("called"))
        .outerjoin(texts, texts.c.lead_id == leads.c.id)
        .outerjoin(calls, calls.c.lead_id == leads.c.id)
        .where(_within(leads.c.created_at, span))
    )
    seconds = []
    for created_at, texted, called in tx.execute(query):
        tries = [at for at in (texted, called) if at is not None]
        if tries:
            seconds.append((min(tries) - created_at).total_seconds())
    return tuple(seconds)


def sends_by_state(tx: Tx, span: Span) -> dict[str, int]:
    """Return the messages whose newest change lies in the span, by the state they stand in."""
    query = (
        select(messages.c.state, func.count().label("total"))
        .where(_within(messages.c.state_at, span))
        .group_by(messages.c.state)
    )
    return {row.state: row.total for row in tx.execute(query)}


def metric_counts(tx: Tx, span: Span) -> Mapping[str, tuple[int, int]]:
    """Return events and successes of each metric in the span."""
    good = func.sum(case((kpi_events.c.success, 1), else_=0))
    query = (
        select(kpi_events.c.metric, func.count(), good)
        .where(_within(kpi_events.c.at, span))
        .group_by(kpi_events.c.metric)
    )
    return {metric: (count, int(successes)) for metric, count, successes in tx.execute(query)}


def counts_per_span(tx: Tx, metrics: Sequence[str], spans: Sequence[Span]) -> dict[str, list[int]]:
    """Return how often each metric happened in each of some spans, in one statement."""
    sums = [func.coalesce(func.sum(case((_within(kpi_events.c.at, span), 1), else_=0)), 0) for span in spans]
    everything = (min(span[0] for span in spans), max(span[1] for span in spans))
    query = (
        select(kpi_events.c.metric, *sums)
        .where(_within(kpi_events.c.at, everything), kpi_events.c.metric.in_(metrics))
        .group_by(kpi_events.c.metric)
    )
    found = {row[0]: [int(count) for count in row[1:]] for row in tx.execute(query)}
    return {metric: found.get(metric, [0] * len(spans)) for metric in metrics}


def add_briefing(tx: Tx, tick_key: str, at: datetime, requested_by: str, figures: Mapping[str, Any]) -> int | None:
    """Store one briefing.

    Returns:
        Its id, or None when another clock has made this one already.
    """
    row = {"tick_key": tick_key, "at": at, "requested_by": requested_by, "figures": figures}
    if not insert_or_ignore(tx, briefings, row):
        return None
    briefing_id: int = tx.execute(select(briefings.c.id).where(briefings.c.tick_key == tick_key)).scalar_one()
    return briefing_id


def briefing_made(tx: Tx, tick_key: str) -> bool:
    """Return whether a briefing with this key exists."""
    return tx.execute(select(briefings.c.id).where(briefings.c.tick_key == tick_key)).one_or_none() is not None


def briefing(tx: Tx, briefing_id: int) -> tuple[datetime, str, Mapping[str, Any]] | None:
    """Return when a briefing was made, for whom, and its figures."""
    row = tx.execute(select(briefings).where(briefings.c.id == briefing_id)).one_or_none()
    return None if row is None else (row.at, row.requested_by, row.figures)


def any_lead(tx: Tx) -> bool:
    """Return whether there is any lead at all."""
    return tx.execute(select(leads.c.id).limit(1)).one_or_none() is not None


def _within(column: Any, span: Span) -> Any:  # noqa: ANN401 - a SQL column and a SQL condition
    return and_(column >= span[0], column < span[1])
