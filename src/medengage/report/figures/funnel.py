"""A funnel: small groups vary more by chance, so the limits are wider for them.

Columns of the data: name, value, size, and words where the group lies outside the outer limits.
Options: ``curve`` rows of (size, inner low, inner high, outer low, outer high), ``target`` the
line in the middle, ``axis`` and ``up`` words beside the axes. Groups outside are full dots with
their names, the others are hollow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from medengage.report.blocks import Chart
from medengage.report.figures.axes import Scale, across, steps, upwards
from medengage.report.figures.ink import Align, Dot, Drawing, Ink, Line, Point, Words
from medengage.report.figures.labels import Area, place_labels
from medengage.report.figures.theme import (
    ACCENT,
    CONTRAST,
    INK,
    LINE_HEIGHT,
    OTHER,
    QUIET,
    SMALL,
    is_narrow,
    length,
    wrapped,
)

__all__ = ["funnel"]

LEFT, RIGHT, TOP, FOOT = 48.0, 22.0, 30.0, 40.0
HEIGHT, NARROW_HEIGHT = 380.0, 300.0
MOST_NAMES, NAME_ROOM = 10, 120.0
KEYS = (("outer limits, 99.8 %", CONTRAST, ()), ("inner limits, 95 %", OTHER, (4, 3)))


def funnel(chart: Chart, width: float) -> Drawing:
    """Dots, the line of the target, and two pairs of limits that close in on it."""
    height = NARROW_HEIGHT if is_narrow(width) else HEIGHT
    rows = [row for row in chart.data.rows if isinstance(row[1], int | float)]
    curve: Any = chart.options.get("curve", ())
    sizes = [float(row[2] or 0) for row in rows] + [line[0] for line in curve]
    heights = [float(row[1] or 0) for row in rows] + [end for line in curve for end in line[1:]]
    _, most, step = steps(0.0, max(sizes, default=1.0))
    low, high, up_step = steps(min(heights, default=0.0), max(heights, default=1.0))
    along = Scale(0.0, most, LEFT, width - RIGHT)
    up = Scale(low, high, height - FOOT, TOP)
    marks: list[Ink] = [
        *across(along, TOP, up.start, str(chart.options.get("axis", "")), along.ticks(step)),
        *upwards(up, LEFT, width - RIGHT, up.ticks(up_step)),
        Words((0, 8), str(chart.options.get("up", "")), SMALL, colour=QUIET),
        *_limits(curve, along, up),
        *_target(chart, along, up),
    ]
    points = [(along(float(row[2] or 0)), up(float(row[1] or 0))) for row in rows]
    marks += [
        Dot(point, ACCENT if row[3] else OTHER, 4.5 if row[3] else 3.8, hollow=not row[3])
        for point, row in zip(points, rows, strict=True)
    ]
    outside = [(str(row[0]), at) for row, at in zip(rows, points, strict=True) if row[3]]
    marks += _names(outside, Area(LEFT, TOP, width - RIGHT, up.start))
    return Drawing(width, height, (*marks, *_key(width)))


def _limits(curve: Sequence[Sequence[float]], along: Scale, up: Scale) -> list[Ink]:
    marks: list[Ink] = []
    for place in (3, 4, 1, 2):
        _, colour, dash = KEYS[0 if place >= len(KEYS) + 1 else 1]
        points = [(along(line[0]), up(line[place])) for line in curve]
        marks += [Line(one, two, colour, 1.2, dash) for one, two in pairwise(points)]
    return marks


def _target(chart: Chart, along: Scale, up: Scale) -> list[Ink]:
    target = chart.options.get("target")
    if not isinstance(target, int | float):
        return []
    return [Line((along.start, up(target)), (along.end, up(target)), INK, 1.2)]


def _names(outside: Sequence[tuple[str, Point]], frame: Area) -> list[Ink]:
    """Names of groups outside, where they are few enough to be read; all are in the table."""
    if not outside or len(outside) > MOST_NAMES:
        return []
    texts = [wrapped(name, NAME_ROOM, SMALL) for name, _ in outside]
    sizes = [
        (max(length(line, SMALL) for line in text), len(text) * SMALL * LINE_HEIGHT)
        for text in texts
    ]
    points = [point for _, point in outside]
    areas = place_labels(points, sizes, frame, lines=np.zeros((0, 2)))
    marks: list[Ink] = []
    for text, area, point in zip(texts, areas, points, strict=True):
        side: Align = "left" if area.left > point[0] else "right"
        x = area.left if side == "left" else area.right
        marks += Words((x, area.top + SMALL * LINE_HEIGHT / 2), text, SMALL, side).with_halo()
    return marks


def _key(width: float) -> list[Ink]:
    """What the lines mean, from the right."""
    marks: list[Ink] = []
    x = width - RIGHT
    for text, colour, dash in KEYS:
        marks.append(Words((x, 20), text, SMALL, "right", QUIET))
        x -= length(text, SMALL) + 6
        marks.append(Line((x - 20, 20), (x, 20), colour, 1.5, dash))
        x -= 34
    return marks
