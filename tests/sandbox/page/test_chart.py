"""Native charts become pictures that stay inside their frame and can be read without seeing them."""

from __future__ import annotations

import re

import pytest

from sandbox.page.render import chart
from tests.sandbox.page import kit
from tests.sandbox.page.outline import drawn


@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_an_axis_chart_is_drawn_with_labels_legend_and_numbers(kind: str) -> None:
    """A picture with a sentence for those who do not see it, and the numbers as a table."""
    outline = drawn(kit.chart(kind, ("Ontario", [30, 10.5, 20]), ("Québec", [1, 2, -3])))

    pictures = [found for tag, found in outline.tags if tag == "svg"]
    assert [picture["role"] for picture in pictures] == ["img"]
    assert "Ontario from 30 at W1 to 20 at W3, lowest 10.5, highest 30" in (pictures[0]["aria-label"] or "")
    for word in ("Leads per week", "Week", "Leads", "Ontario", "Québec", "W2", "10.5", "-3"):
        assert word in outline.text
    marks = {"line": "circle", "area": "circle", "bar": "rect"}[kind]
    assert sum(tag == marks for tag, _ in outline.tags) == 6


def test_bars_stand_on_zero_and_grow_with_their_values() -> None:
    """Twice the value is twice the height, and a negative bar hangs below the axis."""
    outline = drawn(kit.chart("bar", ("Ontario", [10, 20, -10])))

    bars = [{key: float(found[key] or "") for key in ("y", "height")} for tag, found in outline.tags if tag == "rect"]
    assert bars[1]["height"] == pytest.approx(2 * bars[0]["height"], abs=0.2)
    assert bars[2]["y"] == pytest.approx(bars[0]["y"] + bars[0]["height"], abs=0.2)


@pytest.mark.parametrize("values", [[0, 0, 0], [5, 5, 5], [-1e-9, 0, 1e-9], [1e12, 2e12, 3e12], [-7, -8, -9]])
@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_flat_tiny_huge_and_negative_charts_stay_inside_the_picture(kind: str, values: list[float]) -> None:
    """No value is drawn outside the plot and no division fails."""
    outline = drawn(kit.chart(kind, ("Ontario", values)))

    heights = [float(found[key] or "") for _, found in outline.tags for key in ("cy", "y1") if key in found]
    assert heights
    assert all(0 <= height <= 260 for height in heights)


@pytest.mark.parametrize("values", [[0, 1, 1], [0, 0, 2], [3, 5, 4], [0, 7, 9], [12, 3, 0], [-1, 0, 1], [1, 1, 1]])
@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_counted_things_have_no_quarters_on_the_axis(kind: str, values: list[float]) -> None:
    """A chart of whole numbers has whole ticks, each once."""
    labels = [label.text for label in _laid_out(kind, values).y_labels]

    assert len(labels) == len(set(labels)) >= 2
    assert all(float(label).is_integer() for label in labels)


def test_shares_keep_their_fractions_on_the_axis() -> None:
    """A rate between 0 and 1 is read off quarters or fifths."""
    labels = [label.text for label in _laid_out("line", [0.2, 0.9, 0.55]).y_labels]

    assert labels == ["0.2", "0.4", "0.6", "0.8", "1"]


def _laid_out(kind: str, values: list[float]) -> chart.Chart:
    block = kit.chart(kind, ("Ontario", values))
    return chart.lay_out("Leads per week", block["chart"])


def test_points_are_matched_to_categories_by_label() -> None:
    """Slack asks for one point per category in any order; the table shows them in the order of the axis."""
    block = kit.chart("line", ("Ontario", [1, 2, 3]))
    block["chart"]["series"][0]["data"].reverse()

    assert re.search(r"W1\s*1\s*W2\s*2\s*W3\s*3", drawn(block).text)


@pytest.mark.parametrize("segments", [{"all": 7.0}, {"a": 1.0, "b": 3.0}])
def test_a_pie_shows_shares(segments: dict[str, float]) -> None:
    """Each slice has its share in the legend and in the sentence; a single slice is the whole circle."""
    outline = drawn(kit.pie(**segments))

    slices = [found for tag, found in outline.tags if tag == "path"]
    assert len(slices) == len(segments)
    assert all((found["d"] or "").endswith("Z") for found in slices)
    assert ("100%" if len(segments) == 1 else "75%") in outline.text
