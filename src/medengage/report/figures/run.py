"""A run chart: one measure over time with its median, intervals and what happened when.

Columns of the data: when, value, low, high, n. Options: ``events`` a mapping from when to words.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import Any

from medengage.report.blocks import Cell, Chart
from medengage.report.decimals import number
from medengage.report.figures.axes import Scale, upwards
from medengage.report.figures.ink import Dot, Drawing, Ink, Line, Words
from medengage.report.figures.theme import ACCENT, INK, QUIET, SMALL, is_narrow, length

__all__ = ["run"]

LEFT, RIGHT, TOP, BOTTOM = 30.0, 56.0, 30.0, 26.0


def run(chart: Chart, width: float) -> Drawing:
    """Dots joined by a line on 0 to 100; a dashed line at their median."""
    height = 260.0 if is_narrow(width) else 300.0
    up = Scale(0, 100, height - BOTTOM, TOP)
    along = Scale(-0.5, max(0.5, len(chart.data.rows) - 0.5), LEFT, width - RIGHT)
    known = [
        (place, row)
        for place, row in enumerate(chart.data.rows)
        if isinstance(row[1], int | float)
    ]
    points = [(along(place), up(_number(row[1]))) for place, row in known]
    marks: list[Ink] = [
        *upwards(up, LEFT, width - RIGHT),
        *_events(chart, along, height),
        *_median([_number(row[1]) for _, row in known], up, width),
        *(Line(one, two, ACCENT, 2) for one, two in pairwise(points)),
        *(
            Line((along(k), up(_number(row[2]))), (along(k), up(_number(row[3]))), ACCENT, 1.5)
            for k, row in known
        ),
        *(Dot(point, ACCENT, 4.5) for point in points),
        *_moments(chart, along, height),
    ]
    return Drawing(width, height, tuple(marks))


def _number(cell: Cell) -> float:
    if not isinstance(cell, int | float):
        raise TypeError("a run chart needs a low and a high end for every value")
    return float(cell)


def _median(values: list[float], up: Scale, width: float) -> list[Ink]:
    if not values:
        return []
    middle = median(values)
    end = width - RIGHT
    return [
        Line((LEFT, up(middle)), (end, up(middle)), QUIET, 1, (4, 3)),
        Words((end + 4, up(middle) - 7), ("median", number(middle)), SMALL, colour=QUIET),
    ]


def _events(chart: Chart, along: Scale, height: float) -> list[Ink]:
    events: Any = chart.options.get("events", {})
    marks: list[Ink] = []
    for place, row in enumerate(chart.data.rows):
        if row[0] in events:
            x = along(place)
            marks.append(Line((x, TOP - 12), (x, height - BOTTOM), QUIET, 1, (2, 2)))
            marks.append(Words((x, TOP - 20), str(events[row[0]]), SMALL, "center", INK))
    return marks


def _moments(chart: Chart, along: Scale, height: float) -> list[Ink]:
    """As many names of moments as fit side by side."""
    names = [str(row[0]) for row in chart.data.rows]
    room = along(1) - along(0)
    widest = max((length(name, SMALL) for name in names), default=0) + 8
    every = max(1, -(-int(widest) // max(1, int(room))))
    return [
        Words((along(place), height - 12), name, SMALL, "center", QUIET)
        for place, name in enumerate(names)
        if place % every == 0
    ]
