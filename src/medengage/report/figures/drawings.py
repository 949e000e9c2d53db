"""Which function draws which kind of chart. A new kind is one file here and one line below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from medengage.errors import FormatError
from medengage.report.blocks import Chart
from medengage.report.figures.dots import dots
from medengage.report.figures.funnel import funnel
from medengage.report.figures.heat import heat
from medengage.report.figures.histogram import histogram
from medengage.report.figures.importance import importance
from medengage.report.figures.ink import Drawing, specification
from medengage.report.figures.pairs import change, gap
from medengage.report.figures.quadrant import quadrant
from medengage.report.figures.run import run
from medengage.report.figures.scatter import scatter
from medengage.report.figures.stacked import stacked

__all__ = ["DRAWINGS", "vega_lite"]

DRAWINGS: Mapping[str, Callable[[Chart, float], Drawing]] = {
    "change": change,
    "dots": dots,
    "funnel": funnel,
    "gap": gap,
    "heat": heat,
    "histogram": histogram,
    "importance": importance,
    "quadrant": quadrant,
    "run": run,
    "scatter": scatter,
    "stacked": stacked,
}


def vega_lite(chart: Chart, width: float) -> dict[str, Any]:
    """One Vega-Lite specification of the chart, ``width`` pixels wide.

    Raises ``FormatError`` for a kind that cannot be drawn yet.
    """
    if chart.kind not in DRAWINGS:
        known = ", ".join(sorted(DRAWINGS))
        raise FormatError(
            "this kind of chart cannot be drawn yet", subject=chart.kind, hint=f"known: {known}"
        )
    return specification(DRAWINGS[chart.kind](chart, width), chart.description)
