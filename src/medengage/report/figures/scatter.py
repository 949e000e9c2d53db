"""Two measures of the same organisations: a dot each, in one row a level where one is a rating.

Columns of the data: name, value across, value upwards (a number, or the words of a level).
Options: ``levels`` of a rating, worst first; ``axis`` and ``up`` words beside the axes; ``middle``
draws the median of each level. Dots of one level are moved up and down so that none hides another;
that means nothing.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from medengage.report.blocks import Chart
from medengage.report.figures.axes import Scale, across, steps, upwards
from medengage.report.figures.ink import Dot, Drawing, Ink, Line, Words
from medengage.report.figures.theme import (
    ACCENT,
    CONTRAST,
    GRID,
    NORMAL,
    OTHER,
    QUIET,
    SMALL,
    is_narrow,
    wrapped,
)

__all__ = ["scatter"]

NAMES, LEFT, RIGHT, TOP, FOOT = 150.0, 44.0, 22.0, 26.0, 40.0
HEIGHT, NARROW_HEIGHT = 340.0, 280.0
RADIUS = 3.6
LEAST_ROW, HEAD, LINE = 52.0, 22.0, 7.2
"""Least height of a level, room for its name above it on a telephone, and step of its dots."""

Row = tuple[str, float, Any]


def scatter(chart: Chart, width: float) -> Drawing:
    """Levels as rows of dots with their median, or a field of dots for two numbers."""
    rows: list[Row] = [
        (str(row[0]), float(row[1]), row[2])
        for row in chart.data.rows
        if isinstance(row[1], int | float) and row[2] is not None
    ]
    values = [value for _, value, _ in rows] or [0.0, 1.0]
    low, high, step = steps(min(values), max(values))
    levels: Any = chart.options.get("levels", ())
    if levels:
        return _levels(chart, rows, tuple(levels), width, (low, high, step))
    return _field(chart, rows, width, (low, high, step))


def _levels(
    chart: Chart,
    rows: list[Row],
    levels: tuple[str, ...],
    width: float,
    ends: tuple[float, float, float],
) -> Drawing:
    """One row a level, the best on top."""
    narrow = is_narrow(width)
    along = Scale(ends[0], ends[1], 8.0 if narrow else NAMES, width - RIGHT)
    marks: list[Ink] = []
    y = TOP
    for level in reversed(levels):
        here = sorted(value for _, value, rated in rows if rated == level)
        spots = _spread([along(value) for value in here])
        room = max(LEAST_ROW, LINE * (max((abs(k) for _, k in spots), default=0) * 2 + 3))
        y += HEAD if narrow else 0.0
        count = "1 organisation" if len(here) == 1 else f"{len(here)} organisations"
        middle = y + room / 2
        if narrow:
            marks.append(Words((0, y - 6), f"{level}, {count}", SMALL))
        else:
            name = wrapped(level, NAMES - 14, NORMAL)
            top = middle - 8 * len(name)
            marks.append(Words((0, top), name, NORMAL))
            marks.append(Words((0, top + 16 * len(name)), count, SMALL, colour=QUIET))
        marks.append(Line((along.start, y + room), (along.end, y + room), GRID))
        marks += [Dot((x, middle + LINE * k), ACCENT, RADIUS) for x, k in spots]
        if here and chart.options.get("middle"):
            at = along(median(here))
            marks.append(Line((at, y + 4), (at, y + room - 4), CONTRAST, 3))
        y += room
    axis = across(along, TOP, y, str(chart.options.get("axis", "")), along.ticks(ends[2]))
    key = _key(along.start) if chart.options.get("middle") else []
    return Drawing(width, y + FOOT, (*axis, *marks, *key))


def _spread(places: list[float]) -> list[tuple[float, int]]:
    """Where dots stand, and how many steps up or down so that none covers another."""
    taken: dict[int, float] = {}
    found = []
    for x in places:
        k = next(k for k in _outwards() if taken.get(k, -1e9) <= x - 2 * RADIUS)
        taken[k] = x
        found.append((x, k))
    return found


def _outwards() -> Any:
    """0, 1, -1, 2, -2 and so on."""
    yield 0
    k = 1
    while True:
        yield k
        yield -k
        k += 1


def _key(left: float) -> list[Ink]:
    return [
        Line((left + 4, 4), (left + 4, 18), CONTRAST, 3),
        Words((left + 12, 11), "median of the level", SMALL, colour=QUIET),
    ]


def _field(
    chart: Chart, rows: list[Row], width: float, ends: tuple[float, float, float]
) -> Drawing:
    """Two numbers, with the medians of both as dashed lines."""
    height = NARROW_HEIGHT if is_narrow(width) else HEIGHT
    ups = [float(value) for _, _, value in rows if isinstance(value, int | float)] or [0.0, 1.0]
    low, high, step = steps(min(ups), max(ups))
    along = Scale(ends[0], ends[1], LEFT, width - RIGHT)
    up = Scale(low, high, height - FOOT, TOP + 8)
    up_words = str(chart.options.get("up", ""))
    marks: list[Ink] = [
        *across(along, up.end, up.start, str(chart.options.get("axis", "")), along.ticks(ends[2])),
        *upwards(up, LEFT, width - RIGHT, up.ticks(step)),
        Words((0, 8), wrapped(up_words, width, SMALL, most=1), SMALL, colour=QUIET),
    ]
    if rows:
        x, y = along(median(value for _, value, _ in rows)), up(median(ups))
        marks += [
            Line((x, up.start), (x, up.end), OTHER, 1, (4, 3)),
            Line((along.start, y), (along.end, y), OTHER, 1, (4, 3)),
            Words((width - RIGHT, 22), "dashed: medians", SMALL, "right", QUIET),
        ]
    dots = [
        Dot((along(value), up(float(other))), ACCENT, RADIUS)
        for _, value, other in rows
        if isinstance(other, int | float)
    ]
    return Drawing(width, height, (*marks, *dots))
