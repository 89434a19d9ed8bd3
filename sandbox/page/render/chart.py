"""Lays out Slack's native charts as plain geometry; the template draws it, the style sheet colours it.

Drawn at a fixed size in user units and scaled by the page. Every chart also carries a sentence and a table of its
numbers, so nothing is known from colour or shape alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sandbox.page.render.ticks import nice_ticks, short_number, written_number

KINDS: Final = frozenset({"line", "bar", "area", "pie"})

WIDTH: Final = 560
_TOP: Final = 12
_PLOT_HEIGHT: Final = 190
_LEFT: Final = 52
_RIGHT: Final = 12
_LABEL_UNITS: Final = 6.2  # one character of an 11-unit label is about this wide
_GROUP_SHARE: Final = 0.72  # of a category's width taken by its bars; the rest is air
_LINE_UNITS: Final = 16
_TILT_SINE: Final = math.sin(math.radians(35))
_PIE_RADIUS: Final = 100
_FULL_CIRCLE: Final = 2 * math.pi


@dataclass(frozen=True)
class Mark:
    """One drawn value: a bar, a point or a slice.

    Attributes:
        x, y, width, height: A bar's box; points use x and y alone.
        path: A slice's outline, empty otherwise.
        title: What a pointer resting on it reads.

    """

    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    path: str = ""
    title: str = ""


@dataclass(frozen=True)
class Series:
    """One legend entry with its marks and, for lines and areas, its outline."""

    name: str
    marks: tuple[Mark, ...]
    line: str = ""
    area: str = ""


@dataclass(frozen=True)
class Label:
    """A piece of text at a place; ``tilted`` ones lean so that neighbours do not touch."""

    x: float
    y: float
    text: str
    tilted: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart ready to draw, with its text alternative.

    Attributes:
        summary: One sentence that says what the picture shows.
        head, rows: The same numbers as a table.

    """

    kind: str
    title: str
    height: float
    series: tuple[Series, ...]
    summary: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    x_labels: tuple[Label, ...] = ()
    y_labels: tuple[Label, ...] = ()
    x_title: str = ""
    y_title: str = ""
    baseline: float = 0.0


def lay_out(title: str, chart: Mapping[str, Any]) -> Chart:
    """Return the geometry of a ``data_visualization`` block's chart.

    Args:
        title: The block's title.
        chart: Slack's chart object of one of the ``KINDS``.

    Source:
        https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block

    """
    return _pie(title, chart["segments"]) if chart["type"] == "pie" else _axes(title, chart)


def _pie(title: str, segments: Sequence[Mapping[str, Any]]) -> Chart:
    total = sum(segment["value"] for segment in segments)
    slices: list[Series] = []
    start = 0.0
    for segment in segments:
        share = segment["value"] / total
        note = f"{segment['label']}: {written_number(segment['value'])} ({share:.0%})"
        slices.append(Series(segment["label"], (Mark(path=_slice(start, share), title=note),)))
        start += share
    rows = tuple((s["label"], written_number(s["value"]), f"{s['value'] / total:.0%}") for s in segments)
    summary = f"Pie chart, {title}. " + "; ".join(f"{label} {value}, {share}" for label, value, share in rows) + "."
    return Chart("pie", title, 2 * _PIE_RADIUS + 2 * _TOP, tuple(slices), summary, ("Segment", "Value", "Share"), rows)


def _slice(start: float, share: float) -> str:
    """Return the outline of a slice; a whole pie is two half circles, since one arc cannot close on itself."""
    cx, cy = WIDTH / 2, _PIE_RADIUS + _TOP
    if share >= 1:
        r = _PIE_RADIUS
        return f"M{cx} {cy - r}A{r} {r} 0 1 1 {cx} {cy + r}A{r} {r} 0 1 1 {cx} {cy - r}Z"
    ends = []
    for turn in (start, start + share):
        angle = turn * _FULL_CIRCLE - math.pi / 2
        ends.append(f"{cx + _PIE_RADIUS * math.cos(angle):.1f} {cy + _PIE_RADIUS * math.sin(angle):.1f}")
    large = int(share > 1 / 2)
    return f"M{cx} {cy}L{ends[0]}A{_PIE_RADIUS} {_PIE_RADIUS} 0 {large} 1 {ends[1]}Z"


@dataclass(frozen=True)
class _Plane:
    """The plot area: category slots from left to right, values from bottom to top."""

    categories: tuple[str, ...]
    ticks: tuple[float, ...]

    @property
    def slot(self) -> float:
        return (WIDTH - _LEFT - _RIGHT) / len(self.categories)

    def x(self, index: int) -> float:
        """Return the middle of a category's slot."""
        return _LEFT + self.slot * (index + 0.5)

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return _TOP + _PLOT_HEIGHT * (high - value) / (high - low)

    @property
    def base(self) -> float:
        """Return where bars and areas stand: zero, or the nearest value in sight."""
        return self.y(min(max(0.0, self.ticks[0]), self.ticks[-1]))


def _axes(title: str, chart: Mapping[str, Any]) -> Chart:
    config = chart["axis_config"]
    categories = tuple(config["categories"])
    columns = [(one["name"], _ordered(one["data"], categories)) for one in chart["series"]]
    every = [value for _, values in columns for value in values]
    whole = all(float(value).is_integer() for value in every)
    ticks = nice_ticks(min(every), max(every), with_zero=chart["type"] != "line", whole=whole)
    plane = _Plane(categories, ticks)
    draw = _bars if chart["type"] == "bar" else _lines
    labels, tail = _x_labels(plane)
    x_title, y_title = config.get("x_label") or "", config.get("y_label") or ""
    return Chart(
        kind=chart["type"],
        title=title,
        height=_TOP + _PLOT_HEIGHT + tail + (_LINE_UNITS + 4 if x_title else 4),
        series=draw(plane, columns),
        summary=_summary(chart["type"], title, columns, categories),
        head=(x_title or "Category", *(name for name, _ in columns)),
        rows=tuple(
            (label, *(written_number(values[i]) for _, values in columns)) for i, label in enumerate(categories)
        ),
        x_labels=labels,
        y_labels=tuple(Label(_LEFT - 8, plane.y(tick), short_number(tick)) for tick in plane.ticks),
        x_title=x_title,
        y_title=y_title,
        baseline=plane.base,
    )


def _ordered(points: Sequence[Mapping[str, Any]], categories: Sequence[str]) -> list[float]:
    """Return a series' values in the order of the categories, whatever order they were sent in."""
    by_label = {point["label"]: point["value"] for point in points}
    return [by_label[category] for category in categories]


def _bars(plane: _Plane, columns: Sequence[tuple[str, list[float]]]) -> tuple[Series, ...]:
    width = plane.slot * _GROUP_SHARE / len(columns)
    made = []
    for place, (name, values) in enumerate(columns):
        shift = width * (place - len(columns) / 2)
        marks = tuple(
            _bar(plane, plane.x(i) + shift, width, value, _note(name, plane.categories[i], value))
            for i, value in enumerate(values)
        )
        made.append(Series(name, marks))
    return tuple(made)


def _bar(plane: _Plane, x: float, width: float, value: float, note: str) -> Mark:
    top, bottom = sorted((plane.y(value), plane.base))
    return Mark(round(x, 1), round(top, 1), round(max(width - 1, 1), 1), round(max(bottom - top, 0.5), 1), title=note)


def _lines(plane: _Plane, columns: Sequence[tuple[str, list[float]]]) -> tuple[Series, ...]:
    made = []
    for name, values in columns:
        marks = tuple(
            Mark(round(plane.x(i), 1), round(plane.y(value), 1), title=_note(name, plane.categories[i], value))
            for i, value in enumerate(values)
        )
        line = "M" + "L".join(f"{mark.x} {mark.y}" for mark in marks)
        area = f"{line}L{marks[-1].x} {plane.base:.1f}L{marks[0].x} {plane.base:.1f}Z"
        made.append(Series(name, marks, line, area))
    return tuple(made)


def _note(name: str, category: str, value: float) -> str:
    return f"{name}, {category}: {written_number(value)}"


def _x_labels(plane: _Plane) -> tuple[tuple[Label, ...], float]:
    """Return the category labels and the height they need; they lean when side by side they would touch."""
    widest = max(len(text) for text in plane.categories) * _LABEL_UNITS
    tilted = widest > plane.slot - 4
    tail = widest * _TILT_SINE + 14 if tilted else _LINE_UNITS + 2.0
    y = _TOP + _PLOT_HEIGHT + (10 if tilted else _LINE_UNITS)
    labels = tuple(Label(round(plane.x(i), 1), y, text, tilted) for i, text in enumerate(plane.categories))
    return labels, tail


def _summary(kind: str, title: str, columns: Sequence[tuple[str, list[float]]], categories: Sequence[str]) -> str:
    parts = [
        f"{name} from {written_number(values[0])} at {categories[0]} to {written_number(values[-1])} at"
        f" {categories[-1]}, lowest {written_number(min(values))}, highest {written_number(max(values))}"
        for name, values in columns
    ]
    return f"{kind.capitalize()} chart, {title}. " + "; ".join(parts) + "."
