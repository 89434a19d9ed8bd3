"""Draws one briefing: what came in, how fast it was tried, what left, what is held and why, and a week as a chart."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.views import blocks, times, twin, words
from bot.views.blocks import Block, Rendered
from bot.views.text import escape, person
from domain import clocks, delivery
from domain.chain import Head
from domain.model import MessageState
from domain.sheets import BriefingSheet

CHART = "data_visualization"

_COUNTED = [state for state in MessageState if state is not MessageState.HELD]
_TEXTS = sorted(_COUNTED, key=lambda state: -delivery.RANK[state])
"""States in which texts are counted, those that came furthest first; held ones have a line of their own."""


def card(sheet: BriefingSheet) -> Rendered:
    """Draw the figures as they were stored."""
    figures = sheet.figures
    return blocks.message(
        blocks.header(f"Briefing · {_day(sheet.at, figures.get('zone'))}"),
        blocks.facts(
            ("New leads", _leads(figures["leads"])),
            ("First try", _speed(figures["speed_to_lead"])),
            ("Texts", _sends(figures["sends"])),
            ("Held now", _holds(figures["holds"])),
            ("Buyers found", _rate(figures["match_rate"], "deal")),
            ("Waiting for approval", words.count(figures["pending_approvals"], "request")),
        ),
        _chart(figures["series"]),
        blocks.context(" ".join(_small_print(sheet))),
    )


def without_chart(rendered: Rendered) -> Rendered:
    """Return the briefing for a workspace that refuses charts: the week in words instead."""
    made: list[dict[str, Any]] = []
    for block in rendered.blocks:
        made += _in_words(block) if block["type"] == CHART else [block]
    return Rendered(text=twin.spoken(made), blocks=made)


def _in_words(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    title, *series = twin.of_chart(block)
    return blocks.message(blocks.context("\n".join([title.replace("Chart: ", ""), *series]))).blocks


def _day(at: datetime, zone: str | None) -> str:
    local = clocks.local(at, zone) if zone else at.astimezone(UTC)
    return f"{times.WEEKDAYS[local.weekday()]} {local.day} {times.MONTHS[local.month - 1]} {local.year}"


def _leads(leads: Mapping[str, Any]) -> str:
    places = sorted(leads["by_province"].items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{'unknown' if code == '?' else escape(code)} {n}" for code, n in places)
    return f"{leads['total']:,}" + (f" ({shown})" if shown else "")


def _speed(speed: Mapping[str, Any]) -> str:
    if speed["median_seconds"] is None:
        return f"nobody tried yet ({speed['untried']} waiting)" if speed["untried"] else "no new leads"
    waiting = f", {speed['untried']} not yet" if speed["untried"] else ""
    return f"{times.span(speed['median_seconds'])} after arrival (median, {speed['tried']} tried{waiting})"


def _sends(sends: Mapping[str, int]) -> str:
    counted = [(sends.get(state.value, 0), words.TALLY[state]) for state in _TEXTS]
    return ", ".join(f"{n:,} {word}" for n, word in counted if n) or "none"


def _holds(holds: Mapping[str, int]) -> str:
    if not holds:
        return "nothing"
    reasons = sorted(holds.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{n:,} {escape(words.hold(code))}" for code, n in reasons)


def _rate(rate: Mapping[str, Any], what: str) -> str:
    if rate["rate"] is None:
        return f"no {what}s yet"
    return f"{rate['rate']:.0%} ({rate['hits']} of {words.count(rate['n'], what)})"


def _chart(series: Mapping[str, Any]) -> Block:
    return blocks.line_chart(
        "Leads and texts, last seven days", series["labels"], {"Leads": series["leads"], "Texts": series["texts"]}
    )


def _small_print(sheet: BriefingSheet) -> tuple[str, ...]:
    figures = sheet.figures
    errors = figures["error_rate"]
    late = "This briefing comes late: Heimdall was not running at its hour." if figures.get("late") else ""
    asked = "" if sheet.requested_by == "system" else f"Asked by {person(sheet.requested_by)}."
    failed = f"{errors['hits']:,} of {words.count(errors['n'], 'step')} failed." if errors["n"] else ""
    covered = f"24 hours up to: {times.stamp(sheet.at)}."
    audit = f"Audit: {Head(**figures['chain']).short}." if figures.get("chain") else ""
    return tuple(part for part in (late, covered, failed, asked, audit) if part)
