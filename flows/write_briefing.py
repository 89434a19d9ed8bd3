"""Write a briefing: the figures of the last day, kept as they were, and its card.

Figures (JSON types): ``leads`` {total, by_province}, ``speed_to_lead`` {median_seconds, tried, untried},
``sends`` {state: count}, ``holds`` {reason: count} held now, ``match_rate`` and ``error_rate`` {n, hits, rate or None},
``pending_approvals``, ``series`` {labels, leads, texts} of seven local days, ``chain`` {position, hash} of the audit's
end, ``late`` whether it came after its hour.
"""

import itertools
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain import clocks
from domain.kpi import Metric
from domain.model import Actor
from flows.climb_ladder import SYSTEM
from flows.team import Team
from storage import approvals, cards, chain, figures, standing
from storage.unit import Database, Tx

DAY = timedelta(days=1)
LATE_AFTER = timedelta(hours=1)
"""A scheduled briefing this long after its hour says that it is late."""

CHART_DAYS = 7


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the daily briefing is due.

    Attributes:
        at: local wall time; never between 01:00 and 03:00, which some days lack or have twice.
        zone: IANA name.
    """

    at: time
    zone: str


def write_scheduled(db: Database, team: Team, schedule: Schedule, now: datetime) -> int | None:
    """Write the newest briefing that is due, once however many clocks ask.

    Returns:
        Its id, or None when it exists already. With no lead on the books it is kept, but not posted.
    """
    due_on, due_at = _newest_due(schedule, now)
    key = f"{team.briefing_channel}:{due_on.isoformat()}"
    with db.read() as tx:
        if figures.briefing_made(tx, key):
            return None
    with db.write() as tx:
        return _write(tx, team, schedule, key, SYSTEM, now, late=now - due_at > LATE_AFTER, post=figures.any_lead(tx))


def write_now(db: Database, team: Team, schedule: Schedule, key: str, actor: Actor, now: datetime) -> int | None:
    """Write a briefing because somebody asked; ``key`` is the identity of the request."""
    with db.write() as tx:
        return _write(tx, team, schedule, key, actor, now, late=False, post=True)


def _newest_due(schedule: Schedule, now: datetime) -> tuple[date, datetime]:
    zone = ZoneInfo(schedule.zone)
    today = clocks.local(now, schedule.zone).date()
    due_at = datetime.combine(today, schedule.at, tzinfo=zone)
    if due_at <= now:
        return today, due_at
    return today - DAY, datetime.combine(today - DAY, schedule.at, tzinfo=zone)


def _write(
    tx: Tx, team: Team, schedule: Schedule, key: str, actor: Actor, now: datetime, *, late: bool, post: bool
) -> int | None:
    gathered = _figures(tx, schedule, now) | {"late": late, "zone": schedule.zone}
    briefing_id = figures.add_briefing(tx, key, now, actor.slack_id, gathered)
    if briefing_id is not None and post:
        cards.mark(tx, "briefing", briefing_id, now, channel=team.briefing_channel)
    return briefing_id


def _figures(tx: Tx, schedule: Schedule, now: datetime) -> dict[str, Any]:
    span = (now - DAY, now)
    by_province = figures.leads_by_province(tx, span)
    tried = figures.first_attempt_seconds(tx, span)
    total = sum(by_province.values())
    counts = figures.metric_counts(tx, span)
    return {
        "leads": {"total": total, "by_province": by_province},
        "speed_to_lead": {
            "median_seconds": statistics.median(tried) if tried else None,
            "tried": len(tried),
            "untried": max(0, total - len(tried)),
        },
        "sends": figures.sends_by_state(tx, span),
        "holds": dict(standing.of_messages(tx).holds),
        "match_rate": _rate(*counts.get(Metric.MATCH_RESULT, (0, 0))),
        "error_rate": _error_rate(counts),
        "pending_approvals": approvals.count_pending(tx),
        "series": _series(tx, schedule, now),
        **_chain(tx),
    }


def _chain(tx: Tx) -> dict[str, Any]:
    """Return the end of the audit; once it is posted, history cannot be rewritten unnoticed."""
    end = chain.head(tx)
    return {} if end is None else {"chain": {"position": end.position, "hash": end.hash}}


def _rate(n: int, hits: int) -> dict[str, float | int | None]:
    return {"n": n, "hits": hits, "rate": hits / n if n else None}


def _error_rate(counts: Mapping[str, tuple[int, int]]) -> dict[str, float | int | None]:
    """Return the share of hand-overs and steps of ours that failed; an unanswered call or a hold is no error."""
    failed = sum(counts.get(metric, (0, 0))[0] for metric in (Metric.MESSAGE_FAILED, Metric.FLOW_ERROR))
    went_well = counts.get(Metric.SMS_SENT, (0, 0))[0]
    return _rate(failed + went_well, failed)


def _series(tx: Tx, schedule: Schedule, now: datetime) -> dict[str, Any]:
    zone = ZoneInfo(schedule.zone)
    today = clocks.local(now, schedule.zone).date()
    days = [today - DAY * back for back in reversed(range(CHART_DAYS))]
    midnights = [datetime.combine(day, time(), tzinfo=zone) for day in [*days, today + DAY]]
    spans = list(itertools.pairwise(midnights))
    counted = figures.counts_per_span(tx, [Metric.LEAD_CREATED, Metric.SMS_SENT], spans)
    return {
        "labels": [day.strftime("%a %d") for day in days],
        "leads": counted[Metric.LEAD_CREATED],
        "texts": counted[Metric.SMS_SENT],
    }
