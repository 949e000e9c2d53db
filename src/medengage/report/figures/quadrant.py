"""The quadrant: every group as the ellipse that holds its true point with 95 % probability.

Columns of the data: name, x, y, n, quadrant; more columns stand in the table only. Options:
``ellipses`` a (first half axis, second half axis, degrees) for each row, ``borderline`` a truth
value for each row, ``cuts`` (x, y), ``corners`` the four names (low-low, high-low, low-high,
high-high), ``titles`` of the two axes, ``accent`` the row of the organisation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from medengage.report.blocks import Chart
from medengage.report.decimals import number
from medengage.report.figures.axes import Scale, across, upwards
from medengage.report.figures.ink import Align, Dot, Drawing, Ink, Line, Outline, Point, Words
from medengage.report.figures.labels import Area, place_labels
from medengage.report.figures.theme import (
    ACCENT,
    INK,
    LINE_HEIGHT,
    OTHER,
    QUIET,
    SMALL,
    is_narrow,
    length,
    lines_of,
    wrapped,
)

__all__ = ["Field", "Group", "quadrant"]

LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 10.0, 40.0
CORNERS_OF_A_CIRCLE = 48
LEAST_SPAN, ROOM, WHOLE_SPAN, STEP = 30.0, 4.0, 80.0, 10.0
SIDE = 0.4
"""Part of the groups' span that each quadrant shows at least, so that its name has room."""
MOST_NAMES = 12
LEADER_FROM = 20.0
NAME_ROOM = 118.0
BOLD = 1.08
"""How much wider bold words are."""


@dataclass(frozen=True)
class Group:
    """One row of the chart with its ellipse, in score points."""

    name: str
    x: float
    y: float
    axes: tuple[float, float]
    angle: float
    borderline: bool
    accent: bool

    def outline(self) -> list[Point]:
        """Points of the ellipse."""
        turn = math.radians(self.angle)
        across_, up = math.cos(turn), math.sin(turn)
        found = []
        for step in range(CORNERS_OF_A_CIRCLE):
            around = 2 * math.pi * step / CORNERS_OF_A_CIRCLE
            u, v = self.axes[0] * math.cos(around), self.axes[1] * math.sin(around)
            found.append((self.x + u * across_ - v * up, self.y + u * up + v * across_))
        return found


@dataclass(frozen=True)
class Field:
    """The two scales of the plot in pixels."""

    x: Scale
    y: Scale

    def __call__(self, point: Point) -> Point:
        """A point in score points -> pixels."""
        return self.x(point[0]), self.y(point[1])


def quadrant(chart: Chart, width: float) -> Drawing:
    """Ellipses in a field of four named corners; borderline groups are dashed and say so."""
    groups = _groups(chart)
    height = 340.0 if is_narrow(width) else 420.0
    cuts = _pair(chart.options.get("cuts", (50.0, 50.0)))
    low, high = _domain(groups, cuts)
    field = Field(Scale(low, high, LEFT, width - RIGHT), Scale(low, high, height - BOTTOM, TOP))
    corners = _corners(chart, field, cuts)
    marks = [
        *_frame(chart, field, (low, high)),
        *_cut_lines(field, cuts),
        *(mark for corner in corners for mark in corner.with_halo()),
        *_ellipses(groups, field),
        *_names(groups, field, [_area(mark) for mark in corners]),
    ]
    return Drawing(width, height, tuple(marks))


def _groups(chart: Chart) -> list[Group]:
    ellipses: Any = chart.options.get("ellipses", ())
    unsure: Any = chart.options.get("borderline", ())
    found = []
    for row, oval, borderline in zip(chart.data.rows, ellipses, unsure, strict=True):
        name, x, y = row[:3]
        if isinstance(x, int | float) and isinstance(y, int | float):
            accent = name == chart.options.get("accent")
            found.append(Group(str(name), x, y, oval[:2], oval[2], bool(borderline), accent))
    return found


def _pair(value: Any) -> tuple[float, float]:
    first, second = value
    return float(first), float(second)


def _domain(groups: Sequence[Group], cuts: tuple[float, float]) -> tuple[float, float]:
    """Whole tens around all ellipses and cuts, both axes alike; 0 to 100 if that is near."""
    values = [value for group in groups for point in group.outline() for value in point]
    low, high = min([*values, *cuts]) - ROOM, max([*values, *cuts]) + ROOM
    span = max(LEAST_SPAN, high - low)
    low, high = min(low, min(cuts) - SIDE * span), max(high, max(cuts) + SIDE * span)
    low = max(0.0, STEP * math.floor(low / STEP))
    high = min(100.0, STEP * math.ceil(high / STEP))
    return (0.0, 100.0) if high - low >= WHOLE_SPAN else (low, high)


def _frame(chart: Chart, field: Field, domain: tuple[float, float]) -> list[Ink]:
    x, y = field.x, field.y
    titles: Any = chart.options.get("titles", ("", ""))
    whole = domain == (0.0, 100.0)
    limits = "" if whole else f" (axis: {number(domain[0])} to {number(domain[1])})"
    ticks = x.ticks() if whole else x.ticks(STEP)
    middle = (y.start + y.end) / 2
    return [
        *across(x, y.end, y.start, f"{titles[0]}{limits}", ticks),
        *upwards(y, x.start, x.end, ticks),
        Words((9, middle), f"{titles[1]}{limits}", SMALL, "center", QUIET, angle=270),
    ]


def _cut_lines(field: Field, cuts: tuple[float, float]) -> list[Ink]:
    x, y = field.x, field.y
    return [
        Line((x(cuts[0]), y.start), (x(cuts[0]), y.end), QUIET, 1.5),
        Line((x.start, y(cuts[1])), (x.end, y(cuts[1])), QUIET, 1.5),
    ]


def _corners(chart: Chart, field: Field, cuts: tuple[float, float]) -> list[Words]:
    """The names of the quadrants, in the order low-low, high-low, low-high, high-high."""
    names: Any = chart.options.get("corners", ("", "", "", ""))
    x, y = field.x, field.y
    sides: tuple[tuple[float, float, Align], ...] = (
        (x.start + 6, x(cuts[0]) - x.start, "left"),
        (x.end - 6, x.end - x(cuts[0]), "right"),
    )
    marks = []
    for place, name in enumerate(names):
        left, room, align = sides[place % 2]
        longest = max((length(word, SMALL * BOLD) for word in str(name).split()), default=0)
        lines = wrapped(str(name), max(room - 12, longest), SMALL * BOLD)
        below = y.start - 12 - lines_of(len(lines) - 1, SMALL)
        top = below if place < len(sides) else y.end + 12
        marks.append(Words((left, top), lines, SMALL, align, QUIET, bold=True))
    return marks


def _ellipses(groups: Sequence[Group], field: Field) -> list[Ink]:
    """Others first, so that the organisation lies on top."""
    marks: list[Ink] = []
    for group in sorted(groups, key=lambda group: group.accent):
        colour = ACCENT if group.accent else OTHER
        dash = (5, 4) if group.borderline else ()
        points = tuple(field(point) for point in group.outline())
        marks.append(Outline(points, colour, 2.5 if group.accent else 1.4, dash))
    marks += [
        Dot(field((g.x, g.y)), ACCENT if g.accent else OTHER, 4, hollow=g.borderline)
        for g in groups
    ]
    return marks


def _names(groups: Sequence[Group], field: Field, fixed: Sequence[Area]) -> list[Ink]:
    chosen = _most_telling(groups)
    texts = [_text(group) for group in chosen]
    sizes = [
        (
            max(length(line, SMALL * (BOLD if group.accent else 1)) for line in text),
            len(text) * SMALL * LINE_HEIGHT,
        )
        for group, text in zip(chosen, texts, strict=True)
    ]
    lines = np.array([field(p) for group in groups for p in group.outline()]).reshape(-1, 2)
    frame = Area(field.x.start + 2, field.y.end + 2, field.x.end - 2, field.y.start - 2)
    points = [field((group.x, group.y)) for group in chosen]
    areas = place_labels(points, sizes, frame, fixed=fixed, lines=lines)
    marks: list[Ink] = []
    for group, text, area, point in zip(chosen, texts, areas, points, strict=True):
        marks += _label(group, text, area, point)
    return marks


def _most_telling(groups: Sequence[Group]) -> list[Group]:
    """The organisation and the groups farthest from it; the others are named in the table."""
    whole = next((group for group in groups if group.accent), groups[0])
    far = sorted(groups, key=lambda g: (not g.accent, -math.dist((g.x, g.y), (whole.x, whole.y))))
    return far[:MOST_NAMES]


def _text(group: Group) -> tuple[str, ...]:
    name = wrapped(group.name, NAME_ROOM, SMALL)
    return (*name, "(borderline)") if group.borderline else name


def _label(group: Group, text: tuple[str, ...], area: Area, point: Point) -> list[Ink]:
    align, x = _near_side(area, point)
    first = area.top + SMALL * LINE_HEIGHT / 2
    colour = ACCENT if group.accent else INK
    words = Words((x, first), text, SMALL, align, colour, bold=group.accent)
    edge = (
        min(max(point[0], area.left), area.right),
        min(max(point[1], area.top), area.bottom),
    )
    if math.dist(edge, point) < LEADER_FROM:
        return [*words.with_halo()]
    return [Line(point, edge, colour, 0.7), *words.with_halo()]


def _near_side(area: Area, point: Point) -> tuple[Align, float]:
    """Text is set flush with the side that is nearest to its point."""
    if area.left > point[0]:
        return "left", area.left
    if area.right < point[0]:
        return "right", area.right
    return "center", (area.left + area.right) / 2


def _area(mark: Words) -> Area:
    wide = max(length(line, mark.size * BOLD) for line in mark.text)
    left = mark.place[0] - (wide if mark.align == "right" else 0)
    below = mark.place[1] + 9 + lines_of(len(mark.text) - 1, mark.size)
    return Area(left, mark.place[1] - 9, left + wide, below)
