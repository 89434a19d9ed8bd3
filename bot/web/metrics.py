"""The numbers for a monitoring system, in Prometheus' text form: where everything stands, and nobody's name or number.

What each means and what to do about it is in docs/operations.md.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.responses import PlainTextResponse, Response

from bot.deps import Deps
from domain.model import MessageState
from storage import cards, ladders, standing, workers
from storage.standing import Standing
from storage.unit import StorageUnavailableError, Tx

AWAY = "The database does not answer, so there are no numbers. They come back by themselves."

Families = list[GaugeMetricFamily]
T = TypeVar("T", bound=str)


def router(deps: Deps) -> APIRouter:
    """Return the route a monitoring system asks."""
    routes = APIRouter()

    @routes.get("/metrics")
    def metrics() -> Response:
        try:
            with deps.db.read() as tx:
                families = _gather(tx, deps.clock(), deps.wall())
        except StorageUnavailableError:
            return PlainTextResponse(AWAY, 503)
        registry = CollectorRegistry()
        registry.register(_Snapshot(families))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes


class _Snapshot(Collector):
    """Numbers read in one transaction, so that they belong together."""

    def __init__(self, families: Families) -> None:
        self._families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families


def _gather(tx: Tx, now: datetime, wall: datetime) -> Families:
    open_ones = standing.of_messages(tx)
    heard_at = workers.newest_beat(tx)
    return [
        *_of_states(open_ones),
        _each(
            "heimdall_held",
            "Messages held, by the reason that holds them.",
            "reason",
            {reason or "none": number for reason, number in open_ones.holds.items()},
        ),
        _each(
            "heimdall_handed_over_last_day",
            "What became of the messages the provider took in the last 24 hours.",
            "state",
            standing.handed_over(tx, now),
        ),
        _one(
            "heimdall_out_of_window_total",
            "Messages of the last 24 hours handed over after their receipt had ceased to allow it; must be 0.",
            standing.out_of_window(tx, now),
        ),
        _one(
            "heimdall_oldest_ready_seconds",
            "For how long the first of those that may leave has waited.",
            _age(open_ones.oldest_ready_at, now),
        ),
        _one(
            "heimdall_oldest_unknown_seconds",
            "How long ago the first of those in doubt was handed over, or perhaps so.",
            _age(open_ones.oldest_unknown_at, now),
        ),
        _one(
            "heimdall_steps_dead",
            "Steps of ladders that could not be done and wait for a person.",
            ladders.count_dead(tx),
        ),
        _one("heimdall_cards_stale", "Slack cards to be redrawn.", cards.waiting(tx)),
        _one("heimdall_cards_dead", "Slack cards that could not be drawn and show something old.", cards.dead(tx)),
        _one(
            "heimdall_worker_beat_age_seconds",
            "How long ago a process that runs the ticks was last heard; +Inf when there is none.",
            float("inf") if heard_at is None else _age(heard_at, wall),
        ),
    ]


def _of_states(open_ones: Standing) -> Families:
    """Return one family over every open state, and one for each state an alert is written about."""
    counts = {state: open_ones.counts.get(state, 0) for state in standing.OPEN}
    alone = (state for state in standing.OPEN if state is not MessageState.HELD)
    return [
        _each("heimdall_messages", "Messages that have not come to their end, by state.", "state", counts),
        *(_one(f"heimdall_{state}", f"Messages in state {state}.", counts[state]) for state in alone),
    ]


def _each(name: str, words: str, label: str, numbers: Mapping[T, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in sorted(numbers.items()):
        family.add_metric([value], number)
    return family


def _one(name: str, words: str, number: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=number)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
